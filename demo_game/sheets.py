"""What the screens around a night say, as a list of things to draw. No engine: each draws it in its own way.

All places are in units of the 1280x720 picture, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from demo_game.all_services import local_time
from demo_game.game import Game, Screen
from demo_game.lettering import plain_width
from demo_game.look import (
    BASE_WIDTH,
    DANGER,
    HELP_LINES,
    LIGHT,
    MARGIN,
    MARKET_LINE,
    MUTED,
    RARE,
    TAGLINE,
    TEXT,
    TITLE,
    Colour,
    number,
)
from demo_game.online_trading import EnergyMarket
from demo_game.progress import LIGHTS_PER_MEGAWATT
from pygame_gameservices import Score, ShelfGame

MIDDLE = BASE_WIDTH / 2
LINE = 44
TIGHT_LINE = 40
"""Height of a line where there are many."""
TITLE_HEIGHT = 78.0
FIGURE_HEIGHT = 40.0
BOARD_ROWS = 8
QUOTE_ROWS = 7
SHELF_ROWS = 3
HEADS = (
    (TITLE, TITLE_HEIGHT, LIGHT),
    ("OPTIONS", 54.0, RARE),
    ("PAUSED", 54.0, RARE),
    ("DAYBREAK", 50.0, LIGHT),
    ("DARKNESS", 50.0, DANGER),
    ("MARKET", 50.0, RARE),
)
"""All large words, so that they can be made beforehand."""


class ShelfView(Protocol):
    """What the title shows of other games."""

    known: tuple[ShelfGame, ...]


class Known(Protocol):
    """What screens show of the online services; `AllServices` is one."""

    player: str | None
    rank: int | None
    board: tuple[Score, ...]
    notice: str
    offline: set[str]
    market: EnergyMarket | None

    @property
    def shelf(self) -> ShelfView | None:
        """More games by the same makers."""

    @property
    def supporter(self) -> bool:
        """Whether the player owns the game."""

    @property
    def covered(self) -> bool:
        """Whether a page lies over the game and takes all input."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text with its upper edge at y; `align` 0 begins at x, 0.5 is centred on it, 1 ends there."""

    text: str
    x: float
    y: float
    size: float
    colour: Colour
    strong: bool = False
    align: float = 0.0


@dataclass(frozen=True, slots=True)
class Neon:
    """Glowing words centred on x."""

    text: str
    x: float
    y: float
    height: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Figures:
    """A glowing number that begins at x."""

    text: str
    x: float
    y: float
    height: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Panel:
    """A dark plate to read from; a soft one has no edges."""

    x: float
    y: float
    wide: float
    high: float
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Glow:
    """A small light centred on (x, y)."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line of the menu can be clicked."""

    x: float
    y: float
    wide: float
    high: float

    def holds(self, x: float, y: float) -> bool:
        """Whether (x, y) is in it."""
        return self.x <= x < self.x + self.wide and self.y <= y < self.y + self.high


@dataclass(slots=True)
class Sheet:
    """Everything on a screen, the lowest first.

    Attributes:
        items: what to draw.
        places: one for each line of the menu.
        dim: whether the world behind is darkened.
    """

    items: list[Words | Neon | Figures | Panel | Glow] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    dim: bool = True


def sheet_of(game: Game, online: Known | None) -> Sheet:
    """What is shown above the world right now; empty during a night."""
    sheet = Sheet()
    if online is not None and online.covered:
        return sheet  # the page has the floor
    match game.screen:
        case Screen.PLAY:
            return Sheet(dim=False)
        case Screen.TITLE:
            _title(sheet, game, online)
        case Screen.OPTIONS:
            sheet.items.append(Neon("OPTIONS", MIDDLE, 190, 54.0, RARE))
            _menu(sheet, game, 340)
        case Screen.PAUSE:
            sheet.items.append(Neon("PAUSED", MIDDLE, 190, 54.0, RARE))
            _menu(sheet, game, 330)
        case Screen.OVER:
            _over(sheet, game, online)
        case Screen.MARKET:
            _market(sheet, game, online)
    return sheet


