"""What an overlay lends to the widgets on it: the screen, the theme, and somebody who paints off the frame thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar

from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import Cancelled, Closed
from pygame_gameservices.widgets.arrivals import Arrivals
from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.pad import Hands, Pad
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Insets, Region
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.wording import Wording

logger = logging.getLogger("pygame_gameservices")
WIDEST = 16 / 9
"""The shape of the part of a very wide screen that widgets use: in its far corners nobody would see a toast."""
_SCREEN = 480
"""Pixels of height from which a screen is one, and not a strip that a game draws into."""
_LEAST = 64
"""Pixels that widgets have across and down even where there are none, as in a window of no size."""
T = TypeVar("T")


class Work(Protocol):
    """Something that runs on a helper thread and is delivered on the frame thread. `Task` and `Call` are."""

    @property
    def value(self) -> Any:
        """The result, once delivered."""

    @property
    def error(self) -> Exception | None:
        """Why there is no result, once delivered; None when there is one."""

    def then(self, callback: Callable[[Any], object], /) -> object:
        """Run ``callback(work)`` on the frame thread when it is delivered."""


class Services(Protocol):
    """What the overlay needs of a `ServiceManager`."""

    def update(self, budget_s: float = ...) -> Sequence[Event]:
        """Deliver what has arrived and return the events. Frame thread."""

    def background(self, function: Callable[[], Any], /) -> Work:
        """Run `function` on a helper thread. Returns at once."""


class PictureSource(Protocol):
    """Whoever fetches pictures, off the frame thread."""

    def request(self, url: str, deliver: Callable[[Picture], object], /) -> object:
        """Fetch and decode a picture, then call ``deliver(picture)`` on the frame thread; never, if there is none."""


class Clipboard(Protocol):
    """What the player copied, here or in another program. Frame thread."""

    def paste(self) -> str:
        """Return the text that was copied; empty when there is none."""

    def copy(self, text: str) -> None:
        """Put `text` in."""


class PrivateClipboard:
    """A clipboard of this process alone, for engines and systems that have none."""

    def __init__(self) -> None:
        self._text = ""

    def paste(self) -> str:
        """Return the text that was copied; empty when there is none."""
        return self._text

    def copy(self, text: str) -> None:
        """Put `text` in."""
        self._text = text


class Stage:
    """The screen that widgets stand on. Frame thread only.

    Attributes:
        size: width and height of the overlay in pixels.
        theme: how everything looks.
        safe_area: what to keep free along the edges.
        widest: how much wider than high the part of the screen is at most that widgets use.
        reduced_motion: the player wants nothing to move; fades stay.
        wording: what widgets say by themselves.
        device: what the player used last.
        pad: whose pad it is, if it is one.
        clipboard: the player's clipboard, as far as the engine has one.
        pictures: fetches pictures by address; None leaves what is painted in their place.
        finish: what an engine does with each picture of a widget on the helper thread, so that no frame has to.
        arrivals: where painted pictures wait until the engine has what it shows of them.
        calm: whether nothing has happened since the overlay last let time pass for its widgets.
        still: what the overlay shows for as long as nothing happens; None while widgets must be asked.
    """

    def __init__(self, services: Services, size: tuple[int, int], theme: Theme) -> None:
        self._services = services
        self.size = size
        self.theme = theme
        self.safe_area = Insets()
        self.widest = WIDEST
        self.reduced_motion = False
        self.wording = Wording()
        self.device = Device.KEYBOARD
        self.pad = Pad.XBOX
        self.clipboard: Clipboard = PrivateClipboard()
        self.pictures: PictureSource | None = None
        self.finish: Callable[[Picture], Picture] = lambda picture: picture
        self.arrivals = Arrivals()
        self.calm = False
        self.still: tuple[Placed, ...] | None = None
        self._said: list[Event] = []
        self._shown: Callable[[Any], object] | None = None

    def connect(self, show: Callable[[Any], object]) -> None:
        """Tell how widgets put others on top of themselves. By the overlay."""
        self._shown = show

    def show(self, widget: Any) -> None:
        """Put another widget on top."""
        if self._shown is not None:
            self._shown(widget)

    def stir(self) -> None:
        """Something happened, whatever it was: what is shown may be other, and widgets have to be asked for it."""
        self.calm, self.still = False, None

    def say(self, event: Event) -> None:
        """Let the game hear of `event` from this or the next ``overlay.update()``."""
        self.stir()
        self._said.append(event)

    def said(self) -> Sequence[Event]:
        """Take what widgets have said since the last time. By the overlay."""
        if not self._said:
            return ()
        said, self._said = self._said, []
        return said

    @property
    def hands(self) -> Hands:
        """What the player has in hand."""
        return Hands(self.device, self.pad)

    @property
    def region(self) -> Region:
        """The part of the screen that widgets may use: on a very wide one the middle, where the player looks."""
        return _usable(self.size, self.safe_area, self.widest)

    @property
    def scale(self) -> float:
        """Pixels per pixel of the 1080p design."""
        return self.theme.scale_for(self.size[1])

    def run(self, function: Callable[[], T], then: Callable[[T], object], failed: Callable[[], object]) -> None:
        """Run `function` on a helper thread, then ``then(result)`` on the frame thread in a later update.

        Exactly one of `then` and `failed` is called, also when `function` raises (which is logged) or the services are
        closed.
        """

        def deliver(work: Work) -> None:
            if work.error is None:
                then(work.value)
            else:
                if not isinstance(work.error, Cancelled):  # that is only the end of the game
                    logger.error("painting failed", exc_info=work.error)
                failed()

        try:
            work = self._services.background(function)
        except Closed:  # the game is on its way out: nobody will see it
            failed()
        else:
            work.then(deliver)

    def paint(
        self, job: Callable[[], Picture], then: Callable[[Picture], object], failed: Callable[[], object]
    ) -> None:
        """As `run`, for a picture: on the helper thread the engine does its part too, and then on the frame thread."""
        finish = self.finish

        def painted(picture: Picture) -> None:
            self.stir()
            self.arrivals.add(picture, then)

        self.run(lambda: finish(job()), painted, failed)


class Easel:
    """A picture that is repainted off the frame thread; the old one stays until the new one is dry. Frame thread only.

    Attributes:
        picture: the newest finished picture; None until the first one is.
        caption: what was said of that picture when it was ordered.
        failed: whether the last attempt raised.
    """

    __slots__ = ("_busy", "_next", "_stage", "caption", "failed", "picture")

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._busy = False
        self._next: tuple[Callable[[], Picture], object] | None = None
        self.picture: Picture | None = None
        self.caption: object = None
        self.failed = False

    @property
    def busy(self) -> bool:
        """Whether a picture is being painted."""
        return self._busy

    def paint(self, job: Callable[[], Picture], caption: object = None) -> None:
        """Have `job` paint the picture. While one is being painted only the newest job is kept for afterwards."""
        if self._busy:
            self._next = job, caption
            return
        self._busy = True
        self._stage.paint(job, partial(self._dry, caption), self._spoiled)

    def _dry(self, caption: object, picture: Picture) -> None:
        self._stage.stir()
        self.picture, self.caption, self.failed = picture, caption, False
        self._go_on()

    def _spoiled(self) -> None:
        self.failed = True
        self._go_on()

    def _go_on(self) -> None:
        self._busy = False
        ordered, self._next = self._next, None
        if ordered is not None:
            self.paint(*ordered)


@lru_cache(maxsize=4)
def _usable(size: tuple[int, int], safe: Insets, widest: float) -> Region:
    width, height = size
    aside = (width - round(min(width, height * widest))) // 2 if height >= _SCREEN else 0
    region = Region.within(size, safe._replace(left=max(safe.left, aside), right=max(safe.right, aside)))
    return region._replace(width=max(_LEAST, region.width), height=max(_LEAST, region.height))
