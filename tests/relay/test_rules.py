"""What relay.toml allows, on both sides of each bound: the rules by themselves, and through a relay that runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pygame_gameservices import ServiceManager
from pygame_gameservices.relay.gamejolt.rules import Attempt, refusal
from pygame_gameservices.relay.settings import GameJoltSettings, TableRules, TrophyRules
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.gamejolt.errors import RefusedByRelay
from tests.conftest import settle
from tests.relay.conftest import client
from tests.relay.running import RunningRelay, wait_until
from tests.relay.wire import Raw, new_id

HOOK = """
def judge(attempt):
    if attempt.given.get("extra_data") == "cheat":
        return f"{attempt.player or 'a guest'} cheats"
    if attempt.given.get("extra_data") == "break":
        raise RuntimeError
"""


def attempt(endpoint: str = "scores/add", here_s: float = 100.0, guest: str = "", **given: object) -> Attempt:
    told = {"table_id": "7", **{name: str(value) for name, value in given.items()}}
    who = {"player": "", "guest": guest} if guest else {"player": "ada", "guest": ""}
    return Attempt(endpoint=endpoint, given=told, address="127.0.0.1", here_s=here_s, **who)


def settings(**rules: Any) -> GameJoltSettings:
    return GameJoltSettings(game_id=1, tables={"7": TableRules(**rules)})


def allowed(
    tried: Attempt, said: GameJoltSettings, in_last_hour: int = 0, achieved: frozenset[str] | None = None
) -> bool:
    found = refusal(tried, said, in_last_hour, achieved)
    assert found is None or (found.reason and names_a_rule(found.rule))
    return found is None


def names_a_rule(rule: str) -> bool:
    """Whether it is one of relay.toml's, in the table in which it stands there."""
    key, _, table = rule.partition(" in ")
    kinds = {"[gamejolt]": GameJoltSettings, "[gamejolt.tables.7]": TableRules, "[gamejolt.trophies.3]": TrophyRules}
    return key in kinds[table].__struct_fields__


@pytest.mark.parametrize(
    ("rules", "inside", "outside"),
    [
        ({"least": -5}, [-5, 10**18], [-6]),
        ({"most": 100}, [100, -(10**18)], [101]),
        ({"least": 0, "most": 0}, [0], [-1, 1]),
        ({"step": 10}, [0, 10, -10], [1, 9, -5]),
        ({"per_s": 2.0, "at_once": 50}, [250], [251]),
        ({"per_s": 0.5}, [50], [51]),
        ({"at_once": 50}, [10**9], []),
    ],
)
def test_bounds_of_a_table(rules: dict[str, Any], inside: list[int], outside: list[int]) -> None:
    assert all(allowed(attempt(sort=sort), settings(**rules)) for sort in inside)
    assert not any(allowed(attempt(sort=sort), settings(**rules)) for sort in outside)


def test_another_table_has_other_rules() -> None:
    assert allowed(attempt(sort=5, table_id=8), settings(most=1))
    only = GameJoltSettings(game_id=1, tables={"7": TableRules()}, only_these_tables=True)
    assert allowed(attempt(sort=5), only)
    assert not allowed(attempt(sort=5, table_id=8), only)


def test_time_and_number_and_guests() -> None:
    assert allowed(attempt(sort=1, here_s=20.0), settings(after_s=20.0))
    assert not allowed(attempt(sort=1, here_s=19.9), settings(after_s=20.0))
    assert allowed(attempt(sort=1), settings(per_hour=3), in_last_hour=2)
    assert not allowed(attempt(sort=1), settings(per_hour=3), in_last_hour=3)
    assert allowed(attempt(sort=1, guest="1f"), settings(guests=True))
    assert not allowed(attempt(sort=1, guest="1f"), settings(guests=False))


def test_trophies_come_in_their_order_and_time() -> None:
    said = GameJoltSettings(game_id=1, trophies={"3": TrophyRules(after=(1, 2), after_s=30.0)})
    third = {"endpoint": "trophies/add-achieved", "trophy_id": 3}
    assert allowed(attempt(**third, here_s=30.0), said, achieved=frozenset({"1", "2", "9"}))
    assert not allowed(attempt(**third, here_s=29.0), said, achieved=frozenset({"1", "2"}))
    assert not allowed(attempt(**third), said, achieved=frozenset({"1"}))
    assert not allowed(attempt(**third), said, achieved=None)
    assert allowed(attempt("trophies/add-achieved", trophy_id=4), said)


