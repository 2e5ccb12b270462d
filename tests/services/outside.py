"""What a call ends with when a service answers so: through all that an answer passes on a worker."""

from __future__ import annotations

import msgspec

from pygame_gameservices.core.calls.endpoint import Answer, Endpoint, Request, Response
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.http.line import Line
from pygame_gameservices.core.runners.threads import carry
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.delivery import Delivery


class _Says:
    """A transport that gives one answer."""

    def __init__(self, response: Response) -> None:
        self._response = response

    def send(self, request: Request, line: Line) -> Response:
        return msgspec.structs.replace(self._response, secrets=request.secrets)

    def close(self) -> None:
        pass


def answered(endpoint: Endpoint, operation: Operation, response: Response) -> Answer:
    """What comes of `operation` when the service answers with `response`."""
    done = carry(Batch(endpoint, [Delivery(operation, None)], 0.0), _Says(response), Line())
    return Answer(None, done.error) if done.error is not None else done.answers[0]
