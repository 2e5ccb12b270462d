"""Who may call: personal tokens are exchanged for access tokens that expire, and nobody may call too often."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from sqlalchemy import Connection, select

from pygame_gameservices.sandbox.trading import tables
from pygame_gameservices.sandbox.trading.world import Account, Market


class Denied(Exception):
    """The request is not let in."""

    def __init__(self, status: int, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after


class Access:
    """The doorkeeper. Counts requests in memory: a restarted server begins a new minute."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._counts: dict[tuple[str, int], int] = {}

    def exchange(self, sql: Connection, personal: object, now: float) -> dict[str, Any]:
        """Return a new access token for a personal one. Raises `Denied`."""
        account = self._by_token(personal) if isinstance(personal, str) else None
        if account is None:
            raise Denied(401, "Invalid token")
        token = secrets.token_urlsafe(32)
        values = {"token": token, "trader": account.trader, "expires": now + self._market.token_lifetime_s}
        sql.execute(tables.tokens.insert().values(values))
        return {"access_token": token, "token_type": "bearer", "expires_in": self._market.token_lifetime_s}

    def admit(self, sql: Connection, authorization: str, now: float) -> Account:
        """Return the account that an Authorization header stands for, and count its request. Raises `Denied`."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Denied(401, "Not authenticated")
        row = sql.execute(select(tables.tokens).where(tables.tokens.c.token == token.strip())).first()
        account = None if row is None else next((a for a in self._market.accounts if a.trader == row.trader), None)
        if row is None or account is None:
            raise Denied(401, "Invalid access token")
        if row.expires <= now:
            raise Denied(401, "Access token expired")
        self._count(account.trader, now)
        return account

    def limits(self, trader: str, now: float) -> dict[str, Any]:
        """Return what is left of this minute's requests."""
        minute = int(now // 60)
        most = self._market.requests_per_minute
        left = max(0, most - self._counts.get((trader, minute), 0))
        return {"requests_per_minute": most, "requests_remaining": left, "reset_time": (minute + 1) * 60}

    def _count(self, trader: str, now: float) -> None:
        minute = int(now // 60)
        self._counts = {key: count for key, count in self._counts.items() if key[1] == minute}
        count = self._counts[trader, minute] = self._counts.get((trader, minute), 0) + 1
        if count > self._market.requests_per_minute:
            raise Denied(429, "Rate limit exceeded", retry_after=max(1, round((minute + 1) * 60 - now)))

    def _by_token(self, token: str) -> Account | None:
        sent = token.encode("utf-8", "replace")
        return next((a for a in self._market.accounts if hmac.compare_digest(a.token.encode(), sent)), None)
