"""Where everything on the market board is, and how it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from PIL import Image

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
    rule,
    skeleton,
    staleness,
)
from pygame_gameservices.widgets.market.model import Market, Offer, TradeLine
from pygame_gameservices.widgets.pad import Hands
from pygame_gameservices.widgets.painting.brushes import canvas, clipped, polygon, smooth, stamp, vertical
from pygame_gameservices.widgets.painting.color import Color, mix, with_alpha
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, LEFT, LONGEST, RIGHT, Sheet, faint
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.trouble import Age, Trouble
from pygame_gameservices.widgets.wording import MarketWording, Wording


class _Lines(NamedTuple):
    """The measures of the two columns, in units of the 1080p design.

    Attributes:
        row: height of one row.
        heading: height of what is written over a column.
        gap: between the columns.
        side: width of the word before a price.
        spot: how many hundredths of a column's height the price and its chart have.
        price: size of the price's letters.
    """

    row: int
    heading: int
    gap: int
    side: int
    spot: int
    price: int


_USUAL = _Lines(row=34, heading=36, gap=36, side=66, spot=50, price=38)
_COMPACT = _Lines(row=26, heading=28, gap=22, side=50, spot=55, price=27)


_TYPICAL = Market("", spot="100.00", history=(0.0, 1.0), span=("09:00", "12:00"))
"""What is expected of a market that has not come yet."""
_DEPTHS = (0.3, 0.35, 0.5, 0.45, 0.7, 0.85)
"""How long the grey bars are that stand for the orders, from the best price on."""
_FIGURE = 24
"""Units of the 1080p design that a figure beside the chart takes, with some room above and below."""
_ABOVE_CHART = 4
"""Units of the 1080p design from the price down to the chart."""
_APART = 14
"""Units of the 1080p design between the numbers of two columns at least."""
_LEAST = 2
"""How many pairs of rows an order book has at least: the best prices, and between them the spread."""


def _lines(fit: Fit) -> _Lines:
    return _COMPACT if fit.compact else _USUAL


def _heights(fit: Fit) -> tuple[int, int]:
    """Pixels of what is written over a column, and of a row."""
    return fit.px(_lines(fit).heading), fit.px(_lines(fit).row)


def market_size(room: tuple[int, int], fit: Fit) -> tuple[int, int]:
    """The panel, so high that as many whole rows fit for those who sell as for those who buy."""
    heading, row = _heights(fit)
    around = fit.px(fit.header + fit.footer + fit.below) + heading
    return room[0], around + max(_LEAST, (room[1] - around) // (2 * row)) * 2 * row


def market_layout(size: tuple[int, int], fit: Fit, theme: Theme, *, failed: bool) -> Layout:
    """The controls: the cross, and a button when there is nothing to show."""
    corner = fit.close(size[0])
    controls = (Control("close", corner, corner.height / 2, reachable=False),)
    if failed:
        retry = fit.retry(_body(size, fit))
        return Layout(size, (Control("retry", retry, theme.radii.control * fit.scale), *controls))
    return Layout(size, controls)


def _body(size: tuple[int, int], fit: Fit) -> Region:
    """The part of the panel between title and hints."""
    high = size[1] - fit.px(fit.header + fit.footer + fit.below)
    return Region(fit.px(fit.padding), fit.px(fit.header), size[0] - 2 * fit.px(fit.padding), high)


def paint_market(
    market: Market | None,
    trouble: Trouble | None,
    age: Age,
    busy: bool,
    service: str,
    size: tuple[int, int],
    fit: Fit,
    theme: Theme,
    wording: Wording,
    hands: Hands,
) -> Picture:
    """Paint the whole board. Helper thread."""
    sheet = Sheet(theme, fit.scale, size, compact=fit.compact)
    px, words = sheet.px, wording.market
    coming = market is None and trouble is None
    header(sheet, "chart", words.title, market.name if market else "", room=px(60), coming=coming)
    close_button(sheet, fit.close(size[0]))
    body, gap = _body(size, fit), px(_lines(fit).gap)
    left = body._replace(width=(body.width - gap) * 46 // 100)
    right = Region(left.right + gap, body.y, body.right - left.right - gap, body.height)
    if market is not None and _is_quiet(market):
        message(sheet, body, "chart", words.no_orders, words.no_trades)
    elif market is not None:
        price, trades = _halves(sheet, right, market)
        _spot(sheet, price, market, words)
        heads = _heads(sheet, left, market, words)
        _trades(sheet, trades, market, words, heads)
        _book(sheet, left, market, words, heads)
    elif trouble is not None:
        text = wording.trouble.of(trouble, service)
        name = "offline" if trouble is Trouble.OFFLINE else "warning"
        message(sheet, body._replace(height=body.height - px(60)), name, words.failed, text, bad=True)
        button(sheet, fit.retry(body), words.retry, icon="refresh")
    else:
        _skeleton(sheet, left, right, words)
    hints = footer(sheet, [Hint("refresh", wording.hints.refresh), Hint("cancel", wording.hints.close)], hands)
    staleness(sheet, hints, age, wording, busy=busy)
    return sheet.picture()


def _book(sheet: Sheet, box: Region, market: Market, words: MarketWording, heads: tuple[str, str]) -> None:
    """What is offered above, what is wanted below; the best prices meet in the middle."""
    colors = sheet.theme.colors
    heading, high = _heights(sheet.fit)
    _titled(sheet, box, words.book)
    y = box.y + heading
    asks, bids = list(market.asks), list(market.bids)
    if not asks and not bids:
        _nothing(sheet, box, words.no_orders)
        return
    widths = _widths(sheet, box, market)
    price, amount, _ = _places(sheet, Region(box.x, y, box.width, high), widths)
    sheet.text(price._replace(x=box.x, width=price.right - box.x), heads[0], 18, colors.muted, align=RIGHT)
    sheet.text(amount, heads[1], 18, colors.muted, align=RIGHT)
    y += high
    half = _pairs(sheet, box)
    asks, bids = asks[:half], bids[:half]
    deepest = max(offer.depth for offer in (*asks, *bids)) or 1.0  # of those that are seen: they fill the column
    for place, offer in enumerate(reversed(asks)):
        top = y + (half - len(asks) + place) * high
        _offer(sheet, Region(box.x, top, box.width, high), widths, offer, deepest, words.sell, colors.bad)
    if not asks:
        sheet.text(Region(box.x, y + (half - 1) * high, box.width, high), words.no_asks, 19, colors.muted, align=CENTER)
    middle = Region(box.x, y + half * high, box.width, high)
    rule(sheet, middle.x, middle.y + high // 2, middle.width)
    if market.spread:
        line = words.spread.format(spread=market.spread)
        wide = round(sheet.lettering(18, bold=True).width(line)) + sheet.px(26)
        edge = sheet.px(1 if sheet.fit.compact else 4)
        chip = Region(middle.x + (middle.width - wide) // 2, middle.y + edge, wide, high - 2 * edge)
        sheet.fill(chip, mix(colors.panel_top, colors.panel_bottom, 0.5), chip.height / 2)
        sheet.outline(chip, faint(colors.text, 0.45), chip.height / 2)
        sheet.text(chip, line, 18, colors.text, bold=True, align=CENTER)
    for place, offer in enumerate(bids):
        row = Region(box.x, middle.bottom + place * high, box.width, high)
        _offer(sheet, row, widths, offer, deepest, words.buy, colors.good)
    if not bids:
        sheet.text(Region(box.x, middle.bottom, box.width, high), words.no_bids, 19, colors.muted, align=CENTER)


def _pairs(sheet: Sheet, box: Region) -> int:
    """How many orders of each side there is room for, beside the headings and the spread."""
    heading, high = _heights(sheet.fit)
    return max(1, (box.height - heading - 2 * high) // (2 * high))


def _is_quiet(market: Market) -> bool:
    return not (market.asks or market.bids or market.spot or market.trades)


def _skeleton(sheet: Sheet, left: Region, right: Region, words: MarketWording) -> None:
    """The titles, and grey bars for what a market usually has."""
    px, (heading, high) = sheet.px, _heights(sheet.fit)
    _titled(sheet, left, words.book)
    pairs, widths = _pairs(sheet, left), _widths(sheet, left, _TYPICAL)
    for place in range(2 * pairs + 2):
        row = Region(left.x, left.y + heading + place * high, left.width, high)
        if place == pairs + 1:
            rule(sheet, row.x, row.y + high // 2, row.width)
            continue
        price, amount, bar = _places(sheet, row, widths)
        skeleton(sheet, Region(price.right - px(72), row.y, px(72), high), 1.0)
        skeleton(sheet, Region(amount.right - px(36), row.y, px(36), high), 1.0)
        if place:
            skeleton(sheet, row._replace(width=px(40)), 1.0)
            skeleton(sheet, bar, _DEPTHS[abs(place - pairs - 1) % len(_DEPTHS)])
    price, trades = _halves(sheet, right, _TYPICAL)
    _titled(sheet, price, words.spot)
    line = Region(price.x, price.y + heading, price.width, _price_height(sheet, _TYPICAL))
    skeleton(sheet, line, 0.42, 26)
    chart = Region(price.x, line.bottom + px(_ABOVE_CHART), price.width, price.bottom - line.bottom - px(_ABOVE_CHART))
    if _has_chart(sheet, chart.height, _TYPICAL):
        sheet.fill(chart, faint(sheet.theme.colors.text, 0.08), sheet.theme.radii.control * sheet.scale)
    _titled(sheet, trades, words.trades)
    third = trades.width // 3
    for place in range((trades.height - heading) // high):
        row = Region(trades.x, trades.y + heading + place * high, third, high)
        skeleton(sheet, row.moved(px(28), 0)._replace(width=px(72)), 1.0)
        skeleton(sheet, Region(row.right + third - px(36), row.y, px(36), high), 1.0)
        skeleton(sheet, Region(trades.right - px(84), row.y, px(84), high), 1.0)


def _widths(sheet: Sheet, box: Region, market: Market) -> tuple[int, int]:
    """Pixels that prices and amounts of an order book have: their share, or more where a number would be cut."""
    px = sheet.px
    offers = [*market.asks[: _pairs(sheet, box)], *market.bids[: _pairs(sheet, box)]]
    bold, letters = sheet.lettering(20, bold=True, tabular=True), sheet.lettering(20, tabular=True)
    room = box.width - px(_lines(sheet.fit).side)
    price = max(room * 34 // 100, _widest(bold, [offer.price for offer in offers]))
    amount = max(room * 70 // 100 - price, px(_APART) + _widest(letters, [offer.amount for offer in offers]))
    return min(price, room), max(0, min(amount, room - price))


def _widest(letters: Lettering, numbers: Sequence[str]) -> int:
    return ceil(max((letters.width(number[:LONGEST]) for number in numbers), default=0.0))


def _places(sheet: Sheet, box: Region, widths: tuple[int, int]) -> tuple[Region, Region, Region]:
    """Where price, amount and bar of an offer are: the digits stand free, the bar has a column of its own."""
    px = sheet.px
    price = Region(box.x + px(_lines(sheet.fit).side), box.y, widths[0], box.height)
    amount = Region(price.right, box.y, widths[1], box.height)
    left = amount.right + px(16)
    return price, amount, Region(left, box.y, max(0, box.right - left), box.height)


def _heads(sheet: Sheet, book: Region, market: Market, words: MarketWording) -> tuple[str, str]:
    """What stands over prices and amounts, in both columns alike, as the order book has room for it."""
    price, amount, _ = _places(sheet, book, _widths(sheet, book, market))
    units = market.price_unit, market.amount_unit
    heads = _in(words, words.price, units[0], sheet), _in(words, words.amount, units[1], sheet)
    rooms = price.right - book.x, amount.width - sheet.px(_APART)
    narrow = any(sheet.lettering(18).width(head) > room for head, room in zip(heads, rooms, strict=True))
    return units if all(units) and narrow else heads  # two headings that touch are read as one


def _in(words: MarketWording, what: str, unit: str, sheet: Sheet) -> str:
    """What a column holds, or where there is little room only in which unit."""
    if not unit:
        return what
    return unit if sheet.fit.compact else words.in_unit.format(what=what, unit=unit)


def _offer(
    sheet: Sheet, box: Region, widths: tuple[int, int], offer: Offer, deepest: float, side: str, ink: Color
) -> None:
    px, colors = sheet.px, sheet.theme.colors
    price, amount, bar = _places(sheet, box, widths)
    word = _lines(sheet.fit).side
    sheet.text(Region(box.x, box.y, px(word - 6), box.height), side, 18, ink, bold=True)
    sheet.text(price, offer.price, 20, colors.text, bold=True, align=RIGHT, tabular=True)
    sheet.text(amount, offer.amount, 20, colors.text, align=RIGHT, tabular=True)
    line = bar.inset(0, max(2, box.height // 4))
    width = round(line.width * max(0.0, min(1.0, offer.depth / deepest)))
    sheet.fill(line._replace(width=max(px(3), width)), faint(ink, 0.85), px(3))


def _spot(sheet: Sheet, box: Region, market: Market, words: MarketWording) -> None:
    px, colors = sheet.px, sheet.theme.colors
    heading, _ = _heights(sheet.fit)
    price = _lines(sheet.fit).price
    _titled(sheet, box, words.spot)
    line = Region(box.x, box.y + heading, box.width, _price_height(sheet, market))
    if not market.spot:
        _nothing(sheet, box, words.no_price)
    foot = sheet.baseline(line, sheet.lettering(price, bold=True))
    end = sheet.text(line, market.spot, price, colors.text, bold=True, baseline=foot)
    if market.spot and market.price_unit:
        unit = line._replace(x=end + px(10), width=box.right - end - px(10))
        end = sheet.text(unit, market.price_unit, 19, colors.muted, baseline=foot)
    if market.spot and market.change:
        down = market.change.lstrip().startswith(("-", "−"))
        ink = colors.bad if down else colors.good
        icon = Region(end + px(18), line.y, px(24), line.height)
        sheet.icon(icon, "down" if down else "up", ink, 22)
        sheet.text(Region(icon.right + px(6), line.y, px(160), line.height), market.change, 21, ink, bold=True)
    chart = Region(box.x, line.bottom + px(_ABOVE_CHART), box.width, box.bottom - line.bottom - px(_ABOVE_CHART))
    if _has_chart(sheet, chart.height, market):
        _chart(sheet, chart, market)


def _has_chart(sheet: Sheet, room: int, market: Market) -> bool:
    return len(market.history) > 1 and room > sheet.px(64 if not market.span else 86)


def _halves(sheet: Sheet, box: Region, market: Market) -> tuple[Region, Region]:
    """Where the price and its chart are, and below them whole rows of trades down to the lower edge. Where there is no
    chart, the trades have what it would have had."""
    (heading, high), gap = _heights(sheet.fit), sheet.px(14)
    whole, alone = box.height * _lines(sheet.fit).spot // 100, heading + _price_height(sheet, market)
    least = whole if _has_chart(sheet, whole - alone - sheet.px(_ABOVE_CHART), market) else alone
    lower = heading + (box.height - least - gap - heading) // high * high
    return box._replace(height=box.height - gap - lower), Region(box.x, box.bottom - lower, box.width, lower)


def _price_height(sheet: Sheet, market: Market) -> int:
    return sheet.px(_lines(sheet.fit).price + 8) if market.spot else _heights(sheet.fit)[1]


def _nothing(sheet: Sheet, box: Region, words: str) -> None:
    """Say below a title that there is nothing to show."""
    heading, high = _heights(sheet.fit)
    sheet.text(Region(box.x, box.y + heading, box.width, high), words, 20, sheet.theme.colors.muted)


def _chart(sheet: Sheet, box: Region, market: Market) -> None:
    """A line through the prices over a fading ground, the last one marked, with the prices at the left and the time
    below."""
    colors, px, history = sheet.theme.colors, sheet.px, market.history
    low, high = min(history), max(history)
    span = (high - low) or 1.0
    digits = max(0, min(6, 2 - floor(log10(span)) if span < 100 else 0))
    labels = [f"{low + span * share:,.{digits}f}" for share in (1.0, 0.5, 0.0)]
    aside = max(round(sheet.lettering(18, tabular=True).width(label)) for label in labels) + px(12)
    below = px(28) if market.span else px(10)
    inner = Region(box.x + aside, box.y + px(10), box.width - aside - px(12), box.height - px(10) - below)
    for share, label in zip((0.0, 0.5, 1.0), labels, strict=True):
        if share == 0.5 and inner.height < px(2 * _FIGURE):
            continue
        y = inner.y + round(inner.height * share)
        rule(sheet, inner.x, y, inner.width)
        figure = Region(box.x, y - px(12), aside - px(10), px(24))
        sheet.text(figure, label, 18, colors.muted, align=RIGHT, tabular=True)
    if market.span:
        times = Region(inner.x, inner.bottom + px(4), inner.width, px(24))
        sheet.text(times, market.span[0], 18, colors.muted)
        sheet.text(times, market.span[1], 18, colors.muted, align=RIGHT)
    points = [
        (inner.width * index / (len(history) - 1), inner.height * (1 - (price - low) / span))
        for index, price in enumerate(history)
    ]
    size = inner.width + px(12), inner.height + px(12)
    off = px(6)
    shifted = [(x + off, y + off) for x, y in points]
    under = polygon(size, [*shifted, (shifted[-1][0], size[1]), (shifted[0][0], size[1])])
    ground = vertical(size, [(0, with_alpha(colors.accent, 0.42)), (1, with_alpha(colors.accent, 0.02))])
    sheet.paste(clipped(ground, under), inner.x - off, inner.y - off)
    sheet.paste(_line(size, shifted, colors.accent, 2.6 * sheet.scale), inner.x - off, inner.y - off)
    x, y = inner.x + round(points[-1][0]), inner.y + round(points[-1][1])
    dot = px(6)
    sheet.fill(Region(x - dot, y - dot, 2 * dot, 2 * dot), colors.text, dot)
    sheet.fill(Region(x - dot // 2, y - dot // 2, dot // 2 * 2, dot // 2 * 2), colors.accent, dot / 2)


def _line(size: tuple[int, int], points: Sequence[tuple[float, float]], ink: Color, width: float) -> Image.Image:
    def draw(pen: object, factor: int) -> None:
        scaled = [(x * factor, y * factor) for x, y in points]
        pen.line(scaled, 255, max(1, round(width * factor)), joint="curve")  # type: ignore[attr-defined]

    image = canvas(size)
    stamp(image, smooth(size, draw), ink)
    return image


def _trades(sheet: Sheet, box: Region, market: Market, words: MarketWording, titles: tuple[str, str]) -> None:
    px, colors, trades = sheet.px, sheet.theme.colors, market.trades
    heading, high = _heights(sheet.fit)
    _titled(sheet, box, words.trades)
    if not trades:
        _nothing(sheet, box, words.no_trades)
        return
    muted = colors.muted
    box = box._replace(y=box.y + high, height=box.height - high)
    rows = (box.height - heading) // high
    shown = list(trades)[:rows]
    price, amount = _ends(sheet, box, shown, titles[0])
    heads = Region(box.x, box.y + heading - high, box.width, high)
    prices = heads._replace(x=heads.x + px(28), width=price - px(28))
    amounts = heads._replace(x=heads.x + price, width=amount - price)
    times = heads._replace(x=heads.x + amount, width=box.width - amount)
    for below, title in zip((prices, amounts, times), (*titles, words.time), strict=True):
        sheet.text(below, title, 18, muted, align=RIGHT)
    for place, trade in enumerate(shown):
        row = Region(box.x, box.y + heading + place * high, box.width, high)
        if trade.up is not None:
            ink = colors.good if trade.up else colors.bad
            sheet.icon(row._replace(width=px(22)), "up" if trade.up else "down", ink, 17)
        sheet.text(prices._replace(y=row.y), trade.price, 20, colors.text, bold=True, align=RIGHT, tabular=True)
        sheet.text(amounts._replace(y=row.y), trade.amount, 20, colors.text, align=RIGHT, tabular=True)
        sheet.text(times._replace(y=row.y), trade.when, 18, muted, align=RIGHT, tabular=True)


def _ends(sheet: Sheet, box: Region, trades: Sequence[TradeLine], title: str) -> tuple[int, int]:
    """Where prices and amounts end, in pixels from the left: prices near their arrows, amounts at two thirds of the way
    unless a number would be cut there."""
    px, letters = sheet.px, sheet.lettering(20, tabular=True)
    bold, small = sheet.lettering(20, bold=True, tabular=True), sheet.lettering(18, tabular=True)
    price = px(28) + max(_widest(small, [title]), _widest(bold, [trade.price for trade in trades]))
    amount = px(_APART) + _widest(letters, [trade.amount for trade in trades])
    latest = box.width - px(_APART) - _widest(small, [trade.when for trade in trades])
    third = box.width // 3
    end = min(max(2 * third, price + amount), max(2 * third, latest))
    return min(price, max(third, end - amount)), end


def _titled(sheet: Sheet, box: Region, title: str) -> None:
    heading, _ = _heights(sheet.fit)
    column(sheet, Region(box.x, box.y, box.width, heading), title, align=LEFT)
    rule(sheet, box.x, box.y + heading - sheet.px(4), box.width)
