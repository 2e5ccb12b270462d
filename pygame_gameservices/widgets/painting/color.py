"""Colors: reading, mixing, and how well one can be read on another."""

from __future__ import annotations

import re
from typing import TypeAlias

from pygame_gameservices.errors import UsageError

Color: TypeAlias = tuple[int, int, int, int]
"""Red, green, blue and alpha, each 0 to 255, not premultiplied."""

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")


def color(text: str) -> Color:
    """Read ``"#rgb"``, ``"#rrggbb"`` or ``"#rrggbbaa"``.

    Raises:
        UsageError: it is none of these.
    """
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        msg = f'not a color: {text!r}; write "#rrggbb" or "#rrggbbaa"'
        raise UsageError(msg)
    digits = text[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red, green, blue, alpha


def with_alpha(base: Color, alpha: float) -> Color:
    """The same color, `alpha` (0 to 1) times as opaque."""
    return base[0], base[1], base[2], round(base[3] * alpha)


def mix(first: Color, second: Color, share: float) -> Color:
    """The color that lies `share` (0 to 1) of the way from `first` to `second`."""
    red, green, blue, alpha = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue, alpha


def over(front: Color, back: Color) -> Color:
    """What the eye sees when `front` lies on an opaque `back`."""
    return (*mix(back, front, front[3] / 255)[:3], 255)


def luminance(of: Color) -> float:
    """Relative luminance as WCAG 2 defines it: 0 (black) to 1 (white). Alpha is ignored."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(of[0]) + 0.7152 * linear(of[1]) + 0.0722 * linear(of[2])


def contrast(front: Color, back: Color) -> float:
    """Contrast ratio of two opaque colors as WCAG 2 defines it: 1 (same) to 21 (black on white)."""
    lighter, darker = sorted((luminance(front), luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
