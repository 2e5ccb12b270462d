"""Orders are checked here, before anything is sent: every rule of the documentation, by field. Frame thread."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from pygame_gameservices.services.trading.contracts import minutes_of
from pygame_gameservices.services.trading.errors import InvalidOrder, InvalidOrders
from pygame_gameservices.services.trading.models import NewOrder, Number

logger = logging.getLogger("pygame_gameservices")

REQUIRED = ("side", "price", "volume", "date", "start_time", "end_time", "duration")
OPTIONAL = ("tz_offset_hours", "state", "options")
LARGEST_BULK = 100
LONGEST_SUFFIX = 50
LARGEST_NUMBER = 10**12
"""Prices and volumes stay below: more is a mistake, and not every reader of JSON would take it."""
MARKET_ZONE = "Europe/Zurich"
OFFSETS = (0, 1, 2)
"""The zones that orders may be written in, in hours ahead of UTC."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What orders are measured by.

    Attributes:
        now: what time it is, aware.
        strict: refuse a duration that is not the length of the window; otherwise only warn.
        min_price: refuse prices below; None takes any.
    """

    now: datetime
    strict: bool = True
    min_price: float | None = None


def check_order(order: NewOrder | Mapping[str, Any], rules: Rules, index: int | None = None) -> NewOrder:
    """Return the order, complete and known to be right. What was passed is not changed.

    Raises:
        InvalidOrder: it is not; the text says what to pass instead.
    """
    try:
        return _checked(_as_order(order), rules)
    except InvalidOrder as problem:
        raise InvalidOrder(problem.field, problem.problem, index) from None


def check_bulk(orders: object, rules: Rules, *, most: int | None = LARGEST_BULK) -> tuple[NewOrder, ...]:
    """Return all orders of a bulk, known to be right. `most` is how many there may be; None for any number.

    Raises:
        InvalidOrders: some are not; it names all of them, by index from 0.
        InvalidOrder: there are none, or too many.
    """
    if isinstance(orders, (str, bytes, Mapping)) or not isinstance(orders, Iterable):
        raise InvalidOrder("orders", "a bulk is a list; pass a list of orders")
    listed = list(orders)
    if not listed or (most is not None and len(listed) > most):
        many = "; orders.create_many takes any number" if most is not None else ""
        raise InvalidOrder(
            "orders", f"a bulk of {len(listed)} orders; pass from 1 to {most or 'as many as you like'}{many}"
        )
    checked: list[NewOrder] = []
    problems: list[InvalidOrder] = []
    for index, order in enumerate(listed):
        try:
            checked.append(check_order(order, rules, index))
        except InvalidOrder as problem:
            problems.append(problem)
    if problems:
        raise InvalidOrders(tuple(problems))
    return tuple(checked)


def wire_order(order: NewOrder) -> dict[str, Any]:
    """Return a checked order as the JSON object that is sent."""
    fields: dict[str, Any] = {name: getattr(order, name) for name in (*REQUIRED, "tz_offset_hours", "state")}
    if order.trader_suffixe:
        fields["options"] = {"trader_suffixe": order.trader_suffixe}
    return fields


def order_at(
    side: str, price: Number, volume: Number, start: datetime, duration: str = "15m", *, state: str = "displayed"
) -> NewOrder:
    """Make an order for delivery from `start` on, whatever zone `start` is written in. Any thread.

    It is written in Swiss time, or in the next zone that orders have where it would reach midnight in Swiss time: no
    order may.

    Raises:
        InvalidOrder: `start` has no time zone or is too far off, or `duration` is none.
    """
    if not isinstance(start, datetime) or start.utcoffset() is None:
        raise InvalidOrder("start", "start has no time zone; pass an aware datetime")
    minutes = minutes_of(duration)
    if minutes is None:
        raise InvalidOrder("duration", f"duration is {duration!r}; pass one like '15m', '30m' or '1h'")
    try:
        moment = start.astimezone(UTC)
        for offset in (swiss_offset(moment), *OFFSETS):
            begin = moment + timedelta(hours=offset)
            end = begin + timedelta(minutes=minutes)
            if end.date() == begin.date():
                break
    except OverflowError:
        raise InvalidOrder("start", f"start is {start}; pass a moment that orders are made for") from None
    return NewOrder(
        side=side,
        price=price,
        volume=volume,
        date=f"{begin:%Y-%m-%d}",
        start_time=f"{begin:%H:%M}",
        end_time=f"{end:%H:%M}",
        duration=duration,
        tz_offset_hours=offset,
        state=state,
    )


def swiss_offset(moment: datetime) -> int:
    """Hours east of UTC of Swiss time: 1 in winter, 2 in summer. `moment` is aware, or naive Swiss time.

    Raises:
        InvalidOrder: this machine has no time zone data.
    """
    try:
        zone = ZoneInfo(MARKET_ZONE)
    except ZoneInfoNotFoundError:
        problem = "this machine knows no time zones; pass tz_offset_hours, or install the package tzdata"
        raise InvalidOrder("tz_offset_hours", problem) from None
    local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    offset = local.utcoffset()
    assert offset is not None
    return round(offset.total_seconds() / 3600)


def _as_order(order: NewOrder | Mapping[str, Any]) -> NewOrder:
    if isinstance(order, NewOrder):
        return order
    if not isinstance(order, Mapping):
        raise InvalidOrder("order", f"it is {type(order).__name__}; pass a NewOrder or a mapping of its fields")
    for name in REQUIRED:
        if order.get(name) is None:
            raise InvalidOrder(name, f"Missing required field {name!r}")
    unknown = sorted(set(map(str, order)) - {*REQUIRED, *OPTIONAL})
    if unknown:
        raise InvalidOrder(unknown[0], f"unknown field {unknown[0]!r}; known are {', '.join((*REQUIRED, *OPTIONAL))}")
    state = order.get("state")
    return NewOrder(
        **{name: order[name] for name in REQUIRED},
        tz_offset_hours=order.get("tz_offset_hours"),
        state="displayed" if state is None else state,
        trader_suffixe=_suffix(order.get("options")),
    )


def _checked(order: NewOrder, rules: Rules) -> NewOrder:
    if order.side not in ("buy", "sell"):
        raise InvalidOrder("side", f"side is {order.side!r}; pass 'buy' or 'sell'")
    _number("price", order.price)
    if rules.min_price is not None and order.price < rules.min_price:
        raise InvalidOrder("price", f"price is {order.price}, below your min_price of {rules.min_price}")
    _number("volume", order.volume)
    if order.volume <= 0:
        raise InvalidOrder("volume", f"volume is {order.volume}; pass more than 0")
    if order.state not in ("displayed", "hidden"):
        raise InvalidOrder("state", f"state is {order.state!r}; pass 'displayed' or 'hidden'")
    suffix = order.trader_suffixe
    if not isinstance(suffix, str) or len(suffix) > LONGEST_SUFFIX or not suffix.isprintable():
        raise InvalidOrder("options", f"trader_suffixe must be a text of at most {LONGEST_SUFFIX} printable characters")
    day = _date(order.date)
    start, end = _time("start_time", order.start_time), _time("end_time", order.end_time)
    _check_window(order, start, end, rules)
    offset = _offset(order.tz_offset_hours, datetime.combine(day, start), datetime.combine(day, end))
    _check_future(day, start, offset, rules.now)
    return msgspec.structs.replace(order, tz_offset_hours=offset)


def _number(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise InvalidOrder(name, f"{name} is {type(value).__name__} {value!r}; pass a number")
    finite = isinstance(value, int) or (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value))
    if not finite or not -LARGEST_NUMBER < value < LARGEST_NUMBER:
        raise InvalidOrder(name, f"{name} is not finite, or too large; pass a number below {LARGEST_NUMBER:,}")


def _date(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise InvalidOrder("date", f"date is {value!r}; pass a day as 'YYYY-MM-DD'")


def _time(name: str, value: object) -> time:
    if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value, re.ASCII):
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise InvalidOrder(name, f"{name} is {value!r}; pass a time of the day as 'HH:MM'")


def _check_window(order: NewOrder, start: time, end: time, rules: Rules) -> None:
    if end <= start:
        hint = ""
        if end == time():
            hint = "; a window cannot reach midnight: end it at 23:45, or write it in another tz_offset_hours"
        raise InvalidOrder("end_time", f"end_time {order.end_time} is not after start_time {order.start_time}{hint}")
    minutes = minutes_of(order.duration) if isinstance(order.duration, str) else None
    if minutes is None:
        raise InvalidOrder("duration", f"duration is {order.duration!r}; pass one like '15m', '30m', '1h' or '4h'")
    window = (end.hour - start.hour) * 60 + end.minute - start.minute
    if minutes != window:
        problem = f"duration is {order.duration} but {order.start_time} to {order.end_time} are {window} minutes"
        if rules.strict:
            raise InvalidOrder("duration", f"{problem}; make them equal")
        logger.warning("%s", problem)


def _offset(value: object, start: datetime, end: datetime) -> int:
    if value is None:
        return _swiss_window(start, end)
    if isinstance(value, bool) or not isinstance(value, int) or value not in OFFSETS:
        raise InvalidOrder("tz_offset_hours", f"tz_offset_hours is {value!r}; pass 0 (UTC), 1 (CET) or 2 (CEST)")
    return value


def _swiss_window(start: datetime, end: datetime) -> int:
    """Swiss time of a window. On the nights when clocks change, some windows would come twice, or not at all."""
    offset = swiss_offset(start)
    if not offset == swiss_offset(start.replace(fold=1)) == swiss_offset(end):
        problem = f"the clocks change that night, so {start:%H:%M} to {end:%H:%M} is not clear"
        raise InvalidOrder("tz_offset_hours", f"{problem}; pass tz_offset_hours, 1 for CET or 2 for CEST")
    return offset


def _check_future(day: date, start: time, offset: int, now: datetime) -> None:
    try:
        begins = datetime.combine(day, start, UTC) - timedelta(hours=offset)
    except OverflowError:
        raise InvalidOrder("date", f"date is {day}; pass a day in the future") from None
    if begins > now:
        return
    today = (now.astimezone(UTC) + timedelta(hours=offset)).date()
    if day < today:
        raise InvalidOrder("date", f"date {day} is past; pass a day in the future")
    raise InvalidOrder("start_time", f"start_time {start:%H:%M} (UTC+{offset}) is past; pass a time in the future")


def _suffix(options: object) -> str:
    if options is None:
        return ""
    if not isinstance(options, Mapping) or set(options) - {"trader_suffixe"}:
        raise InvalidOrder("options", "options must be a mapping such as {'trader_suffixe': 'my_bot'}")
    suffix = options.get("trader_suffixe")
    if suffix is not None and not isinstance(suffix, str):
        raise InvalidOrder("options", f"trader_suffixe is {type(suffix).__name__}; pass a text")
    return suffix or ""
