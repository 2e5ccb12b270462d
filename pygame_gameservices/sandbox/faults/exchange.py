"""One request and its answer, in the hands of a fault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pygame_gameservices.sandbox.cors import cors_headers
from pygame_gameservices.sandbox.journal import Entry
from pygame_gameservices.sandbox.wire import Connection

Failure = Callable[[Scope, int], Response | None]
"""Says what the service that a request is for answers when it fails with that status; None when there is none."""

_HIGH_WATER = 1024 * 1024


@dataclass(slots=True)
class Reply:
    """A finished answer that was not sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Exchange:
    """What a fault can do with a request: run it, answer it in good form, or write raw bytes on its connection."""

    def __init__(
        self,
        app: ASGIApp,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        connection: Connection,
        entry: Entry,
        failure: Failure,
    ) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._send = send
        self._entry = entry
        self._failure = failure
        self.connection = connection

    async def run(self) -> Reply:
        """Carry the request out, commit it, and return the answer without sending it."""
        reply = Reply(500, [], b"")

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = list(message["headers"])
            elif message["type"] == "http.response.body":
                reply.body += message.get("body", b"")

        await self._app(self._scope, self._receive, keep)
        return reply

    def failure(self, status: int) -> Reply | None:
        """Return what the service would say if it failed with `status`; None when the path is no service's."""
        response = self._failure(self._scope, status)
        if response is None:
            return None
        return Reply(response.status_code, list(response.raw_headers), bytes(response.body))

    async def skip(self) -> None:
        """Read the request's body and forget it; to answer before that would look like a reset to many clients."""
        while (message := await self._receive())["type"] != "http.disconnect":
            if not message.get("more_body", False):
                return

    async def answer(self, reply: Reply) -> None:
        """Send an answer in good form. The connection stays usable."""
        headers = [(name, value) for name, value in reply.headers if name.lower() != b"content-length"]
        headers.append((b"content-length", str(len(reply.body)).encode()))
        await self._send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": reply.body})

    async def write(self, data: bytes) -> bool:
        """Write raw bytes, waiting while the client does not read. Returns False when the client is gone."""
        transport = self.connection.transport
        while not self.connection.lost.is_set():
            if transport.get_write_buffer_size() < _HIGH_WATER:
                transport.write(data)
                return True
            await asyncio.sleep(0.005)
        return False

    async def write_head(self, status: int, headers: Iterable[tuple[bytes, bytes]], length: int) -> bytes:
        """Write a status line and headers with a Content-Length of `length`, true or not."""
        head = self.head(status, headers, length)
        self._entry.status = status
        await self.write(head)
        return head

    def head(self, status: int, headers: Iterable[tuple[bytes, bytes]], length: int) -> bytes:
        """Return the bytes of a status line and headers, with those that let a page read the answer."""
        return head_bytes(status, [*headers, *cors_headers(self._scope)], length)

    def note_status(self, status: int) -> None:
        """Put the status of an answer that is written raw into the journal."""
        self._entry.status = status

    async def hang_up(self) -> None:
        """Close the connection once everything is written, and wait until it is closed."""
        self.connection.transport.close()
        await self.connection.lost.wait()

    async def reset(self) -> None:
        """Reset the connection, and wait until it is gone."""
        self.connection.reset()
        await self.connection.lost.wait()


def head_bytes(status: int, headers: Iterable[tuple[bytes, bytes]], length: int) -> bytes:
    """Return the bytes of a status line and headers; a Content-Length among `headers` is replaced by `length`."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers if name.lower() != b"content-length"]
    lines += [b"content-length: " + str(length).encode(), b"connection: close", b"", b""]
    return b"\r\n".join(lines)
