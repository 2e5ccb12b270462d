"""Waiting for an event, for tests that need it the moment it is said."""

from __future__ import annotations

import time

from pygame_gameservices import Event, ServiceManager
from tests.conftest import WAIT_S


def until_said(services: ServiceManager, kind: type[Event]) -> list[Event]:
    """Run frames until an event of `kind` is said; return all events up to and including that frame's."""
    happened: list[Event] = []
    until = time.monotonic() + WAIT_S
    while not any(isinstance(event, kind) for event in happened):
        assert time.monotonic() < until, f"waited {WAIT_S} s in vain for {kind.__name__}; so far: {happened}"
        happened += services.update()
        time.sleep(0.001)
    return happened
