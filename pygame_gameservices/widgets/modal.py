"""The widgets on the stage, and which of them gets the input."""

from __future__ import annotations

from collections.abc import Iterator

from pygame_gameservices.core.events import Event
from pygame_gameservices.widgets.input import Action, Edit, HeldActions, Pointer
from pygame_gameservices.widgets.picture import Placed
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.widget import Widget

FADE = 0.12
"""Seconds that a widget stays to be seen after it was taken off, ever fainter."""


class WidgetStack:
    """Widgets in the order in which they lie over each other. Frame thread only.

    The topmost modal widget gets all input and the game none; what lies below waits, and gets it back when it closes.
    Without a modal widget the game gets everything that no widget found of use.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._widgets: list[Widget] = []
        self._held = HeldActions()
        self._fading: list[tuple[Placed, float]] = []

    def __iter__(self) -> Iterator[Widget]:
        """The widgets, the lowest first."""
        return iter(self._widgets)

    def __len__(self) -> int:
        return len(self._widgets)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to show."""
        return not self._widgets and not self._fading

    @property
    def at_rest(self) -> bool:
        """Whether nothing changes by itself: nothing fades, nothing is held, and all widgets are at rest."""
        return not self._fading and not self._held and all(widget.at_rest for widget in self._widgets)

    @property
    def text_area(self) -> Region | None:
        """Where the text is that the player edits now; None when there is none."""
        writer = self._writer
        return writer.text_area if writer is not None else None

    @property
    def composing(self) -> bool:
        """Whether an input method works on a text now."""
        writer = self._writer
        return writer is not None and writer.composing

    @property
    def modal(self) -> Widget | None:
        """The widget that gets all input now, or None."""
        for widget in reversed(self._widgets):
            if widget.modal:
                return widget
        return None

    def show(self, widget: Widget) -> None:
        """Put `widget` on top. One that is there already comes to the top and keeps its state."""
        if widget.closed:
            self.hide(widget)  # it was on its way out, and comes in anew
        if widget in self._widgets:
            self._widgets.remove(widget)
        else:
            widget.enter(self._stage)
        self._widgets.append(widget)
        self._held.clear()

    def hide(self, widget: Widget) -> None:
        """Take `widget` off. One that is not there is no mistake."""
        if widget in self._widgets:
            self._fading += [(placed, FADE) for placed in widget.pictures()]
            self._widgets.remove(widget)
            widget.leave()
            self._held.clear()

    def release_all(self) -> None:
        """Stop repeating what is held, and let go of what a pointer holds."""
        self._held.clear()
        for widget in self._widgets:
            widget.let_go()

    def changed(self) -> None:
        """Tell every widget that the screen or the theme is another now."""
        for widget in self._widgets:
            widget.restyled()

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass, repeat what is held, and drop what has closed."""
        if self._held:
            self._repeat(dt)
        for widget in tuple(self._widgets):
            widget.update(dt)
            if widget.closed:
                self.hide(widget)
        if self._fading:
            self._fading = [(placed, left - dt) for placed, left in self._fading if left > dt]

    def _repeat(self, dt: float) -> None:
        for held in self._held.update(dt):
            if isinstance(held.what, Action):
                self._offer_action(held.what)
            else:
                self._offer_edit(held.what, held.select)

    def pictures(self) -> list[Placed]:
        """What to show this frame, the lowest first; what was taken off fades."""
        shown = [placed._replace(alpha=round(placed.alpha * left / FADE)) for placed, left in self._fading]
        for widget in self._widgets:
            shown += widget.pictures()
        return shown

    def tell(self, event: Event) -> bool:
        """Whether a widget that is open shows by itself what `event` is about."""
        return any(widget.tells(event) for widget in self._widgets)

    def hear(self, event: Event) -> None:
        """Tell every widget what happened."""
        for widget in tuple(self._widgets):
            widget.hear(event)

    def action(self, action: Action, pressed: bool) -> bool:
        """Offer a press or release to whoever has the input. Returns whether the game should not see it."""
        if not pressed:
            self._held.release(action)
            return self.modal is not None
        if self._widgets:
            self._held.press(action)
        return self._offer_action(action)

    def edit(self, edit: Edit, select: bool, pressed: bool) -> bool:
        """Offer a change of text, or its release, to whoever has the input. Returns whether anybody edits text."""
        if not pressed:
            self._held.release(edit)
            return False
        taken = self._offer_edit(edit, select)
        if taken:
            self._held.press(edit, select)
        return taken

    def reserves(self, x: float, y: float) -> bool:
        """Whether what is at a place must never be hidden from the player, such as a dialog's control."""
        modal = self.modal
        return modal is not None and any(each.covers(x, y) for each in modal.occupied.reserved)

    def pointer(self, pointer: Pointer) -> bool:
        """Offer a pointer event, the topmost widget first. Returns whether the game should not see it."""
        return any(widget.pointer(pointer) or widget.modal for widget in reversed(self._widgets))

    def text(self, text: str, composing: bool) -> bool:
        """Offer typed text, the topmost widget first. Returns whether the game should not see it."""
        return any(widget.text(text, composing) or widget.modal for widget in reversed(self._widgets))

    def _offer_action(self, action: Action) -> bool:
        return any(widget.action(action) or widget.modal for widget in reversed(self._widgets))

    def _offer_edit(self, edit: Edit, select: bool) -> bool:
        writer = self._writer
        return writer is not None and writer.text_area is not None and writer.edit(edit, select)

    @property
    def _writer(self) -> Widget | None:
        """Who may edit text: the topmost widget that does, unless a modal one lies over it."""
        for widget in reversed(self._widgets):
            if widget.modal or widget.text_area is not None:
                return widget
        return None
