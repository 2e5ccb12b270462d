"""The market board: orders, last trades and the spot price of one market. It shows; it never trades."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from pygame_gameservices.core.calls.patience import duration_s
from pygame_gameservices.widgets.checks import check_source
from pygame_gameservices.widgets.control import Layout
from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.market.model import Market
from pygame_gameservices.widgets.market.painter import market_layout, market_size, paint_market
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.trouble import FRESH, Age, Trouble


class MarketSource(Protocol):
    """Whoever knows the market. Everything is called on the frame thread, must not block, and answers there later."""

    @property
    def service(self) -> str:
        """Its name, such as ``"trading"``; the wording may know it by another for players."""

    def market(self, deliver: Callable[[Market | Exception], object], /) -> None:
        """Call ``deliver(market)`` later, or ``deliver(error)``."""


class MarketBoard(Dialog):
    """Shows a market, and fetches it anew every now and then. Frame thread only."""

    needs = (960, 540)
    compact = (616, 336)

    def __init__(self, source: MarketSource, *, every: float = 15.0) -> None:
        """Show the market of `source`, fetched anew every so many seconds; 0 is only when the player asks.

        Raises:
            UsageError: `source` is none, or `every` is no number of seconds.
        """
        advice = "pass a MarketSource, such as FeedMarket(trading.feed())"
        check_source(source, advice, "market", says=("service",))
        every = duration_s("every", every, advice="pass seconds, or 0 for only when the player asks")
        super().__init__()
        self._source = source
        self._every = every
        self._since = 0.0
        self._market: Market | None = None
        self._loading = False
        self._trouble: Trouble | None = None
        self.focus = "retry"

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`; the market is fetched anew."""
        super().enter(stage)
        self.refresh()

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        super().update(dt)
        self._since += dt
        if self._every and self._since >= self._every:
            self.refresh()

    def refresh(self) -> None:
        """Fetch the market anew."""
        if not self._loading:
            self._loading, self._since = True, 0.0
            if self._shown_age:
                self.changed()
            self._source.market(self._came)

    def arrange(self) -> Layout:
        """Where everything is."""
        failed = self._trouble is not None and self._market is None
        return market_layout(self._size, self.fit, self.stage.theme, failed=failed)

    def painter(self) -> Callable[[], Picture]:
        """How it looks now."""
        stage = self.stage
        service = stage.wording.service(self._source.service)
        return partial(
            paint_market,
            self._market,
            self._trouble,
            self._shown_age,
            self._loading,
            service,
            self._size,
            self.fit,
            stage.theme,
            stage.wording,
            stage.hands,
        )

    def activate(self, name: str) -> None:
        """Try again, or close."""
        if name == "retry":
            self.refresh()
        elif name == "close":
            self.close()

    @property
    def busy_at(self) -> Region | None:
        """Where the spinner is."""
        return self.fit.spinner(self._size[1], sign=bool(self._shown_age)) if self._loading else None

    @property
    def _shown_age(self) -> Age:
        return FRESH if self._market is None else Age(self._trouble, self._market.as_of)

    @property
    def _size(self) -> tuple[int, int]:
        return market_size(self.room(1120, 830), self.fit)

    def _came(self, answer: Market | Exception) -> None:
        self._loading = False
        if isinstance(answer, Exception):
            self._trouble = Trouble.of(answer)
        else:
            self._trouble, self._market = None, answer
        self.changed()
