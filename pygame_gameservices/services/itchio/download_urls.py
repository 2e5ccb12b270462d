"""The download key in a buyer's address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import UsageError

_KEY = re.compile(r"[A-Za-z0-9_-]+")


def download_key_from_url(url: str) -> str:
    """Take the key out of an address such as ``https://leafo.itch.io/x-moon/download/YWKse5jeAe...``. Any thread.

    Raises:
        UsageError: it is no such address.
    """
    given = Secret(url.strip() if isinstance(url, str) else "")
    del url  # tracebacks show local values
    key = Secret(_key_in(given.reveal()))
    if not key:
        raise UsageError("url is no download address; pass one such as 'https://USER.itch.io/GAME/download/KEY'")
    return key.reveal()


def _key_in(url: str) -> str:
    """The key in a download address; nothing in any other."""
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:  # brackets that are no address
        return ""
    before, _, key = path.rpartition("/")
    return key if before.endswith("/download") and _KEY.fullmatch(key) else ""
