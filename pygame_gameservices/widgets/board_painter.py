"""Where everything on a leaderboard is, and how it is painted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import NamedTuple

from pygame_gameservices.widgets.board import BoardRow, View
from pygame_gameservices.widgets.color import Color, mix, with_alpha
from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.fit import Fit
from pygame_gameservices.widgets.furniture import (
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

_LOWEST, _LOWEST_COMPACT, _HIGHEST = 36, 34, 56


class _Columns(NamedTuple):
    """How wide the columns of a row are, in units of the 1080p design."""

    marker: int
    ranks: int
    gap: int
    when: int
    score: int


_USUAL = _Columns(marker=26, ranks=64, gap=16, when=170, score=220)
_COMPACT = _Columns(marker=24, ranks=36, gap=10, when=0, score=200)
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
        fit: how it is fitted to the screen.
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
    fit: Fit
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
        return self.fit.retry(self.rows)


def frame_of(
    size: tuple[int, int],
    fit: Fit,
    theme: Theme,
    tables: tuple[str, ...],
    chosen: int,
    views: tuple[View, ...],
    wanted: int,
) -> Frame:
    """Lay a leaderboard out. Frame thread; measures the names of the tables."""
    px = fit.px
    left, wide = px(fit.padding), size[0] - 2 * px(fit.padding)
    foot = px(fit.footer) + px(5 if fit.compact else 12)
    top = px(fit.header) + (px(4) if len(tables) == 1 else px(fit.tab) + px(5 if fit.compact else 10))
    space = size[1] - top - foot
    row = max(px(_LOWEST if not fit.compact else _LOWEST_COMPACT), min(px(_HIGHEST), space // max(1, wanted)))
    capacity = max(1, space // row)
    height = top + capacity * row + foot
    close = fit.close(size[0])
    width, side, down = (px(60), px(36), px(7)) if fit.compact else (px(152), px(42), px(26))
    first = close.x - px(14) - width * len(views)
    switches = tuple((Region(first + index * width, down, width, side), view) for index, view in enumerate(views))
    tabs = Region(left, px(fit.header), wide, px(fit.tab))
    return Frame(
        size=(size[0], height),
        fit=fit,
        tabs=_tabs(tables, chosen, tabs, theme, fit.scale) if len(tables) > 1 else (),
        views=switches if len(views) > 1 else (),
        rows=Region(left - px(8), top, wide + px(16), capacity * row),
        row=row,
        capacity=capacity,
        spinner=fit.spinner(height),
        close=close,
        radius=theme.radii.control * fit.scale,
    )


def _tabs(
    names: tuple[str, ...], chosen: int, room: Region, theme: Theme, scale: float
) -> tuple[tuple[Region, int], ...]:
    """Place as many tabs as there is room for, the chosen one among them, and the next for whoever only points."""
    letters = replace(theme.lettering(21 * scale, bold=True), glance=True)
    widest = min(round(260 * scale), room.width // 3)  # the chosen one, and one on either side for whoever only points
    widths = [min(widest, max(round(110 * scale), round(letters.width(name) + 44 * scale))) for name in names]
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
    fit = frame.fit
    sheet = Sheet(theme, fit.scale, frame.size, compact=fit.compact)
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
        line = Region(px(fit.padding), px(fit.header + fit.tab), sheet.size[0] - 2 * px(fit.padding), max(1, px(1)))
        sheet.fill(line, faint(theme.colors.text, 0.14))
        tabs(sheet, [(box, look.tables[index]) for box, index in frame.tabs], chosen)
    elif look.loading and not look.tables:
        for place, share in enumerate((0.8, 1.0, 0.6)):
            tab = Region(px(fit.padding + 16) + place * px(150), px(fit.header), px(100), px(fit.tab))
            skeleton(sheet, tab, share)
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
    ranks = max(sheet.px(_columns(sheet).ranks), *(ceil(letters.width(_place(row))) for row in ranked))
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
    px, colors, columns = sheet.px, sheet.theme.colors, _columns(sheet)
    inner = box.inset(0, max(1, px(1.5)))
    radius = sheet.theme.radii.control * sheet.scale
    if row.own:
        sheet.fill(inner, faint(colors.accent, 0.2), radius)
        sheet.outline(inner, faint(colors.accent, 0.75), radius)
        sheet.icon(Region(box.x + px(6), box.y, px(20), box.height), "marker", colors.accent, 17)
    elif odd:
        sheet.fill(inner, colors.raised, radius)
    place = Region(box.x + px(columns.marker), box.y, ranks, box.height)
    _rank(sheet, place, row)
    side, x = _face(sheet, place)
    picture = look.portraits.get(row.avatar_url)
    face = round_portrait(picture, side) if picture is not None else initial(row.name, side, sheet.theme)
    sheet.paste(face, x, box.y + (box.height - side) // 2)
    score = Region(box.right - px(16) - px(columns.score), box.y, px(columns.score), box.height)
    sheet.text(score, row.score, 21, colors.text, bold=True, align=RIGHT)
    when = Region(score.x - px(20 + columns.when), box.y, px(columns.when), box.height)
    if columns.when:
        sheet.text(when, row.when, 18, colors.muted, align=RIGHT)
    left = x + side + px(columns.gap)
    tag = wording.board.you if row.own else wording.board.guest if row.guest else ""
    wide = round(sheet.lettering(18, bold=row.own).width(tag)) + px(20) if tag else 0
    room = Region(left, box.y, when.x - left - px(14) - wide - px(12), box.height)
    end = sheet.text(room, row.name, 21, colors.text, bold=row.own)
    if tag:
        _tag(sheet, Region(end + px(12), box.y + (box.height - px(27)) // 2, wide, px(27)), tag, own=row.own)


def _columns(sheet: Sheet) -> _Columns:
    return _COMPACT if sheet.fit.compact else _USUAL


def _face(sheet: Sheet, ranks: Region) -> tuple[int, int]:
    """How large a portrait is, and where it begins: behind the place."""
    return min(sheet.px(36), ranks.height - sheet.px(6)), ranks.right + sheet.px(_columns(sheet).gap)


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
    px, columns = sheet.px, _columns(sheet)
    ranks = Region(box.x + px(columns.marker), box.y, px(columns.ranks), box.height)
    side, x = _face(sheet, ranks)
    sheet.fill(Region(x, box.y + (box.height - side) // 2, side, side), faint(sheet.theme.colors.text, 0.13), side / 2)
    skeleton(sheet, Region(ranks.right - px(32), box.y, px(32), box.height), 1.0)
    left = x + side + px(columns.gap)
    score = Region(box.right - px(16) - px(110), box.y, px(110), box.height)
    names = Region(left, box.y, box.right - left - px(columns.score + columns.when + 12), box.height)
    skeleton(sheet, names, _NAMES[place % len(_NAMES)] * 1.8)
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
    trouble = look.trouble if look.rows else None
    old = sheet.px(200) if frame.fit.compact and (trouble is not None or look.as_of) else 0
    right = footer(sheet, hints, device, room=old)
    staleness(sheet, frame.spinner.right + sheet.px(10), right, trouble, look.as_of, wording)
