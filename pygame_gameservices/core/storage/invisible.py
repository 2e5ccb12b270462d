"""Characters that are never seen by themselves, and come along unnoticed when a name or a token is copied."""

from __future__ import annotations

import re
import unicodedata

_MORE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
"""What is not seen either, beside the characters that only control how others look."""


def without_invisible(text: str) -> str:
    """Return `text` without blanks of no width, joiners, marks of direction, byte order marks and the like.

    For names of accounts and for tokens, where such a character is never meant. Any thread.
    """
    if text.isascii():
        return text
    return "".join(each for each in _MORE.sub("", text) if unicodedata.category(each) != "Cf")
