"""A wrong argument is pointed out on the caller's line, with a word on what to pass, not later or deep inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pygame_gameservices import (
    Achievement,
    Achievements,
    EasyJam,
    Forge,
    GameJolt,
    Itchio,
    Secret,
    ServiceManager,
    Trading,
    UsageError,
    WrongCall,
)

NOWHERE = "http://127.0.0.1:9"
FORGE_KEY = "cGl4ZWw6cGl4ZWw6cGl4ZWwtMDE6Y0hxMTJFWGV1WnZQ"


@pytest.fixture
def all_services(services: ServiceManager) -> SimpleNamespace:
    return SimpleNamespace(
        manager=services,
        gj=services.add(GameJolt(1, "key", base_url=NOWHERE, presence=False)),
        itch=services.add(Itchio("key", base_url=NOWHERE)),
        jam=services.add(EasyJam(NOWHERE, memory=False)),
        forge=services.add(Forge(FORGE_KEY, base_url=NOWHERE)),
        trading=services.add(Trading("token", NOWHERE, allow_trading=True)),
    )


CALLS: dict[str, Callable[[Any], object]] = {
    "add a class": lambda on: on.manager.add(GameJolt),
    "add nothing": lambda on: on.manager.add(None),
    "add the manager": lambda on: on.manager.add(on.manager),
    "manager of a number": lambda on: ServiceManager(5),
    "manager of None": lambda on: ServiceManager(None),
    "manager of a list": lambda on: ServiceManager(["game"]),
    "many workers": lambda on: ServiceManager("game", workers="6"),
    "half a worker": lambda on: ServiceManager("game", workers=1.5),
    "folder of a number": lambda on: ServiceManager("game", folder=5),
    "folder without a name": lambda on: ServiceManager("game", folder=""),
    "sign_in a number": lambda on: on.gj.sign_in(5, "token"),
    "sign_in without a token": lambda on: on.gj.sign_in("ada", None),
    "sign_in with an empty secret": lambda on: on.gj.sign_in("ada", Secret("")),
    "sign_in with a secret of nothing": lambda on: on.gj.sign_in("ada", Secret(None)),  # type: ignore[arg-type]
    "sign_in with blanks": lambda on: on.gj.sign_in("  ", "token"),
    "sign_in with a blank token": lambda on: on.gj.sign_in("ada", " "),
    "auth with a secret of nothing": lambda on: on.gj.users.auth("ada", Secret(None)),  # type: ignore[arg-type]
    "score None": lambda on: on.gj.scores.add(None, 5),
    "score by None": lambda on: on.gj.scores.add("5", None),
    "trophy None": lambda on: on.gj.trophies.add_achieved(None),
    "key None": lambda on: on.gj.data_store.set(None, "data"),
    "data None": lambda on: on.gj.data_store.set("key", None),
    "batch of None": lambda on: on.gj.batch(None),
    "batch of one call": lambda on: on.gj.batch(on.gj.prepare.time.fetch()),
    "values of a list": lambda on: on.gj.values.fetch("key", []),
    "a list for an address": lambda on: GameJolt(1, "key", base_url=[]),
    "a name of None": lambda on: GameJolt(1, "key", name=None),
    "a cache for a text": lambda on: GameJolt(1, "key", cache_s="60"),
    "a cache of less than nothing": lambda on: GameJolt(1, "key", cache_s=-1),
    "a store that is none": lambda on: GameJolt(1, "key", credential_store="store"),
    "a dialect that is a list": lambda on: Itchio("key", dialect=["modern"]),
    "an itch.io name of None": lambda on: Itchio("key", name=None),
    "an address that is empty": lambda on: Itchio("key", base_url=""),
    "an environment that is a text": lambda on: Itchio.launched("ITCHIO_API_KEY"),
    "keys of a game called x": lambda on: on.itch.owned_keys(game_id="x"),
    "keys of None a page": lambda on: on.itch.owned_keys(per_page=None),
    "owns None": lambda on: on.itch.owns(None, user_id=1),
    "quiet for a number of hours": lambda on: EasyJam(NOWHERE, quiet_hours=7),
    "quiet at a number": lambda on: EasyJam(NOWHERE, quiet_hours=[7]),
    "spacing of a text": lambda on: EasyJam(NOWHERE, spacing_s="10"),
    "a memory of None": lambda on: EasyJam(NOWHERE, memory=None),
    "parameters in a dict": lambda on: EasyJam(NOWHERE, parameters={"token": "t"}),
    "tokens of None": lambda on: on.jam.fetch(None),
    "progress to nobody": lambda on: on.jam.fetch("token", on_progress="print"),
    "an offset that is a list": lambda on: on.jam.fetch_page("token", offset=[1]),
    "hours of None": lambda on: on.forge.playtime(None),
    "an achievement without a title": lambda on: on.forge.achievement(None),
    "a batch of playtime that is None": lambda on: on.forge.playtime_batch(None),
    "a batch of achievements that is a number": lambda on: on.forge.achievement_batch(5),
    "a batch of achievements that is a text": lambda on: on.forge.achievement_batch("First light"),
    "an order of None": lambda on: on.trading.orders.create(None),
    "to find None": lambda on: on.trading.orders.find(None),
    "to delete None": lambda on: on.trading.orders.delete(None),
    "offers of a number of minutes": lambda on: on.trading.best_offers(duration=15),
    "a feed of None": lambda on: on.trading.feed(None),
    "achievements of None": lambda on: Achievements(None),
    "achievements of names": lambda on: Achievements(["first-light"]),
    "achievements of a path": lambda on: Achievements("gameservices.toml"),
}


@pytest.mark.parametrize("what", CALLS)
def test_it_is_pointed_out_at_once(what: str, all_services: SimpleNamespace) -> None:
    with pytest.raises(UsageError, match=r"[;,:] (pass|leave it out|either)|pass "):
        CALLS[what](all_services)


def test_the_class_is_told_how_to_be_made(services: ServiceManager) -> None:
    with pytest.raises(UsageError, match=r"add\(GameJolt\(\.\.\.\)\)"):
        services.add(GameJolt)  # type: ignore[type-var]


def test_what_was_refused_left_nothing_behind(services: ServiceManager, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        services.add(None)  # type: ignore[type-var]
    assert services.services == ()
    with ServiceManager("game", folder=tmp_path) as other:
        assert other.folder == tmp_path


WRONG_CALLS: dict[str, tuple[Callable[[Any], object], str]] = {
    "a score without its number": (lambda on: on.gj.scores.add(500), "scores.add(score, sort, *, table_id=None, "),
    "a score by place": (lambda on: on.gj.scores.add("5", 5, 2), "scores.add(score, sort, *, table_id=None, "),
    "scores by place": (lambda on: on.gj.scores.fetch(5), "scores.fetch(*, limit=10, "),
    "a misspelt name": (lambda on: on.gj.scores.fetch(limt=5), "scores.fetch(*, limit=10, "),
    "no trophy": (lambda on: on.gj.trophies.add_achieved(), "trophies.add_achieved(trophy_id, *, durable=True)"),
    "a key alone": (lambda on: on.gj.data_store.set("k"), "data_store.set(key, data, *, mine=False"),
    "an update without a value": (
        lambda on: on.gj.data_store.update("k", "add"),
        "data_store.update(key, operation, value",
    ),
    "numbers by place": (lambda on: on.gj.users.fetch("ada", 5), "users.fetch(username=None, *, user_id=None)"),
    "a name alone": (lambda on: on.gj.users.auth("ada"), "users.auth(username, user_token)"),
    "a save without a value": (lambda on: on.gj.saves.save("slot"), "saves.save(slot, value"),
    "a value alone": (lambda on: on.gj.values.set("k"), "values.set(key, value"),
    "a board by place": (lambda on: on.gj.leaderboard(1, "guest"), "leaderboard(table_id=None, *, guest=None"),
    "a prepared score": (lambda on: on.gj.prepare.scores.add(500), "scores.add(score, sort"),
    "an owner by place": (lambda on: on.itch.owns(3, 1994), "owns(game_id, *, "),
    "no build": (lambda on: on.itch.latest_build(), "latest_build(channel"),
    "no makers": (lambda on: on.jam.fetch(), "fetch(tokens, *, again=False"),
    "hours of nobody": (lambda on: on.forge.playtime(), "playtime(hours, *, ended=None"),
    "an achievement by place": (lambda on: on.forge.achievement("a", "b"), "achievement(title, *, description="),
    "no order": (lambda on: on.trading.orders.create(), "orders.create(order"),
    "no number": (lambda on: on.trading.orders.delete(), "orders.delete("),
    "a market by place": (lambda on: on.trading.market("buy"), "market(*, direction=None"),
    "no achievement": (lambda on: Achievements([Achievement(id="a", title="A")]).unlock(), "unlock(achievement_id"),
}


@pytest.mark.parametrize("what", WRONG_CALLS)
def test_too_few_or_too_many_arguments_are_answered_with_the_right_call(
    what: str, all_services: SimpleNamespace
) -> None:
    make, right = WRONG_CALLS[what]
    with pytest.raises(WrongCall) as caught:
        make(all_services)
    assert isinstance(caught.value, (UsageError, TypeError))
    assert right in str(caught.value)
    assert "self" not in str(caught.value)


def test_the_fields_that_are_missing_are_named(all_services: SimpleNamespace) -> None:
    with pytest.raises(WrongCall, match="missing a required argument: 'sort'") as caught:
        all_services.gj.scores.add(500)
    assert caught.value.fields == ("sort",)


def test_a_mistake_within_a_method_stays_what_it_is(all_services: SimpleNamespace) -> None:
    """Only the call itself is explained: what goes wrong inside keeps its own traceback."""

    def broken() -> Iterator[int]:
        yield 1
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine") as caught:
        all_services.gj.users.fetch(user_id=broken())
    assert not isinstance(caught.value, UsageError)
