"""Durable calls made while nobody is signed in: they wait for whoever signs in first, and go out once, as theirs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import (
    CallDurable,
    Cancelled,
    GameJolt,
    NotSignedIn,
    Offline,
    OutboxTrouble,
    Postponed,
    ScoreSubmitted,
    ServiceManager,
    SignedIn,
    SignInFailed,
    TrophyUnlocked,
)
from pygame_gameservices.core import manager as manager_module
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.outbox import loading as recall
from pygame_gameservices.core.outbox import outbox as outbox_module
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.sandbox import Latency, Refuse, Reset, Sandbox
from pygame_gameservices.services.gamejolt import sign_in as sign_in_module
from tests.conftest import WAIT_S, run_until, settle
from tests.core.outbox.test_outbox import a_minute_passes


class Game:
    """One run of a game on its own folder, with nobody signed in."""

    def __init__(self, sandbox: Sandbox, folder: Path, presence: bool = False) -> None:
        self.sandbox = sandbox
        self.services = ServiceManager("tests", folder=folder)
        url, key = sandbox.gamejolt_url, sandbox.private_key
        self.gj = self.services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=presence))

    def until(self, condition: Any, timeout: float = WAIT_S) -> list:
        return run_until(self.services, condition, timeout)

    def settle(self, *calls: Any) -> list:
        return settle(self.services, *calls)

    def said(self, kind: type[Event]) -> Any:
        """The first event of a kind: at once, but for what the disk has yet to say on a slow machine."""
        until = time.monotonic() + WAIT_S
        while True:
            for event in self.services.update():
                if isinstance(event, kind):
                    return event
            assert time.monotonic() < until, f"no {kind.__name__}"
            time.sleep(0.002)

    def durable(self, *calls: Any) -> list:
        return self.until(lambda: all(call.durable for call in calls))

    def sign_in(self, name: str = "ada") -> None:
        self.gj.sign_in(name, self.sandbox.player(name).token)

    def delivered(self) -> list:
        return self.until(lambda: self.services.undelivered == 0)


def entries(folder: Path) -> list:
    file = OutboxFile(folder / "outbox.sqlite3")
    found = file.all()
    file.close()
    return found


def achieved(sandbox: Sandbox) -> list[tuple[int, int]]:
    return sorted((row["player_id"], row["trophy_id"]) for row in sandbox.dump("gamejolt_achieved"))


def scores(sandbox: Sandbox) -> list[tuple[int, int]]:
    rows = [row for row in sandbox.dump("gamejolt_scores") if row["sort"] >= 10_000]
    return [(row["player_id"], row["sort"]) for row in rows]


def test_what_is_earned_before_signing_in_is_the_players_who_signs_in(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    calls = [
        game.gj.trophies.add_achieved(3),
        game.gj.scores.add("10,000", 10_000),
        game.gj.data_store.set("k", "mine", mine=True),
        game.gj.data_store.update("k", "append", "!", mine=True),
    ]
    happened = game.durable(*calls)
    assert sum(isinstance(event, CallDurable) for event in happened) == 4
    time.sleep(0.3)
    game.services.update()
    assert [call.outcome for call in calls] == ["waiting"] * 4
    assert game.services.undelivered == 4
    assert [entry.operation.player for entry in entries(tmp_path)] == ["nobody yet"] * 4
    assert sandbox.request_count() == 0

    game.sign_in()
    happened = game.settle(*calls)
    assert [call.value for call in calls] == [True, True, True, "mine!"]
    ada = sandbox.player("ada").id
    assert (achieved(sandbox), scores(sandbox)) == ([(ada, 3)], [(ada, 10_000)])
    assert game.gj.data_store.fetch("k", mine=True).result(WAIT_S) == "mine!"
    assert sum(isinstance(event, ScoreSubmitted) for event in happened) == 1
    game.delivered()
    game.services.close()
    assert entries(tmp_path) == []


def test_at_close_it_is_postponed_and_goes_out_in_a_later_run(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    calls = [game.gj.trophies.add_achieved(3), game.gj.scores.add("10,000", 10_000)]
    game.durable(*calls)
    started = time.monotonic()
    game.services.close(timeout=WAIT_S)
    assert time.monotonic() - started < WAIT_S / 3, "nothing can go, so there is nothing to wait for"
    assert all(isinstance(call.error, Postponed) for call in calls)

    again = Game(sandbox, tmp_path)
    assert again.services.undelivered == 2
    more = again.gj.scores.add("10,001", 10_001)
    again.durable(more)
    again.services.close()

    last = Game(sandbox, tmp_path)
    last.sign_in()
    happened = last.delivered() + last.services.close()
    ada = sandbox.player("ada").id
    assert achieved(sandbox) == [(ada, 3)]
    assert scores(sandbox) == [(ada, 10_000), (ada, 10_001)]
    assert sum(isinstance(event, TrophyUnlocked) for event in happened) == 1
    assert sum(isinstance(event, ScoreSubmitted) for event in happened) == 2


def test_closed_at_once_after_the_call(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    call = game.gj.trophies.add_achieved(3)
    game.services.close()
    assert isinstance(call.error, Postponed)
    again = Game(sandbox, tmp_path)
    again.sign_in()
    again.delivered()
    assert achieved(sandbox) == [(sandbox.player("ada").id, 3)]
    again.services.close()


@pytest.mark.parametrize("presence", [True, False])
def test_an_offline_start_and_the_network_back_later(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, presence: bool
) -> None:
    monkeypatch.setattr(sign_in_module, "CONFIRM_EVERY_S", 0.3)
    monkeypatch.setattr("pygame_gameservices.services.gamejolt.presence.Presence.interval_s", 0.5)
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path, presence)
    before = game.gj.scores.add("10,000", 10_000)
    game.durable(before)
    game.sign_in()
    game.until(lambda: game.gj.player is not None)
    after = game.gj.scores.add("10,001", 10_001)
    happened = game.until(lambda: after.durable and before.attempts == 0)
    time.sleep(0.3)
    assert not before.done
    sandbox.faults.clear()
    happened += game.settle(before, after)
    assert sum(isinstance(event, SignInFailed) for event in happened) <= 1
    assert any(isinstance(event, SignedIn) for event in happened)
    ada = sandbox.player("ada").id
    assert scores(sandbox) == [(ada, 10_000), (ada, 10_001)]
    game.services.close()


def test_what_came_before_the_sign_in_goes_before_what_came_after_it(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    store = game.gj.data_store
    calls = [store.set("k", "nobody", mine=True), store.update("k", "append", " and", mine=True)]
    sandbox.faults.set(Latency(seconds=0.2))
    game.sign_in()
    calls += [store.update("k", "append", " ada", mine=True), store.set("last", "1", mine=True)]
    calls += [game.gj.scores.add("10,000", 10_000), game.gj.scores.add("guest", 5, guest="Zoë")]
    game.settle(*calls)
    assert [call.value for call in calls] == [True, "nobody and", "nobody and ada", True, True, True]
    sandbox.faults.clear()
    game.services.close()


def test_the_newest_value_is_the_one_that_stays_over_runs_and_sign_ins(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    first = Game(sandbox, tmp_path)
    first.sign_in()
    calls = [first.gj.data_store.set("k", "1 ada", mine=True)]
    first.durable(*calls)
    first.gj.sign_out()
    calls += [first.gj.data_store.set("k", "2 nobody", mine=True), first.gj.data_store.set("k", "3 nobody", mine=True)]
    first.durable(calls[0], calls[2])
    first.services.close(timeout=0.3)
    second = Game(sandbox, tmp_path)
    call = second.gj.data_store.set("k", "4 nobody", mine=True)
    second.durable(call)
    second.sign_in()
    late = second.gj.data_store.set("k", "5 ada", mine=True)
    second.durable(late)
    second.services.close(timeout=0.3)
    kept = [entry.operation.arguments["data"] for entry in entries(tmp_path)]
    assert kept == ["1 ada", "2 nobody", "3 nobody", "4 nobody", "5 ada"], (
        "the last but one stays, in case the last is refused"
    )
    sandbox.faults.clear()
    last = Game(sandbox, tmp_path)
    last.sign_in()
    last.delivered()
    assert last.gj.data_store.fetch("k", mine=True).result(WAIT_S) == "5 ada"
    last.services.close()


def test_what_was_made_as_one_player_stays_that_players(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    game.sign_in("ada")
    of_ada = [game.gj.scores.add("10,000", 10_000), game.gj.data_store.set("k", "ada's", mine=True)]
    game.durable(*of_ada)
    game.gj.sign_out()
    of_nobody = [game.gj.scores.add("10,001", 10_001), game.gj.data_store.set("k", "nobody's", mine=True)]
    game.durable(*of_nobody)
    game.services.close(timeout=0.3)
    sandbox.faults.clear()

    game = Game(sandbox, tmp_path)
    game.sign_in("grace")
    game.until(lambda: game.services.undelivered == 2)
    grace, ada = sandbox.player("grace").id, sandbox.player("ada").id
    assert scores(sandbox) == [(grace, 10_001)]
    assert game.gj.data_store.fetch("k", mine=True).result(WAIT_S) == "nobody's"
    game.sign_in("ada")
    game.delivered()
    assert game.gj.data_store.fetch("k", mine=True).result(WAIT_S) == "ada's"
    assert scores(sandbox) == [(grace, 10_001), (ada, 10_000)]
    game.services.close()


def test_values_of_two_players_under_one_key_do_not_replace_each_other(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    calls = []
    for name in ("ada", "grace"):
        game.sign_in(name)
        calls.append(game.gj.data_store.set("k", name, mine=True))
    game.durable(*calls)
    sandbox.faults.clear()
    game.settle(*calls)
    for name in ("ada", "grace"):
        game.sign_in(name)
        assert game.gj.data_store.fetch("k", mine=True).result(WAIT_S) == name
    game.services.close()


def test_a_wrong_name_or_token_takes_nothing_away(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    call = game.gj.scores.add("10,000", 10_000)
    game.durable(call)
    for wrong in ("adda", "grace"):
        sign_in = game.gj.sign_in(wrong, "not the token")
        meanwhile = game.gj.trophies.add_achieved(1)
        game.settle(sign_in)
        assert game.gj.player is None
        assert (call.outcome, meanwhile.outcome) == ("waiting", "waiting")
    assert game.gj.scores.add("guest", 10_005, guest="Zoë").result(WAIT_S) is True, "nobody stands in a guest's way"
    assert game.gj.scores.fetch().result(WAIT_S)
    assert {entry.operation.player for entry in entries(tmp_path)} - {""} == {"nobody yet", "adda", "grace"}
    game.sign_in("ada")
    game.settle(call)
    assert (sandbox.player("ada").id, 10_000) in scores(sandbox)
    assert achieved(sandbox) == []
    game.sign_in("grace")
    game.until(lambda: game.services.undelivered == 1)
    assert achieved(sandbox) == [(sandbox.player("grace").id, 1)]
    game.services.close()


def test_a_wrong_sign_in_without_a_network_takes_nothing_away(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    call = game.gj.trophies.add_achieved(3)
    game.durable(call)
    game.settle(game.gj.sign_in("adda", "mistyped"))
    game.services.close(timeout=0.3)
    sandbox.faults.clear()
    game = Game(sandbox, tmp_path)
    game.sign_in("ada")
    game.delivered()
    assert achieved(sandbox) == [(sandbox.player("ada").id, 3)]
    game.services.close()


def test_after_signing_out_it_waits_for_the_next_one(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    game.sign_in("ada")
    game.until(lambda: game.gj.user is not None)
    game.gj.sign_out()
    call = game.gj.scores.add("10,000", 10_000)
    game.durable(call)
    game.sign_in("grace")
    game.settle(call)
    assert scores(sandbox) == [(sandbox.player("grace").id, 10_000)]
    game.services.close()


def test_who_signs_out_before_being_confirmed_keeps_the_own_and_gets_nothing_else(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    first = game.gj.scores.add("10,000", 10_000)
    game.sign_in("ada")
    own = game.gj.scores.add("10,001", 10_001)
    game.durable(first, own)
    game.gj.sign_out()
    sandbox.faults.clear()
    game.settle(own)
    assert scores(sandbox) == [(sandbox.player("ada").id, 10_001)]
    game.sign_in("grace")
    game.settle(first)
    assert scores(sandbox)[1:] == [(sandbox.player("grace").id, 10_000)]
    game.services.close()


def test_more_than_memory_takes_from_several_runs_keeps_its_order(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are in memory at once, of nobody and of ada in turn, each adding one word to one key."""
    monkeypatch.setattr(recall, "WINDOW", 8)
    words = []
    for run, player in enumerate(("", "ada", "", "ada", "")):
        sandbox.faults.set(Refuse())
        game = Game(sandbox, tmp_path)
        if player:
            game.sign_in(player)
        calls = []
        for n in range(20):
            words.append(f"{run}.{n} ")
            calls.append(game.gj.data_store.update("k", "append", words[-1], mine=True))
        game.durable(*calls)
        if run < 4:
            game.services.close(timeout=0.3)
    sandbox.faults.clear()
    one = Game(sandbox, tmp_path.parent / f"{tmp_path.name} elsewhere")
    one.sign_in("ada")
    one.settle(one.gj.data_store.set("k", "", mine=True))
    one.services.close()
    game.sign_in("ada")
    words.append("last")
    game.settle(game.gj.data_store.update("k", "append", "last", mine=True))
    game.delivered()
    assert game.gj.data_store.fetch("k", mine=True).result(WAIT_S) == "".join(words)
    game.services.close()


