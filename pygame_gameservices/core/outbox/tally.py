"""How much the outbox holds."""

from __future__ import annotations

from pygame_gameservices.core.outbox.store import OutboxFile


class Tally:
    """How much the outbox holds. Changed on the outbox's thread only; each figure is true of about now on any other.

    Attributes:
        count: how many calls are kept by all processes of the game, those set aside included.
        bytes: how large they are together.
        waiting: how many of them are yet to be delivered by this process.
        for_anyone: the services of which some are of earlier runs and wait for whoever signs in first.
        opened: whether the file was opened, or cannot be.
        known: whether the file is open, so that the figures say something.
        sizes: the bytes of each entry of this process that is in memory and waits, by id.
    """

    def __init__(self) -> None:
        self.count = 0
        self.bytes = 0
        self.waiting = 0
        self.for_anyone: set[str] = set()
        self.opened = False
        self.known = False
        self.sizes: dict[int, int] = {}

    @property
    def older_to_come(self) -> bool:
        """Whether earlier runs left some that are not in memory yet, or may have."""
        return self.waiting > len(self.sizes) or not self.opened

    def look_over(self, file: OutboxFile, mine: str) -> None:
        """Learn anew what the file holds, and what of it is this process's."""
        self.count, self.bytes, self.waiting = file.size(mine)
        self.for_anyone = file.kept_for_anyone(mine)

    def entered(self, entry: int, size: int) -> None:
        """Count one that was written down."""
        self.sizes[entry] = size
        self.count += 1
        self.waiting += 1
        self.bytes += size

    def removed(self, entry: int) -> bool:
        """Count one that leaves the disk, and before it leaves those that wait. Returns whether it was there."""
        size = self.sizes.get(entry)
        if size is None:
            return False
        self.count -= 1
        self.bytes -= size
        return True

    def left(self, entry: int) -> bool:
        """Count one that does not wait any more. Returns whether it did."""
        if self.sizes.pop(entry, None) is None:
            return False
        self.waiting -= 1
        return True

    def forget(self, entry: int) -> None:
        """Count one that never came to disk."""
        self.removed(entry)
        self.left(entry)
