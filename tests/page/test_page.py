"""A game in real Chromium, against the sandbox at another origin."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.page.browser import Game

pytestmark = pytest.mark.slow
OpenGame = Callable[..., Game]


def start(game: Game, sandbox: Sandbox, **options: object) -> None:
    given = (sandbox.game_id, sandbox.private_key, sandbox.gamejolt_url)
    game.run(f"start('page-tests', *{given!r}, **{options!r})")


def test_every_module_imports_where_there_is_no_library_but_msgspec(open_game: OpenGame) -> None:
    game = open_game()
    assert game.run("import bare_imports; bare_imports.failures()") == {}


def test_a_trophy_from_the_address_to_the_service(open_game: OpenGame, sandbox: Sandbox) -> None:
    ada = sandbox.player("ada")
    game = open_game(f"?gjapi_username=ada&gjapi_token={ada.token}")
    start(game, sandbox, presence=False)
    game.run("running.gj.sign_in(); await until(lambda: running.gj.user)")
    game.run("call = running.gj.trophies.add_achieved(1); await until(lambda: call.done)")
    assert game.run("[call.value, call.durable, call.attempts]") == [True, True, 1]


def endpoints(sandbox: Sandbox) -> list[str]:
    """What was asked of Game Jolt, with the parts of batches."""
    entries = sandbox.journal()
    return [name for entry in entries for name in (entry["sub_requests"] or [entry["endpoint"]])]


JOURNEY = """
gj = running.gj
gj.sign_in()
await until(lambda: gj.user and gj.presence.is_open)
calls = [
    gj.trophies.add_achieved(1),
    gj.scores.add("12 points", 12),
    gj.data_store.set("colour", "blue"),
    gj.saves.save("slot", {"level": 3}),
]
running.achievements.unlock("first-orb")
await until(lambda: all(call.done for call in calls) and running.achievements.status("first-orb").reached)
[str(call.error) for call in calls if call.error is not None]
"""


def test_the_whole_of_game_jolt_offline_and_back(open_game: OpenGame, sandbox: Sandbox) -> None:
    signed_in = f"?gjapi_username=ada&level=2&gjapi_token={sandbox.player('ada').token}"
    game = open_game(signed_in)
    start(game, sandbox)
    assert game.run(JOURNEY) == []
    assert game.page.url.endswith("?level=2"), "the token must not stay in the address bar"
    assert {"users/auth", "sessions/open", "trophies/add-achieved", "scores/add", "data-store/set"} <= set(
        endpoints(sandbox)
    )

    sandbox.faults.set("refuse")
    score = "call = gj.scores.add('500 points', 500); await until(lambda: of('CallDurable')[-1].call is call)"
    game.run(f"{score}; kept = gj.saves.save('slot', {{'level': 4}}); await until(lambda: kept.done)")
    assert game.run("[call.done, services.undelivered]".replace("services", "running.services")) == [False, 1]
    assert game.run("import sys, threading; ['requests' in sys.modules, threading.active_count()]") == [False, 1]
    game.page.close()

    sandbox.faults.clear()
    game = open_game(signed_in)
    start(game, sandbox)
    game.run("running.gj.sign_in(); await until(lambda: running.services.undelivered == 0 and of('OutboxProgress'))")
    assert sorted(row["sort"] for row in sandbox.dump("gamejolt_scores") if row["score"] == "500 points") == [500]
    assert game.run("call = running.gj.saves.load('slot'); await until(lambda: call.done); call.value.value") == {
        "level": 4
    }
    assert game.run("running.achievements.status('first-orb').reached") == ["gamejolt"]
    assert game.run("running.achievements.unlock('first-orb')") is False, "it was unlocked before the reload"
    assert [entry for entry in sandbox.journal() if entry["method"] == "OPTIONS"] == []
    assert [text for text in game.said if "Error" in text] == []

    game.page.goto("about:blank")
    wait_for(lambda: endpoints(sandbox)[-1] == "sessions/close")


def wait_for(condition: Callable[[], object], seconds: float = 30.0) -> None:
    by = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < by, "it never came"
        time.sleep(0.05)


def test_one_tab_keeps_and_the_next_takes_over(open_game: OpenGame, sandbox: Sandbox) -> None:
    first, second = open_game(), open_game()
    for game in (first, second):
        start(game, sandbox, presence=False)
        game.run(f"running.gj.sign_in('ada', {sandbox.player('ada').token!r}); await until(lambda: running.gj.user)")
    sandbox.faults.set("refuse")
    score = "call = running.gj.scores.add('{0}', {0})"
    first.run(f"{score.format(41)}; await until(lambda: call.durable)")
    second.run(f"{score.format(42)}; await until(lambda: of('OutboxTrouble'))")
    assert "another tab" in second.run("of('OutboxTrouble')[0].reason")
    assert second.run("call.durable") is False
    first.page.close()
    second.run("await until(lambda: call.durable)")
    sandbox.faults.clear()
    second.run("await until(lambda: running.services.undelivered == 0 and call.done)")
    assert sorted(row["sort"] for row in sandbox.dump("gamejolt_scores") if row["sort"] in (41, 42)) == [41, 42]


def test_a_game_may_close_and_begin_anew_in_the_same_page(open_game: OpenGame, sandbox: Sandbox) -> None:
    game = open_game()
    sign_in = f"running.gj.sign_in('ada', {sandbox.player('ada').token!r}); await until(lambda: running.gj.user)"
    start(game, sandbox, presence=False)
    game.run(sign_in)
    sandbox.faults.set("refuse")
    game.run("call = running.gj.scores.add('43', 43); await until(lambda: call.durable)")
    game.run("kept = running.gj.saves.save('slot', {'level': 5}); await until(lambda: kept.done)")
    game.run("await running.services.aclose(0.5)")
    sandbox.faults.clear()
    start(game, sandbox, presence=False)
    game.run(sign_in)
    game.run("await until(lambda: running.services.undelivered == 0)")
    assert [row["sort"] for row in sandbox.dump("gamejolt_scores") if row["sort"] == 43] == [43]
    assert game.run("(await running.gj.saves.load('slot')).value") == {"level": 5}


def test_what_a_player_clears_is_written_anew(profile: Any, open_game: OpenGame, sandbox: Sandbox) -> None:
    """The outbox is kept in pieces: those that changed since would make no file by themselves."""
    game = open_game()
    sign_in = f"running.gj.sign_in('ada', {sandbox.player('ada').token!r}); await until(lambda: running.gj.user)"
    start(game, sandbox, presence=False)
    game.run(sign_in)
    sandbox.faults.set("refuse")
    game.run("calls = [running.gj.scores.add(str(n), n) for n in range(80_051, 80_091)]")
    game.run("await until(lambda: all(call.durable for call in calls))")
    origin = game.page.evaluate("location.origin")
    devtools = profile.new_cdp_session(game.page)
    devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})
    game.run("late = running.gj.scores.add('80091', 80_091); await until(lambda: late.durable)")
    game.page.close()
    sandbox.faults.clear()
    game = open_game()
    start(game, sandbox, presence=False)
    game.run(sign_in)
    game.run("await until(lambda: running.services.undelivered == 0)")
    delivered = sorted(row["sort"] for row in sandbox.dump("gamejolt_scores") if row["sort"] in range(80_051, 80_092))
    assert delivered == [*range(80_051, 80_092)]


@pytest.mark.parametrize(
    "how",
    ["delete globalThis.indexedDB", "delete Navigator.prototype.locks", "IDBFactory.prototype.open = () => ({})"],
    ids=["no database", "no locks", "a database that does not open"],
)
def test_where_nothing_can_be_kept_it_is_said_and_calls_go_out(open_game: OpenGame, sandbox: Sandbox, how: str) -> None:
    game = open_game(before=how)
    start(game, sandbox, presence=False)
    game.run(f"running.gj.sign_in('ada', {sandbox.player('ada').token!r}); await until(lambda: running.gj.user)")
    game.run("call = running.gj.trophies.add_achieved(1); await until(lambda: call.done)")
    assert game.run("[call.value, call.durable]") == [True, False]
    assert "nothing is kept in this page" in game.run("of('OutboxTrouble')[0].reason")


def test_pictures_need_no_folder_of_the_platforms(open_game: OpenGame, sandbox: Sandbox) -> None:
    game = open_game()
    start(game, sandbox, presence=False)
    assert game.run("type(running.services.pictures).__name__") == "Pictures"


def test_what_a_page_cannot_do_is_refused_with_what_to_do(open_game: OpenGame, sandbox: Sandbox) -> None:
    game = open_game()
    start(game, sandbox, presence=False)
    refused = """
    def refusal(function):
        try:
            function()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    call = running.gj.time.fetch()
    [refusal(call.result), refusal(running.services.close)]
    """
    for said in game.run(refused):
        assert said.startswith("UsageError: ")
        assert "await call, await services.aclose()" in said
    assert isinstance(game.run("(await call).timestamp"), int)
    game.run("await running.services.aclose()")
    assert game.run("running.services.is_closed") is True
