"""Purchases and download keys: who bought or claimed what, and what it brought."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from pygame_gameservices.sandbox.itchio import tables
from pygame_gameservices.sandbox.itchio.world import SeededKey, SeededPurchase, World
from pygame_gameservices.sandbox.players import Player, Players

_KEYS = tables.download_keys
_PURCHASES = tables.purchases
_GAMES = tables.purchased_games
_LAST_KEY = select(func.coalesce(func.max(_KEYS.c.id), 0))
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Shop:
    """Reads and writes purchases inside of one transaction."""

    def __init__(self, sql: Connection, world: World, players: Players) -> None:
        self._sql = sql
        self._world = world
        self._players = players

    def buy(self, bought: SeededPurchase, now: float) -> int:
        """Enter a purchase and, unless it is a donation, a download key for each of its games. Returns its id."""
        player = self._players.by_name(bought.username) if bought.username else None
        email = player.email if player is not None else bought.email
        row = {
            "user_id": None if player is None else player.id,
            "email": email,
            "created": now,
            "source": bought.source,
            "currency": bought.currency,
            "amount": bought.amount,
            "sale_rate": bought.sale_rate,
            "donation": int(bought.donation),
            "kind": "bundle" if len(bought.game_ids) > 1 else "game",
        }
        made = self._sql.execute(_PURCHASES.insert(), row).inserted_primary_key
        assert made is not None
        purchase_id = int(made[0])
        for game_id in bought.game_ids:
            self._sql.execute(_GAMES.insert(), {"purchase_id": purchase_id, "game_id": game_id, "note": ""})
            if not bought.donation:
                self._make_key(game_id, player, email, now, purchase_id=purchase_id)
        return purchase_id

    def give(self, key: SeededKey, now: float) -> None:
        """Make a download key that nobody paid for."""
        player = self._players.by_name(key.username) if key.username else None
        self._make_key(key.game_id, player, player.email if player else "", now, revoked=key.revoked)

    def keys_of(self, game_id: int) -> list[Any]:
        """The download keys of a game that were not revoked, oldest first."""
        query = select(_KEYS).where(_KEYS.c.game_id == game_id, _KEYS.c.revoked == 0).order_by(_KEYS.c.id)
        return list(self._sql.execute(query))

    def owned(self, player: Player, game_ids: Sequence[int] | None, skip: int, most: int) -> list[Any]:
        """Some of a player's download keys, oldest first: all, or those of some games."""
        query = select(_KEYS).where(_KEYS.c.owner_id == player.id, _KEYS.c.revoked == 0)
        if game_ids is not None:
            query = query.where(_KEYS.c.game_id.in_(game_ids))
        return list(self._sql.execute(query.order_by(_KEYS.c.id).offset(skip).limit(most)))

    def purchases_of(self, game_id: int) -> list[Any]:
        """The purchases that a game is among, oldest first."""
        query = select(_PURCHASES).join(_GAMES, _GAMES.c.purchase_id == _PURCHASES.c.id)
        return list(self._sql.execute(query.where(_GAMES.c.game_id == game_id).order_by(_PURCHASES.c.id)))

    def games_of(self, purchase_id: int) -> list[int]:
        """The games of a purchase."""
        query = select(_GAMES.c.game_id).where(_GAMES.c.purchase_id == purchase_id).order_by(_GAMES.c.game_id)
        return list(self._sql.execute(query).scalars())

    def numbers_of(self, game_id: int) -> tuple[int, list[tuple[str, int]]]:
        """How often a game was bought by itself (bundles do not count), and what that brought in each currency."""
        single = [row for row in self.purchases_of(game_id) if row.kind == "game"]
        sums: dict[str, int] = {}
        for row in single:
            sums[row.currency] = sums.get(row.currency, 0) + row.amount
        return len(single), sorted(sums.items())

    def emails_like(self, email: str) -> set[str]:
        """All addresses of the account that an address belongs to, in small letters; at least the address itself."""
        wanted = email.casefold()
        for player in self._players.all():
            everything = {one.casefold() for one in (player.email, *self._world.linked.get(player.username, ())) if one}
            if wanted in everything:
                return everything
        return {wanted}

    def _make_key(
        self,
        game_id: int,
        player: Player | None,
        email: str,
        now: float,
        *,
        purchase_id: int | None = None,
        revoked: bool = False,
    ) -> None:
        number = int(self._sql.execute(_LAST_KEY).scalar_one()) + 1
        row = {
            "id": number,
            "game_id": game_id,
            "key": _letters(f"{game_id}:{number}"),
            "created": now,
            "downloads": number % 7,
            "owner_id": None if player is None else player.id,
            "email": email,
            "purchase_id": purchase_id,
            "revoked": int(revoked),
        }
        self._sql.execute(_KEYS.insert(), row)


def _letters(text: str) -> str:
    """Forty letters that look random and are the same in every sandbox."""
    digest = hashlib.sha256(text.encode()).digest() + hashlib.sha256(text[::-1].encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest)[:40]
