"""The base of every widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pygame_gameservices.core.events import Event
from pygame_gameservices.widgets.input import Action, Edit, Pointer
from pygame_gameservices.widgets.occupied import Occupied
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.stage import Easel, Stage


class Widget:
    """A picture that changes rarely, and the input it takes. Everything here runs on the frame thread.

    A widget of your own overrides `painter` and whatever input it wants, and calls `changed` when it would look
    different::

        class Pause(Widget):
            def painter(self):
                theme, scale = self.stage.theme, self.stage.scale
                def paint():                                     # runs on a helper thread
                    image = panel((400, 120), theme, scale)
                    theme.lettering(40 * scale, bold=True).draw(image, (80, 100), "Paused", theme.colors.text)
                    return Picture.of(image, bleed=bleed_of(theme, scale))
                return paint

            def action(self, action):
                self.close()
                return True

        overlay.show(Pause())

    Attributes:
        modal: whether it takes all input while it is on top, so that the game gets none.
        anchor: where on the screen it stands.
        opacity: 0 (invisible) to 1.
    """

    modal = True
    anchor = Anchor.CENTER
    opacity = 1.0

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._easel: Easel | None = None
        self._changed = True
        self._closed = False

    @property
    def stage(self) -> Stage:
        """The screen and theme it is shown with.

        Raises:
            RuntimeError: it is not shown.
        """
        if self._stage is None:
            msg = f"{type(self).__name__} is not shown: pass it to overlay.show() first"
            raise RuntimeError(msg)
        return self._stage

    @property
    def closed(self) -> bool:
        """Whether `close` was called since it was last shown."""
        return self._closed

    @property
    def at_rest(self) -> bool:
        """Whether it needs no `update` and shows what it showed, until something is set or happens. Not by default."""
        return False

    @property
    def is_open(self) -> bool:
        """Whether it is shown, and stays."""
        return self._stage is not None and not self._closed

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`. Called by the overlay; an override calls ``super().enter(stage)`` first."""
        self._stage, self._easel = stage, Easel(stage)
        self._changed, self._closed = True, False

    def leave(self) -> None:
        """Be taken off the stage. Called by the overlay; the widget can be shown again later."""
        self._stage = self._easel = None

    def close(self) -> None:
        """Ask to be taken off the stage; the overlay does so before the next picture."""
        self._closed = True

    def changed(self) -> None:
        """Say that it would look different now. Any number of calls cost one painting."""
        self._changed = True

    def restyled(self) -> None:
        """Be told that the screen, the theme or the player's device is another now."""
        self.changed()

    def painter(self) -> Callable[[], Picture] | None:
        """Return a function that paints the widget as it is now, or None to show nothing.

        Called on the frame thread; the function itself runs on a helper thread, so it must hold all it needs and must
        not look at the widget, which may change meanwhile.
        """
        return None

    def _caption(self) -> object:
        """Return what to keep with the picture that is painted now, to know what is seen until the next one is dry."""
        return None

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass. An override calls ``super().update(dt)``, which starts a painting when one is due."""
        if self._changed and self._easel is not None:
            self._changed = False
            job = self.painter()
            if job is not None:
                self._easel.paint(job, self._caption())

    def pictures(self) -> Sequence[Placed]:
        """What to show this frame, the lowest first."""
        picture = self._easel.picture if self._easel is not None else None
        if picture is None:
            return ()
        x, y = self.stage.region.place(picture.body, self.anchor)
        return (Placed(picture, x - picture.bleed, y - picture.bleed, round(255 * self.opacity)),)

    def action(self, action: Action) -> bool:
        """Take an action, or a repeat of one that is held. Returns whether it was of use."""
        return False

    def pointer(self, pointer: Pointer) -> bool:
        """Take a pointer event. Returns whether it was of use."""
        return False

    def text(self, text: str, composing: bool = False) -> bool:
        """Take typed text, or with `composing` the text that an input method is still working on."""
        return False

    @property
    def text_area(self) -> Region | None:
        """Where the text is that the player edits now, in pixels of the overlay; None when there is none.

        While there is, keys that write or edit are no actions, and an input method shows its candidates there.
        """
        return None

    @property
    def composing(self) -> bool:
        """Whether an input method works on a text here; keys are its own then, and no actions or edits."""
        return False

    @property
    def occupied(self) -> Occupied:
        """What toasts should not hide while it takes all input. By default only the text that the player edits."""
        area = self.text_area
        return Occupied((area,) if area is not None else ())

    @property
    def crowded(self) -> bool:
        """Whether it takes so much of the screen that toasts over it should be little ones."""
        return False

    def let_go(self) -> None:
        """Be told that nothing is held any more, as when the window has lost the focus and releases go elsewhere."""

    def edit(self, edit: Edit, select: bool = False) -> bool:
        """Take a change of the text: the caret moves (with `select` it selects), something is erased or pasted."""
        return False

    def hear(self, event: Event) -> None:
        """Be told what happened. Called for every event of the services while the widget is shown."""

    def tells(self, event: Event) -> bool:
        """Whether it shows by itself what `event` is about, so that no toast needs to."""
        return False
