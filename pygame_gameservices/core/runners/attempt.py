"""One request, from the operations that it carries to the answers that they got. What carries it is not known here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.messages import BatchEnded
from pygame_gameservices.errors import CallError, ProtocolError

logger = logging.getLogger("pygame_gameservices")


class Attempt:
    """See above: `request` first, then `answered` or `failed`. Whatever goes wrong in one of these is told to `failed`.
    Used on one thread.

    Args:
        batch: whose operations these are.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._redactor = Redactor()

    def request(self) -> Request:
        """Build the request.

        Raises:
            Exception: the service cannot build it.
        """
        request = self._batch.endpoint.request(self._batch.operations)
        self._redactor = Redactor.of(request)
        return request

    def answered(self, response: Response) -> BatchEnded:
        """Decode the answer, whose size the request has bounded; without its secrets from here on.

        Raises:
            Exception: it says no as a whole, or makes no sense.
        """
        operations = self._batch.operations
        answers = self._batch.endpoint.answers(operations, self._redactor.response(response))
        if len(answers) != len(operations):
            raise ProtocolError(f"{len(operations)} answers", str(len(answers)))
        for error in _errors(answers):
            self._redactor.error(error)
        return BatchEnded(self._batch, answers, None)

    def failed(self, error: Exception) -> BatchEnded:
        """What becomes of the operations when something went wrong. Never raises."""
        if isinstance(error, CallError):
            return BatchEnded(self._batch, (), self._redactor.error(error))
        # a defect of ours must not cost the game its outcome
        names = ", ".join(f"{operation.service} {operation.name}" for operation in self._batch.operations)
        logger.error("the answer to %s could not be handled: %s", names, self._redactor.trace(error))
        nonsense = ProtocolError("an answer that we can handle", type(error).__name__)
        return BatchEnded(self._batch, [Answer(None, nonsense)] * len(self._batch.operations), None)


def _errors(answers: Sequence[Answer]) -> Iterator[CallError]:
    """The errors among `answers`, and among those of a batch that is one answer."""
    for answer in answers:
        if answer.error is not None:
            yield answer.error
        elif type(answer.value) is tuple and answer.value and isinstance(answer.value[0], Answer):
            yield from _errors(answer.value)
