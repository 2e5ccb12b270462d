"""What a call ends with when a service answers so: through all that an answer passes on a worker."""

from __future__ import annotations

import random
from typing import Any

import msgspec

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.circuit import Circuit
from pygame_gameservices.core.connection import Line
from pygame_gameservices.core.endpoint import Answer, Endpoint, Request, Response
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.job import Job, ServiceQueue
from pygame_gameservices.core.operation import Operation
from pygame_gameservices.core.runner import attempt


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
    call: Call[Any] = Call(operation, lambda call: None)
    job = Job(ServiceQueue(endpoint, Circuit(random.Random(1)), EventQueue()), [call], 0.0)
    done = attempt(job, _Says(response))
    return Answer(None, done.error) if done.error is not None else done.answers[0]
