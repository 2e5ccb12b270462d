"""From the trading API's JSON to values, or to the error that it stands for. Worker threads."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.errors import CallError, Forbidden, NotFound, ProtocolError, RateLimited, ServiceUnavailable
from pygame_gameservices.services.dates import parse_date
from pygame_gameservices.services.http_status import excerpt, status_error
from pygame_gameservices.services.pieces import decode
from pygame_gameservices.services.raw import Raw
from pygame_gameservices.services.trading.errors import OrderNotFound, OrderRefused
from pygame_gameservices.services.trading.models import (
    ApiStatus,
    BulkCreated,
    BulkFailure,
    BulkResult,
    Deleted,
    LastPrice,
    MarketRow,
    Order,
    Spot,
    SpotStatus,
    Trade,
)

M = TypeVar("M", bound=msgspec.Struct)

_DATES = ("created_at", "updated_at", "timestamp", "execution_time", "next_update", "last_update", "reset_time")
_WORDS = ("direction", "state", "side")
_LONGEST_DETAIL = 500
_MOST_DETAILS = 100
_TIMED_OUT = 408


def value(operation_name: str, response: Response) -> Any:
    """Return the value of an operation that succeeded.

    Raises:
        CallError: the answer says no, or makes no sense.
    """
    if response.status >= 400:
        raise refusal(response, operation_name)
    try:
        content = decode(response.body)
        return _READERS[operation_name](content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError, ValueError, OverflowError) as error:
        raise ProtocolError(
            f"an answer to {operation_name} ({type(error).__name__})", excerpt(response), status=response.status
        ) from None


def refusal(response: Response, operation_name: str = "") -> CallError:
    """Return the error for an HTTP status of 400 and above. 401 is for the caller to judge.

    Every 4xx says that nothing was applied, in whatever words; but for 408, with which a server gave up on the way, and
    for a web page: it comes from something in between, and tells nothing of what became of the request.
    """
    details = tuple(detail[:_LONGEST_DETAIL] for detail in _details(response))
    said = "; ".join(details)
    by_status = status_error(response)
    if response.status == 429 or response.status >= 500:
        if said and isinstance(by_status, (RateLimited, ServiceUnavailable)):
            by_status.message = said
            by_status.args = (said,)
        return by_status or ProtocolError("a success or a reason", excerpt(response), status=response.status)
    if response.status == _TIMED_OUT or (not said and response.body.lstrip().startswith(b"<")):
        return by_status or ProtocolError("a success or a reason", excerpt(response), status=response.status)
    if not said:
        said = excerpt(response).strip()[:_LONGEST_DETAIL]
        if not said and isinstance(by_status, Forbidden):
            return by_status
        said = said or f"it gave no reason (HTTP {response.status})"
        details = (said,)
        if response.status == 404 and operation_name != "orders.delete":
            said += " (HTTP 404; is base_url right?)"
    if response.status == 404:
        return (OrderNotFound if operation_name == "orders.delete" else NotFound)(said, status=404)
    if response.status == 403:
        return Forbidden(said, status=403)
    return OrderRefused(said, details=details, status=response.status)


def _details(response: Response) -> tuple[str, ...]:
    """What stands under ``detail``: a text, or a list of problems with their places."""
    try:
        content = msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    detail = content.get("detail") if isinstance(content, dict) else None
    if isinstance(detail, str):
        return (detail,)
    if not isinstance(detail, list):
        return ()
    return tuple(_problem(item) for item in detail[:_MOST_DETAILS])


def _problem(item: object) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    place = item.get("loc")
    where = ".".join(str(part) for part in place if part != "body") if isinstance(place, list) else ""
    said = str(item.get("msg", ""))
    return f"{where}: {said}" if where else said


def _model(kind: type[M], content: object) -> M:
    if not isinstance(content, dict):
        raise ValueError("an object")
    breathe()
    made = msgspec.convert(_tidy(content), kind, strict=False)
    if any(isinstance(item, float) and not math.isfinite(item) for item in msgspec.structs.astuple(made)):
        raise ValueError("finite numbers")  # JSON has no others, but texts may say "nan"
    return msgspec.structs.replace(made, raw=Raw(content))


def _tidy(content: dict[str, Any]) -> dict[str, Any]:
    """Bring dates and words of one object to one form; absent and null are the same."""
    tidy: dict[str, Any] = {}
    for name, item in content.items():
        if item is None or name == "__raw__":
            continue
        if name in _DATES:
            item = parse_date(item) if isinstance(item, str) else None
        elif name in _WORDS and isinstance(item, str):
            item = item.lower()
        elif isinstance(item, dict) and name != "metadata":
            item = _tidy(item)
        tidy[name] = item
    return tidy


def _many(kind: type[M]) -> Callable[[object], tuple[M, ...]]:
    def read(content: object) -> tuple[M, ...]:
        if not isinstance(content, list):
            raise ValueError("a list")
        return tuple(_model(kind, item) for item in content)

    return read


def _one(kind: type[M]) -> Callable[[object], M]:
    return lambda content: _model(kind, content)


def _spot(content: object) -> tuple[Spot, ...]:
    """One object in the documentation, a list in its code: both are read."""
    return _many(Spot)(content if isinstance(content, list) else [content])


def _bulk(content: object) -> BulkResult:
    if not isinstance(content, dict):
        raise ValueError("an object")
    created = [BulkCreated(int(item["index"]), _model(Order, item["result"])) for item in _items(content, "created")]
    failed = [BulkFailure(int(item["index"]), str(item["error"])) for item in _items(content, "failed")]
    return BulkResult(
        requested=int(content.get("requested", len(created) + len(failed))),
        created=tuple(created),
        failed=tuple(failed),
        raw=Raw(content),
    )


def _items(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    items = content.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) and "index" in item for item in items):
        raise ValueError(f"a list of {name}")
    missing = "result" if name == "created" else "error"
    if any(missing not in item for item in items):
        raise ValueError(missing)
    return items


_READERS: dict[str, Callable[[object], Any]] = {
    "status": _one(ApiStatus),
    "trades": _many(Trade),
    "orders.list": _many(Order),
    "orders.create": _one(Order),
    "orders.create_bulk": _bulk,
    "orders.delete": _one(Deleted),
    "market": _many(MarketRow),
    "market_ltp": _many(LastPrice),
    "latest_ltp": _many(LastPrice),
    "spot": _spot,
    "spot_status": _one(SpotStatus),
}
