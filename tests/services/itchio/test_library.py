"""What a player owns, what they keep in collections, and what can be downloaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pygame_gameservices import Itchio, ProtocolError, ServiceManager, UsageError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.itchio.errors import NotBought, ScopeMissing, WrongEndpoint
from pygame_gameservices.testing import FakeTransport, SentRequest
from tests.conftest import WAIT_S
from tests.services.itchio.conftest import answer

GAMES = {
    "itchio": {"games": [{"id": number, "title": f"Game {number}"} for number in range(1, 131)]},
    "sandbox": {
        "itchio": {"most_per_page": 20, "keys": [{"game": number, "username": "ada"} for number in range(1, 121)]}
    },
}


def asked(sandbox: Sandbox) -> list[dict[str, str]]:
    return [entry["params"] for entry in sandbox.journal() if entry["endpoint"] == "profile/owned-keys"]


def test_a_buyer_of_something_else_does_not_own_the_game(sandbox: Sandbox, player: Itchio) -> None:
    assert {key.game_id for key in player.owned_keys().result(WAIT_S)} == {1, 2}
    assert player.owned_keys(game_id=3).result(WAIT_S) == ()
    assert player.owned_keys_page(game_id=3).result(WAIT_S) == ()
    assert all("game_id" not in params for params in asked(sandbox))
    assert asked(sandbox)[-1]["game_ids"] == "3"
    (key,) = player.owned_keys(game_ids=[3, 2]).result(WAIT_S)
    assert key.game_id == 2
    assert key.game is not None
    assert key.game.user is not None
    assert key.game.user.username == "hedy"


def test_a_hundred_and_twenty_games_at_once(services: ServiceManager) -> None:
    with Sandbox.start(GAMES) as sandbox:
        itch = services.add(Itchio(sandbox.itchio_tokens["ada"], base_url=sandbox.itchio_url, name="large library"))
        wanted = range(2, 131)
        keys = itch.owned_keys(game_ids=wanted).result(60)
        assert [key.game_id for key in keys] == list(range(2, 121))
        assert len([params for params in asked(sandbox) if params["page"] == "1"]) == 3  # at most 50 at once
        with pytest.raises(UsageError, match="at most 50"):
            itch.owned_keys_page(game_ids=wanted)


@pytest.mark.parametrize("wrong", [[], "1", [0], [True], ["1"], [1.0], [None], 5, [[1]]])
def test_wrong_games_are_refused_at_the_call(player: Itchio, wrong: Any) -> None:
    for ask in (player.owned_keys, player.owned_keys_page):
        with pytest.raises(UsageError):
            ask(game_ids=wrong)
    with pytest.raises(UsageError, match="either"):
        player.owned_keys(game_ids=[1], game_id=1)


def _library(request: SentRequest) -> bytes:
    """A server that knows neither game_ids nor pages."""
    return b'{"owned_keys": [{"id": 1, "game_id": 7}, {"id": 2, "game_id": 8}]}'


def test_a_server_that_ignores_the_games_makes_nobody_an_owner(tmp_path: Any) -> None:
    with ServiceManager("library", folder=tmp_path, transport=FakeTransport({"/owned-keys": _library})) as services:
        itch = services.add(Itchio("key", base_url="https://relay.example"))
        assert itch.owned_keys(game_ids=[3]).result(WAIT_S) == ()
        assert itch.owned_keys_page(game_ids=[3]).result(WAIT_S) == ()
        assert [key.id for key in itch.owned_keys(game_ids=[8, 3]).result(WAIT_S)] == [2]
        assert [key.id for key in itch.owned_keys().result(WAIT_S)] == [1, 2]


def test_somebody_who_owns_nothing_gets_an_empty_library_whatever_the_service_says(
    services: ServiceManager, sandbox: Sandbox
) -> None:
    itch = services.add(Itchio(sandbox.itchio_tokens["hedy"], base_url=sandbox.itchio_url, name="nothing"))
    assert itch.owned_keys().result(WAIT_S) == ()
    assert itch.owned_keys(game_id=1).result(WAIT_S) == ()
    last = [entry for entry in sandbox.journal() if entry["endpoint"] == "profile/owned-keys"][-1]
    assert last["status"] == 404
    for body in ({}, {"page": 1, "per_page": 50}, {"owned_keys": {}}, {"owned_keys": []}, {"owned_keys": None}):
        assert answer("owned_keys", body) == ()
        assert answer("owned_keys_page", body) == ()
    with pytest.raises(WrongEndpoint):
        answer("profile", {"errors": ["invalid api endpoint"]}, status=404)
    with pytest.raises(WrongEndpoint):
        answer("owned_keys", {"errors": ["invalid api version: expected 1"]}, status=404)


KEY = {"id": 5, "game_id": 3, "key": "abc", "created_at": "2020-01-01T00:00:00Z", "downloads": 1}


@pytest.mark.parametrize("call", ["owns", "download_key"])
def test_a_key_of_another_game_is_no_yes(call: str) -> None:
    assert answer(call, {"download_key": KEY})
    with pytest.raises(ProtocolError, match="game 3"):
        answer(call, {"download_key": {**KEY, "game_id": 4}})


@pytest.mark.parametrize(
    ("seconds", "moment"),
    [
        (1_469_030_164, datetime(2016, 7, 20, 15, 56, 4, tzinfo=UTC)),
        (1_469_030_164.5, datetime(2016, 7, 20, 15, 56, 4, 500_000, tzinfo=UTC)),
        ("2016-07-20 15:56:04", datetime(2016, 7, 20, 15, 56, 4, tzinfo=UTC)),
        (None, None),
    ],
)
def test_expiry_in_seconds_or_as_a_date(seconds: Any, moment: datetime | None) -> None:
    assert answer("credentials_info", {"scopes": {}, "expires_at": seconds}).expires_at == moment


@pytest.mark.parametrize("wrong", [True, 10**30, -(10**30), [1], {}, "soon", float("1e300")])
def test_expiry_that_is_no_moment(wrong: Any) -> None:
    with pytest.raises(ProtocolError, match="expires_at"):
        answer("credentials_info", {"scopes": {}, "expires_at": wrong})


def test_collections_and_their_games_page_by_page(services: ServiceManager) -> None:
    games = [{"id": number, "title": f"Game {number}"} for number in range(1, 8)]
    kept = [{"title": "All", "username": "ada", "games": [7, 1, 2, 3, 4, 5, 6]}, {"title": "None", "username": "ada"}]
    config = {"itchio": {"games": games}, "sandbox": {"itchio": {"most_per_page": 3, "collections": kept}}}
    with Sandbox.start(config) as sandbox:
        itch = services.add(Itchio(sandbox.itchio_tokens["ada"], base_url=sandbox.itchio_url, name="collector"))
        everything, nothing = itch.collections().result(WAIT_S)
        assert (everything.title, everything.games_count, nothing.games_count) == ("All", 7, 0)
        assert everything.created_at is not None
        assert itch.collection(everything.id).result(WAIT_S) == everything
        found = itch.collection_games(everything.id).result(WAIT_S)
        assert [one.game_id for one in found] == [7, 1, 2, 3, 4, 5, 6]
        assert [one.position for one in found] == list(range(7))
        assert found[0].game is not None
        assert found[0].game.title == "Game 7"
        assert itch.collection_games(nothing.id).result(WAIT_S) == ()
        grace = services.add(Itchio(sandbox.itchio_tokens["grace"], base_url=sandbox.itchio_url, name="grace"))
        assert grace.collections().result(WAIT_S) == ()
        with pytest.raises(Exception, match="invalid collection"):
            itch.collection(99).result(WAIT_S)
    assert answer("collection_games", {"collection_games": [{"game": {"id": 4, "title": "t"}}]})[0].game_id == 4


def test_uploads_and_builds(services: ServiceManager, sandbox: Sandbox, player: Itchio) -> None:
    windows, linux, osx = player.uploads(1).result(WAIT_S)
    assert (windows.filename, windows.channel_name, windows.platforms) == (
        "light-harvest-windows.zip",
        "windows",
        {"windows"},
    )
    assert windows.size
    assert windows.build is not None
    assert windows.build.user_version == "1.2.0"
    assert osx.build is not None
    assert osx.build.user_version is None
    assert player.upload(linux.id).result(WAIT_S) == linux
    newest, first = player.builds(windows.id).result(WAIT_S)
    assert (newest.version, newest.user_version, newest.parent_build_id) == (2, "1.2.0", first.id)
    assert (first.version, first.user_version, first.state) == (1, None, "completed")
    assert player.build(newest.id).result(WAIT_S) == newest
    # Somebody who did not buy it sees no files, and may not have one whose number they know.
    linus = services.add(Itchio(sandbox.itchio_key, base_url=sandbox.itchio_url, name="developer"))
    assert len(linus.uploads(1).result(WAIT_S)) == 3  # the developer's own
    stranger = services.add(Itchio(sandbox.itchio_tokens["hedy"], base_url=sandbox.itchio_url, name="hedy"))
    assert len(stranger.uploads(1).result(WAIT_S)) == 3
    with pytest.raises(Exception, match="invalid upload"):
        player.upload(9999).result(WAIT_S)
    with pytest.raises(Exception, match="invalid game"):
        player.uploads(3).result(WAIT_S)  # not out yet


def test_files_of_a_game_that_was_not_bought(services: ServiceManager) -> None:
    game = {"id": 1, "title": "Dear", "min_price": 500, "channels": {"linux-demo": "0.1"}}
    with Sandbox.start({"itchio": {"games": [game]}}) as sandbox:
        itch = services.add(Itchio(sandbox.itchio_tokens["ada"], base_url=sandbox.itchio_url, name="poor"))
        assert itch.uploads(1).result(WAIT_S) == ()
        with pytest.raises(NotBought):
            itch.upload(100).result(WAIT_S)


def test_older_servers_say_what_a_file_is_for_in_fields_of_their_own() -> None:
    upload = {"id": 1, "filename": "a.zip", "p_windows": True, "p_osx": False, "demo": True, "traits": {}, "build": {}}
    (found,) = answer("uploads", {"uploads": [upload]})
    assert (found.platforms, found.demo, found.build) == ({"windows"}, True, None)
    (modern,) = answer("uploads", {"uploads": [{"id": 1, "filename": "a", "traits": ["p_linux", "preorder"]}]})
    assert (modern.platforms, modern.preorder, modern.demo) == ({"linux"}, True, None)


def test_claimed_rewards(services: ServiceManager, sandbox: Sandbox, player: Itchio) -> None:
    developer = services.add(Itchio(sandbox.itchio_key, base_url=sandbox.itchio_url, name="maker"))
    (reward,) = developer.claimed_rewards(1).result(WAIT_S)
    assert (reward.title, reward.user and reward.user.username) == ("Name in the credits", "grace")
    assert developer.claimed_rewards(2).result(WAIT_S) == ()
    with pytest.raises(ScopeMissing):
        player.claimed_rewards(1).result(WAIT_S)


@pytest.mark.parametrize(
    "row", [{}, {"id": 1}, {"reward": {"id": 4, "title": "Hat"}, "owner": {"id": 1, "username": "ada"}, "new": [1]}]
)
def test_a_claimed_reward_of_any_shape_is_read(row: dict[str, Any]) -> None:
    for name in ("claimed_rewards", "rewards"):
        (found,) = answer("claimed_rewards", {name: [row]})
        assert found.raw == row
        assert found.title == row.get("reward", {}).get("title")


@pytest.mark.parametrize("name", ["collections", "uploads", "builds", "claimed_rewards"])
def test_the_legacy_host_knows_none_of_it(services: ServiceManager, sandbox: Sandbox, name: str) -> None:
    itch = services.add(Itchio(sandbox.itchio_key, base_url=sandbox.itchio_legacy_url, dialect="legacy"))
    with pytest.raises(UsageError, match="modern"):
        getattr(itch, name)(*([] if name == "collections" else [1]))
