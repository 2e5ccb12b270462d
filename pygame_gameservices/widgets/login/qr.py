"""Addresses as codes that a phone reads: typing a token with a pad is hard, and reading it off a phone is not."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib import import_module

from PIL import Image

logger = logging.getLogger("pygame_gameservices")
_QUIET = 3
"""Modules of white around a code, without which phones do not find it."""


@lru_cache(maxsize=8)
def qr_code(address: str) -> Image.Image | None:
    """The code of `address`, a pixel (mode L, black on white) a module, or None where segno is not installed."""
    try:
        segno = import_module("segno")
    except ModuleNotFoundError:
        logger.info('no code is shown for %s: pip install "pygame_gameservices[qr]" for it', address)
        return None
    rows = [bytes(0 if dark else 255 for dark in row) for row in segno.make(address, error="m", micro=False).matrix]
    image = Image.new("L", (len(rows) + 2 * _QUIET,) * 2, 255)
    image.paste(Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)), (_QUIET, _QUIET))
    return image
