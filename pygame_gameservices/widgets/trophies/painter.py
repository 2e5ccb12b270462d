"""Where everything on a trophy list is, and how it is painted."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

from PIL import Image

from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.fit import Fit
from pygame_gameservices.widgets.furniture import (
    Hint,
    button,
    close_button,
    footer,
    header,
    lifted,
    message,
    pale,
    progress,
    ring_reach,
    scrollbar,
    segments,
    skeleton,
    staleness,
)
from pygame_gameservices.widgets.gliding import Scroll, rows_of_cells
from pygame_gameservices.widgets.grid import CELL
from pygame_gameservices.widgets.pad import Hands
from pygame_gameservices.widgets.painting.brushes import clipped, horizontal, lay, rounded, shadow
from pygame_gameservices.widgets.painting.color import Color, with_alpha
from pygame_gameservices.widgets.painting.emblem import locked, medal
from pygame_gameservices.widgets.painting.portrait import card
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import LONGEST, RIGHT, Sheet, faint
from pygame_gameservices.widgets.theme import Colors, Theme
from pygame_gameservices.widgets.trophies.case import Filter, TrophyItem
from pygame_gameservices.widgets.trouble import Age, Trouble
from pygame_gameservices.widgets.wording import TrophyWording, Wording


class _Card(NamedTuple):
    """The measures of a card, in units of the 1080p design.

    Attributes:
        height: of the whole card.
        gap: between two.
        emblem: its emblem's width and height.
        edge: from the card's edge to the emblem, and from there to the words.
        top: above the words.
        title, text: from the first line, which is the rank, down to the title, and to what is to be done.
        step: from one line of that to the next, or to the bar.
        lines: how many lines of text there may be, the bar being one.
    """

    height: int
    gap: int
    emblem: int
    edge: int
    top: int
    title: int
    text: int
    step: int
    lines: int


_USUAL = _Card(height=118, gap=9, emblem=76, edge=18, top=11, title=26, text=50, step=23, lines=2)
_COMPACT = _Card(height=76, gap=7, emblem=54, edge=12, top=2, title=22, text=43, step=22, lines=1)
_MOST = 3
"""How many lines a title has at most where it is shown whole."""
_ABOVE, _ABOVE_COMPACT = 17, 7
"""Units of the 1080p design from the filters down to the first row of cards."""
_SLACK = 6
"""Units of the 1080p design below the last line that a card which is shown whole does without."""
_ICONS = {Filter.ALL: "trophy", Filter.UNLOCKED: "check", Filter.LOCKED: "lock"}


class _Told(NamedTuple):
    """What a card says: the lines of its title and of what is to be done, and how far the player is."""

    title: list[str]
    text: list[str]
    way: tuple[int, int] | None


class TrophiesLook(NamedTuple):
    """All that the picture of a trophy list depends on."""

    trophies: tuple[TrophyItem, ...]
    top: int
    amount: int
    columns: int
    filter: Filter
    unlocked: int
    total: int
    loading: bool
    busy: bool
    trouble: Trouble | None
    age: Age
    remedy: str
    service: str
    portraits: dict[str, Picture]


def _card_of(fit: Fit) -> _Card:
    return _COMPACT if fit.compact else _USUAL


def trophies_room(size: tuple[int, int], fit: Fit) -> tuple[Region, int]:
    """The part of the panel for the cards, and how many rows of them fit."""
    above = 2 if fit.compact else fit.tab + 3  # the compact one has the filter beside the title
    top, bottom = fit.px(fit.header + above), fit.px(fit.footer + fit.below)
    height = size[1] - top - bottom
    left = fit.px(fit.padding)
    card = _card_of(fit)
    rows = max(1, (height + fit.px(card.gap)) // (fit.px(card.height) + fit.px(card.gap)))
    return Region(left, top, size[0] - 2 * left, height), rows


def card_box(room: Region, columns: int, place: int, fit: Fit) -> Region:
    """The card at a place, counted from the first one that is seen."""
    gap, high = fit.px(_card_of(fit).gap), fit.px(_card_of(fit).height)
    row, column = divmod(place, columns)
    wide = (room.width - gap * (columns - 1)) // columns
    return Region(room.x + column * (wide + gap), room.y + row * (high + gap), wide, high)


def rows_of_trophies(chosen: Filter, size: tuple[int, int], fit: Fit, columns: int) -> Scroll:
    """How the rows of cards are seen from the first on."""
    room, rows = trophies_room(size, fit)
    cards = [card_box(room, columns, place, fit) for place in range(columns)]
    return rows_of_cells(chosen, cards, rows, fit.px(_card_of(fit).gap))


def _height(look: TrophiesLook, size: tuple[int, int], fit: Fit) -> tuple[int, int]:
    """The panel, no higher than its rows need."""
    room, rows = trophies_room(size, fit)
    card = _card_of(fit)
    used = rows * (fit.px(card.height) + fit.px(card.gap)) - fit.px(card.gap)
    return size[0], size[1] - max(0, room.height - used)


def trophies_layout(look: TrophiesLook, size: tuple[int, int], fit: Fit, theme: Theme) -> Layout:
    """The controls of a trophy list as it is now."""
    size = _height(look, size, fit)
    room, _ = trophies_room(size, fit)
    radius = theme.radii.control * fit.scale
    controls = [Control(f"filter {each}", box, radius) for box, each in _filters(size, fit)]
    first = look.top * look.columns
    controls += [
        Control(f"{CELL}{first + place}", card_box(room, look.columns, place, fit), theme.radii.picture * fit.scale)
        for place in range(len(look.trophies))
    ]
    if look.trouble is not None and not look.total:
        controls.append(Control(look.remedy, fit.retry(room), radius))
    close = fit.close(size[0])
    controls.append(Control("close", close, close.height / 2, reachable=False))
    return Layout(size, tuple(controls))


def _filters(size: tuple[int, int], fit: Fit) -> list[tuple[Region, Filter]]:
    if fit.compact:
        wide, high, top = fit.px(60), fit.px(36), fit.px(7)
        left = fit.close(size[0]).x - fit.px(14) - wide * len(Filter)
    else:
        wide, high, top = fit.px(156), fit.px(42), fit.px(fit.header - 6)
        left = fit.px(fit.padding)
    return [(Region(left + index * wide, top, wide, high), each) for index, each in enumerate(Filter)]


def paint_trophies(
    look: TrophiesLook, size: tuple[int, int], fit: Fit, theme: Theme, wording: Wording, hands: Hands
) -> Picture:
    """Paint the whole list. Helper thread."""
    sheet = Sheet(theme, fit.scale, _height(look, size, fit), compact=fit.compact)
    words, px = wording.trophy_list, sheet.px
    beside = sheet.size[0] - _filters(sheet.size, fit)[0][0].x if fit.compact else px(60)
    header(sheet, "trophy", words.title, _progress(look, words) if fit.compact else "", room=beside)
    names = {Filter.ALL: words.every, Filter.UNLOCKED: words.unlocked, Filter.LOCKED: words.locked}
    filters = [(box, names[each], _ICONS[each]) for box, each in _filters(sheet.size, fit)]
    segments(sheet, filters, list(Filter).index(look.filter))
    close_button(sheet, fit.close(sheet.size[0]))
    room, rows = trophies_room(sheet.size, fit)
    if look.total and not fit.compact:
        _count(sheet, look, filters[0][0], words)
    _body(sheet, look, room, rows, wording)
    hints = [Hint("filter", wording.hints.filter), Hint("refresh", wording.hints.refresh)]
    right = footer(sheet, [*hints, Hint("cancel", wording.hints.close)], hands)
    staleness(sheet, right, look.age, wording, busy=look.busy)
    return sheet.picture()


def _count(sheet: Sheet, look: TrophiesLook, beside: Region, words: TrophyWording) -> None:
    """How many the player has, in words and as a bar."""
    px, colors = sheet.px, sheet.theme.colors
    share = look.unlocked / look.total
    box = Region(sheet.size[0] - px(sheet.fit.padding) - px(300), beside.y, px(300), px(22))
    sheet.text(box, _progress(look, words), 20, colors.text, bold=True)
    sheet.text(box, f"{int(share * 100)}%", 20, colors.muted, align=RIGHT)
    progress(sheet, Region(box.x, beside.y + px(29), px(300), px(10)), share)


def _progress(look: TrophiesLook, words: TrophyWording) -> str:
    """How many the player has; empty when there are none to have."""
    if not look.total:
        return ""
    percent = look.unlocked * 100 // look.total
    return words.progress.format(count=look.unlocked, total=look.total, percent=percent)


def _body(sheet: Sheet, look: TrophiesLook, room: Region, rows: int, wording: Wording) -> None:
    words = wording.trophy_list
    if look.loading:
        for place in range(rows * look.columns):
            _skeleton_card(sheet, card_box(room, look.columns, place, sheet.fit))
    elif look.trophies:
        for place, trophy in enumerate(look.trophies):
            _card(sheet, card_box(room, look.columns, place, sheet.fit), trophy, look.portraits, wording)
        total = -(-look.amount // look.columns)
        scrollbar(sheet, Region(room.right, room.y, 0, room.height), look.top, rows, total)
    elif look.trouble is not None and not look.total:
        text = wording.trouble.of(look.trouble, look.service)
        icons = {Trouble.OFFLINE: "offline", Trouble.SIGN_IN: "person"}
        area = room._replace(height=room.height - sheet.px(60))
        message(sheet, area, icons.get(look.trouble, "warning"), words.failed, text, bad=True)
        does, icon = (wording.login.sign_in, "person") if look.remedy == "sign_in" else (words.retry, "refresh")
        button(sheet, sheet.fit.retry(room), does, icon=icon)
    elif not look.total:
        message(sheet, room, "trophy", words.none, "")
    else:
        message(sheet, room, _ICONS[look.filter], words.empty, words.empty_text)


def _card(
    sheet: Sheet,
    box: Region,
    trophy: TrophyItem,
    portraits: dict[str, Picture],
    wording: Wording,
    told: _Told | None = None,
) -> None:
    """Paint a card with what fits on it, or with what is `told`; it may be higher then."""
    px, colors, words = sheet.px, sheet.theme.colors, wording.trophy_list
    radius = sheet.theme.radii.picture * sheet.scale
    hidden = trophy.secret and not trophy.unlocked
    metal = colors.metal(trophy.rarity)
    if trophy.unlocked:
        fade = [(0, with_alpha(metal.base, 0.24)), (0.7, with_alpha(metal.base, 0.06))]
        ground = horizontal((box.width, box.height), fade)
        sheet.paste(clipped(ground, rounded((box.width, box.height), radius)), box.x, box.y)
        sheet.outline(box, faint(metal.label, 0.75), radius)
    else:
        sheet.fill(box, colors.well, radius)
        sheet.outline(box, faint(colors.text, 0.2), radius)
    measures = _card_of(sheet.fit)
    side, edge = px(measures.emblem), px(measures.edge)
    place = Region(box.x + edge, box.y + (px(measures.height) - side) // 2, side, side)
    _emblem(sheet, place, trophy, portraits, hidden=hidden)
    room = _words_at(box, sheet.fit)
    _note(sheet, room, trophy, wording)
    told = told or _told(trophy, room.width, sheet.fit, sheet.theme, words)
    down = measures.title
    for line in told.title:
        sheet.text(room.moved(0, px(down)), line, 23, colors.text, bold=True)
        down += measures.text - measures.title
    for line in told.text:
        sheet.text(room.moved(0, px(down)), line, 19, colors.muted)
        down += measures.step
    if told.way is not None:
        _way(sheet, room.moved(0, px(down)), told.way, metal.label)


def _words_at(box: Region, fit: Fit) -> Region:
    """The first line of a card's words."""
    measures = _card_of(fit)
    left = box.x + 2 * fit.px(measures.edge) + fit.px(measures.emblem)
    return Region(left, box.y + fit.px(measures.top), box.right - left - fit.px(measures.edge), fit.px(24))