def test_blocked_players_write_nothing() -> None:
    said = GameJoltSettings(game_id=1, blocked_players=("ADA",))
    assert not allowed(attempt(sort=1), said)
    assert allowed(attempt(sort=1, guest="1f"), said)


# through a relay


@pytest.fixture(scope="module")
def strict_relay(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    folder = tmp_path_factory.mktemp("strict")
    (folder / "my_rules.py").write_text(HOOK)
    game = {
        "game_id": shared_sandbox.game_id,
        "base_url": shared_sandbox.gamejolt_url,
        "blocked_players": ["Linus"],
        "hook": "my_rules:judge",
        "largest_value": 1000,
        "tables": {
            "1": {"least": 0, "most": 10_000, "step": 10, "per_hour": 3},
            "2": {"after_s": 20.0, "guests": False},
        },
        "trophies": {"2": {"after": [1]}},
    }
    environment = {"RELAY_GAMEJOLT_KEY": shared_sandbox.private_key}
    with RunningRelay(
        folder, {"gamejolt": game, "limits": {"guest_per_minute": 20, "address_per_minute": 0}}, environment
    ) as relay:
        yield relay


@pytest.fixture
def ada(sandbox: Sandbox, strict_relay: RunningRelay) -> Raw:
    strict_relay.query("DELETE FROM notes")
    strict_relay.query("DELETE FROM buckets")
    strict_relay.query("DELETE FROM people")
    return Raw(strict_relay, sandbox.game_id, "ada", sandbox.player("ada").token)


def test_the_primary_table_has_its_rules_whether_it_is_named_or_not(ada: Raw, sandbox: Sandbox) -> None:
    for table in ({"table_id": 1}, {"table_id": "01"}, {}):
        assert "more than 10000" in ada.said("scores/add", score="x", sort=10_010, **table, write_id=new_id())
    assert ada.said("scores/add", score="x", sort=10_000, write_id=new_id()) == "yes"
    assert [row["sort"] for row in sandbox.dump("gamejolt_scores") if row["sort"] > 9_999] == [10_000]


def test_so_many_scores_an_hour(ada: Raw, strict_relay: RunningRelay) -> None:
    first = {"score": "x", "sort": 10, "write_id": new_id()}
    assert ada.said("scores/add", **first) == "yes"
    for sort in (20, 30):
        assert ada.said("scores/add", score="x", sort=sort, write_id=new_id()) == "yes"
    assert "in an hour" in ada.said("scores/add", score="x", sort=40, write_id=new_id())
    assert ada.said("scores/add", **first) == "yes", "it was let through before"
    strict_relay.query("UPDATE notes SET made = made - 3601 WHERE id = '" + first["write_id"] + "'")
    assert ada.said("scores/add", score="x", sort=40, write_id=new_id()) == "yes"


def test_a_batch_slips_nothing_past_the_number_of_an_hour(
    ada: Raw, strict_relay: RunningRelay, sandbox: Sandbox
) -> None:
    path = "/scores/add/?game_id={}&username=ada&user_token={}&score=x&sort={}&write_id={}"
    token = sandbox.player("ada").token
    requests = [path.format(sandbox.game_id, token, 100 + 10 * n, new_id()) for n in range(6)]
    answer = Raw(strict_relay, sandbox.game_id).call("batch", **{"requests[]": requests})
    assert [one["success"] for one in answer["responses"]] == ["true"] * 3 + ["false"] * 3


def test_a_score_takes_its_time(ada: Raw, strict_relay: RunningRelay) -> None:
    add = {"score": "x", "sort": 1, "table_id": 2}
    assert "s of play" in ada.said("scores/add", **add, write_id=new_id())
    strict_relay.query("UPDATE people SET began = began - 21, seen = seen - 5")
    assert ada.said("scores/add", **add, write_id=new_id()) == "yes"
    strict_relay.query("UPDATE people SET seen = seen - 200")
    assert "s of play" in ada.said("scores/add", **add, write_id=new_id()), "the player was gone meanwhile"


def test_guests_stay_out_of_a_table(ada: Raw, strict_relay: RunningRelay, sandbox: Sandbox) -> None:
    guest = Raw(strict_relay, sandbox.game_id)
    assert "guests add no" in guest.said("scores/add", score="x", sort=1, guest="Me", table_id=2, write_id=new_id())
    assert guest.said("scores/add", score="x", sort=10, guest="Me", table_id=1, write_id=new_id()) == "yes"


def test_a_trophy_comes_after_another(ada: Raw, strict_relay: RunningRelay, sandbox: Sandbox) -> None:
    assert "trophy 1 comes first" in ada.said("trophies/add-achieved", trophy_id=2, write_id=new_id())
    path = "/trophies/add-achieved/?game_id={}&username=ada&user_token={}&trophy_id={}&write_id={}"
    token = sandbox.player("ada").token
    requests = [path.format(sandbox.game_id, token, trophy, new_id()) for trophy in (1, 2)]
    answer = Raw(strict_relay, sandbox.game_id).call("batch", **{"requests[]": requests})
    assert [one["success"] for one in answer["responses"]] == ["true"] * 2, "in one batch as well"


def test_the_makers_own_rule(ada: Raw) -> None:
    assert ada.said("scores/add", score="x", sort=10, extra_data="cheat", write_id=new_id()) == "relay: ada cheats"
    assert ada.said("scores/add", score="x", sort=10, extra_data="fine", write_id=new_id()) == "yes"
    assert ada.ask("scores/add", score="x", sort=10, extra_data="break", write_id=new_id()).status_code == 503


def test_the_game_hears_which_rule_it_was_and_what_can_be_done(
    ada: Raw, services: ServiceManager, strict_relay: RunningRelay, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    gj = client(services, strict_relay, sandbox)
    gj.sign_in("ada", sandbox.player("ada").token)
    refused = {
        "most in [gamejolt.tables.1]": gj.scores.add("700", 700_000),
        "after_s in [gamejolt.tables.2]": gj.scores.add("1", 1, table_id=2),
        "after in [gamejolt.trophies.2]": gj.trophies.add_achieved(2),
        "hook in [gamejolt]": gj.scores.add("10", 10, extra_data="cheat"),
        "largest_value in [gamejolt]": gj.data_store.set("k", "x" * 1000),
        "endpoints in [gamejolt]": gj.trophies.remove_achieved(1),
    }
    settle(services, *refused.values())
    for rule, call in refused.items():
        assert isinstance(call.error, RefusedByRelay)
        assert call.error.rule == rule
        assert f"`{rule}` of relay.toml" in call.error.advice
        assert "gameservices relay refused" in call.error.advice
        assert call.error.advice in caplog.text


def test_values_have_a_size(ada: Raw) -> None:
    assert ada.said("data-store/set", key="k", data="x" * 900, write_id=new_id()) == "yes"
    assert "larger than" in ada.said("data-store/set", key="k", data="x" * 1000, write_id=new_id())


def test_a_blocked_player_reads_and_does_not_write(ada: Raw, strict_relay: RunningRelay, sandbox: Sandbox) -> None:
    linus = Raw(strict_relay, sandbox.game_id, "linus", sandbox.player("linus").token)
    assert "blocked" in linus.said("scores/add", score="x", sort=10, write_id=new_id())
    assert linus.said("trophies") == "yes"


def test_a_guest_writes_so_often_in_a_minute(ada: Raw, strict_relay: RunningRelay, sandbox: Sandbox) -> None:
    guest = Raw(strict_relay, sandbox.game_id)
    answers = [guest.ask("data-store/set", key="k", data=str(n), write_id=new_id()) for n in range(24)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    refused = answers[-1]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 12
    strict_relay.query("UPDATE buckets SET at = at - 30")
    assert guest.ask("data-store/set", key="k", data="again", write_id=new_id()).status_code == 200
    assert ada.said("data-store/set", key="k", data="mine", write_id=new_id()) == "yes", "others go on"


def test_what_was_refused_is_kept_and_can_be_released(ada: Raw, strict_relay: RunningRelay, sandbox: Sandbox) -> None:
    strict_relay.query("DELETE FROM refusals")
    guest = Raw(strict_relay, sandbox.game_id)
    mine, theirs = new_id(), new_id()
    guest.said("scores/add", score="x", sort=77, guest="Me", table_id=1, write_id=theirs)
    ada.said("scores/add", score="x", sort=79, table_id=1, write_id=mine)
    listed = strict_relay.command("refused")
    assert "no multiple of 10" in listed
    assert mine[-6:] in listed
    assert sandbox.player("ada").token not in listed
    assert "2 will be let through" in strict_relay.command("release", mine, theirs)

    def sorts() -> set[int]:
        return {row["sort"] for row in sandbox.dump("gamejolt_scores")}

    wait_until(lambda: 77 in sorts())  # a guest's goes by itself
    assert 79 not in sorts()
    strict_relay.query("UPDATE people SET known_until = 0")
    assert ada.said("data-store/set", key="k", data="here again", write_id=new_id()) == "yes"
    wait_until(lambda: 79 in sorts())
    wait_until(lambda: strict_relay.query("SELECT * FROM refusals") == [])
