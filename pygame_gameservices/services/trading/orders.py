"""Orders, in the API's own words (``/orders``). They are real money: sent once or not at all, and never kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.errors import CallError, OutcomeUnknown, UsageError
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.raw import Raw
from pygame_gameservices.services.trading.checks import LARGEST_BULK, check_bulk, check_order, wire_order
from pygame_gameservices.services.trading.errors import OrderNotFound, OrderNotUnique
from pygame_gameservices.services.trading.events import OrderDeleted, OrderPlaced, OrdersPlaced, OrderUnclear
from pygame_gameservices.services.trading.gateway import Gateway
from pygame_gameservices.services.trading.models import BulkCreated, BulkFailure, BulkResult, Deleted, NewOrder, Order
from pygame_gameservices.services.wrong_calls import says_how_to_call

SIDES = ("buy", "sell")
STATES = ("displayed", "hidden")
_LOOK_FOR_EACH = "ask trading.orders.look_for(order) for each of them, since any part of the bulk may stand"
_NOT_MENTIONED = "the market's answer to the bulk does not mention it"
ORDERS_AS_ONE = 10
"""So many orders of a batch count as one request for the pace."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")

_encoder = msgspec.json.Encoder(decimal_format="number")


@says_how_to_call()
class Orders:
    """Your orders on the market. Frame thread; every method returns at once.

    Placing and deleting need ``Trading(..., allow_trading=True)``. Such a call is sent at most once, whatever happens:
    never again after an error, never from a disk. When its answer is lost it ends as `OutcomeUnknown` and
    `OrderUnclear` is said; `look_for` then tells whether the order stands.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self, direction: str | None = None) -> Call[tuple[Order, ...]]:
        """Fetch your orders (``GET /orders``), all or those of one side."""
        return self._gateway.read("orders.list", checked_direction(direction))

    def create(self, order: NewOrder | Mapping[str, Any]) -> Call[Order]:
        """Place an order (``POST /orders``). `OrderPlaced` or `OrderUnclear` follows where it was sent.

        Args:
            order: a `NewOrder`, or a mapping of the API's own fields; it is not changed.

        Raises:
            InvalidOrder: it breaks a rule of the documentation; nothing was sent.
            UsageError: this service may not trade.
        """
        checked = check_order(order, self._gateway.rules)
        body = _encoder.encode(wire_order(checked)).decode()
        call: Call[Order] = self._gateway.act("orders.create", {"body": body}, lane=self._lane)
        return call.then(lambda ended: self._created(ended, checked))

    def create_bulk(self, orders: Iterable[NewOrder | Mapping[str, Any]]) -> Call[BulkResult]:
        """Place up to 100 orders at once (``POST /orders/create-bulk``).

        The market takes them one by one: some may stand while others were refused, so look at both parts of the
        `BulkResult`. Places are counted from 0. `OrdersPlaced` or `OrderUnclear` follows where it was sent; both, when
        the answer leaves some out.

        Raises:
            InvalidOrders: some break a rule; nothing was sent.
            UsageError: this service may not trade.
        """
        checked = check_bulk(orders, self._gateway.rules)
        body = _encoder.encode({"orders": [wire_order(order) for order in checked]}).decode()
        call: Call[BulkResult] = self._gateway.act("orders.create_bulk", {"body": body}, lane=self._lane)
        return call.then(lambda ended: self._created_bulk(ended, checked))

    def create_many(self, orders: Iterable[NewOrder | Mapping[str, Any]]) -> Chain[BulkResult]:
        """Place any number of orders: in batches of 100, one after the other, at most 100 orders a second.

        All are checked before the first is sent. A batch that fails as a whole ends it: the orders of later batches
        are not sent then. Each batch says its own events, as `create_bulk` does.

        Returns:
            A chain with one `BulkResult` for all, places counted from 0 over all of them. Those that were refused or
            not sent are in `failed`, those whose answer was lost in `unclear`. It ends with the error of the first
            batch when that was refused as a whole, so that nothing stands.

        Raises:
            InvalidOrders: some break a rule; nothing was sent.
            UsageError: this service may not trade.
        """
        checked = check_bulk(orders, self._gateway.rules, most=None)
        self._gateway.need_trading("orders.create_many")
        return Chain("orders.create_many", self._create_many(checked))

    def delete(self, order: int | str | Order) -> Pending[Deleted]:
        """Take an order off the market (``DELETE /orders/{number}``). `OrderDeleted` or `OrderUnclear` follows.

        Args:
            order: its number, as `list` shows it; or an `Order`. An order as its creation was answered has no number:
                it is then looked up among your orders first, and deleted only if exactly one is the same in every
                field. Digits are never taken out of a name, since they may be another order's number.

        Returns:
            A call; it ends with `OrderNotFound` or `OrderNotUnique` when nothing was deleted.

        Raises:
            UsageError: it is no number, or this service may not trade.
        """
        number = order_number(order.order_id if isinstance(order, Order) else order)
        if number is not None:
            return self._delete(number)
        if not isinstance(order, Order):
            raise UsageError(f"order is {order!r}; pass the number that orders.list() shows, or an Order")
        self._gateway.need_trading("orders.delete")
        return Chain("orders.delete", self._find_and_delete(order))

    def find(self, order: int | str | Order) -> Chain[Order | None]:
        """Look for one of your orders in the list; None when it is not there. An outage is an error, not a None.

        Args:
            order: its id, compared whole; or an `Order` as its creation was answered.

        Returns:
            A chain; it ends with `OrderNotUnique` when several orders fit.

        Raises:
            UsageError: `order` is neither an id nor an `Order`.
        """
        if isinstance(order, bool) or not isinstance(order, (int, str, Order)):
            raise UsageError(f"order is {type(order).__name__} {order!r}; pass an order's id, or an Order")
        return Chain("orders.find", self._find(order))

    def look_for(self, order: NewOrder | Mapping[str, Any]) -> Chain[tuple[Order, ...]]:
        """Find those of your orders that say the same as `order`: whether one stands whose answer was lost.

        Raises:
            InvalidOrder: `order` breaks a rule; its delivery may have begun.
        """
        rules = msgspec.structs.replace(self._gateway.rules, now=_LONG_AGO)
        wanted = order if isinstance(order, NewOrder) else check_order(order, rules)
        return Chain("orders.look_for", self._look_for(wanted))

    @property
    def _lane(self) -> str:
        return f"{self._gateway.name}/orders"

    def _delete(self, number: int) -> Call[Deleted]:
        call: Call[Deleted] = self._gateway.act("orders.delete", {"order_id": str(number)})
        return call.then(lambda ended: self._deleted(ended, number))

    def _create_many(self, orders: tuple[NewOrder, ...]) -> Steps[BulkResult]:
        created: list[BulkCreated] = []
        failed: list[BulkFailure] = []
        unclear: list[BulkFailure] = []
        ended = ""
        for start in range(0, len(orders), LARGEST_BULK):
            batch = orders[start : start + LARGEST_BULK]
            places = range(start, start + len(batch))
            if ended:
                failed += [BulkFailure(place, f"not sent: {ended}") for place in places]
                continue
            try:
                made: BulkResult = yield self.create_bulk(batch)
            except CallError as error:
                if start == 0 and not isinstance(error, OutcomeUnknown):
                    raise
                ended = f"a batch before it failed ({error.message})"
                lost = unclear if isinstance(error, OutcomeUnknown) else failed
                lost += [BulkFailure(place, error.message) for place in places]
            else:
                created += [BulkCreated(start + one.index, one.order) for one in made.created]
                failed += [BulkFailure(start + one.index, one.error) for one in made.failed]
                told = {one.index for one in made.created} | {one.index for one in made.failed}
                unclear += [BulkFailure(place, _NOT_MENTIONED) for place in places if place - start not in told]
            for _ in range(len(batch) // ORDERS_AS_ONE - 1):
                self._gateway.pace.took()
        raw = {
            "requested": len(orders),
            "created": [{"index": one.index, "result": dict(one.order.raw)} for one in created],
            "failed": [{"index": one.index, "error": one.error} for one in failed],
            "unclear": [{"index": one.index, "error": one.error} for one in unclear],
        }
        return BulkResult(
            requested=len(orders),
            created=tuple(created),
            failed=tuple(failed),
            unclear=tuple(unclear),
            raw=Raw(raw),
        )

    def _find(self, order: int | str | Order) -> Steps[Order | None]:
        listed: tuple[Order, ...] = yield self.list()
        if isinstance(order, Order) and order_number(order.order_id) is None:
            fits = [one for one in listed if same_order(order, one)]
        else:
            wanted = str(order.order_id if isinstance(order, Order) else order)
            fits = [one for one in listed if wanted in (str(one.order_id), str(one.raw.get("id", one.order_id)))]
        if len(fits) > 1:
            raise OrderNotUnique(_twins(fits), candidates=tuple(fits), service=self._gateway.name)
        return fits[0] if fits else None

    def _find_and_delete(self, order: Order) -> Steps[Deleted]:
        found: Order | None = yield self.find(order)
        number = None if found is None else order_number(found.order_id)
        if number is None:
            raise OrderNotFound(f"{order.order_id} is not among your orders", service=self._gateway.name)
        deleted: Deleted = yield self._delete(number)
        return deleted

    def _look_for(self, wanted: NewOrder) -> Steps[tuple[Order, ...]]:
        listed: tuple[Order, ...] = yield self.list()
        return tuple(order for order in listed if _fits(wanted, order))

    def _created(self, call: Call[Order], order: NewOrder) -> None:
        if call.succeeded and call.value is not None:
            self._gateway.say(OrderPlaced(call.value))
        elif call.outcome == "unknown" and call.error is not None:
            advice = "ask trading.orders.look_for(order): if it finds one, the order stands"
            self._gateway.say(OrderUnclear((order,), call.error, advice))

    def _created_bulk(self, call: Call[BulkResult], orders: tuple[NewOrder, ...]) -> None:
        if call.succeeded and call.value is not None:
            self._gateway.say(OrdersPlaced(call.value))
            told = {one.index for one in call.value.created} | {one.index for one in call.value.failed}
            untold = tuple(order for index, order in enumerate(orders) if index not in told)
            if untold:
                lost = OutcomeUnknown(_NOT_MENTIONED, operation=call.operation)
                self._gateway.say(OrderUnclear(untold, lost, _LOOK_FOR_EACH))
        elif call.outcome == "unknown" and call.error is not None:
            self._gateway.say(OrderUnclear(orders, call.error, _LOOK_FOR_EACH))

    def _deleted(self, call: Call[Deleted], number: int) -> None:
        if call.succeeded:
            self._gateway.say(OrderDeleted(number))
        elif call.outcome == "unknown" and call.error is not None:
            advice = f"ask trading.orders.find({number}): if it finds the order, it was not deleted"
            self._gateway.say(OrderUnclear((), call.error, advice))


def checked_direction(direction: str | None) -> dict[str, str]:
    """Return the query for one side, or for both. Raises `UsageError`."""
    if direction is None:
        return {}
    if direction not in SIDES:
        raise UsageError(f"direction is {direction!r}; pass 'buy' or 'sell', or leave it out")
    return {"direction": direction}


def order_number(order_id: object) -> int | None:
    """Return an order's number, if that is what its id is as a whole; never a part of it."""
    if isinstance(order_id, bool):
        raise UsageError(f"order is {order_id!r}; pass the number that orders.list() shows, or an Order")
    if isinstance(order_id, int):
        return order_id if order_id >= 0 else None
    if isinstance(order_id, str) and _NUMBER.fullmatch(order_id):  # "0012" is a name: the number 12 is another one
        return int(order_id)
    return None


