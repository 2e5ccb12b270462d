"""Hands a scheduler its messages and the time, and carries out what it wants done. The same in every runner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.scheduling import effects as do
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.messages import BatchEnded, Moment
from pygame_gameservices.core.scheduling.scheduler import Said, Scheduler


class Network(Protocol):
    """Carries requests. On the scheduler's thread; nothing here blocks."""

    def send(self, batch: Batch) -> None:
        """Send a request. The runner hands the driver a `BatchEnded` once it has ended."""

    def hang_up(self, batch: Batch) -> None:
        """Break a request off."""

    def abandon(self, batch: Batch, *, replace: bool) -> BatchEnded:
        """Give a request up, and its worker with it, which is replaced or not. Returns what is known of it."""


class Disk(Protocol):
    """Keeps durable calls. On the scheduler's thread; nothing here blocks. Each effect of its name says more."""

    def carry_out(self, effect: do.Effect) -> None:
        """Carry an effect out that is about the disk; messages are posted in answer."""


class Driver:
    """See above. Used on one thread.

    Args:
        scheduler: whose turns these are.
        network: carries requests.
        disk: keeps durable calls.
        events: takes calls that have ended, and what is announced.
        clock: monotonic seconds.
        wall_clock: Unix seconds.

    Attributes:
        events: see above.
        clock: see above.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        network: Network,
        disk: Disk,
        events: EventQueue,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self._scheduler = scheduler
        self._network = network
        self._disk = disk
        self.events = events
        self.clock = clock
        self._wall_clock = wall_clock
        self._worker_is_free = False
        self._how: dict[type[do.Effect], Callable[[Any], object]] = {
            do.Send: self._send,
            do.HangUp: lambda effect: self._network.hang_up(effect.batch),
            do.Abandon: self._abandon,
            do.Settle: self._settle,
            do.Announce: lambda effect: self.events.put(effect.event),
        }

    @property
    def finished(self) -> bool:
        """Whether the scheduler has closed and settled everything. Any thread."""
        return self._scheduler.finished

    def stop(self) -> None:
        """Have nothing more begun, however much there is to do. Any thread."""
        self._scheduler.finished = True

    def open_calls(self) -> list[Call[Any]]:
        """The calls that have not ended. Where the scheduler runs, or once nothing runs any more."""
        return [delivery.call for delivery in self._scheduler.open if delivery.call is not None]

    def receive(self, message: Said) -> None:
        """Hand a message over. What follows is carried out with the next turn: what came together goes together."""
        self._scheduler.receive(message, self._now())

    def turn(self) -> bool:
        """Let the scheduler do what is due, and carry out all it wants; and what can go since a worker was replaced
        meanwhile. Returns whether there was anything."""
        did, self._worker_is_free = False, True
        while self._worker_is_free:
            self._worker_is_free = False
            self._scheduler.turn(self._now())
            did = self.carry_out() or did
        return did

    def carry_out(self) -> bool:
        """Carry out what the scheduler wants done so far. Returns whether there was anything."""
        effects = self._scheduler.effects
        did = bool(effects)
        while effects:
            effect = effects.popleft()
            self._how.get(type(effect), self._disk.carry_out)(effect)
        return did

    def wait_s(self) -> float | None:
        """Seconds until there is something to do without a message; None if there never is."""
        if self._scheduler.effects:  # one of them met an error
            return 0.0
        when = self._scheduler.wake_at()
        return None if when is None else max(0.0, when - self.clock())

    def _now(self) -> Moment:
        return Moment(self.clock(), self._wall_clock())

    def _send(self, effect: do.Send) -> None:
        for delivery in effect.batch.deliveries:
            if delivery.call is not None:
                delivery.call.attempts = delivery.attempts
        self._network.send(effect.batch)

    def _abandon(self, effect: do.Abandon) -> None:
        self._worker_is_free = True
        self.receive(self._network.abandon(effect.batch, replace=effect.replace))

    def _settle(self, effect: do.Settle) -> None:
        call = effect.delivery.call
        if call is not None:
            call.operation = effect.delivery.operation  # whose it is may have become clear only since
            if call.settle(effect.value, effect.error):
                self.events.put(call)
