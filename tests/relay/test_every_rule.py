"""Every rule of relay.toml has a test on both sides of its bound: which one that is, and those of no other file."""

from __future__ import annotations

import importlib
import socket
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest
import requests

from pygame_gameservices.relay.settings import (
    ForgeSettings,
    GameJoltSettings,
    ItchioSettings,
    LimitSettings,
    Settings,
    TableRules,
    TrophyRules,
)
from pygame_gameservices.sandbox import Sandbox, ServerError
from tests.relay.conftest import Relays
from tests.relay.running import RunningRelay
from tests.relay.wire import Raw, new_id

HERE, RULES, ABUSE, LIMITS, OTHERS, CHECK = (
    f"test_{name}" for name in ("every_rule", "rules", "abuse", "limits", "others", "check")
)
KEYS_AND_PLACES = {
    "game_id", "private_key_file", "api_key_file", "base_url", "listen", "database", "secret_file", "gamejolt",
    "itchio", "forge", "limits", "tables", "trophies",
}  # fmt: skip
"""What is no rule: where things are. `test_check` tries them."""
TESTED: dict[type[msgspec.Struct], dict[str, tuple[str, str]]] = {
    Settings: {
        "wait_for_disk": (HERE, "test_a_relay_that_waits_for_the_disk_answers_as_well"),
        "origins": (ABUSE, "test_pages_of_others_may_not_read"),
        "proxies": (ABUSE, "test_the_metrics_are_for_operators_and_the_proxys_word_counts_for_proxies_alone"),
        "operators": (ABUSE, "test_the_metrics_are_for_operators_and_the_proxys_word_counts_for_proxies_alone"),
    },
    GameJoltSettings: {
        "endpoints": (HERE, "test_what_is_among_the_endpoints_is_passed_on"),
        "largest_value": (HERE, "test_a_value_of_the_largest_size_and_one_more"),
        "shared_keys": (HERE, "test_items_of_the_game_are_written_where_they_are_named"),
        "blocked_players": (RULES, "test_a_blocked_player_reads_and_does_not_write"),
        "only_these_tables": (RULES, "test_another_table_has_other_rules"),
        "hook": (RULES, "test_the_makers_own_rule"),
    },
    TableRules: {
        "least": (RULES, "test_bounds_of_a_table"),
        "most": (RULES, "test_bounds_of_a_table"),
        "step": (RULES, "test_bounds_of_a_table"),
        "per_s": (RULES, "test_bounds_of_a_table"),
        "at_once": (RULES, "test_bounds_of_a_table"),
        "per_hour": (RULES, "test_so_many_scores_an_hour"),
        "after_s": (RULES, "test_a_score_takes_its_time"),
        "guests": (RULES, "test_guests_stay_out_of_a_table"),
        "text": (HERE, "test_a_score_calls_itself_what_it_is"),
    },
    TrophyRules: {
        "after": (RULES, "test_a_trophy_comes_after_another"),
        "after_s": (RULES, "test_trophies_come_in_their_order_and_time"),
    },
    ForgeSettings: {
        "endpoints": (HERE, "test_what_is_among_the_endpoints_of_forge_is_passed_on"),
        "most_hours": (OTHERS, "test_bounds_of_records"),
        "titles": (OTHERS, "test_bounds_of_records"),
        "most_records": (OTHERS, "test_so_many_records_in_a_request"),
        "hours_per_day": (HERE, "test_a_person_plays_so_many_hours_a_day"),
    },
    ItchioSettings: {"games": (OTHERS, "test_nobody_asks_about_others_or_the_sellers_affairs")},
    LimitSettings: {
        "largest_body": (HERE, "test_a_body_of_the_largest_size_and_one_more"),
        "connections": (HERE, "test_so_many_connections_and_one_more"),
        "connections_per_address": (HERE, "test_so_many_connections_of_one_address_and_one_more"),
        "head_s": (ABUSE, "test_slow_clients_are_hung_up_on"),
        "body_s": (ABUSE, "test_slow_clients_are_hung_up_on"),
        "remember_player_s": (LIMITS, "test_a_token_is_remembered_for_a_while_and_as_no_text"),
        "keep_notes_days": (LIMITS, "test_notes_are_kept_for_their_days"),
        "player_per_minute": (HERE, "test_so_many_calls_a_minute"),
        "guest_per_minute": (RULES, "test_a_guest_writes_so_often_in_a_minute"),
        "address_per_minute": (HERE, "test_so_many_calls_a_minute"),
        "game_per_minute": (HERE, "test_so_many_calls_a_minute"),
        "tickets_per_hour": (HERE, "test_so_many_calls_a_minute"),
        "blocked_addresses": (ABUSE, "test_blocked_addresses_get_nothing"),
    },
}  # fmt: skip


@pytest.mark.parametrize("struct", TESTED, ids=lambda struct: struct.__name__)
def test_every_rule_names_its_test(struct: type[msgspec.Struct]) -> None:
    assert set(struct.__struct_fields__) - KEYS_AND_PLACES == set(TESTED[struct])
    for rule, (module, name) in TESTED[struct].items():
        test = getattr(importlib.import_module(f"tests.relay.{module}"), name, None)
        assert callable(test), f"{rule}: there is no {module}::{name}"


