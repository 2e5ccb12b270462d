"""The service wiring against a real sandbox."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import demo_game.online
from demo_game import goals
from demo_game.online import TROPHIES, Account, Online
from demo_game.playthrough import CONFIG
from demo_game.readback import read_back
from demo_game.window import open_window
from pygame_gameservices import CallFailed
from pygame_gameservices.sandbox import Sandbox, ServerError


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    ada = sandbox.player("ada")
    return Account(sandbox.game_id, sandbox.private_key, ada.username, ada.token, sandbox.gamejolt_url)


@pytest.fixture
def online(account: Account) -> Iterator[Online]:
    open_window((640, 360), visible=False)
    made = Online(account)
    yield made
    made.close()


def wait(online: Online, condition: Callable[[], object], timeout: float = 15.0) -> list[object]:
    happened: list[object] = []
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until, f"waited in vain; {online.notice!r}, {happened}"
        happened += online.update(1 / 60)
        time.sleep(0.003)
    return happened


def test_every_goal_has_a_trophy_in_the_configuration():
    known = {value for name, value in vars(goals).items() if name.isupper() and isinstance(value, str)}
    assert set(TROPHIES) == known
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    assert {trophy["id"] for trophy in config["gamejolt"]["trophies"]} == set(TROPHIES.values())
    assert [trophy["title"] for trophy in config["gamejolt"]["trophies"] if trophy.get("secret")] == ["Made a Wish"]


def test_the_story_of_a_player(online, account, sandbox):
    online.sign_in()
    wait(online, lambda: online.player == "ada")
    online.playing(True)
    online.earn("first-light")
    online.earn("wish")
    wait(online, lambda: len(online.trophies) == 2)
    online.submit(50_000)
    wait(online, lambda: online.rank is not None and online.board)
    assert online.rank == 2
    assert [score.name for score in online.board][:3] == ["grace", "ada", "hedy"]
    assert online.notice == ""
    online.playing(False)
    online.update(1 / 60)
    online.close()
    held = read_back(account, demo_game.online.TABLE)
    assert held["player"] == "ada"
    assert held["trophies"] == [TROPHIES["first-light"], TROPHIES["wish"]]
    assert (held["best_score"], held["rank"]) == (50_000, 2)
    asked = {name for entry in sandbox.journal() for name in (entry["endpoint"], *entry["sub_requests"])}
    assert asked >= {"sessions/open", "sessions/ping", "sessions/close"}


def test_what_was_earned_before_signing_in_is_not_lost(online, account):
    online.earn("daybreak")
    online.submit(123)
    online.update(0.1)
    assert online.trophies == set()
    online.sign_in()
    wait(online, lambda: online.trophies and online.rank is not None)
    online.close()
    held = read_back(account, demo_game.online.TABLE)
    assert (held["trophies"], held["best_score"]) == ([TROPHIES["daybreak"]], 123)


def test_a_wrong_token_is_a_small_line_and_no_more(account):
    open_window((640, 360), visible=False)
    online = Online(replace(account, token="wrong"))
    online.sign_in()
    wait(online, lambda: online.notice.startswith("Not signed in"))
    assert online.player is None
    online.earn("wish")
    online.submit(5)
    online.playing(True)
    for _ in range(5):
        online.update(1 / 60)
    online.close()


def test_a_broken_server_fails_the_score_and_says_so(online, sandbox):
    online.sign_in()
    wait(online, lambda: online.player)
    sandbox.faults.set(ServerError())
    online.submit(1_000)
    happened = wait(online, lambda: online.notice.startswith("Score not sent"), timeout=40.0)
    assert any(isinstance(event, CallFailed) for event in happened) or online.notice
    assert online.rank is None


def test_the_secrets_of_an_account_do_not_show():
    shown = repr(Account(1, "very-private", "ada", "my-token"))
    assert "very-private" not in shown
    assert "my-token" not in shown


def test_it_stays_short_enough_to_copy():
    source = Path(demo_game.online.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 150
    assert not re.findall(r"^(?:from|import) demo_game", source, re.MULTILINE), "it can be copied as it stands"
