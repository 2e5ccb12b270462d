"""The download key in a buyer's address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.base import text

_KEY = re.compile(r"[A-Za-z0-9_-]+")


def download_key_from_url(url: str) -> str:
    """Take the key out of an address such as ``https://leafo.itch.io/x-moon/download/YWKse5jeAe...``. Any thread.

    Raises:
        UsageError: it is no such address.
    """
    try:
        path = urlsplit(text("url", url).strip()).path.rstrip("/")
    except UsageError:
        raise
    except ValueError:  # brackets that are no address
        path = ""
    before, _, key = path.rpartition("/")
    if not before.endswith("/download") or not _KEY.fullmatch(key):
        raise UsageError("url is no download address; pass one such as 'https://USER.itch.io/GAME/download/KEY'")
    return key
