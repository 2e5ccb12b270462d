"""Forge and itch.io behind a relay that holds their keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from pygame_gameservices import Forge, ForgePlayer, Itchio, PlaytimeRecord, ServiceManager, UsageError, fake_launch
from pygame_gameservices.core.config import Config
from pygame_gameservices.sandbox import Reset, Sandbox, ServerError, TooManyRequests
from tests.conftest import settle
from tests.relay.running import RunningRelay
from tests.relay.wire import new_id

ADA = ForgePlayer(email="ada@example.com")
GAME = 1


@pytest.fixture(scope="module")
def shared(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    settings = {
        "forge": {
            "base_url": shared_sandbox.forge_url,
            "most_hours": 10.0,
            "most_records": 3,
            "titles": ["First light"],
        },
        "itchio": {"base_url": shared_sandbox.itchio_url, "games": [GAME]},
    }
    environment = {"RELAY_FORGE_KEY": shared_sandbox.forge_key, "RELAY_ITCHIO_KEY": shared_sandbox.itchio_key}
    with RunningRelay(tmp_path_factory.mktemp("others"), settings, environment) as relay:
        yield relay


@pytest.fixture
def forge(services: ServiceManager, sandbox: Sandbox, shared: RunningRelay) -> Forge:
    return services.add(Forge(relay=shared.url, player=ADA))


def played(sandbox: Sandbox) -> list[float]:
    return sorted(row["hours"] for row in sandbox.dump("forge_playtime"))


def test_records_go_through_without_a_key(services: ServiceManager, sandbox: Sandbox, forge: Forge) -> None:
    records = [PlaytimeRecord(player=ADA, hours=hours, ended=datetime.now(UTC)) for hours in (0.25, 0.5)]
    calls = [forge.playtime(1.5), forge.playtime_batch(records), forge.achievement("First light")]
    settle(services, *calls)
    assert [call.outcome for call in calls] == ["succeeded"] * 3
    assert played(sandbox) == [0.25, 0.5, 1.5]
    points = forge.points(game_name="Light Harvest")
    settle(services, points)
    assert points.succeeded


@pytest.mark.parametrize("durable", [True, False])
def test_playtime_lost_behind_the_relay_is_not_sent_again(
    services: ServiceManager, sandbox: Sandbox, forge: Forge, durable: bool
) -> None:
    sandbox.faults.add(Reset(path="/forge/player/playtime", count=1, applied=True))
    lost = forge.playtime(2.0, durable=durable)
    settle(services, lost)
    assert lost.outcome == "unknown"
    assert played(sandbox) == [2.0]


def test_what_forge_surely_did_not_take_goes_out_again(
    services: ServiceManager, sandbox: Sandbox, forge: Forge
) -> None:
    sandbox.faults.add(ServerError(path="/forge/player/*", count=1, body="service"))
    again = forge.achievement("First light")
    settle(services, again)
    assert again.succeeded
    sandbox.faults.add(Reset(path="/forge/player/achievement", count=1, applied=True))
    repeated = forge.achievement("First light", description="twice does no harm")
    settle(services, repeated)
    assert repeated.succeeded


def test_a_repeated_request_is_answered_from_the_notes(sandbox: Sandbox, shared: RunningRelay) -> None:
    record = {"user_email": "ada@example.com", "last_time_played": "2026-01-01 00:00:00", "total_hours": 1.0}
    headers = {"x-relay-write-id": new_id()}
    url = f"{shared.url}/forge/player/playtime"
    ticket = requests.post(url, json=record, headers=headers, timeout=30)
    assert ticket.status_code == 401
    headers["x-relay-ticket"] = ticket.headers["x-relay-ticket"]
    answers = [requests.post(url, json=record, headers=headers, timeout=30).json() for _ in range(3)]
    assert answers == [{"records_processed": 1}] * 3
    assert played(sandbox) == [1.0]
    other = requests.post(url, json={**record, "total_hours": 2.0}, headers=headers, timeout=30)
    assert other.status_code == 409


def test_the_day_used_up_is_what_forge_says(services: ServiceManager, sandbox: Sandbox, forge: Forge) -> None:
    sandbox.faults.add(TooManyRequests(path="/forge/player/*", count=1))
    refused = forge.playtime(1.0, durable=False)
    settle(services, refused)
    assert refused.outcome == "rejected"
    assert played(sandbox) == []


@pytest.mark.parametrize(
    ("hours", "title", "outcome"),
    [(10.0, "First light", "succeeded"), (10.01, "Another", "rejected")],
)
def test_bounds_of_records(
    services: ServiceManager, sandbox: Sandbox, forge: Forge, hours: float, title: str, outcome: str
) -> None:
    calls = [forge.playtime(hours), forge.achievement(title)]
    settle(services, *calls)
    assert [call.outcome for call in calls] == [outcome] * 2


@pytest.mark.parametrize("count", [3, 4])
def test_so_many_records_in_a_request(services: ServiceManager, sandbox: Sandbox, forge: Forge, count: int) -> None:
    record = PlaytimeRecord(player=ADA, hours=1.0, ended=datetime.now(UTC))
    call = forge.playtime_batch([record] * count)
    settle(services, call)
    assert call.outcome == ("succeeded" if count == 3 else "rejected")


def test_who_plays_and_whether_they_own_it(services: ServiceManager, sandbox: Sandbox, shared: RunningRelay) -> None:
    ada = sandbox.player("ada").id
    itch = services.add(Itchio(sandbox.itchio_tokens["ada"], relay=shared.url))
    launched = services.add(
        Itchio.launched(fake_launch(sandbox.itchio_launch_key("ada")), relay=shared.url, name="launched")
    )
    settle(services, launched.who_is_playing())
    assert launched.user is not None
    assert launched.user.id == ada
    direct = services.add(Itchio(sandbox.itchio_key, base_url=sandbox.itchio_url, name="direct"))
    asked: list[Any] = [itch.who_is_playing(), itch.owns(GAME, user_id=ada), direct.owns(GAME, user_id=ada)]
    asked += [itch.ownership(GAME)]
    settle(services, *asked)
    assert asked[0].value.username == "ada"
    assert asked[1].value is asked[2].value is asked[3].value is True
    key = direct.download_key(GAME, user_id=ada)
    settle(services, key)
    assert key.value is not None
    shown = itch.owns(GAME, download_key=key.value.key)
    settle(services, shown)
    assert shown.value is True


def test_nobody_asks_about_others_or_the_sellers_affairs(
    services: ServiceManager, sandbox: Sandbox, shared: RunningRelay
) -> None:
    itch = services.add(Itchio(sandbox.itchio_launch_key("ada"), relay=shared.url))
    stranger = services.add(Itchio(relay=shared.url, name="stranger"))
    grace = sandbox.player("grace").id
    refused = [
        itch.owns(GAME, user_id=grace),
        itch.owns(GAME, email="ada@example.com"),
        itch.owns(GAME + 1, user_id=sandbox.player("ada").id),
        itch.ownership(GAME + 1),
        itch.purchases(GAME, user_id=sandbox.player("ada").id),
        stranger.owns(GAME, user_id=grace),
    ]
    settle(services, *refused)
    assert [call.outcome for call in refused] == ["rejected"] * 6
    before = sandbox.request_count()
    for path in ("profile/games", f"games/{GAME}/purchases", f"games/{GAME}/download_keys?user_id=1&user_id=2"):
        answer = requests.get(f"{shared.url}/itchio/{path}", timeout=30)
        assert answer.status_code in (400, 401, 403, 404)
    assert sandbox.request_count() == before


def test_services_are_made_for_a_relay_from_the_configuration(tmp_path: Any) -> None:
    (tmp_path / "gameservices.toml").write_text(
        '[forge]\nrelay = "https://relay.example"\n[itchio]\nrelay = "https://relay.example"\n'
    )
    config = Config.load(tmp_path / "gameservices.toml", environment={})
    assert Forge.from_config(config).base_url == "https://relay.example/forge"
    assert Itchio.from_config(config).base_url == "https://relay.example/itchio"
    with pytest.raises(UsageError, match="holds no key"):
        Forge("a-key", relay="https://relay.example")
