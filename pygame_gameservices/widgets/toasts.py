"""The toasts of an overlay: queue, painting, places and clicks brought together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pygame_gameservices.core.events import Event
from pygame_gameservices.services.gamejolt.events import SignedIn
from pygame_gameservices.widgets.announcements import Announcer
from pygame_gameservices.widgets.checks import check_callable, check_is
from pygame_gameservices.widgets.input import Pointer, Press
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.stage import Easel, PictureSource, Stage
from pygame_gameservices.widgets.toast import Toast, ToastKind
from pygame_gameservices.widgets.toast_layout import Slot, ease, position, settle
from pygame_gameservices.widgets.toast_options import ToastOptions
from pygame_gameservices.widgets.toast_painter import ToastPainter
from pygame_gameservices.widgets.toast_place import Occupied, best_anchor
from pygame_gameservices.widgets.toast_queue import ToastQueue
from pygame_gameservices.widgets.widget import Widget
from pygame_gameservices.widgets.wording import Wording

_TIGHT_INSET = 12
"""Pixels at 1080p from the edges for toasts over a dialog that leaves no room."""
_ONE_BURST = 0.6
"""Toasts that appear within so many seconds of a sound are of its burst and make none of their own."""


class ToastClicked(Event, frozen=True):
    """The player clicked a toast.

    Attributes:
        toast: which one; ``toast.source`` is what it told of, such as a `Trophy`, or several in a tuple.
    """

    toast: Toast


class _Look:
    """A toast's picture and place.

    Attributes:
        tight: whether it is for a dialog that leaves no room: then it is a little one, near to the edge.
        elsewhere: where it is, if a dialog is in the way where the options say.
    """

    __slots__ = ("easel", "elsewhere", "icon", "slot", "tight")

    def __init__(self, toast: Toast, stage: Stage, *, tight: bool) -> None:
        self.easel = Easel(stage)
        self.icon = toast.icon
        self.tight = tight
        self.slot: Slot | None = None
        self.elsewhere: Anchor | None = None


class Toasts:
    """Short messages that come and go by themselves. Frame thread only; painting happens on a helper thread.

    Attributes:
        enabled: False drops everything that comes, quietly; sounds have a switch of their own.
        sounds: whether `on_sound` is called.
        dialog: the widget that takes all input now, or None. Set by the overlay. Toasts over it are fewer, keep out of
            its way, and are little ones where it has no room beside it.
    """

    def __init__(self, stage: Stage, options: ToastOptions, wording: Wording) -> None:
        self.enabled = True
        self.sounds = True
        self._on_sound: Callable[[str], object] | None = None
        self._on_click: Callable[[Toast], object] | None = None
        self.dialog: Widget | None = None
        self._stage = stage
        self._announcer = Announcer(wording)
        stage.wording = wording
        self._queue = ToastQueue(options, self._announcer.burst)
        self._looks: dict[Toast, _Look] = {}
        self._painters: dict[bool, ToastPainter] = {}
        self._heard: set[Toast] = set()
        self._silence = 0.0
        self._player = ""
        self._happened: list[Event] = []
        self._placed: tuple[tuple[Toast, Placed], ...] = ()

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
        self._queue.options = options
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

    @property
    def visible(self) -> tuple[Toast, ...]:
        """The toasts on the screen, in the order in which they came."""
        return tuple(shown.toast for shown in self._queue.shown)

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
            self._sound([toast])
            return False
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
        self._looks.clear()
        self._placed = ()

    def changed(self) -> None:
        """Repaint, since the screen or the theme is another now. The old pictures stay until the new ones are done."""
        self._painters.clear()
        for toast, look in self._looks.items():
            look.tight = self._tight
            self._paint(toast, look)

    def update(self, dt: float) -> list[Event]:
        """Let `dt` seconds pass. Returns what happened to toasts since the last time. Under 1 us when idle."""
        self._silence = max(0.0, self._silence - dt)
        if not self._queue.idle:
            self._queue.over_dialog = self.dialog is not None
            came = self._queue.update(dt, self._ready)
            for toast in came:
                self._looks[toast].slot = None  # one that comes again gets a new place
            self._make_way()
            self._sound_of(came)
            for toast in self._queue.next_up():
                self._look(toast)
            self._forget_gone()
            self._settle(dt)
            self._place()
        happened, self._happened = self._happened, []
        return happened

    def pictures_now(self) -> Sequence[Placed]:
        """What to show this frame."""
        return [placed for _, placed in self._placed] if self._placed else ()

    def pointer(self, pointer: Pointer) -> bool:
        """Take a click on a toast that asks for clicks. Nothing else, ever.

        The overlay passes no click at a dialog's way out, even where a toast lies over it.
        """
        if pointer.press is not Press.DOWN or pointer.button != 1:
            return False
        for toast, placed in reversed(self._placed):
            if placed.covers(pointer.x, pointer.y) and self._clickable(toast):
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
        """Whether a toast is painted, and there is room for it; on a screen too low for any, for one at a time."""
        look = self._looks.get(toast)
        if look is None or look.easel.picture is None or look.tight is not self._tight:
            return False
        shown = [self._picture(self._looks[each]).body[1] for each in self.visible if each in self._looks]
        room = self._pile(look.tight).height // (1 if self.options.anchor.down else 2)
        gaps = len(shown) * self._gap
        return not shown or sum(shown) + gaps + look.easel.picture.body[1] <= room

    def _look(self, toast: Toast) -> _Look:
        """The look of `toast`; the first time, its painting and the search for its picture begin."""
        look = self._looks.get(toast)
        if look is None:
            look = self._looks[toast] = _Look(toast, self._stage, tight=self._tight)
            self._paint(toast, look)
            if toast.icon_url and look.icon is None and self.pictures is not None:
                self.pictures.request(toast.icon_url, partial(self._arrived, toast))
        return look

    def _arrived(self, toast: Toast, icon: Picture) -> None:
        look = self._looks.get(toast)
        if look is not None:
            look.icon = icon
            self._paint(toast, look)

    def _paint(self, toast: Toast, look: _Look) -> None:
        painter = self._painters.get(look.tight)
        if painter is None:
            mini, room = self.options.mini or look.tight, self._pile(look.tight).width
            painter = self._painters[look.tight] = ToastPainter(self._stage.theme, self._stage.scale, room, mini=mini)
        look.easel.paint(partial(painter.paint, toast, look.icon))

    def _forget_gone(self) -> None:
        spoiled = [toast for toast, look in self._looks.items() if look.easel.failed and look.easel.picture is None]
        if spoiled:
            self._queue.discard(spoiled)
        alive = {*self.visible, *self._queue.waiting}
        self._heard &= alive
        for toast in self._queue.waiting:
            look = self._looks.get(toast)
            if look is not None and toast not in self.visible and look.tight is not self._tight:
                alive.discard(toast)  # painted before a dialog opened, or closed
        for toast in [toast for toast in self._looks if toast not in alive]:
            del self._looks[toast]

    def _settle(self, dt: float) -> None:
        """Give each shown toast its place in its pile."""
        piles: dict[Anchor, list[Slot]] = {}
        for toast in self.visible:
            look = self._looks[toast]
            body = self._picture(look).body
            if look.slot is None:
                anchor = self._best_anchor(toast)
                look.elsewhere = anchor if anchor is not self.options.anchor else None
                look.slot = Slot(body)
            look.slot.size = body
            piles.setdefault(self._anchor(look), []).append(look.slot)
        for slots in piles.values():
            settle(slots, self._gap, dt, still=self._stage.reduced_motion)

    def _make_way(self) -> None:
        """Send back what hides what a dialog must keep in sight, if there is a better place for it."""
        occupied = self._occupied
        for toast in self.visible if occupied.reserved else ():
            look = self._looks[toast]
            if look.slot is None or not occupied.forbids(self._box(toast, self._anchor(look))):
                continue
            if not occupied.forbids(self._box(toast, self._best_anchor(toast))):
                self._queue.send_back(toast)

    @property
    def _occupied(self) -> Occupied:
        return self.dialog.occupied if self.dialog is not None and self.dialog.is_open else Occupied()

    def _best_anchor(self, toast: Toast) -> Anchor:
        """Where `toast` is least in the way of the dialog that is open; without one, where the options say."""
        return best_anchor(partial(self._box, toast), self.options.anchor, self._occupied)

    def _box(self, toast: Toast, anchor: Anchor) -> Region:
        """Where `toast` comes to rest at an anchor: behind the others that are there already."""
        its = self._looks[toast]
        size = self._picture(its).body
        offset = 0.0
        for other in self.visible:
            if other is toast:
                break
            look = self._looks[other]
            if look.slot is not None and self._anchor(look) is anchor:
                offset += look.slot.size[1] + self._gap
        return Region(*position(Slot(size, offset), self._pile(its.tight), anchor, 0), *size)

    def _anchor(self, look: _Look) -> Anchor:
        return look.elsewhere or self.options.anchor

    @property
    def _gap(self) -> float:
        return self.options.gap * self._stage.scale

    @property
    def _tight(self) -> bool:
        """Whether a dialog is open that leaves no room for toasts."""
        return self.dialog is not None and self.dialog.is_open and self.dialog.crowded

    def _place(self) -> None:
        """Work out where on the screen each shown toast is this frame, and how visible."""
        reach = 0.0 if self._stage.reduced_motion else self.options.slide * self._stage.scale
        placed: list[tuple[Toast, Placed]] = []
        for shown in self._queue.shown:
            look = self._looks[shown.toast]
            picture = self._picture(look)
            presence = ease(shown.presence(self.options.fade))
            slot, pile = look.slot or Slot(picture.body), self._pile(look.tight)
            x, y = position(slot, pile, self._anchor(look), (1 - presence) * reach)
            placed.append((shown.toast, Placed(picture, x - picture.bleed, y - picture.bleed, round(255 * presence))))
        self._placed = tuple(placed)

    def _pile(self, tight: bool) -> Region:
        """The part of the screen that toasts may use; a little more where a dialog leaves no room."""
        inset = min(self.options.inset, _TIGHT_INSET) if tight else self.options.inset
        region, inset = self._stage.region, round(inset * self._stage.scale)
        return Region(region.x + inset, region.y + inset, region.width - 2 * inset, region.height - 2 * inset)

    def _picture(self, look: _Look) -> Picture:
        """The picture of a toast that is shown, which therefore has one."""
        assert look.easel.picture is not None
        return look.easel.picture

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
