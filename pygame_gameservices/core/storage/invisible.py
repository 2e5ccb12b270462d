"""Characters that are never seen by themselves, and come along unnoticed when a name or a token is copied."""

from __future__ import annotations

import re

_MORE = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
"""What is not seen either, beside the characters that only control how others look."""


_SIGN = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff](?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
)
_EMOJI = f"\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f|[#*0-9]\ufe0f?\u20e3|{_SIGN}(?:\u200d{_SIGN})*"
"""Emoji, of which joiners and the like are parts: without them one would become another, or several."""


def without_invisible(text: str) -> str:
    """Return `text` without blanks of no width, joiners, marks of direction, byte order marks and the like; what an
    emoji is made with stays.

    For names of accounts and for tokens, where such a character is never meant. Any thread.
    """
    if text.isascii():
        return text
    pieces, end = [], 0
    for found in re.finditer(_EMOJI, text):
        pieces += [_seen(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*pieces, _seen(text[end:])])


def _seen(text: str) -> str:
    from unicodedata import category  # few names and no tokens have letters beyond ASCII

    return "".join(each for each in re.sub(_MORE, "", text) if category(each) != "Cf")