@pytest.mark.parametrize("name", ["ADA", "ada"])
def test_the_same_player_comes_back_under_the_same_name_in_any_case(
    sandbox: Sandbox, tmp_path: Path, name: str
) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    game.sign_in("ada")
    calls = [game.gj.data_store.set("k", "1", mine=True)]
    game.gj.sign_out()
    calls.append(game.gj.data_store.set("k", "2", mine=True))
    game.durable(*calls)
    game.gj.sign_in(name, sandbox.player("ada").token)
    calls.append(game.gj.data_store.set("k", "3", mine=True))
    game.durable(calls[-1])
    sandbox.faults.clear()
    game.gj.sign_in(name, sandbox.player("ada").token)
    game.settle(*calls)
    assert game.gj.data_store.fetch("k", mine=True).result(WAIT_S) == "3"
    game.services.close()


def test_what_is_not_durable_is_refused_as_before(gj: GameJolt, services: ServiceManager) -> None:
    calls = [
        gj.trophies.add_achieved(1, durable=False),
        gj.trophies.remove_achieved(1, durable=False),
        gj.scores.add("1", 1, durable=False),
        gj.data_store.set("k", "v", mine=True, durable=False),
        gj.data_store.update("k", "add", 1, mine=True, durable=False),
        gj.data_store.remove("k", mine=True, durable=False),
        gj.trophies.fetch(),
        gj.scores.fetch(mine=True),
        gj.data_store.fetch("k", mine=True),
        gj.data_store.get_keys(mine=True),
        gj.friends.fetch(),
        gj.sessions.open(),
    ]
    happened = settle(services, *calls)
    assert [call.outcome for call in calls] == ["rejected"] * len(calls)
    assert all(isinstance(call.error, NotSignedIn) for call in calls)
    assert not any(isinstance(event, TrophyUnlocked) for event in happened)
    prepared = gj.prepare.trophies.add_achieved(1)
    settle(services, gj.batch([prepared]))
    assert isinstance(prepared.error, NotSignedIn)
    assert services.undelivered == 0


