"""Finished pictures on their way to the graphics card, so much a frame, so that none makes a frame late."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from pygame_gameservices.widgets.picture import Picture

PIXELS_A_FRAME = 1 << 18
"""How much is uploaded in one frame: a megabyte, some milliseconds at worst. A dialog of 720p takes two frames."""


class Uploader(Protocol):
    """What an engine does to show pictures that must be copied first. Frame thread."""

    def upload(self, picture: Picture, most: int) -> int:
        """Copy up to `most` more pixels of `picture`, or where parts are not possible all of it. Returns how many."""


class Arrivals:
    """The pictures that are painted and not uploaded yet. What they take the place of is shown meanwhile. Frame thread.

    A picture that does not fit in what is left of a frame begins in a frame of its own, so at most one large one is
    worked on in each. Where nothing needs to be copied, as with pygame's surfaces, pictures pass at once.
    """

    def __init__(self) -> None:
        self._uploader: Uploader | None = None
        self._waiting: deque[tuple[Picture, Callable[[Picture], object]]] = deque()
        self._uploaded = 0

    def upload_with(self, uploader: Uploader | None) -> None:
        """Have `uploader` copy them from now on; None: nobody needs to."""
        self._uploader = uploader

    def add(self, picture: Picture, then: Callable[[Picture], object]) -> None:
        """Call ``then(picture)`` as soon as it can be shown."""
        if self._uploader is None and not self._waiting:
            then(picture)
        else:
            self._waiting.append((picture, then))

    def add_all(self, pictures: Sequence[Picture], then: Callable[[], object]) -> None:
        """Call ``then()`` as soon as all of them, at least one, can be shown."""
        for picture in pictures[:-1]:
            self.add(picture, lambda picture: None)
        self.add(pictures[-1], lambda picture: then())

    @property
    def waiting(self) -> bool:
        """Whether there are any."""
        return bool(self._waiting)

    def bring(self) -> None:
        """Upload a frame's worth. Once a frame, where the engine can draw."""
        left = PIXELS_A_FRAME
        while self._waiting and left > 0:
            picture, then = self._waiting[0]
            missing = picture.size[0] * picture.size[1] - self._uploaded
            if self._uploader is not None:
                if missing > left < PIXELS_A_FRAME:
                    return
                uploaded = self._uploader.upload(picture, left)
                left -= uploaded
                if uploaded < missing:
                    self._uploaded += uploaded
                    return
            self._uploaded = 0
            self._waiting.popleft()
            then(picture)
