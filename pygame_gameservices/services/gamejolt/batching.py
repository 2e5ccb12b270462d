"""A batch as one operation: what it holds, and how its answer is taken apart (API page ``batch/``)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from pygame_gameservices.core.breath import Breath
from pygame_gameservices.core.endpoint import Answer
from pygame_gameservices.core.operation import Operation
from pygame_gameservices.errors import CallError, Cancelled, ProtocolError
from pygame_gameservices.services.gamejolt.decoding import answer
from pygame_gameservices.services.gamejolt.wire import WireResponse


class BatchOperation(Operation, frozen=True, kw_only=True):
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


def batch_answers(operation: BatchOperation, responses: Sequence[WireResponse]) -> tuple[Answer, ...]:
    """Decode what each call of a batch got, those included that were never sent. Worker thread."""
    came = iter(responses)
    breath = Breath()
    stopped = False
    answers = []
    for part, refusal in zip(operation.parts, operation.refusals, strict=True):
        wire = None if refusal is not None or stopped else next(came, None)
        if wire is not None:
            got = answer(part.name, wire)
        elif refusal is not None and not stopped:
            got = Answer(None, refusal)
        elif operation.break_on_error:
            got = Answer(None, Cancelled("it was not carried out, since an earlier call of its batch failed"))
        else:
            got = Answer(None, ProtocolError("an answer to each call of the batch"))
        if got.error is not None:
            got.error.about(part)
            stopped = stopped or operation.break_on_error
        answers.append(got)
        breath.take()
    return tuple(answers)
