"""A batch as one operation: what it holds, and how its answer is taken apart (API page ``batch/``)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from pygame_gameservices.core.calls.endpoint import Answer
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.turns.breath import Breath
from pygame_gameservices.errors import CallError, Cancelled, ProtocolError
from pygame_gameservices.services.gamejolt.decoding import answer, unforgiving_answer
from pygame_gameservices.services.gamejolt.wire import WireResponse


class BatchOperation(Operation, frozen=True, kw_only=True, gc=True):
    """Several operations that the game put into one batch by hand.

    Attributes:
        parts: the operations, in order.
        refusals: for each of them why it cannot be sent, or None.
        parallel: the service may carry them out in any order.
        break_on_error: the service stops at the first that fails.
    """

    parts: tuple[Operation, ...]
    refusals: tuple[CallError | None, ...]
    parallel: bool = False
    break_on_error: bool = False

    def sendable(self) -> list[Operation]:
        """Those that can be sent; with `break_on_error` only those before the first that cannot."""
        pairs = list(zip(self.parts, self.refusals, strict=True))
        if self.break_on_error:
            pairs = list(itertools.takewhile(lambda pair: pair[1] is None, pairs))
        return [part for part, refusal in pairs if refusal is None]

    def flags(self) -> list[tuple[str, str]]:
        """The flags as the API wants them."""
        flags = {"parallel": self.parallel, "break_on_error": self.break_on_error}
        return [(name, "true") for name, given in flags.items() if given]


class BatchAnswers(tuple[Answer, ...]):
    """What each call of a batch got, in order, and what the service said of the whole.

    Attributes:
        success: whether all of it was carried out; False when ``break_on_error`` stopped it.
        broken_by: the place, from 0, of the call that stopped it, or None.
    """

    success: bool
    broken_by: int | None

    def __new__(cls, answers: Iterable[Answer], *, broken_by: int | None = None) -> BatchAnswers:
        """Put them together."""
        made = super().__new__(cls, answers)
        made.success, made.broken_by = broken_by is None, broken_by
        return made


def batch_answers(operation: BatchOperation, responses: Sequence[WireResponse]) -> BatchAnswers:
    """Decode what each call of a batch got, those included that were never sent. Worker thread.

    With ``break_on_error`` any no stops the batch, also one that is an answer elsewhere, such as a key that is not
    there: so it is an error here.
    """
    came = iter(responses)
    breath = Breath()
    broken_by: int | None = None
    answers: list[Answer] = []
    for place, (part, refusal) in enumerate(zip(operation.parts, operation.refusals, strict=True)):
        wire = None if refusal is not None or broken_by is not None else next(came, None)
        if broken_by is not None:
            got = Answer(None, Cancelled(_stopped(operation.parts[broken_by], broken_by, answers[broken_by])))
        elif refusal is not None:
            got = Answer(None, refusal)
        elif wire is not None:
            got = unforgiving_answer(part.name, wire) if operation.break_on_error else answer(part.name, wire)
        else:
            got = Answer(None, ProtocolError("an answer to each call of the batch"))
        if got.error is not None:
            got.error.about(part)
            if operation.break_on_error and broken_by is None:
                broken_by = place
        answers.append(got)
        breath.take()
    return BatchAnswers(answers, broken_by=broken_by)


def _stopped(part: Operation, place: int, got: Answer) -> str:
    reason = "" if got.error is None else f": {got.error.message}"
    return f"it was not carried out, since call {place + 1} of its batch ({part.name}) failed{reason}"
