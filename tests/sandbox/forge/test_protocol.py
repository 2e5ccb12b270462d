"""Forge's protocol as the sandbox speaks it, asked with plain HTTP."""

from __future__ import annotations

import json
from base64 import b64encode
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.test_seed import facts_of
from tests.thinned import examples

PLAYTIME = {"last_time_played": "2026-01-05 12:00:00", "total_hours": 1.5, "user_email": "linus@example.com"}
ACHIEVEMENT = {"achievement_title": "First light", "unlocked": True, "user_email": "linus@example.com"}
WALLET = {"wallet_address": "0x7adc9fe7c666b84cc8726e208888812345678901", "blockchain": "base"}


@pytest.fixture
def forge(shared_sandbox: Sandbox) -> Sandbox:
    shared_sandbox.reset()
    return shared_sandbox


def ask(sandbox: Sandbox, path: str, body: Any = None, method: str = "POST", **headers: str) -> tuple[int, Any]:
    address = urlsplit(sandbox.forge_url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=20)
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    sent = {"X-API-Key": sandbox.forge_key, "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, address.path + path, raw, {name: value for name, value in sent.items() if value})
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    return response.status, json.loads(answer) if answer[:1] in b"{[" else answer


def test_single_and_batch(forge: Sandbox) -> None:
    assert ask(forge, "/player/playtime", PLAYTIME) == (200, {"records_processed": 1})
    assert ask(forge, "/player/playtime", [PLAYTIME, PLAYTIME]) == (200, {"records_processed": 2})
    assert ask(forge, "/player/achievement", ACHIEVEMENT) == (200, {"records_processed": 1})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"user_email": "nobody"}, "Invalid email address."),
        ({"user_email": None}, "Either user_email or wallet_address is required."),
        ({"wallet_address": "0x12", "blockchain": "base"}, "Invalid wallet address."),
        ({"wallet_address": WALLET["wallet_address"]}, "blockchain is required with wallet_address."),
        ({"last_time_played": "2026-01-05T12:00:00Z"}, "Invalid last_time_played."),
        ({"last_time_played": None}, "Invalid last_time_played."),
        ({"total_hours": -1}, "Invalid total_hours."),
        ({"total_hours": "1"}, "Invalid total_hours."),
        ({"total_hours": True}, "Invalid total_hours."),
    ],
)
def test_bad_playtime(forge: Sandbox, change: dict[str, Any], message: str) -> None:
    status, body = ask(forge, "/player/playtime", {**PLAYTIME, **change})
    assert status == 400
    assert body == {
        "records_processed": 0,
        "records_failed": 1,
        "errors": [{"record_id": "1", "message": message}],
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"achievement_title": ""}, "Invalid achievement title."),
        ({"unlocked": "true"}, "Invalid unlocked value."),
        ({"unlock_time": "yesterday"}, "Invalid unlock time."),
        ({"unlock_time": 1508053252}, "Invalid unlock time."),
        ({"achievement_description": 1}, "Invalid achievement description."),
        ({"achievement_title": "\ud800"}, "Invalid achievement title."),
    ],
)
def test_bad_achievement(forge: Sandbox, change: dict[str, Any], message: str) -> None:
    status, body = ask(forge, "/player/achievement", {**ACHIEVEMENT, **change})
    assert (status, body["errors"][0]["message"]) == (400, message)


def test_both_forms_of_unlock_time(forge: Sandbox) -> None:
    for text in ("1508053252", "2026-01-05 12:00:00", ""):
        assert ask(forge, "/player/achievement", {**ACHIEVEMENT, "unlock_time": text})[0] == 200


def test_partial_failure_names_the_records(forge: Sandbox) -> None:
    bad = {**ACHIEVEMENT, "user_email": "x"}
    status, body = ask(forge, "/player/achievement", [bad, ACHIEVEMENT, {**bad, "record_id": "12345"}])
    assert status == 400
    assert (body["records_processed"], body["records_failed"]) == (1, 2)
    assert [error["record_id"] for error in body["errors"]] == ["1", "12345"]


def test_keys(forge: Sandbox) -> None:
    missing = ask(forge, "/player/playtime", PLAYTIME, X_API_Key="")
    assert missing == (401, {"records_processed": 0, "errors": [{"message": "UnAuthorized"}]})
    wrong = ask(forge, "/player/playtime", PLAYTIME, X_API_Key="wrong")
    assert wrong == (403, {"records_processed": 0, "errors": [{"message": "Forbidden"}]})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b'{"total_hours": NaN}', b"[" * 50_000, b"\xff"])
def test_payloads_that_are_none(forge: Sandbox, body: bytes) -> None:
    assert ask(forge, "/player/playtime", body)[0] == 400


