"""`GameAPI` with the methods of the package ``game-api-client``: asyncio code written for it ports by its import.

::

    from pygame_gameservices.services.trading.portable import GameAPI, GameAPIError

Same names, same arguments, plain dicts back, and the same environment variables. Where that client does what this
package refuses on purpose there is a switch, as an argument and as a variable, so that a program runs unchanged:

========================== ================= ======================================================================
variable                   argument          what for
========================== ================= ======================================================================
``GAME_API_TOKEN``         ``token``         the personal token
``GAME_API_URL``           ``base_url``      where the API is, without ``/api/v1``
``GAME_API_VERIFY_SSL``    ``verify_ssl``    ``false`` takes any certificate, with a warning
``GAME_API_CA_FILE``       ``ca_file``       a PEM file of further authorities to trust: better than the line above
``GAME_API_ALLOW_TRADING`` ``allow_trading`` ``true`` lets orders be placed and deleted
``GAME_API_STRICT``        ``strict``        ``false`` sends orders whose duration is not the length of their window
``GAME_API_MIN_PRICE``     ``min_price``     refuses orders below this price; without it any is taken, also negative
``GAME_API_LOCAL_TIME``    ``local_time``    ``true`` takes times without an offset in this machine's time zone
========================== ================= ======================================================================

What stays different: nothing passed in is changed, no order is sent twice, and no order but the one meant is deleted.
"""

from __future__ import annotations

import atexit
import math
import os
import shutil
import tempfile
import warnings
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from pygame_gameservices.core.calls.patience import duration_s
from pygame_gameservices.core.http.line import Transport
from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.core.storage.credentials import Hidden, Secret, concealed
from pygame_gameservices.errors import CallError, UsageError
from pygame_gameservices.services.dates import parse_date
from pygame_gameservices.services.trading.checks import LARGEST_BULK
from pygame_gameservices.services.trading.client import Trading
from pygame_gameservices.services.trading.errors import InvalidOrder, InvalidOrders
from pygame_gameservices.services.trading.models import Order
from pygame_gameservices.services.trading.offers import best_offers, latest_prices
from pygame_gameservices.services.trading.orders import order_number

_KEPT = 10_000
_PREFIX = "GAME_API_"
_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


class GameAPIError(Exception):
    """Everything that can go wrong. ``__cause__`` is this package's own error, which tells it apart."""


