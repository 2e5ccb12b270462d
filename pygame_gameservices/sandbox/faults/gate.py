"""The gate that every request of a protocol passes: faults bite here, in front of the protocol itself."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from starlette.types import ASGIApp, Receive, Scope, Send

from pygame_gameservices.sandbox.clock import Clock
from pygame_gameservices.sandbox.cors import forget_cors
from pygame_gameservices.sandbox.faults.active import ActiveFaults
from pygame_gameservices.sandbox.faults.effects import end
from pygame_gameservices.sandbox.faults.exchange import Exchange, Failure
from pygame_gameservices.sandbox.faults.kinds import ClockSkew, Ending, Latency, NoCors
from pygame_gameservices.sandbox.journal import entry_of
from pygame_gameservices.sandbox.wire import Connections


class FaultGate:
    """An ASGI application around another one. Costs next to nothing while no fault is set."""

    def __init__(
        self, app: ASGIApp, faults: ActiveFaults, connections: Connections, clock: Clock, failure: Failure
    ) -> None:
        self._app = app
        self._faults = faults
        self._connections = connections
        self._clock = clock
        self._failure = failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the faults that bite this request have their way with it; delays and skew add up."""
        bites = self._faults.biting(scope["path"])
        if not bites:
            await self._app(scope, receive, send)
            return
        entry = entry_of(scope)
        entry.faults = [active.fault.kind for active in bites]
        with ExitStack() as wrong_time:
            for active in bites:
                fault = active.fault
                if isinstance(fault, Latency):
                    await asyncio.sleep(max(0.0, fault.seconds + active.random.uniform(-1, 1) * fault.jitter))
                elif isinstance(fault, ClockSkew):
                    wrong_time.enter_context(self._clock.skewed(fault.seconds))
                elif isinstance(fault, NoCors):
                    forget_cors(scope)
            if isinstance(bites[-1].fault, Ending):
                exchange = Exchange(
                    self._app,
                    scope,
                    receive,
                    send,
                    connection=self._connections.of(scope),
                    entry=entry,
                    failure=self._failure,
                )
                await end(bites[-1], exchange)
            else:
                await self._app(scope, receive, send)
