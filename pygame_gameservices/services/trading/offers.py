"""Sorting out what the market shows: best offers and latest prices per contract. Pure; any thread."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from pygame_gameservices.services.trading.models import LastPrice, MarketRow

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Offers(msgspec.Struct, frozen=True):
    """The offers of one contract, best first: who buys pays most, who sells asks least.

    `other` holds rows whose direction the API did not tell.
    """

    buy: tuple[MarketRow, ...] = ()
    sell: tuple[MarketRow, ...] = ()
    other: tuple[MarketRow, ...] = ()


def best_offers(rows: Iterable[MarketRow], top: int | None = None) -> dict[str, Offers]:
    """Group rows by contract and side, best price first; a row without a price comes last.

    Args:
        rows: as `Trading.market` gives them.
        top: how many to keep of each side; None keeps all.
    """
    by_contract: dict[str, dict[str, list[MarketRow]]] = {}
    for row in rows:
        sides = by_contract.setdefault(row.contract, {"buy": [], "sell": [], "other": []})
        sides[row.direction if row.direction in ("buy", "sell") else "other"].append(row)
    return {
        contract: Offers(
            buy=tuple(sorted(sides["buy"], key=lambda row: -_price(row, -math.inf))[:top]),
            sell=tuple(sorted(sides["sell"], key=lambda row: _price(row, math.inf))[:top]),
            other=tuple(sides["other"][:top]),
        )
        for contract, sides in sorted(by_contract.items())
    }


def latest_prices(rows: Iterable[LastPrice]) -> dict[str, LastPrice]:
    """Return the newest price of each contract, with every zone in which the contract was traded."""
    newest: dict[str, LastPrice] = {}
    zones: dict[str, set[str]] = {}
    for row in rows:
        if not row.contract:
            continue
        zones.setdefault(row.contract, set()).add(row.market_zone)
        held = newest.get(row.contract)
        if held is None or (row.timestamp or _LONG_AGO) > (held.timestamp or _LONG_AGO):
            newest[row.contract] = row
    return {
        contract: msgspec.structs.replace(row, zones=tuple(sorted(zone for zone in zones[contract] if zone)))
        for contract, row in newest.items()
    }


def _price(row: MarketRow, missing: float) -> float:
    return missing if row.price is None else row.price
