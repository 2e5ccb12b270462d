"""Where widgets get what they show: plain Python, as a game's own server might be reached."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise
from math import sin
from typing import Any

from PIL import Image, ImageDraw

from pygame_gameservices.widgets.leaderboard.board import BoardPage, BoardRow, BoardTable, View
from pygame_gameservices.widgets.market.model import Market, Offer, TradeLine
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.shelf.shelf import ShelfItem
from pygame_gameservices.widgets.trophies.case import TrophyItem

Deliver = Callable[[Any], object]

NAMES = (
    "Nightingale", "ada_lovelace", "Grace", "Ωmega", "Łukasz", "Käthe", "Moon Moth", "Hedy", "linus",
    "TheVeryLongNameOfSomebodyWhoCouldNotStopTyping", "Ida", "Zoë", "Björk", "Vera", "Mary", "Юрий", "Rosalind",
    "Emmy", "Sofja", "Hypatia", "Katherine", "Dorothy", "Annie", "Chien-Shiung", "Barbara",
)  # fmt: skip


def rows(count: int, *, own: int | None = None, start: int = 0) -> list[BoardRow]:
    return [
        BoardRow(
            name="Ada" if place == own else NAMES[place % len(NAMES)],
            score=f"{(4000 - place * 37) * 17:,} points",
            rank=place + 1,
            when=("just now", "2 hours ago", "yesterday", "1 week ago")[place % 4],
            avatar_url=f"https://example.org/{place % 5}.png" if place % 3 else "",
            own=place == own,
            guest=place % 7 == 5,
            value=(4000 - place * 37) * 17,
            climbed={4: 2, 6: -1, 33: 3}.get(place, 0),
        )
        for place in range(start, start + count)
    ]


class Asked:
    """Keeps what was asked, until the test answers it; or answers at once."""

    service = "gamejolt"

    def __init__(self, *, instant: bool = True) -> None:
        self.instant = instant
        self.questions: list[tuple[tuple[Any, ...], Deliver]] = []
        self.trouble: Exception | None = None

    def ask(self, deliver: Deliver, *question: Any) -> None:
        self.questions.append((question, deliver))
        if self.instant:
            self.answer()

    def answer(self, which: int = 0) -> None:
        question, deliver = self.questions.pop(which)
        deliver(self.trouble or self.reply(*question))

    def reply(self, *question: Any) -> Any:
        raise NotImplementedError


class Scores(Asked):
    """Score tables."""

    def __init__(
        self,
        count: int = 60,
        *,
        own: int | None = 33,
        tables: Sequence[str] = ("Endless", "Time attack", "No hit"),
        views: Sequence[View] = tuple(View),
        as_of: str = "",
        instant: bool = True,
    ) -> None:
        super().__init__(instant=instant)
        self.count = count
        self.own = own
        self.names = tables
        self.views = views
        self.as_of = as_of

    def tables(self, deliver: Deliver) -> None:
        self.ask(deliver, "tables")

    def page(self, table: Hashable, view: View, start: int, count: int, deliver: Deliver) -> None:
        self.ask(deliver, table, view, start, count)

    def reply(self, *question: Any) -> Any:
        if question == ("tables",):
            return [BoardTable(name, name) for name in self.names]
        _, view, start, count = question
        mine = rows(1, own=self.own, start=self.own)[0] if self.own is not None else None
        if view is View.AROUND:
            around = rows(9, own=self.own, start=max(0, self.own - 4)) if self.own is not None else []
            return BoardPage(around, own=mine)
        total = 6 if view is View.FRIENDS else self.count
        count = max(0, min(count, total - start))
        return BoardPage(rows(count, own=self.own, start=start), start + count < total, mine, self.as_of)


class Gallery:
    """Fetches pictures at once: painted ones."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def request(self, url: str, deliver: Callable[[Picture], object]) -> None:
        self.asked.append(url)
        deliver(portrait(sum(url.encode())))


def portrait(seed: int, size: tuple[int, int] = (96, 96)) -> Picture:
    tones = ("#355c7d", "#6c5b7b", "#c06c84", "#f67280", "#2a9d8f", "#e9c46a")
    wide, high = size[0] * 4, size[1] * 4  # and made smaller after: round edges without steps
    image = Image.new("RGB", (wide, high), tones[seed % 6])
    draw = ImageDraw.Draw(image)
    draw.ellipse((wide * 0.3, high * 0.18, wide * 0.7, high * 0.58), fill=tones[(seed + 3) % 6])
    draw.ellipse((wide * 0.12, high * 0.62, wide * 0.88, high * 1.4), fill=tones[(seed + 2) % 6])
    return Picture.of(image.reduce(4))


class Cabinet(Asked):
    """Trophies."""

    def __init__(self, items: Sequence[TrophyItem] | None = None, *, instant: bool = True) -> None:
        super().__init__(instant=instant)
        self.items = TROPHIES if items is None else items

    def trophies(self, deliver: Deliver) -> None:
        self.ask(deliver)

    def reply(self, *question: Any) -> Any:
        return self.items


