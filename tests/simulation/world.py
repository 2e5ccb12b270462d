"""What is outside the game: time, services that remember what was really applied, and a network with every fault."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.messages import BatchEnded
from pygame_gameservices.core.scheduling.retry_policy import LONGEST_RETRY_AFTER_S, perhaps_applied
from pygame_gameservices.errors import (
    AuthError,
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

START = 1_000.0
"""What the clock that nobody sets says when a life begins."""
SET_AT = 1_700_000_000.0
"""How far the clock on the wall is ahead of it, while nobody sets that."""

Deed = tuple[str, tuple[tuple[str, str], ...]]
"""What tells one thing that is done from another: the call's name, its arguments."""


def deed(operation: Operation) -> Deed:
    return operation.name, tuple(sorted(operation.arguments.items()))


class World:
    """Virtual time, and things that are to happen in it.

    Args:
        seed: of all that happens by chance.
        history: takes what happens, in words, for whoever has to understand a life; None to save the time.
    """

    def __init__(self, seed: int, history: list[str] | None) -> None:
        self.rng = random.Random(seed)
        self.now = START
        self.history = history
        self.shift = SET_AT
        self.service = RemoteService(self)
        self._heap: list[tuple[float, int, Callable[[], object]]] = []
        self._tie = itertools.count()

    @property
    def wall(self) -> float:
        """What the clock on the wall says, which may be set."""
        return self.now + self.shift

    def note(self, text: str, *things: object) -> None:
        """Write down what happens."""
        if self.history is not None:
            self.history.append(f"{self.now - START:9.3f}  {text} {' '.join(map(str, things))}")

    def at(self, when: float, what: Callable[[], object]) -> None:
        heapq.heappush(self._heap, (when, next(self._tie), what))

    def next(self) -> float:
        return self._heap[0][0] if self._heap else float("inf")

    def run_due(self) -> None:
        while self._heap and self._heap[0][0] <= self.now:
            heapq.heappop(self._heap)[2]()


class RemoteService:
    """The truth: what was applied, when, and in which order. Its clock is right.

    Attributes:
        applied: how often each deed was.
        rows: the scores that it has, and since when.
        values: of each player's keys.
        order: what was applied in each lane of each player.
        sent: of which something has left for the service.
        doubts: how many attempts of each left of which the game has not heard for sure that they were not applied.
        refused_looks: the arguments of scores about which it would not answer.
        whose: the player of what was applied.
        tokens: those that it knows.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.applied: Counter[Deed] = Counter()
        self.rows: list[tuple[float, str, Deed]] = []
        self.values: dict[tuple[str, str], str] = {}
        self.order: defaultdict[tuple[str, str], list[Deed]] = defaultdict(list)
        self.sent: set[Deed] = set()
        self.doubts: Counter[Deed] = Counter()
        self.refused_looks: set[Deed] = set()
        self.whose: dict[Deed, str] = {}
        self.tokens: set[str] = set()

    def apply(self, operation: Operation) -> Answer:
        """Carry one operation out."""
        name, given = done = deed(operation)
        player = operation.player.casefold()
        if operation.credential is not None and operation.credential.reveal() not in self.tokens:
            return Answer(None, BadToken("the token is wrong"))
        if name == "look":
            return Answer([when for when, whose, row in self.rows if whose == player and row == ("score", given)])
        if operation.kind is Kind.SAFE:
            return Answer(self.values.get((player, operation.arguments.get("key", ""))))
        self.applied[done] += 1
        self.world.note("applied:", done)
        self.whose[done] = player
        self.order[player, operation.lane].append(done)
        if name == "score":
            self.rows.append((self.world.now, player, done))
        elif name in ("set", "remove"):
            self.values[player, operation.arguments["key"]] = operation.arguments["value"]
        return Answer(True)

    def doubt(self, operations: Iterable[Operation]) -> None:
        """Note attempts of which the game cannot know what became."""
        self.doubts.update(map(deed, operations))


class BadToken(AuthError):
    """What a service says of a token that it does not know."""

    waits_for_player = True


class Endpoint:
    """The service as a game's scheduler sees it."""

    host = "remote"
    name = "game"

    def __init__(self, world: World, batch_limit: int, pause_s: float) -> None:
        self._world = world
        self.batch_limit = batch_limit
        self._pause_s = pause_s
        self._free_at = 0.0
        self.pace = self

    def wait_s(self) -> float:
        return max(0.0, self._free_at - self._world.now)

    def took(self) -> None:
        self._free_at = max(self._free_at, self._world.now) + self._pause_s

    def may_batch(self, operation: Operation) -> bool:
        return self.batch_limit > 1 and operation.name != "order"

    def lookup(self, operation: Operation) -> Sequence[Operation]:
        if operation.name != "score":
            return ()
        return [
            Operation(
                service="game",
                name="look",
                kind=Kind.SAFE,
                arguments=operation.arguments,
                player=operation.player,
                credential=operation.credential,
            )
        ]

    def found(
        self, operation: Operation, values: Sequence[Any], *, attempted_at: float, now: float, equal_delivered: int
    ) -> Answer | None:
        """As Game Jolt's: rows are counted from a little before the attempt, by the service's clock."""
        ago = now - attempted_at if now >= attempted_at else 86_400.0
        earliest = now - self._world.shift - ago - 5.0
        return Answer(True) if sum(when >= earliest for when in values[0]) > equal_delivered else None

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        return ()

    def closing(self) -> None:
        pass

    def request(self, operations: Sequence[Operation]) -> Request:
        raise AssertionError("nothing is put on a wire here")

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        raise AssertionError("nothing is read from a wire here")