def _told(
    trophy: TrophyItem, width: int, fit: Fit, theme: Theme, words: TrophyWording, most: int | None = None
) -> _Told:
    """What fits on a card whose words have `width` pixels, or all of it in as many lines of text as `most`.

    A title takes two lines where one is left.
    """
    hidden, measures = trophy.secret and not trophy.unlocked, _card_of(fit)
    title = (words.secret if hidden else trophy.title)[:LONGEST]
    text = (words.secret_text if hidden else trophy.text)[:LONGEST]
    way = trophy.progress if not trophy.unlocked and not hidden else None
    large, small = theme.lettering(23 * fit.scale, bold=True), theme.lettering(19 * fit.scale)
    if most is not None:
        return _Told(large.wrap(title, width, _MOST), small.wrap(text, width, max(1, most)) if text else [], way)
    count = measures.lines - (1 if way is not None else 0)
    texts = small.wrap(text, width, count) if count else []
    return _Told(large.wrap(title, width, 2 if len(texts) < count else 1), texts, way)


def free_around(fit: Fit, theme: Theme, *, first: bool, last: bool) -> tuple[int, int]:
    """Pixels above and below a card that are free of letters, so that one which is shown whole may cover them with its
    frame; for cards of the `first` and the `last` row that is seen less."""
    measures = _card_of(fit)
    words = measures.text + (measures.lines - 1) * measures.step + measures.top + 24
    above = (_ABOVE_COMPACT if fit.compact else _ABOVE) if first else measures.gap + measures.height - words + 1
    below = 0 if last else measures.gap + measures.top + 5
    frame = ring_reach(theme, fit.scale) + 1
    return max(0, int(above * fit.scale) - frame), max(0, int(below * fit.scale) - frame)


