"""Trading: the service object of the GAME trading API (Groupe E), an intraday market for electric power."""

from __future__ import annotations

import os
import warnings
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.config import Config, filled, sealed
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import integer, text
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.trading.board import MarketFeed
from pygame_gameservices.services.trading.contracts import minutes_of
from pygame_gameservices.services.trading.gateway import Gateway
from pygame_gameservices.services.trading.models import ApiStatus, LastPrice, MarketRow, Spot, SpotStatus, Trade
from pygame_gameservices.services.trading.offers import Offers, best_offers, latest_prices
from pygame_gameservices.services.trading.orders import Orders, checked_direction
from pygame_gameservices.services.wrong_calls import says_how_to_call


@says_how_to_call()
class Trading(Gateway):
    """One account on the market: orders, trades, offers, last prices, spot and status.

    ::

        trading = services.add(Trading(token="...", base_url="https://...", allow_trading=True))
        trading.orders.create(order_at("buy", 100, 1, start))
        trading.market()

    Every method returns a call at once and never blocks. Frame thread.

    The personal token is yours, not the players', and orders are real money: never ship it in a game. Certificates are
    always verified.

    Args:
        token: your personal token; it is exchanged for access tokens as needed.
        base_url: where your API is, without ``/api/v1``.
        allow_trading: True lets `orders.create`, `create_bulk` and `delete` work; otherwise they refuse.
        strict: refuse orders whose duration is not the length of their window; False only warns.
        min_price: refuse orders below this price; None takes any, also negative ones.
        timeout_s: seconds that one attempt may take, an exchange of tokens included.
        ca_file: a PEM file of further authorities to trust, as for `ServiceManager`.
        transport: makes what carries the exchange of tokens, as for `ServiceManager`; the network by default.
        name: as it appears in events and errors.
        allow_http: accept a `base_url` with plain http to another machine.
        clock: seconds, monotonic; for tests.
        now: returns the time, aware; for tests.

    Raises:
        UsageError: an argument cannot be right.
    """

    @classmethod
    def from_config(cls, config: Config | str | os.PathLike[str] | None = None, **options: Any) -> Self:
        """Make one from ``token``, ``base_url``, ``allow_trading`` and ``ca_file`` in ``[trading]`` of
        ``gameservices.toml``, or from ``GAME_API_TOKEN``, ``GAME_API_URL``, ``GAME_API_ALLOW_TRADING`` and
        ``GAME_API_CA_FILE``; or for the sandbox that `Config.sandbox` names.

        Certificates are verified whatever ``verify_ssl`` and ``GAME_API_VERIFY_SSL`` say: false is answered with a
        warning. A service with a certificate of its own is trusted by ``ca_file``.

        Args:
            config: what to go by, or the path of the file; None is `Config.load()`.
            options: further arguments of this class; they go before what the file says.

        Raises:
            ConfigurationError: the token or the address is missing, or a value cannot be right.
        """
        options = sealed(options, "token")
        section = Config.of(config).section("trading")
        if not section.flag("verify_ssl", True) and not section.sandbox:
            given_ca = "name a certificate of your own with ca_file (GAME_API_CA_FILE)"
            warnings.warn(f"verify_ssl=false is ignored: a token travels to nobody unknown; {given_ca}", stacklevel=2)
        return cls(
            **filled(
                options,
                token=lambda: section.secret("token", in_sandbox="sandbox-personal-token"),
                base_url=lambda: section.address(None, in_sandbox="/trading"),
                allow_trading=lambda: section.flag("allow_trading", False),
                ca_file=lambda: section.text("ca_file", "") or None,
            )
        )

    def __repr__(self) -> str:
        return f"<Trading {self.name!r}, {'may trade' if self.allow_trading else 'reads only'}, at {self.base_url}>"

    @cached_property
    def orders(self) -> Orders:
        """Placing, listing and deleting."""
        return Orders(self)

    def status(self) -> Call[ApiStatus]:
        """Fetch how the service is, and how many requests are left (``GET /status``)."""
        return self.read("status")

    def trades(self, *, direction: str | None = None, duration: str | None = None) -> Call[tuple[Trade, ...]]:
        """Fetch trades (``GET /trades``), all or those of one side or one duration such as ``"15m"``."""
        return self.read("trades", {**checked_direction(direction), **_duration(duration)})

    def market(self, *, direction: str | None = None, duration: str | None = None) -> Call[tuple[MarketRow, ...]]:
        """Fetch the offers on the market (``GET /market``), all or those of one side or one duration."""
        return self.read("market", {**checked_direction(direction), **_duration(duration)})

    def market_ltp(self, *, market_zone: str | None = None) -> Call[tuple[LastPrice, ...]]:
        """Fetch the last traded price of each contract in each zone, or in one (``GET /market/market-ltp``)."""
        return self.read("market_ltp", {} if market_zone is None else {"market_zone": text("market_zone", market_zone)})

    def latest_ltp(self, *, duration: str | None = None) -> Call[tuple[LastPrice, ...]]:
        """Fetch the last price of each contract that can be had across borders (``GET /market/latest-ltp``)."""
        return self.read("latest_ltp", _duration(duration))

    def spot(
        self,
        *,
        area_name: str | None = None,
        date_from: date | None = None,
        date_to: date | None = None,
        limit: int | None = None,
    ) -> Call[tuple[Spot, ...]]:
        """Fetch spot prices (``GET /spot``).

        Without arguments the first edition of the API answers with one price, which comes as a tuple of one.

        Args:
            area_name: such as ``"CH-SGD"``, the service's default.
            date_from, date_to: days, both included.
            limit: how many at most; the service's default is 500.
        """
        query: dict[str, str] = {}
        if area_name is not None:
            query["area_name"] = text("area_name", area_name)
        for name, day in (("date_from", date_from), ("date_to", date_to)):
            if day is not None:
                query[name] = _day(name, day)
        if limit is not None:
            query["limit"] = integer("limit", limit, least=1)
        return self.read("spot", query)

    def spot_status(self) -> Call[SpotStatus]:
        """Fetch how the spot market is, and its active contracts (``GET /spot/status``)."""
        return self.read("spot_status")

    def best_offers(self, *, duration: str | None = None, top: int | None = None) -> Chain[dict[str, Offers]]:
        """Fetch the market, grouped by contract and side, best price first (``GET /market``).

        Args:
            duration: such as ``"15m"``.
            top: how many offers of each side; None is all.

        Raises:
            UsageError: `duration` or `top` cannot be right.
        """
        _duration(duration)
        if top is not None:
            integer("top", top, least=1)
        return Chain("best_offers", self._best_offers(duration, top))

    def latest_prices(self) -> Chain[dict[str, LastPrice]]:
        """Fetch the newest price of each contract across all zones (``GET /market/market-ltp``)."""
        return Chain("latest_prices", self._latest_prices())

    def feed(self, contract: str = "") -> MarketFeed:
        """Return what a market board shows, kept up to date by its `MarketFeed.refresh`.

        Raises:
            UsageError: `contract` is no text.
        """
        return MarketFeed(self, text("contract", contract, empty=True))

    def _best_offers(self, duration: str | None, top: int | None) -> Steps[dict[str, Offers]]:
        rows: tuple[MarketRow, ...] = yield self.market(duration=duration)
        return best_offers(rows, top)

    def _latest_prices(self) -> Steps[dict[str, LastPrice]]:
        rows: tuple[LastPrice, ...] = yield self.market_ltp()
        return latest_prices(rows)


def _duration(duration: str | None) -> dict[str, str]:
    if duration is None:
        return {}
    if not isinstance(duration, str) or minutes_of(duration) is None:
        raise UsageError(f"duration is {duration!r}; pass one like '15m', '30m' or '1h'")
    return {"duration": duration}


def _day(name: str, day: date) -> str:
    if isinstance(day, datetime) or not isinstance(day, date):
        raise UsageError(f"{name} is {type(day).__name__}; pass a date")
    return day.isoformat()
