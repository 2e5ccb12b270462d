"""In a game: launched by the itch app, who is playing, a token that ends, owned keys, the newest build, the pace."""

from __future__ import annotations

import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

import pygame_gameservices.services.itchio as package
from pygame_gameservices import (
    CredentialsExpired,
    Itchio,
    ItchioSignedIn,
    Launch,
    ProtocolError,
    RateLimited,
    ServiceManager,
    UsageError,
    download_key_from_url,
    fake_launch,
)
from pygame_gameservices.core.calls.pacing import TokenBucket
from pygame_gameservices.sandbox import Sandbox, TooManyRequests
from pygame_gameservices.services.itchio.errors import (
    InvalidChannel,
    InvalidGame,
    InvalidKey,
    KeyExpired,
    MalformedToken,
    WrongEndpoint,
)
from tests.conftest import WAIT_S, settle


def test_a_launched_game_knows_who_is_playing_in_one_call(services: ServiceManager, sandbox: Sandbox) -> None:
    itch = services.add(Itchio.launched(fake_launch(sandbox.itchio_launch_key("ada")), base_url=sandbox.itchio_url))
    before = sandbox.request_count()
    happened = settle(services, itch.who_is_playing())
    assert [event.user.username for event in happened if isinstance(event, ItchioSignedIn)] == ["ada"]
    assert itch.user is not None
    assert itch.user.id == sandbox.player("ada").id
    assert sandbox.request_count() == before + 1


def test_a_launch_token_works_in_the_legacy_dialect_too(services: ServiceManager, sandbox: Sandbox) -> None:
    itch = services.add(
        Itchio(sandbox.itchio_launch_key("grace"), base_url=sandbox.itchio_legacy_url, dialect="legacy")
    )
    assert itch.profile().result(WAIT_S).username == "grace"
    info = itch.credentials_info().result(WAIT_S)
    assert info.expires_at is not None
    assert info.scopes == ("profile:me",)


def test_expiry_in_mid_game_is_an_event_once_and_the_player_stays_known(
    services: ServiceManager, sandbox: Sandbox
) -> None:
    expires_at = datetime.now(UTC) + timedelta(hours=4)
    environment = fake_launch(sandbox.itchio_launch_key("ada"), expires_at=expires_at)
    itch = services.add(Itchio.launched(environment, base_url=sandbox.itchio_url))
    settle(services, itch.who_is_playing())
    sandbox.advance(5 * 3600)
    calls = [itch.profile(), itch.profile()]
    happened = settle(services, *calls)
    assert all(isinstance(call.error, KeyExpired) for call in calls)
    assert [event for event in happened if isinstance(event, CredentialsExpired)] == [
        CredentialsExpired(itch.user, expires_at.replace(microsecond=0))
    ]
    assert itch.user is not None
    assert itch.user.username == "ada"


def test_the_end_of_a_token_is_learned_from_credentials_info(services: ServiceManager, sandbox: Sandbox) -> None:
    itch = services.add(Itchio(sandbox.itchio_launch_key("ada"), base_url=sandbox.itchio_url))
    settle(services, itch.credentials_info())
    assert itch.expires_at is not None
    sandbox.advance(5 * 3600)
    call = itch.profile()
    assert any(isinstance(event, CredentialsExpired) for event in settle(services, call))


def test_a_wrong_token_before_its_time_is_wrong_and_not_expired(services: ServiceManager, sandbox: Sandbox) -> None:
    head, body, signature = sandbox.itchio_launch_key("ada").split(".")
    forged = f"{head}.{body}.{signature[::-1]}"
    environment = fake_launch(forged, expires_at=datetime.now(UTC) + timedelta(hours=4))
    itch = services.add(Itchio.launched(environment, base_url=sandbox.itchio_url))
    call = itch.who_is_playing()
    happened = settle(services, call)
    assert type(call.error) is InvalidKey
    assert not any(isinstance(event, CredentialsExpired) for event in happened)


@pytest.mark.parametrize("token", ["a.b.c", "e30.e30.e30"])
def test_a_malformed_token_is_told_as_such(token: str, services: ServiceManager, sandbox: Sandbox) -> None:
    itch = services.add(Itchio(token, base_url=sandbox.itchio_url))
    with pytest.raises(MalformedToken):
        itch.profile().result(WAIT_S)


def test_launch_reads_every_variable() -> None:
    launch = Launch.read(
        {
            "ITCHIO_APP": "1",
            "ITCHIO_API_KEY": "a.b.c",
            "ITCHIO_API_KEY_EXPIRES_AT": "2016-07-20 15:56:04",
            "ITCHIO_SANDBOX": "1",
        }
    )
    assert (launch.by_app, launch.offline, launch.sandboxed) == (True, False, True)
    assert launch.expires_at == datetime(2016, 7, 20, 15, 56, 4, tzinfo=UTC)
    assert launch.api_key is not None
    assert "a.b.c" not in repr(launch)