def ada_of(relay: RunningRelay, sandbox: Sandbox) -> Raw:
    return Raw(relay, sandbox.game_id, "ada", sandbox.player("ada").token)


@pytest.fixture(scope="module")
def bounded(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    """A relay with bounds that do not get into each other's way."""
    endpoints = ["scores/add", "data-store/set", "data-store/update", "data-store/remove", "time"]
    settings = {
        "wait_for_disk": True,
        "gamejolt": {
            "game_id": shared_sandbox.game_id,
            "base_url": shared_sandbox.gamejolt_url,
            "endpoints": [*endpoints, "trophies/add-achieved", "trophies/remove-achieved"],
            "largest_value": 1000,
            "shared_keys": ["level-*", "other"],
            "tables": {"2": {"text": "{sort:,} points"}},
        },
        "forge": {
            "base_url": shared_sandbox.forge_url,
            "hours_per_day": 10.0,
            "endpoints": ["player/playtime", "player/achievement"],
        },
        "limits": {"largest_body": 2000},
    }
    environment = {"RELAY_GAMEJOLT_KEY": shared_sandbox.private_key, "RELAY_FORGE_KEY": shared_sandbox.forge_key}
    with RunningRelay(tmp_path_factory.mktemp("bounded"), settings, environment) as found:
        yield found


@pytest.fixture
def ada(sandbox: Sandbox, bounded: RunningRelay) -> Raw:
    bounded.query("DELETE FROM buckets")
    return ada_of(bounded, sandbox)


def test_a_relay_that_waits_for_the_disk_answers_as_well(ada: Raw, sandbox: Sandbox) -> None:
    add = {"score": "5", "sort": 5, "write_id": new_id()}
    assert [ada.said("scores/add", **add) for _ in range(2)] == ["yes", "yes"]
    assert [row["sort"] for row in sandbox.dump("gamejolt_scores")].count(5) == 1


def test_what_is_among_the_endpoints_is_passed_on(ada: Raw, relay: RunningRelay, sandbox: Sandbox) -> None:
    assert ada.said("trophies/add-achieved", trophy_id=1, write_id=new_id()) == "yes"
    assert ada.said("trophies/remove-achieved", trophy_id=1, write_id=new_id()) == "yes", "it is named here"
    said = ada_of(relay, sandbox).said("trophies/remove-achieved", trophy_id=1, write_id=new_id())
    assert said == "relay: trophies/remove-achieved is not passed on"


def test_what_is_among_the_endpoints_of_forge_is_passed_on(ada: Raw, bounded: RunningRelay) -> None:
    guest = ticket_for_forge(bounded)
    assert report(bounded, guest, 1.0, "linus@example.com") == 200
    points = requests.get(f"{bounded.url}/forge/v1/user/points", headers=guest, timeout=30)
    assert points.status_code == 404
    assert "not passed on" in points.text


def ticket_for_forge(relay: RunningRelay) -> dict[str, str]:
    answer = requests.post(f"{relay.url}/forge/player/achievement", json=[], timeout=30)
    return {"x-relay-ticket": answer.headers["x-relay-ticket"]}


def report(relay: RunningRelay, headers: dict[str, str], hours: float, email: str = "ada@example.com") -> int:
    record = {"user_email": email, "last_time_played": "2026-01-01 00:00:00", "total_hours": hours}
    return requests.post(f"{relay.url}/forge/player/playtime", json=record, headers=headers, timeout=30).status_code


def test_a_person_plays_so_many_hours_a_day(ada: Raw, bounded: RunningRelay, sandbox: Sandbox) -> None:
    guest, other = ticket_for_forge(bounded), ticket_for_forge(bounded)
    assert [report(bounded, guest, hours) for hours in (4.0, 6.0, 0.5)] == [200, 200, 429]
    assert report(bounded, other, 0.5, "ADA@example.com") == 429, "another ticket, another spelling, the same person"
    assert report(bounded, guest, 0.5, "grace@example.com") == 200
    bounded.query("UPDATE buckets SET at = at - 4000")
    sandbox.faults.add(ServerError(path="/forge/player/*", count=1, body="service"))
    assert report(bounded, guest, 0.4) == 503, "this was not taken, and counts for nothing"
    assert report(bounded, guest, 0.4) == 200
    assert sorted(row["hours"] for row in sandbox.dump("forge_playtime")) == [0.4, 0.5, 4.0, 6.0]


def test_a_value_of_the_largest_size_and_one_more(ada: Raw) -> None:
    rest = len("k") + len("ada")
    assert ada.said("data-store/set", key="k", data="x" * (1000 - rest), write_id=new_id()) == "yes"
    assert "larger than" in ada.said("data-store/set", key="k", data="x" * (1001 - rest), write_id=new_id())


@pytest.mark.parametrize(
    ("key", "allowed"), [("level-2", True), ("other", True), ("others", False), ("Level-2", False)]
)
def test_items_of_the_game_are_written_where_they_are_named(
    ada: Raw, bounded: RunningRelay, sandbox: Sandbox, key: str, allowed: bool
) -> None:
    guest = Raw(bounded, sandbox.game_id)
    refused = "relay: an item of the game that players may not write"
    guard = {"restriction_username": "ada", "restriction_user_token": sandbox.player("ada").token}
    ways: list[tuple[str, dict[str, str]]] = [
        ("set", {"data": "x"}),
        ("update", {"operation": "append", "value": "x"}),
        ("remove", {}),
        ("set", {"data": "x", **guard}),
    ]
    for endpoint, given in ways:
        said = guest.said(f"data-store/{endpoint}", key=key, **given, write_id=new_id())
        assert said == ("yes" if allowed else refused)
    assert ada.said("data-store/set", key=key, data="x", write_id=new_id()) == "yes", "it is the player's own"


def test_a_score_calls_itself_what_it_is(ada: Raw) -> None:
    assert ada.said("scores/add", score="1,234 points", sort=1234, table_id=2, write_id=new_id()) == "yes"
    for text in ("999,999 points", "1234 points", "1,234 points ", "", "1,234\u200b points"):
        said = ada.said("scores/add", score=text, sort=1234, table_id=2, write_id=new_id())
        assert "text of the score" in said


def test_a_body_of_the_largest_size_and_one_more(ada: Raw, bounded: RunningRelay, sandbox: Sandbox) -> None:
    url = f"{bounded.url}/gamejolt/time/?game_id={sandbox.game_id}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for size, status in ((2000, 400), (2001, 413)):
        body = b"x=" + b"y" * (size - 2)
        assert requests.post(url, body, headers=headers, timeout=30).status_code == status
        chunks = requests.post(url, iter([body[:500], body[500:]]), headers=headers, timeout=30)
        assert chunks.status_code == status, "in pieces as well"


def held(relay: RunningRelay, count: int) -> list[socket.socket]:
    found = [socket.create_connection(("127.0.0.1", relay.port), timeout=30) for _ in range(count)]
    for connection in found:  # it has taken them all
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    return found


def status_of(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)[9:12]
    except OSError:
        return b""


def test_so_many_connections_and_one_more(relays: Relays) -> None:
    relay = relays(limits={"connections": 5})
    connections = held(relay, 4)
    assert [status_of(one) for one in connections] == [b"200"] * 4
    more = held(relay, 4)
    assert [status_of(one) for one in more][-2:] == [b"503"] * 2
    for connection in connections + more:
        connection.close()
    _until(lambda: requests.get(f"{relay.url}/health", timeout=30).status_code == 200)


def test_so_many_connections_of_one_address_and_one_more(relays: Relays) -> None:
    relay = relays(limits={"connections_per_address": 5})
    connections = held(relay, 5)
    assert [status_of(one) for one in connections] == [b"200"] * 5
    with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as another:
        assert status_of(another) == b""
    connections.pop().close()
    _until(lambda: _answers(relay))
    for connection in connections:
        connection.close()
    proxied = relays(limits={"connections_per_address": 5}, proxies=["127.0.0.1"], folder="proxied")
    connections = held(proxied, 9)
    assert [status_of(one) for one in connections] == [b"200"] * 9
    for connection in connections:
        connection.close()


def _answers(relay: RunningRelay) -> bool:
    try:
        return requests.get(f"{relay.url}/health", timeout=30).status_code == 200
    except requests.RequestException:
        return False


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("kind", ["player", "address", "game", "tickets"])
def test_so_many_calls_a_minute(ada: Raw, bounded: RunningRelay, sandbox: Sandbox, kind: str) -> None:
    """Who has one left may, and who has half a one may not; how they fill, `test_limits` says."""

    def ask(player: Raw) -> int:
        return player.ask("data-store/set", key="other", data="x", write_id=new_id()).status_code

    def left(tokens: float) -> None:  # of a time to come, so that nothing fills meanwhile
        soon = time.time() + 1000
        bounded.query(f"UPDATE buckets SET tokens = {tokens}, at = {soon} WHERE key LIKE '{kind} %'")

    guest = Raw(bounded, sandbox.game_id)
    assert ask(ada) == ask(guest) == 200
    found: dict[str, float] = dict(bounded.query("SELECT substr(key, 1, instr(key, ' ') - 1), most FROM buckets"))
    assert found == {"player": 120, "address": 600, "game": 60_000, "tickets": 60} | {"player": found["player"]}
    whoever = Raw(bounded, sandbox.game_id) if kind == "tickets" else ada
    left(0.5)
    assert ask(whoever) == 429
    assert (ask(guest) == 200) is (kind == "tickets"), "who is there goes on, and others do not count alone"
    left(1.0)
    assert ask(whoever) == 200
    if kind == "player":
        assert ask(Raw(bounded, sandbox.game_id, "grace", sandbox.player("grace").token)) == 200
