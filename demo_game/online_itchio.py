"""A thank-you for those who bought the game on itch.io. To copy from, beside `online.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

from pygame_gameservices import Call, Itchio, ServiceManager


@dataclass(frozen=True, slots=True)
class ItchioAccount:
    """Which game. The token is the player's, never yours; without one the itch app's is taken, if it started us."""

    game_id: int
    token: str = field(default="", repr=False)
    base_url: str | None = None
    relay: str | None = None


class Supporter:
    """Finds out whether the player owns the game.

    Attributes:
        owns: True as soon as itch.io said so; False until then, and for everybody else.
    """

    def __init__(self, services: ServiceManager, account: ItchioAccount) -> None:
        self.owns = False
        if account.token:
            self.itch = services.add(Itchio(account.token, base_url=account.base_url, relay=account.relay))
        else:
            self.itch = services.add(Itchio.launched(base_url=account.base_url, relay=account.relay))
        if self.itch.has_key:
            self.itch.ownership(account.game_id).then(self._answered)

    def _answered(self, call: Call[bool]) -> None:
        self.owns = bool(call.value)