class Network:
    """Carries one process's requests, each to one of many ends.

    Attributes:
        trouble: how likely a fault is, from 0 to 1.
        alive: whether the process is.
    """

    def __init__(self, world: World, post: Callable[[BatchEnded], object], between: Callable[[], object]) -> None:
        self._world = world
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
        fate = rng.choice(FATES) if rng.random() < self.trouble else "ok"
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
            self._world.service.doubt(batch.operations)
        return BatchEnded(batch, (), Timeout("given up", sent=sent))

    def die(self) -> None:
        """As the process does: what is under way goes on at the service, and nobody hears of it."""
        self.alive = False
        for batch in self._under_way:
            self._world.service.doubt(batch.operations)

    def _leaves(self, batch: Batch) -> None:
        """The first byte is on its way."""
        if batch in self._under_way and self.alive:
            self._under_way[batch] = True
            self._world.service.sent.update(map(deed, batch.operations))

    def _arrives(self, batch: Batch, fate: str, back: float) -> None:
        """The service has it. What was hung up on since still takes effect, unless twice is once: then order counts."""
        world = self._world
        gone = batch not in self._under_way or not self.alive
        answers: list[Answer] = []
        for operation in batch.operations:
            if fate == "partly" and world.rng.random() < 0.4:
                refusal = world.rng.choice(PARTS)()
                if operation.name == "look":
                    world.service.refused_looks.add(("score", deed(operation)[1]))
                answers.append(Answer(None, refusal))
            elif fate not in NEVER_APPLIED and not (gone and operation.kind is Kind.IDEMPOTENT):
                answers.append(world.service.apply(operation))
        if gone or fate == "stall":
            return
        error = ERRORS[fate](world.rng) if fate in ERRORS else None
        world.at(world.now + back, lambda: self._end(batch, () if error else answers, error))

    def _end(self, batch: Batch, answers: Sequence[Answer], error: CallError | None) -> None:
        if batch in self._under_way and self.alive:
            self._sent[batch] = self._under_way.pop(batch)
            errors = [one.error for one in answers] if error is None else [error] * len(batch.operations)
            self._world.service.doubt(
                one for one, wrong in zip(batch.operations, errors, strict=True) if wrong and perhaps_applied(wrong)
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
FATES = (*NOT_SENT, *ERRORS, "reset after", "hang", "stall", "drip", "latency", "stuck", "partly", "partly")
PARTS: tuple[Callable[[], CallError], ...] = (
    lambda: Forbidden("no"),
    lambda: ServiceUnavailable("not now"),
    lambda: RateLimited("slow down", retry_after=3.0),
    lambda: ProtocolError("a number"),
)
"""What one part of a request of many may be answered with."""
