"""The network, with every fault."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from pygame_gameservices.core.calls.endpoint import Answer
from pygame_gameservices.core.calls.operation import Kind
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.messages import BatchEnded
from pygame_gameservices.core.scheduling.retry_policy import LONGEST_RETRY_AFTER_S, perhaps_applied
from pygame_gameservices.errors import (
    CallError,
    Forbidden,
    Offline,
    ProtocolError,
    RateLimited,
    ResponseTooLarge,
    ServiceUnavailable,
    Timeout,
    TLSError,
)
from tests.simulation.checks import Violation
from tests.simulation.service import RemoteService, deed
from tests.simulation.world import World


class Network:
    """Carries one process's requests, each to one of many ends.

    Args:
        world: the time.
        service: where they arrive.
        faults: those that it has, of `FAULTS`.
        post: takes what became of a request.
        between: called where the process may die.

    Attributes:
        trouble: how likely a fault is, from 0 to 1.
        alive: whether the process is.
    """

    def __init__(
        self,
        world: World,
        service: RemoteService,
        faults: Sequence[str],
        post: Callable[[BatchEnded], object],
        between: Callable[[], object],
    ) -> None:
        self._world = world
        self._service = service
        self._faults = faults
        self._post = post
        self._between = between
        self._under_way: dict[Batch, bool] = {}
        self._sent: dict[Batch, bool] = {}
        self._stuck: set[Batch] = set()
        self._alone_until = float("-inf")
        self.trouble = 0.0
        self.alive = True

    def send(self, batch: Batch) -> None:
        self._between()
        world, rng = self._world, self._world.rng
        if world.now < self._alone_until - 0.001:
            raise Violation("the service asked to be left alone, and was not")
        self._under_way[batch] = False
        there, back = rng.uniform(0.005, 0.2), rng.uniform(0.005, 0.2)
        fate = rng.choice(self._faults) if rng.random() < self.trouble else "ok"
        world.note("sends", [deed(one) for one in batch.operations], fate)
        if fate in NOT_SENT:
            world.at(world.now + there, lambda: self._end(batch, (), NOT_SENT[fate]()))
            return
        world.at(world.now + min(there, 0.001), lambda: self._leaves(batch))
        if fate == "stuck":
            self._stuck.add(batch)
            return
        if fate == "latency":
            there = rng.uniform(0.5, 12.0)
        elif fate == "drip":
            back = rng.uniform(2.0, 12.0)
        if fate in ("hang", "stall", "latency", "drip") and rng.random() < 0.5:  # else the scheduler cuts it off
            late = Timeout("no whole answer", sent=True)
            world.at(world.now + batch.timeout_s, lambda: self._end(batch, (), late))
        if fate != "hang":
            world.at(world.now + there, lambda: self._arrives(batch, fate, back))

    def hang_up(self, batch: Batch) -> None:
        self._between()
        sent = self._under_way.get(batch)
        if sent is None or batch in self._stuck:
            return
        self._end(batch, (), Timeout("hung up", sent=sent))

    def abandon(self, batch: Batch, *, replace: bool) -> BatchEnded:
        self._between()
        sent = self._under_way.pop(batch, self._sent.get(batch, False))
        if sent:
            self._service.doubts.update(map(deed, batch.operations))
        return BatchEnded(batch, (), Timeout("given up", sent=sent))

    def die(self) -> None:
        """As the process does: what is under way goes on at the service, and nobody hears of it."""
        self.alive = False

    def _leaves(self, batch: Batch) -> None:
        """The first byte is on its way."""
        if batch in self._under_way and self.alive:
            self._under_way[batch] = True

    def _arrives(self, batch: Batch, fate: str, back: float) -> None:
        """The service has it. What was hung up on since still takes effect, unless twice is once: then order counts."""
        if self._sent.get(batch) is False:  # it was hung up on before its first byte left
            return
        world = self._world
        gone = batch not in self._under_way or not self.alive
        answers: list[Answer] = []
        for operation in batch.operations:
            if fate == "partly" and world.rng.random() < 0.4:
                refusal = world.rng.choice(PARTS)()
                if operation.name == "look":
                    self._service.refused_looks.add(("score", deed(operation)[1]))
                answers.append(Answer(None, refusal))
            elif fate not in NEVER_APPLIED and not (gone and operation.kind is Kind.IDEMPOTENT):
                answers.append(self._service.apply(operation))
        if gone or fate == "stall":
            return
        error = ERRORS[fate](world.rng) if fate in ERRORS else None
        world.at(world.now + back, lambda: self._end(batch, () if error else answers, error))

    def _end(self, batch: Batch, answers: Sequence[Answer], error: CallError | None) -> None:
        if batch in self._under_way and self.alive:
            self._sent[batch] = self._under_way.pop(batch)
            errors = [one.error for one in answers] if error is None else [error] * len(batch.operations)
            self._service.doubts.update(
                deed(one)
                for one, wrong in zip(batch.operations, errors, strict=True)
                if wrong and perhaps_applied(wrong)
            )
            if isinstance(error, RateLimited):
                wait = min(error.retry_after or 0.0, LONGEST_RETRY_AFTER_S)
                self._alone_until = max(self._alone_until, self._world.now + wait)
            self._post(BatchEnded(batch, answers, error))


NOT_SENT: dict[str, Callable[[], CallError]] = {
    "refuse": lambda: Offline("refused", sent=False),
    "slow tls": lambda: Timeout("no handshake", sent=False),
    "tls": lambda: TLSError("a certificate of somebody else"),
}
"""What ends before anything was sent."""
NEVER_APPLIED = ("hang", "reset before", "down", "too many requests", "html page")
"""What the service does not carry out."""
ERRORS: dict[str, Callable[[random.Random], CallError]] = {
    "reset before": lambda rng: Offline("reset", sent=True),
    "reset after": lambda rng: Offline("reset", sent=True),
    "truncate": lambda rng: Offline("it broke off", sent=True),
    "down": lambda rng: ServiceUnavailable("down", retry_after=rng.choice((None, 2.0, 0.0))),
    "down after": lambda rng: ServiceUnavailable("down"),
    "too many requests": lambda rng: RateLimited("slow down", retry_after=rng.choice((None, 1.0, 20.0, -5.0, 1e9))),
    "garbage": lambda rng: ProtocolError("JSON", "\x00\xff"),
    "html page": lambda rng: ProtocolError("JSON", "<html>sign in to the hotel"),
    "flood": lambda rng: ResponseTooLarge("less"),
}
"""What the whole of a request may end with."""
FAULTS: tuple[str, ...] = (
    *NOT_SENT,
    *ERRORS,
    "reset after",
    "hang",
    "stall",
    "drip",
    "latency",
    "stuck",
    "partly",
    "partly",
)
PARTS: tuple[Callable[[], CallError], ...] = (
    lambda: Forbidden("no"),
    lambda: ServiceUnavailable("not now"),
    lambda: RateLimited("slow down", retry_after=3.0),
    lambda: ProtocolError("a number"),
)
"""What one part of a request of many may be answered with."""
