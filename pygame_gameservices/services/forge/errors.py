"""What Forge says no to. One class per documented answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pygame_gameservices.errors import (
    AuthError,
    Forbidden,
    NetworkError,
    QuotaExceeded,
    RateLimited,
    ServiceError,
    ServiceUnavailable,
)
from pygame_gameservices.services.forge.models import RecordFailure


class KeyMissing(AuthError):
    """No API key arrived at Forge (HTTP 401, "UnAuthorized"). A relay in between may have to add it."""


class KeyRefused(Forbidden):
    """Forge does not know the API key (HTTP 403, "Forbidden")."""


class RecordsRejected(ServiceError):
    """Forge took none of the call's records (HTTP 400, or another 4xx with ``records_processed: 0``).

    Attributes:
        failures: what is wrong with which record.
        reasons: messages that belong to the call and not to one record.
    """

    def __init__(
        self,
        message: str = "",
        *,
        failures: tuple[RecordFailure, ...] = (),
        reasons: tuple[str, ...] = (),
        **about: Any,
    ) -> None:
        super().__init__(message, **about)
        self.failures = failures
        self.reasons = reasons


class DailyQuotaExceeded(QuotaExceeded):
    """The key made all its requests of this day (HTTP 429, "Quota exceeded"). Nothing is sent before the next one.

    Attributes:
        retry_after: seconds until the next UTC day, by Forge's own clock, or what Forge asked for.
        until: when that is, an aware datetime in UTC by Forge's clock; None when Forge told no time.
    """

    def __init__(
        self, message: str = "", *, retry_after: float = 0.0, until: datetime | None = None, **about: Any
    ) -> None:
        super().__init__(message, **about)
        self.retry_after: float | None = retry_after
        self.until = until


class WaitingForQuota(DailyQuotaExceeded, RateLimited):
    """The same, for what the outbox holds: it is kept, and tried again until the quota allows it."""


class ForgeDown(ServiceUnavailable, NetworkError):
    """Forge is down and said that it processed nothing (HTTP 5xx with ``records_processed: 0``).

    It is a `NetworkError` too, one that surely applied nothing, so that even additive records may be sent again.
    """

    def __init__(self, message: str = "", *, retry_after: float | None = None, **about: Any) -> None:
        ServiceUnavailable.__init__(self, message, retry_after=retry_after, **about)
        self.sent = False
