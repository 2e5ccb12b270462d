"""What a cluster of characters needs to be drawn: a shaping engine, a font for emoji, or neither."""

from __future__ import annotations

import re

_SHAPED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u10ff\u1100-\u11ff\u1780-\u18af\u1900-\u1aff\u1b00-\u1cff\u200c\u200d\u20d0-\u20ff"
    "\u2d30-\u2d7f\ua800-\ua8ff\ua900-\uab2f\uabc0-\uabff\ua960-\ua97f\ud7b0-\ud7ff\ufb1d-\ufdff\ufe20-\ufe2f\ufe70-\ufefc"
    "\U00010800-\U00011fff\U00016b00-\U00016b8f\U0001e000-\U0001efff]"
)
"""Scripts whose letters join, turn, stack or move according to their neighbours, and marks of any script."""
_JOINED = re.compile(
    "[\u0600-\u07ff\u0840-\u0dff\u0f00-\u109f\u1780-\u18af\u1900-\u1aff\u1b00-\u1cff\ua840-\uaadf\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010ac0-\U00010aff\U00010d00-\U00010d3f\U00010f30-\U00010f6f\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
"""Scripts whose letters hang together; space between them would tear words apart."""
_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\ufe0f\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f1e6-\U0001f1ff\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251"
    "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f900-\U0001faff]|[#*0-9]\u20e3"
)
_AS_TEXT = "\ufe0e"
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What is never seen by itself, and only tells how something else looks."""
_DIRECTING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def needs_shaping(text: str) -> bool:
    """Whether letters of `text` change their form or place by what stands beside them."""
    return _SHAPED.search(text) is not None


def hangs_together(text: str) -> bool:
    """Whether `text` is of a script that is never letter-spaced."""
    return _JOINED.search(text) is not None


def is_emoji(cluster: str) -> bool:
    """Whether a cluster is shown as a small picture where there is a font for that."""
    return _EMOJI.search(cluster) is not None and _AS_TEXT not in cluster


def seen(text: str) -> str:
    """`text` without what is never seen by itself: what a font must have."""
    return _IGNORABLE.sub("", text)


def undirected(text: str) -> str:
    """`text` without the marks that tell directions, which have done their work when the order is known."""
    return _DIRECTING.sub("", text)
