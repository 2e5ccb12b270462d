"""`gamejoltapi` 0.0.3 from PyPI against the sandbox: a client that was written against the real service.

Each of its methods is called in json, xml, keypair and dump, and what it did is read back from the database. What is
broken in the client itself, and therefore looks odd here:

* It sends ``format`` only from methods that have optional parameters. usersFetch, usersAuth, sessionsOpen,
  sessionsCheck, sessionsClose, scoresTables, trophiesAddAchieved, trophiesRemoveAchieved, friends and time therefore
  get JSON in every format, and return it as text unless the format is json.
* It reads JSON with `ast.literal_eval`: ``\\/`` stays ``\\/`` (so URLs and data with a slash come out wrong), and
  characters beyond U+FFFF come out as two surrogates.
* usersFetch and trophiesFetch join ids with a comma and fail with TypeError on a list of numbers; texts work.
* dataStoreGetKeys and the other data-store methods cannot name a user other than the constructor's.
* batch sends ``format`` from the outer call alone, writes into the list it was given, and in dump is refused by the
  service, as documented. Its sub-requests are signed over the path alone.
* Importing it turns off TLS verification for the process; see `peer`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pygame_gameservices.sandbox import Sandbox

pytest.importorskip("urllib3")
PEER = Path(__file__).with_name("peer.py")
FORMATS = ["json", "xml", "keypair", "dump"]
ALWAYS_JSON = {
    "usersFetch",
    "usersAuth",
    "sessionsOpen",
    "sessionsCheck",
    "sessionsClose",
    "scoresTables",
    "trophiesAddAchieved",
    "trophiesRemoveAchieved",
    "friends",
    "time",
}


class Peer:
    """The client in its process, with one format and ada signed in."""

    def __init__(self, process: subprocess.Popen[str], format_name: str) -> None:
        self._process = process
        self.format = format_name

    def call(self, method: str, *args: Any, token: str = "ada-token", **kwargs: Any) -> Any:
        """Call a method; returns what it returned, or raises RuntimeError with what it raised."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps([self.format, "ada", token, method, args, kwargs])
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(": ".join(answer["error"]))
        return answer["result"]

    def fields(self, method: str, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        """Call a method and return its answer as flat pairs of texts, whatever the format; dump has no keys."""
        result = self.call(method, *args, **kwargs)
        if self.format == "json":
            assert isinstance(result, dict)
            return flat(result)
        assert isinstance(result, str)
        if method in ALWAYS_JSON:
            return flat(json.loads(result)["response"])
        if self.format == "xml":
            return [(leaf.tag, leaf.text or "") for leaf in ElementTree.fromstring(result).iter() if len(leaf) == 0]
        if self.format == "keypair":
            return re.findall(r'(\w+):"((?:[^"\\]|\\.)*)"\r\n', result)
        verdict, *values = result.split("\r\n")
        success = {"SUCCESS": "true", "FAILURE": "false"}[verdict]
        return [("success", success), *(("", value) for value in values if value)]

    def values(self, method: str, key: str, *args: Any, **kwargs: Any) -> list[str]:
        """The values named `key` in the answer; in dump, all values."""
        fields = self.fields(method, *args, **kwargs)
        assert fields[0] == ("success", "true"), fields
        return [value for name, value in fields[1:] if name in (key, "")]

    def succeeds(self, method: str, *args: Any, **kwargs: Any) -> bool:
        """Whether the answer begins with success."""
        return self.fields(method, *args, **kwargs)[0] == ("success", "true")


def flat(answer: dict[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in answer.items():
        if isinstance(value, list):
            for record in value:
                pairs += flat(record)
        else:
            pairs.append((key, str(value)))
    return pairs


@pytest.fixture(scope="module")
def client_process(shared_sandbox: Sandbox) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write(
        json.dumps([shared_sandbox.gamejolt_url, shared_sandbox.game_id, shared_sandbox.private_key]) + "\n"
    )
    yield process
    process.communicate(timeout=10)
    assert process.returncode == 0


@pytest.fixture(params=FORMATS)
def peer(request: pytest.FixtureRequest, sandbox: Sandbox, client_process: subprocess.Popen[str]) -> Peer:
    return Peer(client_process, request.param)


def test_users_fetch(peer: Peer) -> None:
    assert peer.values("usersFetch", "username") == ["ada"]
    assert peer.values("usersFetch", "username", "grace") == ["grace"]
    assert peer.values("usersFetch", "username", userId="1003,1001") == ["linus", "ada"]
    assert peer.values("usersFetch", "username", userId=["1002", "1003"]) == ["grace", "linus"]
    assert not peer.succeeds("usersFetch", "nobody")
    with pytest.raises(RuntimeError, match="TypeError"):
        peer.call("usersFetch", userId=[1002, 1003])


def test_users_auth(peer: Peer) -> None:
    assert peer.fields("usersAuth") == [("success", "true")]
    message = "No user could be found matching these credentials."
    assert peer.fields("usersAuth", token="wrong") == [("success", "false"), ("message", message)]


def test_sessions_open(peer: Peer, sandbox: Sandbox) -> None:
    assert peer.succeeds("sessionsOpen")
    assert sandbox.dump("gamejolt_sessions")[0]["closed"] is None


def test_sessions_ping(peer: Peer, sandbox: Sandbox) -> None:
    assert not peer.succeeds("sessionsPing")
    peer.call("sessionsOpen")
    assert peer.succeeds("sessionsPing")
    assert peer.succeeds("sessionsPing", "idle")
    (session,) = sandbox.dump("gamejolt_sessions")
    assert (session["pings"], session["status"]) == (2, "idle")


def test_sessions_check(peer: Peer) -> None:
    assert peer.fields("sessionsCheck") == [("success", "false")]
    peer.call("sessionsOpen")
    assert peer.fields("sessionsCheck") == [("success", "true")]


def test_sessions_close(peer: Peer, sandbox: Sandbox) -> None:
    assert not peer.succeeds("sessionsClose")
    peer.call("sessionsOpen")
    assert peer.succeeds("sessionsClose")
    assert sandbox.dump("gamejolt_sessions")[0]["closed"] is not None


def test_scores_fetch(peer: Peer) -> None:
    assert peer.values("scoresFetch", "sort")[:1] == (["4,200 points"] if peer.format == "dump" else ["4200"])

    def sorts(**kwargs: Any) -> list[str]:
        values = peer.values("scoresFetch", "sort", **kwargs)
        return [value for value in values if value in {"4200", "3100", "900", "58", "64"}]

    assert sorts() == ["4200", "3100", "3100", "900"]
    assert sorts(limit=1) == ["4200"]
    assert sorts(tableId=2) == ["58", "64"]
    assert sorts(guest="Passer-by") == ["900"]
    assert sorts(thisUser=True) == ["4200"]
    assert sorts(betterThan=3100) == ["4200"]
    assert sorts(worseThan=3100) == ["900"]
    assert not peer.succeeds("scoresFetch", betterThan=1, worseThan=2)


def test_scores_tables(peer: Peer) -> None:
    assert peer.values("scoresTables", "name") == ["Main", "Fastest run"]


def test_scores_add(peer: Peer, sandbox: Sandbox) -> None:
    assert peer.fields("scoresAdd", "5 points", 5) == [("success", "true")]
    assert peer.succeeds("scoresAdd", "6 s & é+%", 6, tableId=2, guest="Guest #1", extraData="a=b")
    mine, guests = sandbox.dump("gamejolt_scores")[-2:]
    assert (mine["table_id"], mine["player_id"], mine["score"], mine["sort"]) == (1, 1001, "5 points", 5)
    assert (guests["table_id"], guests["guest"], guests["score"]) == (2, "Guest #1", "6 s & é+%")
    assert guests["extra_data"] == "a=b"


def test_scores_get_rank(peer: Peer) -> None:
    assert peer.values("scoresGetRank", "rank", 3100) == ["2"]
    assert peer.values("scoresGetRank", "rank", 64, tableId=2) == ["2"]


def test_trophies_fetch(peer: Peer) -> None:
    def titles(**kwargs: Any) -> list[str]:
        values = peer.values("trophiesFetch", "title", **kwargs)
        return [value for value in values if value in {"First light", "Lamplighter", "Untouched", "Stargazer"}]

    peer.call("trophiesAddAchieved", 6)
    assert titles() == ["First light", "Lamplighter", "Untouched", "Stargazer"]
    assert titles(achieved=True) == ["Stargazer"]
    assert titles(achieved=False) == ["First light", "Lamplighter", "Untouched"]
    assert titles(trophyId=2) == ["Lamplighter"]
    assert titles(trophyId=["3", "1"]) == ["Untouched", "First light"]


def test_trophies_add_achieved(peer: Peer, sandbox: Sandbox) -> None:
    assert peer.succeeds("trophiesAddAchieved", 1)
    assert [row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")] == [1]
    assert peer.fields("trophiesAddAchieved", 1)[1] == ("message", "The user already has this trophy.")


def test_trophies_remove_achieved(peer: Peer, sandbox: Sandbox) -> None:
    peer.call("trophiesAddAchieved", 1)
    assert peer.succeeds("trophiesRemoveAchieved", 1)
    assert sandbox.dump("gamejolt_achieved") == []
    assert peer.fields("trophiesRemoveAchieved", 1)[1] == ("message", "The user does not have this trophy.")


@pytest.mark.parametrize("of_all", [False, True])
def test_data_store_set(peer: Peer, sandbox: Sandbox, of_all: bool) -> None:
    assert peer.succeeds("dataStoreSet", "key & é", "data = 1 + 1%", of_all)
    (row,) = sandbox.dump("gamejolt_items")
    assert (row["player_id"], row["key"], row["data"]) == (0 if of_all else 1001, "key & é", "data = 1 + 1%")


@pytest.mark.parametrize("of_all", [False, True])
def test_data_store_fetch(peer: Peer, of_all: bool) -> None:
    assert not peer.succeeds("dataStoreFetch", "k", of_all)
    peer.call("dataStoreSet", "k", "some text", of_all)
    assert peer.values("dataStoreFetch", "data", "k", of_all) == ["some text"]
    assert not peer.succeeds("dataStoreFetch", "k", not of_all)


@pytest.mark.parametrize(
    ("operation", "value", "result"),
    [
        ("add", "5", "15"),
        ("subtract", "5", "5"),
        ("multiply", "5", "50"),
        ("divide", "5", "2"),
        ("append", "5", "105"),
        ("prepend", "5", "510"),
    ],
)
def test_data_store_update(peer: Peer, sandbox: Sandbox, operation: str, value: str, result: str) -> None:
    peer.call("dataStoreSet", "k", "10")
    assert peer.values("dataStoreUpdate", "data", "k", operation, value) == [result]
    assert sandbox.dump("gamejolt_items")[0]["data"] == result
    assert not peer.succeeds("dataStoreUpdate", "k", operation, value, globalData=True)


def test_data_store_remove(peer: Peer, sandbox: Sandbox) -> None:
    peer.call("dataStoreSet", "k", "d")
    assert not peer.succeeds("dataStoreRemove", "k", globalData=True)
    assert peer.succeeds("dataStoreRemove", "k")
    assert sandbox.dump("gamejolt_items") == []


def test_data_store_get_keys(peer: Peer) -> None:
    for key in ("a1", "a2", "b1"):
        peer.call("dataStoreSet", key, "d", globalData=True)
    peer.call("dataStoreSet", "mine", "d")
    assert peer.values("dataStoreGetKeys", "key", globalData=True) == ["a1", "a2", "b1"]
    assert peer.values("dataStoreGetKeys", "key", "a*", globalData=True) == ["a1", "a2"]
    assert peer.values("dataStoreGetKeys", "key") == ["mine"]


def test_friends(peer: Peer) -> None:
    assert peer.values("friends", "friend_id") == ["1002", "1003"]


def test_time(peer: Peer, sandbox: Sandbox) -> None:
    (stamp,) = peer.values("time", "timestamp")
    assert abs(int(stamp) - sandbox.now()) < 5


CALLS = [
    ["usersFetch", []],
    ["sessionsCheck", []],
    ["scoresTables", []],
    ["trophiesFetch", []],
    ["dataStoreGetKeys", ["*", True]],
    ["friends", []],
    ["time", []],
]
VERDICTS = ["true", "true", "false", "true", "true", "true", "true", "true"]


@pytest.mark.parametrize(
    ("options", "verdicts"),
    [
        ({}, VERDICTS),
        ({"parallel": True}, VERDICTS),
        ({"breakOnError": True}, ["false", "true", "false"]),
        ({"breakOnError": False}, VERDICTS),
    ],
)
def test_batch(peer: Peer, sandbox: Sandbox, options: dict[str, bool], verdicts: list[str]) -> None:
    fields = peer.fields("batch", CALLS, **options)
    if peer.format == "dump":
        assert fields == [("success", "false"), ("", "Dump format is not supported in batch calls.")]
        return
    assert [value for key, value in fields if key == "success"] == verdicts
    assert sandbox.journal()[-1]["sub_requests"] == [
        "users",
        "sessions/check",
        "scores/tables",
        "trophies",
        "data-store/get-keys",
        "friends",
        "time",
    ]


def test_batch_that_writes(peer: Peer, sandbox: Sandbox) -> None:
    calls = [["scoresAdd", [f"{n} & points", n]] for n in range(25)] + [["dataStoreSet", ["k", "50% + é"]]]
    peer.call("batch", calls)
    kept = 0 if peer.format == "dump" else 25
    assert sum(row["score"].endswith(" & points") for row in sandbox.dump("gamejolt_scores")) == kept
    assert [row["data"] for row in sandbox.dump("gamejolt_items")] == (["50% + é"] if kept else [])


def test_every_method_has_a_test() -> None:
    """The list of methods is taken from the client's own source, which is not imported."""
    source = next(Path(path, "gamejoltapi.py") for path in sys.path if Path(path, "gamejoltapi.py").exists())
    methods = re.findall(r"^    def ([a-z]\w+)\(self", source.read_text(encoding="utf-8"), re.MULTILINE)
    tests = {name.removeprefix("test_").replace("_", "") for name in globals() if name.startswith("test_")}
    assert len(methods) == 21
    assert {method.lower() for method in methods} <= tests
