"""Batches made by hand: prepared calls that travel as one request (API page ``batch/``).

Calls made within a frame are batched without being asked; this is for games that want the two flags of the API, or
want to know what shares a request with what.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pygame_gameservices.core.calls.call import Call, T
from pygame_gameservices.core.calls.endpoint import Answer
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import CallError, OutcomeUnknown, UsageError
from pygame_gameservices.services.arguments import listed
from pygame_gameservices.services.gamejolt.accounts import Friends, Sessions, Time, Users
from pygame_gameservices.services.gamejolt.addresses import operation_at
from pygame_gameservices.services.gamejolt.batching import BatchAnswers, BatchOperation, batch_answers
from pygame_gameservices.services.gamejolt.caller import Caller, Player
from pygame_gameservices.services.gamejolt.data_store import DataStore
from pygame_gameservices.services.gamejolt.gateway import MOST_IN_BATCH, Gateway
from pygame_gameservices.services.gamejolt.scores import Scores
from pygame_gameservices.services.gamejolt.trophies import Trophies

logger = logging.getLogger("pygame_gameservices")

_numbers = itertools.count(1)
_SEVERITY = (Kind.SAFE, Kind.IDEMPOTENT, Kind.ADDITIVE, Kind.DANGEROUS)


class Prepared(Call[T]):
    """A call that is ready but not sent. ``gj.batch([...])`` sends it; then it ends like any other call.

    Attributes:
        refusal: why it cannot be sent at all, such as `NotSignedIn`; None when it can.
        sent: whether a batch has taken it.
    """

    __slots__ = ("refusal", "sent")

    def __init__(self, operation: Operation, refusal: CallError | None = None) -> None:
        super().__init__(operation, lambda call: None)
        self.refusal = refusal
        self.sent = False

    def result(self, timeout: float | None = None) -> T:
        """See `Pending.result`; only after the batch was sent, since nothing comes before that.

        Raises:
            UsageError: no batch has taken it yet.
        """
        if not self.sent:
            raise UsageError("this call is only prepared; pass it to batch([...]) first")
        return super().result(timeout)


class Preparation(Caller):
    """The resources of Game Jolt once more, except that their calls are kept and not sent. Frame thread.

    ``gj.prepare.scores.add("500 points", 500)`` checks its arguments like ``gj.scores.add`` and returns a `Prepared`.

    Attributes:
        users, sessions, scores, trophies, data_store, friends, time: as in `GameJolt`.
    """

    def __init__(self, gateway: Gateway, scores: Scores, trophies: Trophies) -> None:
        self._gateway = gateway
        self.name = gateway.name
        self.once = gateway.once
        self.users = Users(self)
        self.sessions = Sessions(self)
        self.scores = Scores(self, live=scores)
        self.trophies = Trophies(self, live=trophies)
        self.data_store = DataStore(self)
        self.friends = Friends(self)
        self.time = Time(self)

    @property
    def player(self) -> Player | None:  # type: ignore[override]
        """Whose calls are prepared now: the player who is signed in, or None."""
        return self._gateway.player

    def send(self, operation: Operation) -> Call[Any]:
        """Keep `operation`."""
        return Prepared(operation)

    def refuse(self, operation: Operation, error: CallError) -> Call[Any]:
        """Keep that it cannot be sent."""
        return Prepared(operation, error.about(operation))

    def known(self, name: str, arguments: dict[str, str], find: Callable[[], Any]) -> Call[Any] | None:
        """Nothing is answered from a cache: who writes a batch by hand wants it sent."""
        return None

    def say(self, event: Event) -> None:
        """Let the game hear of `event`."""
        self._gateway.say(event)

    def announce(self, event: Event) -> None:
        """Let the game hear of `event` in the next update."""
        self._gateway.announce(event)


def sealed_addresses(calls: Any) -> Any:
    """`calls` with the addresses among them wrapped: they hold a player's token, and tracebacks show local values."""
    if isinstance(calls, str):
        return concealed(calls)
    if not isinstance(calls, Iterable):
        return calls
    return [concealed(call) if isinstance(call, str) else call for call in calls]


def send_batch(
    gateway: Gateway, calls: Iterable[Call[Any] | Secret | str], *, parallel: bool, break_on_error: bool
) -> Call[BatchAnswers]:
    """Send prepared calls as one request; see `GameJolt.batch`."""
    batch = _checked(gateway, calls)
    if parallel and break_on_error:
        problem = "pass either parallel=True or break_on_error=True, not both"
        raise UsageError(problem, fields=("parallel", "break_on_error"))
    parts = [call.operation for call in batch]
    operation = BatchOperation(
        service=gateway.name,
        name="batch",
        kind=max((part.kind for part in parts), key=_SEVERITY.index),
        arguments={"number": str(next(_numbers))},  # two batches are never the same read
        timeout_s=max(part.timeout_s for part in parts),
        deadline_s=max(part.deadline_s for part in parts),
        max_bytes=max(part.max_bytes for part in parts),
        parts=tuple(parts),
        refusals=tuple(call.refusal for call in batch),
        parallel=parallel,
        break_on_error=break_on_error,
    )
    sent: Call[BatchAnswers]
    if operation.sendable():
        sent = gateway.send(operation)
    else:
        sent = gateway.manager.resolve(operation, batch_answers(operation, ()))
    for call in batch:
        call.sent = True
    return sent.then(lambda ended: _ended(ended, batch))


def _ended(sent: Call[BatchAnswers], batch: list[Prepared[Any]]) -> None:
    if sent.value is not None and sent.value.broken_by is not None:
        logger.warning("a batch stopped, as break_on_error asks: %s", sent.value[sent.value.broken_by].error)
    _hand_out(batch, _outcomes(sent, batch))


def _checked(gateway: Gateway, calls: Iterable[Call[Any] | Secret | str]) -> list[Prepared[Any]]:
    batch: list[Prepared[Any]] = []
    for call in listed("calls", calls, "what gj.prepare returns, or of addresses"):
        if isinstance(call, (Secret, str)):
            call = Prepared(operation_at(gateway, concealed(call)))
        if not isinstance(call, Prepared):
            raise UsageError(
                f"a batch holds {call!r}; pass what gj.prepare returns, such as gj.prepare.scores.tables()",
                fields=("calls",),
            )
        if call.sent or call in batch:
            raise UsageError(f"{call!r} was put into a batch before; prepare it anew")
        batch.append(call)
    if not 1 <= len(batch) <= MOST_IN_BATCH:
        raise UsageError(f"a batch holds {len(batch)} calls; pass from 1 to {MOST_IN_BATCH}", fields=("calls",))
    return batch


def _outcomes(sent: Call[BatchAnswers], batch: list[Prepared[Any]]) -> Sequence[Answer]:
    """The answers of a batch, or what its failing as a whole means for each of its calls."""
    if sent.error is None:
        return sent.value or ()
    outcomes = []
    for call in batch:
        harmless = call.operation.kind is Kind.SAFE and isinstance(sent.error, OutcomeUnknown)
        cause = sent.error.__cause__ if harmless else sent.error
        outcomes.append(Answer(None, cause if isinstance(cause, CallError) else sent.error))
    return outcomes


def _hand_out(batch: list[Prepared[Any]], answers: Sequence[Answer]) -> None:
    """End the prepared calls: their callbacks run here, within the update that ends the batch."""
    for call, got in zip(batch, answers, strict=True):
        call.settle(got.value, got.error)
        call.deliver()
