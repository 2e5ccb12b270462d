"""Words of scripts whose letters join, stack or turn: how wide they are, where the caret stands in them, how they look.

HarfBuzz does it where the extra ``[text]`` is installed, everywhere alike. Else Pillow does: with Raqm, which its Linux
packages find on most desktops, letters join as well; without it they stand side by side, in the right order.
"""

from __future__ import annotations

import logging
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

from PIL import Image, features

logger = logging.getLogger("pygame_gameservices")


class Measured(NamedTuple):
    """A run of text that is not drawn yet; in pixels.

    Attributes:
        advance: from where it begins to where the next one does.
        carets: how far from its left end the caret stands before each character, and behind the last.
    """

    advance: float
    carets: tuple[float, ...]


class Drawn(NamedTuple):
    """A piece of text as a picture, and where that goes from the pen's place on the baseline.

    Attributes:
        image: in mode L, what is to be filled with ink; in mode RGBA, what has colours of its own.
        left, top: its corner, in pixels.
    """

    image: Image.Image
    left: int
    top: int


class Shaper(Protocol):
    """Draws runs of one font, script and direction. Any thread."""

    def measure(self, path: Path, size: int, text: str, rtl: bool) -> Measured:
        """Measure `text` in the font at `path`, `size` pixels high."""

    def draw(self, path: Path, size: int, text: str, rtl: bool, shift: float) -> Drawn | None:
        """Draw it with the pen `shift` pixels, less than one, right of a whole one. None if nothing can be seen."""


def shaper(*, glance: bool = False) -> Shaper:
    """The best one there is here. At a `glance` nothing is imported for it, which may take a tenth of a second."""
    if glance and "uharfbuzz" not in sys.modules:
        return _pillow()
    return _best()


@cache
def _best() -> Shaper:
    try:
        found: Shaper = import_module("pygame_gameservices.widgets.text.shaping_harfbuzz").HarfBuzzShaper()
    except ImportError:
        joins = bool(features.check("raqm"))
        lacks = "" if joins else "letters of Arabic, Hindi and other scripts are not joined; "
        advice = 'for those scripts in full pip install "pygame_gameservices[text]"'
        logger.info("text is laid out without HarfBuzz (uharfbuzz is not installed); %s%s", lacks, advice)
        return _pillow()
    return found


@cache
def _pillow() -> Shaper:
    found: Shaper = import_module("pygame_gameservices.widgets.text.shaping_pillow").PillowShaper()
    return found
