"""Checksums of what is kept."""

from __future__ import annotations


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content`, 64 hexadecimal digits. Any thread."""
    import hashlib  # it brings OpenSSL along, which who makes a manager would wait for

    return hashlib.sha256(content).hexdigest()
