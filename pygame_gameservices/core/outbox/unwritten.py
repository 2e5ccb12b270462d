"""What the outbox owes the disk, which refused it, and what it says of that. The outbox's thread only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from pygame_gameservices.core.events import Event, FileDamaged, OutboxTrouble
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.errors import Postponed

logger = logging.getLogger("pygame_gameservices")

Change = Callable[[OutboxFile, str], object]
Write = Callable[[OutboxFile, str, Delivery, int, int], object]
"""Writes a delivery down that had a number before (or 0), under a number that is asked for (or 0)."""


class Unwritten:
    """What is made up for as soon as the disk takes it, or the next run would not know of calls, or send them again.

    Attributes:
        changes: what was to become of entries, each with the number of the entry, or 0 where it is about no single one.
        calls: those that were not written down, each with the number of the entry that it had before, or 0.
    """

    def __init__(self) -> None:
        self.changes: list[tuple[int, Change]] = []
        self.calls: dict[Delivery, int] = {}

    def __bool__(self) -> bool:
        return bool(self.changes or self.calls)

    def pay(self, file: OutboxFile, name: str, write: Write) -> None:
        """Carry it all out, within a transaction; calls that have ended meanwhile need not be written down.

        Those that had a number come first: the next run sends them in the order in which they stand there. So where
        another process has given such a number away in a file that was made anew, all that follow get new ones, too.
        """
        for entry, change in self.changes:
            if file.owner_of(entry) in (None, name):
                change(file, name)
        in_place = True
        for delivery, entry in sorted(self.calls.items(), key=_age):
            call = delivery.call
            if not delivery.ended or (call is not None and isinstance(call.outcome_now()[1], Postponed)):
                in_place = in_place and file.owner_of(entry) is None
                write(file, name, delivery, entry, entry if in_place else 0)

    def paid(self) -> None:
        """The disk has it."""
        self.changes.clear()
        self.calls.clear()


def _age(owed: tuple[Delivery, int]) -> tuple[bool, int]:
    """What was never on disk was made after all that was: what is owed is written before anything new."""
    return owed[1] == 0, owed[1]


class Troubles:
    """Says what is wrong with the disk, once for as long as it lasts.

    Args:
        path: the outbox's file.
        say: lets the game hear of it.
    """

    def __init__(self, path: Path, say: Callable[[Event], object]) -> None:
        self._path = path
        self._say = say
        self._said: set[str] = set()
        self._passing: set[str] = set()

    def tell(self, text: str, *, passing: bool) -> None:
        """Say `text`; what is `passing` is said again should it come back."""
        if passing:
            self._passing.add(text)
        if text not in self._said:
            self._said.add(text)
            logger.warning("outbox %s: %s", self._path, text)
            self._say(OutboxTrouble(str(self._path), text))

    def damaged(self, reason: str, saved: int, lost: int | None, aside: str = "") -> None:
        """Say that the file was hurt, and what became of what it held."""
        logger.warning("outbox %s: %s", self._path, reason)
        kept = str(self._path.with_name(aside)) if aside else ""
        self._say(FileDamaged(str(self._path), reason, saved=saved, lost=lost, aside=kept))

    def over(self) -> None:
        """The disk takes everything again."""
        self._said -= self._passing
        self._passing.clear()
