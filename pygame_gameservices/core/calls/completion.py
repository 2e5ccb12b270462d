"""How calls come home: once a frame their outcomes become visible, their callbacks run, and their events are told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from pygame_gameservices.core.calls.call import KEPT, Call, Pending
from pygame_gameservices.core.calls.operation import Kind
from pygame_gameservices.core.calls.refusals import Refusals
from pygame_gameservices.core.events import (
    CallFailed,
    CallRejected,
    CallSucceeded,
    DeliveryUnknown,
    Event,
    EventQueue,
)
from pygame_gameservices.errors import CallError, Cancelled, Closed, OutcomeUnknown, Postponed

logger = logging.getLogger("pygame_gameservices")


class Completion:
    """Brings to the frame thread what other threads have put into the queue. Frame thread only.

    Args:
        events: the queue.
        concluded: what a service makes of a call of it that has ended.
        begun: whether a call that has not ended was on its way to the disk or to its service.

    Attributes:
        open: the calls of this run that have not come home yet.
        quiet: the services of which the game hears nothing.
    """

    def __init__(
        self,
        events: EventQueue,
        concluded: Callable[[Call[Any]], Iterable[Event]],
        begun: Callable[[Call[Any]], bool],
    ) -> None:
        self.open: set[Call[Any]] = set()
        self.quiet: set[str] = set()
        self._events = events
        self._concluded = concluded
        self._begun = begun
        self._refusals = Refusals()
        self._item: Any = None
        self._happened: list[Event] = []

    @property
    def idle(self) -> bool:
        """Whether there is nothing to bring."""
        return not self._events and self._item is None and not self._happened

    def bring(self, budget_s: float) -> list[Event]:
        """Finish what has ended, and return the events; see `ServiceManager.update`.

        What has been taken out of the queue is kept until it is told: a callback may leave by ``sys.exit()``.
        """
        until = perf_counter() + budget_s
        for _ in range(len(self._events) + (self._item is not None)):
            item = self._item = self._events.take() if self._item is None else self._item
            if isinstance(item, Pending):
                begun = perf_counter()
                item.deliver()
                until += perf_counter() - begun
            self._happened += self._told_by(item)
            self._item = None
            if perf_counter() >= until or not self._events:
                break
        happened, self._happened = self._happened, []
        return happened

    def bring_all(self) -> list[Event]:
        """End what nobody ended in time, and bring everything home. When the manager closes."""
        for call in self.open:
            self.end(call)
        happened = self.bring(float("inf"))
        for call in [*self.open]:  # whoever ended these has yet to put them into the queue
            call.deliver()
            happened += self._told_by(call)
        return happened

    def end(self, call: Call[Any]) -> None:
        """End a call that nobody else will end, unless it has ended."""
        if call.settle(error=self._cut_short(call).about(call.operation)):
            self._events.put(call)

    def _cut_short(self, call: Call[Any]) -> CallError:
        """What becomes of a call that is still open when the manager has closed, as far as it can be told from here."""
        if call.durable:
            return Postponed(KEPT)
        if call.operation.kind is not Kind.SAFE and self._begun(call):
            return OutcomeUnknown("the service manager closed before it was known what became of it")
        return Cancelled("the service manager was closed")

    def _told_by(self, item: Any) -> list[Event]:
        """The events that something out of the queue stands for."""
        if not isinstance(item, Pending):
            return [] if getattr(item, "service", None) in self.quiet else [item]
        if not isinstance(item, Call) or not (item.loaded or item in self.open):
            return []  # work of ours, or a call that has been told of already
        self.open.discard(item)
        if item.operation.service in self.quiet:
            return []
        self._refusals.tell(item)
        return [_event(item), *self._conclusions(item)]

    def _conclusions(self, call: Call[Any]) -> list[Event]:
        try:
            return list(self._concluded(call))
        except Closed:  # it wanted to ask something more, but this is the last update
            return []
        except Exception:  # a defect in a service must not take the frame down
            logger.exception("%r could not be concluded", call)
            return []


def _event(call: Call[Any]) -> Event:
    """The event of a call's one outcome."""
    error = call.error
    if error is None:
        return CallSucceeded(call, call.value)
    kinds: dict[str, Callable[[Call[Any], CallError], Event]] = {
        "rejected": CallRejected,
        "failed": CallFailed,
        "unknown": DeliveryUnknown,
    }
    return kinds[call.outcome](call, error)
