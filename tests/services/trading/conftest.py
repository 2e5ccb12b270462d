"""A market of its own: no market maker, short-lived nothing, two traders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pygame_gameservices import NewOrder, ServiceManager, Trading, order_at
from pygame_gameservices.sandbox import Sandbox

CONFIG = {
    "trading": {"token": "you-personal-secret"},
    "sandbox": {
        "trading": {
            "market_maker": False,
            "accounts": [{"trader": "Rival", "token": "rival-personal-secret", "zone": "10YDE-RWENET---I"}],
        }
    },
}
RIVAL = "rival-personal-secret"


@pytest.fixture(scope="session")
def whole_market() -> Iterator[Sandbox]:
    with Sandbox.start(CONFIG) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(whole_market: Sandbox) -> Sandbox:
    """The market as if just opened."""
    whole_market.reset()
    return whole_market


@pytest.fixture
def trading(services: ServiceManager, sandbox: Sandbox) -> Trading:
    return services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True))


@pytest.fixture
def rival(services: ServiceManager, sandbox: Sandbox) -> Trading:
    return services.add(Trading(RIVAL, sandbox.trading_url, allow_trading=True, name="rival"))


def delivery(hours: float = 3.0) -> datetime:
    """The start of a quarter hour, some hours from now."""
    when = datetime.now(UTC) + timedelta(hours=hours)
    return when.replace(minute=when.minute // 15 * 15, second=0, microsecond=0)


def order(side: str = "buy", price: float = 100.0, volume: float = 1.0, state: str = "displayed") -> NewOrder:
    return order_at(side, price, volume, delivery(), state=state)
