"""itch.io and EasyJam in real Chromium, as far as the web lets a page in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from pygame_gameservices import fake_launch
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import NO_MAKER
from tests.page.browser import Game
from tests.page.test_page import start

pytestmark = pytest.mark.slow
OpenGame = Callable[..., Game]


@pytest.fixture(scope="module")
def open_itchio() -> Iterator[Sandbox]:
    """A sandbox whose itch.io lets pages in, which the real one is not known to do."""
    with Sandbox.start(NO_MAKER, cors={"itchio": "allow"}) as sandbox:
        yield sandbox


def itchio(game: Game, sandbox: Sandbox, made: str) -> None:
    """Start a game that has itch.io, too."""
    start(game, sandbox, presence=False)
    game.run(f"from pygame_gameservices import Itchio; itch = running.services.add({made}); None")


def test_who_plays_is_known_by_what_the_itch_app_put_into_the_page(open_game: OpenGame, open_itchio: Sandbox) -> None:
    told = fake_launch(open_itchio.itchio_launch_key("ada"))
    game = open_game(before=f"window.Itch = {{env: {json.dumps(told)}}}")
    open_itchio.clear_journal()
    itchio(game, open_itchio, f"Itchio.launched(base_url={open_itchio.itchio_url!r})")
    assert game.run("[itch.has_key, itch.launch.by_app]") == [True, True]
    game.run("itch.who_is_playing(); await until(lambda: of('ItchioSignedIn'))")
    assert game.run("of('ItchioSignedIn')[0].user.username") == "ada"
    assert "OPTIONS" in [entry["method"] for entry in open_itchio.journal()], "a key in a header needs a preflight"


def test_what_a_player_owns_on_itchio(open_game: OpenGame, open_itchio: Sandbox) -> None:
    game = open_game()
    itchio(game, open_itchio, f"Itchio({open_itchio.itchio_tokens['ada']!r}, base_url={open_itchio.itchio_url!r})")
    calls = "[itch.profile(), itch.credentials_info(), itch.owned_keys(), itch.collections()]"
    game.run(f"calls = {calls}; await until(lambda: all(call.done for call in calls))")
    assert game.run("[str(call.error) for call in calls if call.error is not None]") == []
    assert game.run("calls[0].value.username") == "ada"


def test_an_itchio_that_lets_no_page_in_says_so(open_game: OpenGame, sandbox: Sandbox) -> None:
    game = open_game()
    itchio(game, sandbox, f"Itchio({sandbox.itchio_tokens['ada']!r}, base_url={sandbox.itchio_url!r})")
    game.run("call = itch.profile(); await until(lambda: call.done, 90)")
    assert "CORS" in game.run("str(call.error)")
    asked = [entry["method"] for entry in sandbox.journal() if "profile" in entry["path"]]
    assert asked
    assert set(asked) == {"OPTIONS"}, "the key must not get there"
    refused = """
    try:
        itch.authorize("client", port=0)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    said
    """
    assert "UsageError: " in game.run(refused)


def test_the_newest_build_needs_no_key_and_so_nobodys_leave_beforehand(open_game: OpenGame) -> None:
    with Sandbox.start(NO_MAKER, cors={"itchio": "simple"}) as simple:
        game = open_game()
        itchio(game, simple, f"Itchio(base_url={simple.itchio_url!r})")
        asked = "itch.latest_build('windows', game_id=1)"
        game.run(f"call = {asked}; await until(lambda: call.done, 90)")
        assert game.run("[str(call.error), call.value]") == ["None", "1.2.0"]
        methods = [entry["method"] for entry in simple.journal() if entry["path"].startswith("/itchio")]
        assert methods == ["GET"], "no preflight, which this itch.io refuses"


def test_games_of_a_jam_are_read_and_remembered_over_a_reload(open_game: OpenGame, sandbox: Sandbox) -> None:
    tokens = list(sandbox.easyjam_tokens.values())[:2]
    asked = []
    for _ in range(2):
        game = open_game()
        start(game, sandbox, presence=False)
        game.run(f"""
        await until(lambda: running.services.undelivered is not None)  # the database is open
        from pygame_gameservices import EasyJam
        jam = running.services.add(EasyJam({sandbox.easyjam_url!r}, spacing_s=0.0))
        call = jam.fetch({tokens!r})
        await until(lambda: call.done)
        """)
        assert game.run("[call.error is None, len(call.value.results), len(call.value.items) > 0]") == [True, 2, True]
        game.run("await running.services.aclose()")
        game.page.close()
        asked.append([entry["method"] for entry in sandbox.journal() if entry["path"].startswith("/easyjam")])
    assert asked[0]
    assert set(asked[0]) == {"GET"}, "no request may need a preflight"
    assert asked[1] == asked[0], "the second page remembers what the first was told"
