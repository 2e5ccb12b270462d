"""What the commands of the relay print: what can be copied, and what to do next."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pygame_gameservices.core.calls import operation
from pygame_gameservices.sandbox import Sandbox
from tests.cli.conftest import Run, process, run
from tests.relay.conftest import Relays
from tests.relay.running import RunningRelay, wait_until
from tests.relay.wire import Raw, new_id

__all__ = ["process", "run"]

KEYS = {"RELAY_SECRET": "s" * 40, "RELAY_GAMEJOLT_KEY": "k"}


@pytest.fixture
def strict(relays: Relays) -> RunningRelay:
    return relays(gamejolt={"tables": {"1": {"most": 100}}})


def refused(raw: Raw, named: str, sort: int = 700) -> str:
    who = {} if raw.player else {"guest": "Me"}
    assert "more than 100" in raw.said("scores/add", score="x", sort=sort, write_id=named, **who)
    return named


def listed(relay: RunningRelay, columns: int = 80) -> list[list[str]]:
    """The words of each line that `refused` prints, without the head."""
    wide, relay.columns = relay.columns, columns
    try:
        return [line.split() for line in relay.command("refused").splitlines()[1:] if line.strip()]
    finally:
        relay.columns = wide


def test_an_id_is_printed_whole_on_one_line_and_released_as_it_is_printed(
    strict: RunningRelay, sandbox: Sandbox
) -> None:
    guest = Raw(strict, sandbox.game_id)
    ids = [refused(guest, named) for named in (f"{new_id()}-abcdef", f"{new_id()}gabcdef", new_id())]
    for columns in (40, 80):
        shown = {line[0] for line in listed(strict, columns) if len(line[0]) >= 6}
        for named in ids:
            (own,) = {one for one in shown if named.endswith(one)}
            assert not any(other.endswith(own) for other in ids if other != named)
    shortest = next(one for one in shown if ids[2].endswith(one))
    assert len(shortest) == 6
    assert f"relay release {shortest}" in strict.command("refused"), "a line to copy"
    assert "1 will be let through" in strict.command("release", shortest)
    assert strict.query("SELECT id FROM refusals WHERE released") in ([(ids[2],)], [])
    wait_until(lambda: 700 in {row["sort"] for row in sandbox.dump("gamejolt_scores")})
    assert {row["id"] for row in json.loads(strict.command("refused", "--json"))} <= set(ids), "whole there"


def test_what_is_not_clear_releases_nothing(strict: RunningRelay, sandbox: Sandbox) -> None:
    guest = Raw(strict, sandbox.game_id)
    one, other = refused(guest, f"{new_id()}_efAbc"), refused(guest, f"{new_id()}XefAbc")
    assert "2 ids end with 'Abc'" in strict.command("release", "Abc", status=2)
    assert "no write that was refused" in strict.command("release", "abc", status=2), "letters' cases are told apart"
    assert "ends with 'zzz'" in strict.command("release", one, "zzz", status=2)
    assert strict.query("SELECT id FROM refusals WHERE released") == []
    assert "1 will be let through" in strict.command("release", "_efAbc")
    wait_until(lambda: [row[0] for row in strict.query("SELECT id FROM refusals")] == [other])


def test_ids_of_one_moment_are_as_short_as_any(strict: RunningRelay, sandbox: Sandbox) -> None:
    """Those of our clients begin with the time."""
    guest = Raw(strict, sandbox.game_id)
    ids = {refused(guest, operation.new_id())[-6:] for _ in range(2)}
    assert ids <= {line[0] for line in listed(strict)}


def test_an_id_that_two_players_gave_releases_neither(strict: RunningRelay, sandbox: Sandbox) -> None:
    named = new_id()
    for name in ("ada", "grace"):
        refused(Raw(strict, sandbox.game_id, name, sandbox.player(name).token), named)
    assert "2 players" in strict.command("release", named, status=2)
    assert strict.query("SELECT count(*) FROM refusals WHERE released") == [(0,)]


def test_a_port_that_is_taken(strict: RunningRelay, process: Run, tmp_path: Path) -> None:
    (tmp_path / "relay.toml").write_text(f'listen = "127.0.0.1:{strict.port}"\n[gamejolt]\ngame_id = 1\n')
    done = process("relay", "serve", **KEYS)
    assert done.returncode == 1
    assert "perhaps a relay runs there already" in done.stderr
    assert "change listen in relay.toml" in done.stderr


def test_a_link_says_how_long_it_is_good_and_whether_anything_listens(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (tmp_path / "relay.toml").write_text(f'listen = "0.0.0.0:{port}"\n[gamejolt]\ngame_id = 1\n')
        there = run("relay", "link")
        assert there.stdout.startswith(f"http://127.0.0.1:{port}/maker/enter/")
        assert "once, within ten minutes" in there.stderr
        assert "Nothing listens" not in there.stderr
    gone = run("relay", "link", "--config", "relay.toml")
    assert len(gone.stdout.split()) == 1, "the address alone, to be piped"
    assert f"Nothing listens at http://127.0.0.1:{port} yet; start the relay:" in gone.stderr
    assert json.loads(run("relay", "link", "--json").stdout)["runs"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="lines for a POSIX shell")
def test_what_init_prints_works_when_it_is_pasted(run: Run, tmp_path: Path, sandbox: Sandbox) -> None:
    done = run("relay", "init", "--sandbox", "my relay")
    toml = tmp_path / "my relay" / "relay.toml"
    lines = [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")]
    assert lines[0] == f"cd {shlex.quote('my relay')}"
    assert lines[-1].endswith("relay serve")
    assert 'base_url = "http://127.0.0.1:8765/gamejolt/' in toml.read_text()
    text = toml.read_text().replace("http://127.0.0.1:8765/gamejolt/api/game/v1_2", sandbox.gamejolt_url)
    toml.write_text(text)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pasted = "\n".join(["set -e", *lines[:-1]])  # all but serve, which would stay
    tried = subprocess.run(
        ["sh", "-c", pasted], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (tried.returncode, "takes the key" in tried.stdout) == (0, True), tried.stdout + tried.stderr


def test_init_for_real_names_what_is_missing(run: Run) -> None:
    said = run("relay", "init").stdout
    assert "  cd " not in said
    for needed in ("your game's id", "RELAY_GAMEJOLT_KEY=", "relay check", "relay serve", "base_url"):
        assert needed in said


@pytest.mark.parametrize("command", ["link", "refused", "serve", "check"])
def test_from_the_wrong_folder(run: Run, command: str) -> None:
    done = run("relay", command)
    assert done.returncode == 2
    for way in ("(cd)", "--config", "relay init"):
        assert way in done.stderr