def _title(sheet: Sheet, game: Game, online: Known | None) -> None:
    items = sheet.items
    items += [Panel(MIDDLE - 330, 220, 660, 124, soft=True), Panel(MIDDLE - 190, 310, 380, 410, soft=True)]
    items.append(Neon(TITLE, MIDDLE, 150, TITLE_HEIGHT, LIGHT))
    items.append(Words(TAGLINE, MIDDLE, 256, 22.0, TEXT, align=0.5))
    progress = game.progress
    if progress.nights:
        nights = "1 night" if progress.nights == 1 else f"{number(progress.nights)} nights"
        store = f"   {number(progress.megawatts, 1)} MW of light in store" if progress.energy else ""
        items.append(Words(f"Best {number(progress.best)}   {nights}{store}", MIDDLE, 292, 16.0, MUTED, align=0.5))
    _menu(sheet, game, 344)
    for place, (key, words) in enumerate(HELP_LINES):
        y = 676 - (len(HELP_LINES) - 1 - place) * 24
        items.append(Words(key, MARGIN, y, 14.0, RARE, strong=True))
        items.append(Words(words, MARGIN + 78, y, 14.0, MUTED))
    if online is not None and online.supporter:
        items.append(Words("Thank you for buying the game: the golden ship is yours.", MARGIN, 34, 15.0, LIGHT))
    if online is not None and online.shelf is not None and online.shelf.known:
        _shelf(sheet, online.shelf)


def _shelf(sheet: Sheet, shelf: ShelfView) -> None:
    left, top = BASE_WIDTH - MARGIN - 288, 396
    shown = shelf.known[:SHELF_ROWS]
    sheet.items.append(Panel(left, top, 288, 62 + 56 * len(shown)))
    sheet.items.append(Words("FROM THE SAME JAM", left + 24, top + 20, 13.0, MUTED, strong=True))
    for row, game in enumerate(shown):
        y = top + 54 + row * 56
        sheet.items.append(Words(clipped(game.title, 17.0, 240.0, strong=True), left + 24, y, 17.0, TEXT, strong=True))
        line = f"by {game.maker}" if game.maker else game.text
        sheet.items.append(Words(clipped(line, 14.0, 240.0), left + 24, y + 23, 14.0, MUTED))


def _over(sheet: Sheet, game: Game, online: Known | None) -> None:
    survived = game.world.survived
    items = sheet.items
    items.append(Neon("DAYBREAK" if survived else "DARKNESS", MIDDLE, 62, 50.0, LIGHT if survived else DANGER))
    story = "You carried the light until dawn." if survived else "The light went out before dawn."
    items.append(Words(story, MIDDLE, 146, 19.0, TEXT, align=0.5))
    items += [Panel(210, 196, 410, 350), Panel(660, 196, 410, 350)]
    items.append(Words("THIS NIGHT", 240, 218, 14.0, MUTED, strong=True))
    items.append(Figures(number(game.final), 242, 256, FIGURE_HEIGHT, LIGHT))
    tally = game.world.tally
    facts = (
        ("Lights harvested", number(tally.orbs)),
        ("Rocks shattered", number(tally.shattered)),
        ("Highest multiplier", f"x{tally.best_multiplier}"),
        ("Times hit", number(tally.hits)),
        ("Light in store", f"{number(game.progress.megawatts, 1)} MW"),
    )
    for row, (name, value) in enumerate(facts):
        y = 334 + row * 38
        items.append(Words(name, 240, y, 18.0, MUTED))
        items.append(Words(value, 590, y, 18.0, TEXT, strong=True, align=1.0))
    _board(sheet, game, online)
    _menu(sheet, game, 586, across=True)