@pytest.mark.parametrize("name", ["ITCHIO_APP", "ITCHIO_API_KEY", "ITCHIO_OFFLINE_MODE", "ITCHIO_SANDBOX"])
def test_any_of_four_variables_tells_of_the_app(name: str) -> None:
    assert Launch.read({name: "1"}).by_app


def test_without_the_app_there_is_no_key_and_nothing_breaks(services: ServiceManager) -> None:
    itch = services.add(Itchio.launched({}))
    assert itch.launch == Launch()
    assert not itch.has_key
    call = itch.who_is_playing()
    settle(services, call)
    assert call.error is not None


def test_offline_mode() -> None:
    assert fake_launch(offline=True) == {"ITCHIO_APP": "1", "ITCHIO_OFFLINE_MODE": "1"}
    launch = Launch.read(fake_launch(offline=True))
    assert (launch.offline, launch.api_key, launch.by_app) == (True, None, True)
    with pytest.raises(UsageError):
        fake_launch("a.b.c", offline=True)
    with pytest.raises(UsageError):
        fake_launch("a.b.c", expires_at=datetime(2030, 1, 1))


def test_a_fake_launch_reads_back() -> None:
    moment = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    launch = Launch.read(fake_launch("a.b.c", expires_at=moment, sandboxed=True))
    assert (launch.expires_at, launch.sandboxed, launch.by_app) == (moment, True, True)


def test_in_a_browser_the_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    env = SimpleNamespace(ITCHIO_API_KEY="a.b.c", ITCHIO_APP="1")
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "js", SimpleNamespace(Itch=SimpleNamespace(env=env)))
    assert Launch.read({}).api_key is not None
    monkeypatch.setitem(sys.modules, "js", SimpleNamespace())
    assert Launch.read({}) == Launch()


def test_the_sample_manifest_asks_for_nothing_that_is_not_allowed() -> None:
    manifest = tomllib.loads((Path(package.__file__).parent / "sample.itch.toml").read_text(encoding="utf-8"))
    known = {"name", "path", "platform", "args", "scope", "sandbox", "console", "locales"}
    for action in manifest["actions"]:
        assert set(action) <= known
        assert {"name", "path"} <= set(action)
        assert action.get("scope", "profile:me") == "profile:me"
        assert action.get("platform", "linux") in ("windows", "osx", "linux", "unknown")


def test_signing_in_with_a_token_and_out_again(services: ServiceManager, sandbox: Sandbox) -> None:
    itch = services.add(Itchio(base_url=sandbox.itchio_url))
    happened = settle(services, itch.sign_in(sandbox.itchio_tokens["linus"]))
    assert any(isinstance(event, ItchioSignedIn) and event.user.username == "linus" for event in happened)
    itch.sign_out()
    assert (itch.user, itch.has_key) == (None, False)
    wrong = itch.sign_in("wrong-token")
    settle(services, wrong)
    assert isinstance(wrong.error, InvalidKey)
    assert not itch.has_key


def test_owned_keys_are_read_to_an_empty_page_however_short_the_pages_are(
    services: ServiceManager, sandbox: Sandbox, player: Itchio
) -> None:
    with Sandbox.start(
        {
            "itchio": {"games": [{"id": n, "title": f"Game {n}"} for n in range(1, 8)]},
            "sandbox": {
                "itchio": {
                    "most_per_page": 3,
                    "keys": [{"game": n, "username": "ada"} for n in range(1, 8)],
                }
            },
        }
    ) as own:
        itch = services.add(Itchio(own.itchio_tokens["ada"], base_url=own.itchio_url, name="short pages"))
        keys = itch.owned_keys().result(WAIT_S)
        assert [key.game_id for key in keys] == [1, 2, 3, 4, 5, 6, 7]
        assert keys[0].game is not None
        assert keys[0].game.title == "Game 1"
        asked = [entry["params"]["page"] for entry in own.journal() if entry["endpoint"] == "profile/owned-keys"]
        assert asked == ["1", "2", "3", "4"]
        (only,) = itch.owned_keys(game_id=4).result(WAIT_S)
        assert only.game_id == 4


def test_owned_keys_run_along_with_the_frames_and_can_be_cancelled(services: ServiceManager, player: Itchio) -> None:
    pending = player.owned_keys(per_page=1)
    seen: list[int] = []
    pending.then(lambda chain: seen.append(len(chain.value or ())))
    settle(services, pending)
    assert seen == [2]
    other = player.owned_keys()
    other.cancel()  # type: ignore[attr-defined]
    assert other.done
    assert not other.succeeded


def test_ownership_by_the_players_own_token(player: Itchio) -> None:
    assert player.ownership(1).result(WAIT_S) is True
    assert player.ownership(3).result(WAIT_S) is False
    with pytest.raises(InvalidGame):
        player.ownership(99).result(WAIT_S)


