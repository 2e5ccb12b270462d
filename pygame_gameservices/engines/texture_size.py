"""How large a texture is made for a picture."""

from __future__ import annotations


def texture_size(size: tuple[int, int]) -> tuple[int, int]:
    """The next larger sides that are no power of two, so that all textures are of one kind.

    Some drivers compile a shader anew for sides that are one, in the middle of the game and for a tenth of a second.
    """
    width, height = size
    return max(3, width | 1), max(3, height | 1)
