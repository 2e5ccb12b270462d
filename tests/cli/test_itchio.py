"""``gameservices itchio``: tables, JSON, and the exit status 0, 1 or 2."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pygame_gameservices import read_shelf
from pygame_gameservices.sandbox import Sandbox
from tests.cli.conftest import Run


@pytest.fixture
def env(sandbox: Sandbox) -> dict[str, str]:
    return {"ITCHIO_API_KEY": sandbox.itchio_key, "ITCHIO_BASE_URL": sandbox.itchio_url}


def test_whoami(run: Run, env: dict[str, str]) -> None:
    done = run("itchio", "whoami", **env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "hedy" in done.stdout
    assert "profile:me, profile:games" in done.stdout
    told = json.loads(run("itchio", "whoami", "--json", **env).stdout)
    assert (told["user"]["username"], told["credentials"]["type"]) == ("hedy", "key")


def test_a_key_from_a_file_or_the_input(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(sandbox.itchio_tokens["ada"] + "\n")
    options = ("--base-url", sandbox.itchio_url, "--json")
    told = json.loads(run("itchio", "whoami", "--key-file", "key", *options).stdout)
    assert told["user"]["username"] == "ada"
    told = json.loads(
        run("itchio", "whoami", "--key-file", "-", *options, stdin=sandbox.itchio_launch_key("ada")).stdout
    )
    assert told["credentials"]["expires_at"]


def test_whoami_failures(run: Run, env: dict[str, str]) -> None:
    wrong = run("itchio", "whoami", **env | {"ITCHIO_API_KEY": "a-wrong-key"})
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "invalid key" in wrong.stderr
    assert "a-wrong-key" not in wrong.stderr
    none = run("itchio", "whoami", ITCHIO_BASE_URL=env["ITCHIO_BASE_URL"])
    assert none.returncode == 2
    assert "there is no API key" in none.stderr
    assert run("itchio", "whoami", "--key-file", "nothing", **env).returncode == 2
    gone = run("itchio", "whoami", **env | {"ITCHIO_BASE_URL": "http://127.0.0.1:9"})
    assert gone.returncode == 1
    assert "Traceback" not in gone.stderr


@pytest.mark.parametrize("dialect", ["modern", "legacy"])
def test_games(dialect: str, run: Run, env: dict[str, str], sandbox: Sandbox, tmp_path: Path) -> None:
    url = sandbox.itchio_url if dialect == "modern" else sandbox.itchio_legacy_url
    options = ("--dialect", dialect, "--base-url", url)
    table = run("itchio", "games", *options, **env).stdout
    assert "Light Harvest" in table
    assert "linux, osx, windows" in table
    assert "¥250" in table
    told = json.loads(run("itchio", "games", "--json", *options, **env).stdout)
    assert [game["min_price_minor"] for game in told] == [100, 0, 0]
    (tmp_path / "shelf.json").write_text(run("itchio", "games", "--shelf", *options, **env).stdout)
    assert [game.title for game in read_shelf(tmp_path / "shelf.json")] == ["Light Harvest", "Moonlit Courier"]


def test_owns(run: Run, env: dict[str, str], sandbox: Sandbox) -> None:
    yes = run("itchio", "owns", "1", "--email", "grace@example.com", **env)
    assert (yes.returncode, yes.stdout) == (0, "yes\n")
    no = run("itchio", "owns", "1", "--user-id", "1004", **env)
    assert (no.returncode, no.stdout) == (1, "no\n")
    key = next(row["key"] for row in sandbox.dump("itchio_download_keys") if not row["revoked"])
    url = f"https://hedy.itch.io/light-harvest/download/{key}"
    told = json.loads(run("itchio", "owns", "1", "--download-key", url, "--json", **env).stdout)
    assert told == {"game_id": 1, "owns": True}
    assert run("itchio", "owns", "1", **env).returncode == 2
    assert run("itchio", "owns", "x", "--user-id", "1", **env).returncode == 2
    failed = run("itchio", "owns", "99", "--user-id", "1", **env)
    assert (failed.returncode, failed.stdout) == (1, "")


def test_latest_needs_no_key(run: Run, sandbox: Sandbox) -> None:
    url = {"ITCHIO_BASE_URL": sandbox.itchio_url}
    assert run("itchio", "latest", "hedy/light-harvest", "windows", **url).stdout == "1.2.0\n"
    assert run("itchio", "latest", "1", "osx", **url).stdout == "pushed without a version\n"
    assert json.loads(run("itchio", "latest", "1", "linux", "--json", **url).stdout)["latest"] == "1.2.0"
    assert run("itchio", "latest", "1", "linux", "--installed", "1.2.0", **url).returncode == 0
    assert run("itchio", "latest", "1", "linux", "--installed", "1.1.0", **url).returncode == 1
    assert run("itchio", "latest", "1", "amiga", **url).returncode == 1
    assert run("itchio", "latest", "nonsense", "linux", **url).returncode == 2


def test_launch_starts_a_game_as_the_app_would(process: Run, tmp_path: Path) -> None:
    told_code = "print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('ITCHIO')}))"
    game = ("--", sys.executable, "-c", f"import os, json; {told_code}; exit(7)")
    (tmp_path / "token").write_text("a.b.c")
    done = process("itchio", "launch", "--key-file", "token", "--sandboxed", *game, ITCHIO_OLD="1")
    told = json.loads(done.stdout)
    assert done.returncode == 7
    assert set(told) == {"ITCHIO_APP", "ITCHIO_API_KEY", "ITCHIO_API_KEY_EXPIRES_AT", "ITCHIO_SANDBOX"}
    offline = json.loads(process("itchio", "launch", "--offline", *game).stdout)
    assert offline == {"ITCHIO_APP": "1", "ITCHIO_OFFLINE_MODE": "1"}
    assert process("itchio", "launch", "--", "/no/such/game").returncode == 2
    assert process("itchio", "launch").returncode == 2


def test_what_the_account_owns_and_keeps(run: Run, env: dict[str, str], sandbox: Sandbox) -> None:
    ada = env | {"ITCHIO_API_KEY": sandbox.itchio_tokens["ada"]}
    table = run("itchio", "owned", **ada)
    assert table.returncode == 0
    assert "Moonlit Courier" in table.stdout
    assert run("itchio", "owned", "--game-id", "1", **ada).returncode == 0
    none = run("itchio", "owned", "--game-id", "3", **ada)
    assert (none.returncode, none.stdout) == (1, "owns none of them\n")
    assert [key["game_id"] for key in json.loads(run("itchio", "owned", "--json", **ada).stdout)] == [1, 2]
    assert "To play at night" in run("itchio", "collections", **ada).stdout
    inside = run("itchio", "collections", "1", **ada).stdout
    assert inside.index("Moonlit Courier") < inside.index("Light Harvest")
    assert run("itchio", "collections", "2", **ada).stdout == "no games in it\n"
    assert run("itchio", "collections", "77", **ada).returncode == 1


def test_files_and_rewards(run: Run, env: dict[str, str]) -> None:
    table = run("itchio", "uploads", "1", "--builds", **env).stdout
    assert "light-harvest-windows.zip" in table
    assert "1.2.0" in table
    assert "completed" in table
    told = json.loads(run("itchio", "uploads", "1", "--builds", "--json", **env).stdout)
    assert [len(builds) for builds in told["builds"]] == [2, 2, 2]
    assert run("itchio", "uploads", "2", **env).stdout == "no files that this key may download\n"
    assert "Name in the credits" in run("itchio", "rewards", "1", **env).stdout
    assert json.loads(run("itchio", "rewards", "1", "--json", **env).stdout)[0]["email"] == "grace@example.com"
    assert run("itchio", "rewards", "2", **env).stdout == "nobody has claimed a reward\n"
