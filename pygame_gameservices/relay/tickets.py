"""Tickets for guests: who has no account gets a number, signed, and is known by it for a day."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.relay.visitors import Guest

LIFE_S = 24 * 3600.0
"""Seconds for which a ticket is good."""
_FORM = re.compile(r"([0-9a-f]{24})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


class Tickets:
    """Makes and checks tickets; keeps nothing, so any process takes what another one gave. Any thread.

    Args:
        secret: the relay's own.
        clock: Unix seconds.
    """

    def __init__(self, secret: Secret, clock: Callable[[], float]) -> None:
        self._key = derived(secret, "tickets")
        self._clock = clock

    def new(self) -> str:
        """Return a ticket for another guest."""
        body = f"{secrets.token_hex(12)}.{int(self._clock())}"
        return f"{body}.{self._signature(body)}"

    def holder(self, ticket: str) -> Guest | None:
        """Return whose ticket it is; None if it is none of ours, or its time is over."""
        found = _FORM.fullmatch(ticket)
        if found is None:
            return None
        number, made, signature = found.groups()
        if not hmac.compare_digest(self._signature(f"{number}.{made}").encode(), signature.encode()):
            return None
        return Guest(number, float(made)) if -60 <= self._clock() - int(made) <= LIFE_S else None

    def _signature(self, body: str) -> str:
        digest = hmac.digest(self._key, body.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def derived(secret: Secret, purpose: str) -> bytes:
    """A key for one purpose, of the relay's secret."""
    return hmac.digest(secret.reveal().encode(), purpose.encode(), hashlib.sha256)
