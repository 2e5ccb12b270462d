"""What the overlays of all engines have in common: the calls that only go on to the engine-neutral overlay."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Self

from pygame_gameservices.core.events import Event
from pygame_gameservices.engines.shortcuts import Shortcuts
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.badge import Status, StatusBadge
from pygame_gameservices.widgets.checks import described
from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login, SignIn
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.region import Insets
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.toasts.toasts import Toasts
from pygame_gameservices.widgets.trophies.trophies import Trophies
from pygame_gameservices.widgets.widget import Widget
from pygame_gameservices.widgets.wording import Wording

if TYPE_CHECKING:
    from pygame_gameservices.services.achievements import Achievements
    from pygame_gameservices.services.gamejolt.client import GameJolt
    from pygame_gameservices.widgets.leaderboard.board import BoardSource
    from pygame_gameservices.widgets.trophies.case import TrophySource


class Facade:
    """An engine's overlay. Everything is called on the frame thread.

    Attributes:
        overlay: the engine-neutral overlay behind it, with `screens`, `device` and the rest.
    """

    overlay: Overlay
    _shortcuts: Shortcuts
    _activity: Callable[..., object] | None = None
    _expect_updates: Callable[[bool], object] | None = None

    @property
    def toasts(self) -> Toasts:
        """The toasts, with their switches."""
        return self.overlay.toasts

    @property
    def theme(self) -> Theme:
        """How it looks; assign another one at any time."""
        return self.overlay.theme

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self.overlay.theme = theme

    @property
    def wording(self) -> Wording:
        """What it says; assign another one at any time, for another language."""
        return self.overlay.wording

    @wording.setter
    def wording(self, wording: Wording) -> None:
        self.overlay.wording = wording

    @property
    def safe_area(self) -> Insets:
        """What to keep free along the edges; assign `Insets` in pixels."""
        return self.overlay.safe_area

    @safe_area.setter
    def safe_area(self, insets: Insets) -> None:
        self.overlay.safe_area = insets

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing moves, for players who need it; fades stay."""
        return self.overlay.reduced_motion

    @reduced_motion.setter
    def reduced_motion(self, reduced: bool) -> None:
        self.overlay.reduced_motion = reduced

    @property
    def modal(self) -> bool:
        """Whether a dialog takes all input now. A game that asks for keys and buttons itself had better pause."""
        return self.overlay.modal

    def update(self, dt: float | None = None) -> list[Event]:
        """Drain the services and let `dt` seconds pass. Once a frame; at most 5 us when nothing happens.

        Args:
            dt: seconds since the last frame; None measures them.

        Returns:
            The frame's events: those of the services, then those of the widgets.
        """
        return self.overlay.update(dt)

    def show(self, widget: Widget) -> None:
        """Put `widget` on top of the others, under the toasts.

        Raises:
            UsageError: it is no widget, or a class of widgets.
        """
        self.overlay.show(widget)

    def hide(self, widget: Widget) -> None:
        """Take `widget` away. One that is not shown is no mistake."""
        self.overlay.hide(widget)

    def notify(self, title: str, text: str = "", **more: Any) -> bool:
        """Show a toast with a message of the game's own; see `Overlay.notify`."""
        return self.overlay.notify(title, text, **more)

    def show_login(
        self, source: GameJolt | SignIn | None = None, *, guests: bool = True, offline: bool = True
    ) -> Login:
        """Open the login and return it; one that is open already stays, with what was typed.

        It opens by itself, with all its buttons, when ``gj.sign_in()`` finds no player. A game that wants another one
        sets ``overlay.overlay.screens.login_when_needed = False`` and calls this when it hears `SignInNeeded`.

        Args:
            source: a `GameJolt`, or a `SignIn` of the game's own; None is the manager's first `GameJolt`.
            guests, offline: whether there are buttons to play as a guest, and offline; what the game should do when
                they are used stands at `PlayAsGuest` and `PlayOffline`.

        Raises:
            UsageError: there is no source, or what was passed is none.
        """
        return self.overlay.screens.show_login(source, guests=guests, offline=offline)

    def show_leaderboard(
        self, source: GameJolt | BoardSource | None = None, table_id: Hashable = None, *, rows: int = 14
    ) -> Leaderboard:
        """Open the leaderboard and return it. Opened again, it shows at once what it showed before.

        Args:
            source: a `GameJolt`, or a `BoardSource` of the game's own; None is the manager's first `GameJolt`.
            table_id: the table to begin with; None for the primary one. Where there is no such table, it says so.
            rows: how many to show at once, where the screen is large enough.

        Raises:
            UsageError: there is no source, or what was passed is none.
        """
        return self.overlay.screens.show_leaderboard(source, table_id, rows=rows)

    def show_trophies(
        self, source: GameJolt | Achievements | TrophySource | None = None, *, columns: int = 2
    ) -> Trophies:
        """Open the trophy list and return it.

        Args:
            source: a `GameJolt`, an `Achievements`, or a `TrophySource` of the game's own. None is the manager's
                `Achievements`, which need no network and know how far the player is; without any, its first `GameJolt`.
            columns: of the grid; 1 makes a list.

        Raises:
            UsageError: there is no source, or what was passed is none.
        """
        return self.overlay.screens.show_trophies(source, columns=columns)

    def show_status(self, source: GameJolt | Callable[[], Status] | None = None, **options: Any) -> StatusBadge:
        """Show the status badge in a corner and return it.

        Args:
            source: a `GameJolt`, or a function that returns a `Status`; None is the manager's first `GameJolt`.
            options: ``anchor``, an `Anchor`; ``on_click``, a function without arguments.

        Raises:
            UsageError: there is no source, or what was passed is none.
        """
        return self.overlay.screens.show_status(source, **options)

    def bind(self, key: int | str, what: str | Callable[[], Any]) -> Self:
        """Have a key open a widget wherever the player is in the game, and close it again. Return the overlay.

        ::

            overlay.bind("F9", "leaderboard")

        Args:
            key: a name such as "F9", "TAB" or "l", or the engine's number of it. The game does not get it.
            what: "leaderboard", "trophies" or "login", or a function without arguments; the widget that it returns, if
                any, is closed by the key too.

        Raises:
            UsageError: there is no such key, or no such widget.
        """
        opener = self._opener(what)
        number = key if isinstance(key, int) else self._key(key) if isinstance(key, str) else None
        if number is None:
            raise UsageError(f"bind got {described(key)}; pass the name of a key such as 'F9', or its number")
        self._shortcuts.bind(number, opener)
        return self

    def _frames_begun(self, begun: bool) -> None:
        """Say whether the game shows frames already, which update the overlay by themselves."""
        if self._expect_updates is not None:
            self._expect_updates(begun)

    def _opener(self, what: str | Callable[[], Any]) -> Callable[[], Any]:
        if callable(what):
            return what
        known: dict[str, Callable[[], Any]] = {
            "leaderboard": self.show_leaderboard,
            "trophies": self.show_trophies,
            "login": self.show_login,
        }
        if what not in known:
            raise UsageError(f"bind got {described(what)}; pass {', '.join(map(repr, known))}, or a function")
        return known[what]

    def _key(self, name: str) -> int | None:
        """The engine's number of a key by its name; None when there is none."""
        raise NotImplementedError

    def _input_from(self, device: Device) -> None:
        """The player did something: widgets name the keys of that device, and services know that somebody is there."""
        self.overlay.device = device
        if self._activity is not None:
            self._activity(active=True)

    def _focused(self, gained: bool) -> None:
        """The window got the focus, or lost it."""
        if not gained:
            self.overlay.release_all()
        if self._activity is not None:
            self._activity(focused=gained)
