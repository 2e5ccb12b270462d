"""Bodies of requests: read under a limit, and within a time."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request


class TooLarge(Exception):
    """The body is larger than is taken."""


class TooSlow(Exception):
    """The body did not come in time, or not to its end."""


async def read_body(request: Request, most: int, within_s: float) -> bytes:
    """Read a request's body.

    Raises:
        TooLarge: it has more than `most` bytes; the rest was not read.
        TooSlow: it had not come after `within_s` seconds, or its client is gone.
    """
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > most:
        raise TooLarge
    try:
        async with asyncio.timeout(within_s):
            body = bytearray()
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise TooLarge
            return bytes(body)
    except (TimeoutError, ClientDisconnect):
        raise TooSlow from None
