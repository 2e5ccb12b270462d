"""Odd answers of itch.io, and odd addresses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pygame_gameservices import CallError, Itchio, Kind, Operation, Secret, ServiceManager, UsageError
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.itchio.download_urls import download_key_from_url
from pygame_gameservices.services.itchio.gateway import _date_of
from tests.conftest import WAIT_S
from tests.services.itchio.conftest import answer
from tests.services.outside import answered


def refused(said: Any, status: int = 200) -> CallError:
    with pytest.raises(CallError) as caught:
        answer("profile", {"errors": said}, status=status)
    return caught.value


@pytest.mark.parametrize("status", [200, 403, 500])
def test_a_refusal_that_repeats_the_key_does_not_spread_it(status: int) -> None:
    client = Itchio("the-key-of-hedy")
    operation = Operation(service="itchio", name="profile", kind=Kind.SAFE, credential=client._key)
    body = json.dumps({"errors": ["invalid key the-key-of-hedy", {"the-key-of-hedy": 1}]}).encode()
    got = answered(client, operation, Response(status=status, headers={}, body=body))
    assert "the-key-of-hedy" not in f"{got.error!s} {got.error!r} {vars(got.error)}"
    assert "invalid key ***" in str(got.error)


def test_a_refusal_as_long_as_a_book_is_cut() -> None:
    assert len(str(refused(["invalid key" + "x" * 1_000_000] * 3))) < 3000
    assert len(str(refused(["x"] * 100_000))) < 3000


@pytest.mark.parametrize("url", ["http://[::1/download/abc", "http://[x]/g/download/abc\n[", "//[/download/k"])
def test_an_address_that_is_none_is_told_so(url: str) -> None:
    with pytest.raises(UsageError):
        download_key_from_url(url)


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 -2300", "Mon, 05 Jan 2026 12:00:00 -0000", "x", ""])
def test_odd_dates_of_answers(date: str) -> None:
    assert _date_of(Response(status=200, headers={"date": date}, body=b"")).utcoffset() is not None


@pytest.mark.parametrize("wrap", [str, Secret])
def test_a_key_may_be_pasted_with_its_line_end(services: ServiceManager, sandbox: Sandbox, wrap: Any) -> None:
    itch = services.add(Itchio(wrap(f" {sandbox.itchio_key}\n"), base_url=sandbox.itchio_url))
    assert itch.profile().result(WAIT_S).username == "hedy"
    assert repr(itch) == f"<Itchio 'itchio', with a key, modern, at {sandbox.itchio_url}>"
    services.update()
    assert ", hedy, " in repr(itch)
    itch.sign_in(wrap(f"{sandbox.itchio_tokens['ada']}\r\n")).result(WAIT_S)
    assert ", no key, " in repr(Itchio())
    with pytest.raises(UsageError, match="empty"):
        Itchio(wrap(" \n"))
