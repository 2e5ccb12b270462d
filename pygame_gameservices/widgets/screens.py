"""The widgets that come with the package, opened with one call each for Game Jolt or for a source of one's own."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, TypeVar

from pygame_gameservices.core.events import BackOnline, Event, WentOffline
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.achievements import Achievements
from pygame_gameservices.services.gamejolt.client import GameJolt
from pygame_gameservices.services.gamejolt.events import SignedIn, SignedOut, SignInNeeded
from pygame_gameservices.widgets.badge import Status, StatusBadge
from pygame_gameservices.widgets.checks import check_key, check_source, described
from pygame_gameservices.widgets.gamejolt_sources import GameJoltBoards, GameJoltSignIn, GameJoltTrophies
from pygame_gameservices.widgets.leaderboard.board import BoardSource
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login, SignIn
from pygame_gameservices.widgets.region import Anchor
from pygame_gameservices.widgets.trophies.achievement_source import AchievementTrophies
from pygame_gameservices.widgets.trophies.case import TrophySource
from pygame_gameservices.widgets.trophies.trophies import Trophies
from pygame_gameservices.widgets.widget import Widget

W = TypeVar("W", bound=Widget)


class Screens:
    """Opens the package's own widgets. Frame thread only.

    Attributes:
        login_when_needed: whether the login opens by itself when ``gj.sign_in()`` finds no player.
        offline: the names of the services that cannot be reached now.
    """

    def __init__(self, services: Any, show: Callable[[Widget], object]) -> None:
        """Open them with `show`, for the services of a `ServiceManager`."""
        self.login_when_needed = True
        self.offline: set[str] = set()
        self._services = services
        self._show = show
        self._kept: dict[tuple[object, ...], Widget] = {}
        self._login: tuple[object, Login] | None = None
        self._needed: Login | None = None

    def hear(self, event: Event) -> None:
        """Be told what happened. By the overlay."""
        match event:
            case WentOffline(service=service):
                self.offline.add(service)
            case BackOnline(service=service):
                self.offline.discard(service)
            case SignInNeeded(service=service, username=username) if self.login_when_needed:
                gj = next((each for each in self._services.services if each.name == service), None)
                if isinstance(gj, GameJolt):
                    self._needed = self._open_login(gj, username)
            case SignedIn() | SignedOut():
                self._kept.clear()  # what was fetched was another player's
                if isinstance(event, SignedIn) and self._needed is not None:
                    self._needed.close()  # the game may have signed somebody in by other means
                    self._needed = None

    def show_login(self, source: GameJolt | SignIn | None = None, **options: Any) -> Login:
        """Open the login and return it; see `Overlay.show_login`."""
        return self._open_login(self._chosen(source, "a GameJolt or a SignIn", "sign_in", "cancel"), **options)

    def show_leaderboard(
        self, source: GameJolt | BoardSource | None = None, table_id: Hashable = None, **options: Any
    ) -> Leaderboard:
        """Open the leaderboard and return it; see `Overlay.show_leaderboard`."""
        if isinstance(source, int):
            raise UsageError(f"show_leaderboard({source}): the source comes first; pass table_id={source}")
        check_key("table_id", table_id)
        given = self._chosen(source, "a GameJolt or a BoardSource", "tables", "page")

        def make() -> Leaderboard:
            chosen = GameJoltBoards(given) if isinstance(given, GameJolt) else given
            return Leaderboard(chosen, table_id, **options)

        return self._open((Leaderboard, id(given), table_id, *options.items()), make)

    def show_trophies(self, source: GameJolt | Achievements | TrophySource | None = None, **options: Any) -> Trophies:
        """Open the trophy list and return it; see `Overlay.show_trophies`."""
        given = self._achievements() if source is None else source
        if not isinstance(given, Achievements):
            given = self._chosen(given, "a GameJolt, an Achievements or a TrophySource", "trophies")

        def make() -> Trophies:
            if isinstance(given, GameJolt):
                sign_in = partial(self._open_login, given, guests=False, offline=False)
                return Trophies(GameJoltTrophies(given), sign_in=sign_in, **options)
            return Trophies(AchievementTrophies(given) if isinstance(given, Achievements) else given, **options)

        return self._open((Trophies, id(given), *options.items()), make)

    def show_status(
        self,
        source: GameJolt | Callable[[], Status] | None = None,
        *,
        anchor: Anchor = Anchor.TOP_LEFT,
        on_click: Callable[[], object] | None = None,
    ) -> StatusBadge:
        """Show the status badge and return it; see `Overlay.show_status`."""
        given = self._chosen(source, "a GameJolt or a function that returns a Status")
        if not isinstance(given, GameJolt) and not callable(given):
            raise UsageError(f"the source is {described(given)}; pass a GameJolt or a function that returns a Status")
        status = (lambda: self._status(given)) if isinstance(given, GameJolt) else given
        badge = StatusBadge(status, anchor=anchor, on_click=on_click)
        self._show(badge)
        return badge

    def _status(self, gj: GameJolt) -> Status:
        user, player = gj.user, gj.player
        offline = gj.name in self.offline
        return Status(
            username=player.username if player is not None else "",
            avatar_url=user.avatar_url if user is not None else "",
            signing_in=player is not None and user is None and not offline,
            offline=offline,
            waiting=self._services.undelivered or 0,
        )

    def _open_login(self, source: GameJolt | SignIn, username: str = "", **options: Any) -> Login:
        """Show a login of `source`: the one that is open, with what was typed, or a new one."""
        if self._login is None or self._login[0] is not source or not self._login[1].is_open:
            asked = GameJoltSignIn(source, username) if isinstance(source, GameJolt) else source
            self._login = source, Login(asked, **options)
        self._show(self._login[1])
        return self._login[1]

    def _open(self, key: tuple[object, ...], make: Callable[[], W]) -> W:
        """Show the widget that was shown before, with what it knows, or make it."""
        widget = self._kept.get(key)
        if widget is None:
            widget = self._kept[key] = make()
        self._show(widget)
        return widget  # type: ignore[return-value]

    def _chosen(self, source: Any, kind: str, *needs: str) -> Any:
        """The source that was passed, once it is known to be one; else the manager's first `GameJolt`."""
        if source is None:
            return self._game_jolt()
        if isinstance(source, GameJolt):
            source.manager  # noqa: B018  one that was added to none cannot be asked anything
        else:
            check_source(source, f"pass {kind}", *needs)
        return source

    def _achievements(self) -> Achievements | None:
        """The manager's first `Achievements`, which know more of a trophy than a service does; None without any."""
        services = getattr(self._services, "services", ())
        return next((service for service in services if isinstance(service, Achievements)), None)

    def _game_jolt(self) -> GameJolt:
        services = getattr(self._services, "services", ())
        found = [service for service in services if isinstance(service, GameJolt)]
        if not found:
            msg = "there is no GameJolt to show: services.add(GameJolt(...)) first, or pass a source of your own"
            raise UsageError(msg)
        return found[0]