_IDENTITY = ("direction", "price", "volume", "contract", "trader", "date", "start_time", "end_time", "duration")


def same_order(created: Order, listed: Order) -> bool:
    """Whether an order of a list is the one whose creation was answered: the same in all that never changes."""
    if created.created_at is None or created.created_at != listed.created_at:
        return False
    return (
        all(getattr(created, name) == getattr(listed, name) for name in _IDENTITY)
        and (
            created.tz_offset_hours == listed.tz_offset_hours
            or None in (created.tz_offset_hours, listed.tz_offset_hours)
        )
        and _same_state(created.state, listed)
    )


def _same_state(state: str, listed: Order) -> bool:
    """Whether an order may be listed so that was placed as `state`: once executed, it is neither shown nor hidden."""
    return state == listed.state or state not in STATES or listed.state not in STATES


def _twins(orders: list[Order]) -> str:
    """Orders that nothing tells apart, each with the number it is deleted by."""
    told = "; ".join(
        f"{order.order_id}: {order.direction} {order.volume:g} at {order.price:g}, {order.state}, {order.date} "
        f"{order.start_time}-{order.end_time}"
        for order in orders
    )
    return f"{len(orders)} of your orders are alike ({told}); name one by its number"


def _fits(wanted: NewOrder, order: Order) -> bool:
    return (
        order.direction == wanted.side
        and order.price == float(wanted.price)
        and order.volume == float(wanted.volume)
        and (order.date, order.start_time, order.end_time) == (wanted.date, wanted.start_time, wanted.end_time)
        and wanted.tz_offset_hours in (None, order.tz_offset_hours)
        and _same_state(wanted.state, order)
    )
