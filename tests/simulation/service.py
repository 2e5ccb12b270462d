"""The service: the truth of what was really applied, and the endpoint by which a game's scheduler knows it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import AuthError
from tests.simulation.world import World

Deed = tuple[str, tuple[tuple[str, str], ...]]
"""What tells one thing that is done from another: the call's name, its arguments."""


def deed(operation: Operation) -> Deed:
    return operation.name, tuple(sorted(operation.arguments.items()))


class RemoteService:
    """The truth: what was applied, when, and in which order. Its clock is right.

    Attributes:
        applied: how often each deed was.
        rows: the scores that it has, and since when.
        values: of each player's keys.
        order: what was applied in each lane of each player.
        doubts: what left, in some attempt of which the game has not heard for sure that it was not applied.
        unheard: what was under way when a process died.
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
        self.doubts: set[Deed] = set()
        self.unheard: set[Deed] = set()
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

    def commute(self, older: Operation, newer: Operation) -> bool:
        return older.name == newer.name == "update"

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
