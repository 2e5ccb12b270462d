"""What the trophies are called is known from earlier runs, so a start without a network has titled toasts."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ServiceManager, Trophy, TrophyUnlocked
from pygame_gameservices.sandbox import Latency, Refuse, Sandbox
from pygame_gameservices.services.gamejolt import trophy_file, trophy_memory
from pygame_gameservices.services.gamejolt.trophy_file import LARGEST_FILE, Kept, read_trophies, write_trophies
from tests.conftest import WAIT_S, run_until, settle

FILE = "trophies-1.json"


class Game:
    """One run of a game."""

    def __init__(self, sandbox: Sandbox, folder: Path, player: str = "") -> None:
        self.services = ServiceManager("tests", folder=folder)
        url, key = sandbox.gamejolt_url, sandbox.private_key
        self.gj = self.services.add(GameJolt(1, key, base_url=url, presence=False))
        if player:
            self.gj.sign_in(player, sandbox.player(player).token)

    def until(self, condition: Any) -> list:
        return run_until(self.services, condition)

    def close(self) -> list:
        return self.services.close(timeout=0.5)


def unlocked(happened: list) -> list[tuple[int, str]]:
    return [(event.trophy.id, event.trophy.title) for event in happened if isinstance(event, TrophyUnlocked)]


def toasts(game: Game, *trophy_ids: int, frames: int = 200) -> list[tuple[int, str]]:
    """Unlock, and return what is said while the network is away."""
    calls = [game.gj.trophies.add_achieved(trophy_id) for trophy_id in trophy_ids]
    happened = []
    for _ in range(frames):
        happened += game.services.update()
        time.sleep(0.001)
    assert not any(call.done for call in calls)
    return unlocked(happened)


@pytest.fixture
def folder(sandbox: Sandbox, tmp_path: Path) -> Path:
    """What a first run with a network leaves, in which ada got a trophy."""
    game = Game(sandbox, tmp_path, "ada")
    game.until(lambda: game.gj.user is not None)
    settle(game.services, game.gj.trophies.fetch())
    settle(game.services, game.gj.trophies.add_achieved(1))
    game.until(lambda: (tmp_path / FILE).exists() and json.loads((tmp_path / FILE).read_bytes())["held"])
    game.services.close(timeout=WAIT_S)  # on a slow disk the outbox would keep what was delivered, for the next run
    return tmp_path


def test_a_start_without_a_network_says_the_title_at_once(sandbox: Sandbox, folder: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder, "ada")
    assert toasts(game, 2) == [(2, "Lamplighter")]
    assert toasts(game, 2) == [], "said before"
    game.close()
    sandbox.faults.clear()
    game = Game(sandbox, folder, "ada")
    happened = game.until(lambda: game.services.undelivered == 0) + game.close()
    assert unlocked(happened) == [], "an earlier run has said it"
    assert {row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")} == {1, 2}


def test_what_was_said_right_before_closing_is_not_said_again(sandbox: Sandbox, folder: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder, "ada")
    game.until(lambda: game.gj.trophies._memory._early is None)
    for trophy_id in (2, 3):
        game.gj.trophies.add_achieved(trophy_id)
    assert [number for number, _ in unlocked(game.services.close(timeout=WAIT_S))] == [2, 3]
    sandbox.faults.clear()
    game = Game(sandbox, folder, "ada")
    happened = game.until(lambda: game.services.undelivered == 0) + game.close()
    assert unlocked(happened) == []


def test_what_is_delivered_while_the_game_closes_is_on_its_way_no_more(sandbox: Sandbox, folder: Path) -> None:
    sandbox.faults.set(Latency(seconds=0.3, path="*/add-achieved/"))
    game = Game(sandbox, folder, "ada")
    game.until(lambda: game.gj.user is not None)
    call = game.gj.trophies.add_achieved(2)
    happened = game.services.close(timeout=WAIT_S)
    assert (call.value, unlocked(happened)) == (True, [(2, "Lamplighter")])
    kept = read_trophies(folder / FILE)
    assert (2 in kept.held["ada"], kept.told.get("ada")) == (True, None)


def test_with_nobody_signed_in_too(sandbox: Sandbox, folder: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder)
    assert toasts(game, 2, 3) == [(2, "Lamplighter"), (3, game_title(sandbox, 3))]
    game.close()
    game = Game(sandbox, folder)
    assert toasts(game, 2) == [], "nobody has it since the last run"
    game.close()
    sandbox.faults.clear()
    game = Game(sandbox, folder, "grace")
    happened = game.until(lambda: game.services.undelivered == 0) + game.close()
    assert unlocked(happened) == []
    grace = sandbox.player("grace").id
    found = {row["trophy_id"] for row in sandbox.dump("gamejolt_achieved") if row["player_id"] == grace}
    assert found == {2, 3}


def game_title(sandbox: Sandbox, trophy_id: int) -> str:
    return next(row["title"] for row in sandbox.dump("gamejolt_trophies") if row["id"] == trophy_id)


def test_a_trophy_that_the_player_has_is_no_news(sandbox: Sandbox, folder: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder, "ada")
    assert toasts(game, 1) == []
    game.gj.sign_in("grace", sandbox.player("grace").token)
    assert toasts(game, 1) == [(1, "First light")]
    game.close()


def test_a_trophy_that_was_taken_away_elsewhere_is_said_when_it_is_back(sandbox: Sandbox, folder: Path) -> None:
    _take_away(sandbox, folder.parent / "elsewhere")
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder, "ada")
    game.until(lambda: game.gj.trophies._memory._early is None)
    call = game.gj.trophies.add_achieved(1)
    sandbox.faults.clear()
    happened = settle(game.services, call)
    assert call.value is True
    assert unlocked(happened) == [(1, "First light")]
    game.close()


def _take_away(sandbox: Sandbox, folder: Path) -> None:
    other = Game(sandbox, folder, "ada")
    removed = settle(other.services, call := other.gj.trophies.remove_achieved(1))
    assert call.value is True, removed
    other.services.close(timeout=WAIT_S)


def test_a_secret_is_kept(sandbox: Sandbox, folder: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder, "ada")
    assert toasts(game, 6) == []
    assert b"Stargazer" not in (folder / FILE).read_bytes()
    game.close()


def test_a_fresh_answer_replaces_it(sandbox: Sandbox, folder: Path) -> None:
    content = json.loads((folder / FILE).read_bytes())
    content["trophies"] = [{"id": 2, "title": "An old name"}, {"id": 99, "title": "Gone"}]
    (folder / FILE).write_text(json.dumps(content))
    game = Game(sandbox, folder, "ada")
    game.until(lambda: game.gj.user is not None)
    settle(game.services, game.gj.trophies.fetch())
    game.until(lambda: b"Lamplighter" in (folder / FILE).read_bytes())
    game.close()
    assert b"An old name" not in (folder / FILE).read_bytes()
    assert b"Gone" not in (folder / FILE).read_bytes()


NEWER = json.dumps({"version": 2, "trophies": {"new": "shape"}}).encode()
OTHER = json.dumps({"version": 2, "trophies": []}).encode()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"[]", NEWER, OTHER, b" " * (LARGEST_FILE + 1), b'{"version": 1, "trophies": [{}]}'],
    ids=["empty", "cut", "bytes", "list", "newer", "other", "huge", "fields"],
)
def test_a_file_of_no_use_does_no_harm(sandbox: Sandbox, tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path, "ada")
    assert toasts(game, 2, frames=50) == []
    game.close()
    sandbox.faults.clear()
    game = Game(sandbox, tmp_path, "ada")
    happened = game.until(lambda: game.gj.user is not None and game.services.undelivered == 0)
    happened += game.until(lambda: b"Lamplighter" in (tmp_path / FILE).read_bytes())
    happened += game.close()
    assert unlocked(happened) == [(2, "Lamplighter")]


def test_a_folder_in_its_place_does_no_harm(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    game = Game(sandbox, tmp_path, "ada")
    game.until(lambda: game.gj.user is not None)
    happened = settle(game.services, game.gj.trophies.fetch(), game.gj.trophies.add_achieved(2))
    happened += game.until(lambda: game.services.undelivered == 0) + game.close()
    assert unlocked(happened) == [(2, "Lamplighter")]
    assert [path.name for path in tmp_path.glob("trophies*")] == [FILE], "no draft stays behind"


@pytest.mark.threads
def test_no_frame_waits_for_the_disk(sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()

    def slow(function: Any) -> Any:
        def wrapped(*arguments: Any) -> Any:
            threads.add(threading.current_thread().name)
            time.sleep(0.3)
            return function(*arguments)

        return wrapped

    monkeypatch.setattr(trophy_memory, "read_trophies", slow(read_trophies))
    monkeypatch.setattr(trophy_memory, "write_trophies", slow(write_trophies))
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder, "ada")
    game.gj.trophies.add_achieved(2)
    game.services.update()
    happened = game.until(lambda: game.gj.trophies._memory._early is None)
    happened += game.until(lambda: 2 in read_trophies(folder / FILE).held["ada"])
    assert unlocked(happened) == [(2, "Lamplighter")], "said as soon as the disk had been read"
    assert threads == {"gameservices-background"}
    game.close()


def test_it_is_bounded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / FILE
    trophies = [Trophy(id=n, title=f"Trophy {n}", image_url="https://i.gjcdn.net/x.png") for n in range(1, 500)]
    write_trophies(path, Kept(tuple(trophies), {f"player {n}": frozenset({1}) for n in range(200)}))
    kept = read_trophies(path)
    assert len(kept.trophies) == 499
    assert list(kept.held) == [f"player {n}" for n in range(200 - trophy_file.MOST_PLAYERS, 200)]
    before = path.read_bytes()
    write_trophies(path, Kept((Trophy(id=1, title="x" * LARGEST_FILE),)))
    assert path.read_bytes() == before
    assert "not kept" in caplog.text


@pytest.mark.skipif(os.name != "posix", reason="permissions as on POSIX")
def test_the_file_is_readable_by_this_user_alone(folder: Path) -> None:
    assert (folder / FILE).stat().st_mode & 0o077 == 0


def test_a_secret_that_arrives_after_its_player_left_is_revealed_and_no_one_elses(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.faults.set(Latency(seconds=0.4, path="*/add-achieved/"))
    game = Game(sandbox, tmp_path, "ada")
    of_ada = game.gj.trophies.add_achieved(6)
    game.until(lambda: of_ada.attempts)
    game.gj.sign_in("grace", sandbox.player("grace").token)
    said: list[tuple[int, str]] = []
    until = time.monotonic() + WAIT_S
    while not said and time.monotonic() < until:
        said += unlocked(game.services.update())
        time.sleep(0.002)
    assert said == [(6, "Stargazer")]
    said += unlocked(settle(game.services, game.gj.trophies.add_achieved(6)))
    while len(said) < 2 and time.monotonic() < until:
        said += unlocked(game.services.update())
        time.sleep(0.002)
    assert said == [(6, "Stargazer")] * 2
    sandbox.faults.clear()
    game.close()


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_a_file_that_is_nested_without_end_leaves_no_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, opening: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / FILE).write_bytes(b'{"version":1,"trophies":' + opening * 100_000)
    said: list[Any] = []
    assert read_trophies(tmp_path / FILE, said.append).trophies == ()
    assert len(said) == 1
    assert caplog.records
    assert not any(record.exc_info for record in caplog.records)
    assert all(len(record.getMessage()) < 1000 for record in caplog.records)