TROPHIES = (
    TrophyItem("First Light", "Collect your first orb.", Rarity.BRONZE, True, "3 weeks ago"),
    TrophyItem("Chain of five", "Collect five orbs in a row.", Rarity.BRONZE, True, "2 weeks ago", False, "https://x/1"),
    TrophyItem("Stonebreaker", "Shatter ten rocks in one night.", Rarity.SILVER, True, "1 week ago"),
    TrophyItem("Moonwalker", "Cross the belt without touching a rock.", Rarity.SILVER, False, "", False, "https://x/2"),
    TrophyItem("Ελευθερία", "Съешь ещё этих мягких французских булок, да выпей же чаю сегодня вечером.", Rarity.SILVER),
    TrophyItem("Guardian of the Long Night, Keeper of the Flame", "Survive.", Rarity.GOLD, True, "yesterday"),
    TrophyItem("Untouched", "Reach dawn without being hit.", Rarity.GOLD, progress=(3, 10), owners=12.4),
    TrophyItem("Wish", "Catch a falling star.", Rarity.GOLD, False, "", True),
    TrophyItem("Daybreak", "Carry the light until dawn.", Rarity.PLATINUM, progress=(1200, 5000), owners=0.8),
    TrophyItem("Odd One Out", "A difficulty that nobody knows.", Rarity.UNKNOWN, True),
    TrophyItem("Everything There Is", "Collect all other trophies.", Rarity.PLATINUM, False, "", True),
)  # fmt: skip


class Games(Asked):
    """Games by the same makers."""

    service = "itchio"

    def __init__(self, items: Sequence[ShelfItem] | None = None, *, instant: bool = True) -> None:
        super().__init__(instant=instant)
        self.items = GAMES if items is None else items

    def games(self, deliver: Deliver) -> None:
        self.ask(deliver)

    def reply(self, *question: Any) -> Any:
        return self.items


GAMES = (
    ShelfItem("Lantern Keeper", "https://moth.example/lantern", "A small puzzle", "https://x/11"),
    ShelfItem("Tidepool", "https://moth.example/tidepool", "Cozy and wet", "https://x/12"),
    ShelfItem("The Long Way Round the Very Tall Hill", "https://moth.example/hill", "Walking", "https://x/13"),
    ShelfItem("Ember", "https://moth.example/ember", "Fast, then faster"),
    ShelfItem("Paper Moon", "javascript:alert(1)", "Has no page", "https://x/14"),
    ShelfItem("Θάλασσα", "https://moth.example/sea", "Sail home", "https://x/15"),
    ShelfItem("Second Sun", "https://moth.example/sun", "", "https://x/16"),
    ShelfItem("Owl Post", "https://moth.example/owl", "Deliver letters", "https://x/17"),
    ShelfItem("Root", "https://moth.example/root", "Grow down", "https://x/18"),
)


class Prices(Asked):
    """A market."""

    service = "trading"

    def __init__(self, state: Market | None = None, *, instant: bool = True) -> None:
        super().__init__(instant=instant)
        self.state = MARKET if state is None else state

    def market(self, deliver: Deliver) -> None:
        self.ask(deliver)

    def reply(self, *question: Any) -> Any:
        return self.state


def _offers(best: float, step: float, amounts: Sequence[int]) -> list[Offer]:
    return [Offer(f"{best + place * step:.2f}", f"{each}", each / 123) for place, each in enumerate(amounts)]


TRADED = (127.40, 127.23, 127.35, 127.35, 126.90, 127.06, 126.75, 126.40, 126.55)
"""Prices, the newest first."""
MARKET = Market(
    name="Starlight / Gold",
    price_unit="gold",
    amount_unit="kg",
    span=("09:00", "12:08"),
    spot="127.40",
    change="+3.4%",
    history=[123.23 + 6 * sin(step / 5) + step * 0.12 + (step * 37 % 11) * 0.25 for step in range(60)],
    asks=_offers(127.5, 0.4, (40, 63, 86, 58, 109, 72, 95, 111, 84)),
    bids=_offers(127.1, -0.35, (30, 61, 92, 47, 123, 59, 90, 121, 57)),
    spread="0.40",
    trades=[
        TradeLine(
            f"{price:.2f}", f"{5 + step * 7 % 40}", f"12:0{8 - step}:41", None if price == older else price > older
        )
        for step, (price, older) in enumerate(pairwise(TRADED))
    ],
)


class Accounts:
    """Signs in, when the test says so."""

    service = "gamejolt"
    token_page = "https://gamejolt.com"

    def __init__(self, username: str = "") -> None:
        self.username = username
        self.asked: list[tuple[str, str, bool]] = []
        self.cancelled = 0
        self._deliver: Callable[[Exception | None], object] = lambda error: None

    def sign_in(self, username: str, token: str, remember: bool, deliver: Callable[[Exception | None], object]) -> None:
        self.asked.append((username, token, remember))
        self._deliver = deliver

    def cancel(self) -> None:
        self.cancelled += 1

    def answer(self, error: Exception | None = None) -> None:
        self._deliver(error)
