"""Where everything on a leaderboard is, and how it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import NamedTuple

from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.fit import Fit
from pygame_gameservices.widgets.furniture import (
    Hint,
    button,
    close_button,
    column,
    footer,
    header,
    message,
    pale,
    rule,
    scrollbar,
    segments,
    skeleton,
    staleness,
    tabs,
)
from pygame_gameservices.widgets.leaderboard.board import BoardRow, View
from pygame_gameservices.widgets.pad import Hands
from pygame_gameservices.widgets.painting.brushes import clipped, rounded, vertical
from pygame_gameservices.widgets.painting.color import Color, mix, with_alpha
from pygame_gameservices.widgets.painting.portrait import disc, initial, round_portrait
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, LEFT, RIGHT, Sheet, faint, ink_on
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.trouble import Age, Trouble
from pygame_gameservices.widgets.wording import Wording

_LOWEST, _LOWEST_COMPACT, _HIGHEST = 36, 34, 56
PODIUM = 3
"""How many stand on the podium."""
_STAND, _LOWER, _APART = 118, 16, 14
"""Height of the podium, how much lower the second and third stand, and how far apart, in units of the 1080p design."""
_HEADING = 30


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
    podium: tuple[BoardRow, ...]
    rows: tuple[BoardRow, ...]
    top: int
    total: int
    more: bool
    pinned: BoardRow | None
    gap: tuple[float, int] | None
    loading: bool
    busy: bool
    trouble: Trouble | None
    age: Age
    service: str
    portraits: dict[str, Picture]

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to show."""
        return not (self.podium or self.rows or self.pinned)


