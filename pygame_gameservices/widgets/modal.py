"""The widgets on the stage, and which of them gets the input."""

from __future__ import annotations

from collections.abc import Iterator

from pygame_gameservices.widgets.input import Action, HeldActions, Pointer
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.widget import Widget


class WidgetStack:
    """Widgets in the order in which they lie over each other. Frame thread only.

    The topmost modal widget gets all input and the game none; what lies below waits, and gets it back when it closes.
    Without a modal widget the game gets everything that no widget found of use.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._widgets: list[Widget] = []
        self._held = HeldActions()

    def __iter__(self) -> Iterator[Widget]:
        """The widgets, the lowest first."""
        return iter(self._widgets)

    def __len__(self) -> int:
        return len(self._widgets)

    @property
    def modal(self) -> Widget | None:
        """The widget that gets all input now, or None."""
        return next((widget for widget in reversed(self._widgets) if widget.modal), None)

    def show(self, widget: Widget) -> None:
        """Put `widget` on top. One that is there already comes to the top and keeps its state."""
        if widget in self._widgets:
            self._widgets.remove(widget)
        else:
            widget.enter(self._stage)
        self._widgets.append(widget)
        self._held.clear()

    def hide(self, widget: Widget) -> None:
        """Take `widget` off. One that is not there is no mistake."""
        if widget in self._widgets:
            self._widgets.remove(widget)
            widget.leave()
            self._held.clear()

    def release_all(self) -> None:
        """Stop repeating what is held."""
        self._held.clear()

    def changed(self) -> None:
        """Tell every widget that the screen or the theme is another now."""
        for widget in self._widgets:
            widget.changed()

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass, repeat what is held, and drop what has closed."""
        for action in self._held.update(dt):
            self._offer_action(action)
        for widget in tuple(self._widgets):
            widget.update(dt)
            if widget.closed:
                self.hide(widget)

    def action(self, action: Action, pressed: bool) -> bool:
        """Offer a press or release to whoever has the input. Returns whether the game should not see it."""
        if not pressed:
            self._held.release(action)
            return self.modal is not None
        if self._widgets:
            self._held.press(action)
        return self._offer_action(action)

    def pointer(self, pointer: Pointer) -> bool:
        """Offer a pointer event, the topmost widget first. Returns whether the game should not see it."""
        return any(widget.pointer(pointer) or widget.modal for widget in reversed(self._widgets))

    def text(self, text: str, composing: bool) -> bool:
        """Offer typed text, the topmost widget first. Returns whether the game should not see it."""
        return any(widget.text(text, composing) or widget.modal for widget in reversed(self._widgets))

    def _offer_action(self, action: Action) -> bool:
        return any(widget.action(action) or widget.modal for widget in reversed(self._widgets))
