"""pygame's events for a game, each of which the overlay has seen before, whatever the game asks for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from types import SimpleNamespace
from typing import Any

_MOST = 2000
"""Events kept for a game that does not ask for them; the oldest go first, so that a QUIT still arrives."""
FUNCTIONS = ("get", "poll", "wait", "peek", "clear")


class PygameQueue:
    """Stands before ``pygame.event``, with its functions. Frame thread.

    A game that asks for some types only, as in ``pygame.event.get(pygame.KEYUP)``, leaves the others to fill the queue,
    or throws them away with `clear`; a dialog needs them. So everything is taken, the overlay gets each event once and
    in order, and what it leaves waits here until the game asks for it.
    """

    def __init__(self, event: Any, none: Any, process: Callable[[Any], bool]) -> None:
        """Take events from ``pygame.event``.

        Args:
            event: the module; its functions are remembered as they are now.
            none: the event that says there is none.
            process: told of each event; returns whether the game should not get it.
        """
        self.real = SimpleNamespace(**{name: getattr(event, name) for name in FUNCTIONS})
        self._none = none
        self._process = process
        self._kept: deque[Any] = deque(maxlen=_MOST)

    def look(self, pump: bool = True) -> None:
        """Give the overlay what has come."""
        for event in self.real.get(pump=pump):
            self._take(event)

    def get(self, eventtype: Any = None, pump: bool = True, exclude: Any = None) -> list[Any]:
        """As ``pygame.event.get``."""
        if eventtype is not None and exclude is not None:
            self.real.get(eventtype, pump, exclude)  # which says what is wrong with that
        self.look(pump)
        return self._part(lambda kind: _asked(kind, eventtype, exclude))

    def poll(self) -> Any:
        """As ``pygame.event.poll``."""
        self.look()
        return self._kept.popleft() if self._kept else self._none

    def peek(self, eventtype: Any = None, pump: bool = True) -> bool:
        """As ``pygame.event.peek``."""
        self.look(pump)
        return any(_asked(event.type, eventtype, None) for event in self._kept)

    def clear(self, eventtype: Any = None, pump: bool = True) -> None:
        """As ``pygame.event.clear``."""
        self.get(eventtype, pump)

    def wait(self, timeout: int = 0, meanwhile: Callable[[], int] = lambda: 0) -> Any:
        """As ``pygame.event.wait``.

        Args:
            timeout: milliseconds; 0 waits for ever.
            meanwhile: called while nothing comes; returns after how many milliseconds to call it again, 0 for never.
        """
        until = monotonic() + timeout / 1000 if timeout > 0 else None
        self.look()
        while not self._kept:
            pause = meanwhile()
            if until is not None:
                left = round((until - monotonic()) * 1000)
                if left <= 0:
                    return self._none
                pause = min(pause or left, left)
            event = self.real.wait(pause)
            if event.type != self._none.type:
                self._take(event)
            self.look()
        return self._kept.popleft()

    def _take(self, event: Any) -> None:
        if not self._process(event):
            self._kept.append(event)

    def _part(self, asked: Callable[[int], bool]) -> list[Any]:
        """Take out what is asked for, and keep the rest in order."""
        part = [event for event in self._kept if asked(event.type)]
        rest = [event for event in self._kept if not asked(event.type)] if len(part) < len(self._kept) else []
        self._kept.clear()
        self._kept.extend(rest)
        return part


def _asked(kind: int, wanted: int | Iterable[int] | None, unwanted: int | Iterable[int] | None) -> bool:
    """Whether events of a type are asked for, by pygame's rules for both arguments."""
    if wanted is not None:
        return kind == wanted if isinstance(wanted, int) else kind in wanted
    if unwanted is not None:
        return kind != unwanted if isinstance(unwanted, int) else kind not in unwanted
    return True