def test_it_can_be_taken_back(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    taken, kept = game.gj.scores.add("10,000", 10_000), game.gj.scores.add("10,001", 10_001)
    game.durable(taken, kept)
    taken.cancel()
    game.settle(taken)
    assert isinstance(taken.error, Cancelled)
    game.sign_in()
    game.settle(kept)
    game.services.close()
    assert scores(sandbox) == [(sandbox.player("ada").id, 10_001)]
    assert entries(tmp_path) == []


def test_a_trophy_the_player_had_already(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    settle(services, ada.trophies.add_achieved(1))
    ada.sign_out()
    call = ada.trophies.add_achieved(1)
    ada.sign_in("ada", sandbox.player("ada").token)
    settle(services, call)
    assert call.value is False


def test_a_toast_comes_at_once_and_only_once(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    game.sign_in("ada")
    game.until(lambda: game.gj.user is not None)
    game.settle(game.gj.trophies.fetch())
    game.gj.sign_out()
    game.services.update()
    sandbox.clear_journal()
    call = game.gj.trophies.add_achieved(3)
    said = game.said(TrophyUnlocked)
    assert said.trophy.id == 3
    assert said.trophy.achieved
    assert said.trophy.title != "Trophy 3"
    game.sign_in("grace")
    happened = game.settle(call)
    happened += game.until(lambda: game.gj.user is not None)
    game.settle(game.gj.trophies.fetch(fresh=True))
    happened += game.services.close()
    assert not any(isinstance(event, TrophyUnlocked) for event in happened)
    assert achieved(sandbox) == [(sandbox.player("grace").id, 3)]


def test_a_value_that_was_encoded_while_its_player_left_is_lost(ada: GameJolt, services: ServiceManager) -> None:
    pending = ada.values.set("k", {"large": "x" * 100_000}, mine=True)
    ada.sign_out()
    settle(services, pending)
    assert isinstance(pending.error, Cancelled)
    assert services.undelivered == 0


def test_two_processes_each_give_away_only_their_own(sandbox: Sandbox, tmp_path: Path) -> None:
    first, second = Game(sandbox, tmp_path), Game(sandbox, tmp_path)
    mine = [first.gj.scores.add(str(n), n) for n in range(10_000, 10_020)]
    yours = [second.gj.scores.add(str(n), n) for n in range(11_000, 11_020)]
    first.durable(*mine)
    second.durable(*yours)
    first.sign_in("ada")
    first.settle(*mine)
    assert all(not call.done for call in yours)
    second.sign_in("grace")
    second.settle(*yours)
    ada, grace = sandbox.player("ada").id, sandbox.player("grace").id
    expected = [*((ada, n) for n in range(10_000, 10_020)), *((grace, n) for n in range(11_000, 11_020))]
    assert sorted(scores(sandbox)) == sorted(expected)
    first.services.close()
    second.services.close()


def test_what_a_process_leaves_behind_goes_to_the_next_who_signs_in(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "ADOPT_EVERY_S", 0.2)
    heir = Game(sandbox, tmp_path)
    child = _child(sandbox, tmp_path, "nobody", 10_000)
    assert child.stdout is not None
    while "all durable" not in child.stdout.readline():
        pass
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    child.stdout.close()
    heir.until(lambda: (heir.services.undelivered or 0) > 0)
    heir.sign_in("ada")
    heir.delivered()
    ada = sandbox.player("ada").id
    assert sorted(scores(sandbox)) == [(ada, n) for n in range(10_000, 10_000 + EACH)]
    heir.services.close()


EACH = 30

CHILD = """
import os, sys, time
from pygame_gameservices import CallDurable, GameJolt, ServiceManager
folder, url, key, token, first, count = sys.argv[1:]
services = ServiceManager("tests", folder=folder)
gj = services.add(GameJolt(1, key, base_url=url, presence=False))
if token != "nobody":
    gj.sign_in("ada", token)
left = list(range(int(first), int(first) + int(count)))
durable = 0
while True:
    if left:
        sort = left.pop(0)
        gj.scores.add(str(sort), sort)
        if sort % 10 == 3:
            gj.data_store.set(f"k{sort}", str(sort), mine=True)
    for happened in services.update():
        if isinstance(happened, CallDurable):
            operation = happened.call.operation
            durable += operation.name == "scores.add"
            os.write(1, f"{operation.arguments.get('sort', operation.arguments.get('key'))}\\n".encode())
            if durable == int(count):
                os.write(1, b"all durable\\n")
    time.sleep(0.002)
"""


def _child(sandbox: Sandbox, folder: Path, token: str, first: int, count: int = EACH) -> subprocess.Popen[str]:
    arguments = [str(folder), sandbox.gamejolt_url, sandbox.private_key, token, str(first), str(count)]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.slow
def test_it_survives_being_killed_before_and_after_the_sign_in(sandbox: Sandbox, tmp_path: Path) -> None:
    """Kill a game that nobody is signed in to, then one to which somebody signs in, then count."""
    chance = random.Random(os.urandom(4))
    durable: list[str] = []
    for number in range(4):
        sandbox.faults.clear()
        nobody = _child(sandbox, tmp_path, "nobody", 10_000 + 1000 * number)
        durable += _killed(nobody, chance.uniform(0.3, 0.8))
        sandbox.faults.set(Reset(applied=True, probability=0.4), Reset(probability=0.3), Latency(0.02))
        somebody = _child(sandbox, tmp_path, sandbox.player("ada").token, 10_500 + 1000 * number)
        durable += _killed(somebody, chance.uniform(0.3, 1.0))
    sandbox.faults.clear()
    a_minute_passes(tmp_path)
    game = Game(sandbox, tmp_path)
    game.sign_in()
    game.until(lambda: game.gj.user is not None)
    game.until(lambda: game.services.undelivered == 0, 60)
    game.services.close()
    assert len(durable) > 50
    there = [str(sort) for _, sort in scores(sandbox)]
    there += [row["key"] for row in sandbox.dump("gamejolt_items")]
    assert sorted(set(durable) - set(there)) == []
    assert len(there) == len(set(there))
    assert {player for player, _ in scores(sandbox)} == {sandbox.player("ada").id}
    assert entries(tmp_path) == []


def _killed(child: subprocess.Popen[str], after_s: float) -> list[str]:
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(after_s)
    child.kill()
    said = [first, *child.stdout]
    child.wait(10)
    child.stdout.close()
    return [line.strip() for line in said if line.endswith("\n") and line != "all durable\n"]


def test_without_a_disk_it_still_waits_within_the_run(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    game = Game(sandbox, tmp_path / "file")
    first = game.gj.scores.add("10,000", 10_000)
    happened = game.until(lambda: (one := game.services._scheduler.delivery(first)) and not one.disk_answers)
    assert any(isinstance(event, OutboxTrouble) for event in happened)
    assert not first.done
    game.sign_in()
    game.settle(first)
    assert scores(sandbox) == [(sandbox.player("ada").id, 10_000)]
    game.gj.sign_out()
    second = game.gj.scores.add("10,001", 10_001)
    time.sleep(0.1)
    game.services.close()
    assert isinstance(second.error, Cancelled), "it was never on disk, so nothing must promise that it is"


def test_nobody_does_not_fill_the_outbox(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager_module, "MOST_FOR_ANYONE", 5)
    game = Game(sandbox, tmp_path)
    calls = []
    for n in range(10_000, 10_040):
        calls.append(game.gj.scores.add(str(n), n))
        game.services.update()
        time.sleep(0.005)
    game.until(lambda: calls[-1].done)
    assert isinstance(calls[-1].error, NotSignedIn)
    assert "room" in str(calls[-1].error)
    assert sum(not call.done for call in calls) >= 5
    guest = game.gj.scores.add("guest", 9, guest="Zoë")
    game.settle(guest)
    assert guest.value is True
    game.services.close()


def test_reads_fail_quickly_while_nobodys_calls_wait(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    game.durable(game.gj.scores.add("10,000", 10_000))
    read = game.gj.scores.fetch()
    game.settle(read)
    assert isinstance(read.error, Offline)
    game.services.close(timeout=0.3)
