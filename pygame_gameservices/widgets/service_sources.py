"""The shelf's games and the board's market, as the package's own services know them. Frame thread; nothing blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.services.easyjam.client import EasyJam
from pygame_gameservices.services.easyjam.models import JamDocument, TokenResult
from pygame_gameservices.services.shelf import ShelfGame, shelf_of_easyjam
from pygame_gameservices.services.trading.board import MarketFeed
from pygame_gameservices.services.trading.models import BookLevel, Trade
from pygame_gameservices.widgets.checks import check_all, check_callable, check_is
from pygame_gameservices.widgets.market.model import Market, Offer, TradeLine
from pygame_gameservices.widgets.shelf.shelf import ShelfItem

LINES = 12
"""How many offers and trades of each kind a board is given."""


class ListedShelf:
    """A shelf of games that are known already: of ``shelf_of_itchio``, or of a file that ``read_shelf`` read.

    Args:
        games: what to show, in this order.

    Raises:
        UsageError: `games` are none.
    """

    service = "itchio"

    def __init__(self, games: Iterable[ShelfGame]) -> None:
        advice = "pass ShelfGames, such as read_shelf(...) or shelf_of_itchio(...) returns"
        self._items = _items(check_all("games", games, ShelfGame, advice))

    def games(self, deliver: Callable[[Sequence[ShelfItem] | Exception], object], /) -> None:
        """Deliver the games at once."""
        deliver(self._items)


class JamShelf:
    """A shelf of games by makers of a jam site, asked by EasyJam at its own unhurried pace.

    The first time that is at least 10 s a maker, and each maker's games show as soon as they are there; afterwards they
    come from memory.

    Args:
        jam: asks the site.
        tokens: the makers.

    Raises:
        UsageError: `jam` is no `EasyJam`, or `tokens` are no texts.

    Attributes:
        known: the games as last heard of, newest first; empty until they are known. They stay when the site cannot be
            reached later on.
    """

    service = "easyjam"

    def __init__(self, jam: EasyJam, tokens: Iterable[str]) -> None:
        check_is("jam", jam, EasyJam, "pass the EasyJam that asks the site")
        self._jam = jam
        makers = (tokens,) if isinstance(tokens, str) else tokens
        self._tokens = check_all("tokens", makers, str, "pass the makers' names, such as ['ada', 'grace']")
        self._results: dict[str, TokenResult] = {}
        self.known: tuple[ShelfGame, ...] = ()

    def refresh(self) -> None:
        """Ask for the games, for `known`: so that they are there before the shelf is opened. Never blocks.

        A shelf opened meanwhile waits for the same requests.
        """
        self._jam.fetch(self._tokens, on_progress=self._learn).then(self._keep)

    def games(self, deliver: Callable[[Sequence[ShelfItem] | Exception], object], /) -> None:
        """Ask for the games; what was asked within the last day comes from memory."""
        self.growing_games(deliver, lambda games: None)

    def growing_games(
        self,
        deliver: Callable[[Sequence[ShelfItem] | Exception], object],
        show: Callable[[Sequence[ShelfItem]], object],
        /,
    ) -> None:
        """The same, and show what is known meanwhile: at once, and again with every answer of the site."""

        def learned(document: JamDocument) -> None:
            self._learn(document)
            show(_items(self.known))

        def arrived(asked: Pending[JamDocument]) -> None:
            self._keep(asked)
            deliver(asked.error if asked.error is not None and not self.known else _items(self.known))

        if self.known:
            show(_items(self.known))
        self._jam.fetch(self._tokens, on_progress=learned).then(arrived)

    def _keep(self, asked: Pending[JamDocument]) -> None:
        if asked.value is not None:
            self._results = dict(asked.value.results)
            self.known = shelf_of_easyjam(asked.value)

    def _learn(self, document: JamDocument) -> None:
        """Take in what is known on the way; a maker's first page hides none of their games that are known already."""
        for token, result in document.results.items():
            before = self._results.get(token)
            if before is None or not result.more or len(result.items) > len(before.items):
                self._results[token] = result
        self.known = shelf_of_easyjam(JamDocument(results=self._results))


class FeedMarket:
    """A market board's prices, from the GAME trading API.

    Args:
        feed: of ``Trading.feed()``; `MarketFeed.select` changes the contract.
        unit: what volumes are measured in.
        price_unit: what prices are measured in.
        name: what players call a contract, given its name; by default the name itself. See `parse_contract`.

    Raises:
        UsageError: `feed` is none, or another argument is something else.
    """

    service = "trading"

    def __init__(
        self,
        feed: MarketFeed,
        *,
        unit: str = "MW",
        price_unit: str = "EUR/MWh",
        name: Callable[[str], str] = str,
    ) -> None:
        check_is("feed", feed, MarketFeed, "pass trading.feed(), or trading.feed(contract)")
        check_is("unit", unit, str)
        check_is("price_unit", price_unit, str)
        check_callable("name", name, "that takes a contract's name and returns one for players", optional=False)
        self._feed = feed
        self._unit, self._price_unit = unit, price_unit
        self._name = name

    def market(self, deliver: Callable[[Market | Exception], object], /) -> None:
        """Read the market anew."""
        self._feed.refresh(lambda: deliver(self._feed.error or self._as_shown()))

    def _as_shown(self) -> Market:
        feed, book = self._feed, self._feed.book
        most = max((level.volume for level in (*book.asks, *book.bids)), default=1.0) or 1.0
        return Market(
            name=self._name(feed.contract),
            spot="" if feed.spot is None or feed.spot.price is None else f"{feed.spot.price:.2f}",
            history=[point.price for point in feed.history],
            asks=[self._offer(level, most) for level in book.asks[:LINES]],
            bids=[self._offer(level, most) for level in book.bids[:LINES]],
            spread=f"{book.asks[0].price - book.bids[0].price:.2f}" if book.asks and book.bids else "",
            trades=self._lines(feed.contract_trades),
            price_unit=self._price_unit,
            amount_unit=self._unit,
            span=(_clock(feed.history[0].when), _clock(feed.history[-1].when)) if feed.history else None,
        )

    def _offer(self, level: BookLevel, most: float) -> Offer:
        return Offer(f"{level.price:.2f}", f"{level.volume:g}", level.volume / most)

    def _lines(self, trades: Sequence[Trade]) -> list[TradeLine]:
        before = (*trades[1:], None)
        return [self._line(trade, older) for trade, older in zip(trades[:LINES], before, strict=False)]

    def _line(self, trade: Trade, before: Trade | None) -> TradeLine:
        price, amount = f"{trade.price or 0.0:.2f}", f"{trade.volume or 0.0:g}"
        return TradeLine(price, amount, _clock(trade.timestamp), _rose(trade, before))


def _clock(when: datetime | None) -> str:
    return "" if when is None else f"{when.astimezone():%H:%M:%S}"


def _rose(trade: Trade, before: Trade | None) -> bool | None:
    if before is None or trade.price is None or before.price is None or trade.price == before.price:
        return None
    return trade.price > before.price


def _items(games: Iterable[ShelfGame]) -> list[ShelfItem]:
    return [ShelfItem(game.title, game.url, game.text, game.cover_url) for game in games]
