"""What the maker released is carried out once its player is there, by the relay alone and exactly once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from pygame_gameservices import ServiceManager
from pygame_gameservices.sandbox import Latency, Reset, Sandbox
from pygame_gameservices.services.gamejolt.errors import RefusedByRelay
from tests.conftest import run_until, settle
from tests.relay.conftest import client
from tests.relay.running import RunningRelay, wait_until
from tests.relay.wire import Raw, new_id


@pytest.fixture(scope="module")
def strict(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    rules = {"tables": {"1": {"most": 100}}, "trophies": {"2": {"after": [1]}}}
    game = {"game_id": shared_sandbox.game_id, "base_url": shared_sandbox.gamejolt_url, **rules}
    environment = {"RELAY_GAMEJOLT_KEY": shared_sandbox.private_key}
    limits = {"player_per_minute": 0, "guest_per_minute": 0, "address_per_minute": 0}
    with RunningRelay(tmp_path_factory.mktemp("strict"), {"gamejolt": game, "limits": limits}, environment) as relay:
        yield relay


@pytest.fixture
def linus(strict: RunningRelay, sandbox: Sandbox) -> Raw:
    for table in ("notes", "people", "refusals"):
        strict.query(f"DELETE FROM {table}")
    raw = Raw(strict, sandbox.game_id, "linus", sandbox.player("linus").token)
    assert raw.said("users/auth") == "yes"
    return raw


def sorts(sandbox: Sandbox) -> Counter[int]:
    return Counter(row["sort"] for row in sandbox.dump("gamejolt_scores"))


def refused(raw: Raw, sort: int) -> str:
    """The id of a score that the rules refused."""
    named = new_id()
    assert "is more than 100" in raw.said("scores/add", score="x", sort=sort, write_id=named)
    return named


def heard(relay: RunningRelay, raw: Raw) -> None:
    """Wait until the relay has looked at what is released: a guest's is carried out when it does."""
    guest = Raw(relay, raw.game_id)
    relay.command("release", refused(guest, 999))
    wait_until(lambda: not relay.query("SELECT * FROM refusals WHERE player = '' AND released"))


def carried_out(relay: RunningRelay, named: str) -> list[str]:
    """What the log says came of a released write; it is written, and read here, after that is noted."""
    event = "a released write was carried out"
    return [line["answer"] for line in relay.log if line["event"] == event and line["id"] == named]


@pytest.mark.parametrize(
    ("endpoint", "given"),
    [
        ("users/auth", {}),
        ("sessions/open", {}),
        ("trophies", {}),
        ("data-store/set", {"key": "k", "data": "v"}),
        ("scores/add", {"score": "x", "sort": 5000}),
    ],
)
def test_any_call_of_a_signed_in_player_tells_that_the_player_is_there(
    linus: Raw, strict: RunningRelay, sandbox: Sandbox, endpoint: str, given: dict[str, str]
) -> None:
    named = refused(linus, 700)
    strict.command("release", named)
    heard(strict, linus)
    assert sorts(sandbox)[700] == 0
    linus.said(endpoint, **given, **({"write_id": new_id()} if given else {}))
    wait_until(lambda: sorts(sandbox)[700] == 1)
    wait_until(lambda: not strict.query("SELECT * FROM refusals WHERE released"))
    wait_until(lambda: carried_out(strict, named))
    assert carried_out(strict, named) == ["yes"]


def test_a_ping_is_enough_and_the_game_hears_nothing_of_it(
    linus: Raw, services: ServiceManager, strict: RunningRelay, sandbox: Sandbox
) -> None:
    gj = client(services, strict, sandbox)
    gj.sign_in("linus", sandbox.player("linus").token)
    run_until(services, lambda: gj.user is not None)
    call = gj.scores.add("701", 701)
    run_until(services, lambda: call.done)
    assert isinstance(call.error, RefusedByRelay)
    settle(services, gj.sessions.open())
    strict.command("release", call.operation.id)
    heard(strict, linus)
    settle(services, gj.sessions.ping())
    wait_until(lambda: sorts(sandbox)[701] == 1)


def test_over_a_restart_of_the_relay(linus: Raw, strict: RunningRelay, sandbox: Sandbox) -> None:
    named = refused(linus, 702)
    strict.stop()
    strict.command("release", named)
    strict.start()
    heard(strict, linus)
    assert linus.said("users/auth") == "yes"
    wait_until(lambda: sorts(sandbox)[702] == 1)


def test_it_counts_once_however_often_the_player_calls_and_the_game_sends_it(
    linus: Raw, strict: RunningRelay, sandbox: Sandbox
) -> None:
    named = refused(linus, 703)
    strict.command("release", named)
    heard(strict, linus)
    sandbox.faults.add(Latency(seconds=0.2))
    said: list[str] = []
    calls = [lambda: linus.said("trophies")] * 3
    calls += [lambda: linus.said("scores/add", score="x", sort=703, write_id=named)] * 3
    threads = [threading.Thread(target=lambda call=call: said.append(call())) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["yes"] * 6
    wait_until(lambda: not strict.query("SELECT * FROM refusals WHERE released"))
    assert sorts(sandbox)[703] == 1


def test_who_shows_a_wrong_token_is_not_the_player(linus: Raw, strict: RunningRelay, sandbox: Sandbox) -> None:
    strict.command("release", refused(linus, 704))
    heard(strict, linus)
    impostor = Raw(strict, sandbox.game_id, "linus", "wrong-token")
    for endpoint in ("users/auth", "sessions/open", "trophies", "scores/add"):
        given = {"score": "x", "sort": 1, "write_id": new_id()} if endpoint == "scores/add" else {}
        assert impostor.said(endpoint, **given) != "yes"
    assert linus.said("trophies") == "yes"
    wait_until(lambda: sorts(sandbox)[704] == 1)


def test_it_waits_while_the_service_is_away(linus: Raw, strict: RunningRelay, sandbox: Sandbox) -> None:
    strict.command("release", refused(linus, 705))
    heard(strict, linus)
    sandbox.faults.add(Reset(applied=False, path="*/scores/*"))
    assert linus.said("trophies") == "yes"
    wait_until(lambda: sandbox.request_count() > 1)
    sandbox.faults.clear()

    def there() -> bool:
        return linus.said("trophies") == "yes" and sorts(sandbox)[705] > 0

    wait_until(there)
    wait_until(lambda: not strict.query("SELECT * FROM refusals WHERE released"))
    assert sorts(sandbox)[705] == 1
