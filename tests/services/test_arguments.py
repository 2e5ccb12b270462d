"""Checks of arguments that all services share."""

from __future__ import annotations

import pytest

from pygame_gameservices import UsageError
from pygame_gameservices.services.arguments import checked_url


@pytest.mark.parametrize(
    "address", ["", "api.example.com", "ftp://a.b", "http://[::1", "https://a.b:x", "https://:80", 5]
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(UsageError, match=r"^base_url is .*; pass "):
        checked_url(address, allow_http=True)
