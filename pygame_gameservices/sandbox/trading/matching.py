"""The rule of the book: best price first, at one price the oldest first. Pure arithmetic on whole numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resting:
    """An order in the book: its number, what is left of it, and its price."""

    number: int
    price: int
    remaining: int


@dataclass(frozen=True, slots=True)
class Fill:
    """So much of an incoming order is exchanged with the resting one of that number, at the resting one's price."""

    number: int
    price: int
    volume: int


def fills(side: str, limit: int, volume: int, opposite: Iterable[Resting]) -> list[Fill]:
    """Say with which orders of the other side an incoming one trades.

    Args:
        side: ``buy`` or ``sell``, of the incoming order.
        limit: the worst price that it accepts.
        volume: how much it wants.
        opposite: the other side, best price first and oldest first within a price; read only as far as needed.
    """
    made: list[Fill] = []
    for order in opposite:
        acceptable = order.price <= limit if side == "buy" else order.price >= limit
        if volume <= 0 or not acceptable:
            break
        part = min(volume, order.remaining)
        made.append(Fill(order.number, order.price, part))
        volume -= part
    return made
