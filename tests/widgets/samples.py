"""Toasts to look at, and services that do what a test says when it says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PIL import Image

from pygame_gameservices.core.events import Event
from pygame_gameservices.services.gamejolt.events import TrophyUnlocked
from pygame_gameservices.services.gamejolt.models import Trophy
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.theme import DARK, Theme, ToastAnimation, ToastAnimations
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind


class HandWork:
    """Work whose end the test decides."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self._callbacks: list[Callable[[Any], object]] = []
        self.value: Any = None
        self.error: Exception | None = None

    def then(self, callback: Callable[[Any], object]) -> None:
        self._callbacks.append(callback)

    def finish(self) -> None:
        try:
            self.value = self._function()
        except Exception as error:
            self.error = error
        for callback in self._callbacks:
            callback(self)


class HandServices:
    """Services of which the test is the network and the helper thread. `slow` keeps work waiting for `work`."""

    def __init__(self, *, slow: bool = False) -> None:
        self.slow = slow
        self.coming: list[Event] = []
        self.pending: list[HandWork] = []

    def update(self, budget_s: float = 0.001) -> Sequence[Event]:
        if not self.slow:
            self.work()
        events, self.coming = self.coming, []
        return events

    def background(self, function: Callable[[], Any]) -> HandWork:
        work = HandWork(function)
        self.pending.append(work)
        return work

    def work(self) -> None:
        pending, self.pending = self.pending, []
        for each in pending:
            each.finish()


def unlocked(
    number: int, title: str = "First Light", difficulty: str = "Bronze", image_url: str = ""
) -> TrophyUnlocked:
    trophy = Trophy(
        id=number, title=title, description="Collect it.", difficulty=difficulty, image_url=image_url, achieved=True
    )
    return TrophyUnlocked(trophy)


def checkered(side: int = 75) -> Picture:
    """A picture such as a game might upload for its trophy."""
    image = Image.new("RGB", (side, side), "#2e9e6b")
    image.paste("#f4e9c8", (side // 4, side // 4, side * 3 // 4, side * 3 // 4))
    return Picture.of(image)


def wishes(animation: ToastAnimation) -> Theme:
    """A theme that wants all toasts to come so."""
    return replace(DARK, animations=ToastAnimations(**dict.fromkeys(map(str, ToastKind), animation)))


def _trophy(title: str, text: str, rarity: Rarity, **more: Any) -> Toast:
    label = "Trophy unlocked" if rarity else "Trophy unlocked · Mythic"
    return Toast(title=title, text=text, label=label, kind=ToastKind.TROPHY, rarity=rarity, **more)


TOASTS: dict[str, Toast] = {
    "bronze": _trophy("First Light", "Collect your first orb.", Rarity.BRONZE),
    "silver": _trophy("Moonwalker", "Cross the belt without touching a rock.", Rarity.SILVER),
    "gold": _trophy(
        "Guardian of the Long Night, Keeper of the Flame",
        "Survive for two whole minutes without losing more than half of your shield, twice in a row, at night.",
        Rarity.GOLD,
    ),
    "platinum": _trophy("Everything There Is", "Collect all trophies.", Rarity.PLATINUM, note="0.8% have it"),
    "progress": Toast(
        title="Collector",
        label="Progress",
        progress=(3, 10),
        kind=ToastKind.PROGRESS,
        rarity=Rarity.SILVER,
    ),
    "unknown": _trophy("Odd One Out", "A difficulty that nobody knows.", Rarity.UNKNOWN),
    "picture": _trophy("Gardener", "Make it green.", Rarity.GOLD, icon=checkered()),
    "burst": Toast(
        title="7 trophies unlocked",
        text="First Light, Moonwalker and 5 more",
        kind=ToastKind.TROPHY,
        rarity=Rarity.GOLD,
        count=7,
    ),
    "greek": _trophy("Ελευθερία ή θάνατος", "Съешь ещё этих мягких булок. Łódź, İstanbul.", Rarity.SILVER),
    "signed_in": Toast(title="Signed in as Ada", label="Game Jolt", kind=ToastKind.ACCOUNT, sign="person"),
    "signed_out": Toast(title="Signed out", text="Ada", label="Game Jolt", kind=ToastKind.ACCOUNT, sign="leave"),
    "offline": Toast(
        title="No connection",
        text="Your progress is kept and sent later.",
        label="Game Jolt",
        kind=ToastKind.CONNECTION,
        sign="offline",
    ),
    "sign_in_failed": Toast(
        title="Signing in failed",
        text="Username and token do not match.",
        label="Game Jolt",
        kind=ToastKind.CONNECTION,
        sign="warning",
    ),
    "online": Toast(title="Back online", label="Game Jolt", kind=ToastKind.CONNECTION, sign="online"),
    "message": Toast(title="Wave 3 begins"),
}
"""A toast in every state there is, by name."""