class GameAPI:
    """One account on the market, for asyncio programs. Close it with `aclose`, or use ``async with``.

    What is not passed is taken from the environment; see the table of this module.

    Args:
        token: the personal token.
        base_url: where the API is, without ``/api/v1``.
        verify_ssl: False takes any certificate, so that whoever is on the way can read the token; it warns. Verified
            by default. `ca_file` is the better way to a certificate of your own.
        timeout: seconds that one request may take.
        allow_trading: True lets orders be placed and deleted; refused by default.
        strict: False sends orders whose duration is not the length of their window; refused by default.
        min_price: refuse orders below this price; None takes any, also negative ones.
        local_time: True takes orders without ``tz_offset_hours`` in this machine's time zone, at most 0 to 2 hours
            east of UTC; they are in Swiss time by default.
        ca_file: a PEM file of further authorities to trust.
        environ: the environment; this process's by default.

    Raises:
        GameAPIError: an argument or a variable cannot be right.
    """

    def __init__(
        self,
        token: str | Secret | None = None,
        base_url: str | None = None,
        verify_ssl: bool | None = None,
        timeout: float = 30,
        *,
        allow_trading: bool | None = None,
        strict: bool | None = None,
        min_price: float | None = None,
        local_time: bool | None = None,
        ca_file: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        token = None if token is None else concealed(token)
        told = Hidden(os.environ if environ is None else environ)
        del environ
        transport: Callable[[], Transport] | None = None
        if not _flag(told, "VERIFY_SSL", verify_ssl, True):
            warnings.warn(
                "certificates are not verified (verify_ssl): anybody on the way can read the token and change orders",
                stacklevel=2,
            )
            transport = _unverified
        ca_file = ca_file or told.reveal().get(_PREFIX + "CA_FILE") or None
        self._local_time = _flag(told, "LOCAL_TIME", local_time, False)
        try:
            self._trading = Trading(
                told.reveal().get(_PREFIX + "TOKEN", "") if token is None else token,
                told.reveal().get(_PREFIX + "URL", "") if base_url is None else base_url,
                allow_trading=_flag(told, "ALLOW_TRADING", allow_trading, False),
                strict=_flag(told, "STRICT", strict, True),
                min_price=_number(told, "MIN_PRICE") if min_price is None else min_price,
                timeout_s=duration_s("timeout", timeout, positive=True),
                ca_file=ca_file,
                transport=transport,
            )
        except UsageError as error:
            raise GameAPIError(str(error)) from error
        folder = tempfile.mkdtemp(prefix="gameservices-")  # nothing of a market is kept
        self._services = ServiceManager("trading", ca_file=ca_file, folder=folder, transport=transport)
        self._services.add(self._trading)
        self._end = partial(_end, self._services, folder, os.getpid())
        atexit.register(self._end)  # no sooner where nobody closes it: the threads work in the folder until then
        self._created: dict[str, Order] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End everything; orders under way may take up to two seconds."""
        atexit.unregister(self._end)
        self._end()

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
        """Place an order, or with ``{"orders": [...]}`` many; more than 100 go in batches. `order_data` is not changed.

        An answer to several batches also holds ``unclear``, in the form of ``failed``: those of which nobody knows.
        """
        if not isinstance(order_data, dict) or not order_data:
            raise GameAPIError("order_data is empty; pass an order, or {'orders': [...]}")
        if "orders" in order_data:
            orders = order_data["orders"]
            if isinstance(orders, (list, tuple)):
                orders = [self._timed(order) for order in orders]
            many = isinstance(orders, list) and len(orders) > LARGEST_BULK
            place = self._trading.orders.create_many if many else self._trading.orders.create_bulk
            result = await self._ask(lambda: place(orders))
            for created in result.created:
                self._remember(created.order)
            return dict(result.raw)
        order = await self._ask(lambda: self._trading.orders.create(self._timed(order_data)))
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

    def _timed(self, order: Any) -> Any:
        """The order with this machine's offset where it has none and that is wanted; a copy."""
        if not self._local_time or not isinstance(order, Mapping) or order.get("tz_offset_hours") is not None:
            return order
        return {**order, "tz_offset_hours": _local_offset(order.get("date"), order.get("start_time"))}

    async def _ask(self, make: Any) -> Any:
        try:
            call = make()
        except InvalidOrder as error:
            raise GameAPIError(_worded(error)) from error
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


def _end(services: ServiceManager, folder: str, process: int) -> None:
    """Close everything, and only then delete the folder; in a forked child it is the parent's."""
    if os.getpid() == process:
        services.close()
        shutil.rmtree(folder, ignore_errors=True)


def _unverified() -> Transport:
    from pygame_gameservices.core.http.transport import HttpTransport, unverified_tls_context

    return HttpTransport(unverified_tls_context())


def _flag(environ: Hidden[Mapping[str, str]], name: str, given: bool | None, default: bool) -> bool:
    if given is not None:
        return bool(given)
    text = environ.reveal().get(_PREFIX + name, "").strip().lower()
    if text and text not in (*_YES, *_NO):
        raise GameAPIError(f"{_PREFIX}{name} is {text!r}; write true or false")
    return text in _YES if text else default


def _number(environ: Hidden[Mapping[str, str]], name: str) -> float | None:
    text = environ.reveal().get(_PREFIX + name, "").strip()
    try:
        number = float(text) if text else None
    except ValueError:
        number = math.nan
    if number is not None and not math.isfinite(number):
        raise GameAPIError(f"{_PREFIX}{name} is {text!r}; write a number, or leave it out to take any price")
    return number


def _local_offset(day: object, start: object) -> int:
    """Hours east of UTC of this machine's time zone when an order begins, 0 to 2 as the service takes them."""
    try:
        moment = datetime.fromisoformat(f"{day}T{start}").astimezone()
    except (ValueError, OverflowError, OSError):  # what is wrong with it is said when the order is checked
        moment = datetime.now().astimezone()
    offset = moment.utcoffset()
    return 0 if offset is None else min(2, max(0, round(offset.total_seconds() / 3600)))


def _worded(error: InvalidOrder) -> str:
    """What is wrong, led by the place as the other client words it: bulk orders are counted from 1 there."""
    if isinstance(error, InvalidOrders):
        return "; ".join(_worded(problem) for problem in error.problems)
    place = "Single order" if error.index is None else f"Bulk order {error.index + 1}"
    return f"{place}: {error.problem}"


def _dicts(values: Any) -> list[dict[str, Any]]:
    return [dict(value.raw) for value in values]


def _day(name: str, text: str) -> Any:
    moment = parse_date(text) if len(text) == len("2026-01-01") else None
    if moment is None:
        raise GameAPIError(f"{name} is {text!r}; pass a day as 'YYYY-MM-DD'")
    return moment.date()
