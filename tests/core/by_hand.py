"""A scheduler driven by hand: a clock that is set, requests that end when told, no threads and no network."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation, Priority
from pygame_gameservices.core.calls.pacing import Pace
from pygame_gameservices.core.events import Event, EventQueue
from pygame_gameservices.core.runners.driver import Driver
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.effects import Effect
from pygame_gameservices.core.scheduling.messages import BatchEnded, Cancel, Close, Loaded, Register
from pygame_gameservices.core.scheduling.scheduler import Said, Scheduler
from pygame_gameservices.errors import CallError, Timeout


class Unhurried:
    """A pace that never makes anyone wait."""

    def wait_s(self) -> float:
        return 0.0

    def took(self) -> None:
        pass


class Service:
    """An endpoint of which only the name, the host and the batch limit matter."""

    def __init__(self, name: str = "game", host: str = "host", batch_limit: int = 1) -> None:
        self.name, self.host, self.batch_limit = name, host, batch_limit
        self.pace: Pace = Unhurried()

    def lookup(self, operation: Operation) -> Sequence[Operation]:
        """Scores can be looked up; other things cannot."""
        if not operation.name.startswith("score"):
            return ()
        return [Operation(service=self.name, name="look", kind=Kind.SAFE, arguments={"for": operation.name})]

    def found(
        self, operation: Operation, values: Sequence[Any], *, attempted_at: float, now: float, equal_delivered: int
    ) -> Answer | None:
        return Answer("found") if values[0] > equal_delivered else None

    def may_batch(self, operation: Operation) -> bool:
        return self.batch_limit > 1 and not operation.name.startswith("alone")

    def commute(self, older: Operation, newer: Operation) -> bool:
        return older.name == newer.name == "sum"

    def request(self, operations: Sequence[Operation]) -> Request:
        raise AssertionError("no request is built by hand")

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        raise AssertionError("no answer is decoded by hand")

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        return ()

    def closing(self) -> None:
        pass


class ByHand:
    """A scheduler driven by hand: `jobs` are the requests under way.

    Args:
        keeps: whether there is a disk; `asked` is then what it was asked to do, which it does when told.
    """

    def __init__(self, *services: Service, workers: int = 2, keeps: bool = False) -> None:
        self.now = 1000.0
        self.jobs: list[Batch] = []
        self.sent: set[Batch] = set()
        self.replaced = 0
        self.asked: list[Effect] = []
        self.events = EventQueue()
        self.scheduler = Scheduler(workers, random.Random(1).uniform, keeps=keeps)
        self._driver = Driver(
            self.scheduler, self, self, self.events, lambda: self.now, lambda: time.time() - 1000.0 + self.now
        )
        for service in services or (Service(),):
            self.tell(Register(service))

    # what carries requests

    def send(self, batch: Batch) -> None:
        self.jobs.append(batch)

    def hang_up(self, batch: Batch) -> None:
        pass

    def abandon(self, batch: Batch, *, replace: bool) -> BatchEnded:
        self.replaced += replace
        return BatchEnded(batch, (), Timeout("lost", sent=batch in self.sent))

    # what the disk is

    def carry_out(self, effect: Effect) -> None:
        assert self.scheduler._keeps, f"{effect} where nothing is kept"
        self.asked.append(effect)

    # what a test does

    def tell(self, message: Said) -> None:
        self._driver.receive(message)
        self._driver.carry_out()

    def turn(self) -> None:
        self._driver.turn()

    def call(self, name: str = "x", kind: Kind = Kind.SAFE, *, service: str = "game", **how: Any) -> Call[Any]:
        call = self.post(name, kind, service=service, **how)
        self.turn()
        return call

    def post(self, name: str = "x", kind: Kind = Kind.SAFE, *, service: str = "game", **how: Any) -> Call[Any]:
        call: Call[Any] = Call(Operation(service=service, name=name, kind=kind, **how), self.cancel)
        self.tell(call)
        return call

    def load(
        self, operation: Operation, entry: int = 1, *, attempted_at: float | None = None, in_doubt: bool = False
    ) -> Call[Any]:
        """What an earlier run wrote down comes back."""
        call: Call[Any] = Call(operation, self.cancel, loaded=True)
        delivery = Delivery(operation, call, loaded=True, entry=entry, attempted_at=attempted_at)
        self.tell(Loaded(delivery, in_doubt))
        return call

    def cancel(self, call: Call[Any]) -> None:
        self.tell(Cancel(call))

    def close(self, seconds: float) -> None:
        self.tell(Close(seconds))

    def wait(self, seconds: float) -> None:
        """Let time pass the way a runner would: woken at each moment that the scheduler asked for."""
        until = self.now + seconds
        while (pause := self._driver.wait_s()) is not None and self.now + pause <= until:
            self.now += pause
            self.turn()
        self.now = until
        self.turn()

    def answer(self, *values: Any, job: Batch | None = None) -> None:
        """End a request (the oldest): each call gets its value, or its error if the value is one."""
        job = self._take(job)
        answers = [
            Answer(None, v) if isinstance(v, CallError) else Answer(v) for v in values or [None] * len(job.deliveries)
        ]
        self.tell(BatchEnded(job, answers, None))
        self.turn()

    def fail(self, error: CallError, job: Batch | None = None) -> None:
        """End a request (the oldest) with one error for all its calls."""
        self.tell(BatchEnded(self._take(job), (), error))
        self.turn()

    def happened(self) -> list[Any]:
        return self.events.drain(1.0)

    def under_way(self) -> list[list[str]]:
        return [[operation.name for operation in job.operations] for job in self.jobs]

    def _take(self, job: Batch | None) -> Batch:
        job = job or self.jobs[0]
        self.jobs.remove(job)
        return job


def carried(job: Batch) -> list[Call[Any] | None]:
    """The calls that a request carries."""
    return [delivery.call for delivery in job.deliveries]


def error_of(call: Call[Any]) -> CallError | None:
    """What a settled call ended with, without a frame having to pass."""
    call.deliver()
    return call.error


__all__ = ["ByHand", "Kind", "Priority", "Service", "carried", "error_of"]
