"""Clients that send what nobody should: too much at once, numbers that are none, JSON that goes on downwards."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.clock import Clock
from tests.conftest import NO_MAKER
from tests.sandbox.client import fetch

MB = 1024 * 1024


def admin(sandbox: Sandbox, path: str, body: bytes, *, method: str = "POST", url: str = "") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {sandbox.admin_token}", "Content-Type": "application/json"}
    status, _, answer = fetch(f"{url or sandbox.url}/_sandbox/{path}", body, headers, method=method)
    return status, json.loads(answer)


@pytest.mark.parametrize(
    "wanted",
    [
        {"advance_s": float("nan")},
        {"advance_s": float("inf")},
        {"advance_s": float("-inf")},
        {"now": float("nan")},
        {"now": float("inf")},
        {"advance_s": 1e300},
        {"advance_s": -1e300},
        {"now": -1},
        {"now": 1e20},
        {"advance_s": "soon"},
        {"advance_s": None},
        {"advance_s": [1]},
        {"advance_s": 10**400},
    ],
)
def test_a_clock_that_cannot_be_is_refused_and_changes_nothing(sandbox: Sandbox, wanted: dict[str, Any]) -> None:
    before = admin(sandbox, "clock", b"{}")[1]["offset_s"]
    status, answer = admin(sandbox, "clock", json.dumps(wanted).encode())
    assert status == 400
    assert "now" in answer["error"] or "advance_s" in answer["error"] or "clock" in answer["error"]
    assert admin(sandbox, "clock", b"{}")[1]["offset_s"] == pytest.approx(before, abs=5)
    assert fetch(f"{sandbox.url}/gamejolt/pictures/none.jpg")[0] < 500  # it still knows what time it is


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 1e300, 10**400])
def test_advance_says_why_not(sandbox: Sandbox, seconds: float) -> None:
    with pytest.raises(Exception, match=r"pass seconds that have an end|clock"):
        sandbox.advance(seconds)
    sandbox.advance(10)
    sandbox.reset()


def test_the_clock_itself_refuses() -> None:
    clock = Clock(lambda: 1e9)
    for wrong in (float("nan"), float("inf"), -1e10, 1e12):
        with pytest.raises(UsageError):
            clock.advance(wrong)
        assert clock.now() == 1e9


@pytest.mark.parametrize("path", ["tables/players?limit=inf", "tables/players?limit=nan", "journal?last=1e999"])
def test_counts_that_are_none(sandbox: Sandbox, path: str) -> None:
    headers = {"Authorization": f"Bearer {sandbox.admin_token}"}
    assert fetch(f"{sandbox.url}/_sandbox/{path}", headers=headers)[0] == 400


@pytest.mark.parametrize(
    ("path", "method"), [("clock", "POST"), ("faults", "PUT"), ("faults", "POST"), ("players/ada/token", "PUT")]
)
@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"a":' * 100_000, b'{"faults": [{"kind": ' + b"[" * 100_000], ids=["list", "dict", "in"]
)
def test_deep_json_is_refused(sandbox: Sandbox, path: str, method: str, body: bytes) -> None:
    status, answer = admin(sandbox, path, body, method=method)
    assert status == 400
    assert "JSON" in answer["error"] or "deep" in answer["error"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "latency", "seconds": float("nan")},
        {"kind": "latency", "seconds": "inf"},
        {"kind": "clock-skew", "seconds": float("inf")},
        {"kind": "latency", "count": float("inf")},
        {"kind": "latency", "probability": "nan"},
        {"kind": "stall", "seconds": "nan"},
        {"kind": "flood", "mb": "inf"},
    ],
)
def test_faults_with_numbers_that_are_none(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    status, answer = admin(sandbox, "faults", json.dumps({"faults": [fault]}).encode(), method="PUT")
    assert status == 400, answer
    assert sandbox.faults.report() == []


def _begun(url: str, path: str, size: int, **headers: str) -> socket.socket:
    """A connection whose request has announced `size` bytes."""
    where = urlsplit(url)
    line = socket.create_connection((where.hostname, where.port), timeout=60)
    lines = [f"POST {path} HTTP/1.1", f"Host: {where.netloc}", f"Content-Length: {size}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return line


def _send_most(line: socket.socket, size: int) -> None:
    """Send nearly all of a body, as far as it is taken within some seconds."""
    chunk = b"x" * MB
    line.settimeout(0.5)
    try:
        for _ in range(size // MB - 1):
            line.sendall(chunk)
    except OSError:  # it takes no more, or has hung up
        pass


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


@pytest.fixture
def alone() -> Iterator[Sandbox]:
    with Sandbox.start(NO_MAKER) as sandbox:
        yield sandbox


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory of a process there")


@needs_proc
def test_unfinished_bodies_have_one_common_bound(alone: Sandbox) -> None:
    before = _resident_mb(alone.pid)
    with ExitStack() as held:
        for _ in range(6):
            line = held.enter_context(_begun(alone.url, "/itchio/profile", 90 * MB))
            _send_most(line, 90 * MB)
        grown = _resident_mb(alone.pid) - before
        assert grown < 330, f"{grown:.0f} MB"  # 200 MB of bodies; the rest is what the allocator keeps
        assert fetch(f"{alone.url}/_sandbox/health")[0] == 200
    # Their clients are gone: what they held is free for others.
    until = time.monotonic() + 60
    while (status := _status_of_a_whole_body(alone)) in (0, 413) and time.monotonic() < until:
        time.sleep(0.2)
    assert status == 401


def _status_of_a_whole_body(sandbox: Sandbox) -> int:
    """What a body of 90 MB is answered with; 0 when the sandbox hung up on it."""
    with _begun(sandbox.url, "/itchio/profile", 90 * MB) as line:
        try:
            line.sendall(b"x" * (90 * MB))
            return int(line.recv(100).split()[1])
        except (OSError, IndexError):
            return 0


@needs_proc
def test_nothing_is_kept_for_strangers_at_the_admin_port(alone: Sandbox) -> None:
    before = _resident_mb(alone.pid)
    paths = ["/_sandbox/faults", "/_sandbox/clock", "/console/enter", "/console/theme", "/console/leave"]
    with ExitStack() as held:
        for path in paths:
            line = held.enter_context(_begun(alone.admin_url, path, 90 * MB, Origin=alone.admin_url))
            _send_most(line, 90 * MB)
        assert _resident_mb(alone.pid) - before < 30


def test_calls_of_the_admin_are_small(sandbox: Sandbox) -> None:
    status, answer = admin(sandbox, "faults", b" " * (2 * MB) + b"{}")
    assert status == 413
    assert "1,048,576" in answer["error"]
