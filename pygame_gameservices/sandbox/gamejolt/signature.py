"""Checking signatures: https://gamejolt.com/game-api/doc/construction

A signature is the MD5 or SHA-1, in hexadecimal, of the URL exactly as the client wrote it (scheme, host, port, path
and encoded query without the signature), the POST fields, and the game's private key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def split_signature(query: str) -> tuple[str, str | None]:
    """Take ``signature=...`` out of an encoded query; return the rest, otherwise untouched, and the signature."""
    signature = None
    rest = []
    for piece in query.split("&"):
        if piece.startswith("signature="):
            signature = piece.removeprefix("signature=")
        else:
            rest.append(piece)
    return "&".join(rest), signature


def posted_text(fields: Iterable[tuple[str, str]]) -> str:
    """Return what decoded POST fields add to the signed text: key and value of each, sorted by key.

    An array's key is written without brackets before each of its values, which keep their order.
    """
    named = [(key.partition("[")[0], value) for key, value in fields]
    named.sort(key=lambda pair: pair[0])
    return "".join(key + value for key, value in named)


def is_signed(signature: str, private_key: str, *texts: str) -> bool:
    """Say whether `signature` signs one of `texts` (without the key, which is added here)."""
    given = signature.lower().encode()
    # The length tells which of the two hashes the client chose. Neither guards anything but a protocol from 2009.
    algorithm = hashlib.sha1 if len(given) == 40 else hashlib.md5
    for text in texts:
        digest = algorithm((text + private_key).encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
        if hmac.compare_digest(digest.encode(), given):
            return True
    return False
