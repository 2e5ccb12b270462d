"""Where everything on a leaderboard is, and how it is painted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import NamedTuple

from pygame_gameservices.widgets.board import BoardRow, View
from pygame_gameservices.widgets.color import Color, mix, with_alpha
from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.furniture import (
    FOOTER,
    HEADER,
    PADDING,
    TAB,
    Hint,
    button,
    close_button,
    footer,
    header,
    message,
    scrollbar,
    segments,
    skeleton,
    staleness,
    tabs,
)
from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.painting import clipped, vertical
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.portrait import disc, initial, round_portrait
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, RIGHT, Sheet, faint
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.trouble import Trouble
from pygame_gameservices.widgets.wording import Wording

_LOWEST, _HIGHEST = 36, 56
_VIEW_ICONS = {View.TOP: "podium", View.AROUND: "person", View.FRIENDS: "people"}
_PODIUM = {1: Rarity.GOLD, 2: Rarity.SILVER, 3: Rarity.BRONZE}
_NAMES = (0.34, 0.22, 0.4, 0.28, 0.3)
"""How long the grey bars are that stand for names, so that they look like names."""


class BoardLook(NamedTuple):
    """All that the picture of a leaderboard depends on."""

    tables: tuple[str, ...]
    table: int
    views: tuple[View, ...]
    view: View
    rows: tuple[BoardRow, ...]
    top: int
    total: int
    more: bool
    pinned: BoardRow | None
    loading: bool
    trouble: Trouble | None
    as_of: str
    service: str
    portraits: dict[str, Picture]


@dataclass(frozen=True)
class Frame:
    """Where the parts of a leaderboard are, whatever is in them.

    Attributes:
        size: of the panel.
        scale: pixels per unit of the design.
        tabs: the place and number of each table's tab that can be seen.
        views: the place of each view's switch.
        rows: the place of all rows together.
        row: the height of one.
        capacity: how many there is room for.
        spinner: where something turns while rows are on their way.
        close: the cross.
        radius: of controls.
    """

    size: tuple[int, int]
    scale: float
    tabs: tuple[tuple[Region, int], ...]
    views: tuple[tuple[Region, View], ...]
    rows: Region
    row: int
    capacity: int
    spinner: Region
    close: Region
    radius: float

    def row_box(self, place: int) -> Region:
        """The row at a place, counted from the first one that can be seen."""
        return Region(self.rows.x, self.rows.y + place * self.row, self.rows.width, self.row)

    @property
    def retry(self) -> Region:
        """The button below the message that something went wrong."""
        width, height = round(240 * self.scale), round(50 * self.scale)
        middle = self.rows.y + self.rows.height // 2
        return Region(self.rows.x + (self.rows.width - width) // 2, middle + round(92 * self.scale), width, height)


def frame_of(
    size: tuple[int, int],
    scale: float,
    theme: Theme,
    tables: tuple[str, ...],
    chosen: int,
    views: tuple[View, ...],
    wanted: int,
) -> Frame:
    """Lay a leaderboard out. Frame thread; measures the names of the tables."""

    def px(length: float) -> int:
        return round(length * scale)

    left, wide = px(PADDING), size[0] - 2 * px(PADDING)
    top = px(HEADER) + (px(4) if len(tables) == 1 else px(TAB) + px(10))
    space = size[1] - top - px(FOOTER) - px(12)
    row = max(px(_LOWEST), min(px(_HIGHEST), space // max(1, wanted)))
    capacity = max(1, space // row)
    height = top + capacity * row + px(FOOTER) + px(12)
    close = Region(size[0] - px(66), px(24), px(44), px(44))
    width = px(152)
    first = close.x - px(14) - width * len(views)
    switches = tuple((Region(first + index * width, px(26), width, px(42)), view) for index, view in enumerate(views))
    return Frame(
        size=(size[0], height),
        scale=scale,
        tabs=_tabs(tables, chosen, Region(left, px(HEADER), wide, px(TAB)), theme, scale) if len(tables) > 1 else (),
        views=switches if len(views) > 1 else (),
        rows=Region(left - px(8), top, wide + px(16), capacity * row),
        row=row,
        capacity=capacity,
        spinner=Region(left, height - px(FOOTER) + px(11), px(26), px(26)),
        close=close,
        radius=theme.radii.control * scale,
    )


def _tabs(
    names: tuple[str, ...], chosen: int, room: Region, theme: Theme, scale: float
) -> tuple[tuple[Region, int], ...]:
    """Place as many tabs as there is room for, the chosen one among them, and the next for whoever only points."""
    letters = replace(theme.lettering(21 * scale, bold=True), glance=True)
    widths = [
        min(round(260 * scale), max(round(110 * scale), round(letters.width(name) + 44 * scale))) for name in names
    ]
    first = 0
    while first < chosen and sum(widths[first : chosen + 2]) > room.width:
        first += 1
    placed: list[tuple[Region, int]] = []
    x = room.x
    for index in range(first, len(names)):
        if x + widths[index] > room.right and placed:
            break
        placed.append((Region(x, room.y, widths[index], room.height), index))
        x += widths[index]
    return tuple(placed)


def layout_of(frame: Frame, look: BoardLook) -> Layout:
    """The controls of a leaderboard as it is now."""
    controls = [Control(f"view {view}", box, frame.radius) for box, view in frame.views]
    controls += [Control(f"table {index}", box, frame.radius) for box, index in frame.tabs]
    controls += [
        Control(f"row {look.top + place}", frame.row_box(place), frame.radius) for place in range(len(look.rows))
    ]
    if look.trouble is not None and not look.rows:
        controls.append(Control("retry", frame.retry, frame.radius))
    controls.append(Control("close", frame.close, frame.close.height / 2, reachable=False))
    return Layout(frame.size, tuple(controls))


def paint_board(look: BoardLook, frame: Frame, theme: Theme, wording: Wording, device: Device) -> Picture:
    """Paint the whole leaderboard. Helper thread."""
    sheet = Sheet(theme, frame.scale, frame.size)
    words, px = wording.board, sheet.px
    room = sheet.size[0] - frame.views[0][0].x - px(12) if frame.views else px(60)
    subtitle = look.tables[0] if len(look.tables) == 1 and look.table == 0 else ""
    header(sheet, "podium", words.title, subtitle, room=room)
    if frame.views:
        names = {View.TOP: words.top, View.AROUND: words.around, View.FRIENDS: words.friends}
        boxes = [(box, names[view], _VIEW_ICONS[view]) for box, view in frame.views]
        segments(sheet, boxes, look.views.index(look.view))
    if frame.tabs:
        chosen = next((place for place, (_, index) in enumerate(frame.tabs) if index == look.table), None)
        sheet.fill(Region(px(PADDING), px(HEADER + TAB), sheet.size[0] - 2 * px(PADDING), max(1, px(1))),
                   faint(theme.colors.text, 0.14))  # fmt: skip
        tabs(sheet, [(box, look.tables[index]) for box, index in frame.tabs], chosen)
    elif look.loading and not look.tables:
        for place, share in enumerate((0.8, 1.0, 0.6)):
            skeleton(sheet, Region(px(PADDING + 16) + place * px(150), px(HEADER), px(100), px(TAB)), share)
    close_button(sheet, frame.close)
    _body(sheet, look, frame, wording)
    _foot(sheet, look, frame, wording, device)
    return sheet.picture()


def _body(sheet: Sheet, look: BoardLook, frame: Frame, wording: Wording) -> None:
    words = wording.board
    if look.loading:
        for place in range(frame.capacity):
            _skeleton_row(sheet, frame.row_box(place), place)
    elif look.rows or look.pinned:
        _rows(sheet, look, frame, wording)
    elif look.trouble is not None:
        name = (
            "offline" if look.trouble is Trouble.OFFLINE else "person" if look.trouble is Trouble.SIGN_IN else "warning"
        )
        text = wording.trouble.of(look.trouble, look.service)
        message(sheet, frame.rows._replace(height=frame.rows.height - sheet.px(60)), name, words.failed, text, bad=True)
        button(sheet, frame.retry, words.retry, icon="refresh")
    else:
        title, text = {
            View.TOP: (words.empty, words.empty_text),
            View.AROUND: (words.empty_around, words.empty_around_text),
            View.FRIENDS: (words.empty_friends, words.empty_text),
        }[look.view]
        message(sheet, frame.rows, _VIEW_ICONS[look.view], title, text)


def _rows(sheet: Sheet, look: BoardLook, frame: Frame, wording: Wording) -> None:
    ranked = look.rows if look.pinned is None else (*look.rows, look.pinned)
    letters = sheet.lettering(21, bold=True)
    ranks = max(sheet.px(64), *(ceil(letters.width(_place(row))) for row in ranked))
    for place, row in enumerate(look.rows):
        _row(sheet, frame.row_box(place), row, look, wording, ranks, odd=(look.top + place) % 2 == 1)
    place = len(look.rows)
    if look.more and place < frame.capacity - (1 if look.pinned else 0):
        _skeleton_row(sheet, frame.row_box(place), place)
    if look.pinned is not None:
        box = frame.row_box(frame.capacity - 1)
        sheet.fill(Region(box.x, box.y - max(1, sheet.px(1)), box.width, max(1, sheet.px(2))),
                   faint(sheet.theme.colors.text, 0.3))  # fmt: skip
        _row(sheet, box, look.pinned, look, wording, ranks, odd=False)
    _bar(sheet, look, frame)


def _row(sheet: Sheet, box: Region, row: BoardRow, look: BoardLook, wording: Wording, ranks: int, *, odd: bool) -> None:
    """Paint one row, with `ranks` pixels for its place."""
    px, colors = sheet.px, sheet.theme.colors
    inner = box.inset(0, max(1, px(1.5)))
    radius = sheet.theme.radii.control * sheet.scale
    if row.own:
        sheet.fill(inner, faint(colors.accent, 0.2), radius)
        sheet.outline(inner, faint(colors.accent, 0.75), radius)
        sheet.icon(Region(box.x + px(6), box.y, px(20), box.height), "marker", colors.accent, 17)
    elif odd:
        sheet.fill(inner, colors.raised, radius)
    _rank(sheet, Region(box.x + px(26), box.y, ranks, box.height), row)
    side = min(px(36), box.height - px(6))
    x = box.x + px(106) + ranks - px(64)
    picture = look.portraits.get(row.avatar_url)
    face = round_portrait(picture, side) if picture is not None else initial(row.name, side, sheet.theme)
    sheet.paste(face, x, box.y + (box.height - side) // 2)
    score = Region(box.right - px(16) - px(220), box.y, px(220), box.height)
    sheet.text(score, row.score, 21, colors.text, bold=True, align=RIGHT)
    when = Region(score.x - px(190), box.y, px(170), box.height)
    sheet.text(when, row.when, 18, colors.muted, align=RIGHT)
    left = x + side + px(16)
    tag = wording.board.you if row.own else wording.board.guest if row.guest else ""
    wide = round(sheet.lettering(18, bold=row.own).width(tag)) + px(20) if tag else 0
    room = Region(left, box.y, when.x - left - px(14) - wide - px(12), box.height)
    end = sheet.text(room, row.name, 21, colors.text, bold=row.own)
    if tag:
        _tag(sheet, Region(end + px(12), box.y + (box.height - px(27)) // 2, wide, px(27)), tag, own=row.own)


def _tag(sheet: Sheet, box: Region, words: str, *, own: bool) -> None:
    colors = sheet.theme.colors
    if own:
        sheet.fill(box, faint(colors.accent, 0.28), sheet.px(8))
        sheet.text(box, words, 18, colors.text, bold=True, align=CENTER)
    else:
        sheet.text(box, words, 18, colors.muted, align=CENTER)


def _place(row: BoardRow) -> str:
    return "–" if row.rank is None else f"{row.rank:,}"


def _rank(sheet: Sheet, box: Region, row: BoardRow) -> None:
    """The place; the first three on a coin of their metal."""
    colors, rank = sheet.theme.colors, row.rank
    metal = colors.metal(_PODIUM[rank]) if rank in _PODIUM else None
    if metal is None:
        sheet.text(box, _place(row), 21, colors.text if row.own else colors.muted, bold=row.own, align=RIGHT)
        return
    side = min(sheet.px(34), box.height - sheet.px(6))
    coin = Region(box.right - side + sheet.px(6), box.y + (box.height - side) // 2, side, side)
    body = vertical((side, side), [(0, metal.light), (0.5, metal.base), (1, mix(metal.base, metal.dark, 0.5))])
    sheet.paste(clipped(body, disc(side)), coin.x, coin.y)
    sheet.outline(coin, with_alpha(metal.dark, 0.55), side / 2)
    ink: Color = mix(metal.dark, (0, 0, 0, 255), 0.62)
    sheet.text(coin, str(rank), 20, ink, bold=True, align=CENTER)


def _skeleton_row(sheet: Sheet, box: Region, place: int) -> None:
    px = sheet.px
    side = min(px(36), box.height - px(6))
    dot = Region(box.x + px(106), box.y + (box.height - side) // 2, side, side)
    sheet.fill(dot, faint(sheet.theme.colors.text, 0.13), side / 2)
    skeleton(sheet, Region(box.x + px(58), box.y, px(32), box.height), 1.0)
    names = Region(dot.right + px(16), box.y, box.width - px(560), box.height)
    skeleton(sheet, names, _NAMES[place % len(_NAMES)] * 1.8)
    score = Region(box.right - px(16) - px(110), box.y, px(110), box.height)
    skeleton(sheet, score, 1.0)


def _bar(sheet: Sheet, look: BoardLook, frame: Frame) -> None:
    """How far down one is, at the right edge; rows that have not come yet count as one more screen."""
    seen = len(look.rows)
    box = Region(frame.rows.x, frame.rows.y, frame.rows.width - sheet.px(5), frame.row * max(1, seen))
    scrollbar(sheet, box, look.top, seen, look.total + (frame.capacity if look.more else 0))


def _foot(sheet: Sheet, look: BoardLook, frame: Frame, wording: Wording, device: Device) -> None:
    hints = [Hint("refresh", wording.hints.refresh), Hint("cancel", wording.hints.close)]
    if len(look.views) > 1:
        hints.insert(0, Hint("views", wording.hints.views))
    if len(look.tables) > 1:
        hints.insert(0, Hint("tabs", wording.hints.tabs))
    right = footer(sheet, hints, device)
    trouble = look.trouble if look.rows else None
    staleness(sheet, frame.spinner.right + sheet.px(10), right, trouble, look.as_of, wording)
