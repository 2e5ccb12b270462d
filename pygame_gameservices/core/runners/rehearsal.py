"""A short life of a scheduler and its outbox that nobody needs, before the first frame.

A browser compiles WebAssembly one function at a time, each when it is called for the first time. What SQLite alone
needs for the first call of a game takes it more than a tenth of a second, which is better spent while the game starts.

This is no runner. It stands beside them since it needs one, and a page's runner needs it.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, time

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, PlainEndpoint, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.calls.pacing import TokenBucket
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.outbox.outbox import Outbox
from pygame_gameservices.core.page.bridge import shim
from pygame_gameservices.core.page.fetch import FetchCarrier
from pygame_gameservices.core.page.storage import PageImage, as_texts
from pygame_gameservices.core.runners.cooperative import CooperativeRunner
from pygame_gameservices.core.runners.driver import Driver
from pygame_gameservices.core.runners.tasks import Tasks
from pygame_gameservices.core.scheduling.messages import Close, Register, SignedIn
from pygame_gameservices.core.scheduling.scheduler import Scheduler
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import NetworkError

NAME = "rehearsal"
TURN_S = 0.005
MOST_TURNS = 50
"""Far more than are needed."""


@cache
def rehearse() -> None:
    """Go through it, the first time that this is called. Blocks for about a fifth of a second."""
    exchange = FetchCarrier(shim()).begin(Request(method="GET", url="data:,"))
    exchange.abort()
    with contextlib.suppress(NetworkError):
        exchange.poll()
    with TemporaryDirectory() as folder:
        for workers in (0, 1):  # the second life finds what the first could not send
            live(Path(folder) / "outbox.sqlite3", workers)


def live(path: Path, workers: int) -> None:
    """Make a call of each kind, and close.

    Args:
        path: of the outbox.
        workers: how many requests may be under way; with none everything durable is left to the next life.
    """
    events = EventQueue()
    runner = CooperativeRunner(_Nowhere(), rest=None)
    outbox = Outbox(path, events, runner.post)
    outbox.keep_in(PageImage(_Forgetful(), path))
    scheduler = Scheduler(workers, random.uniform, keeps=True)
    runner.start(Driver(scheduler, runner.network, outbox, events, monotonic, time), outbox, Tasks(events))
    runner.post(Register(_Taker()))
    runner.post(SignedIn(NAME, NAME, Secret(NAME)))
    for kind in (Kind.ADDITIVE, Kind.IDEMPOTENT, Kind.SAFE):
        durable = kind is not Kind.SAFE
        operation = Operation(service=NAME, name=kind.value, kind=kind, player=NAME, durable=durable)
        runner.post(Call(operation, lambda call: None, waits=runner))
    _turns(runner)
    runner.post(Close(0.0))
    outbox.close(0.0)
    _turns(runner)


def _turns(runner: CooperativeRunner) -> None:
    for _ in range(MOST_TURNS):
        runner.update(TURN_S)


class _Taker(PlainEndpoint):
    """An endpoint that takes everything."""

    name = host = NAME

    def __init__(self) -> None:
        self.pace = TokenBucket(1000.0, 1000)

    def request(self, operations: Sequence[Operation]) -> Request:
        return Request(method="GET", url="data:,", secrets=(Secret(NAME),))

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        return [Answer(msgspec.json.decode(response.body)) for _ in operations]


class _Nowhere:
    """Carries requests nowhere."""

    def begin(self, request: Request) -> _Answered:
        return _Answered()

    def close(self) -> None:
        pass

    def forked(self) -> None:
        pass


class _Answered:
    sent = True

    def poll(self) -> Response:
        return Response(status=200, headers={}, body=b'{"success": true}')

    def abort(self) -> None:
        pass


class _Forgetful:
    """Takes files, and keeps none."""

    def check(self) -> None:
        pass

    def pieces(self) -> list[bytes]:
        return []

    def write(self, changes: Mapping[str, bytes | None]) -> int:
        as_texts(changes)
        return 0

    def written(self, number: int) -> bool:
        return True
