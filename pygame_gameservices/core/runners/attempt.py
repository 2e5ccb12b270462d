"""One request, from the operations that it carries to the answers that they got."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from pygame_gameservices.core.calls.endpoint import Answer
from pygame_gameservices.core.http.line import Line, Transport
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.messages import BatchEnded
from pygame_gameservices.core.turns.breath import in_short_breaths
from pygame_gameservices.errors import CallError, ProtocolError

logger = logging.getLogger("pygame_gameservices")


def attempt(batch: Batch, transport: Transport, line: Line) -> BatchEnded:
    """Carry a request out: build it, send it, decode the answer. Never raises. Worker thread."""
    endpoint, operations = batch.endpoint, batch.operations
    redactor = Redactor()
    try:
        request = endpoint.request(operations)
        redactor = Redactor.of(request)
        response = redactor.response(transport.send(request, line))
        with in_short_breaths():
            answers = endpoint.answers(operations, response)
        if len(answers) != len(operations):
            raise ProtocolError(f"{len(operations)} answers", str(len(answers)))
        for error in _errors(answers):
            redactor.error(error)
        return BatchEnded(batch, answers, None)
    except CallError as error:
        return BatchEnded(batch, (), redactor.error(error))
    except Exception as error:  # a defect of ours must not cost the game its outcome
        names = ", ".join(f"{operation.service} {operation.name}" for operation in operations)
        logger.error("the answer to %s could not be handled: %s", names, redactor.trace(error))
        nonsense = ProtocolError("an answer that we can handle", type(error).__name__)
        return BatchEnded(batch, [Answer(None, nonsense)] * len(operations), None)


def _errors(answers: Sequence[Answer]) -> Iterator[CallError]:
    """The errors among `answers`, and among those of a batch that is one answer."""
    for answer in answers:
        if answer.error is not None:
            yield answer.error
        elif type(answer.value) is tuple and answer.value and isinstance(answer.value[0], Answer):
            yield from _errors(answer.value)
