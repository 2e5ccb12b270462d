"""The front of the sandbox: what every request meets first, whichever protocol it is for."""

from __future__ import annotations

from email.utils import formatdate

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pygame_gameservices.sandbox.bodies import ClientGone
from pygame_gameservices.sandbox.clock import Clock
from pygame_gameservices.sandbox.guard import Guard
from pygame_gameservices.sandbox.journal import Journal

ADMIN_PREFIX = "/_sandbox/"


class Front:
    """An ASGI application: turns strangers away, sends admin calls to one application and all others to another.

    Requests of the protocols are entered in the journal, and their answers carry the date of the sandbox's clock.
    """

    def __init__(self, admin: ASGIApp, protocols: ASGIApp | None, guard: Guard, journal: Journal, clock: Clock) -> None:
        self._admin = admin
        self._protocols = protocols
        self._guard = guard
        self._journal = journal
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request; other kinds of connection (WebSocket) are not answered."""
        if scope["type"] != "http":
            return
        objection = self._guard.objection(scope["headers"])
        if objection is not None:
            await PlainTextResponse(objection, status_code=403)(scope, receive, send)
        elif self._protocols is None or scope["path"].startswith(ADMIN_PREFIX):
            await self._admin(scope, receive, send)
            if scope["method"] not in ("GET", "HEAD"):
                self._journal.note()
        else:
            await self._serve(self._protocols, scope, receive, send)

    async def _serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        entry = self._journal.open(scope, self._clock.now())

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                date = formatdate(self._clock.now(), usegmt=True).encode()
                message["headers"] = [(b"date", date), *message["headers"]]
            await send(message)

        try:
            await app(scope, receive, dated)
        except ClientGone:  # nothing was applied, and there is nobody to tell
            return
        finally:
            self._journal.note()
