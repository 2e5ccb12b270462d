"""Batches made by hand: prepared calls, one request, each with its own outcome and in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pygame_gameservices import (
    Call,
    Cancelled,
    GameJolt,
    ScoreSubmitted,
    ServiceManager,
    TrophyUnlocked,
    UsageError,
)
from pygame_gameservices.core import manager as manager_module
from pygame_gameservices.errors import OutcomeUnknown, ProtocolError, QueueFull
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Garbage
from pygame_gameservices.services.gamejolt import errors
from pygame_gameservices.services.gamejolt.formats import FORMATS
from tests.conftest import WAIT_S, run_until, settle
from tests.services.gamejolt.waiting import until_said
from tests.thinned import examples


@pytest.mark.parametrize("format_name", FORMATS)
def test_each_call_has_its_own_typed_outcome_in_order(
    services: ServiceManager, sandbox: Sandbox, format_name: str
) -> None:
    url, key = sandbox.gamejolt_url, sandbox.private_key
    gj = services.add(GameJolt(sandbox.game_id, key, base_url=url, format=format_name, presence=False))
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user is not None)
    settle(services, gj.trophies.fetch())
    sandbox.clear_journal()
    prepare = gj.prepare
    calls: list[Call[Any]] = [
        prepare.scores.add("500", 500),
        prepare.scores.fetch(limit=1),
        prepare.trophies.add_achieved(999),
        prepare.data_store.fetch("nothing here"),
        prepare.users.fetch("grace"),
        prepare.scores.get_rank(500),
        prepare.sessions.check(),
    ]
    assert sandbox.request_count() == 0
    batch = gj.batch(calls)
    happened = settle(services, batch)
    assert [call.outcome for call in calls] == ["succeeded", "succeeded", "rejected", *["succeeded"] * 4]
    assert (calls[0].value, calls[3].value, calls[5].value, calls[6].value) == (True, None, 5, False)
    assert calls[1].value[0].sort == 4200
    assert isinstance(calls[2].error, errors.TrophyNotFound)
    assert calls[2].error.operation is calls[2].operation
    assert calls[4].value[0].username == "grace"
    assert batch.value is not None
    assert [answer.value for answer in batch.value] == [call.value for call in calls]
    assert ScoreSubmitted("500", 500, None, "") in happened
    assert [entry["endpoint"] for entry in sandbox.journal()] == ["batch"]


def test_a_trophy_is_said_when_its_batch_arrives(ada: GameJolt, services: ServiceManager) -> None:
    trophy = ada.prepare.trophies.add_achieved(2)
    for _ in range(5):
        assert not any(isinstance(event, TrophyUnlocked) for event in services.update(1.0))
    ada.batch([trophy])
    (said,) = [e for e in until_said(services, TrophyUnlocked) if isinstance(e, TrophyUnlocked)]
    assert said.trophy.title == "Lamplighter"


def test_break_on_error_stops_there(ada: GameJolt, services: ServiceManager) -> None:
    prepare = ada.prepare
    calls = [
        prepare.data_store.set("a", "1"),
        prepare.trophies.add_achieved(999),
        prepare.data_store.set("b", "2"),
    ]
    batch = ada.batch(calls, break_on_error=True)
    settle(services, batch)
    assert calls[0].value is True
    assert isinstance(calls[1].error, errors.TrophyNotFound)
    assert isinstance(calls[2].error, Cancelled)
    assert "call 2 of its batch (trophies.add_achieved) failed: Incorrect trophy ID." in str(calls[2].error)
    assert batch.value is not None
    assert (batch.value.success, batch.value.broken_by) == (False, 1)
    assert ada.data_store.get_keys().result(WAIT_S) == ("a",)


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_no_that_is_an_answer_elsewhere_breaks_a_batch_and_says_so(
    services: ServiceManager, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, format_name: str
) -> None:
    url, key = sandbox.gamejolt_url, sandbox.private_key
    gj = services.add(GameJolt(sandbox.game_id, key, base_url=url, format=format_name, presence=False))
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user is not None)
    gj.trophies.add_achieved(1).result(WAIT_S)
    for no, kind, word in (
        (gj.prepare.data_store.fetch("nothing here"), errors.ItemNotFound, "No item with that key"),
        (gj.prepare.data_store.remove("nothing here"), errors.ItemNotFound, "no item with the key"),
        (gj.prepare.sessions.check(), errors.SessionNotOpen, "no open session"),
        (gj.prepare.trophies.add_achieved(1), errors.TrophyAlreadyAchieved, "already has this trophy"),
        (gj.prepare.trophies.remove_achieved(2), errors.TrophyNotAchieved, "does not have this trophy"),
    ):
        caplog.clear()
        after = gj.prepare.time.fetch()
        batch = gj.batch([gj.prepare.time.fetch(), no, after], break_on_error=True)
        settle(services, batch)
        assert batch.value is not None
        assert (batch.value.success, batch.value.broken_by) == (False, 1)
        assert isinstance(no.error, kind), no.error
        assert word in str(no.error)
        assert word in str(after.error)
        assert [record.levelname for record in caplog.records if "a batch stopped" in record.message] == ["WARNING"]
    calm = gj.batch([gj.prepare.data_store.fetch("nothing here"), gj.prepare.sessions.check()])
    settle(services, calm)
    assert calm.value is not None
    assert (calm.value.success, calm.value.broken_by, [one.value for one in calm.value]) == (True, None, [None, False])


def test_addresses_that_were_prepared_make_a_batch(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    """As the API's own page does it: addresses are made first, and sent together."""
    prepare = ada.prepare
    calls = [
        prepare.users.fetch("grace"),
        prepare.sessions.check(),
        prepare.scores.tables(),
        prepare.trophies.fetch(trophy_id=2),
        prepare.data_store.set("k#1", "v & w", mine=True),
        prepare.data_store.fetch("k#1", mine=True),
        prepare.data_store.set("door", "1", restricted=True),
        prepare.scores.add("7 points", 7),
        prepare.friends.fetch(),
    ]
    wrapped = [ada.signed_url(call) for call in calls]
    run_until(services, lambda: ada.trophies._memory.find(1) is not None)  # what a sign-in asks for
    sandbox.clear_journal()
    batch = ada.batch([*wrapped[:4], *(address.reveal() for address in wrapped[4:]), prepare.time.fetch(), "/time/"])
    settle(services, batch)
    assert batch.value is not None
    assert [answer.error for answer in batch.value] == [None] * 11
    values = [answer.value for answer in batch.value]
    assert (values[0][0].username, values[1], len(values[2]), values[3][0].id) == ("grace", False, 2, 2)
    assert (values[4], values[5], values[6], values[7], len(values[8])) == (True, "v & w", True, True, 2)
    assert values[9].timestamp == values[10].timestamp
    assert [entry["endpoint"] for entry in sandbox.journal()] == ["batch"]
    owners = {row["key"]: (row["player_id"], row["restricted_to"]) for row in sandbox.dump("gamejolt_items")}
    me = sandbox.player("ada").id
    assert owners == {"k#1": (me, None), "door": (0, me)}
    assert "ada-token" not in repr(batch) + repr(batch.value)


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("https://elsewhere.example/trophies/?game_id=1&user_token=hidden", "is not below http://127.0.0.1"),
        ("/trophies/?game_id=2&user_token=hidden", "another game"),
        ("/batch/?game_id=1&user_token=hidden", "there is no call at '/batch/'"),
        ("nothing", "there is no call at 'nothing'"),
        ("http://[::1/trophies/?user_token=hidden", "is not below"),
        ("/trophies/?user_token=hidden%FF", "cannot be read"),
    ],
)
def test_what_is_no_address_of_this_game_is_said_without_its_token(gj: GameJolt, address: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        gj.batch([address])
    assert hint in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_parallel_answers_in_order(ada: GameJolt, services: ServiceManager) -> None:
    for n in range(30):
        ada.data_store.set(f"k{n}", str(n), durable=False)
    calls = [ada.prepare.data_store.fetch(f"k{n}") for n in range(30)]
    settle(services, ada.data_store.fetch("k29"))
    settle(services, ada.batch(calls, parallel=True))
    assert [call.value for call in calls] == [str(n) for n in range(30)]


def test_what_needs_a_player_says_so_and_the_rest_goes(gj: GameJolt, services: ServiceManager) -> None:
    calls = [gj.prepare.trophies.fetch(), gj.prepare.scores.tables()]
    settle(services, gj.batch(calls))
    assert isinstance(calls[0].error, errors.NotSignedIn)
    assert calls[1].succeeded
    calls = [gj.prepare.trophies.fetch(), gj.prepare.scores.tables()]
    settle(services, gj.batch(calls, break_on_error=True))
    assert isinstance(calls[0].error, errors.NotSignedIn)
    assert isinstance(calls[1].error, Cancelled)


def test_a_batch_whose_answer_is_lost(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    sandbox.faults.set(Garbage(path="*/batch/", applied=True))
    added, read = ada.prepare.scores.add("7", 7), ada.prepare.scores.tables()
    settle(services, ada.batch([added, read]))
    sandbox.faults.clear()
    assert (added.outcome, read.outcome) == ("unknown", "failed")
    assert isinstance(added.error, OutcomeUnknown)
    assert isinstance(read.error, ProtocolError)


@pytest.mark.parametrize(
    ("make", "hint"),
    [
        (lambda gj: gj.batch([]), "from 1 to 50"),
        (lambda gj: gj.batch([gj.prepare.time.fetch() for _ in range(51)]), "holds 51 calls"),
        (lambda gj: gj.batch([gj.time.fetch()]), "gj.prepare"),
        (lambda gj: gj.batch([gj.prepare.time.fetch()] * 2), "prepare it anew"),
        (lambda gj: gj.batch([gj.prepare.time.fetch()], parallel=True, break_on_error=True), "not both"),
        (lambda gj: gj.prepare.scores.fetch(limit=1000), "from 1 to 100"),
        (lambda gj: gj.prepare.time.fetch().result(1), "only prepared"),
        (lambda gj: gj.signed_url(gj.time.fetch()), "gj.prepare"),
        (lambda gj: gj.signed_url(gj.prepare.friends.fetch()), "nobody is signed in"),
    ],
)
def test_wrong_use_is_told_at_once(gj: GameJolt, make: Callable[[GameJolt], object], hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        make(gj)


def test_a_batch_that_was_not_taken_can_be_sent_again(
    gj: GameJolt, services: ServiceManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = gj.prepare.time.fetch()
    with monkeypatch.context() as full:
        full.setattr(manager_module, "MOST_WAITING", 0)
        with pytest.raises(QueueFull):
            gj.batch([call])
    settle(services, gj.batch([call]))
    assert call.succeeded


def test_fifty_fit(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    calls = [ada.prepare.scores.add(str(n), n) for n in range(50)]
    settle(services, ada.batch(calls))
    assert all(call.value is True for call in calls)
    assert len(sandbox.dump("gamejolt_scores")) == 56


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_signed_address_works_and_is_wrapped(services: ServiceManager, sandbox: Sandbox, format_name: str) -> None:
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url, format=format_name))
    gj.sign_in("ada", sandbox.player("ada").token)
    address = gj.signed_url(gj.prepare.data_store.set("k#1", "v & w", mine=True))
    assert "token" not in repr(address)
    assert "token" not in f"{address}"
    query = parse_qs(urlsplit(address.reveal()).query)
    assert (query["user_token"], query["key"], query["format"]) == (["ada-token"], ["k#1"], [format_name])
    with urlopen(address.reveal(), timeout=WAIT_S) as answer:  # urllib logs no addresses
        assert b"true" in answer.read() or format_name == "dump"
    assert gj.data_store.fetch("k#1", mine=True).result(WAIT_S) == "v & w"


@examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.sampled_from(["set", "get", "missing", "refused", "list"]), min_size=1, max_size=50))
def test_batches_of_mixed_success_keep_their_order(ada: GameJolt, services: ServiceManager, plan: list[str]) -> None:
    make: dict[str, Callable[[int], Call[Any]]] = {
        "set": lambda n: ada.prepare.data_store.set("k", f"value {n} & ü"),
        "get": lambda n: ada.prepare.data_store.fetch("k"),
        "missing": lambda n: ada.prepare.data_store.fetch(f"missing {n}"),
        "refused": lambda n: ada.prepare.trophies.add_achieved(900 + n),
        "list": lambda n: ada.prepare.users.fetch("grace"),
    }
    ada.data_store.remove("k", durable=False).result(WAIT_S)
    calls = [make[what](n) for n, what in enumerate(plan)]
    settle(services, ada.batch(calls))
    kept: str | None = None
    for n, (what, call) in enumerate(zip(plan, calls, strict=True)):
        if what == "set":
            kept = f"value {n} & ü"
            assert call.value is True
        elif what == "get":
            assert (call.value, call.error) == (kept, None)
        elif what == "missing":
            assert (call.value, call.error) == (None, None)
        elif what == "refused":
            assert isinstance(call.error, errors.TrophyNotFound)
        else:
            assert [user.username for user in call.value] == ["grace"]
