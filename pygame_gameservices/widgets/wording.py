"""The words that widgets say by themselves, in one place for translation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What toasts say. Names in braces are filled in; leave out what a language does not need.

    Attributes:
        trophy: the label over a trophy's title.
        trophy_with_difficulty: the same when the service says how hard it was: ``{difficulty}``.
        trophies: the title of a burst: ``{count}``.
        and_more: the end of a burst's list: ``{titles}``, ``{count}`` that are not named.
        signed_in, signed_out: ``{username}``.
        offline, offline_text: when a service cannot be reached: ``{service}``.
        online: when it can again: ``{service}``.
        service_names: how players know a service that programmers call otherwise.
    """

    trophy: str = "Trophy unlocked"
    trophy_with_difficulty: str = "Trophy unlocked · {difficulty}"
    trophies: str = "{count} trophies unlocked"
    and_more: str = "{titles} and {count} more"
    signed_in: str = "Signed in as {username}"
    signed_out: str = "Signed out"
    offline: str = "No connection"
    offline_text: str = "Your progress is kept and sent later."
    online: str = "Back online"
    service_names: tuple[tuple[str, str], ...] = (
        ("gamejolt", "Game Jolt"),
        ("itchio", "itch.io"),
        ("easyjam", "EasyJam"),
        ("forge", "Forge"),
        ("trading", "Market"),
    )

    def service(self, name: str) -> str:
        """How players know the service that programmers call `name`."""
        return dict(self.service_names).get(name, name)
