"""What a site can say about a whole request. ``.message`` is what it said. Errors of single tokens are values."""

from __future__ import annotations

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.errors import (
    AuthError,
    CallError,
    Forbidden,
    NotFound,
    RateLimited,
    ServiceError,
    ServiceUnavailable,
)
from pygame_gameservices.services.http_status import asked_wait

UNSPECIFIC = "the site gave no reason"
"""What stands for an ``Error`` that is just ``true``."""


class JamError(ServiceError):
    """The site cannot answer the request, for a reason that is in no token."""


class BadJamRequest(JamError):
    """The site does not understand the request (HTTP 400), such as one without tokens."""


class JamUnauthorized(JamError, AuthError):
    """The site wants an API key, or another one (HTTP 401)."""


class JamForbidden(JamError, Forbidden):
    """The site does not allow this (HTTP 403)."""


class JamNotFound(JamError, NotFound):
    """The site has nothing at this address (HTTP 404)."""


class JamUnavailable(JamError, ServiceUnavailable):
    """The site cannot answer just now (HTTP 5xx). It is asked again."""


_BY_STATUS: dict[int, type[JamError]] = {
    400: BadJamRequest,
    401: JamUnauthorized,
    403: JamForbidden,
    404: JamNotFound,
}


def error_for(message: str, response: Response) -> CallError:
    """Return the error for a top-level ``Error``; sites may say it with any HTTP status."""
    status = response.status
    if status == 429:
        return RateLimited(message, retry_after=asked_wait(response), status=status)
    if status >= 500:
        return JamUnavailable(message, retry_after=asked_wait(response), status=status)
    return _BY_STATUS.get(status, JamError)(message, status=status)
