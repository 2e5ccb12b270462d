"""Rate limits: a token bucket for each player, guest, address and game, in the database that all processes share."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import cache, lru_cache

import msgspec
from sqlalchemy import Connection, delete, select, text, update

from pygame_gameservices.relay.database import Database, Statement
from pygame_gameservices.relay.tables import buckets
from pygame_gameservices.relay.visitors import Later

MINUTE_S = 60.0


class Rate(msgspec.Struct, frozen=True):
    """What somebody wants to do.

    Attributes:
        key: who is counted; its first word says what kind that is.
        most: how much may be done within `within_s`; 0 is no limit.
        now: how much is to be done now. Of more than `most`, that is counted: or it could never go.
        within_s: seconds.
    """

    key: str
    most: float
    now: float = 1
    within_s: float = MINUTE_S


class RateLimits:
    """The buckets of one database. Each holds what is allowed within its time: after a quiet one a burst is fine.
    Any thread.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taking = cache(self._statement)

    def take(self, sql: Connection, wanted: Sequence[Rate], now: float) -> None:
        """Take calls out of several buckets, or out of none; in SQLite the transaction then takes back what was taken.

        Args:
            sql: a transaction.
            wanted: whose, and how many.
            now: Unix seconds.

        Raises:
            Later: one of them holds too few; it says when it will hold enough.
        """
        limited = sorted((rate for rate in wanted if rate.most), key=lambda rate: rate.key)
        if not limited:
            return
        values: dict[str, object] = {"now": now}
        for place, rate in enumerate(limited):  # in one order, so that no two wait for each other
            values |= {f"key{place}": rate.key, f"most{place}": float(rate.most), f"cost{place}": _cost(rate)}
            values[f"within{place}"] = rate.within_s
        taken = self._taking(len(limited)).run(sql, **values)
        if taken.rowcount < len(limited):
            if not self._database.is_sqlite:
                keys = {key for (key,) in taken.fetchall()}
                self.give_back(sql, [rate for rate in limited if rate.key in keys])
            raise self._later(sql, limited, now)

    def _statement(self, rows: int) -> Statement:
        """Makes buckets that are full but for what is taken, or takes from those that hold enough.

        What is taken is written as the difference to a full one: ``excluded.most - excluded.tokens``.
        """
        least, most = ("min", "max") if self._database.is_sqlite else ("least", "greatest")
        filled = f"buckets.tokens + {most}(0.0, excluded.at - buckets.at) * excluded.most / excluded.within_s"
        there, taken = f"{least}(excluded.most, {filled})", "(excluded.most - excluded.tokens)"
        number = "CAST(:{0} AS DOUBLE PRECISION)"
        full, cost, within, now = (number.format(name) for name in ("most{0}", "cost{0}", "within{0}", "now"))
        row = f"(:key{{0}}, {full} - {cost}, {now}, {full}, {within})"
        return self._database.prepared(
            text(
                "INSERT INTO buckets (key, tokens, at, most, within_s)"
                f" VALUES {', '.join(map(row.format, range(rows)))}"
                f" ON CONFLICT (key) DO UPDATE SET tokens = {there} - {taken}, at = {most}(excluded.at, buckets.at),"
                f" most = excluded.most, within_s = excluded.within_s WHERE {there} >= {taken}"
                f"{'' if self._database.is_sqlite else ' RETURNING key'}"
            )
        )

    def _later(self, sql: Connection, limited: Sequence[Rate], now: float) -> Later:
        found = sql.execute(select(buckets).where(buckets.c.key.in_([rate.key for rate in limited])))
        there = {row.key: row.tokens + max(0.0, now - row.at) * row.most / row.within_s for row in found}
        waits = {r.key: (_cost(r) - there.get(r.key, r.most)) * r.within_s / r.most for r in limited}
        key = max(waits, key=lambda one: waits[one])
        return Later(f"too many calls of one {key.partition(' ')[0]}", retry_after=max(waits[key], 0.1))

    def give_back(self, sql: Connection, taken: Sequence[Rate]) -> None:
        """Put back what was taken for something that was not done after all."""
        for rate in sorted(taken, key=lambda rate: rate.key):
            more = update(buckets).where(buckets.c.key == rate.key).values(tokens=buckets.c.tokens + _cost(rate))
            sql.execute(more)  # what is more than a full one is not counted

    def forget(self, sql: Connection, now: float) -> None:
        """Drop the buckets that are full again."""
        sql.execute(delete(buckets).where(buckets.c.at < now - 2 * buckets.c.within_s))


def together(rates: Sequence[Rate]) -> list[Rate]:
    """The same with one for each key: what is to be done is added up."""
    found: dict[str, Rate] = {}
    for rate in rates:
        now = rate.now + (found[rate.key].now if rate.key in found else 0)
        found[rate.key] = msgspec.structs.replace(rate, now=now)
    return list(found.values())


def _cost(rate: Rate) -> float:
    return float(min(rate.now, rate.most))


@lru_cache(maxsize=4096)
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
