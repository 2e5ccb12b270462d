"""What a page of another origin may read of the answers (CORS), as each service answers it or as one is told.

A browser sends a simple request wherever a page asks it to, and asks beforehand, by a preflight (OPTIONS), about any
other: one with headers of its own, such as ``Authorization``, or with another method than GET, HEAD and POST.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pygame_gameservices.sandbox.cors_modes import ALLOW, REFUSE

_READABLE = [(b"access-control-allow-origin", b"*")]
_WITHIN = "sandbox.cors"


def cors_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers that let a page read the answer to this request."""
    headers: list[tuple[bytes, bytes]] = scope.get(_WITHIN, [])
    return headers


def forget_cors(scope: Scope) -> None:
    """Let no page read the answer to this request."""
    scope[_WITHIN] = []


class Cors:
    """An ASGI application around another one: answers preflights, and adds what lets a page read an answer.

    Args:
        app: what it is around.
        modes: how each protocol, the first part of a path, deals with pages.
    """

    def __init__(self, app: ASGIApp, modes: Mapping[str, str]) -> None:
        self._app = app
        self._modes = modes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. One that comes from no page is not touched."""
        asked = dict(scope["headers"])
        if b"origin" not in asked:
            await self._app(scope, receive, send)
            return
        mode = self._modes.get(scope["path"].split("/")[1], REFUSE)
        scope[_WITHIN] = [] if mode == REFUSE else list(_READABLE)
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in asked:
            await _preflight(mode, asked)(scope, receive, send)
            return

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *cors_headers(scope)]
            await send(message)

        await self._app(scope, receive, readable)


def _preflight(mode: str, asked: Mapping[bytes, bytes]) -> Response:
    if mode != ALLOW:
        return Response(status_code=405)
    answer = Response(status_code=204, headers={"access-control-max-age": "600"})
    for wanted, allowed in (("method", "methods"), ("headers", "headers")):
        value = asked.get(f"access-control-request-{wanted}".encode())
        if value is not None:
            answer.raw_headers.append((f"access-control-allow-{allowed}".encode(), value))
    answer.raw_headers.extend(_READABLE)
    return answer
