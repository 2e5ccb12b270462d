"""Where everything on the shelf of games is, and how it is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
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
    scrollbar,
    skeleton,
)
from pygame_gameservices.widgets.gliding import Scroll, rows_of_cells
from pygame_gameservices.widgets.grid import CELL
from pygame_gameservices.widgets.pad import Hands
from pygame_gameservices.widgets.painting.portrait import card, initial_card
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, LONGEST, Sheet, faint
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.trouble import Trouble
from pygame_gameservices.widgets.wording import ShelfWording, Wording

_GAP, _WORDS, _WORDS_COMPACT = 18, 66, 64
_EDGE, _LINE = 12, 26
"""Units at both sides of the words about a game, and from one line of them to the next."""
_BETWEEN_COMPACT = 12
"""Between two rows: what is free above the first one, too, so that rows can move."""
_COVER = 315 / 250
"""Width by height of the covers that itch.io asks for."""


class _Asked(NamedTuple):
    """The measures of what is asked, in units of the 1080p design.

    Attributes:
        least: height of the cover at least.
        gap: from the cover to the words.
        below: from the cover down to the lower edge of the answers.
        answer: height of an answer.
        edges: free above and below all of it, together.
    """

    least: int
    gap: int
    below: int
    answer: int
    edges: int


_ASKED = _Asked(least=60, gap=18, below=158, answer=54, edges=56)
_ASKED_COMPACT = _Asked(least=48, gap=10, below=132, answer=46, edges=24)


class ShelfLook(NamedTuple):
    """All that the picture of a shelf depends on."""

    titles: tuple[str, ...]
    texts: tuple[str, ...]
    covers: tuple[str, ...]
    linked: tuple[bool, ...]
    top: int
    amount: int
    columns: int
    question: tuple[str, str, str] | None
    loading: bool
    trouble: Trouble | None
    service: str
    portraits: dict[str, Picture]


def _words(fit: Fit) -> int:
    """Pixels for a title and a line about it."""
    return fit.px(_WORDS_COMPACT if fit.compact else _WORDS)


def _room(size: tuple[int, int], fit: Fit) -> Region:
    top, left = fit.px(fit.header + 4), fit.px(fit.padding)
    return Region(left, top, size[0] - 2 * left, size[1] - top - _below(fit))


def _below(fit: Fit) -> int:
    """Pixels from the lowest row to the lower edge of the panel."""
    return fit.px(fit.footer + fit.below)


def _between(fit: Fit) -> int:
    """Pixels between two rows."""
    return fit.px(_BETWEEN_COMPACT if fit.compact else _GAP)


def _cell(size: tuple[int, int], fit: Fit, place: int, columns: int) -> Region:
    room, gap = _room(size, fit), fit.px(_GAP)
    row, column = divmod(place, columns)
    wide = (room.width - gap * (columns - 1)) // columns
    high = round(wide / _COVER) + _words(fit)
    left = column * (room.width + gap) // columns  # the last one ends where the lines above the hints do
    return Region(room.x + left, room.y + row * (high + _between(fit)), wide, high)


def shelf_rows(size: tuple[int, int], fit: Fit, columns: int) -> int:
    """How many rows of games can be seen."""
    room, gap = _room(size, fit), _between(fit)
    return max(1, (room.height + gap) // (_cell(size, fit, 0, columns).height + gap))


def rows_of_games(size: tuple[int, int], fit: Fit, columns: int) -> Scroll:
    """How the rows are seen from the first on."""
    cells = [_cell(size, fit, place, columns) for place in range(columns)]
    return rows_of_cells("games", cells, shelf_rows(size, fit, columns), _between(fit))


def _size(size: tuple[int, int], fit: Fit, columns: int) -> tuple[int, int]:
    """The panel, no higher than its rows need."""
    rows = shelf_rows(size, fit, columns)
    return size[0], _cell(size, fit, (rows - 1) * columns, columns).bottom + _below(fit)


def shelf_layout(look: ShelfLook, size: tuple[int, int], fit: Fit, theme: Theme) -> Layout:
    """The controls of a shelf as it is now; while it asks something, only the answers."""
    whole, radius = _size(size, fit, look.columns), theme.radii.control * fit.scale
    corner = fit.close(size[0])
    close = Control("close", corner, corner.height / 2, reachable=False)
    if look.question is not None:
        return Layout(whole, (*(Control(name, box, radius) for name, box in _answers(whole, fit)), close))
    first = look.top * look.columns
    cells = [
        Control(f"{CELL}{first + place}", _cell(size, fit, place, look.columns), theme.radii.picture * fit.scale)
        for place in range(len(look.titles))
    ]
    if look.trouble is not None and not look.amount:
        cells.append(Control("retry", fit.retry(_message_room(whole, fit)), radius))
    return Layout(whole, (*cells, close))


def _question_at(size: tuple[int, int], fit: Fit) -> Region:
    """Where the cover, the question and the answers are together, in the middle of the panel."""
    room, asked = _message_room(size, fit), _asked(fit)
    cover = max(fit.px(asked.least), min(fit.px(250), room.height - fit.px(asked.below + asked.edges)))
    high = cover + fit.px(asked.below)
    return Region(room.x, room.y + max(fit.px(8), (room.height - high) // 2), room.width, high)


def _asked(fit: Fit) -> _Asked:
    return _ASKED_COMPACT if fit.compact else _ASKED


def _answers(size: tuple[int, int], fit: Fit) -> list[tuple[str, Region]]:
    wide, high, gap = fit.px(230), fit.px(_asked(fit).answer), fit.px(16)
    left, top = (size[0] - 2 * wide - gap) // 2, _question_at(size, fit).bottom - high
    return [("open", Region(left, top, wide, high)), ("stay", Region(left + wide + gap, top, wide, high))]


def _message_room(size: tuple[int, int], fit: Fit) -> Region:
    """The part of the panel between title and hints."""
    return Region(0, fit.px(fit.header), size[0], size[1] - fit.px(fit.header + fit.footer))


def paint_shelf(
    look: ShelfLook, size: tuple[int, int], fit: Fit, theme: Theme, wording: Wording, hands: Hands
) -> Picture:
    """Paint the whole shelf. Helper thread."""
    whole, words = _size(size, fit, look.columns), wording.shelf
    sheet = Sheet(theme, fit.scale, whole, compact=fit.compact)
    header(sheet, "games", words.title, words.subtitle, room=sheet.px(60))
    close_button(sheet, fit.close(size[0]))
    room = _message_room(whole, fit)
    if look.question is not None:
        _question(sheet, look, words)
    elif look.loading:
        for place in range(look.columns * shelf_rows(size, fit, look.columns)):
            _skeleton_cell(sheet, _cell(size, fit, place, look.columns))
    elif look.amount:
        for place in range(len(look.titles)):
            _game(sheet, _cell(size, fit, place, look.columns), look, place)
        rows, total = shelf_rows(size, fit, look.columns), -(-look.amount // look.columns)
        scrollbar(sheet, _room(size, fit), look.top, rows, total)
    elif look.trouble is not None:
        text = wording.trouble.of(look.trouble, look.service)
        name = "offline" if look.trouble is Trouble.OFFLINE else "warning"
        message(sheet, room._replace(height=room.height - sheet.px(60)), name, words.failed, text, bad=True)
        button(sheet, fit.retry(_message_room(whole, fit)), words.retry, icon="refresh")
    else:
        message(sheet, room, "games", words.empty, "")
    back = wording.hints.back if look.question else wording.hints.close
    footer(sheet, [Hint("accept", wording.hints.select), Hint("cancel", back)], hands)
    return sheet.picture()


def _game(sheet: Sheet, box: Region, look: ShelfLook, place: int) -> None:
    px = sheet.px
    sheet.fill(box, sheet.theme.colors.raised, sheet.theme.radii.picture * sheet.scale)
    high = box.height - _words(sheet.fit)
    _cover(sheet, box._replace(height=high), look.titles[place], look.portraits.get(look.covers[place]))
    words = Region(box.x + px(_EDGE), box.y + high + px(_above(sheet.fit)), box.width - 2 * px(_EDGE), px(28))
    _say(sheet, words, [look.titles[place]], [look.texts[place]], linked=look.linked[place])


def _above(fit: Fit) -> int:
    """Units from a cover to the words below it."""
    return 4 if fit.compact else 7


def _say(sheet: Sheet, words: Region, titles: Sequence[str], texts: Sequence[str], *, linked: bool) -> None:
    """Write the lines of a title, with a sign that there is a page, and what is said about the game below them."""
    px, colors = sheet.px, sheet.theme.colors
    if linked:
        sheet.icon(Region(words.right - px(20), words.y, px(20), words.height), "link", colors.muted, 18)
    for line in titles:
        sheet.text(words._replace(width=_title_width(words.width, sheet.fit, linked)), line, 20, colors.text, bold=True)
        words = words.moved(0, px(_LINE))
    for line in texts:
        sheet.text(words, line, 18, colors.muted)
        words = words.moved(0, px(_LINE))


def _title_width(width: int, fit: Fit, linked: bool) -> int:
    return width - fit.px(28) if linked else width


def whole_game(
    title: str,
    text: str,
    cover: Picture | None,
    size: tuple[int, int],
    fit: Fit,
    theme: Theme,
    *,
    linked: bool,
    focus: bool,
) -> Callable[[], Picture] | None:
    """What paints a game of `size` pixels with all its words, over its cover if need be; None where they are seen.

    Helper thread.
    """
    width = size[0] - 2 * fit.px(_EDGE)
    most = (size[1] - fit.px(2 * _above(fit))) // fit.px(_LINE)
    large, small = theme.lettering(20 * fit.scale, bold=True), theme.lettering(18 * fit.scale)
    texts = small.wrap(text[:LONGEST], width, most // 2) if text else []
    titles = large.wrap(title[:LONGEST], _title_width(width, fit, linked), most - len(texts))
    if len(titles) < 2 and len(texts) < 2:
        return None
    return partial(_paint_whole, title, titles, texts, cover, size, fit, theme, linked, focus)


def _paint_whole(
    title: str,
    titles: list[str],
    texts: list[str],
    cover: Picture | None,
    size: tuple[int, int],
    fit: Fit,
    theme: Theme,
    linked: bool,
    focus: bool,
) -> Picture:
    radius = theme.radii.picture * fit.scale
    sheet = Sheet(theme, fit.scale, size, compact=fit.compact, radius=radius)
    px, whole = sheet.px, Region(0, 0, *size)
    sheet.fill(whole, theme.colors.raised, radius)
    high = min(size[1] - _words(fit), size[1] - px(_above(fit) + _LINE * (len(titles) + len(texts)) + 7))
    if high > 0:
        image = _cover_image((size[0], size[1] - _words(fit)), title, cover, radius, theme)
        sheet.paste(image.crop((0, 0, size[0], high)), 0, 0)
    words = Region(px(_EDGE), high + px(_above(fit)), size[0] - 2 * px(_EDGE), px(28))
    _say(sheet, words, titles, texts, linked=linked)
    return lifted(sheet, radius, focus=focus)


def _cover(sheet: Sheet, box: Region, title: str, picture: Picture | None) -> None:
    radius = sheet.theme.radii.picture * sheet.scale
    sheet.paste(_cover_image((box.width, box.height), title, picture, radius, sheet.theme), box.x, box.y)


def _cover_image(
    size: tuple[int, int], title: str, picture: Picture | None, radius: float, theme: Theme
) -> Image.Image:
    return card(picture, size, radius) if picture is not None else initial_card(title, size, radius, theme)


def _question(sheet: Sheet, look: ShelfLook, words: ShelfWording) -> None:
    """Whether to leave the game for the browser, and for which page."""
    assert look.question is not None
    px, colors = sheet.px, sheet.theme.colors
    title, host, cover = look.question
    fit, asked = sheet.fit, _asked(sheet.fit)
    whole = _question_at(sheet.size, fit)
    high = whole.height - px(asked.below)
    box = Region((sheet.size[0] - round(high * _COVER)) // 2, whole.y, round(high * _COVER), high)
    _cover(sheet, box, title, look.portraits.get(cover))
    line = Region(px(fit.padding), box.bottom + px(asked.gap), sheet.size[0] - 2 * px(fit.padding), px(34))
    sheet.text(line, words.question.format(title=title), 25, colors.text, bold=True, align=CENTER)
    text = words.question_text.format(host=host)
    sheet.text(line.moved(0, px(36)), text, 20, colors.muted, align=CENTER)
    (_, yes), (_, no) = _answers(sheet.size, fit)
    button(sheet, yes, words.open, primary=True, icon="link")
    button(sheet, no, words.stay)


def _skeleton_cell(sheet: Sheet, box: Region) -> None:
    px, colors = sheet.px, sheet.theme.colors
    radius = sheet.theme.radii.picture * sheet.scale
    sheet.fill(box, colors.raised, radius)
    sheet.fill(box._replace(height=box.height - _words(sheet.fit)), faint(colors.text, 0.08), radius)
    words = Region(box.x + px(12), box.bottom - _words(sheet.fit) + px(7), box.width - px(24), px(28))
    skeleton(sheet, words, 0.7)
    skeleton(sheet, words.moved(0, px(26)), 0.5)
