"""Rate limits: a token bucket for each player, guest, address and game, in the database that all processes share."""

from __future__ import annotations

import ipaddress

from sqlalchemy import Connection, delete, select, update

from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.tables import buckets
from pygame_gameservices.relay.visitors import Later

MINUTE_S = 60.0


class RateLimits:
    """The buckets of one database. Each holds a minute's worth, so that a burst after a quiet time is fine. Any thread.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, wanted: dict[str, int], calls: int, now: float) -> None:
        """Take `calls` out of several buckets, or out of none.

        Args:
            wanted: by what is counted, how many calls a minute it may make; 0 is no limit.
            calls: how many are to be made now.
            now: Unix seconds.

        Raises:
            Later: one of them holds too few; it says when it will hold enough.
        """
        limited = sorted((key, per_minute) for key, per_minute in wanted.items() if per_minute)
        if not limited:
            return
        with self._database.transaction(lasting=False) as sql:
            for key, per_minute in limited:  # in one order, so that no two wait for each other
                self._take_one(sql, key, per_minute, min(calls, per_minute), now)

    def _take_one(self, sql: Connection, key: str, per_minute: int, cost: int, now: float) -> None:
        full = self._database.insert(buckets).values(key=key, tokens=float(per_minute), at=now)
        sql.execute(full.on_conflict_do_nothing())
        row = sql.execute(select(buckets.c.tokens, buckets.c.at).where(buckets.c.key == key).with_for_update()).one()
        there = min(float(per_minute), row.tokens + max(0.0, now - row.at) * per_minute / MINUTE_S)
        if there < cost:
            kind = key.partition(" ")[0]
            raise Later(f"too many calls of one {kind}", retry_after=(cost - there) * MINUTE_S / per_minute)
        sql.execute(update(buckets).where(buckets.c.key == key).values(tokens=there - cost, at=max(now, row.at)))

    def forget(self, sql: Connection, now: float) -> None:
        """Drop the buckets that are full again."""
        sql.execute(delete(buckets).where(buckets.c.at < now - 2 * MINUTE_S))


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
