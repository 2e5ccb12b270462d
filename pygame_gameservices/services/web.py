"""Links from other people: what may be opened, and what must only be shown as text."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_web_url(url: object) -> bool:
    """Whether `url` is an http or https address of a named host, so that opening it starts nothing but a browser.

    ``javascript:``, ``file:`` and addresses with control characters, blanks or a password in them are not. Ask the
    player before opening even a good one. Any thread.
    """
    if not isinstance(url, str) or any(c <= " " or c == "\x7f" or c == "\\" for c in url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    named = bool(parts.hostname) and parts.username is None and parts.password is None
    return parts.scheme.lower() in ("http", "https") and named and port != 0
