"""What people see who wait: how far it is, how quick it goes, how long it takes. On the standard error, and only there
where it is a terminal; a program that reads the output sees none of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.status import Status
from rich.text import Text

TOLD_AFTER_S = 1.0
"""What takes no longer is not counted in seconds."""


class _Rate(ProgressColumn):
    """So many things a second: those of the task's field ``rated``, since it began."""

    def __init__(self, things: str) -> None:
        super().__init__()
        self._things = things

    def render(self, task: Task) -> Text:
        """The text of the column."""
        return Text(rate(task.fields["rated"], task.elapsed or 0.0, self._things))


def rate(count: int, seconds: float, things: str) -> str:
    """How quick it went: ``12 records/s``, or ``0.3 makers/s``; nothing as long as nobody can tell.

    Args:
        count: how many were done.
        seconds: in how long.
        things: what was done.
    """
    if not count or seconds < TOLD_AFTER_S:
        return ""
    each = count / seconds
    return f"{each:,.0f} {things}/s" if each >= 10 else f"{each:,.1f} {things}/s"


def bar(things: str, *, percent: bool = False, console: Console | None = None) -> Progress:
    """A bar for tasks with a field ``rated``: how many `things` were done in this run.

    Args:
        things: what the rate counts, in the plural.
        percent: show a percentage, for totals that are no number of things, such as bytes.
        console: where to; the standard error by default.
    """
    console = console or Console(stderr=True)
    return Progress(
        BarColumn(),
        TaskProgressColumn() if percent else MofNCompleteColumn(),
        _Rate(things),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        disable=not console.is_terminal,
    )


class Waiting:
    """A spinner that counts the seconds once there are some."""

    def __init__(self, status: Status, doing: str) -> None:
        self._status = status
        self._doing = doing
        self._began = time.monotonic()

    def tell(self, more: str = "") -> None:
        """Say how long it takes by now, and `more` about it."""
        seconds = time.monotonic() - self._began
        words = (self._doing, more, f"{seconds:.0f} s" if seconds >= TOLD_AFTER_S else "")
        self._status.update(" ".join(filter(None, words)))


@contextmanager
def waiting(doing: str) -> Iterator[Waiting]:
    """A spinner for as long as the block runs, where the standard error is a terminal."""
    with Console(stderr=True).status(doing) as status:
        yield Waiting(status, doing)
