"""A dispatcher driven by hand: a clock that is set, workers that answer when told, no threads and no network."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.dispatcher import Dispatcher
from pygame_gameservices.core.endpoint import Answer, Request, Response
from pygame_gameservices.core.events import Event, EventQueue
from pygame_gameservices.core.job import Done, Job
from pygame_gameservices.core.operation import Kind, Operation, Priority
from pygame_gameservices.core.pacing import Pace
from pygame_gameservices.errors import CallError


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

    def request(self, operations: Sequence[Operation]) -> Request:
        raise AssertionError("no request is built by hand")

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        raise AssertionError("no answer is decoded by hand")

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        return ()

    def closing(self) -> None:
        pass


class ByHand:
    """Stands in for a runner: `jobs` are the requests under way."""

    def __init__(self, *services: Service, workers: int = 2) -> None:
        self.now = 1000.0
        self.idle = self.workers = workers
        self.jobs: list[Job] = []
        self.replaced = 0
        self.events = EventQueue()
        self.dispatcher = Dispatcher(self.events, lambda: self.now, random.Random(1))
        for service in services or (Service(),):
            self.dispatcher.register(service)

    # what a runner does

    def start(self, dispatcher: Dispatcher) -> None:
        raise AssertionError("started by hand")

    def share(self, services: int) -> int:
        return self.workers if services < 2 else max(1, self.workers - 1)

    def perform(self, job: Job) -> None:
        self.jobs.append(job)

    def replace_lost(self) -> None:
        self.replaced += 1
        self.idle += 1

    def join(self, timeout: float) -> bool:
        return self.dispatcher.finished

    # what a test does

    def call(self, name: str = "x", kind: Kind = Kind.SAFE, *, service: str = "game", **how: Any) -> Call[Any]:
        call = self.post(name, kind, service=service, **how)
        self.dispatcher.step(self)
        return call

    def post(self, name: str = "x", kind: Kind = Kind.SAFE, *, service: str = "game", **how: Any) -> Call[Any]:
        call: Call[Any] = Call(Operation(service=service, name=name, kind=kind, **how), self.dispatcher.cancel)
        self.dispatcher.handle(call, self)
        return call

    def wait(self, seconds: float) -> None:
        """Let time pass the way a runner would: woken at each moment that the dispatcher asked for."""
        until = self.now + seconds
        while (pause := self.dispatcher.wait_s()) is not None and self.now + pause <= until:
            self.now += pause
            self.dispatcher.step(self)
        self.now = until
        self.dispatcher.step(self)

    def answer(self, *values: Any, job: Job | None = None) -> None:
        """End a request (the oldest): each call gets its value, or its error if the value is one."""
        job = self._take(job)
        answers = [
            Answer(None, v) if isinstance(v, CallError) else Answer(v) for v in values or [None] * len(job.calls)
        ]
        self.dispatcher.handle(Done(job, answers, None), self)
        self.dispatcher.step(self)

    def fail(self, error: CallError, job: Job | None = None) -> None:
        """End a request (the oldest) with one error for all its calls."""
        self.dispatcher.handle(Done(self._take(job), (), error), self)
        self.dispatcher.step(self)

    def happened(self) -> list[Any]:
        return self.events.drain(1.0)

    def under_way(self) -> list[list[str]]:
        return [[call.operation.name for call in job.calls] for job in self.jobs]

    def _take(self, job: Job | None) -> Job:
        job = job or self.jobs[0]
        self.jobs.remove(job)
        return job


def error_of(call: Call[Any]) -> CallError | None:
    """What a settled call ended with, without a frame having to pass."""
    call.deliver()
    return call.error


__all__ = ["ByHand", "Kind", "Priority", "Service", "error_of"]
