"""Managers that run without threads, in a process where the package cannot start any."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pygame_gameservices
from pygame_gameservices.core import manager
from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http.line import Line, Transport
from pygame_gameservices.core.http.polled import PolledHttp
from pygame_gameservices.core.http.transport import tls_context
from pygame_gameservices.core.runners.cooperative import CooperativeRunner
from pygame_gameservices.errors import GameServicesError

PACKAGE = Path(pygame_gameservices.__file__).parent


class Answered:
    """An exchange that has ended when it begins: a test's own transport answers at once."""

    sent = True

    def __init__(self, outcome: Response | GameServicesError) -> None:
        self._outcome = outcome

    def poll(self) -> Response:
        if isinstance(self._outcome, GameServicesError):
            raise self._outcome
        return self._outcome

    def abort(self) -> None:
        pass


class AtOnce:
    """Carries requests by a test's own transport, which does not block."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def begin(self, request: Request) -> Answered:
        try:
            return Answered(self._transport.send(request, Line()))
        except GameServicesError as error:
            return Answered(error)

    def rest(self, seconds: float) -> None:
        threading.Event().wait(seconds)

    def close(self) -> None:
        self._transport.close()

    def forked(self) -> None:
        pass


def cooperative_runner(
    workers: int, transport: Callable[[], Transport] | None, ca_file: str | None
) -> CooperativeRunner:
    """Takes the place of `choose_runner`."""
    carrier = PolledHttp(tls_context(ca_file)) if transport is None else AtOnce(transport())
    return CooperativeRunner(carrier, carrier.rest)


@contextmanager
def without_threads() -> Iterator[None]:
    """Have managers run without threads, and have whatever of the package starts one fail; a test may have some."""
    usual, start = manager.choose_runner, threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        frame = sys._getframe(1)
        while frame is not None:
            place = Path(frame.f_code.co_filename)
            if PACKAGE in place.parents and PACKAGE / "sandbox" not in place.parents:
                raise AssertionError(f"{place} starts {thread.name} where there are no threads")
            frame = frame.f_back  # type: ignore[assignment]
        start(thread)

    manager.choose_runner, threading.Thread.start = cooperative_runner, refuse  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        manager.choose_runner, threading.Thread.start = usual, start  # type: ignore[method-assign]
