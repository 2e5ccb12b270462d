"""``gameservices relay init`` and ``check``: what a newcomer types first."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pygame_gameservices.relay.settings import GameJoltSettings, LimitSettings, Settings, read
from pygame_gameservices.sandbox import Sandbox
from tests.cli.conftest import Run, run
from tests.relay.running import toml

__all__ = ["run"]


def test_what_init_writes_says_what_is_so_by_itself(run: Run, tmp_path: Path) -> None:
    assert run("relay", "init", "mine").returncode == 0
    path = tmp_path / "mine" / "relay.toml"
    settings = read(path)
    assert settings == Settings(gamejolt=GameJoltSettings(game_id=1, endpoints=settings.gamejolt.endpoints))  # type: ignore[union-attr]
    assert set(settings.gamejolt.endpoints) == set(GameJoltSettings(game_id=1).endpoints)  # type: ignore[union-attr]
    text = path.read_text()
    for name in (*Settings.__struct_fields__, *GameJoltSettings.__struct_fields__, *LimitSettings.__struct_fields__):
        assert name in text, f"{name} is not explained"
    uncommented = text.replace("# [gamejolt.", "[gamejolt.")
    for name in ("least", "most", "step", "per_hour", "after_s", "at_once", "per_s", "guests", "after"):
        uncommented = uncommented.replace(f"# {name} =", f"{name} =")
    rules = msgspec.convert(tomllib.loads(uncommented), Settings).gamejolt
    assert rules is not None
    assert rules.tables["1"].per_hour == 30
    assert rules.trophies["3"].after == (1, 2)
    secret = tmp_path / "mine" / "relay.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    again = run("relay", "init", "mine")
    assert (again.returncode, "never overwritten" in again.stderr or "left as it is" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("[gamejolt]\ngame_id = 0", "gamejolt.game_id must be a whole number of at least 1, not 0"),
        ("[gamejolt]\ngame_id = 1\nprivate_key = 'k'", "RELAY_GAMEJOLT_KEY"),
        ("[gamejolt]\n", "gamejolt.game_id is missing; write a whole number of at least 1"),
        ("gamejolt = 5", "gamejolt must be a table, written [gamejolt]"),
        ("liste = '127.0.0.1:1'\n[gamejolt]\ngame_id = 1", "liste is not known; known here: database, forge,"),
        ("[forge]\nmost_hours = 'ten'", "forge.most_hours must be a number of at least 0, not 'ten'"),
        ("[itchio]\ngames = [3, 'x']", "itchio.games must be a list of whole numbers such as [1, 2], not a list"),
        ("[limits]\nconnections = true", "limits.connections must be a whole number of at least 1, not true"),
        ("[gamejolt]\ngame_id = 1\nbase_url = 'http://api.example.com'", "https"),
        ("[gamejolt]\ngame_id = 1\nbase_url = 'ftp://127.0.0.1'", "https"),
        ("[gamejolt]\ngame_id = 1\nendpoints = ['scores/ad']", "scores/ad"),
        ("[gamejolt]\ngame_id = 1\n[gamejolt.tables.x]", "gamejolt.tables.x is no table's number"),
        ("[gamejolt]\ngame_id = 1\n[gamejolt.tables]\nmost = 1", "gamejolt.tables.most is no table's number"),
        (
            "[gamejolt]\ngame_id = 1\n[gamejolt.tables.1]\n[gamejolt.tables.7]\nmax = 1",
            "gamejolt.tables.7.max is not known; known here: after_s, at_once, guests, least, most, per_hour,",
        ),
        (
            "[gamejolt]\ngame_id = 1\n[gamejolt.tables.1]\nmost = '600'",
            "gamejolt.tables.1.most must be a whole number, not '600'",
        ),
        (
            "[gamejolt]\ngame_id = 1\n[gamejolt.tables.1]\nguests = 'no'",
            "gamejolt.tables.1.guests must be true or false (without quotes), not 'no'",
        ),
        (
            "[gamejolt]\ngame_id = 1\n[gamejolt.trophies.3]\nafter = 1",
            "gamejolt.trophies.3.after must be a list of whole numbers such as [1, 2], not 1",
        ),
        (
            "[gamejolt]\ngame_id = 1\nendpoints = 'scores'",
            'gamejolt.endpoints must be a list of texts such as ["one", "two"], not \'scores\'',
        ),
        ("[gamejolt]\ngame_id = 'secret@secret@secret@secret@'", "not a text"),
        ("database = 'postgresql://me:secret@host/x'\n[gamejolt]\ngame_id = 1", "RELAY_DATABASE"),
        ("listen = '8787'\n[gamejolt]\ngame_id = 1", "listen"),
        ("listen = '127.0.0.1:8787'", "no service"),
        ("[limits]\nblocked_addresses = ['x']\n[gamejolt]\ngame_id = 1", "blocked_addresses"),
        ("[gamejolt", "TOML"),
    ],
)
def test_a_mistake_is_said_with_its_place(run: Run, tmp_path: Path, said: str, reason: str) -> None:
    (tmp_path / "relay.toml").write_text(said)
    done = run("relay", "serve", RELAY_SECRET="s" * 40, RELAY_GAMEJOLT_KEY="k")
    assert done.returncode == 2
    assert reason in done.stderr
    assert "relay.toml" in done.stderr
    for unfit in ("secret@", "$", "Expected `", "Object", "`int"):
        assert unfit not in done.stderr


def test_keys_are_asked_for_by_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "relay.toml").write_text("[gamejolt]\ngame_id = 1")
    assert "relay.secret" in run("relay", "serve", RELAY_GAMEJOLT_KEY="k").stderr
    assert "too short" in run("relay", "serve", RELAY_SECRET="s", RELAY_GAMEJOLT_KEY="k").stderr
    assert "RELAY_GAMEJOLT_KEY" in run("relay", "serve", RELAY_SECRET="s" * 40).stderr


def test_what_was_refused_is_read_without_the_keys(run: Run, tmp_path: Path) -> None:
    (tmp_path / "relay.toml").write_text("[gamejolt]\ngame_id = 1")
    assert run("relay", "refused").returncode == 0
    link = run("relay", "link")
    assert (link.returncode, "http://127.0.0.1:8787/maker/enter/" in link.stdout) == (0, True)
    elsewhere = run("relay", "link", "--url", "https://relay.example/")
    assert elsewhere.stdout.startswith("https://relay.example/maker/enter/")


@pytest.mark.parametrize(
    ("game", "key", "status", "said"),
    [
        ({}, "", 0, "takes the key"),
        ({"tables": {"1": {}, "2": {}}}, "", 0, "each table that has rules is there"),
        ({"tables": {"999": {}}}, "", 1, "rules for table 999"),
        ({"trophies": {"1": {"after": [2]}, "2": {"after": [1]}}}, "", 1, "comes after itself"),
        ({"hook": "nowhere:judge"}, "", 1, "nowhere:judge"),
        ({}, "wrong", 1, "copy both again"),
        ({"base_url": "http://127.0.0.1:9/api"}, "", 1, "does not answer"),
    ],
)
def test_check_tries_it_against_the_service(
    run: Run, tmp_path: Path, sandbox: Sandbox, game: dict[str, Any], key: str, status: int, said: str
) -> None:
    told = {"game_id": sandbox.game_id, "base_url": sandbox.gamejolt_url, **game}
    (tmp_path / "relay.toml").write_text(toml({"gamejolt": told}))
    done = run("relay", "check", RELAY_SECRET="s" * 40, RELAY_GAMEJOLT_KEY=key or sandbox.private_key)
    assert said in done.stdout
    assert done.returncode == status, done.stdout
    assert sandbox.private_key not in done.stdout + done.stderr
