"""The status badge: who is signed in, whether there is a connection, and how much waits to be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from pygame_gameservices.widgets.checks import check_callable, check_is, check_source
from pygame_gameservices.widgets.input import Pointer, Press
from pygame_gameservices.widgets.painting.portrait import initial, round_portrait
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.portraits import Portraits
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.sheet import Sheet, faint
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.widget import Widget
from pygame_gameservices.widgets.wording import BadgeWording

_HEIGHT, _INSET = 52, 24
_SMALLEST = 0.1
"""Pixels per unit of the design that are left on the narrowest of screens."""


class Status(NamedTuple):
    """How things stand.

    Attributes:
        username: who is signed in; empty for nobody.
        avatar_url: the player's portrait; may be empty.
        signing_in: whether that is under way.
        offline: whether a service cannot be reached.
        waiting: how much waits to be sent.
    """

    username: str = ""
    avatar_url: str = ""
    signing_in: bool = False
    offline: bool = False
    waiting: int = 0


class StatusBadge(Widget):
    """A small badge in a corner. Takes no input but a click on itself, and that only when there is `on_click`.

    Attributes:
        on_click: called when the player clicks it, say to open the login; None takes no clicks.
    """

    modal = False

    def __init__(
        self,
        status: Callable[[], Status],
        *,
        anchor: Anchor = Anchor.TOP_LEFT,
        on_click: Callable[[], object] | None = None,
    ) -> None:
        """Show what ``status()`` returns. It is asked once a frame, on the frame thread, so it should be quick.

        Raises:
            UsageError: `status` is no function or does not return a `Status`, or another argument is something else.
        """
        wanted = "that returns a Status; overlay.show_status() makes one of a GameJolt and shows it"
        if status is not Status:  # the class itself makes one of nobody
            check_source(status, f"pass a function {wanted}")
        check_callable("status", status, wanted, optional=False)
        check_is("anchor", anchor, Anchor)
        check_callable("on_click", on_click)
        super().__init__()
        self.anchor = anchor
        self.on_click = on_click
        self._status = status
        self._now = self._asked()
        self._portraits: Portraits | None = None

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`."""
        super().enter(stage)
        self._portraits = Portraits(stage, self.changed)

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        now = self._asked()
        if now != self._now:
            self._now = now
            self.changed()
        super().update(dt)

    def _asked(self) -> Status:
        now = self._status()
        if now.__class__ is not Status:  # quick: it is asked in each frame
            check_is("what the badge's function returned", now, Status, "return a Status")
        return now

    def painter(self) -> Callable[[], Picture]:
        """How it looks now."""
        stage, now = self.stage, self._now
        faces = self._portraits.of([now.avatar_url]) if self._portraits is not None else {}
        face, room = faces.get(now.avatar_url), stage.region.width - 2 * round(_INSET * stage.scale)
        return partial(paint_badge, now, face, stage.theme, stage.scale, stage.wording.badge, room)

    def pictures(self) -> Sequence[Placed]:
        """What to show this frame: the badge, a little away from the edge."""
        inset = round(_INSET * self.stage.scale)
        return [
            placed._replace(x=placed.x - self.anchor.across * inset, y=placed.y - self.anchor.down * inset)
            for placed in super().pictures()
        ]

    def pointer(self, pointer: Pointer) -> bool:
        """Take a click, if anybody wants it."""
        if self.on_click is None or pointer.press is not Press.DOWN or pointer.button != 1:
            return False
        if not any(placed.covers(pointer.x, pointer.y) for placed in self.pictures()):
            return False
        self.on_click()
        return True


def paint_badge(
    now: Status, face: Picture | None, theme: Theme, scale: float, words: BadgeWording, widest: int
) -> Picture:
    """Paint the badge as wide as it has to be, smaller where that is more than `widest` pixels. Helper thread."""
    letters = theme.lettering(20 * scale, bold=True)
    name = words.signing_in if now.signing_in else now.username or words.signed_out
    notes = _notes(now, words)
    room = min(round(letters.width(name)) + 1, round(280 * scale))
    width = round(66 * scale) + room + round(18 * scale)
    width += sum(round(letters.width(note)) + round(62 * scale) for _, note, _ in notes)
    if width > widest and scale > _SMALLEST:
        return paint_badge(now, face, theme, max(_SMALLEST, 0.98 * scale * widest / width), words, widest)
    sheet = Sheet(theme, scale, (width, round(_HEIGHT * scale)))
    px, colors = sheet.px, theme.colors
    side = px(36)
    disc = Region(px(12), (sheet.size[1] - side) // 2, side, side)
    if not now.username:
        sheet.fill(disc, faint(colors.text, 0.14), side / 2)
        sheet.icon(disc, "person", colors.muted, 24)
    else:
        sheet.paste(round_portrait(face, side) if face else initial(now.username, side, theme), disc.x, disc.y)
    x = disc.right + px(14)
    signed_in = bool(now.username) and not now.signing_in
    sheet.text(Region(x, 0, room, sheet.size[1]), name, 20, colors.text if signed_in else colors.muted, bold=signed_in)
    x += room + px(16)
    for icon, note, bad in notes:
        ink = colors.bad if bad else colors.accent
        sheet.fill(Region(x, px(14), max(1, px(1)), sheet.size[1] - px(28)), faint(colors.text, 0.25))
        sheet.icon(Region(x + px(14), 0, px(24), sheet.size[1]), icon, ink, 22)
        wide = round(letters.width(note)) + 1
        sheet.text(Region(x + px(44), 0, wide, sheet.size[1]), note, 20, ink, bold=True)
        x += px(62) + wide
    return sheet.picture()


def _notes(now: Status, words: BadgeWording) -> list[tuple[str, str, bool]]:
    """What else there is to say: an icon, a few words, and whether it is bad."""
    notes = [("offline", words.offline, True)] if now.offline else []
    if now.waiting:
        notes.append(("outbox", words.waiting.format(count=f"{now.waiting:,}"), False))
    return notes
