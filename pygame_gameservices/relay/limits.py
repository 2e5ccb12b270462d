"""Rate limits: a token bucket for each player, guest, address and game, in the database that all processes share."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import cache

import msgspec
from sqlalchemy import Connection, delete, select, text

from pygame_gameservices.relay.database import Database, Statement
from pygame_gameservices.relay.tables import buckets
from pygame_gameservices.relay.visitors import Later

MINUTE_S = 60.0


class Rate(msgspec.Struct, frozen=True):
    """What somebody wants to do.

    Attributes:
        key: who is counted; its first word says what kind that is.
        per_minute: how many calls a minute may be made; 0 is no limit.
        calls: how many are to be made now. Of more than a minute's worth, that much is counted: or it could never go.
    """

    key: str
    per_minute: int
    calls: int = 1


class RateLimits:
    """The buckets of one database. Each holds a minute's worth, so that a burst after a quiet time is fine. Any thread.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taking = cache(self._statement)

    def take(self, sql: Connection, wanted: Sequence[Rate], now: float) -> None:
        """Take calls out of several buckets; when it raises, the transaction must take back what it has taken.

        Args:
            sql: a transaction.
            wanted: whose, and how many.
            now: Unix seconds.

        Raises:
            Later: one of them holds too few; it says when it will hold enough.
        """
        limited = sorted((rate for rate in wanted if rate.per_minute), key=lambda rate: rate.key)
        if not limited:
            return
        values: dict[str, object] = {"now": now}
        for place, rate in enumerate(limited):  # in one order, so that no two wait for each other
            values |= {f"key{place}": rate.key, f"most{place}": float(rate.per_minute), f"calls{place}": _cost(rate)}
        if self._taking(len(limited)).run(sql, **values).rowcount < len(limited):
            raise self._later(sql, limited, now)

    def _statement(self, rows: int) -> Statement:
        """Makes buckets that are full but for what is taken, or takes from those that hold enough.

        What is taken is written as the difference to a full one: ``excluded.per_minute - excluded.tokens``.
        """
        least, most = ("min", "max") if self._database.is_sqlite else ("least", "greatest")
        refilled = f"buckets.tokens + {most}(0.0, excluded.at - buckets.at) * excluded.per_minute / {MINUTE_S}"
        there = f"{least}(excluded.per_minute, {refilled})"
        taken = "(excluded.per_minute - excluded.tokens)"
        number = "CAST(:{0} AS DOUBLE PRECISION)"
        most_row, calls_row, now_row = (number.format(name) for name in ("most{0}", "calls{0}", "now"))
        row = f"(:key{{0}}, {most_row} - {calls_row}, {now_row}, {most_row})"
        return self._database.prepared(
            text(
                f"INSERT INTO buckets (key, tokens, at, per_minute) VALUES {', '.join(map(row.format, range(rows)))}"
                f" ON CONFLICT (key) DO UPDATE SET tokens = {there} - {taken}, at = {most}(excluded.at, buckets.at),"
                f" per_minute = excluded.per_minute WHERE {there} >= {taken}"
            )
        )

    def _later(self, sql: Connection, limited: Sequence[Rate], now: float) -> Later:
        there = {
            row.key: row for row in sql.execute(select(buckets).where(buckets.c.key.in_([r.key for r in limited])))
        }
        waits = {}
        for rate in limited:
            row = there.get(rate.key)
            tokens = (
                rate.per_minute if row is None else row.tokens + max(0.0, now - row.at) * rate.per_minute / MINUTE_S
            )
            waits[rate.key] = (_cost(rate) - tokens) * MINUTE_S / rate.per_minute
        key = max(waits, key=lambda one: waits[one])
        return Later(f"too many calls of one {key.partition(' ')[0]}", retry_after=max(waits[key], 0.1))

    def forget(self, sql: Connection, now: float) -> None:
        """Drop the buckets that are full again."""
        sql.execute(delete(buckets).where(buckets.c.at < now - 2 * MINUTE_S))


def _cost(rate: Rate) -> float:
    return float(min(rate.calls, rate.per_minute))


def network_of(address: str) -> str:
    """What is counted as one address: of the new kind the network of a household, since it has them without number."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)