def _board(sheet: Sheet, game: Game, online: Known | None) -> None:
    items = sheet.items
    items.append(Words("LEADERBOARD", 690, 218, 14.0, MUTED, strong=True))
    if online is None or online.player is None:
        items.append(Words("Sign in on the title screen", 690, 260, 18.0, MUTED))
        items.append(Words("to see where you stand.", 690, 286, 18.0, MUTED))
        return
    if online.rank is not None:
        items.append(Words(f"You are #{online.rank}", 1040, 218, 15.0, LIGHT, strong=True, align=1.0))
    if not online.board:
        waiting = "No connection: your score is kept" if online.offline else "Sending your score ..."
        items.append(Words(waiting, 690, 260, 18.0, MUTED))
        if online.offline:
            items.append(Words("and sent when there is one.", 690, 286, 18.0, MUTED))
    for row, score in enumerate(online.board[:BOARD_ROWS]):
        y = 254 + row * 35
        own = score.user == online.player
        colour = LIGHT if own else TEXT
        items.append(Words(f"{row + 1}", 714, y, 18.0, LIGHT if own else MUTED, strong=own, align=1.0))
        items.append(Words(clipped(score.name, 18.0, 200.0, strong=own), 732, y, 18.0, colour, strong=own))
        items.append(Words(number(score.sort), 1040, y, 18.0, colour, strong=own, align=1.0))
        if own and score.sort == game.final:
            items.append(Glow(682, y + 12))


def _market(sheet: Sheet, game: Game, online: Known | None) -> None:
    items, progress = sheet.items, game.progress
    market = online.market if online is not None else None
    items.append(Neon("MARKET", MIDDLE, 62, 50.0, RARE))
    items.append(Words(MARKET_LINE, MIDDLE, 146, 19.0, TEXT, align=0.5))
    items += [Panel(210, 196, 410, 350), Panel(660, 196, 410, 350)]
    items.append(Words("IN STORE", 240, 218, 14.0, MUTED, strong=True))
    items.append(Figures(number(progress.megawatts, 1), 242, 256, FIGURE_HEIGHT, LIGHT))
    items.append(Words("megawatts of light", 240, 318, 16.0, MUTED))
    facts = (
        ("Lights for a megawatt", number(LIGHTS_PER_MEGAWATT)),
        ("Nights played", number(progress.nights)),
        ("Earned so far", f"{number(progress.earned / 100, 2)} EUR"),
    )
    for row, (name, value) in enumerate(facts):
        y = 362 + row * 38
        items.append(Words(name, 240, y, 18.0, MUTED))
        items.append(Words(value, 590, y, 18.0, TEXT, strong=True, align=1.0))
    if market is not None:
        items.append(Words(market.state, 240, 500, 17.0, LIGHT, strong=True))
    items.append(Words("QUARTER HOUR FROM", 690, 218, 14.0, MUTED, strong=True))
    items.append(Words("pays up to, EUR/MWh", 1040, 218, 14.0, MUTED, align=1.0))
    for row, quote in enumerate(market.quotes[:QUOTE_ROWS] if market is not None else ()):
        y = 258 + row * 39
        best = market is not None and quote is market.best
        colour = LIGHT if best else TEXT
        items.append(Words(local_time(quote.start), 690, y, 18.0, colour, strong=best))
        items.append(Words(f"{number(quote.wanted, 1)} MW wanted", 780, y, 16.0, MUTED))
        items.append(Words(number(quote.bids[0].price or 0.0, 2), 1040, y, 18.0, colour, strong=best, align=1.0))
        if best:
            items.append(Glow(682 - 8, y + 12))
    _menu(sheet, game, 586, across=True)


def _menu(sheet: Sheet, game: Game, y: float, *, across: bool = False) -> None:
    choices = game.choices
    selected = min(game.selected, len(choices) - 1)
    line = LINE if len(choices) < 7 else TIGHT_LINE
    for place, choice in enumerate(choices):
        chosen = place == selected
        x = MIDDLE + (place - (len(choices) - 1) / 2) * 290 if across else MIDDLE
        top = y if across else y + place * line
        colour = TEXT if chosen else MUTED
        wide = plain_width(choice.label, 24.0, strong=chosen)
        sheet.items.append(Words(choice.label, x, top, 24.0, colour, strong=chosen, align=0.5))
        sheet.places.append(Place(x - wide / 2 - 30, top - 4, wide + 60, line - 4))
        if chosen:
            sheet.items += [Glow(x + side * (wide / 2 + 28), top + 17) for side in (-1, 1)]


def clipped(text: str, size: float, room: float, *, strong: bool = False) -> str:
    """`text`, cut to `room` units with dots where it is longer."""
    if plain_width(text, size, strong=strong) <= room:
        return text
    while text and plain_width(f"{text}...", size, strong=strong) > room:
        text = text[:-1]
    return f"{text.rstrip()}..."
