"""`GameAPI` with the methods of the package ``game-api-client``: asyncio code written for it ports by its import.

::

    from pygame_gameservices.services.trading.portable import GameAPI, GameAPIError

Same names, same arguments, plain dicts back. What differs is meant: orders need ``allow_trading=True``, certificates
are always verified, nothing passed in is changed, no order is sent twice, and no order but the one meant is deleted.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Awaitable
from types import TracebackType
from typing import Any, Self

from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.errors import CallError, UsageError
from pygame_gameservices.services.dates import parse_date
from pygame_gameservices.services.trading.client import Trading
from pygame_gameservices.services.trading.models import Order
from pygame_gameservices.services.trading.offers import best_offers, latest_prices
from pygame_gameservices.services.trading.orders import order_number

_KEPT = 10_000


class GameAPIError(Exception):
    """Everything that can go wrong. ``__cause__`` is this package's own error, which tells it apart."""


class GameAPI:
    """One account on the market, for asyncio programs. Close it with `aclose`, or use ``async with``.

    Args:
        token: the personal token.
        base_url: where the API is, without ``/api/v1``.
        verify_ssl: False is answered with a warning, and certificates are verified all the same.
        timeout: seconds that one request may take.
        allow_trading: True lets orders be placed and deleted.
        ca_file: a PEM file of further authorities to trust.

    Raises:
        GameAPIError: an argument cannot be right.
    """

    def __init__(
        self,
        token: str,
        base_url: str,
        verify_ssl: bool = True,
        timeout: float = 30,
        *,
        allow_trading: bool = False,
        ca_file: str | None = None,
    ) -> None:
        if not verify_ssl:
            warnings.warn("verify_ssl=False is ignored: pass ca_file for a certificate of your own", stacklevel=2)
        try:
            self._trading = Trading(token, base_url, allow_trading=allow_trading, timeout_s=timeout, ca_file=ca_file)
        except UsageError as error:
            raise GameAPIError(str(error)) from error
        self._folder = tempfile.TemporaryDirectory(prefix="gameservices-")  # nothing of a market is kept
        self._services = ServiceManager("trading", ca_file=ca_file, folder=self._folder.name)
        self._services.add(self._trading)
        self._created: dict[str, Order] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End everything; orders under way may take up to two seconds."""
        self._services.close()
        self._folder.cleanup()

    async def test_connection(self) -> bool:
        """Whether the service answers and the token is good."""
        try:
            await self.get_status()
        except GameAPIError:
            return False
        return True

    async def get_status(self) -> dict[str, Any]:
        """Fetch how the service is."""
        return dict((await self._wait(self._trading.status())).raw)

    async def get_trades(self, direction: str | None = None, duration: str | None = None) -> list[dict[str, Any]]:
        """Fetch trades, all or those of one side or one duration."""
        return _dicts(
            await self._ask(lambda: self._trading.trades(direction=direction or None, duration=duration or None))
        )

    async def get_orders(self, direction: str | None = None) -> list[dict[str, Any]]:
        """Fetch the account's orders, all or those of one side."""
        return _dicts(await self._ask(lambda: self._trading.orders.list(direction or None)))

    async def find_order_by_id(self, order_id: str | int) -> dict[str, Any] | None:
        """Look for an order by its number, or by the name that its creation was answered with; None if it is not there.

        Raises:
            GameAPIError: the list could not be had. (The other client says None then.)
        """
        wanted = self._created.get(str(order_id), order_id)
        found = await self._ask(lambda: self._trading.orders.find(wanted))
        return None if found is None else dict(found.raw)

    async def create_order(self, order_data: dict[str, Any]) -> dict[str, Any]:
        """Place an order, or with ``{"orders": [...]}`` up to 100. `order_data` is not changed."""
        if not isinstance(order_data, dict) or not order_data:
            raise GameAPIError("order_data is empty; pass an order, or {'orders': [...]}")
        if "orders" in order_data:
            result = await self._ask(lambda: self._trading.orders.create_bulk(order_data["orders"]))
            for created in result.created:
                self._remember(created.order)
            return dict(result.raw)
        order = await self._ask(lambda: self._trading.orders.create(order_data))
        self._remember(order)
        return dict(order.raw)

    async def delete_order(self, order_id: str | int) -> dict[str, Any]:
        """Delete an order by its number, or by the name that this object's `create_order` returned."""
        if order_number(order_id) is not None:
            return dict((await self._ask(lambda: self._trading.orders.delete(order_id))).raw)
        created = self._created.get(str(order_id))
        if created is None:
            raise GameAPIError(f"{order_id} is not an order's number and was not created here; nothing was deleted")
        return dict((await self._ask(lambda: self._trading.orders.delete(created))).raw)

    async def get_market_data(
        self, direction: str | None = None, duration: str | None = None, sort_by_price: bool = False
    ) -> list[dict[str, Any]]:
        """Fetch the market's rows; sorted, the best offers of each contract and side come first."""
        rows = await self._ask(lambda: self._trading.market(direction=direction or None, duration=duration or None))
        if not sort_by_price:
            return _dicts(rows)
        grouped = best_offers(rows).values()
        return _dicts(row for offers in grouped for row in (*offers.other, *offers.buy, *offers.sell))

    async def get_market_best_offers(
        self, duration: str | None = None, top_n: int | None = None
    ) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Fetch the offers by contract and side, best first, `top_n` of each."""
        rows = await self._ask(lambda: self._trading.market(duration=duration or None))
        sides = {
            contract: {"buy": offers.buy, "sell": offers.sell, "unknown": offers.other}
            for contract, offers in best_offers(rows, top_n or None).items()
        }
        return {
            contract: {side: _dicts(found) for side, found in by_side.items() if found}
            for contract, by_side in sides.items()
        }

    async def get_market_ltp(self, market_zone: str | None = None) -> list[dict[str, Any]]:
        """Fetch the last price of each contract in each zone, or in one."""
        return _dicts(await self._ask(lambda: self._trading.market_ltp(market_zone=market_zone or None)))

    async def get_latest_available_ltp(self, duration: str | None = None) -> list[dict[str, Any]]:
        """Fetch the last price of each contract that can be had across borders."""
        return _dicts(await self._ask(lambda: self._trading.latest_ltp(duration=duration or None)))

    async def get_latest_ltp(self) -> dict[str, dict[str, Any]]:
        """Fetch the newest price of each contract, with all zones in which it was traded."""
        newest = latest_prices(await self._ask(lambda: self._trading.market_ltp()))
        return {
            contract: {
                "price": price.price,
                "volume": price.volume,
                "timestamp": price.raw.get("timestamp", ""),
                "market_zones": list(price.zones),
                "latest_zone": price.market_zone or None,
            }
            for contract, price in newest.items()
        }

    async def get_spot_data(
        self,
        area_name: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Fetch spot prices, always as a list. Dates are ``YYYY-MM-DD``."""
        days = {name: _day(name, text) for name, text in (("date_from", date_from), ("date_to", date_to)) if text}
        return _dicts(await self._ask(lambda: self._trading.spot(area_name=area_name or None, limit=limit, **days)))

    async def get_spot_status(self) -> dict[str, Any]:
        """Fetch how the spot market is."""
        return dict((await self._wait(self._trading.spot_status())).raw)

    def _remember(self, order: Order) -> None:
        self._created[str(order.order_id)] = order
        while len(self._created) > _KEPT:
            self._created.pop(next(iter(self._created)))

    async def _ask(self, make: Any) -> Any:
        try:
            call = make()
        except UsageError as error:
            raise GameAPIError(str(error)) from error
        return await self._wait(call)

    async def _wait(self, call: Awaitable[Any]) -> Any:
        try:
            return await call
        except CallError as error:
            raise GameAPIError(str(error)) from error
        finally:
            self._services.update(budget_s=1.0)  # nobody else takes the events


def _dicts(values: Any) -> list[dict[str, Any]]:
    return [dict(value.raw) for value in values]


def _day(name: str, text: str) -> Any:
    moment = parse_date(text) if len(text) == len("2026-01-01") else None
    if moment is None:
        raise GameAPIError(f"{name} is {text!r}; pass a day as 'YYYY-MM-DD'")
    return moment.date()