def whole_card(
    trophy: TrophyItem,
    size: tuple[int, int],
    highest: int,
    free: tuple[int, int],
    fit: Fit,
    theme: Theme,
    wording: Wording,
    portraits: dict[str, Picture],
    *,
    focus: bool,
) -> Callable[[], Picture] | None:
    """What paints a card of `size` pixels higher, up to the `highest`, so that it says all; None where it does anyway.

    What is higher than by the pixels that are `free` around it covers its neighbours wholly. Helper thread.
    """
    measures, words = _card_of(fit), wording.trophy_list
    width = _words_at(Region(0, 0, *size), fit).width
    usual, told = (_told(trophy, width, fit, theme, words, most) for most in (None, LONGEST))
    if usual == told:
        return None
    low = measures.title + len(told.title) * (measures.text - measures.title)
    room = (highest - fit.px(low + measures.top + 24 + measures.top)) // fit.px(measures.step)
    told = _told(trophy, width, fit, theme, words, min(len(told.text), room))
    lines = len(told.text) + (1 if told.way is not None else 0)
    lower = low + lines * measures.step - measures.text - measures.lines * measures.step
    height = size[1] + fit.px(max(0, lower - _SLACK))
    if height - size[1] > sum(free):
        step = size[1] + fit.px(measures.gap)
        height = min(highest, -(-height // step) * step - fit.px(measures.gap))
    return partial(_paint_whole, trophy, (size[0], height), fit, theme, wording, portraits, told, focus)


def _paint_whole(
    trophy: TrophyItem,
    size: tuple[int, int],
    fit: Fit,
    theme: Theme,
    wording: Wording,
    portraits: dict[str, Picture],
    told: _Told,
    focus: bool,
) -> Picture:
    radius = theme.radii.picture * fit.scale
    sheet = Sheet(theme, fit.scale, size, compact=fit.compact, radius=radius)
    _card(sheet, Region(0, 0, *size), trophy, portraits, wording, told)
    return lifted(sheet, radius, focus=focus)


def _note(sheet: Sheet, room: Region, trophy: TrophyItem, wording: Wording) -> None:
    """The first line: the rank, and at the right since when the player has it, or how many players do."""
    px, colors, words = sheet.px, sheet.theme.colors, wording.trophy_list
    ink = colors.metal(trophy.rarity).label if trophy.unlocked else colors.muted
    rank = getattr(words, trophy.rarity.name.lower()).upper() if trophy.rarity else ""
    end = sheet.text(room, rank, 18, ink, bold=True, tracking=0.06)
    owners = wording.owned_by(trophy.owners)
    label = owners if not trophy.unlocked else trophy.when or owners or words.unlocked
    label = "" if sheet.fit.compact and not trophy.unlocked else label
    width = min(round(sheet.lettering(18).width(label)) + px(30 if label else 22), room.right - end - px(12))
    note = Region(room.right - width, room.y, width, room.height)
    sign, tone = ("check", colors.good) if trophy.unlocked else ("lock", colors.muted)
    icon = Region(note.x, note.y, px(22), note.height)
    if label:
        sheet.icon(icon, sign, tone, 19)
        sheet.text(note._replace(x=note.x + px(28), width=width - px(28)), label, 18, colors.muted, align=RIGHT)
    else:  # it ends where the words of other cards end
        sheet.icon(icon.moved(sheet.beside(sign, 19) + (icon.width - px(19)) // 2, 0), sign, tone, 19)


def _way(sheet: Sheet, box: Region, way: tuple[int, int], ink: Color) -> None:
    """How far the player is, as a bar and in digits."""
    px, (done, goal) = sheet.px, way
    digits = f"{done:,} / {goal:,}"
    wide = round(sheet.lettering(18, bold=True).width(digits)) + 1
    sheet.text(box._replace(x=box.right - wide, width=wide), digits, 18, sheet.theme.colors.text, bold=True)
    line = Region(box.x, box.y + (box.height - px(8)) // 2, box.width - wide - px(14), px(8))
    progress(sheet, line, min(1.0, done / max(1, goal)), ink)


def _emblem(sheet: Sheet, box: Region, trophy: TrophyItem, portraits: dict[str, Picture], *, hidden: bool) -> None:
    """The trophy's picture or its medal; grey while it is locked, and a question mark while it is secret."""
    colors = sheet.theme.colors
    if hidden:
        sheet.fill(box, faint(colors.text, 0.08), box.width / 2)
        sheet.outline(box, faint(colors.text, 0.35), box.width / 2)
        sheet.icon(box, "question", colors.muted, 40)
        return
    picture = portraits.get(trophy.image_url)
    if picture is not None:
        image = card(picture, (box.width, box.width), sheet.theme.radii.picture * sheet.scale)
        if not trophy.unlocked:
            image = locked(image, colors)
        small = box.width * 9 // 20
        image = image.copy()
        lay(image, _medal(small, trophy.rarity, colors, trophy.unlocked), (box.width - small, box.width - small))
    else:
        image = _medal(box.width, trophy.rarity, colors, trophy.unlocked)
    if trophy.unlocked:
        tone = with_alpha(colors.shadow, 0.6)
        sheet.paste(shadow(image.getchannel("A"), 2.5 * sheet.scale, tone), box.x, box.y + max(1, sheet.px(2.5)))
    sheet.paste(image, box.x, box.y)


@lru_cache(maxsize=32)
def _medal(side: int, rarity: Rarity, colors: Colors, shining: bool) -> Image.Image:
    image = medal(side, rarity, colors)
    return image if shining else locked(image, colors)


def _skeleton_card(sheet: Sheet, box: Region) -> None:
    px, colors, measures = sheet.px, sheet.theme.colors, _card_of(sheet.fit)
    radius = sheet.theme.radii.picture * sheet.scale
    sheet.fill(box, colors.well, radius)
    sheet.outline(box, faint(colors.text, 0.2), radius)
    side, edge = px(measures.emblem), px(measures.edge)
    sheet.fill(Region(box.x + edge, box.y + (box.height - side) // 2, side, side), pale(sheet.theme), side / 2)
    left = box.x + 2 * edge + side
    words = Region(left, box.y + px(measures.top), box.right - left - px(28), px(24))
    for down, share in ((0, 0.22), (measures.title, 0.55), (measures.text, 0.8)):
        skeleton(sheet, words.moved(0, px(down)), share)
