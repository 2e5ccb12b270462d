"""itch.io's answers as they come: an empty list is an empty object, and nearly every field may be missing."""

from __future__ import annotations

from typing import Any

import msgspec

Listed = list[Any] | dict[str, Any] | None
"""A list; or ``{}`` for an empty one, a habit of the service's language that will not change."""


class WireUser(msgspec.Struct):
    """``user`` and ``owner``."""

    id: int
    username: str
    url: str = ""
    display_name: str | None = None
    cover_url: str | None = None
    still_cover_url: str | None = None
    gamer: bool | None = None
    developer: bool | None = None
    press_user: bool | None = None


class WireMoney(msgspec.Struct):
    """An element of ``earnings``."""

    currency: str
    amount: int
    amount_formatted: str = ""


class WireGame(msgspec.Struct):
    """An element of ``games``, and ``game`` in other answers."""

    id: int
    title: str
    url: str = ""
    short_text: str | None = None
    type: str | None = None
    classification: str | None = None
    traits: Listed = None
    p_windows: bool | None = None
    p_linux: bool | None = None
    p_osx: bool | None = None
    p_android: bool | None = None
    can_be_bought: bool | None = None
    has_demo: bool | None = None
    in_press_system: bool | None = None
    min_price: int | None = None
    created_at: str | None = None
    published_at: str | None = None
    published: bool | None = None
    cover_url: str | None = None
    still_cover_url: str | None = None
    downloads_count: int | None = None
    views_count: int | None = None
    purchases_count: int | None = None
    earnings: Listed = None


class WireDownloadKey(msgspec.Struct):
    """``download_key``."""

    id: int
    game_id: int
    key: str | None = None
    created_at: str | None = None
    downloads: int | None = None
    owner: dict[str, Any] | None = None


class WirePurchase(msgspec.Struct):
    """An element of ``purchases``."""

    id: int
    game_id: int | Listed = None
    donation: bool | None = None
    email: str | None = None
    created_at: str | None = None
    source: str | None = None
    currency: str | None = None
    price: str | None = None
    sale_rate: float | None = None
    quantity: int | None = None
    status: str | None = None
    purchase_type: str | None = None


class WireOwnedKey(msgspec.Struct):
    """An element of ``owned_keys``."""

    id: int
    game_id: int
    purchase_id: int | None = None
    downloads: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    game: dict[str, Any] | None = None


class WireCredentials(msgspec.Struct):
    """The answer of ``credentials/info``."""

    scopes: Listed = None
    expires_at: str | None = None
    type: str = ""


PLATFORMS = ("windows", "linux", "osx", "android")
FLAGS = (*(f"p_{platform}" for platform in PLATFORMS), "can_be_bought", "has_demo", "in_press_system")
"""What the modern edition lists in ``traits`` and the legacy one has as fields of their own."""
