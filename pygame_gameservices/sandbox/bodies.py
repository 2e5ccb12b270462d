"""Request bodies: read under a limit, and form fields decoded fast however large they are."""

from __future__ import annotations

import binascii
import re
from urllib.parse import unquote_to_bytes

from starlette.types import Receive

LARGEST_BODY = 100 * 1024 * 1024
"""Bytes. A value of 16 MB takes 48 MB percent-encoded, and 80 MB when it is encoded twice inside a batch."""

MOST_UNFINISHED = 200 * 1024 * 1024
"""Bytes of all bodies that are being read, together: two of the largest, however many clients begin one and wait."""

_LARGE = 4096
_ODD = re.compile(rb"[\r\n]|%(?![0-9A-Fa-f]{2})")


class BodyTooLarge(Exception):
    """The client sent more than is taken, or all clients together have sent more than is kept."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class _Held:
    """How many bytes of unfinished bodies there are. One for the process; used on its event loop."""

    def __init__(self) -> None:
        self.size = 0


_held = _Held()


async def read_body(receive: Receive, most: int = LARGEST_BODY) -> bytes:
    """Read the whole body of a request.

    Args:
        most: bytes that it may have.

    Raises:
        BodyTooLarge: it is larger than `most`, or all unfinished bodies are larger than `MOST_UNFINISHED`; the rest was
            not read.
        ClientGone: it is incomplete, so it must not be applied.
    """
    parts: list[bytes] = []
    size = 0
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            part = message.get("body", b"")
            size += len(part)
            _held.size += len(part)
            if size > most or _held.size > MOST_UNFINISHED:
                raise BodyTooLarge
            parts.append(part)
            if not message.get("more_body", False):
                return parts[0] if len(parts) == 1 else b"".join(parts)
    finally:
        _held.size -= size


def form_fields(encoded: bytes) -> list[tuple[str, str]]:
    """Decode ``application/x-www-form-urlencoded`` text into pairs, in order, empty values kept."""
    pairs = []
    for piece in encoded.split(b"&"):
        if piece:
            key, _, value = piece.partition(b"=")
            pairs.append((form_text(key), form_text(value)))
    return pairs


def form_text(encoded: bytes) -> str:
    """Decode one key or value: ``+`` is a space, ``%XX`` a byte of UTF-8; bytes that are no UTF-8 become U+FFFD."""
    spaced = encoded.replace(b"+", b" ")
    if b"%" not in spaced:
        return spaced.decode("utf-8", "replace")
    if len(spaced) < _LARGE or _ODD.search(spaced):
        return unquote_to_bytes(spaced).decode("utf-8", "replace")
    # urllib decodes in a Python loop, several seconds for 16 MB of escapes. Quoted-printable is the same code with "="
    # for "%", and binascii decodes it in C.
    quoted = spaced.replace(b"=", b"=3D").replace(b"%", b"=")
    return binascii.a2b_qp(quoted).decode("utf-8", "replace")
