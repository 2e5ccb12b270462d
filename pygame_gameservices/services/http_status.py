"""HTTP statuses put into words, for answers whose body says nothing."""

from __future__ import annotations

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.errors import CallError, Forbidden, ProtocolError, RateLimited, ServiceUnavailable

LONGEST_WAIT_S = 86_400.0
"""Seconds that a service may ask us to wait: a day. A server that says more means it no more than infinity."""


def status_error(response: Response) -> CallError | None:
    """Put an HTTP status into words, for answers whose body says nothing. None when the status is a success."""
    status = response.status
    if status < 400:
        return None
    if status == 429:
        return RateLimited("too many requests", retry_after=asked_wait(response), status=status)
    if status >= 500:
        return ServiceUnavailable(
            f"the service is not available (HTTP {status})", retry_after=asked_wait(response), status=status
        )
    if status in (401, 403):
        return Forbidden(f"access was refused (HTTP {status})", status=status)
    expected = "an answer of the service (is base_url right?)" if status == 404 else "a success or a reason"
    return ProtocolError(expected, excerpt(response), status=status)


def asked_wait(response: Response) -> float | None:
    """Seconds from a Retry-After header, at most a day; None where there is none.

    A date is ignored: it would need this machine's clock to be right.
    """
    said = response.headers.get("retry-after", "")
    return min(float(said), LONGEST_WAIT_S) if said.isdecimal() else None


def excerpt(response: Response) -> str:
    """The start of an answer's body as readable text, its secrets removed."""
    return Redactor(response.secrets).whole(response.body[:2000].decode("utf-8", "replace"))
