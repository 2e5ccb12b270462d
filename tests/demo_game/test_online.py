"""The file to copy, against a real sandbox."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import demo_game
from demo_game.online import Account, Online
from demo_game.readback import read_back
from demo_game.settings import Settings, of_sandbox
from demo_game.window import open_window
from pygame_gameservices import AchievementUnlocked, BackOnline, CallDurable, ScoreSubmitted, WentOffline
from pygame_gameservices.sandbox import Sandbox, ServerError
from pygame_gameservices.widgets.input import Action


@pytest.fixture
def settings(sandbox: Sandbox) -> Settings:
    return of_sandbox(sandbox)


@pytest.fixture
def online(settings: Settings, tmp_path: Path) -> Iterator[Online]:
    open_window((640, 360), visible=False)
    made = Online(settings.gamejolt, settings.achievements, folder=tmp_path)
    yield made
    made.close()


def wait(online: Online, condition: Callable[[], object], timeout: float = 25.0) -> list[object]:
    happened: list[object] = []
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until, f"waited in vain; {online.notice!r}, {happened}"
        happened += online.update(1 / 60)
        time.sleep(0.003)
    return happened


def held(settings: Settings) -> dict[str, object]:
    return read_back(replace(settings, itchio=None, forge=None, easyjam=None, trading=None))["gamejolt"]


def test_the_story_of_a_player(online, settings, sandbox):
    online.sign_in()
    wait(online, lambda: online.player == "ada")
    online.earn("first-light")
    online.earn("wish")
    wait(online, lambda: online.earned == ["first-light", "wish"])
    online.submit(50_000)
    wait(online, lambda: online.rank is not None and online.board)
    assert online.rank == 2
    assert [score.name for score in online.board][:3] == ["grace", "ada", "hedy"]
    assert online.notice == ""
    online.close()
    found = held(settings)
    assert found["trophies"] == [101, 104]
    assert (found["best_score"], found["rank"]) == (50_000, 2)
    asked = {name for entry in sandbox.journal() for name in (entry["endpoint"], *entry["sub_requests"])}
    assert asked >= {"sessions/open", "sessions/close"}, "the session is kept without the game's doing"


def test_what_was_earned_before_signing_in_is_not_lost(online, settings):
    online.earn("daybreak")
    online.submit(123)
    wait(online, lambda: online.earned == ["daybreak"])
    online.sign_in()
    wait(online, lambda: online.achievements.status("daybreak").reached and online.rank is not None)
    online.close()
    found = held(settings)
    assert (found["trophies"], found["best_score"]) == ([106], 123)


def test_a_wrong_token_is_a_small_line_and_no_more(settings, tmp_path):
    open_window((640, 360), visible=False)
    online = Online(replace(settings.gamejolt, token="wrong"), settings.achievements, folder=tmp_path)
    online.sign_in()
    wait(online, lambda: online.notice.startswith("Not signed in"))
    assert online.player is None
    online.earn("wish")
    online.submit(5)
    for _ in range(5):
        online.update(1 / 60)
    online.close()


def test_a_broken_server_delays_the_score_and_loses_nothing(online, settings, sandbox, tmp_path):
    online.sign_in()
    wait(online, lambda: online.player)
    sandbox.faults.set(ServerError())
    online.submit(1_000)
    online.earn("untouched")
    happened = wait(online, lambda: online.offline, timeout=40.0)
    assert online.notice == "", "an outage is told once, by its toast"
    assert any(isinstance(event, AchievementUnlocked) for event in happened), "the player sees the trophy now"
    assert any(isinstance(event, CallDurable) for event in happened)
    assert online.services.undelivered >= 2
    assert online.rank is None
    online.close()
    sandbox.faults.clear()
    again = Online(settings.gamejolt, settings.achievements, folder=tmp_path)
    again.sign_in()
    heard: list[object] = []
    wait(again, lambda: heard.extend(again.update(0.0)) or any(isinstance(event, ScoreSubmitted) for event in heard))
    wait(again, lambda: again.services.undelivered == 0)
    again.close()
    found = held(settings)
    assert (found["scores"], found["best_score"], found["trophies"]) == (1, 1_000, [105])


def test_it_says_when_the_network_goes_and_comes(online, sandbox):
    online.sign_in()
    wait(online, lambda: online.player)
    sandbox.faults.set(ServerError())
    online.submit(10)
    happened = wait(online, lambda: online.offline, timeout=40.0)
    assert any(isinstance(event, WentOffline) for event in happened)
    sandbox.faults.clear()
    happened = wait(online, lambda: not online.offline, timeout=60.0)
    assert any(isinstance(event, BackOnline) for event in happened)
    assert online.notice == ""
    wait(online, lambda: online.rank)


def test_without_a_name_the_player_is_asked(sandbox, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_window((640, 360), visible=False)
    settings = of_sandbox(sandbox, signed_in=False)
    online = Online(settings.gamejolt, settings.achievements, folder=tmp_path)
    online.sign_in()
    wait(online, lambda: online.overlay.overlay.modal)
    assert online.player is None
    for letter in "ada":
        online.overlay.overlay.text(letter)
    online.overlay.overlay.action(Action.ACCEPT)
    for letter in sandbox.players[0].token:
        online.overlay.overlay.text(letter)
    online.overlay.overlay.action(Action.ACCEPT)
    wait(online, lambda: online.player == "ada" and not online.overlay.overlay.modal)
    online.close()


def test_the_secrets_of_an_account_do_not_show():
    shown = repr(Account(1, "very-private", 1, "ada", "my-token"))
    assert "very-private" not in shown
    assert "my-token" not in shown


@pytest.mark.parametrize("path", sorted(Path(demo_game.__file__).parent.glob("online*.py")), ids=lambda path: path.stem)
def test_it_stays_short_enough_to_copy(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 160
    assert not re.findall(r"^(?:from|import) demo_game", source, re.MULTILINE), "it can be copied as it stands"