@dataclass(frozen=True)
class Frame:
    """Where the parts of a leaderboard are, whatever is in them.

    Attributes:
        size: of the panel.
        fit: how it is fitted to the screen.
        tabs: the place and number of each table's tab that can be seen.
        views: the place of each view's switch.
        podium: the places of the first three, in their order; empty where they stand in rows.
        heading: where the columns are named; of no height in the compact layout.
        rows: the place of all rows together.
        row: the height of one.
        capacity: how many there is room for.
        close: the cross.
        radius: of controls.
    """

    size: tuple[int, int]
    fit: Fit
    tabs: tuple[tuple[Region, int], ...]
    views: tuple[tuple[Region, View], ...]
    podium: tuple[Region, ...]
    heading: Region
    rows: Region
    row: int
    capacity: int
    close: Region
    radius: float

    def row_box(self, place: int) -> Region:
        """The row at a place, counted from the first one that can be seen."""
        return Region(self.rows.x, self.rows.y + place * self.row, self.rows.width, self.row)

    @property
    def lead(self) -> int:
        """How many rows stand on the podium and not below it."""
        return len(self.podium)

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
    *,
    podium: bool,
) -> Frame:
    """Lay a leaderboard out. Frame thread; measures the names of the tables."""
    px = fit.px
    left, wide = px(fit.padding), size[0] - 2 * px(fit.padding)
    foot = px(fit.footer) + px(fit.below)
    top = px(fit.header) + (px(4) if len(tables) == 1 else px(fit.tab) + px(5 if fit.compact else 10))
    stand = px(_STAND + 12) if podium and not fit.compact else 0
    heading = 0 if fit.compact else px(_HEADING)
    wanted = max(1, wanted - PODIUM) if stand else wanted
    space = size[1] - top - foot - stand - heading
    row = max(px(_LOWEST if not fit.compact else _LOWEST_COMPACT), min(px(_HIGHEST), space // max(1, wanted)))
    capacity = max(1, space // row)
    row = max(row, space // capacity)  # they share what is left: whatever is shown, the panel is as high as it was
    height = max(size[1], top + stand + heading + capacity * row + foot)
    close = fit.close(size[0])
    width, side, down = (px(60), px(36), px(7)) if fit.compact else (px(160), px(42), px(29))
    first = close.x - px(14) - width * len(views)
    switches = tuple((Region(first + index * width, down, width, side), view) for index, view in enumerate(views))
    tabs = Region(left, px(fit.header), wide, px(fit.tab))
    return Frame(
        size=(size[0], height),
        fit=fit,
        tabs=_tabs(tables, chosen, tabs, theme, fit.scale) if len(tables) > 1 else (),
        views=switches if len(views) > 1 else (),
        podium=_stands(Region(left, top + px(4), wide, px(_STAND)), fit) if stand else (),
        heading=Region(left, top + stand, wide, heading),
        rows=Region(left, top + stand + heading, wide, capacity * row),
        row=row,
        capacity=capacity,
        close=close,
        radius=theme.radii.control * fit.scale,
    )


def _stands(room: Region, fit: Fit) -> tuple[Region, ...]:
    """The first in the middle and highest, the second left of it, the third right."""
    gap, lower = fit.px(_APART), fit.px(_LOWER)
    side = (room.width - 2 * gap) * 32 // 100
    middle = room.width - 2 * gap - 2 * side
    low, high = room.y + lower, room.height - lower
    return (
        Region(room.x + side + gap, room.y, middle, room.height),
        Region(room.x, low, side, high),
        Region(room.right - side, low, side, high),
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
        Control(f"row {place}", box, frame.radius)
        for place, (box, _) in enumerate(zip(frame.podium, look.podium, strict=False))
    ]
    controls += [
        Control(f"row {look.top + place}", frame.row_box(place), frame.radius) for place in range(len(look.rows))
    ]
    if look.trouble is not None and look.is_empty:
        controls.append(Control("retry", frame.retry, frame.radius))
    controls.append(Control("close", frame.close, frame.close.height / 2, reachable=False))
    return Layout(frame.size, tuple(controls))


def paint_board(look: BoardLook, frame: Frame, theme: Theme, wording: Wording, hands: Hands) -> Picture:
    """Paint the whole leaderboard. Helper thread."""
    fit = frame.fit
    sheet = Sheet(theme, fit.scale, frame.size, compact=fit.compact)
    words, px = wording.board, sheet.px
    room = sheet.size[0] - frame.views[0][0].x - px(12) if frame.views else px(60)
    subtitle = look.tables[0] if len(look.tables) == 1 and look.table == 0 else ""
    if fit.compact and not subtitle:  # there is no room for headings
        subtitle = _unit((*look.rows, *([look.pinned] if look.pinned else [])))
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
    _foot(sheet, look, frame, wording, hands)
    return sheet.picture()


def _body(sheet: Sheet, look: BoardLook, frame: Frame, wording: Wording) -> None:
    words = wording.board
    if look.loading:
        for place, box in enumerate(frame.podium):
            _skeleton_stand(sheet, box, first=place == 0)
        _skeleton_headings(sheet, frame)
        for place in range(frame.capacity):
            _skeleton_row(sheet, frame.row_box(place), place)
    elif not look.is_empty:
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
    letters = sheet.lettering(21, bold=True, tabular=True)
    ranks = max([sheet.px(_columns(sheet).ranks), *(ceil(letters.width(_place(row))) for row in ranked)])
    unit = _unit((*look.podium, *ranked))
    for box, row in zip(frame.podium, look.podium, strict=False):
        _stand(sheet, box, row, look, wording, unit)
    if frame.heading.height and ranked:
        _headings(sheet, frame, wording, unit, ranks)
    first = look.top - frame.lead  # a row keeps its ground wherever it is seen
    for place, row in enumerate(look.rows):
        _row(sheet, frame.row_box(place), row, look, wording, ranks, unit, odd=(first + place) % 2 == 1)
    place = len(look.rows)
    if look.more and place < frame.capacity - (1 if look.pinned else 0):
        _skeleton_row(sheet, frame.row_box(place), place)
    if look.pinned is not None:
        box = frame.row_box(frame.capacity - 1)
        _row(sheet, box, look.pinned, look, wording, ranks, unit, odd=False)
    _bar(sheet, look, frame)


def _headings(sheet: Sheet, frame: Frame, wording: Wording, unit: str, ranks: int) -> None:
    """Name the columns: who, and the unit of all scores, once."""
    px, box, columns = sheet.px, frame.heading, _columns(sheet)
    side = min(px(36), frame.row - px(6))
    left = box.x + px(columns.marker) + ranks + 2 * px(columns.gap) + side
    column(sheet, box._replace(x=left, width=box.width // 2), wording.board.player, align=LEFT)
    score = Region(box.x, box.y, box.width - px(16), box.height)
    column(sheet, score, unit or wording.board.score)
    rule(sheet, box.x, box.bottom - max(1, px(1)), box.width)


def _unit(rows: Sequence[BoardRow]) -> str:
    """What stands behind the number in all scores alike, such as "points"; empty where there is no such thing."""
    found = {_behind(row.score) for row in rows}
    return found.pop() if len(found) == 1 else ""


def _behind(score: str) -> str:
    digits = [place for place, each in enumerate(score) if each.isdigit()]
    behind = score[digits[-1] + 1 :] if digits else ""
    return behind.strip() if behind.startswith((" ", "\u00a0")) else ""


def _number(score: str, unit: str) -> str:
    return score.removesuffix(unit).rstrip() if unit else score


def _stand_places(sheet: Sheet, box: Region, *, first: bool) -> tuple[Region, Region]:
    """Where the portrait is on a stand, and the name; the score is below that."""
    px = sheet.px
    side = px(68 if first else 58)
    face = Region(box.x + px(18), box.y + (box.height - side) // 2 - px(3), side, side)
    left = face.right + px(22)
    return face, Region(left, box.y + (box.height - px(62)) // 2, box.right - left - px(14), px(30))


def _stand(sheet: Sheet, box: Region, row: BoardRow, look: BoardLook, wording: Wording, unit: str) -> None:
    """Paint one of the first three: portrait with its coin, name and score on a stand of its metal."""
    px, colors = sheet.px, sheet.theme.colors
    radius = sheet.theme.radii.control * sheet.scale
    metal = colors.metal(_PODIUM.get(row.rank or 0, Rarity.UNKNOWN))
    ground = vertical((box.width, box.height), [(0, with_alpha(metal.base, 0.3)), (1, with_alpha(metal.base, 0.07))])
    sheet.paste(clipped(ground, rounded((box.width, box.height), radius)), box.x, box.y)
    if row.own:
        sheet.fill(box, faint(colors.accent, 0.22), radius)
        sheet.outline(box, colors.accent, radius, max(2.0, 2.5 * sheet.scale))
    else:
        sheet.outline(box, faint(metal.label, 0.75), radius)
    face, words = _stand_places(sheet, box, first=row.rank == 1)
    side = face.width
    ring = face.inset(-px(4))
    sheet.fill(ring, metal.label, ring.width / 2)
    picture = look.portraits.get(row.avatar_url)
    image = round_portrait(picture, side) if picture is not None else initial(row.name, side, sheet.theme)
    sheet.paste(image, face.x, face.y)
    coin = px(34)
    _coin(sheet, Region(face.right - coin * 5 // 8, face.bottom - coin * 5 // 8, coin, coin), row)
    tag = wording.board.you if row.own else ""
    wide = round(sheet.lettering(18, bold=True).width(tag)) + px(20) if tag else 0
    end = sheet.text(
        words._replace(width=words.width - (wide + px(10) if tag else 0)), row.name, 21, colors.text, bold=True
    )
    if tag:
        foot = sheet.baseline(words, sheet.lettering(21, bold=True))
        _tag(sheet, Region(end + px(10), words.y, wide, words.height), tag, own=True, baseline=foot)
    size = 26 if row.rank == 1 else 23
    score = words.moved(0, px(32))
    sheet.text(score, _number(row.score, unit), size, metal.label, bold=True)


def _row(
    sheet: Sheet,
    box: Region,
    row: BoardRow,
    look: BoardLook,
    wording: Wording,
    ranks: int,
    unit: str,
    *,
    odd: bool,
) -> None:
    """Paint one row, with `ranks` pixels for its place. The player's own is the loudest of all."""
    px, colors, columns = sheet.px, sheet.theme.colors, _columns(sheet)
    inner = box.inset(0, max(1, px(1.5)))
    radius = sheet.theme.radii.control * sheet.scale
    if row.own:
        sheet.fill(inner, faint(colors.accent, 0.3), radius)
        sheet.outline(inner, colors.accent, radius, max(1.5, 2 * sheet.scale))
        sheet.icon(Region(box.x + px(6), box.y, px(20), box.height), "marker", colors.accent, 18)
    elif odd:
        sheet.fill(inner, colors.raised, radius)
    place = Region(box.x + px(columns.marker), box.y, ranks, box.height)
    baseline = sheet.baseline(box, sheet.lettering(21))
    _rank(sheet, place, row, baseline)
    side, x = _face(sheet, place)
    picture = look.portraits.get(row.avatar_url)
    face = round_portrait(picture, side) if picture is not None else initial(row.name, side, sheet.theme)
    sheet.paste(face, x, box.y + (box.height - side) // 2)
    score = Region(box.right - px(16) - px(columns.score), box.y, px(columns.score), box.height)
    number = _number(row.score, unit)
    sheet.text(score, number, 21, colors.text, bold=True, align=RIGHT, tabular=True, baseline=baseline)
    wide = px(columns.when)  # in the compact layout the name needs the room
    when = Region(score.x - px(20) - wide, box.y, wide, box.height)
    if row.own and look.gap is not None and wide:
        _gap(sheet, when, look.gap, wording, baseline)
    elif wide:
        sheet.text(when, row.when, 18, colors.muted, align=RIGHT, baseline=baseline)
    left = x + side + px(columns.gap)
    tag = wording.board.you if row.own else wording.board.guest if row.guest else ""
    wide = round(sheet.lettering(18, bold=row.own).width(tag)) + px(20 if row.own else 2) if tag else 0
    moved = px(56) if row.climbed else 0
    room = Region(left, box.y, when.x - left - px(14) - wide - px(12) - moved, box.height)
    end = sheet.text(room, row.name, 21, colors.text, bold=row.own, baseline=baseline) + px(12)
    if tag:
        _tag(sheet, Region(end, box.y, wide, box.height), tag, own=row.own, baseline=baseline)
        end += wide + px(12)
    _climb(sheet, Region(end, box.y, moved, box.height), row, baseline)


def _gap(sheet: Sheet, box: Region, gap: tuple[float, int], wording: Wording, baseline: int) -> None:
    """How much is missing to the next place, in place of when it was."""
    amount = f"{gap[0]:,.0f}" if gap[0] == int(gap[0]) else f"{gap[0]:,.2f}"
    words, colors = wording.board.gap.format(gap=amount, rank=f"{gap[1]:,}"), sheet.theme.colors
    wide = min(box.width, ceil(sheet.lettering(18, bold=True).width(words)))
    sheet.text(box, words, 18, colors.text, bold=True, align=RIGHT, baseline=baseline)
    if box.width - wide > sheet.px(22):
        icon = Region(box.right - wide - sheet.px(22), box.y, sheet.px(18), box.height)
        sheet.icon(icon, "up", colors.text, 15)


def _climb(sheet: Sheet, box: Region, row: BoardRow, baseline: int) -> None:
    """How many places somebody has won or lost since the board was looked at last."""
    if not row.climbed:
        return
    colors = sheet.theme.colors
    ink = colors.text if row.own else colors.good if row.climbed > 0 else colors.bad
    sheet.icon(box._replace(width=sheet.px(18)), "up" if row.climbed > 0 else "down", ink, 15)
    words = box._replace(x=box.x + sheet.px(20), width=box.width - sheet.px(20))
    sheet.text(words, f"{abs(row.climbed):,}", 18, ink, bold=True, baseline=baseline)


def _columns(sheet: Sheet) -> _Columns:
    return _COMPACT if sheet.fit.compact else _USUAL


def _face(sheet: Sheet, ranks: Region) -> tuple[int, int]:
    """How large a portrait is, and where it begins: behind the place."""
    return min(sheet.px(36), ranks.height - sheet.px(6)), ranks.right + sheet.px(_columns(sheet).gap)


def _tag(sheet: Sheet, box: Region, words: str, *, own: bool, baseline: int) -> None:
    """Who it is, on the `baseline` of the name before it; for the player in a pill around the letters."""
    colors = sheet.theme.colors
    if own:
        cap = sheet.lettering(18, bold=True).cap_height
        high = min(sheet.px(27), box.height - sheet.px(12))  # where rows are low it still stands free of the row's edge
        high += (high - cap) % 2  # as much above the letters as below
        sheet.fill(Region(box.x, baseline - cap - (high - cap) // 2, box.width, high), colors.accent, sheet.px(8))
        ink = ink_on(colors.accent, sheet.theme)
        sheet.text(box, words, 18, ink, bold=True, align=CENTER, baseline=baseline)
    else:
        sheet.text(box, words, 18, colors.muted, align=CENTER, baseline=baseline)


def _place(row: BoardRow) -> str:
    return "–" if row.rank is None else f"{row.rank:,}"


def _rank(sheet: Sheet, box: Region, row: BoardRow, baseline: int) -> None:
    """The place; the first three on a coin of their metal."""
    colors = sheet.theme.colors
    if row.rank not in _PODIUM:
        ink = colors.text if row.own else colors.muted
        sheet.text(box, _place(row), 21, ink, bold=row.own, align=RIGHT, tabular=True, baseline=baseline)
        return
    side = min(sheet.px(34), box.height - sheet.px(6))
    _coin(sheet, Region(box.right - side + sheet.px(6), box.y + (box.height - side) // 2, side, side), row)


def _coin(sheet: Sheet, box: Region, row: BoardRow) -> None:
    """The place on a coin of its metal."""
    metal, side = sheet.theme.colors.metal(_PODIUM.get(row.rank or 0, Rarity.UNKNOWN)), box.width
    body = vertical((side, side), [(0, metal.light), (0.5, metal.base), (1, mix(metal.base, metal.dark, 0.1))])
    sheet.paste(clipped(body, disc(side)), box.x, box.y)
    sheet.outline(box, mix(metal.dark, (0, 0, 0, 255), 0.3), side / 2, max(1.0, 1.5 * sheet.scale))
    ink: Color = mix(metal.dark, (0, 0, 0, 255), 0.92)
    sheet.text(box, _place(row), 20, ink, bold=True, align=CENTER)


def _skeleton_row(sheet: Sheet, box: Region, place: int) -> None:
    px, columns = sheet.px, _columns(sheet)
    ranks = Region(box.x + px(columns.marker), box.y, px(columns.ranks), box.height)
    side, x = _face(sheet, ranks)
    sheet.fill(Region(x, box.y + (box.height - side) // 2, side, side), pale(sheet.theme), side / 2)
    skeleton(sheet, Region(ranks.right - px(32), box.y, px(32), box.height), 1.0)
    left = x + side + px(columns.gap)
    score = Region(box.right - px(16) - px(110), box.y, px(110), box.height)
    names = Region(left, box.y, box.right - left - px(columns.score + columns.when + 12), box.height)
    skeleton(sheet, names, _NAMES[place % len(_NAMES)] * 1.8)
    skeleton(sheet, score, 1.0)
    if columns.when:
        when = px(110)
        right = box.right - px(16) - px(columns.score) - px(20)
        skeleton(sheet, Region(right - when, box.y, when, box.height), 1.0)


def _skeleton_headings(sheet: Sheet, frame: Frame) -> None:
    box = frame.heading
    if not box.height:
        return
    px, columns = sheet.px, _columns(sheet)
    ranks = frame.row_box(0)._replace(x=box.x + px(columns.marker), width=px(columns.ranks))
    side, x = _face(sheet, ranks)
    skeleton(sheet, Region(x + side + px(columns.gap), box.y, px(80), box.height), 1.0, 14)
    skeleton(sheet, Region(box.right - px(16) - px(80), box.y, px(80), box.height), 1.0, 14)
    rule(sheet, box.x, box.bottom - max(1, px(1)), box.width)


def _skeleton_stand(sheet: Sheet, box: Region, *, first: bool) -> None:
    sheet.fill(box, faint(sheet.theme.colors.text, 0.06), sheet.theme.radii.control * sheet.scale)
    face, words = _stand_places(sheet, box, first=first)
    sheet.fill(face, pale(sheet.theme), face.width / 2)
    skeleton(sheet, words, 0.8)
    skeleton(sheet, words.moved(0, sheet.px(32)), 0.5)


def _bar(sheet: Sheet, look: BoardLook, frame: Frame) -> None:
    """How far down one is, at the right edge; rows that have not come yet count as one more screen."""
    seen = len(look.rows)
    box = frame.rows._replace(height=frame.row * max(1, seen))
    total = look.total - frame.lead + (frame.capacity if look.more else 0)
    scrollbar(sheet, box, look.top - frame.lead, seen, total)


def _foot(sheet: Sheet, look: BoardLook, frame: Frame, wording: Wording, hands: Hands) -> None:
    hints = [Hint("refresh", wording.hints.refresh), Hint("cancel", wording.hints.close)]
    if len(look.views) > 1:
        hints.insert(0, Hint("views", wording.hints.views))
    if len(look.tables) > 1:
        hints.insert(0, Hint("tabs", wording.hints.tabs))
    right = footer(sheet, hints, hands, room=sheet.px(200) if frame.fit.compact and look.age else 0)
    staleness(sheet, right, look.age, wording, busy=look.busy)
