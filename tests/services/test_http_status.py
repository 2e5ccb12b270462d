"""HTTP statuses in words."""

from __future__ import annotations

import pytest

from pygame_gameservices import RateLimited, ServiceUnavailable
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.services.http_status import status_error


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("", None), ("soon", None), ("-1", None), ("1.5", None), ("\xb2", None), ("9" * 5000, 86_400.0)],
)
@pytest.mark.parametrize("status", [429, 503])
def test_any_retry_after_is_understood_or_ignored(status: int, said: str, seconds: float | None) -> None:
    error = status_error(Response(status=status, headers={"retry-after": said}, body=b""))
    assert isinstance(error, RateLimited | ServiceUnavailable)
    assert error.retry_after == seconds
