"""Playtime and achievements for the quests on Forge. To copy from, beside `online.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

from pygame_gameservices import Achievements, Event, Forge, ForgePlayer, PlaytimeReported, ServiceManager

FORGE_URL = "https://partners-api.forge.gg"


@dataclass(frozen=True, slots=True)
class ForgeAccount:
    """Whose playtime to report. A shipped game reports to a relay of its maker's, which holds the key in its place."""

    player_email: str
    api_key: str = field(default="", repr=False)
    base_url: str = FORGE_URL
    relay: str = ""

    def service(self) -> Forge:
        """Forge as this account reaches it."""
        return Forge(relay=self.relay) if self.relay else Forge(self.api_key, base_url=self.base_url)


class Quests:
    """Reports how long the player really played, and what the player achieved.

    Attributes:
        hours: what arrived at Forge in this sitting.
    """

    def __init__(self, services: ServiceManager, account: ForgeAccount, achievements: Achievements) -> None:
        self.hours = 0.0
        self.forge = services.add(account.service())
        self.forge.player = ForgePlayer(email=account.player_email)
        self.tracker = self.forge.track_playtime()
        self.tracker.pause()
        achievements.connect(self.forge)

    def playing(self, active: bool) -> None:
        """Count time only while a night is on, not in menus."""
        self.tracker.pause(not active)

    def hear(self, event: Event) -> None:
        """Take in what happened."""
        if isinstance(event, PlaytimeReported):
            self.hours += event.hours
