"""Every fault against every durable operation: delivered once, or, where nobody can be asked, known as unknown."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from pygame_gameservices import Call, GameJolt, ServiceManager
from pygame_gameservices.sandbox import (
    ClockSkew,
    DeepJson,
    Drip,
    Fault,
    Flood,
    Hang,
    HtmlPage,
    HugeJson,
    Latency,
    Refuse,
    Sandbox,
    ServerError,
    SlowTls,
    Stall,
    TooManyRequests,
    WrongLength,
)
from tests.conftest import NO_MAKER, run_until, settle
from tests.faults import COMMON

SANDBOXES = 4
PATHS = {
    "scores/add": 3,
    "trophies/add-achieved": 1,
    "trophies/remove-achieved": 1,
    "data-store/set": 2,
    "data-store/remove": 1,
    "data-store/update": 1,
}
"""Where the operations below go, and how many go there: that many requests are bitten."""
pytestmark = pytest.mark.slow
FAULTS: dict[str, Fault] = {
    **COMMON,
    "latency and jitter": Latency(0.2, 0.2),
    "connection refused": Refuse(for_s=0.7),
    "hang before": Hang(for_s=0.8),
    "hang after": Hang(applied=True, for_s=0.8),
    "stall before": Stall(0.5),
    "stall after": Stall(0.5, applied=True),
    "slow drip": Drip(100.0),
    "length too short": WrongLength(-5),
    "HTML 502 after": HtmlPage(502, applied=True),
    "HTML 200 before": HtmlPage(200),
    "deep JSON before": DeepJson(),
    "huge JSON before": HugeJson(6.0),
    "huge JSON after": HugeJson(6.0, applied=True),
    "flood before": Flood(),
    "429": TooManyRequests(),
    "500 before": ServerError(),
    "500 after": ServerError(applied=True),
    "503, Retry-After 1": ServerError(503, 1),
    "clock an hour behind": ClockSkew(-3600.0),
    "slow handshake": SlowTls(0.4, count=3),
}
CONNECTIONS = (Refuse, SlowTls)
HARMLESS = (Latency, ClockSkew, SlowTls, Stall, Drip, TooManyRequests)
"""After these it is known whether a call was applied."""

Issue = Callable[[GameJolt], Call[Any]]
Times = Callable[[Sandbox], int]


def _scores(sandbox: Sandbox, sort: int) -> int:
    return sum(row["sort"] == sort for row in sandbox.dump("gamejolt_scores"))


def _value(sandbox: Sandbox, key: str) -> str | None:
    return next((row["data"] for row in sandbox.dump("gamejolt_items") if row["key"] == key), None)


def _has(sandbox: Sandbox, trophy: int) -> bool:
    return any(row["trophy_id"] == trophy for row in sandbox.dump("gamejolt_achieved"))


OPERATIONS: dict[str, tuple[Issue, Times]] = {
    "score": (lambda gj: gj.scores.add("1", 50_001), lambda s: _scores(s, 50_001)),
    "guest score": (lambda gj: gj.scores.add("2", 50_002, guest="Zoë"), lambda s: _scores(s, 50_002)),
    "low score": (lambda gj: gj.scores.add("3", 50_003, table_id=2), lambda s: _scores(s, 50_003)),
    "trophy": (lambda gj: gj.trophies.add_achieved(4), lambda s: _has(s, 4)),
    "trophy removed": (lambda gj: gj.trophies.remove_achieved(5), lambda s: not _has(s, 5)),
    "set": (lambda gj: gj.data_store.set("set", "v"), lambda s: _value(s, "set") == "v"),
    "set mine": (lambda gj: gj.data_store.set("mine", "v", mine=True), lambda s: _value(s, "mine") == "v"),
    "remove": (lambda gj: gj.data_store.remove("gone"), lambda s: _value(s, "gone") is None),
    "update": (lambda gj: gj.data_store.update("n", "add", 1), lambda s: int(_value(s, "n") or "0")),
}
CANNOT_BE_ASKED = ("update",)


def play(sandbox: Sandbox, fault: Fault, folder: Path) -> tuple[dict[str, str], int]:
    """Issue each operation in a request of its own that the fault bites. Returns what became of each, and the bites."""
    sandbox.reset()
    services = ServiceManager("tests", folder=folder, workers=len(OPERATIONS))
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user is not None)
    store = gj.data_store
    settle(services, store.set("n", "0"), store.set("gone", "x"), gj.trophies.add_achieved(5))
    if isinstance(fault, CONNECTIONS):
        sandbox.faults.set(fault)
    else:
        # All are under way before one is bitten.
        together = Latency(0.1, path="*/api/game/*", count=len(OPERATIONS) - 1)
        sandbox.faults.set(together, *(replace(fault, path=f"*/{path}/", count=n) for path, n in PATHS.items()))
    gj.batch_limit = 1  # type: ignore[misc]
    calls = {name: issue(gj) for name, (issue, _) in OPERATIONS.items()}
    run_until(services, lambda: all(call.done for call in calls.values()), timeout=60)
    bites = sum(report["bites"] for report in sandbox.faults.report() if report["kind"] == fault.kind)
    services.close(timeout=1)
    sandbox.faults.clear()
    return {name: _judged(calls[name], int(OPERATIONS[name][1](sandbox))) for name in OPERATIONS}, bites


def _judged(call: Call[Any], times: int) -> str:
    if call.outcome == "unknown":
        return f"unknown ({times})"
    if call.outcome != "succeeded":
        return f"{call.outcome}: {call.error}"
    return {0: "LOST", 1: "once"}.get(times, f"{times} TIMES")


@pytest.fixture(scope="module")
def matrix() -> dict[str, tuple[dict[str, str], int]]:
    """All results by fault. Each sandbox takes the next fault when it has done with one."""
    left: SimpleQueue[str] = SimpleQueue()
    results: dict[str, tuple[dict[str, str], int]] = {}
    problems: list[BaseException] = []
    for name in FAULTS:
        left.put(name)

    def work() -> None:
        try:
            with Sandbox.start(NO_MAKER) as sandbox, tempfile.TemporaryDirectory() as folder:
                while True:
                    name = left.get_nowait()
                    results[name] = play(sandbox, FAULTS[name], Path(folder, name.replace(" ", "-")))
        except Empty:
            pass
        except BaseException as error:
            problems.append(error)

    workers = [threading.Thread(target=work) for _ in range(SANDBOXES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if problems:
        raise problems[0]
    return results


def test_the_table(matrix: dict[str, tuple[dict[str, str], int]], capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("fault", *OPERATIONS, title="What became of durable operations")
    for fault in FAULTS:
        table.add_row(fault, *matrix[fault][0].values())
    with capsys.disabled():
        Console(width=150).print("\n", table)
    assert len(matrix) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_operation_is_delivered_once_or_known_as_unknown(
    matrix: dict[str, tuple[dict[str, str], int]], fault: str
) -> None:
    cells, bites = matrix[fault]
    for operation, became in cells.items():
        allowed = {"once"}
        if operation in CANNOT_BE_ASKED and not isinstance(FAULTS[fault], HARMLESS):
            allowed |= {"unknown (0)", "unknown (1)"}
        assert became in allowed, f"{fault} x {operation}: {became}"
    if not isinstance(FAULTS[fault], Refuse):
        assert bites >= (
            3 if isinstance(FAULTS[fault], SlowTls) else len(OPERATIONS) - (FAULTS[fault].for_s is not None)
        )
