"""Who may talk to the sandbox: this machine, and no web page that happens to be open on it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ANY = frozenset({"0.0.0.0", "::", ""})


class Guard:
    """Checks the Host and Origin headers of each request and the bearer token of admin calls.

    A web page can make a browser send requests to a loopback port, and with a rebound DNS name even read the
    answers. Such requests carry the page's name as Host or Origin, and no game does.

    Args:
        host: the address the sandbox listens on. With a wildcard such as ``0.0.0.0`` every Host is let in, since
            the machine's names cannot be known.
        admin_token: what admin calls must send as ``Authorization: Bearer <token>``.
    """

    def __init__(self, host: str, admin_token: str) -> None:
        self._hosts = None if host in _ANY else _LOOPBACK | {host.lower()}
        self._bearer = f"Bearer {admin_token}".encode()

    def objection(self, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Return why a request with these (lower-cased) headers is turned away, or None when it may pass."""
        for name, value in headers:
            if name == b"host" and not self._knows(f"//{value.decode('latin-1')}"):
                return "This Host header is not an address of the sandbox."
            if name == b"origin" and not self._knows(value.decode("latin-1")):
                return "The sandbox takes no requests from web pages of other origins."
        return None

    def admits(self, authorization: str) -> bool:
        """Say whether this Authorization header is the admin's. Takes the same time for every wrong token."""
        return hmac.compare_digest(authorization.encode(), self._bearer)

    def _knows(self, url: str) -> bool:
        if self._hosts is None:
            return True
        try:
            return (urlsplit(url).hostname or "") in self._hosts
        except ValueError:
            return False