def test_the_archive_is_matched_when_a_player_joins(forge: Sandbox) -> None:
    ask(forge, "/player/playtime", PLAYTIME)
    ask(forge, "/player/achievement", ACHIEVEMENT)
    assert [row["user_id"] for row in forge.dump("forge_playtime")] == [None]
    assert ask(forge, "/site/quests?username=linus", method="GET")[0] == 404
    assert ask(forge, "/site/join", {"username": "linus", "token": "linus-token"})[0] == 200
    assert forge.dump("forge_playtime")[0]["user_id"] == forge.dump("forge_achievements")[0]["user_id"] is not None
    quests = {quest["id"]: quest for quest in ask(forge, "/site/quests?username=linus", method="GET")[1]["quests"]}
    assert quests["an-hour"]["done"]
    assert quests["first-light"]["done"]
    assert not quests["collector"]["done"]
    ask(forge, "/player/playtime", PLAYTIME)
    assert all(row["user_id"] for row in forge.dump("forge_playtime"))


def test_the_archive_is_matched_when_a_player_connects_a_wallet(forge: Sandbox) -> None:
    record = {key: value for key, value in PLAYTIME.items() if key != "user_email"}
    ask(forge, "/player/playtime", {**record, **WALLET})
    ask(forge, "/player/playtime", {**record, **WALLET, "blockchain": "polygon"})
    ada = {"username": "ada", "token": "ada-token"}
    shouting = {**WALLET, "wallet_address": "0x" + WALLET["wallet_address"][2:].upper()}
    assert ask(forge, "/site/wallets", {**ada, **shouting})[0] == 200
    assert [row["user_id"] is not None for row in forge.dump("forge_playtime")] == [True, False]
    grace = {"username": "grace", "token": "grace-token"}
    assert ask(forge, "/site/wallets", {**grace, **WALLET})[0] == 409
    assert ask(forge, "/site/wallets", {"username": "hedy", "token": "hedy-token", **WALLET})[0] == 409
    assert ask(forge, "/site/join", {"username": "hedy", "token": "wrong"})[0] == 403


@pytest.mark.parametrize("missing", [["wallet_address", "blockchain"], ["wallet_address"], ["blockchain"]])
def test_a_wallet_without_address_or_blockchain_is_none(forge: Sandbox, missing: list[str]) -> None:
    ask(forge, "/player/playtime", PLAYTIME)
    wallet = {"username": "ada", "token": "ada-token", **WALLET}
    for name in missing:
        wallet[name] = ""
    assert ask(forge, "/site/wallets", wallet)[0] == 400
    for name in missing:
        del wallet[name]
    assert ask(forge, "/site/wallets", wallet)[0] == 400
    assert forge.dump("forge_wallets") == []
    assert [row["user_id"] for row in forge.dump("forge_playtime")] == [None]


def test_a_quest_counts_the_records_of_its_own_game_alone() -> None:
    keys = [
        b64encode(f"sandbox:{one}:{one.lower()}-01:sandboxkey0{n}".encode()).decode()
        for n, one in ((1, "Sea"), (2, "Sky"))
    ]
    listed = [
        {"id": "default", "goal": 5},
        {"id": "sea", "goal": 5, "game_id": "sea-01"},
        {"id": "sky", "goal": 5, "game_id": "sky-01"},
        {"id": "light", "kind": "achievement", "achievement": "First light", "game_id": "sky-01"},
    ]
    record = {**PLAYTIME, "user_email": "ada@example.com"}
    with Sandbox.start({"sandbox": {"forge": {"keys": keys, "quests": listed}}}) as two:
        ask(two, "/player/playtime", {**record, "total_hours": 7}, X_API_Key=keys[1])
        ask(two, "/player/playtime", {**record, "total_hours": 2}, X_API_Key=keys[0])
        ask(two, "/player/achievement", {**ACHIEVEMENT, "user_email": "ada@example.com"}, X_API_Key=keys[0])
        quests = ask(two, "/site/quests?username=ada", method="GET")[1]["quests"]
        assert [(one["id"], one["game_id"], one["progress"]) for one in quests] == [
            ("default", "sea-01", 2),
            ("sea", "sea-01", 2),
            ("sky", "sky-01", 7),
            ("light", "sky-01", 0),
        ]
        assert [one["done"] for one in quests] == [False, False, True, False]


def test_repeated_record_ids_count_unless_the_seed_says_otherwise(forge: Sandbox) -> None:
    record = {**PLAYTIME, "record_id": "same"}
    for _ in range(2):
        ask(forge, "/player/playtime", record)
    assert len(forge.dump("forge_playtime")) == 2
    with Sandbox.start({"sandbox": {"forge": {"repeated_record_ids": "ignore"}}}) as careful:
        for _ in range(2):
            ask(careful, "/player/playtime", [record, {**record, "record_id": "other"}, record])
        assert len(careful.dump("forge_playtime")) == 2


