"""The base of the widgets that have controls: focus, hover, clicks, spinner, and how they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.easing import ease_out
from pygame_gameservices.widgets.fit import ABOVE_HINTS, Fit
from pygame_gameservices.widgets.flick import Flick
from pygame_gameservices.widgets.furniture import hover_picture, paint_ground, ring_picture
from pygame_gameservices.widgets.gliding import Gliding, Scroll
from pygame_gameservices.widgets.input import DIRECTIONS, Action, Device, Pointer, Press, WheelSteps
from pygame_gameservices.widgets.occupied import Occupied
from pygame_gameservices.widgets.painting.spinner import Spinner
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.unfolding import unfolding
from pygame_gameservices.widgets.widget import Widget

MARGIN = 12
"""Units that stay free around a dialog at least."""
_COMING = 0.18
"""Seconds that a dialog takes to come."""
_TREMBLE = 16
"""Units of the 1080p design that a finger may move and still press."""
_AHEAD = 2
"""Rows that are painted in advance on either side, at least, while a finger moves them."""
_TOAST = (560, 170)
"""Units of the 1080p design that a toast takes with its distance to the edge."""
_READABLE = 0.8
"""How much smaller than it should be the usual layout may get before the compact one takes its place."""


class _Rest(NamedTuple):
    """What a dialog shows, but for what moves, for as long as `look` stays what it is. While it unfolds nothing lies
    over it."""

    look: tuple[object, ...]
    x: int
    y: int
    alpha: int
    pictures: Sequence[Placed]
    unfolds: bool


class _Seen(NamedTuple):
    """Where the controls are in a picture, and how far its rows are scrolled; what was done since may have others."""

    layout: Layout
    scroll: Scroll | None


class Dialog(Widget):
    """A modal panel with controls. Frame thread only.

    A subclass says where its controls are (`arrange`), how it is painted (`painter`), and what they do (`activate`).
    The focus, what the pointer is on, and the spinner are pictures of their own: they move without any painting.

    Attributes:
        focus: the name of the control that has the focus.
        needs: units of the 1080p design that the smallest layout takes, across and down. Where the screen has less,
            as with large text on a small one, everything is painted smaller so that nothing is cut off.
        compact: the same for a layout that gets by with less; None where there is no other.
        wheel_rows: how many rows one step of the wheel scrolls.
    """

    needs = (640, 360)
    compact: tuple[int, int] | None = None
    wheel_rows = 3

    def __init__(self) -> None:
        super().__init__()
        self.focus = ""
        self._layout: Layout | None = None
        self._fit: Fit | None = None
        self._hover = ""
        self._pressed = ""
        self._grip: float | None = None
        self._wheel = WheelSteps()
        self._age = 0.0
        self._rings: dict[tuple[object, ...], Picture | None] = {}
        self._rings_for: tuple[Theme, float] | None = None
        self._ringed: tuple[Picture, Control, Scroll | None] | None = None
        self._ring_at: Placed | None = None
        self._base: Picture | None = None
        self._gliding = Gliding()
        self._flick = Flick()
        self._lag: tuple[str, int] | None = None
        self._ordered: set[int] = set()
        self._grounded: object = None
        self._rest: _Rest | None = None
        self._occupied: tuple[tuple[object, ...], Occupied] | None = None
        self._spinner: Spinner | None = None

    def __setattr__(self, name: str, value: object) -> None:
        """Set anything, after which it may look different."""
        super().__setattr__(name, value)
        stage: Stage | None = self.__dict__.get("_stage")
        if stage is not None:
            stage.stir()

    # What a subclass says -----------------------------------------------------------------------------------------

    def arrange(self) -> Layout:
        """Return how large the widget is and where its controls are, as things are now."""
        raise NotImplementedError

    def activate(self, name: str) -> None:
        """Do what a control does."""

    def turn(self, step: int) -> bool:
        """Go to the next tab (1) or the one before (-1). Returns whether there are any."""
        return False

    def scroll(self, rows: int) -> bool:
        """Scroll down so many rows, or up. Returns whether there is anything to scroll."""
        return False

    @property
    def row_height(self) -> int:
        """Pixels that a finger goes to scroll by one row; 0 when there is nothing to scroll."""
        return 0

    def refresh(self) -> None:
        """Fetch anew what is shown."""

    @property
    def patient(self) -> bool:
        """Whether nothing changes by itself, and `update` may be left out, once it has come and nothing turns.

        A subclass that says so keeps all that it shows in attributes of its own, or calls `changed`.
        """
        return False

    @property
    def at_rest(self) -> bool:
        """Whether it has come, nothing turns, and it is `patient`."""
        here = not self._changed and self._age >= _COMING and not self._gliding.moving
        return self.patient and here and self.busy_at is None

    @property
    def way(self) -> float:
        """How far it has come: 0 while there is no picture of it yet, 1 when it is whole."""
        return min(1.0, self._age / _COMING)

    @property
    def busy_at(self) -> Region | None:
        """Where something turns while the player waits, in pixels of the panel; None when nothing does."""
        return None

    # What it does with that ---------------------------------------------------------------------------------------

    @property
    def layout(self) -> Layout:
        """Where everything is now. Pure arithmetic; worked out anew after `changed`."""
        if self._layout is None:
            self._layout = self.arrange()
        return self._layout

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`."""
        super().enter(stage)
        self._spinner = Spinner(stage)
        self._layout = self._fit = self._rest = None
        self._age = 0.0
        self._hover = self._pressed = ""
        self._grip = None
        self._rings, self._rings_for = {}, (stage.theme, self.scale)
        self._ringed = self._ring_at = None
        self._base, self._gliding, self._grounded = None, Gliding(), None
        self._flick.stop()

    def leave(self) -> None:
        """Be taken off the stage."""
        super().leave()
        self._rest = self._ringed = self._ring_at = self._base = None
        self._gliding = Gliding()

    def changed(self) -> None:
        """Say that it would look different now."""
        super().changed()
        self._layout = self._rest = None

    def restyled(self) -> None:
        """Forget what was painted for another screen or theme; what is seen stays until there is something else."""
        self.changed()
        self._fit = None
        if self._rings_for != (self.stage.theme, self.scale):
            self._rings, self._rings_for = {}, (self.stage.theme, self.scale)
            self._spinner = Spinner(self.stage)

    def _caption(self) -> _Seen:
        """Where everything is in the picture that is painted now."""
        return _Seen(self.layout, self._scroll_at(self._first_row))

    @property
    def _first_row(self) -> int:
        """The first row that is seen, from 0."""
        return 0

    def _scroll_at(self, row: int) -> Scroll | None:
        """How far its rows are scrolled when `row` is the first that is seen; None where it has none that glide."""
        return None

    def _painter_at(self, row: int) -> Callable[[], Picture]:
        """How it looks now, but for `row` being the first that is seen."""
        raise NotImplementedError

    def _order_ground(self, scroll: Scroll, size: tuple[int, int]) -> None:
        """Have painted what is seen between rows that move, where there is something between them."""
        if not (scroll.gap and scroll.last) or self._grounded == (self._rings_for, size):
            return
        self._grounded = self._rings_for, size
        job = partial(paint_ground, size, self.stage.theme, self.fit)
        self.stage.paint(job, partial(setattr, self._gliding, "ground"), lambda: None)

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        super().update(dt)
        if self._easel is not None and self._easel.picture is not None:
            self._age += dt
        if self._gliding.moving:
            self._gliding.update(dt)
            if self._grip is not None:
                self._flick.passed(dt)
            elif self._rolling:
                self._roll(dt)
        if self._spinner is not None and self.busy_at is not None:
            self._spinner.update(dt)

    @property
    def focused(self) -> Control | None:
        """The control that has the focus. When that is gone, what one would try next; while something loads, none."""
        control = self.layout.control(self.focus)
        if control is not None or self.busy_at is not None:
            return control
        tried = filter(None, map(self.layout.control, ("retry", "sign_in", self.resort)))
        return next(tried, None) or next((each for each in self.layout.controls if each.reachable), None)

    @property
    def resort(self) -> str:
        """The name of the control that has the focus where there is neither the one that had it nor a way to try again;
        empty for the first there is."""
        return ""

    @property
    def fit(self) -> Fit:
        """How it is fitted to the screen: the usual layout, or the compact one where that would be too small."""
        if self._fit is None:
            self._fit = self._fitted()
        return self._fit

    def _fitted(self) -> Fit:
        usual = self._scale_for(self.needs)
        if self.compact is not None and usual < _READABLE * self.stage.scale:
            compact = self._scale_for(self.compact)
            if compact > usual:
                return Fit(compact, compact=True)
        return Fit(usual)

    @property
    def scale(self) -> float:
        """Pixels per unit of the 1080p design, such that the widget fits the screen."""
        return self.fit.scale

    def _scale_for(self, needs: tuple[int, int]) -> float:
        region, (across, down) = self.stage.region, needs
        return max(
            0.1, min(self.stage.scale, region.width / (across + 2 * MARGIN), region.height / (down + 2 * MARGIN))
        )

    def px(self, length: float) -> int:
        """Real pixels for a length of the 1080p design."""
        return round(length * self.scale)

    def room(self, width: float, height: float) -> tuple[int, int]:
        """The size of a panel that would like so many units, in pixels, cut to what the screen has."""
        region, margin = self.stage.region, 2 * self.px(MARGIN)
        return min(self.px(width), region.width - margin), min(self.px(height), region.height - margin)

    @property
    def smallest(self) -> tuple[int, int]:
        """The size in pixels of a panel that has no more room than its layout takes."""
        return self.room(*(self.compact if self.compact is not None and self.fit.compact else self.needs))

    @property
    def origin(self) -> tuple[int, int]:
        """The upper left corner of the panel on the screen, in pixels."""
        return self.stage.region.place(self.layout.size, self.anchor)

    @property
    def hints_at(self) -> Region | None:
        """Where it says what keys do, in pixels of the panel: at its foot; None where it says nothing."""
        if self.stage.device is Device.TOUCH:
            return None
        (width, height), edge, high = self.layout.size, self.px(self.fit.padding), self.px(self.fit.footer)
        return Region(edge, height - high, width - 2 * edge, high)

    @property
    def foot_at(self) -> Region | None:
        """What toasts from below stand on, in pixels of the panel: what keys do; None where there is nothing."""
        return self.hints_at

    @property
    def occupied(self) -> Occupied:
        """What toasts should not hide: the controls, the text that is edited, what keys do and the title; and nothing
        of it while it waits for what it will show. The same object as long as nothing of that changes."""
        parts = self.origin, self.layout, self.text_area, self.foot_at, self.busy_at is not None
        if self._occupied is None or self._occupied[0] != parts:
            self._occupied = parts, self._occupied_by(*parts)
        return self._occupied[1]

    def _occupied_by(
        self, origin: tuple[int, int], layout: Layout, text: Region | None, foot: Region | None, busy: bool
    ) -> Occupied:
        (left, top), fit = origin, self.fit
        foot = foot.moved(left, top) if foot is not None else None
        title = Region(left, top, layout.size[0] // 2, fit.px(fit.header))
        boxes = [control.box.moved(left, top) for control in layout.controls]
        reserved = [title, *boxes, *(each for each in (text, foot) if each is not None)]
        return Occupied(reserved, foot, Region(left, top, *layout.size) if busy else None)

    @property
    def crowded(self) -> bool:
        """Whether toasts over it should be little ones: there is no room for large ones beside, above or below it."""
        (width, height), region, scale = self.layout.size, self.stage.region, self.stage.scale
        aside, above = (region.width - width) // 2, (region.height - height) // 2
        return self.fit.compact or (aside < _TOAST[0] * scale and above < _TOAST[1] * scale)

    def pictures(self) -> Sequence[Placed]:
        """What to show this frame, the lowest first. In most frames that is what it was in the one before."""
        base = self._easel.picture if self._easel is not None else None
        if base is None or not self.opacity:
            return ()
        if base is not self._base:
            self._unveil(base)
        way = self.way
        busy = self.busy_at
        look = base, way, self.focus, self._hover, self.opacity, busy, self._gliding.moving, self._gliding.at
        if self._rest is None or self._rest.look != look:
            self._rest = self._at_rest(look, base, way)
        _, x, y, alpha, shown, unfolds = self._rest
        moving = () if unfolds else self._moving_marks(busy)
        return [*shown, *_placed(moving, x, y, alpha)] if moving else shown

    def _at_rest(self, look: tuple[object, ...], base: Picture, way: float) -> _Rest:
        x, y = self.stage.region.place(base.body, self.anchor)
        alpha = round(255 * self.opacity)
        if way < 1 and not self.stage.reduced_motion:
            whole, fit = Placed(base, x - base.bleed, y - base.bleed, alpha), self.fit
            pieces = unfolding(whole, way, fit.px(fit.header), fit.px(fit.footer) + fit.px(ABOVE_HINTS))
            return _Rest(look, x, y, alpha, pieces, unfolds=True)
        alpha = round(alpha * ease_out(way))
        panel = self._gliding.pieces(Placed(base, x - base.bleed, y - base.bleed, alpha))
        marks = (each._replace(x=x + each.x, y=y + each.y, alpha=alpha) for each in self._marks())
        return _Rest(look, x, y, alpha, [*panel, *marks], unfolds=False)

    def _unveil(self, base: Picture) -> None:
        """There is a new picture: its rows glide to their place, and the focus with them."""
        self._base, seen, still = base, self._seen, self.stage.reduced_motion
        if seen.scroll is not None and not still:
            self._order_ground(seen.scroll, seen.layout.size)
        scroll = seen.scroll if seen.layout is self.layout else self._scroll_at(self._first_row)
        wanted = scroll.at if scroll is not None else 0
        if not self._gliding.show(base, seen.scroll, wanted, cut=still or self.way < 1):
            return
        ring, control, self._lag = self._ring_at, seen.layout.control(self.focus), None
        if control is not None and _rides(control, seen.scroll):
            alike = ring is not None and ring.part is None and ring.picture.body == control.box[2:]
            self._lag = control.name, ring.y + ring.picture.bleed - control.box.y if ring is not None and alike else 0

    def action(self, action: Action) -> bool:
        """Move the focus, use what has it, close, turn pages or scroll."""
        self.let_go()
        if action is Action.CANCEL:
            self.cancel()
        elif action is Action.ACCEPT:
            if self.focused is not None:
                self.activate(self.focused.name)
        elif action is Action.REFRESH:
            self.refresh()
        elif action in (Action.TAB_LEFT, Action.TAB_RIGHT):
            self.turn(-1 if action is Action.TAB_LEFT else 1)
        elif action in DIRECTIONS or action in (Action.NEXT, Action.PREVIOUS):
            self.move(action)
        return True

    def move(self, action: Action) -> None:
        """Move the focus to the control on that side."""
        focused = self.focused
        beside = self.layout.beside(focused.name if focused is not None else self.focus, action)
        if beside is not None:
            self.focus_on(beside.name)

    def cancel(self) -> None:
        """Do what Escape does: close."""
        self.close()

    def focus_on(self, name: str) -> None:
        """Give the focus to a control."""
        self.focus = name

    def pointer(self, pointer: Pointer) -> bool:
        """Point, press and release controls, and scroll, with the wheel or by dragging."""
        if pointer.press is Press.WHEEL:
            if self._rolling:
                self.let_go()
            rows = self._wheel.turn(pointer.wheel * self.wheel_rows)
            return self.scroll(-rows) if rows else False
        if pointer.press is Press.MOVE:
            self._drag(pointer.y)
        left, top = self.origin
        at = self.layout.at(pointer.x - left, pointer.y - top)
        name = at.name if at is not None else ""
        self._hover = name if self.stage.device is not Device.TOUCH else ""
        if pointer.press is Press.DOWN and pointer.button == 1:
            caught = self._catches(at)
            self._pressed, self._grip, self._ordered = "" if caught else name, pointer.y, set()
            if at is not None and not caught:
                self.pressed(at, pointer)
        elif pointer.press is Press.UP and pointer.button == 1:
            pressed, self._pressed = self._pressed, ""
            if not self._flicked():
                self.let_go()
            if name and name == pressed:
                self.activate(name)
        return True

    def pressed(self, control: Control, pointer: Pointer) -> None:
        """A control was pressed with the pointer: it gets the focus, unless only a pointer reaches it."""
        if control.reachable:
            self.focus_on(control.name)

    def _drag(self, y: float) -> None:
        """Scroll as far as the pointer is dragged; whoever drags does not mean to press what is below."""
        if self._grip is None or not self.row_height:
            return
        scroll, far = self._scroll_at(self._first_row), self._grip - y
        if abs(far) > self.px(_TREMBLE):
            self._pressed = ""
        if scroll is not None and self._gliding.shows(scroll) and not self.stage.reduced_motion:
            self._follow(scroll, far, y)
            return
        rows = int(far / self.row_height)
        if rows:
            self._grip -= rows * self.row_height
            self.scroll(rows)

    def _follow(self, scroll: Scroll, far: float, y: float) -> None:
        """Have the rows follow the finger, pixel by pixel, from where it does more than tremble."""
        gliding, tremble = self._gliding, self.px(_TREMBLE)
        if gliding.held is None:
            self._order_pages(scroll, down=far > 0)
            if abs(far) <= tremble:
                return
            self._grip = y + (far - tremble if far > 0 else far + tremble)
            far, self._lag = self._grip - y, None
        self._flick.moved(far)
        self._grip = y
        self._hold(scroll, far)

    def _hold(self, scroll: Scroll, far: float) -> None:
        """Move the rows by so many pixels, as far as there are any."""
        held = self._gliding.at if self._gliding.held is None else self._gliding.held
        held = max(0.0, min(scroll.last, held + far))
        self._gliding.hold(held)
        rows = round(held / scroll.row) - self._first_row
        if rows:
            self.scroll(rows)
        self._order_pages(scroll, down=far > 0)

    @property
    def _rolling(self) -> bool:
        """Whether rows roll on that were flicked."""
        return self._flick.left != 0 and self._gliding.held is not None

    def _catches(self, control: Control | None) -> bool:
        """Something is pressed. Returns whether that only stops rows that roll."""
        rolling = self._rolling
        self._flick.stop()
        if not rolling or (control is not None and not _rides(control, self._scroll_at(self._first_row))):
            self.let_go()
            return False
        return True

    def _flicked(self) -> bool:
        """The finger is lifted. Returns whether the rows roll on."""
        scroll, held = self._scroll_at(self._first_row), self._gliding.held
        if held is None or scroll is None or self.stage.reduced_motion:
            return False
        self._grip = None
        return self._flick.lifted(held, scroll.row, scroll.last, self.scale)

    def _roll(self, dt: float) -> None:
        """The rows roll on, as if a finger held them that goes ever slower; until there are no more."""
        scroll, held = self._scroll_at(self._first_row), self._gliding.held
        if scroll is None or held is None or self.stage.reduced_motion:
            self.let_go()
            return
        far = self._flick.roll(dt)
        self._hold(scroll, far)
        if not self._flick.left or self._gliding.held != held + far:
            self.let_go()

    def let_go(self) -> None:
        """The finger is lifted, or holds nothing any more: the rows come to rest."""
        self._grip = None
        self._flick.stop()
        scroll = self._scroll_at(self._first_row)
        if self._gliding.held is not None and scroll is not None:
            self._gliding.let_go(scroll.at)
            self._lag = None

    def _order_pages(self, scroll: Scroll, *, down: bool) -> None:
        """Have painted what a finger may come to: a page to either side of what is seen, where it goes first."""
        page, here, last = max(1, scroll.window.height // scroll.row - 1), self._first_row, scroll.last // scroll.row
        self._ordered.add(here)
        for way in (1, -1) if down else (-1, 1):
            furthest = (max if way > 0 else min)(self._ordered)
            while (max(0, min(last, here + way * max(page, _AHEAD))) - furthest) * way > 0:
                furthest = max(0, min(last, furthest + way * page))
                self._ordered.add(furthest)
                self._order_page(furthest)

    def _order_page(self, row: int) -> None:
        scroll = self._scroll_at(row)
        if scroll is not None:
            self.stage.paint(self._painter_at(row), partial(self._gliding.add, scroll), lambda: None)

    @property
    def _seen(self) -> _Seen:
        """Where everything is in the picture that is seen."""
        caption = self._easel.caption if self._easel is not None else None
        return caption if isinstance(caption, _Seen) else self._caption()

    def _marks(self) -> Iterator[Placed]:
        """What lies over the panel: the pointer's light and the focus, as they are placed on the panel."""
        seen = self._seen
        hovered = seen.layout.control(self._hover) if self._hover != self.focus else None
        light = self._ring(hovered, hover_picture) if hovered is not None else None
        if hovered is not None and light is not None:
            yield from self._over(light, hovered, seen.scroll)
        before, self._ringed = self._ringed, self._ring_in(seen)
        if self._ringed is None:
            self._ring_at = None
        elif (
            self._ringed is not before or self._gliding.held is not None
        ):  # one that waits for the next stays where it is
            self._ring_at = next(self._over(*self._ringed), None)
        if self._ring_at is not None:
            yield self._ring_at

    def _ring_in(self, seen: _Seen) -> tuple[Picture, Control, Scroll | None] | None:
        """The frame around what has the focus. The one before stays until this one, and what it is around, is there."""
        focused = self.focused
        control = seen.layout.control(focused.name if focused is not None else self.focus)
        if control is None:
            return self._ringed if seen.layout is not self.layout else None
        ring = self._ring(control, ring_picture)
        return self._ringed if ring is None else (ring, control, seen.scroll)

    def _moving_marks(self, busy: Region | None) -> Sequence[tuple[Picture, int, int]]:
        """What lies over that and moves by itself: what turns, at `busy`; and what a subclass adds."""
        if busy is None or self._spinner is None:
            return ()
        picture = self._spinner.picture(busy.width)
        return () if picture is None else ((picture, busy.x, busy.y),)

    def _ring(self, control: Control, paint: Callable[..., Picture]) -> Picture | None:
        """The frame around a control; the first of its size is painted on a helper thread, and there is none until it
        is dry."""
        size = control.box.width, control.box.height
        key = (paint, size, control.radius)
        if key not in self._rings:
            self._rings[key] = None
            job = partial(paint, size, control.radius, self.stage.theme, self.scale)
            self.stage.paint(job, partial(self._dry, self._rings, key), lambda: None)
        return self._rings[key]

    def _over(self, mark: Picture, control: Control, scroll: Scroll | None) -> Iterator[Placed]:
        """A mark over its control: where that is seen while the rows move, or on its way there. Outside of their window
        there is nothing to see."""
        placed, gliding = Placed(mark, control.box.x - mark.bleed, control.box.y - mark.bleed), self._gliding
        if scroll is None or not _rides(control, scroll):
            yield placed
        elif self._lag is not None and self._lag[0] == control.name:
            yield placed._replace(y=placed.y + round(self._lag[1] * gliding.left))
        else:
            down = scroll.at - gliding.at
            box, placed = control.box.moved(0, down), placed._replace(y=placed.y + down)
            inside = box.y >= scroll.window.y and box.bottom <= scroll.window.bottom
            picture = Region(placed.x, placed.y, *mark.size)
            seen = picture if inside else picture.common(scroll.window._replace(x=picture.x, width=picture.width))
            if inside:
                yield placed
            elif seen.height:
                yield placed._replace(y=seen.y, part=seen.moved(-picture.x, -picture.y))

    def _dry(self, rings: dict[tuple[object, ...], Picture | None], key: tuple[object, ...], picture: Picture) -> None:
        rings[key], self._rest = picture, None


def _rides(control: Control, scroll: Scroll | None) -> bool:
    """Whether a control moves with the rows."""
    return scroll is not None and scroll.window.covers(control.box.x, control.box.y)


def _placed(marks: Iterable[tuple[Picture, int, int]], x: int, y: int, alpha: int) -> list[Placed]:
    """Pictures with where they are on the panel, put on the screen, where its corner is at `x` and `y`."""
    return [Placed(picture, x + at_x - picture.bleed, y + at_y - picture.bleed, alpha) for picture, at_x, at_y in marks]
