"""``gameservices outbox`` on the file of a real game, also while the game runs."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pygame_gameservices import GameJolt, OutcomeUnknown, ServiceManager
from pygame_gameservices.cli.outbox import outbox
from pygame_gameservices.core.outbox import outbox as core_outbox
from pygame_gameservices.sandbox import Refuse, Reset, Sandbox
from tests.conftest import WAIT_S, run_until, settle


def run(*arguments: str, **how: Any) -> Result:
    return CliRunner().invoke(outbox, arguments, **how)


def listed(folder: Path, *more: str) -> list[dict[str, Any]]:
    result = run("list", "--folder", str(folder), "--json", *more)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def game(sandbox: Sandbox, folder: Path | None = None) -> tuple[ServiceManager, GameJolt]:
    services = ServiceManager("tests", folder=folder)
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user is not None)
    return services, gj


@pytest.fixture
def kept(sandbox: Sandbox, tmp_path: Path) -> Path:
    """An outbox with one rejected, one unknown and two waiting entries."""
    services, gj = game(sandbox, tmp_path)
    settle(services, gj.data_store.set("n", "1"), gj.trophies.add_achieved(777))
    sandbox.faults.set(Reset(path="*/data-store/update/", applied=True, count=1))
    call = gj.data_store.update("n", "add", 1)
    settle(services, call)
    assert isinstance(call.error, OutcomeUnknown)
    sandbox.faults.set(Refuse())
    calls = [gj.scores.add("10,000 [b]points", 10_000), gj.data_store.set("k", "v" * 900)]
    run_until(services, lambda: all(call.durable for call in calls))
    services.close(timeout=0.5)
    sandbox.faults.clear()
    return tmp_path


def test_list(kept: Path) -> None:
    states = [entry["state"] for entry in listed(kept)]
    assert states == ["rejected", "unknown", "waiting", "waiting"]
    assert [entry["call"] for entry in listed(kept, "--state", "waiting")] == ["scores.add", "data_store.set"]
    shown = run("list", "--folder", str(kept), env={"COLUMNS": "200"}).stdout
    assert "10,000 [b]points" in shown
    assert "2 waiting, 1 unknown, 1 rejected" in shown
    assert "ada-token" not in shown


def test_show(kept: Path) -> None:
    unknown = listed(kept)[1]
    shown = run("show", str(unknown["id"]), "--folder", str(kept)).stdout
    assert "data_store.update" in shown
    assert unknown["reason"].split()[0] in shown
    assert json.loads(run("show", str(unknown["id"]), "--folder", str(kept), "--json").stdout) == unknown
    result = run("show", "9999", "--folder", str(kept))
    assert (result.exit_code, "there is no entry 9999" in result.stderr) == (2, True)


def test_what_cannot_be_read_can_be_looked_at_and_deleted_but_not_sent(kept: Path) -> None:
    number = listed(kept)[2]["id"]
    with contextlib.closing(sqlite3.connect(kept / "outbox.sqlite3", isolation_level=None)) as db:
        db.execute("UPDATE entries SET body = ? WHERE id = ?", (b'{"kind": \xff', number))
    assert "1 waiting, 1 unknown, 1 rejected, 1 unreadable" in run("list", "--folder", str(kept)).stdout
    (entry,) = listed(kept, "--state", "unreadable")
    assert entry["arguments"] == {"as it stands": '{"kind": \\xff'}
    assert "it cannot be read" in run("show", str(number), "--folder", str(kept)).stdout
    assert len(run("export", "--folder", str(kept)).stdout.splitlines()) == 4
    refused = run("retry", str(number), "--folder", str(kept), "--yes")
    assert (refused.exit_code, "discard deletes it" in refused.stderr) == (2, True)
    assert run("discard", str(number), "--folder", str(kept), "--yes").exit_code == 0
    assert len(listed(kept)) == 3


def test_discard(kept: Path) -> None:
    ids = [str(entry["id"]) for entry in listed(kept)]
    assert run("discard", ids[0], "--folder", str(kept), input="n\n").exit_code == 1
    assert len(listed(kept)) == 4
    assert run("discard", ids[0], ids[2], "--folder", str(kept), "--yes").exit_code == 0
    assert [str(entry["id"]) for entry in listed(kept)] == [ids[1], ids[3]]


def test_retry_and_the_next_start_sends_it(kept: Path, sandbox: Sandbox) -> None:
    entries = listed(kept)
    result = run("retry", str(entries[2]["id"]), "--folder", str(kept))
    assert (result.exit_code, "goes out by itself" in result.stderr) == (2, True)
    assert run("retry", str(entries[1]["id"]), "--folder", str(kept), input="y\n").exit_code == 0
    services, gj = game(sandbox, kept)
    run_until(services, lambda: services.undelivered == 0)
    assert gj.data_store.fetch("n").result(WAIT_S) == "3"
    services.close()
    assert [entry["state"] for entry in listed(kept)] == ["rejected"]


def test_retry_beside_a_running_game(kept: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_outbox, "ADOPT_EVERY_S", 0.3)
    services, gj = game(sandbox, kept)
    run_until(services, lambda: services.undelivered == 0)
    unknown = listed(kept, "--state", "unknown")[0]
    assert run("retry", str(unknown["id"]), "--folder", str(kept), "--yes").exit_code == 0
    run_until(services, lambda: not listed(kept, "--state", "unknown") and not listed(kept, "--state", "waiting"))
    assert gj.data_store.fetch("n").result(WAIT_S) == "3"
    sandbox.faults.set(Refuse())
    call = gj.scores.add("20,000", 20_000)
    run_until(services, lambda: call.durable)
    time.sleep(0.1)
    result = run("discard", str(listed(kept)[-1]["id"]), "--folder", str(kept), "--yes")
    assert (result.exit_code, "the game is running" in result.stderr) == (1, True)
    sandbox.faults.clear()
    settle(services, call)
    services.close()


def test_export(kept: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    assert run("export", str(target), "--folder", str(kept)).exit_code == 0
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert lines == listed(kept)
    assert run("export", "--folder", str(kept)).stdout == target.read_text()


def test_what_waits_for_whoever_signs_in(sandbox: Sandbox, tmp_path: Path) -> None:
    services = ServiceManager("tests", folder=tmp_path)
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    calls = [gj.trophies.add_achieved(2), gj.scores.add("10,000", 10_000), gj.trophies.add_achieved(777)]
    run_until(services, lambda: all(call.durable for call in calls))
    assert run("discard", str(listed(tmp_path)[0]["id"]), "--folder", str(tmp_path), "--yes").exit_code == 1
    services.close()
    trophy, score, wrong = listed(tmp_path)
    assert [(one["player"], one["state"]) for one in (trophy, score, wrong)] == [("nobody yet", "waiting")] * 3
    shown = run("list", "--folder", str(tmp_path), env={"COLUMNS": "200"}).stdout
    assert shown.count("nobody yet") == 3
    assert "nobody yet" in run("show", str(score["id"]), "--folder", str(tmp_path)).stdout
    assert json.loads(run("export", "--folder", str(tmp_path)).stdout.splitlines()[1])["player"] == "nobody yet"
    result = run("retry", str(score["id"]), "--folder", str(tmp_path), "--yes")
    assert (result.exit_code, "goes out by itself" in result.stderr) == (2, True)
    assert run("discard", str(trophy["id"]), "--folder", str(tmp_path), "--yes").exit_code == 0

    services, gj = game(sandbox, tmp_path)
    run_until(services, lambda: services.undelivered == 0)
    services.close()
    (left,) = listed(tmp_path)
    assert (left["id"], left["player"], left["state"]) == (wrong["id"], "ada", "rejected")
    assert run("retry", str(left["id"]), "--folder", str(tmp_path), "--yes").exit_code == 0
    assert [(one["player"], one["state"]) for one in listed(tmp_path)] == [("ada", "waiting")]
    assert [row["sort"] for row in sandbox.dump("gamejolt_scores")].count(10_000) == 1
    assert sandbox.dump("gamejolt_achieved") == []


def test_by_the_games_name(sandbox: Sandbox) -> None:
    sandbox.faults.set(Refuse(path="*"))
    services = ServiceManager("tests")
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    call = gj.scores.add("1", 1, guest="Zoë")
    run_until(services, lambda: call.durable)
    services.close(timeout=0.3)
    assert "1 waiting" in run("list", "--app", "tests").stdout
    for command in ("list", "export"):
        nobody = run(command, "--app", "no such game")
        assert (nobody.exit_code, "no game called no such game" in nobody.stderr) == (2, True)


def test_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    without = run("list")
    assert (without.exit_code, "app is missing" in without.stderr, "--app" in without.stderr) == (2, True, True)
    assert run("list", "--folder", str(tmp_path / "nowhere")).exit_code == 2
    (tmp_path / "outbox.sqlite3").write_bytes(b"no database at all" * 200)
    damaged = run("list", "--folder", str(tmp_path))
    assert (damaged.exit_code, "outbox.sqlite3" in damaged.stderr) == (1, True)
