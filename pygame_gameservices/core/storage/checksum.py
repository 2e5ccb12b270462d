"""Checksums of what is kept, and of what is signed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def algorithm(name: str) -> Callable[[bytes], Any]:
    """Return what makes ``"md5"``, ``"sha1"`` or ``"sha256"`` of bytes, as `hashlib` does. Any thread."""
    import hashlib  # it brings OpenSSL along, which who makes a manager would wait for

    made: Callable[[bytes], Any] = getattr(hashlib, name)
    return made


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content`, 64 hexadecimal digits. Any thread."""
    digits: str = algorithm("sha256")(content).hexdigest()
    return digits
