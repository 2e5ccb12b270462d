"""Each fault switched on in the browser bites the next request, and lets go when it is switched off."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import KINDS
from tests.sandbox.client import ADA, Client, fetch
from tests.sandbox.console.conftest import show

if TYPE_CHECKING:
    from playwright.sync_api import Page

Bites = Callable[[Client], None]


@pytest.fixture(autouse=True)
def lifted(process: Sandbox) -> Iterator[None]:
    yield
    process.faults.clear()


def slow(least: float) -> Bites:
    def check(client: Client) -> None:
        begun = time.monotonic()
        assert client.get("time")["success"] == "true"
        assert time.monotonic() - begun >= least

    return check


def skewed(client: Client) -> None:
    assert abs(client.get("time")["timestamp"] - time.time() - 7200) < 60


def broken(expected: type[Exception], timeout: float = 10.0) -> Bites:
    def check(client: Client) -> None:
        with pytest.raises(expected):
            fetch(client.url("scores/tables"), timeout=timeout)

    return check


def answered(status: int, **headers: str | None) -> Bites:
    def check(client: Client) -> None:
        code, given, _ = client.raw("time")
        assert code == status
        assert {name: given[name.replace("_", "-")] for name in headers} == headers

    return check


def garbled(client: Client) -> None:
    body = client.raw("time")[2]
    assert len(body) == 77
    with pytest.raises(UnicodeDecodeError):
        body.decode()


def deep(client: Client) -> None:
    assert client.raw("time")[2].count(b"[") == 500


def huge(client: Client) -> None:
    assert len(json.dumps(json.loads(client.raw("time")[2]))) > 900_000


def endless(client: Client) -> None:
    parts = urlsplit(client.url("time"))
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as wire:
        wire.sendall(f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        assert f"content-length: {2 * 1024**3}".encode() in wire.recv(1000)


def unreadable(client: Client) -> None:
    headers = fetch(client.url("time"), headers={"Origin": "http://127.0.0.1:8000"})[1]
    assert headers["Access-Control-Allow-Origin"] is None


SWITCHES: dict[str, tuple[dict[str, str], Bites]] = {
    "latency": ({"Seconds": "0.3"}, slow(0.3)),
    "clock-skew": ({"Seconds": "7200"}, skewed),
    "refuse": ({}, broken(ConnectionRefusedError)),
    "slow-tls": ({"Seconds": "0.3"}, slow(0.3)),
    "no-cors": ({}, unreadable),
    "reset": ({}, broken(ConnectionResetError)),
    "hang": ({}, broken(TimeoutError, 0.4)),
    "stall": ({"Seconds": "0.3"}, slow(0.3)),
    "drip": ({"Bytes per second": "400"}, slow(0.2)),
    "truncate": ({"Keep this part (0 to 1)": "0.25"}, broken(http.client.IncompleteRead)),
    "wrong-length": ({"Wrong by bytes": "50"}, broken(http.client.IncompleteRead)),
    "garbage": ({"Bytes": "77"}, garbled),
    "html": ({"Status": "418"}, answered(418, content_type="text/html; charset=utf-8")),
    "deep-json": ({"Depth": "500"}, deep),
    "huge-json": ({"Megabytes": "1"}, huge),
    "flood": ({"Gigabytes": "2"}, endless),
    "too-many-requests": ({"Retry-After, seconds": "9"}, answered(429, retry_after="9")),
    "server-error": ({"Status": "503", "Retry-After, seconds": ""}, answered(503, retry_after=None)),
}


def test_every_fault_has_a_switch_and_a_test(page: Page, sandbox: Sandbox) -> None:
    show(page, sandbox, "faults")
    assert page.locator(".fault h2").all_inner_texts() == list(KINDS)
    assert set(SWITCHES) == set(KINDS)


def test_each_switch(page: Page, sandbox: Sandbox, client: Client) -> None:
    """One after the other in one page, as somebody tries them: a page for each would be most of the work."""
    show(page, sandbox, "faults")
    for kind, (settings, bites) in SWITCHES.items():
        form = page.locator(f"#form-faults-add-{kind}")
        for label, value in settings.items():
            form.get_by_label(label, exact=True).fill(value)
        form.get_by_role("button", name="Switch on").click()
        page.get_by_text(f"{kind} is on.").wait_for()
        bites(client)
        if kind not in ("refuse",):  # which bites connections before there is anything to count
            page.locator(".active-faults").get_by_text("bit 1 time").wait_for()
        page.locator(".active-faults").get_by_role("button", name="Switch off").click()
        page.get_by_text("The fault is off.").wait_for()
        assert client.get("time")["success"] == "true", kind


def test_which_requests(page: Page, sandbox: Sandbox, client: Client) -> None:
    show(page, sandbox, "faults")
    form = page.locator("#form-faults-add-server-error")
    form.get_by_label("Carry the request out first").check()
    form.locator("summary").click()
    form.get_by_label("Path").fill("*/scores/add/")
    form.get_by_label("Count").fill("1")
    form.get_by_role("button", name="Switch on").click()
    page.get_by_text("server-error is on.").wait_for()
    assert client.raw("time")[0] == 200
    assert client.raw("scores/add", **ADA, score="s", sort=1)[0] == 500
    assert len(sandbox.dump("gamejolt_scores")) == 1
    assert client.raw("scores/add", **ADA, score="s", sort=1)[0] == 200
    page.locator(".active-faults").get_by_text("spent").wait_for()


def test_a_box_that_is_not_ticked_is_false(page: Page, sandbox: Sandbox) -> None:
    show(page, sandbox, "faults")
    form = page.locator("#form-faults-add-truncate")
    assert form.get_by_label("Carry the request out first").is_checked()
    form.get_by_label("Carry the request out first").uncheck()
    form.get_by_role("button", name="Switch on").click()
    page.get_by_text("truncate is on.").wait_for()
    assert sandbox.faults.report()[0]["applied"] is False


def test_one_of_several(page: Page, sandbox: Sandbox) -> None:
    show(page, sandbox, "faults")
    page.wait_for_selector(".pulse[data-state=on]")
    sandbox.faults.set("latency:seconds=0.01", "latency:seconds=0.02", "hang")
    page.locator(".active-faults li", has_text="seconds=0.02").get_by_role("button").click()
    page.get_by_text("The fault is off.").wait_for()
    assert [(one["kind"], one.get("seconds")) for one in sandbox.faults.report()] == [("latency", 0.01), ("hang", None)]
