"""A cheater with the game's files and any HTTP at will: what does not get past the rules.

What nobody can prevent stands in ``docs/relay.md``, and is tried here too, so that the page stays true.
"""

from __future__ import annotations

import gzip
import http.client
import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.relay.running import RunningRelay
from tests.relay.wire import Raw, new_id

MOST = 1000


class Cheater(Raw):
    """Ada, who has the game's files, a token of her own, and bad intentions.

    Attributes:
        before: what the service held when she began.
    """

    before: list[list[dict[str, Any]]]


def send(relay: RunningRelay, method: str, target: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    """A request whose address no log shows; its status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, target, body or None, named)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@pytest.fixture(scope="module")
def strict(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    game = {
        "game_id": shared_sandbox.game_id,
        "base_url": shared_sandbox.gamejolt_url,
        "blocked_players": ["grace"],
        "only_these_tables": True,
        "shared_keys": [],
        "tables": {
            "1": {"least": 0, "most": MOST, "step": 10, "per_hour": 3, "guests": False, "text": "{sort} points"},
            "2": {"after_s": 30.0, "at_once": 10, "per_s": 1.0},
        },
        "trophies": {"2": {"after": [1]}, "3": {"after_s": 60.0}},
    }
    limits = {"address_per_minute": 0, "player_per_minute": 0, "guest_per_minute": 0, "tickets_per_hour": 0}
    environment = {"RELAY_GAMEJOLT_KEY": shared_sandbox.private_key}
    with RunningRelay(tmp_path_factory.mktemp("cheater"), {"gamejolt": game, "limits": limits}, environment) as found:
        yield found


@pytest.fixture
def cheat(sandbox: Sandbox, strict: RunningRelay) -> Cheater:
    for table in ("notes", "buckets", "people", "refusals"):
        strict.query(f"DELETE FROM {table}")
    found = Cheater(strict, sandbox.game_id, "ada", sandbox.player("ada").token)
    found.before = holds(sandbox)
    return found


def holds(sandbox: Sandbox) -> list[list[dict[str, Any]]]:
    return [sandbox.dump(f"gamejolt_{table}") for table in ("scores", "achieved", "items")]


def nothing_got_in(cheat: Cheater, sandbox: Sandbox) -> bool:
    return holds(sandbox) == cheat.before


GOOD = {"score": "500 points", "sort": "500", "table_id": "1"}
NUMBERS = [
    "1010", "-10", "5", "+500", "500.0", "5e2", "0x1f4", "1_000", "NaN", "Infinity", "-Infinity", "true", "null", "",
    " 500", "500 ", "500\n", "500\x00", "５００", "٥٠٠", "9" * 19, "9" * 400, "-" + "9" * 19, str(2**63),
    str(2**64 + 500), "500;1", "500,1", "[500]", "500&sort=1010", "--500", "0500000",
]  # fmt: skip
TABLES = ["0", "-1", "00", "3", "999", "1.0", "1e0", "", " 1", "１", "1 OR 1=1", str(2**32 + 1), str(2**31), "2"]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_in_no_disguise(cheat: Cheater, sandbox: Sandbox, number: str) -> None:
    answer = cheat.ask("scores/add", **{**GOOD, "sort": number, "score": f"{number} points"}, write_id=new_id())
    assert answer.status_code in (200, 400)
    assert 'success":"true' not in answer.text
    assert nothing_got_in(cheat, sandbox)


@pytest.mark.parametrize("table", TABLES)
def test_no_table_beside_the_rules(cheat: Cheater, sandbox: Sandbox, table: str) -> None:
    answer = cheat.ask("scores/add", **{**GOOD, "sort": "1010", "table_id": table}, write_id=new_id())
    assert answer.status_code in (200, 400)
    assert nothing_got_in(cheat, sandbox)


REPEATED = [
    [("sort", "500"), ("sort", "1010")],
    [("sort", "1010"), ("sort", "500")],
    [("sort", "500"), ("sort[]", "1010")],
    [("sort", "500"), ("sort[0]", "1010")],
    [("sort", "500"), ("SORT", "1010")],
    [("sort", "500"), ("sort ", "1010")],
    [("sort", "500"), ("sort\x00", "1010")],
    [("sort", "500"), ("table_id", "1"), ("table_id", "9")],
    [("sort", "500"), ("username", "linus")],
    [("sort", "500"), ("requests[]", "/scores/add/")],
    [("sort", "500"), ("callback", "x")],
    [("sort", "500"), ("signature", "x"), ("signature", "y")],
]


@pytest.mark.parametrize("pairs", REPEATED)
@pytest.mark.parametrize("where", ["query", "body", "both"])
def test_no_parameter_twice(cheat: Cheater, sandbox: Sandbox, pairs: list[tuple[str, str]], where: str) -> None:
    given = [("score", "500 points"), *cheat.player.items(), ("write_id", new_id()), *pairs]
    query, body = {"query": (given, []), "body": ([], given), "both": (given[:-1], given[-1:])}[where]
    target = f"/gamejolt/scores/add/?{urlencode([('game_id', str(cheat.game_id)), *query])}"
    status, _ = send(cheat.relay, "POST" if body else "GET", target, urlencode(body).encode(), content_type=FORM)
    assert status == 400
    assert nothing_got_in(cheat, sandbox)


def test_no_encoding_that_is_read_in_two_ways(cheat: Cheater, sandbox: Sandbox) -> None:
    own = urlencode({"game_id": cheat.game_id, **cheat.player, "write_id": new_id(), "table_id": 1, "score": "x"})
    target = f"/gamejolt/scores/add/?{own}"
    for tail in ("%31%30%31%30", "%2531010", "500%00", "500%26sort=1010", "%FF", "500&s%6Frt=1010", "500#1010"):
        assert YES not in send(cheat.relay, "GET", f"{target}&sort={tail}")[1]
    as_json = b'{"sort": "1010"}'
    in_parts = b'--x\r\nContent-Disposition: form-data; name="sort"\r\n\r\n1010\r\n--x--\r\n'
    for body, kind in (
        (as_json, "application/json"),
        (in_parts, "multipart/form-data; boundary=x"),
        ("sort=1010".encode("utf-16"), FORM),
        ("sort=１０１０".encode(), FORM),
        (b"sort=1010", "text/plain"),
    ):
        assert send(cheat.relay, "POST", target, body, content_type=kind)[0] == 400
    packed = send(cheat.relay, "POST", target, gzip.compress(b"sort=1010"), content_type=FORM, content_encoding="gzip")
    assert packed[0] == 400
    assert nothing_got_in(cheat, sandbox)


FORM = "application/x-www-form-urlencoded"
YES = '"success":"true"'
PATHS = [
    "scores/add/", "scores/add", "scores//add/", "/scores/add/", "SCORES/ADD/", "scores/add/.", "scores%2Fadd/",
    "scores/./add/", "x/../scores/add/", "scores/add;x/", "scores/add/%00", "scores/add%20/", "scores/ａdd/", "batch/",
    "scores/add/?", "v1_2/scores/add/",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"])
def test_no_method_and_path_goes_round(cheat: Cheater, sandbox: Sandbox, method: str) -> None:
    own = urlencode({"game_id": cheat.game_id, **cheat.player, **GOOD, "sort": 1010, "write_id": new_id()})
    for path in PATHS:
        assert YES not in send(cheat.relay, method, f"/gamejolt/{quote(path, safe='/%;?.')}?{own}")[1]
    others = {"x_http_method_override": "POST", "x_original_url": "/gamejolt/scores/add/", "x_rewrite_url": "/x"}
    send(cheat.relay, "GET", f"/gamejolt/time/?{own}", **others)
    assert nothing_got_in(cheat, sandbox)


def within(cheat: Cheater, path: str, **given: Any) -> str:
    return f"{path}?{urlencode({'game_id': cheat.game_id, **cheat.player, 'write_id': new_id(), **given})}"


@pytest.mark.parametrize("flags", [{}, {"parallel": "true"}, {"break_on_error": "true"}])
def test_a_batch_is_judged_as_its_parts_are(cheat: Cheater, sandbox: Sandbox, flags: dict[str, str]) -> None:
    bad = {**GOOD, "sort": 1010, "score": "1010 points"}
    requests_ = [
        within(cheat, "/scores/add/", **bad),
        within(cheat, " /scores/add/ ", **bad),
        within(cheat, "/scores/add/", **{**bad, "table_id": 9}),
        within(cheat, "/data-store/set/", key="k", data="x").replace("username=ada", "username="),
        within(cheat, "/trophies/add-achieved/", trophy_id=2),
        within(cheat, "/trophies/add-achieved/", trophy_id=3),
    ]
    for one in requests_:
        answer = Raw(cheat.relay, cheat.game_id).ask("batch", **{"requests[]": [one], **flags})
        assert '"success":"true","rank' not in answer.text
    nested = "/batch/?" + urlencode({"game_id": cheat.game_id, "requests[]": requests_[0]})
    quoted = "/batch/?" + quote(requests_[0])
    absolute = f"http://127.0.0.1{requests_[0]}"
    for one in (nested, quoted, absolute, "//scores/add/?" + requests_[0].partition("?")[2], "time/#/scores/add/"):
        answer = Raw(cheat.relay, cheat.game_id).ask("batch", **{"requests[]": [one]})
        assert answer.status_code in (400, 404)
    assert nothing_got_in(cheat, sandbox)


def test_fifty_in_a_batch_are_still_three_an_hour(cheat: Cheater, sandbox: Sandbox) -> None:
    good = [within(cheat, "/scores/add/", score=f"{n * 10} points", sort=n * 10, table_id=1) for n in range(50)]
    for _ in range(2):
        Raw(cheat.relay, cheat.game_id).ask("batch", **{"requests[]": good})
    spellings = itertools.cycle(["ada", "ADA", "Ada", "aDa"])
    for n, name in zip(range(8), spellings, strict=False):
        cheat.player["username"] = name
        cheat.ask("scores/add", score=f"{n * 10} points", sort=n * 10, write_id=new_id())
    assert len(sandbox.dump("gamejolt_scores")) - len(cheat.before[0]) == 3


@pytest.mark.parametrize(
    "name", ["grace", "GRACE", "grace ", " grace", "gra\u0441e", "ｇrace", "grâce", "grace\x00", "grace\t"]
)
def test_who_is_blocked_has_no_other_name(cheat: Cheater, sandbox: Sandbox, name: str) -> None:
    grace = Raw(cheat.relay, cheat.game_id, name, sandbox.player("grace").token)
    answer = grace.ask("scores/add", **GOOD, write_id=new_id())
    assert 'success":"true' not in answer.text
    guarded = {"restriction_username": name, "restriction_user_token": sandbox.player("grace").token}
    answer = Raw(cheat.relay, cheat.game_id).ask("data-store/set", key="k", data="x", **guarded, write_id=new_id())
    assert 'success":"true' not in answer.text


def test_another_players_name_needs_the_token(cheat: Cheater, sandbox: Sandbox) -> None:
    linus = sandbox.player("linus").token
    used = new_id()
    assert Raw(cheat.relay, cheat.game_id, "linus", linus).said("scores/add", **GOOD, write_id=used) == "yes"
    for token in ("", "x", sandbox.player("ada").token, linus.upper(), linus + " ", f"{linus}\x00"):
        thief = Raw(cheat.relay, cheat.game_id, "linus", token)
        for write_id in (used, new_id()):
            assert 'success":"true' not in thief.ask("scores/add", **GOOD, write_id=write_id).text
    both = {**GOOD, "guest": "linus", "write_id": used}
    assert 'success":"true' not in Raw(cheat.relay, cheat.game_id).ask("scores/add", **both).text


def test_an_id_carries_no_second_write(cheat: Cheater, sandbox: Sandbox) -> None:
    used = new_id()
    assert cheat.said("data-store/set", key="k", data="1", write_id=used) == "yes"
    for endpoint, given in (
        ("data-store/set", {"key": "k", "data": "2"}),
        ("data-store/remove", {"key": "k"}),
        ("scores/add", GOOD),
        ("trophies/add-achieved", {"trophy_id": 2}),
    ):
        assert cheat.said(endpoint, **given, write_id=used) == "relay: another write has this id"
    assert cheat.call("data-store", key="k")["data"] == "1"


def test_play_is_no_longer_for_opening_sessions_often(cheat: Cheater, sandbox: Sandbox) -> None:
    for endpoint in ("sessions/open", "sessions/ping", "sessions/close", "sessions/open", "users/auth") * 3:
        cheat.ask(endpoint)
    assert "s of play" in cheat.said("scores/add", score="x", sort=1, table_id=2, write_id=new_id())
    pretended = {"Date": "Thu, 01 Jan 2099 00:00:00 GMT", "X-Relay-Since": "0"}
    cheat.headers |= pretended
    assert "s of play" in cheat.said("scores/add", score="x", sort=1, table_id=2, write_id=new_id())
    assert "s of play" in cheat.said("trophies/add-achieved", trophy_id=3, write_id=new_id())
    cheat.relay.query("UPDATE people SET began = began - 40")
    assert cheat.said("scores/add", score="x", sort=49, table_id=2, write_id=new_id()) == "yes"
    assert "takes longer" in cheat.said("scores/add", score="x", sort=500, table_id=2, write_id=new_id())


@pytest.mark.parametrize("missing", ["score", "sort"])
def test_what_is_left_out_is_asked_for(cheat: Cheater, sandbox: Sandbox, missing: str) -> None:
    given = {name: value for name, value in GOOD.items() if name != missing}
    answer = cheat.ask("scores/add", **given, write_id=new_id())
    assert answer.status_code == 400
    assert f"needs {missing}" in answer.text
    assert Raw(cheat.relay, cheat.game_id).ask("trophies/add-achieved", trophy_id=2).status_code == 400
    assert nothing_got_in(cheat, sandbox)


def test_the_items_of_the_game_are_not_theirs(cheat: Cheater, sandbox: Sandbox) -> None:
    guest = Raw(cheat.relay, cheat.game_id)
    for endpoint, given in (
        ("set", {"data": "x"}),
        ("update", {"operation": "add", "value": "1"}),
        ("remove", {}),
    ):
        said = guest.said(f"data-store/{endpoint}", key="k", **given, write_id=new_id())
        assert "players may not write" in said
    assert nothing_got_in(cheat, sandbox)


def test_what_nobody_can_prevent(cheat: Cheater, sandbox: Sandbox) -> None:
    """A score that could have been played; that is what ``docs/relay.md`` says, too."""
    assert cheat.said("scores/add", score="1000 points", sort=MOST, write_id=new_id()) == "yes"
