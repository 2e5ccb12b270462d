"""Addresses and signatures of Game Jolt requests (API page "Signature").

The signature is the MD5 or SHA-1 of the whole address as sent, scheme included, then the fields of a POST body in
alphabetical order as name and value, then the game's private key.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pygame_gameservices.core.storage.checksum import algorithm
from pygame_gameservices.core.storage.credentials import Secret

Pairs = Sequence[tuple[str, str]]

LONGEST_QUERY = 2048
"""Characters of query beyond which a request is sent as POST."""

LONG = 60
"""Characters from which it pays to look whether a text is an address."""
_PLAIN = string.ascii_letters + string.digits + "-._~"
_ESCAPES = [chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in range(256)]
_SIGNS = [(sign, _ESCAPES[ord(sign)]) for sign in "%/?&="]
"""What an escaped address holds besides plain characters; the percent sign first."""
_SIGNATURE = re.compile(r"signature(?:=|%3D)([0-9a-f]{32,40})")
_ADDRESS = re.compile(r"[A-Za-z0-9._~%/?&=-]*")


class Signer:
    """Signs requests with the game's private key. Immutable; any thread.

    Args:
        private_key: the game's key.
        algorithm: ``"md5"`` or ``"sha1"``.
    """

    def __init__(self, private_key: Secret, algorithm: str) -> None:
        self._key = private_key
        self._algorithm = algorithm

    def sign(self, signed_text: str) -> str:
        """Return the signature of `signed_text`, 32 or 40 hexadecimal digits."""
        signature: str = algorithm(self._algorithm)((signed_text + self._key.reveal()).encode()).hexdigest()
        return signature

    def address(self, url: str, pairs: Pairs, fields: Pairs = ()) -> str:
        """Return `url` with `pairs` as its query and the signature at its end.

        Args:
            fields: what a POST body holds, as names and unencoded values; they are signed too.
        """
        address = f"{url}?{encode(pairs)}"
        signed = address + signed_fields(fields) if fields else address
        return f"{address}&signature={self.sign(signed)}"


class Unsigned:
    """Makes the same addresses without a signature: for a relay, which signs. Immutable; any thread."""

    def address(self, url: str, pairs: Pairs, fields: Pairs = ()) -> str:
        """Return `url` with `pairs` as its query; see `Signer.address`."""
        return f"{url}?{encode(pairs)}"


def encode(pairs: Iterable[tuple[str, str]]) -> str:
    """Return `pairs` as a query string; every character that could mean something is escaped, the space as %20."""
    return "&".join([f"{_escaped_name(name)}={escape(value)}" for name, value in pairs])


def escape(value: str) -> str:
    """Return `value` with every character that could mean something escaped, as its bytes in UTF-8.

    A batch escapes its sub-requests, which are long and escaped already; `urllib.parse.quote` would spend most of the
    client's time on them. Most others are names and numbers, which need nothing.
    """
    if value.isascii() and (value.isalnum() or value.isidentifier()):
        return value
    if len(value) > LONG and _ADDRESS.fullmatch(value):
        for sign, escaped in _SIGNS:
            value = value.replace(sign, escaped)
        return value
    return value.encode().decode("latin-1").translate(_ESCAPES)


_escaped_name = lru_cache(256)(escape)
"""The same for what the API calls a field: there are some dozens."""


def signed_fields(fields: Pairs) -> str:
    """The part of the signed text that a POST body adds: names in order with their values, an array's name bare.

    Each value of an array stands behind the array's name, in the order sent.
    """
    bare = [(name.removesuffix("[]"), value) for name, value in fields]
    return "".join(name + value for name, value in sorted(bare, key=lambda pair: pair[0]))


def signatures(address: str, body: bytes | None) -> tuple[Secret, ...]:
    """The signatures of a request: whoever has one can send the same again."""
    found = {*_SIGNATURE.findall(address), *(_SIGNATURE.findall(body.decode()) if body else ())}
    return tuple(Secret(one) for one in found)
