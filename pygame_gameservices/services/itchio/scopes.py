"""Scopes: what a key gives access to. They explain a refusal; they never hold a call back."""

from __future__ import annotations

PROFILE_ME = "profile:me"
PROFILE_GAMES = "profile:games"
PROFILE_OWNED = "profile:owned"
VIEW_PURCHASES = "game:view:purchases"
VIEW_OWNERSHIP = "game:view:ownership"

WANTED = {
    "profile": PROFILE_ME,
    "games": PROFILE_GAMES,
    "download_key": VIEW_PURCHASES,
    "owns": VIEW_PURCHASES,
    "purchases": VIEW_PURCHASES,
    "owned_keys": PROFILE_OWNED,
    "ownership": VIEW_OWNERSHIP,
}
"""The scope each call needs; those that are not here need none."""


def covers(granted: str, wanted: str) -> bool:
    """Whether a granted scope covers a wanted one: itself and everything below it. Any thread."""
    return granted == wanted or wanted.startswith(f"{granted}:")
