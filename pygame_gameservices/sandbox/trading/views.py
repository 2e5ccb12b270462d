"""What the market shows: orders, offers, trades, last prices and spot, as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, select

from pygame_gameservices.sandbox.trading import tables
from pygame_gameservices.sandbox.trading.book import Book
from pygame_gameservices.sandbox.trading.terms import MICRO, contract_name

QUARTER_S = 900
HOUR_S = 3600
DAY_S = 86_400.0
DEFAULT_AREA = "CH-SGD"
FEE = 0.25
"""EUR for each unit of volume that is executed, of each side: what the documentation's sample of a trade shows."""

_trades = tables.trades


def stamp(unix_seconds: float) -> str:
    """Write a moment as the service does: RFC 3339 in UTC, to the second."""
    return f"{datetime.fromtimestamp(unix_seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def created_order(row: RowMapping) -> dict[str, Any]:
    """Describe an order the way its creation is answered: under a name, not a number."""
    return {
        "order_id": row["reference"],
        "created_at": stamp(row["created"]),
        "direction": row["side"],
        "volume": row["volume"] / MICRO,
        "price": row["price"] / MICRO,
        "state": _state(row),
        "contract": row["contract"],
        "trader": row["trader"],
        "date": row["date"],
        "start_time": row["start_time"],
        "end_time": row["end_time"],
        "duration": row["duration"],
        "tz_offset_hours": row["tz_offset_hours"],
        "updated_at": stamp(row["updated"]),
    }


def listed_order(row: RowMapping) -> dict[str, Any]:
    """Describe an order the way lists do: with the number that deletes it, and what was executed."""
    executed = row["volume"] - row["remaining"]
    return {
        **created_order(row),
        "order_id": row["id"],
        "executed_volume": executed / MICRO,
        "remaining_volume": row["remaining"] / MICRO,
        "average_price": round(row["spent"] / (executed / MICRO), 6) if executed else None,
        "execution_count": row["executions"],
        "total_value": row["volume"] / MICRO * row["price"] / MICRO,
        "fees": _fees(executed),
        "metadata": {},
    }


