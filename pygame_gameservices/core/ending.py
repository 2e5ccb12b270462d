"""The end of a dispatcher: what may still go out goes, and every call is told what became of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.call import Call
from pygame_gameservices.core.operation import Kind
from pygame_gameservices.core.retry import final_error
from pygame_gameservices.errors import Cancelled, Postponed

if TYPE_CHECKING:
    from pygame_gameservices.core.dispatcher import Dispatcher

KEPT = "it is kept on disk and goes out next time"
NOT_SENT = "the service manager was closed before it was sent"


class Ending:
    """Closes a dispatcher. Scheduler thread."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def begin(self, until: float) -> None:
        """End the reads; writes may still go out until `until`."""
        dispatcher = self._dispatcher
        for call, job in list(dispatcher.open.items()):
            if call.operation.kind is Kind.SAFE and not call.internal:
                dispatcher.give_up(call, Cancelled("the service manager was closed"))
                if job is not None and all(c.settled for c in job.calls):
                    job.line.hang_up()
        dispatcher.timers.at(until, self._now)
        self.perhaps_now()

    def perhaps_now(self) -> None:
        """Stop early once nothing is left, or what is left waits for a host that is gone."""
        dispatcher = self._dispatcher
        if dispatcher.finished:
            return
        for call, job in dispatcher.open.items():
            if job is not None:
                return
            waits = call.in_doubt or call.internal or call.replaced or call.absent
            if not waits and dispatcher.service(call).circuit.offline_since is None:
                return
        self._now()

    def in_child(self) -> list[AnyCall]:
        """End in a forked child, which has no scheduler thread, and return the calls that nobody settles here."""
        dispatcher = self._dispatcher
        dispatcher.finished = True
        unread = [dispatcher.inbox.get_nowait() for _ in range(dispatcher.inbox.qsize())]
        calls = [*dispatcher.open, *(message for message in unread if isinstance(message, Call))]
        dispatcher.open.clear()
        return calls

    def _now(self) -> None:
        dispatcher = self._dispatcher
        if dispatcher.finished:
            return
        dispatcher.finished = True
        for call, job in list(dispatcher.open.items()):
            if job is not None:
                job.over = True
                job.line.hang_up()
                call.perhaps_applied = call.perhaps_applied or job.line.sent
            outbox = dispatcher.outbox if call.operation.durable else None
            if outbox is not None and call.durable:
                dispatcher.settle(call, None, Postponed(KEPT, operation=call.operation))
            elif outbox is not None:
                outbox.when_ended(partial(self._told_by_disk, call))
            else:
                dispatcher.give_up(call, Cancelled(NOT_SENT))

    def _told_by_disk(self, call: AnyCall) -> None:
        """End a call that was not on disk when all others ended. The outbox's thread; the scheduler's has ended."""
        cut_short = final_error(call.operation, Cancelled(NOT_SENT), call.perhaps_applied)
        error = Postponed(KEPT) if call.durable else cut_short
        if call.settle(None, error.about(call.operation)) and not call.internal:
            self._dispatcher.events.put(call)
