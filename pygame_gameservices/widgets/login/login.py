"""The login: username and game token, typed, pasted or picked from a keyboard on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.invisible import without_invisible
from pygame_gameservices.services.gamejolt.events import SignInFailed
from pygame_gameservices.widgets.checks import check_source
from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.input import Action, Device, Pointer
from pygame_gameservices.widgets.login.painter import (
    ASIDE,
    FIELDS,
    LoginLook,
    fields_of,
    login_height,
    login_layout,
    paint_login,
)
from pygame_gameservices.widgets.login.qr import qr_code
from pygame_gameservices.widgets.login.screen_keyboard import ScreenKeyboard
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.text.text_entry import TextEntry
from pygame_gameservices.widgets.text.text_line import TextLine, trimmed
from pygame_gameservices.widgets.trouble import Trouble


class SignIn(Protocol):
    """Whoever signs players in: Game Jolt, or a game's own server. All on the frame thread.

    Attributes:
        service: its name, such as ``"gamejolt"``; the wording may know it by another for players.
        username: what to begin with; empty when nothing is known.

    It may also have a ``token_page``: the address of a page on which players find their token. Whoever holds a pad is
    shown it as a code, to open it on a phone and read the token there.
    """

    service: str
    username: str

    def sign_in(
        self, username: str, token: str, remember: bool, deliver: Callable[[Exception | None], object], /
    ) -> None:
        """Sign in; then call ``deliver(None)`` when it worked, else ``deliver(error)``. Never blocks."""

    def cancel(self) -> None:
        """Give the sign-in that is under way up; nothing is delivered any more. With none under way do nothing."""


class PlayAsGuest(Event, frozen=True):
    """The player chose in the login to play without an account. The login is closed, and nobody is signed in.

    What to do: let the game begin. Scores can be sent under a name that the game asks for or makes up,
    ``gj.scores.add("500 points", 500, guest=name)``, where the table allows guests. Trophies, cloud saves and sessions
    need an account; offer the login again where they would count.

    Comes out of ``overlay.update()``, on the frame thread. ``overlay.show_login(guests=False)`` has no such button.
    """


class PlayOffline(Event, frozen=True):
    """The player chose in the login to play without the service. The login is closed, and nobody is signed in.

    What to do: let the game begin, and send nothing for this player; keep what counts in a file of the game's own. The
    connection itself is left alone. ``overlay.show_login()`` asks again, say from the game's menu.

    Comes out of ``overlay.update()``, on the frame thread. ``overlay.show_login(offline=False)`` has no such button.
    """


class Login(TextEntry, Dialog):
    """Asks for username and game token, and signs in. Frame thread only.

    Escape, Play as guest and Play offline close it; the game hears `PlayAsGuest` or `PlayOffline`. When it worked it
    closes by itself. What was typed is kept whatever goes wrong.

    Attributes:
        remember: whether the player ticked "Remember me".
        trouble: what went wrong with the last try; None when nothing did.
    """

    needs = (640, 542)
    compact = (616, 336)

    def __init__(self, source: SignIn, *, guests: bool = True, offline: bool = True) -> None:
        """Ask for an account of `source`.

        Args:
            source: who signs in.
            guests: whether there is a button to play as a guest.
            offline: whether there is a button to play offline.

        Raises:
            UsageError: `source` is none.
        """
        advice = "pass a SignIn; overlay.show_login() makes one of a GameJolt and shows it"
        check_source(source, advice, "sign_in", "cancel", says=("service", "username"))
        super().__init__()
        self._source = source
        self._choices = tuple(name for name, wanted in (("guest", guests), ("offline", offline)) if wanted)
        self._fields = {
            "username": TextLine(_plain_name(source.username), longest=40, clean=_plain_name),
            "token": TextLine(masked=True, longest=64, clean=_plain),
        }
        self.remember = False
        self.trouble: Trouble | None = None
        self._missing = ""
        self._busy = False
        self._try = 0
        self._keyboard: ScreenKeyboard | None = None
        self.focus = "token" if source.username else "username"

    def __repr__(self) -> str:
        return "<Login>"

    @property
    def busy(self) -> bool:
        """Whether a sign-in is under way; the form is locked then."""
        return self._busy

    def leave(self) -> None:
        """Be taken off: a sign-in under way is given up, and the token forgotten."""
        self._give_up()
        self._fields["token"] = TextLine(masked=True, longest=64, clean=_plain)
        super().leave()

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`."""
        super().enter(stage)
        self.trouble, self._missing = None, ""
        self._keyboard, self.opacity = None, 1.0

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass. It goes as the keyboard comes, and not before there is something to see of that."""
        super().update(dt)
        if self._keyboard is not None:
            self.opacity = 1.0 - self._keyboard.way

    def tells(self, event: Event) -> bool:
        """A sign-in that it asked for itself and that failed is told in the form."""
        return isinstance(event, SignInFailed) and self.trouble is not None

    def arrange(self) -> Layout:
        """Where everything is."""
        aside = self.px(ASIDE) if self._page else 0
        return login_layout(self._size, self.fit, self.stage.theme, self._choices, busy=self._busy, aside=aside)

    def painter(self) -> Callable[[], Picture]:
        """How it looks now."""
        wording = self.stage.wording
        looks = {name: self.field_look(name) for name in FIELDS}
        look = LoginLook(
            layout=self.layout,
            fields=looks,
            masked=self._fields["token"].masked,
            remember=self.remember,
            busy=self._busy,
            choices=self._choices,
            trouble=self._trouble_words(),
            bad=self._bad_fields(),
            sign={Trouble.OFFLINE: "offline"}.get(self.trouble or Trouble.WRONG, "warning"),
            service=wording.service(self._source.service),
            hands=self.stage.hands,
            page=self._page,
        )
        return partial(paint_login, look, self.stage.theme, self.fit, wording)

    @property
    def hints_at(self) -> Region | None:
        """Where it says what keys do; the compact layout has no room for it."""
        return None if self.fit.compact else super().hints_at

    @property
    def _size(self) -> tuple[int, int]:
        hints = self.stage.device is not Device.TOUCH
        return self.smallest[0], login_height(self.fit, self._choices, hints=hints)

    @property
    def _page(self) -> str:
        """The page to open on a phone, where it is of use, there is room for its code and something that draws it."""
        page = str(getattr(self._source, "token_page", ""))
        room = self.smallest[0] + self.px(ASIDE) <= self.stage.region.width
        wanted = self.stage.device is Device.PAD and not self.fit.compact
        return page if page and wanted and room and qr_code(page) is not None else ""

    def activate(self, name: str) -> None:
        """Do what a control does."""
        if name in FIELDS:
            self._accept_field(name)
        elif name.endswith(" keyboard"):
            self._open_keyboard(name.removesuffix(" keyboard"))
        elif name == "reveal":
            self._fields["token"].masked = not self._fields["token"].masked
        elif name == "remember":
            self.remember = not self.remember
        elif name == "sign_in":
            self.submit()
        elif name in ("cancel", "close"):
            self.cancel()
        elif name in self._choices:
            self.stage.say(PlayAsGuest() if name == "guest" else PlayOffline())
            self.close()
        self.changed()

    def submit(self) -> None:
        """Sign in with what was typed, unless something is missing."""
        if self._busy:
            return
        typed = {name: self._fields[name].text.strip() for name in FIELDS}
        typed["username"] = typed["username"].lstrip("@")
        empty = [name for name in FIELDS if not typed[name]]
        self.trouble, self._missing = None, empty[0] if empty else ""
        if empty:
            self.focus_on(empty[0])
        else:
            self._busy = True
            self._try += 1
            self.focus = "cancel"
            self._source.sign_in(typed["username"], typed["token"], self.remember, partial(self._answered, self._try))
        self.changed()

    def cancel(self) -> None:
        """Give up the sign-in under way, or else close."""
        if self._busy:
            self._give_up()
            self.focus_on("sign_in")
            self.changed()
        else:
            self.close()

    @property
    def busy_at(self) -> Region | None:
        """Where the spinner is."""
        button = self.layout.control("cancel") if self._busy else None
        if button is None:
            return None
        side = self.px(30)
        return Region(button.box.x + self.px(20), button.box.y + (button.box.height - side) // 2, side, side)

    # TextEntry -------------------------------------------------------------------------------------------------------

    @property
    def line(self) -> TextLine | None:
        """The line that has the focus."""
        return None if self._busy else self._fields.get(self.focus)

    def line_of(self, name: str) -> TextLine | None:
        """The line of a field."""
        return self._fields.get(name)

    def rooms(self) -> dict[str, Region]:
        """Where the text of each field is."""
        return fields_of(self.layout, self.scale)

    def edited(self) -> None:
        """The text was changed: what was wrong with it may be right now."""
        self._missing = ""
        if self.trouble is Trouble.WRONG:
            self.trouble = None

    def pressed(self, control: Control, pointer: Pointer) -> None:
        """A control was pressed. Who has no keys at hand gets some on the screen."""
        super().pressed(control, pointer)
        if control.name in FIELDS and self.stage.device is Device.TOUCH:
            self._open_keyboard(control.name)

    def move(self, action: Action) -> None:
        """Move the focus; from field to field in the order in which one fills them in."""
        if self._busy:
            self.focus = "cancel"
            return
        super().move(action)

    def _moving_marks(self, busy: Region | None) -> Sequence[tuple[Picture, int, int]]:
        return (*super()._moving_marks(busy), *self.caret_marks())

    def _accept_field(self, name: str) -> None:
        if self.stage.device is Device.PAD:
            self._open_keyboard(name)
        elif self.stage.device is Device.KEYBOARD:
            if name == "username" and not self._fields["token"].text:
                self.focus_on("token")
            else:
                self.submit()

    def _open_keyboard(self, name: str) -> None:
        wording = self.stage.wording.login
        title = {"username": wording.username, "token": f"{wording.token} ({wording.not_password})"}[name]
        self.focus_on(name)
        self._dragging = False  # the finger is lifted from the keyboard
        self._keyboard = ScreenKeyboard(self._fields[name], title, partial(self._typed, name))
        self.stage.show(self._keyboard)

    def _typed(self, name: str, done: bool) -> None:
        """The keyboard on the screen was closed: go on to what is missing."""
        self._keyboard, self.opacity = None, 1.0
        self.edited()
        if done:
            following = {"username": "token", "token": "sign_in"}[name]
            self.focus_on("sign_in" if following == "token" and self._fields["token"].text else following)
        self.changed()

    def _answered(self, attempt: int, error: Exception | None) -> None:
        if attempt != self._try or not self._busy:
            return
        self._busy = False
        if error is None:
            self.close()
            return
        self.trouble = Trouble.of(error)
        self.focus = "token" if self.trouble is Trouble.WRONG else "sign_in"
        self.changed()

    def _give_up(self) -> None:
        if self._busy:
            self._busy = False
            self._try += 1
            self._source.cancel()

    def _trouble_words(self) -> str:
        wording = self.stage.wording
        if self._missing:
            return wording.login.username_missing if self._missing == "username" else wording.login.token_missing
        if self.trouble is None:
            return ""
        return wording.trouble.of(self.trouble, wording.service(self._source.service))

    def _bad_fields(self) -> tuple[str, ...]:
        if self._missing:
            return (self._missing,)
        return FIELDS if self.trouble is Trouble.WRONG else ()


def _plain_name(text: str) -> str:
    """A username without what people paste along with it: blanks around it, the sign before it, and what is not seen.
    The sign alone was typed, and stays to be seen until the name is sent."""
    if text == " ":
        return text  # typed between two words; what is at the ends goes when the name is sent
    plain = _plain(text)
    return plain if plain == "@" else plain.lstrip("@").lstrip()


def _plain(text: str) -> str:
    return trimmed(without_invisible(text))
