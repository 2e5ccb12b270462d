"""All five services of the game, put together from the files `online*.py`; each of those can be had alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from demo_game.look import number
from demo_game.online import Online
from demo_game.online_easyjam import more_games
from demo_game.online_forge import Quests
from demo_game.online_itchio import Supporter
from demo_game.online_saves import CloudSave, State
from demo_game.online_trading import EnergyMarket
from demo_game.progress import Progress
from demo_game.settings import Settings
from pygame_gameservices import Anchor, Event, GamesShelf, MarketBoard, PygameOverlay, Status


class AllServices(Online):
    """Everything the game does online; what has no account is left out.

    Attributes:
        supporter: who bought the game on itch.io flies a golden ship.
        shelf, market, quests: None where the service is not used.
        restore: takes a save and returns what to save now; the game's, once there is one.
    """

    def __init__(self, settings: Settings, *, overlay_type: Any = PygameOverlay, folder: Path | None = None) -> None:
        super().__init__(settings.gamejolt, settings.achievements, overlay_type=overlay_type, folder=folder)
        services = self.services
        self.cloud = CloudSave(self.gj, lambda state: self.restore(state))
        self.restore: Callable[[State], State] = lambda state: state
        self.quests = Quests(services, settings.forge, self.achievements) if settings.forge else None
        self._itchio = Supporter(services, settings.itchio) if settings.itchio else None
        self.shelf = more_games(services, settings.easyjam) if settings.easyjam else None
        self.market = EnergyMarket(services, settings.trading) if settings.trading else None
        self.pages: tuple[str, ...] = ("Leaderboard", "Trophies", *(("More games",) if self.shelf else ()))
        self.overlay.show_status(self._status, anchor=Anchor.BOTTOM_RIGHT)

    def _status(self) -> Status:
        """Who plays and what waits to be sent. That there is no connection, the toast has said: once is enough."""
        user = self.gj.user
        return Status(self.player or "", user.avatar_url if user is not None else "", waiting=self.services.undelivered)

    @property
    def supporter(self) -> bool:
        """Whether the player owns the game on itch.io."""
        return self._itchio is not None and self._itchio.owns

    @property
    def covered(self) -> bool:
        """Whether a page lies over the game and takes all input."""
        return bool(self.overlay.overlay.modal)

    @property
    def sells(self) -> bool:
        """Whether there is a market to sell light on."""
        return self.market is not None

    def open(self, page: str) -> None:
        """Open one of the package's widgets over the game."""
        match page:
            case "Leaderboard":
                self.overlay.show_leaderboard(table_id=self.account.table_id)
            case "Trophies":
                self.overlay.show_trophies()
            case "More games" if self.shelf is not None:
                self.overlay.show(GamesShelf(self.shelf, may_open=lambda url: True))
            case "Market board" if self.market is not None:
                self.market.look_closer()
                self.overlay.show(MarketBoard(self.market.board))

    def playing(self, active: bool) -> None:
        """Whether somebody plays right now; that is what Forge counts."""
        if self.quests is not None:
            self.quests.playing(active)

    def save(self, progress: Progress) -> None:
        """The player's progress changed."""
        self.cloud.save(progress.as_dict())

    def look_at_market(self) -> None:
        """Ask what is paid for light."""
        if self.market is not None:
            self.market.state = ""
            self.market.refresh()

    def offer(self, megawatts: float) -> str:
        """What selling so much would bring, as a line of a menu; empty when it cannot be sold now."""
        quote = self.market.best if self.market is not None and not self.market.busy else None
        if quote is None:
            return ""
        return f"Sell {number(min(megawatts, quote.wanted), 1)} MW at {local_time(quote.start)}"

    def sell(self, megawatts: float, done: Callable[[float, float], object]) -> None:
        """Sell energy in the quarter hour that pays best."""
        quote = self.market.best if self.market is not None else None
        if self.market is not None and quote is not None:
            self.market.sell(quote, min(megawatts, quote.wanted), done)

    def hear(self, event: Event) -> None:
        """Take in what happened."""
        super().hear(event)
        self.cloud.hear(event)
        if self.quests is not None:
            self.quests.hear(event)


def local_time(moment: datetime) -> str:
    """A time of day as players' clocks show it."""
    return f"{moment.astimezone():%H:%M}"