@dataclass(frozen=True, slots=True)
class Views:
    """The public side of the market, inside one transaction."""

    book: Book

    def market(self, side: str | None, duration: str | None) -> list[dict[str, Any]]:
        """Return one row per visible offer, each with the figures of its whole contract."""
        both = self.book.visible()
        figures: dict[str, dict[str, Any]] = {}
        rows = []
        for offer in both:
            contract = offer["contract"]
            if contract not in figures:
                figures[contract] = self._figures(contract, [o for o in both if o["contract"] == contract])
            if side in (None, offer["side"]) and duration in (None, offer["duration"]):
                rows.append(
                    {
                        "timestamp": stamp(self.book.now),
                        "contract": contract,
                        "direction": offer["side"],
                        "price": offer["price"] / MICRO,
                        "volume": offer["remaining"] / MICRO,
                        **figures[contract],
                    }
                )
        return rows

    def trades(self, side: str | None, duration: str | None) -> list[dict[str, Any]]:
        """Return the trades of the last day, newest first."""
        query = select(_trades).where(_trades.c.executed > self.book.now - DAY_S)
        if side is not None:
            query = query.where(_trades.c.direction == side)
        if duration is not None:
            query = query.where(_trades.c.duration == duration)
        rows = self.book.sql.execute(query.order_by(_trades.c.executed.desc(), _trades.c.id.desc())).mappings()
        return [_trade(row) for row in rows]

    def last_prices(self, zone: str | None) -> list[dict[str, Any]]:
        """Return the last trade of each contract in each zone, or in one."""
        found: dict[tuple[str, str], RowMapping] = {}
        for row in self.book.sql.execute(select(_trades).order_by(_trades.c.id)).mappings():
            if zone in (None, row["zone"]):
                found[row["contract"], row["zone"]] = row
        return [_last_price(row) for row in found.values()]

    def latest_prices(self, duration: str | None) -> list[dict[str, Any]]:
        """Return the last trade of each contract in whatever zone; the grid of this market always has room."""
        found: dict[str, RowMapping] = {}
        for row in self.book.sql.execute(select(_trades).order_by(_trades.c.id)).mappings():
            if duration in (None, row["duration"]):
                found[row["contract"]] = row
        return [_last_price(row) for row in found.values()]

    def spot(self) -> dict[str, Any]:
        """Return the next quarter hour with its book."""
        starts = (int(self.book.now) // QUARTER_S + 1) * QUARTER_S
        contract = contract_name(datetime.fromtimestamp(starts, UTC), QUARTER_S // 60)
        offers = self.book.visible(contract=contract)
        return {
            "contract": contract,
            "price": curve(starts),
            "volume": sum(offer["remaining"] for offer in offers) / MICRO,
            **self._figures(contract, offers),
            "timestamp": stamp(self.book.now),
            "order_book": {
                "bids": [_level(offer) for offer in offers if offer["side"] == "buy"],
                "asks": [_level(offer) for offer in offers if offer["side"] == "sell"],
            },
        }

    def spot_history(self, area: str, first: date, last: date, limit: int) -> list[dict[str, Any]]:
        """Return the hours of these days, oldest first, `limit` at most."""
        rows: list[dict[str, Any]] = []
        day = first
        while day <= last and len(rows) < limit:
            for hour in range(24):
                starts = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
                rows.append(
                    {
                        "area_name": area,
                        "contract": contract_name(starts, 60),
                        "timestamp": stamp(starts.timestamp()),
                        "price": curve(starts.timestamp()),
                        "volume": 100.0,
                    }
                )
            day += timedelta(days=1)
        return rows[:limit]

    def _figures(self, contract: str, offers: Sequence[RowMapping]) -> dict[str, Any]:
        bids = [offer["price"] for offer in offers if offer["side"] == "buy"]
        asks = [offer["price"] for offer in offers if offer["side"] == "sell"]
        bid = max(bids) / MICRO if bids else None
        ask = min(asks) / MICRO if asks else None
        query = (
            select(_trades.c.price, _trades.c.volume)
            .where(_trades.c.contract == contract, _trades.c.executed > self.book.now - DAY_S)
            .order_by(_trades.c.executed, _trades.c.id)
        )
        done = self.book.sql.execute(query).all()
        prices = [row.price / MICRO for row in done]
        change = prices[-1] - prices[0] if prices else 0.0
        return {
            "bid": bid,
            "ask": ask,
            "spread": None if bid is None or ask is None else round(ask - bid, 6),
            "high_24h": max(prices, default=None),
            "low_24h": min(prices, default=None),
            "volume_24h": sum(row.volume for row in done) / MICRO,
            "change_24h": round(change, 6),
            "change_percent_24h": round(100 * change / abs(prices[0]), 2) if prices and prices[0] else 0.0,
        }


def _state(row: RowMapping) -> str:
    if row["remaining"] == 0:
        return "Executed"
    return "Hidden" if row["hidden"] else "Displayed"


def _fees(executed: int) -> float:
    return round(executed / MICRO * FEE, 6)


def curve(unix_seconds: float) -> float:
    """The price of power at a moment: cheap at night and at noon, dear in the evening, the same on every machine."""
    hour = unix_seconds / HOUR_S % 24
    return round(80 + 35 * math.sin((hour - 13) / 24 * 2 * math.pi) + 15 * math.sin(hour / 6 * math.pi), 2)


def _trade(row: RowMapping) -> dict[str, Any]:
    return {
        "trade_id": f"trade_{row['id']:06d}",
        "contract": row["contract"],
        "direction": row["direction"],
        "volume": row["volume"] / MICRO,
        "price": row["price"] / MICRO,
        "timestamp": stamp(row["executed"]),
        "buyer": row["buyer"],
        "seller": row["seller"],
        "fees": _fees(row["volume"]),
        "duration": row["duration"],
        "execution_time": stamp(row["executed"]),
    }


def _last_price(row: RowMapping) -> dict[str, Any]:
    return {
        "market_zone": row["zone"],
        "contract": row["contract"],
        "price": row["price"] / MICRO,
        "volume": row["volume"] / MICRO,
        "timestamp": stamp(row["executed"]),
    }


def _level(offer: RowMapping) -> dict[str, float]:
    return {"price": offer["price"] / MICRO, "volume": offer["remaining"] / MICRO}
