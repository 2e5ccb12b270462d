"""Rows as JSON, in either dialect. An empty list is an empty object, as on itch.io."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pygame_gameservices.sandbox.itchio.world import PLATFORMS, Build, Collection, File, Game, SeededReward
from pygame_gameservices.sandbox.players import Player

_SIGNS = {"USD": ("$", 2), "EUR": ("€", 2), "GBP": ("£", 2), "JPY": ("¥", 0)}


class Views:
    """How things look in one dialect.

    Args:
        legacy: the old address's.
        root: where this server is.
        created: when the seeded games came out, in Unix seconds.
        developer: who made them.
    """

    def __init__(self, legacy: bool, root: str, created: float, developer: str) -> None:
        self._legacy = legacy
        self._root = root
        self._created = created
        self._developer = developer

    def date(self, moment: float) -> str:
        """A moment: RFC 3339, or without a zone at the old address."""
        return datetime.fromtimestamp(moment, UTC).strftime(
            "%Y-%m-%d %H:%M:%S" if self._legacy else "%Y-%m-%dT%H:%M:%SZ"
        )

    def user(self, player: Player) -> dict[str, Any]:
        """A user. The display name is there only when it is another one."""
        user: dict[str, Any] = {
            "id": player.id,
            "username": player.username,
            "url": f"https://{player.username}.itch.example",
            "gamer": True,
            "developer": player.username == self._developer or player.kind == "Developer",
            "press_user": False,
            "cover_url": f"{self._root}/pictures/users/{player.username}.png",
        }
        if player.name and player.name != player.username:
            user["display_name"] = player.name
        return user

    def game(self, game: Game, purchases: int | None = None, earnings: Sequence[Any] | None = None) -> dict[str, Any]:
        """A game; with numbers and earnings for those who made it."""
        flags = {f"p_{platform}": platform in game.platforms for platform in PLATFORMS}
        flags |= {"can_be_bought": game.min_price > 0, "has_demo": False, "in_press_system": True}
        view: dict[str, Any] = {
            "id": game.id,
            "title": game.title,
            "url": f"https://{self._developer}.itch.example/{game.slug}",
            "type": game.type,
            "min_price": game.min_price,
            "created_at": self.date(self._created),
            "published": game.published,
            "cover_url": f"{self._root}/pictures/covers/{game.id}.png",
        }
        if game.published:
            view["published_at"] = self.date(self._created)
        if game.short_text:
            view["short_text"] = game.short_text
        if self._legacy:
            view |= flags
        else:
            view["classification"] = game.classification
            view["traits"] = listed([flag for flag, holds in flags.items() if holds])
        if purchases is not None:
            view |= {"downloads_count": game.downloads, "views_count": game.views, "purchases_count": purchases}
            view["earnings"] = listed(list(earnings or ()))
        return view

    def download_key(self, row: Any, owner: Player | None) -> dict[str, Any]:
        """A download key; without an owner while nobody has claimed it."""
        view = {
            "id": row.id,
            "created_at": self.date(row.created),
            "downloads": row.downloads,
            "key": row.key,
            "game_id": row.game_id,
        }
        return view | ({"owner": self.user(owner)} if owner is not None else {})

    def collection(self, one: Collection) -> dict[str, Any]:
        """A collection."""
        return {
            "id": one.id,
            "title": one.title,
            "games_count": len(one.game_ids),
            "created_at": self.date(self._created),
            "updated_at": self.date(self._created),
        }

    def collected(self, one: Collection, position: int, game: dict[str, Any]) -> dict[str, Any]:
        """A game's place in a collection."""
        return {
            "game_id": one.game_ids[position],
            "position": position,
            "blurb": "",
            "created_at": self.date(self._created),
            "updated_at": self.date(self._created),
            "game": game,
        }

    def upload(self, file: File) -> dict[str, Any]:
        """A file, with the newest build of its channel."""
        platform = next((one for one in PLATFORMS if one in file.channel), None)
        return {
            "id": file.id,
            "game_id": file.game.id,
            "filename": f"{file.game.slug}-{file.channel}.zip",
            "size": 1_000_000 * (file.place + 1) + file.game.id,
            "channel_name": file.channel,
            "type": file.game.type,
            "traits": listed([] if platform is None else [f"p_{platform}"]),
            "build": self.build(file.builds()[-1]),
            "created_at": self.date(self._created),
            "updated_at": self.date(self._created),
        }

    def build(self, build: Build) -> dict[str, Any]:
        """A build; without a version of its maker's where it was pushed without."""
        view: dict[str, Any] = {
            "id": build.id,
            "version": build.number,
            "state": "completed",
            "created_at": self.date(self._created + build.number),
            "updated_at": self.date(self._created + build.number),
        }
        if build.number > 1:
            view["parent_build_id"] = build.id - 1
        return view | ({"user_version": build.version} if build.version else {})

    def claimed_reward(self, number: int, reward: SeededReward, player: Player) -> dict[str, Any]:
        """A claimed reward. What itch.io answers here is not documented; this is a guess by its other answers."""
        return {
            "id": number,
            "title": reward.title,
            "email": player.email,
            "created_at": self.date(self._created),
            "user": self.user(player),
        }

    def purchase(self, row: Any, game_ids: list[int]) -> dict[str, Any]:
        """A purchase; of a bundle when there is more than one game."""
        view: dict[str, Any] = {
            "id": row.id,
            "donation": bool(row.donation),
            "email": row.email,
            "created_at": self.date(row.created),
            "source": row.source,
            "currency": row.currency,
            "price": money(row.amount, row.currency),
            "sale_rate": int(row.sale_rate) if row.sale_rate == int(row.sale_rate) else row.sale_rate,
            "game_id": game_ids[0] if len(game_ids) == 1 else game_ids,
        }
        if not self._legacy:
            view |= {"quantity": 1, "status": "complete", "purchase_type": row.kind}
        return view


def listed(rows: list[Any]) -> Any:
    """A list, or an empty object for an empty one."""
    return rows or {}


def money(amount: int, currency: str) -> str:
    """An amount for people. Not every currency has cents."""
    sign, decimals = _SIGNS.get(currency, (f"{currency} ", 2))
    return f"{sign}{amount / 10**decimals:,.{decimals}f}"
