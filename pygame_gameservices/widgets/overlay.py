"""The overlay: everything this package shows, as pictures. Engines feed it input and show what it returns."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from math import inf
from time import perf_counter
from typing import Any

from pygame_gameservices.core.calls.patience import LONGEST_S
from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.arrivals import Uploader
from pygame_gameservices.widgets.checks import (
    check_is,
    check_key,
    check_number,
    check_services,
    check_widget,
    checked_insets,
    checked_size,
)
from pygame_gameservices.widgets.drains import DrainWatch
from pygame_gameservices.widgets.input import Action, Device, Edit, Pointer
from pygame_gameservices.widgets.modal import WidgetStack
from pygame_gameservices.widgets.pad import Pad
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Insets, Region
from pygame_gameservices.widgets.screens import Screens
from pygame_gameservices.widgets.service_pictures import ServicePictures
from pygame_gameservices.widgets.stage import Clipboard, Services, Stage
from pygame_gameservices.widgets.theme import DARK, Theme
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind
from pygame_gameservices.widgets.toasts.toasts import Toasts
from pygame_gameservices.widgets.widget import Widget
from pygame_gameservices.widgets.wording import Wording

logger = logging.getLogger("pygame_gameservices")

_UNSEEN_S = 3.0
_LONG_FRAME_S = 0.1
"""A dialog that was not drawn for so long cannot be seen; of a long frame only this much counts."""
_LONG_S = 1.0
_SLOW_FRAMES = 10
_TOO_FAST = 100
"""So many frames in a row, each told to be so long and over so much sooner, are none: somebody passes milliseconds."""


class Overlay:
    """What lies over the game: toasts, and the widgets it shows. Knows no engine.

    Everything here is called on the frame thread. Nothing waits: pictures are painted on the helper threads of
    `services` and appear when they are done.
    """

    def __init__(
        self,
        services: Services,
        *,
        size: tuple[int, int] = (1280, 720),
        theme: Theme | None = None,
        toasts: ToastOptions | None = None,
        wording: Wording | None = None,
    ) -> None:
        """Make an overlay that shows nothing yet.

        Args:
            services: usually a `ServiceManager`; its events are what toasts tell of.
            size: width and height of the screen in pixels.
            theme: how it looks and sounds; None is `DARK`.
            toasts: how toasts behave; None is the default.
            wording: what toasts say; None is English.

        Raises:
            UsageError: one of them is something else, such as the name of a theme, or `size` is not positive.
        """
        check_services(services)
        for name, value, kind in (
            ("theme", theme, Theme),
            ("toasts", toasts, ToastOptions),
            ("wording", wording, Wording),
        ):
            check_is(name, value, kind, optional=True)
        self._services = services
        self._slow = 0
        self._said_so = self._said_unseen = False
        self._blind = 0.0
        self._slow_at = self._updated_at = perf_counter()
        self._measured = False
        self._drains = DrainWatch(services)
        self._stage = Stage(services, checked_size(size), theme or DARK)
        self._stage.theme.typeface.load()
        self._toasts = Toasts(self._stage, toasts or ToastOptions(), wording or Wording())
        self._widgets = WidgetStack(self._stage)
        self._stage.connect(self._show)
        self._screens = Screens(services, self._show)
        if hasattr(type(services), "pictures"):  # looking at the object itself would already make them
            self._stage.pictures = ServicePictures(services)

    def finish_with(self, finish: Callable[[Picture], Picture]) -> None:
        """Have ``finish(picture)`` run on the helper thread for each picture of a widget. By engines."""
        self._stage.finish = finish

    def upload_with(self, uploader: Uploader | None) -> None:
        """Have `uploader` copy each picture to where it is shown from, a part each time `pictures` is asked, before it
        is among them; None: there is no need. By engines."""
        self._stage.arrivals.upload_with(uploader)

    @property
    def screens(self) -> Screens:
        """The package's own widgets: ``show_login``, ``show_leaderboard``, ``show_trophies``, ``show_status``."""
        return self._screens

    @property
    def clipboard(self) -> Clipboard:
        """The player's clipboard; engines put theirs here."""
        return self._stage.clipboard

    @clipboard.setter
    def clipboard(self, clipboard: Clipboard) -> None:
        self._stage.clipboard = clipboard

    @property
    def toasts(self) -> Toasts:
        """The toasts, with their switches."""
        return self._toasts

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the screen in pixels."""
        return self._stage.size

    @property
    def theme(self) -> Theme:
        """How it looks; assign another one at any time."""
        return self._stage.theme

    @theme.setter
    def theme(self, theme: Theme) -> None:
        check_is("theme", theme, Theme)
        if theme is not self._stage.theme:
            self._stage.theme = theme
            self._changed()

    @property
    def wording(self) -> Wording:
        """What it says; assign another one at any time, for another language."""
        return self._toasts.wording

    @wording.setter
    def wording(self, wording: Wording) -> None:
        check_is("wording", wording, Wording)
        self._toasts.wording = wording
        self._changed()

    @property
    def safe_area(self) -> Insets:
        """What to keep free along the edges; assign `Insets` in pixels."""
        return self._stage.safe_area

    @safe_area.setter
    def safe_area(self, insets: Insets) -> None:
        self._stage.safe_area = checked_insets(insets)
        self._changed()

    @property
    def widest(self) -> float:
        """How much wider than high the part of the screen is at most that widgets and toasts use, 16:9 by default, in
        the middle of wider ones. Assign ``math.inf`` to have toasts in the far corners of an ultra-wide screen."""
        return self._stage.widest

    @widest.setter
    def widest(self, widest: float) -> None:
        check_number("widest", widest, 1, "pass width by height, such as 16 / 9")
        self._stage.widest = widest
        self._changed()

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing moves, for players who need it; fades stay."""
        return self._stage.reduced_motion

    @reduced_motion.setter
    def reduced_motion(self, reduced: bool) -> None:
        self._stage.reduced_motion = reduced
        self._stage.stir()

    @property
    def modal(self) -> bool:
        """Whether a widget takes all input now, so that the game gets none."""
        return self._widgets.modal is not None and not self._unseen

    @property
    def text_area(self) -> Region | None:
        """Where the text is that the player edits now, in pixels; None when there is none."""
        return self._widgets.text_area

    @property
    def composing(self) -> bool:
        """Whether an input method works on a text now: keys are its own until it is done, and mean nothing else."""
        return self._widgets.composing

    @property
    def device(self) -> Device:
        """What the player used last. Widgets name its keys; engines keep it up to date."""
        return self._stage.device

    @device.setter
    def device(self, device: Device) -> None:
        if device is not self._stage.device:
            self._stage.device = device
            self._stage.stir()
            self._widgets.changed()

    @property
    def pad(self) -> Pad:
        """Whose pad the player holds: widgets show its buttons. Engines go by its name; assign another at any time."""
        return self._stage.pad

    @pad.setter
    def pad(self, pad: Pad) -> None:
        check_is("pad", pad, Pad)
        if pad is not self._stage.pad:
            self._stage.pad = pad
            self._stage.stir()
            self._widgets.changed()

    def update(self, dt: float | None = None) -> list[Event]:
        """Deliver what the services have, and let `dt` seconds pass for what is shown. Once a frame.

        It alone should drain the services: each event is handed out once. Where somebody else does so all the time,
        the log says it.

        Args:
            dt: seconds since the last frame; None measures them. What is no time, such as NaN or less than nothing,
                counts as none. Where it must be milliseconds, the log says it.

        Returns:
            The frame's events: those of the services, then those of the widgets, such as `ToastClicked`.

        Raises:
            UsageError: `dt` is no number.
        """
        if not isinstance(dt, (int, float)) or not 0.0 <= dt < _LONG_S:
            dt = self._seconds(dt)
        events = list(self._services.update())
        self._drains.drained()
        still = self._stage.still
        if still is not None and not events:
            if not still:
                return events
            self._blind += min(dt, _LONG_FRAME_S)
            if self._blind < _UNSEEN_S:
                return events
        self._stage.stir()
        for event in events:
            if not self._widgets.tell(event):
                self._toasts.announce(event)
            self._widgets.hear(event)
            self._screens.hear(event)
        if not self._toasts.idle:
            self._toasts.dialog = self._widgets.modal
            events += self._toasts.update(dt)
        if not self._widgets.idle:
            self._blind += min(dt, _LONG_FRAME_S)
            if self._unseen and not self._said_unseen:
                self._said_unseen = True
                logger.warning(
                    "a dialog is open, but nobody has drawn the overlay for %g s, so the input goes to the game: call"
                    " overlay.draw() last of all in each frame",
                    _UNSEEN_S,
                )
            self._widgets.update(dt)
            events += self._stage.said()
        self._stage.calm = True
        return events

    @property
    def _unseen(self) -> bool:
        """Whether widgets are shown that nobody draws."""
        return self._blind >= _UNSEEN_S

    @property
    def _hears(self) -> bool:
        """Whether there are widgets to take input, and the player sees them."""
        return bool(self._widgets) and not self._unseen

    def _seconds(self, dt: float | None) -> float:
        """What an unusual `dt` stands for."""
        now = perf_counter()
        if dt is None:
            passed = now - self._updated_at if self._measured else 0.0
            self._updated_at, self._measured = now, True
            return passed
        if not isinstance(dt, (int, float)):
            raise UsageError(f"update got {dt!r}; pass the seconds since the last frame, such as clock.tick(60) / 1000")
        if dt < 0 or dt == inf or dt != dt:
            return 0.0
        dt = float(min(dt, LONGEST_S))
        too_fast = dt > _TOO_FAST * (now - self._slow_at)
        self._slow, self._slow_at = self._slow + 1 if too_fast else 0, now
        if self._slow == _SLOW_FRAMES and not self._said_so:
            self._said_so = True
            logger.warning(
                "update(dt) takes seconds, and was told of %s frames in a row that took %g of them each, which they did"
                " not: divide milliseconds by 1000, or call update() without an argument",
                _SLOW_FRAMES,
                dt,
            )
        return dt

    @property
    def at_rest(self) -> bool:
        """Whether nothing has happened since the last frame, and what is shown is what was shown in it.

        Until something does, `pictures` returns the very same tuple.
        """
        return self._stage.still is not None

    def pictures(self) -> Sequence[Placed]:
        """What to show this frame, the lowest first. Empty when there is nothing.

        A dialog for which nobody asks takes no input: the player does not see it.
        """
        self._blind = 0.0
        self._drains.drawn()
        stage = self._stage
        if stage.still is not None:
            return stage.still
        stage.arrivals.bring()
        shown = self._toasts.pictures_now()
        if not self._widgets.idle:
            shown = (*self._widgets.pictures(), *shown)
        if stage.calm and self._toasts.idle and self._widgets.at_rest and not stage.arrivals.waiting:
            stage.still = shown
        return shown

    def show(self, widget: Widget) -> None:
        """Put `widget` on top of the others, under the toasts.

        Raises:
            UsageError: it is no widget, or a class of widgets.
        """
        check_widget(widget, Widget)
        self._show(widget)

    def hide(self, widget: Widget) -> None:
        """Take `widget` away. One that is not shown is no mistake.

        Raises:
            UsageError: it is no widget.
        """
        check_widget(widget, Widget)
        self._stage.stir()
        self._widgets.hide(widget)

    def notify(
        self,
        title: str,
        text: str = "",
        *,
        label: str = "",
        icon: Picture | None = None,
        key: object = None,
        on_click: Callable[[], Any] | None = None,
    ) -> bool:
        """Show a toast with a message of the game's own.

        Args:
            title: what is read first.
            text: what stands below, two lines at most.
            label: the small line above.
            icon: a picture in place of the usual sign.
            key: any hashable value; a second message with the same key is dropped.
            on_click: called on the frame thread when the player clicks it.

        Returns:
            Whether it will be shown.

        Raises:
            UsageError: one of them is of another type.
        """
        check_key("key", key)
        kind = ToastKind.MESSAGE
        toast = Toast(title=title, text=text, label=label, kind=kind, icon=icon, key=key, on_click=on_click)
        return self._toasts.push(toast)

    def resize(self, size: tuple[int, int]) -> None:
        """Fit a screen of another size. Everything is repainted for it; nothing is ever stretched.

        Raises:
            UsageError: `size` is not positive.
        """
        if size != self._stage.size:
            self._stage.size = checked_size(size)
            self._changed()

    def action(self, action: Action, pressed: bool = True) -> bool:
        """Take the press of an action, or with ``pressed=False`` its release. Returns True when the game should not."""
        self._stage.stir()
        return self._hears and self._widgets.action(action, pressed)

    def pointer(self, pointer: Pointer) -> bool:
        """Take a pointer event. Returns True when the game should not."""
        self._stage.stir()
        if not self._hears:
            return self._toasts.pointer(pointer)
        through = self._widgets.reserves(pointer.x, pointer.y)
        return (not through and self._toasts.pointer(pointer)) or self._widgets.pointer(pointer)

    def text(self, text: str, composing: bool = False) -> bool:
        """Take typed text, or with `composing` what an input method works on. Returns True when the game should not."""
        self._stage.stir()
        return self._hears and self._widgets.text(text, composing)

    def edit(self, edit: Edit, select: bool = False, pressed: bool = True) -> bool:
        """Take a change of the text that is edited, or its release. Returns False when no text is edited."""
        self._stage.stir()
        return self._hears and self._widgets.edit(edit, select, pressed)

    def release_all(self) -> None:
        """Stop repeating what is held, as when the window loses the focus and the releases go elsewhere."""
        self._stage.stir()
        self._widgets.release_all()

    def _show(self, widget: Widget) -> None:
        self._stage.stir()
        self._widgets.show(widget)

    def _changed(self) -> None:
        self._stage.stir()
        self._toasts.changed()
        self._widgets.changed()
