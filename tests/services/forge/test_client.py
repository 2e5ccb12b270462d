"""Every field, status, rule and error of Forge's documentation, against the sandbox."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from pygame_gameservices import (
    AchievementRecord,
    DailyQuotaExceeded,
    Forge,
    ForgePlayer,
    KeyMissing,
    KeyRefused,
    PlaytimeRecord,
    ProtocolError,
    RecordsRejected,
    ServiceManager,
    UsageError,
)
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.scheduling.retry_policy import perhaps_applied
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.forge.answers import receipt
from pygame_gameservices.services.forge.errors import ForgeDown
from tests.conftest import WAIT_S, run_until, settle
from tests.services.forge.conftest import ADA

WALLET = ForgePlayer(wallet_address="0x7adc9fe7c666b84cc8726e208888812345678901", blockchain="ethereum")
NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
KEY = b64encode(b"pixel:pixel:pixel-01:0123456789ab").decode()


def rows(sandbox: Sandbox, what: str) -> list[dict[str, Any]]:
    return sandbox.dump(f"forge_{what}")


def test_playtime_single_by_email(forge: Forge, sandbox: Sandbox) -> None:
    receipt = forge.playtime(10.2, ended=NOON).result(WAIT_S)
    assert (receipt.processed, receipt.failures, receipt.complete) == (1, (), True)
    (row,) = rows(sandbox, "playtime")
    assert (row["email"], row["hours"], row["record_id"]) == ("ada@example.com", 10.2, "")
    assert datetime.fromtimestamp(row["ended"], UTC) == NOON
    assert row["user_id"] is not None


def test_playtime_single_by_wallet_and_blockchain(forge: Forge, sandbox: Sandbox) -> None:
    forge.playtime(5.5, player=WALLET).result(WAIT_S)
    (row,) = rows(sandbox, "playtime")
    assert (row["address"], row["blockchain"], row["email"]) == (WALLET.wallet_address, "ethereum", "")
    assert row["user_id"] is None  # archived


def test_email_and_wallet_are_both_sent(forge: Forge, sandbox: Sandbox) -> None:
    both = ForgePlayer(ADA.email, WALLET.wallet_address, WALLET.blockchain)
    forge.playtime(1, player=both).result(WAIT_S)
    (row,) = rows(sandbox, "playtime")
    assert row["email"]
    assert row["address"]


def test_playtime_batch(forge: Forge, sandbox: Sandbox) -> None:
    records = [PlaytimeRecord(player=player, hours=2, ended=NOON) for player in (ADA, WALLET)]
    assert forge.playtime_batch(records).result(WAIT_S).processed == 2
    assert len({row["record_id"] for row in rows(sandbox, "playtime")}) == 2
    assert sandbox.request_count() == 1


def test_achievement_single_has_every_documented_field(forge: Forge, sandbox: Sandbox) -> None:
    forge.achievement("Sample", description="Optional", unlock_time=NOON).result(WAIT_S)
    (row,) = rows(sandbox, "achievements")
    assert (row["title"], row["description"], row["unlocked"]) == ("Sample", "Optional", 1)
    assert row["unlock_time"] == str(int(NOON.timestamp()))


def test_achievement_not_unlocked_and_without_a_time(forge: Forge, sandbox: Sandbox) -> None:
    forge.achievement("Sample", unlocked=False).result(WAIT_S)
    (row,) = rows(sandbox, "achievements")
    assert (row["unlocked"], row["unlock_time"], row["description"]) == (0, "", "")


@pytest.mark.parametrize(
    ("form", "given", "sent"),
    [
        ("unix", int(NOON.timestamp()), str(int(NOON.timestamp()))),
        ("datetime", int(NOON.timestamp()), "2026-01-05 12:00:00"),
        ("unix", "2026-01-05 12:00:00", "2026-01-05 12:00:00"),
        ("datetime", "1508053252", "1508053252"),
    ],
)
def test_unlock_time_in_unix_seconds_or_as_it_is(
    services: ServiceManager, sandbox: Sandbox, form: str, given: Any, sent: str
) -> None:
    url = sandbox.forge_url
    forge = services.add(Forge(sandbox.forge_key, base_url=url, player=ADA, unlock_time_format=form))
    forge.achievement("Sample", unlock_time=given).result(WAIT_S)
    assert rows(sandbox, "achievements")[0]["unlock_time"] == sent


@pytest.mark.parametrize("given", [True, 1.5, " ", 10**15, -(10**30)])
def test_an_unlock_time_that_cannot_be_one(forge: Forge, given: Any) -> None:
    with pytest.raises(UsageError, match="unlock_time"):
        forge.achievement("x", unlock_time=given)


def test_unlock_time_as_a_date(services: ServiceManager, sandbox: Sandbox) -> None:
    forge = services.add(
        Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA, unlock_time_format="datetime")
    )
    forge.achievement("Sample", unlock_time=NOON).result(WAIT_S)
    assert rows(sandbox, "achievements")[0]["unlock_time"] == "2026-01-05 12:00:00"


def test_moments_are_sent_in_utc(forge: Forge, sandbox: Sandbox) -> None:
    forge.playtime(1, ended=NOON.astimezone(timezone(timedelta(hours=9)))).result(WAIT_S)
    assert rows(sandbox, "playtime")[0]["ended"] == NOON.timestamp()


def test_achievement_batch_maps_failures_to_records_by_their_ids(forge: Forge, sandbox: Sandbox) -> None:
    bad = ForgePlayer(wallet_address="0x12", blockchain="base")
    records = [
        AchievementRecord(player=ADA, title="One"),
        AchievementRecord(player=bad, title="Two", record_id="mine"),
        AchievementRecord(player=ADA, title="Three"),
        AchievementRecord(player=ForgePlayer(email="a@b"), title="Four"),
    ]
    receipt = forge.achievement_batch(records).result(WAIT_S)
    assert (receipt.processed, receipt.failed, receipt.complete) == (2, 2, False)
    assert [(one.index, one.message) for one in receipt.failures] == [
        (1, "Invalid wallet address."),
        (3, "Invalid email address."),
    ]
    assert receipt.failures[0].record_id == "mine"
    assert [row["title"] for row in rows(sandbox, "achievements")] == ["One", "Three"]


def test_a_single_bad_record_is_rejected(services: ServiceManager, forge: Forge) -> None:
    call = forge.playtime(1, player=ForgePlayer(email="a@b"))
    settle(services, call)
    assert isinstance(call.error, RecordsRejected)
    assert call.outcome == "rejected"
    assert (call.error.status, call.error.message) == (400, "Invalid email address.")
    assert call.error.failures[0].index == 0


def answer(status: int, body: object, ids: list[str], **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return receipt(Response(status=status, headers=headers, body=content), ids, NOON)


def test_a_failure_that_cannot_be_mapped_is_reported_as_such_and_not_guessed() -> None:
    body = {"records_processed": 10, "records_failed": 2, "errors": [{"record_id": "1", "message": "Invalid email."}]}
    got = answer(400, body, ["a", "b", "c"])
    assert got.failures == ()
    assert got.unmapped == ("1: Invalid email.",)
    assert (got.failed, got.complete) == (2, False)


def test_errors_without_a_record_id_or_missing() -> None:
    assert answer(400, {"records_processed": 1, "errors": [{"message": "Odd."}]}, ["a", "b"]).unmapped == ("Odd.",)
    got = answer(400, {"records_processed": 1, "records_failed": 1}, ["a", "b"])
    assert (got.failed, got.failures, got.complete) == (1, (), False)


@pytest.mark.parametrize("status", [404, 409, 413, 422])
def test_a_refusal_of_another_status_that_took_nothing_is_a_rejection(status: int) -> None:
    body = {"records_processed": 0, "errors": [{"message": "Payload too large"}]}
    with pytest.raises(RecordsRejected, match="Payload too large") as caught:
        answer(status, body, ["a", "b"])
    assert (caught.value.status, caught.value.reasons) == (status, ("Payload too large",))
    assert not perhaps_applied(caught.value)


@pytest.mark.parametrize("body", [b"<html>", {}, {"records_processed": 1}, {"errors": [{"message": "Odd."}]}])
def test_a_4xx_that_does_not_say_that_it_took_nothing_makes_no_sense(body: object) -> None:
    with pytest.raises(ProtocolError):
        answer(422, body, ["a", "b"])


@pytest.mark.parametrize("status", [200, 400])
def test_records_that_are_neither_taken_nor_named_have_failed(status: int) -> None:
    got = answer(status, {"records_processed": 3}, ["a", "b", "c", "d", "e"])
    assert (got.processed, got.failed, got.failures, got.complete) == (3, 2, (), False)
    named = {"records_processed": 3, "errors": [{"record_id": "b", "message": "Odd."}]}
    got = answer(status, named, ["a", "b", "c", "d", "e"])
    assert (got.failed, len(got.failures), got.complete) == (2, 1, False)


def test_as_many_taken_as_were_sent_is_complete() -> None:
    assert answer(200, {"records_processed": 2}, ["a", "b"]).complete


def test_success_without_records_processed_makes_no_sense() -> None:
    for body in ({}, [], b"", b"<html>", {"records_processed": "many"}):
        with pytest.raises(ProtocolError):
            answer(200, body, [""])


def test_401_and_403(services: ServiceManager, sandbox: Sandbox) -> None:
    relay = services.add(Forge(base_url=sandbox.forge_url, player=ADA, name="relay"))
    with pytest.raises(KeyMissing, match="UnAuthorized"):
        relay.playtime(1, durable=False).result(WAIT_S)
    stranger = services.add(Forge(KEY, base_url=sandbox.forge_url, player=ADA, name="stranger"))
    with pytest.raises(KeyRefused, match="Forbidden") as caught:
        stranger.playtime(1, durable=False).result(WAIT_S)
    assert caught.value.status == 403
    assert KEY not in str(caught.value) + repr(caught.value) + repr(vars(stranger))


def test_5xx_with_nothing_processed_surely_applied_nothing() -> None:
    body = {"records_processed": 0, "errors": [{"message": "Service Unavailable"}]}
    with pytest.raises(ForgeDown, match="Service Unavailable") as caught:
        answer(503, body, [""], **{"retry-after": "7"})
    assert caught.value.retry_after == 7
    assert not perhaps_applied(caught.value)


def test_5xx_that_does_not_say_so_may_have_applied_it() -> None:
    for body in (b"<html>", {"errors": []}, {"records_processed": 3}):
        with pytest.raises(Exception) as caught:
            answer(500, body, [""])
        assert perhaps_applied(caught.value)  # type: ignore[arg-type]


def test_429_parks_until_the_next_utc_day_of_forges_clock(tmp_path: Any) -> None:
    config = {"sandbox": {"forge": {"daily_requests": 2}}}
    clock = [0.0]
    with Sandbox.start(config) as sandbox, ServiceManager("quota", folder=tmp_path) as services:
        forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA, clock=lambda: clock[0]))
        late = datetime.fromtimestamp(sandbox.now(), UTC).replace(hour=22, minute=0, second=0, microsecond=0)
        sandbox.advance(late.timestamp() - sandbox.now())
        for _ in range(2):
            forge.playtime(1, durable=False).result(WAIT_S)
        with pytest.raises(DailyQuotaExceeded, match="Quota exceeded") as caught:
            forge.playtime(1, durable=False).result(WAIT_S)
        assert caught.value.retry_after == pytest.approx(7200, abs=60)
        assert caught.value.until is not None
        assert caught.value.until.date() == (late + timedelta(days=1)).date()
        asked = sandbox.request_count()
        with pytest.raises(DailyQuotaExceeded):
            forge.playtime(1, durable=False).result(WAIT_S)
        assert sandbox.request_count() == asked  # parked: nothing was sent
        sandbox.advance(7300)
        clock[0] += 7300
        assert forge.playtime(1, durable=False).result(WAIT_S).processed == 1


def test_a_durable_record_outlives_the_quota(tmp_path: Any) -> None:
    with Sandbox.start({"sandbox": {"forge": {"daily_requests": 1}}}) as sandbox:
        with ServiceManager("quota", folder=tmp_path) as services:
            forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
            forge.playtime(1).result(WAIT_S)
            call = forge.playtime(2)
            run_until(services, lambda: sandbox.request_count() == 2)
            run_until(services, lambda: call.durable)
            assert not call.done
        assert sandbox.tables()["forge_playtime"] == 1
        sandbox.advance(86_400)
        with ServiceManager("quota", folder=tmp_path) as services:
            services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
            run_until(services, lambda: sandbox.tables()["forge_playtime"] == 2)
        assert [row["hours"] for row in rows(sandbox, "playtime")] == [1.0, 2.0]


def test_429_with_retry_after() -> None:
    with pytest.raises(DailyQuotaExceeded) as caught:
        answer(429, {"records_processed": 0, "errors": [{"message": "Quota exceeded"}]}, [""], **{"retry-after": "60"})
    assert caught.value.retry_after == 60


def test_records_are_durable_by_default(services: ServiceManager, forge: Forge, sandbox: Sandbox) -> None:
    sandbox.faults.set("refuse")
    call = forge.playtime(1)
    run_until(services, lambda: call.durable)
    sandbox.faults.clear()
    run_until(services, lambda: call.done)
    assert call.succeeded
    assert len(rows(sandbox, "playtime")) == 1


def test_key_is_inspected_and_not_shown() -> None:
    forge = Forge("cGl4ZWw6cGl4ZWw6cGl4ZWwtMDE6Y0hxMTJFWGV1WnZQ")  # the documentation's own
    assert forge.key is not None
    assert (forge.key.partner, forge.key.game, forge.key.game_id) == ("pixel", "pixel", "pixel-01")
    assert "cHq12EXeuZvP" not in repr(forge.key) + repr(vars(forge))


@pytest.mark.parametrize(
    "text", ["pixel:pixel", "b:c:d:short", "a:b:c:0123456789abc", "a::c:0123456789ab", "a:b:c:d:0123456789ab"]
)
def test_key_of_wrong_parts(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Forge(b64encode(text.encode()).decode())
    assert text.rpartition(":")[2] not in str(caught.value)


def test_key_that_is_no_base64() -> None:
    with pytest.raises(UsageError, match="base64") as caught:
        Forge("not*base64")
    assert "not*base64" not in str(caught.value)


def test_what_a_person_sees_of_it_holds_no_secret(forge: Forge, sandbox: Sandbox) -> None:
    tracker = forge.track_playtime()
    assert repr(forge) == f"<Forge 'forge', game 'light-harvest-01', at {sandbox.forge_url}>"
    assert repr(tracker) == "<PlaytimeTracker not playing, 0 s, 0 waiting>"
    assert "no key" in repr(Forge(base_url="https://relay.example.com"))


def test_a_key_may_be_pasted_with_its_line_end(services: ServiceManager, sandbox: Sandbox) -> None:
    forge = services.add(Forge(f" {sandbox.forge_key}\n", base_url=sandbox.forge_url, player=ADA))
    forge.achievement("Sample").result(WAIT_S)


def test_key_may_only_be_left_out_for_a_relay() -> None:
    with pytest.raises(UsageError, match="relay"):
        Forge()
    assert Forge(base_url="https://relay.example.com").key is None


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf"), True, "1", None])
def test_hours_are_a_finite_number_of_at_least_0(forge: Forge, hours: Any) -> None:
    with pytest.raises(UsageError, match="hours"):
        forge.playtime(hours)


def test_more_than_a_day_in_one_session_warns(forge: Forge, caplog: pytest.LogCaptureFixture) -> None:
    forge.playtime(25).result(WAIT_S)
    assert "one session" in caplog.text


def test_naive_moments_are_refused(forge: Forge) -> None:
    with pytest.raises(UsageError, match="time zone"):
        forge.playtime(1, ended=datetime(2026, 1, 1))
    with pytest.raises(UsageError, match="time zone"):
        forge.achievement("x", unlock_time=datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("player", "match"),
    [
        ({}, "neither"),
        ({"wallet_address": "0x1"}, "belong together"),
        ({"email": "a@b.cc", "blockchain": "base"}, "belong together"),
        ({"email": "ada"}, "ada@example.com"),
        ({"email": 5}, "email is int"),
        ({"wallet_address": "0x1 2", "blockchain": "base"}, "blanks"),
    ],
)
def test_a_player_who_cannot_be_one_is_not_made(player: dict[str, Any], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        ForgePlayer(**player)


@pytest.mark.parametrize("player", ["ada@example.com", 5])
def test_a_player_is_a_forge_player(forge: Forge, player: Any) -> None:
    with pytest.raises(UsageError, match="pass a ForgePlayer"):
        forge.playtime(1, player=player)
    with pytest.raises(UsageError, match="pass a ForgePlayer"):
        forge.player = player


def test_an_undocumented_blockchain_is_sent_with_a_warning(
    forge: Forge, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    forge.playtime(1, player=ForgePlayer(wallet_address=WALLET.wallet_address, blockchain="ethxxx")).result(WAIT_S)
    assert rows(sandbox, "playtime")[0]["blockchain"] == "ethxxx"
    assert "ethxxx" in caplog.text


@pytest.mark.parametrize("title", ["", "  ", None, 3])
def test_title_is_required(forge: Forge, title: Any) -> None:
    with pytest.raises(UsageError, match="title"):
        forge.achievement(title)


def test_unlocked_is_a_truth_value(forge: Forge) -> None:
    with pytest.raises(UsageError, match="unlocked"):
        forge.achievement("x", unlocked=1)  # type: ignore[arg-type]


def test_batches_are_bounded_and_ids_are_unique(forge: Forge) -> None:
    one = AchievementRecord(player=ADA, title="x", record_id="same")
    for records in ([], [one] * 101, [one, one]):
        with pytest.raises(UsageError):
            forge.achievement_batch(records)


def test_nobody_plays(services: ServiceManager, sandbox: Sandbox) -> None:
    forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url))
    with pytest.raises(UsageError, match="nobody plays"):
        forge.playtime(1)