def test_the_quota_is_of_a_day_and_a_key(forge: Sandbox) -> None:
    with Sandbox.start({"sandbox": {"forge": {"daily_requests": 1}}}) as small:
        assert ask(small, "/player/playtime", PLAYTIME)[0] == 200
        status, body = ask(small, "/player/achievement", ACHIEVEMENT)
        assert (status, body) == (429, {"records_processed": 0, "errors": [{"message": "Quota exceeded"}]})
        small.advance(86_400)
        assert ask(small, "/player/achievement", ACHIEVEMENT)[0] == 200


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PLAYTIME, *ACHIEVEMENT]), inner),
    max_leaves=8,
)


@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES, st.sampled_from(["playtime", "achievement"]))
def test_no_payload_makes_it_fail(forge: Sandbox, payload: Any, endpoint: str) -> None:
    status, body = ask(forge, f"/player/{endpoint}", payload)
    assert status in (200, 400)
    assert isinstance(body["records_processed"], int)


@pytest.mark.parametrize(
    "config",
    [
        {"keys": ["not base64"]},
        {"quests": [{"id": "q", "kind": "weeks"}]},
        {"quests": [{"id": "q", "kind": "achievement"}]},
        {"quests": [{"id": "q", "kind": "hours", "time_zone": "Mars"}]},
        {"quests": [{"id": "q", "game_id": "no-key-of-it"}]},
        {"joined": ["nobody"]},
        {"daily_request": 1},
    ],
)
def test_mistakes_in_the_seed(config: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        facts_of({"sandbox": {"forge": config}})


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("POST", "/player/playtimes", 404, "Not Found"),
        ("GET", "/", 404, "Not Found"),
        ("DELETE", "/v2/user/points", 404, "Not Found"),
        ("GET", "/player/playtime", 405, "Method Not Allowed, use POST"),
        ("PUT", "/player/achievement/", 405, "Method Not Allowed, use POST"),
        ("POST", "/v1/user/points", 405, "Method Not Allowed, use GET"),
    ],
)
def test_a_wrong_path_is_answered_in_the_apis_own_form(
    forge: Sandbox, method: str, path: str, status: int, said: str
) -> None:
    assert ask(forge, path, method=method) == (status, {"records_processed": 0, "errors": [{"message": said}]})


def test_an_array_that_is_too_long_names_the_limit(forge: Sandbox) -> None:
    status, answer = ask(forge, "/player/playtime", [PLAYTIME] * 1001)
    assert (status, answer["records_processed"]) == (400, 0)
    assert answer["errors"] == [{"message": "The array holds 1,001 records; one request takes 1,000 at most."}]
    assert ask(forge, "/player/playtime", [PLAYTIME] * 1000) == (200, {"records_processed": 1000})


def test_points_and_referrals() -> None:
    brought = [{"username": "ada", "first_level": 2, "second_level": 3}]
    with Sandbox.start({"sandbox": {"forge": {"referrals": brought}}}) as own:
        game = "game_name=Light%20Harvest"
        ada = f"{game}&email=ADA@example.com"
        ask(own, "/player/achievement", {**ACHIEVEMENT, "user_email": "ada@example.com"})
        status, answer = ask(own, f"/v1/user/points?{ada}", method="GET")
        assert (status, answer["status"]) == (200, "success")
        assert answer["records"] == {
            "action_points": 100,
            "referral_points": 130,
            "current_nft_multiplier": 1,
            "current_social_multiplier": 1,
            "bonus_points": 0,
            "total_points": 230,
        }
        status, answer = ask(own, f"/v1/user/referrals?{ada}", method="GET")
        assert answer["records"] == {
            "first_level_referrals": 2,
            "second_level_referrals": 3,
            "first_level_referral_points": 100,
            "second_level_referral_points": 30,
            "total_referral_points": 130,
        }
        wallet = "wallet_address={wallet_address}&blockchain={blockchain}".format(**WALLET)
        nobody = {"status": "failure", "records": {}, "message": "User not found."}
        for who in ("email=linus@example.com", "email=who@example.com", wallet):
            assert ask(own, f"/v1/user/points?{game}&{who}", method="GET") == (200, nobody)
        for query in (
            "email=ada@example.com",
            "game_name=Other&email=ada@example.com",
            game,
            f"{game}&blockchain=base",
        ):
            assert ask(own, f"/v1/user/points?{query}", method="GET")[0] == 400
        assert ask(own, f"/v1/user/points?{ada}", method="GET", X_API_Key="")[0] == 401
        assert ask(own, f"/v1/user/points?{ada}", method="GET", X_API_Key="wrong")[0] == 403
