"""Pictures as textures of a graphics card, copied some rows at a time so that no frame pays for a whole one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from pygame_gameservices.widgets.picture import Picture

T = TypeVar("T")


class Textures(Generic[T]):
    """The textures of pictures, each gone with its picture. Frame thread, with the context current.

    Args:
        make: returns an empty texture for a picture.
        write: copies bytes to so many rows of a texture: which, the picture, the first row, how many, the bytes.
    """

    def __init__(self, make: Callable[[Picture], T], write: Callable[[T, Picture, int, int, bytes], object]) -> None:
        self._make = make
        self._write = write
        self._made: WeakKeyDictionary[Picture, tuple[T, int]] = WeakKeyDictionary()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._made)

    def upload(self, picture: Picture, most: int) -> int:
        """Copy some more whole rows of a picture, up to `most` pixels. Returns how many pixels."""
        wide, high = picture.size
        texture, row = self._made.get(picture) or (self._make(picture), 0)
        rows = min(high - row, max(1, most // wide))
        if rows:
            self._write(texture, picture, row, rows, picture.pixels[row * wide * 4 : (row + rows) * wide * 4])
        self._made[picture] = texture, row + rows
        return rows * wide

    def whole(self, picture: Picture) -> T:
        """The texture of a picture, with all of it there."""
        _, row = self._made.get(picture, (None, 0))
        if row < picture.size[1]:
            self.upload(picture, picture.size[0] * picture.size[1])
        return self._made[picture][0]