def test_buying_makes_an_owner(services: ServiceManager, sandbox: Sandbox, itch: Itchio) -> None:
    import requests

    assert itch.owns(1, user_id=1004).result(WAIT_S) is False
    form = {"username": "hedy", "token": sandbox.player("hedy").token, "game_id": "1"}
    assert requests.post(f"{sandbox.itchio_url}/site/buy", data=form, timeout=20).status_code == 200
    assert itch.owns(1, user_id=1004).result(WAIT_S) is True


def test_owns_raises_for_everything_that_is_no_answer(services: ServiceManager, sandbox: Sandbox, itch: Itchio) -> None:
    with pytest.raises(InvalidGame):
        itch.owns(99, user_id=1001).result(WAIT_S)
    wrong = services.add(Itchio("wrong", base_url=sandbox.itchio_url, name="wrong"))
    with pytest.raises(InvalidKey):
        wrong.owns(1, user_id=1001).result(WAIT_S)
    modern_at_legacy = services.add(Itchio(sandbox.itchio_key, base_url=sandbox.itchio_legacy_url, name="mixed"))
    with pytest.raises(WrongEndpoint):
        modern_at_legacy.owns(1, user_id=1001).result(WAIT_S)
    sandbox.faults.set("html:status=200")
    with pytest.raises(ProtocolError):
        itch.owns(1, user_id=1001).result(WAIT_S)


def test_the_newest_build_by_number_and_by_target(itch: Itchio) -> None:
    assert itch.latest_build("windows", game_id=1).result(WAIT_S) == "1.2.0"
    assert itch.latest_build("linux", target="hedy/light-harvest").result(WAIT_S) == "1.2.0"
    assert itch.latest_build("osx", game_id=1).result(WAIT_S) is None
    with pytest.raises(InvalidChannel):
        itch.latest_build("amiga", game_id=1).result(WAIT_S)
    for unknown in ({"game_id": 99}, {"game_id": 3}, {"target": "hedy/nothing"}):
        with pytest.raises(InvalidGame):
            itch.latest_build("windows", **unknown).result(WAIT_S)


@pytest.mark.parametrize(
    "url",
    [
        "http://leafo.itch.io/x-moon/download/YWKse5jeAeuZ8w3a5qO2b2PId1sChw2B9b637w6z",
        "https://leafo.itch.io/x-moon/download/YWKse5jeAeuZ8w3a5qO2b2PId1sChw2B9b637w6z/?source=mail#top",
    ],
)
def test_the_download_key_in_a_buyers_address(url: str) -> None:
    assert download_key_from_url(url) == "YWKse5jeAeuZ8w3a5qO2b2PId1sChw2B9b637w6z"


@pytest.mark.parametrize("url", ["", "https://leafo.itch.io/x-moon", "https://leafo.itch.io/x-moon/download/", "abc"])
def test_an_address_without_a_download_key_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        download_key_from_url(url)


def test_the_bucket_lets_a_burst_through_and_then_a_steady_stream() -> None:
    now = [0.0]
    bucket = TokenBucket(5.0, 10, clock=lambda: now[0])
    started = []
    for _ in range(30):
        now[0] += bucket.wait_s()
        bucket.took()
        started.append(now[0])
    assert started[:10] == [0.0] * 10
    assert started[10:] == pytest.approx([0.2 * n for n in range(1, 21)])
    now[0] += 100
    assert bucket.wait_s() == 0


def test_thirty_different_calls_at_once_keep_to_the_pace(services: ServiceManager, sandbox: Sandbox) -> None:
    itch = Itchio(sandbox.itchio_key, base_url=sandbox.itchio_url)
    itch.pace = TokenBucket(50.0, 5)  # the same, ten times as fast
    services.add(itch)
    first = datetime.now(UTC)
    settle(services, *[itch.owns(1, user_id=number) for number in range(1, 31)])
    assert (datetime.now(UTC) - first).total_seconds() >= 25 / 50.0 - 0.05


def test_too_many_requests_without_a_hint_is_tried_again(sandbox: Sandbox, itch: Itchio) -> None:
    sandbox.faults.set(TooManyRequests(count=1))
    assert itch.profile().result(WAIT_S).username == "hedy"


def test_too_many_requests_for_good_is_told(sandbox: Sandbox, itch: Itchio) -> None:
    sandbox.faults.set(TooManyRequests(retry_after=0))
    with pytest.raises(RateLimited):
        itch.profile().result(WAIT_S)


@pytest.mark.parametrize(("dialect", "at_once", "then_s"), [("modern", 10, 0.2), ("legacy", 4, 1.0)])
def test_the_legacy_host_is_asked_more_slowly(dialect: str, at_once: int, then_s: float) -> None:
    """It refuses the fifth or sixth quick request, without a word on when to come back."""
    pace = Itchio("k", dialect=dialect).pace
    for _ in range(at_once):
        assert pace.wait_s() == 0
        pace.took()
    assert pace.wait_s() == pytest.approx(then_s, abs=0.1)
