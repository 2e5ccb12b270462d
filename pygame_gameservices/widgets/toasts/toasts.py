"""The toasts of an overlay: queue, painting, places, animations and clicks brought together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from weakref import WeakValueDictionary

from pygame_gameservices.core.events import Event
from pygame_gameservices.services.gamejolt.events import SignedIn
from pygame_gameservices.widgets.checks import check_callable, check_is
from pygame_gameservices.widgets.easing import ease_out
from pygame_gameservices.widgets.input import Pointer, Press
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.stage import Easel, PictureSource, Stage
from pygame_gameservices.widgets.toasts.animations import Animation, AnimationState, animation_for
from pygame_gameservices.widgets.toasts.announcements import Announcer
from pygame_gameservices.widgets.toasts.layout import NOWHERE, Slot
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from pygame_gameservices.widgets.toasts.parts import ToastParts
from pygame_gameservices.widgets.toasts.places import Places
from pygame_gameservices.widgets.toasts.queue import Shown, ToastQueue
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind
from pygame_gameservices.widgets.widget import Widget
from pygame_gameservices.widgets.wording import Wording

_LONGEST_STEP = 0.1
"""Seconds that pass for a toast in one drawn frame at most: nobody sees it while a level loads or the window is
dragged."""
_ONE_BURST = 0.6
"""Toasts that appear within so many seconds of a sound are of its burst and make none of their own."""


class ToastClicked(Event, frozen=True):
    """The player clicked a toast.

    Attributes:
        toast: which one; ``toast.source`` is what it told of, such as a `Trophy`, or several in a tuple.
    """

    toast: Toast


class Standing(NamedTuple):
    """A toast on the screen.

    Attributes:
        toast: which one.
        whole: its picture where it comes to rest, as transparent as it is now.
        frame: what is shown of it this frame.
    """

    toast: Toast
    whole: Placed
    frame: tuple[Placed, ...]


@dataclass(slots=True, eq=False)
class _View:
    """A toast that waits or is shown, with its pictures and its place.

    Attributes:
        toast: which one.
        easel: where its picture is painted.
        slot: its place.
        icon: what is painted in place of its emblem, if anything.
        parts: its parts, where its animation needs them and they are painted. They stay until newer ones are, as its
            picture does, where only its emblem changes.
        unfinished: whether its parts are still being painted.
    """

    toast: Toast
    easel: Easel
    slot: Slot
    icon: Picture | None
    parts: ToastParts | None = None
    unfinished: bool = False

    @property
    def picture(self) -> Picture:
        """The picture of a toast that is shown, which therefore has one."""
        assert self.easel.picture is not None
        return self.easel.picture


class Toasts:
    """Short messages that come and go by themselves. Frame thread only; painting happens on a helper thread.

    Attributes:
        enabled: False drops everything that comes, quietly; sounds have a switch of their own.
        sounds: whether `on_sound` is called.
    """

    def __init__(self, stage: Stage, options: ToastOptions, wording: Wording) -> None:
        self.enabled = True
        self.sounds = True
        self._on_sound: Callable[[str], object] | None = None
        self._on_click: Callable[[Toast], object] | None = None
        self._stage = stage
        self._announcer = Announcer(wording)
        stage.wording = wording
        self._queue = ToastQueue(options, self._announcer.burst)
        self._views: dict[Toast, _View] = {}
        self._places = Places(stage, options)
        self._painters: dict[bool, ToastPainter] = {}
        self._heard: set[Toast] = set()
        self._silence = 0.0
        self._drawn = False
        self._unseen = 0.0
        self._player = ""
        self._happened: list[Event] = []
        self._standing: tuple[Standing, ...] = ()
        self._frame: tuple[Placed, ...] = ()
        self._parts: WeakValueDictionary[Hashable, ToastParts] = WeakValueDictionary()

    @property
    def pictures(self) -> PictureSource | None:
        """Fetches the pictures that toasts and widgets name by address; None leaves what is painted in their place."""
        return self._stage.pictures

    @pictures.setter
    def pictures(self, source: PictureSource | None) -> None:
        self._stage.pictures = source

    @property
    def on_sound(self) -> Callable[[str], object] | None:
        """Called with the theme's sound (a file or a name) once per burst, the rarest one's, when it appears."""
        return self._on_sound

    @on_sound.setter
    def on_sound(self, play: Callable[[str], object] | None) -> None:
        check_callable("on_sound", play, "that takes the name of a sound and plays it")
        self._on_sound = play

    @property
    def on_click(self) -> Callable[[Toast], object] | None:
        """Called with a toast that the player clicked. Without it, and unless the toast or the options ask for clicks,
        toasts take no input at all."""
        return self._on_click

    @on_click.setter
    def on_click(self, clicked: Callable[[Toast], object] | None) -> None:
        check_callable("on_click", clicked, "that takes a Toast")
        self._on_click = clicked

    @property
    def options(self) -> ToastOptions:
        """How toasts behave; assign another value at any time."""
        return self._queue.options

    @options.setter
    def options(self, options: ToastOptions) -> None:
        check_is("options", options, ToastOptions)
        repaint = options.mini != self._queue.options.mini
        self._queue.options = self._places.options = options
        if repaint:
            self.changed()

    @property
    def wording(self) -> Wording:
        """What toasts say; assign another value for another language."""
        return self._announcer.wording

    @wording.setter
    def wording(self, wording: Wording) -> None:
        self._announcer.wording = self._stage.wording = wording

    @property
    def paused(self) -> bool:
        """Whether new toasts wait, as during a boss fight; those on the screen go their way."""
        return self._queue.paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._queue.paused = paused
        self._stage.stir()

    @property
    def dialog(self) -> Widget | None:
        """The widget that takes all input now, or None. Set by the overlay. Toasts over it are fewer, keep out of its
        way, and are little ones where it leaves no room beside it."""
        return self._places.dialog

    @dialog.setter
    def dialog(self, dialog: Widget | None) -> None:
        self._places.dialog = dialog

    @property
    def visible(self) -> tuple[Toast, ...]:
        """The toasts on the screen, in the order in which they came."""
        return tuple(shown.toast for shown in self._queue.shown)

    @property
    def standing(self) -> Sequence[Standing]:
        """Where each toast on the screen is, as of the last update."""
        return self._standing

    @property
    def waiting(self) -> tuple[Toast, ...]:
        """The toasts that wait for their turn, the next one first."""
        return self._queue.waiting

    @property
    def idle(self) -> bool:
        """Whether there is nothing to show, to wait for or to report."""
        return self._queue.idle and not self._happened and self._silence <= 0

    def push(self, toast: Toast) -> bool:
        """Line up `toast`. Returns whether it will be shown: not when it is switched off, or was told before.

        Raises:
            UsageError: it is no toast.
        """
        check_is("toast", toast, Toast, "pass a Toast; overlay.notify(title, text) makes one")
        if toast.kind not in self.options.kinds:
            return False
        if not self.enabled:
            self._stage.stir()  # the silence after it passes in updates
            self._sound([toast])
            return False
        self._stage.stir()
        return self._queue.push(toast)

    def announce(self, event: Event) -> None:
        """Line up what there is to say about `event`, if anything."""
        if isinstance(event, SignedIn) and event.user.username != self._player:
            if self._player:
                self._queue.forget()  # another player's trophies are news again
            self._player = event.user.username
        toast = self._announcer.announce(event)
        if toast is not None:
            self.push(toast)

    def dismiss(self, toast: Toast) -> None:
        """Make a toast go now, or take it out of the line."""
        self._queue.dismiss(toast)

    def clear(self) -> None:
        """Take all toasts away at once, those that wait too."""
        self._queue.clear()
        self._views.clear()
        self._heard.clear()
        self._standing = self._frame = ()

    def changed(self) -> None:
        """Repaint, since the screen or the theme is another now. The old pictures stay until the new ones are done."""
        self._painters.clear()
        self._parts.clear()
        for view in self._views.values():
            view.slot.compact, view.parts = self._places.compact, None
            self._paint(view)

    def update(self, dt: float) -> list[Event]:
        """Let `dt` seconds pass. Returns what happened to toasts since the last time. Under 1 us when idle."""
        self._silence = max(0.0, self._silence - dt)
        if not self._queue.idle:
            self._places.look()
            self._queue.over_dialog = self._places.dialog is not None
            came = self._queue.update(dt, self._seen(dt), self._ready, self._fits)
            for toast in came:
                self._views[toast].slot.offset = NOWHERE  # one that comes again gets a new place
            slots = self._slots()
            for slot in self._places.in_the_way(slots):
                self._queue.send_back(self.visible[slots.index(slot)])
            self._sound_of(came)
            for toast in self._queue.next_up():
                self._view(toast)
            self._forget_gone()
            self._places.settle(slots, dt)
            self._standing = tuple(map(self._stand, self._queue.shown))
            self._frame = tuple(placed for standing in self._standing for placed in standing.frame)
        happened, self._happened = self._happened, []
        return happened

    def pictures_now(self) -> tuple[Placed, ...]:
        """What to show this frame. Time passes for toasts only in frames in which somebody asks."""
        self._drawn = True
        return self._frame

    def _seen(self, dt: float) -> float:
        """The seconds of these that the player saw toasts for; those of updates without a picture count at the next."""
        self._unseen = min(_LONGEST_STEP, self._unseen + dt)
        if not self._drawn:
            return 0.0
        seen, self._unseen, self._drawn = self._unseen, 0.0, False
        return seen

    def pointer(self, pointer: Pointer) -> bool:
        """Take a click on a toast that asks for clicks. Nothing else, ever.

        The overlay passes no click at a dialog's control, even where a toast lies over it.
        """
        if pointer.press is not Press.DOWN or pointer.button != 1:
            return False
        for toast, whole, _ in reversed(self._standing):
            if whole.covers(pointer.x, pointer.y) and self._clickable(toast):
                self._click(toast)
                return True
        return False

    def _clickable(self, toast: Toast) -> bool:
        return self.options.clickable or self.on_click is not None or toast.on_click is not None

    def _click(self, toast: Toast) -> None:
        self._happened.append(ToastClicked(toast))
        self._queue.dismiss(toast)
        if toast.on_click is not None:
            toast.on_click()
        if self.on_click is not None:
            self.on_click(toast)

    def _ready(self, toast: Toast) -> bool:
        """Whether a toast is painted."""
        view = self._views.get(toast)
        return not (view is None or view.easel.picture is None or view.unfinished or self._outdated(view))

    def _fits(self, toast: Toast) -> bool:
        """Whether there is room for a toast that is painted. One for which only a dialog leaves none is made little."""
        view, shown = self._views[toast], self._slots()
        view.slot.size = view.picture.body
        if self._places.has_room(view.slot, shown):
            return True
        if self._places.needs_little(view.slot, shown):
            view.slot.compact, view.easel, view.parts = True, Easel(self._stage), None
            self._paint(view)
        return False

    def _outdated(self, view: _View) -> bool:
        """Whether it was painted before a dialog opened, or closed, over which toasts are of another size."""
        return not self._places.suits(view.slot)

    def _slots(self) -> list[Slot]:
        """The places of the toasts on the screen, as large as their pictures are now."""
        views = [self._views[toast] for toast in self.visible]
        for view in views:
            view.slot.size = view.picture.body
        return [view.slot for view in views]

    def _animation(self, toast: Toast) -> Animation:
        return animation_for(toast.kind, self._stage.theme, reduced_motion=self._stage.reduced_motion)

    def _stand(self, shown: Shown) -> Standing:
        """Where a toast is this frame, and what is shown of it."""
        view, fade = self._views[shown.toast], self.options.fade
        state = AnimationState(
            anchor=self._places.anchor(view.slot),
            time=shown.time,
            before_leaving=min(shown.time, shown.leaves(fade)),
            fade=fade,
            presence=ease_out(shown.share(fade)),
            distance=self.options.slide * self._stage.scale,
            parts=view.parts,
        )
        (x, y), bleed = self._places.position(view.slot), view.picture.bleed
        whole = Placed(view.picture, x - bleed, y - bleed, round(255 * state.presence))
        return Standing(shown.toast, whole, self._animation(shown.toast).frame(whole, state))

    def _view(self, toast: Toast) -> _View:
        """The view of `toast`; the first time, its painting and the search for its picture begin."""
        view = self._views.get(toast)
        if view is None:
            slot = Slot(compact=self._places.compact)
            view = self._views[toast] = _View(toast, Easel(self._stage), slot, toast.icon)
            self._paint(view)
            if toast.icon_url and view.icon is None and self.pictures is not None:
                self.pictures.request(toast.icon_url, partial(self._arrived, toast))
        return view

    def _arrived(self, toast: Toast, icon: Picture) -> None:
        view = self._views.get(toast)
        if view is not None:
            view.icon = icon
            self._paint(view)

    def _paint(self, view: _View) -> None:
        compact = view.slot.compact
        painter = self._painters.get(compact)
        if painter is None:
            room, mini = self._places.width(compact=compact), self.options.mini or compact
            painter = self._painters[compact] = ToastPainter(self._stage.theme, self._stage.scale, room, mini=mini)
        view.easel.paint(partial(painter.paint, view.toast, view.icon))
        view.unfinished = self._animation(view.toast).needs_parts
        if view.unfinished:
            self._paint_parts(view, painter)

    def _paint_parts(self, view: _View, painter: ToastPainter) -> None:
        """Have painted what its animation moves; once for all that look alike."""
        toast, icon = view.toast, view.icon
        known, finish = dict(self._parts), self._stage.finish

        def paint() -> tuple[Hashable, ToastParts]:
            key = painter.parts_key(toast, icon)  # measures the words, perhaps with a font that is loaded for them
            return key, known.get(key) or painter.parts(toast, icon).finished(finish)

        def painted(made: tuple[Hashable, ToastParts]) -> None:
            key, parts = made
            if key in known:
                arrived(key, parts)
            else:
                self._stage.arrivals.add_all(parts.pictures, partial(arrived, key, parts))

        def arrived(key: Hashable, parts: ToastParts) -> None:
            if self._painters.get(view.slot.compact) is painter:
                self._parts[key] = view.parts = parts
                view.unfinished = False

        def failed() -> None:
            view.unfinished = False

        self._stage.run(paint, painted, failed)

    def _forget_gone(self) -> None:
        views = self._views.items()
        spoiled = [toast for toast, view in views if view.easel.failed and view.easel.picture is None]
        if spoiled:
            self._queue.discard(spoiled)
        shown = set(self.visible)
        alive = shown.union(self._queue.waiting)
        self._heard &= alive
        for toast in [
            each for each, view in views if each not in alive or (each not in shown and self._outdated(view))
        ]:
            del self._views[toast]

    def _sound_of(self, came: Sequence[Toast]) -> None:
        """Make the sound of what came and what waits behind it; one that was sent back and comes again makes none."""
        if any(toast not in self._heard for toast in came):
            self._sound([toast for toast in (*came, *self._queue.waiting) if toast not in self._heard])
            self._heard.update(came)

    def _sound(self, toasts: Sequence[Toast]) -> None:
        """Make the sound of a burst: the rarest trophy's, else the first one's."""
        if self._silence > 0 or not self.sounds or self.on_sound is None:
            return
        self._silence = _ONE_BURST
        rarest = max(toasts, key=lambda toast: -1 if toast.rarity is None else toast.rarity)
        rarity = rarest.rarity if rarest.kind is ToastKind.TROPHY else None
        name = rarest.kind.value if rarity is None else Rarity(rarity).name.lower()
        sound = getattr(self._stage.theme.sounds, name, "")
        if sound:
            self.on_sound(sound)
