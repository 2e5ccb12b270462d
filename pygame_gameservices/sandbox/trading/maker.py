"""A trader that the sandbox plays itself, so that there is somebody to trade with: offers in the next quarter hours."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from pygame_gameservices.sandbox.trading import history, tables
from pygame_gameservices.sandbox.trading.book import Book
from pygame_gameservices.sandbox.trading.terms import MICRO, Terms, contract_name
from pygame_gameservices.sandbox.trading.views import QUARTER_S, curve
from pygame_gameservices.sandbox.trading.world import MAKER

AHEAD = 8
"""In so many contracts it offers."""

_LADDER = ((-4, 3), (-2, 2), (-1, 1), (1, 1), (2, 2), (4, 3))
"""Euro away from the curve, and volume, of each offer: below it buys, above it sells."""

_ZONE = "10YDE-RWENET---I"


def quote(book: Book) -> None:
    """Make sure that offers stand in each of the next contracts, after a past of their own.

    What was bought away stays away.
    """
    first = (int(book.now) // QUARTER_S + 1) * QUARTER_S
    orders = tables.orders
    query = select(orders.c.starts).where(orders.c.account == MAKER, orders.c.starts >= first).distinct()
    quoted = {round(starts) for starts in book.sql.execute(query).scalars()}
    coming = range(first, first + AHEAD * QUARTER_S, QUARTER_S)
    unquoted = [starts for starts in coming if starts not in quoted and starts > book.now]
    history.write(book, {starts: curve(starts) for starts in unquoted}, QUARTER_S)
    ladders = [_terms(starts, away, volume) for starts in unquoted for away, volume in _LADDER]
    met = book.contested() if ladders else set()
    book.rest(MAKER, _ZONE, [terms for terms in ladders if terms.contract not in met])
    for terms in ladders:
        if terms.contract in met:
            book.place(MAKER, _ZONE, terms)


def _terms(starts: int, away: int, volume: int) -> Terms:
    begin, end = datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(starts + QUARTER_S, UTC)
    return Terms(
        side="buy" if away < 0 else "sell",
        price=round((curve(starts) + away) * MICRO),
        volume=volume * MICRO,
        date=f"{begin:%Y-%m-%d}",
        start_time=f"{begin:%H:%M}",
        end_time=f"{end:%H:%M}",
        duration="15m",
        tz_offset_hours=0,
        hidden=False,
        suffix="",
        starts=float(starts),
        contract=contract_name(begin, QUARTER_S // 60),
    )
