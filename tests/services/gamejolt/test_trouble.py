"""Each way in which a service can fail gives the error class that says so, and no secret ever shows."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest

from pygame_gameservices import (
    CallError,
    GameJolt,
    Kind,
    Offline,
    OutcomeUnknown,
    ProtocolError,
    RateLimited,
    ResponseTooLarge,
    ServiceManager,
    ServiceUnavailable,
    Timeout,
)
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import (
    DeepJson,
    Drip,
    Fault,
    Flood,
    Garbage,
    Hang,
    HtmlPage,
    HugeJson,
    Refuse,
    Reset,
    ServerError,
    Stall,
    TooManyRequests,
    Truncate,
)
from pygame_gameservices.services.gamejolt import errors
from tests.conftest import NO_MAKER, RUNNER, WAIT_S, settle


@pytest.fixture
def hurt(sandbox: Sandbox) -> Iterator[Sandbox]:
    yield sandbox
    sandbox.faults.clear()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Garbage(), ProtocolError),
        (HtmlPage(status=200), ProtocolError),
        (HtmlPage(status=404), ProtocolError),
        (HtmlPage(status=502), ServiceUnavailable),
        (DeepJson(), ProtocolError),
        (HugeJson(megabytes=64), ResponseTooLarge),
        (Flood(gigabytes=10), ResponseTooLarge),
        (TooManyRequests(retry_after=0), RateLimited),
        (TooManyRequests(), RateLimited),
        (ServerError(status=500), ServiceUnavailable),
        (Refuse(), Offline),
        (Reset(), Offline),
        (Reset(applied=True), Offline),
        (Truncate(), Offline),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else value.__name__,
)
def test_a_read_ends_with_the_error_that_says_why(
    gj: GameJolt, hurt: Sandbox, fault: Fault, expected: type[CallError]
) -> None:
    hurt.faults.set(fault)
    with pytest.raises(expected):
        gj.time.fetch().result(60)
    hurt.faults.clear()


@pytest.mark.parametrize(
    "fault", [Hang(), Stall(seconds=30), Drip(bytes_per_s=5), Drip(bytes_per_s=5, part="headers")], ids=lambda f: f.kind
)
def test_slowness_ends_at_the_deadline(gj: GameJolt, hurt: Sandbox, fault: Fault) -> None:
    hurt.faults.set(fault)
    operation = {"arguments": {}, "timeout_s": 0.5, "deadline_s": 3.0}
    started = time.monotonic()
    with pytest.raises(Timeout):
        gj.call("scores.tables", Kind.SAFE, **operation).result(60)
    assert time.monotonic() - started < 15
    hurt.faults.clear()


def test_a_closed_port(services: ServiceManager, sandbox: Sandbox) -> None:
    with Sandbox.start(NO_MAKER) as other:
        gj = services.add(GameJolt(1, "k", base_url=other.gamejolt_url))
        other.kill()
        with pytest.raises(Offline, match="refused"):
            gj.time.fetch().result(60)


def test_wrong_key_unknown_game_wrong_token(services: ServiceManager, sandbox: Sandbox) -> None:
    url = sandbox.gamejolt_url
    with pytest.raises(errors.SignatureError):
        services.add(GameJolt(sandbox.game_id, "wrong", base_url=url, name="a")).time.fetch().result(WAIT_S)
    with pytest.raises(errors.UnknownGame):
        services.add(GameJolt(999, "any", base_url=url, name="b")).time.fetch().result(WAIT_S)
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=url))
    gj.sign_in("ada", "wrong token")
    with pytest.raises(errors.InvalidCredentials):
        gj.trophies.add_achieved(1, durable=False).result(WAIT_S)


def test_a_write_whose_answer_is_nonsense_may_have_been_applied(ada: GameJolt, hurt: Sandbox) -> None:
    ada.data_store.set("n", "1").result(WAIT_S)
    hurt.faults.set(Garbage(path="*/data-store/update/", applied=True))
    with pytest.raises(OutcomeUnknown) as caught:
        ada.data_store.update("n", "add", 1).result(WAIT_S)
    assert isinstance(caught.value.__cause__, ProtocolError)
    assert ada.data_store.fetch("n").result(WAIT_S) == "2"


def test_a_score_whose_answer_is_nonsense_is_looked_up(ada: GameJolt, hurt: Sandbox) -> None:
    hurt.faults.set(Garbage(path="*/scores/add/", applied=True))
    assert ada.scores.add("7", 7).result(WAIT_S) is True
    assert [row["sort"] for row in hurt.dump("gamejolt_scores")].count(7) == 1


def test_no_secret_shows_in_logs_or_errors(
    services: ServiceManager, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Every call under every fault that leaves text behind, with everything logged that can be."""
    caplog.set_level(logging.DEBUG)
    token, key = "t0ken&with#signs", "k3y&with#signs"
    texts: list[str] = []
    gj = services.add(GameJolt(sandbox.game_id, key, base_url=sandbox.gamejolt_url))
    for fault in (None, Garbage(), HtmlPage(status=404), Reset(), ServerError(), TooManyRequests(retry_after=0)):
        sandbox.faults.clear()
        if fault is not None:
            sandbox.faults.set(fault)
        calls = [
            gj.sign_in("ada", token),
            gj.call_as_player("trophies.add_achieved", Kind.IDEMPOTENT, {"trophy_id": "1"}, deadline_s=1.0),
            gj.call_as_player("scores.add", Kind.ADDITIVE, {"score": "5" * 5000, "sort": "5"}, deadline_s=1.0),
        ]
        for call in calls:
            with pytest.raises(CallError) as caught:
                call.result(60)
            error: BaseException | None = caught.value
            while error is not None:
                texts += [str(error), repr(error), repr(call), repr(call.operation)]
                error = error.__cause__
        texts += [repr(event) for event in services.update(1.0)]
    sandbox.faults.clear()
    texts += [repr(gj), repr(gj.player), repr(services), caplog.text]
    everything = "\n".join(texts)
    if RUNNER == "threads":
        assert "/api/game/v1_2/" in caplog.text, "the HTTP library logs addresses, or this test looks at nothing"
    for secret in ("t0ken", "k3y&", "k3y%26"):
        assert secret not in everything


def test_the_log_says_what_was_asked_for_and_what_to_do(
    gj: GameJolt, services: ServiceManager, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    gj.sign_in("ada", sandbox.player("ada").token)
    for _ in range(2):
        settle(services, gj.trophies.add_achieved(9999))
    assert caplog.text.count("Incorrect trophy ID. [TrophyNotFound; trophy_id=9999]: take a number of the game's") == 1
    stranger = GameJolt(1, "mistyped", base_url=sandbox.gamejolt_url, name="stranger")
    settle(services, services.add(stranger).time.fetch())
    assert "[SignatureError]: copy game id and private key again" in caplog.text
