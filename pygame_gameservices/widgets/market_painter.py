"""Where everything on the market board is, and how it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image

from pygame_gameservices.widgets.color import Color, with_alpha
from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.furniture import (
    FOOTER,
    HEADER,
    PADDING,
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
from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.painting import canvas, clipped, polygon, smooth, stamp, vertical
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, LEFT, RIGHT, Sheet, faint
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.trouble import Trouble
from pygame_gameservices.widgets.wording import MarketWording, Wording

if TYPE_CHECKING:
    from pygame_gameservices.widgets.market import Market, Offer, TradeLine

_ROW = 34
_HEADING = 36


def market_size(room: tuple[int, int], scale: float) -> tuple[int, int]:
    """The panel, so high that whole rows fit."""
    around, row = round((HEADER + FOOTER + 16) * scale), round(_ROW * scale)
    return room[0], around + (room[1] - around) // row * row


def market_spinner(size: tuple[int, int], scale: float) -> Region:
    """Where something turns while the market is on its way."""
    side = round(26 * scale)
    return Region(round(PADDING * scale), size[1] - round(FOOTER * scale) + round(11 * scale), side, side)


def market_layout(size: tuple[int, int], scale: float, theme: Theme, *, failed: bool) -> Layout:
    """The controls: the cross, and a button when there is nothing to show."""
    side = round(44 * scale)
    close = Region(size[0] - round(66 * scale), round(24 * scale), side, side)
    controls = (Control("close", close, side / 2, reachable=False),)
    if failed:
        return Layout(size, (Control("retry", _retry(size, scale), theme.radii.control * scale), *controls))
    return Layout(size, controls)


def _retry(size: tuple[int, int], scale: float) -> Region:
    width = round(240 * scale)
    return Region((size[0] - width) // 2, size[1] // 2 + round(110 * scale), width, round(50 * scale))


def paint_market(
    market: Market | None,
    trouble: Trouble | None,
    service: str,
    size: tuple[int, int],
    scale: float,
    theme: Theme,
    wording: Wording,
    device: Device,
) -> Picture:
    """Paint the whole board. Helper thread."""
    sheet = Sheet(theme, scale, size)
    px, words = sheet.px, wording.market
    header(sheet, "chart", words.title, market.name if market else "", room=px(60))
    close_button(sheet, Region(size[0] - px(66), px(24), px(44), px(44)))
    body = Region(px(PADDING), px(HEADER), size[0] - 2 * px(PADDING), size[1] - px(HEADER + FOOTER + 16))
    gap = px(36)
    left = body._replace(width=(body.width - gap) * 46 // 100)
    right = Region(left.right + gap, body.y, body.right - left.right - gap, body.height)
    if market is not None:
        _spot(sheet, right._replace(height=right.height * 48 // 100), market, words)
        lower = right.height * 48 // 100 + px(14)
        _trades(sheet, Region(right.x, right.y + lower, right.width, right.height - lower), market.trades, words)
        _book(sheet, left, market, words)
    elif trouble is not None:
        text = wording.trouble.of(trouble, service)
        name = "offline" if trouble is Trouble.OFFLINE else "warning"
        message(sheet, body._replace(height=body.height - px(60)), name, words.failed, text, bad=True)
        button(sheet, _retry(size, scale), words.retry, icon="refresh")
    else:
        for place in range(body.height // px(_ROW) - 1):
            row = Region(left.x, left.y + px(_HEADING) + place * px(_ROW), left.width, px(_ROW))
            skeleton(sheet, row, (0.9, 0.75, 0.82)[place % 3])
            skeleton(sheet, row._replace(x=right.x, width=right.width), (0.8, 0.9, 0.7)[place % 3])
    hints = footer(sheet, [Hint("refresh", wording.hints.refresh), Hint("cancel", wording.hints.close)], device)
    if market is not None:
        staleness(sheet, market_spinner(size, scale).right + px(10), hints, trouble, market.as_of, wording)
    return sheet.picture()


def _book(sheet: Sheet, box: Region, market: Market, words: MarketWording) -> None:
    """What is offered above, what is wanted below; the best prices meet in the middle."""
    px, colors = sheet.px, sheet.theme.colors
    _titled(sheet, box, words.book)
    heads = Region(box.x, box.y, box.width, px(_HEADING))
    column(sheet, heads._replace(x=box.x + box.width // 2, width=box.width // 2 - px(10)), words.amount)
    rows = max(2, (box.height - px(_HEADING) - px(_ROW)) // px(_ROW))
    half = rows // 2
    asks, bids = list(market.asks)[:half], list(market.bids)[:half]
    y = box.y + px(_HEADING)
    if not asks and not bids:
        message(sheet, Region(box.x, y, box.width, box.height - px(_HEADING)), "chart", words.no_orders, "")
        return
    for place, offer in enumerate(reversed(asks)):
        top = y + (half - len(asks) + place) * px(_ROW)
        _offer(sheet, Region(box.x, top, box.width, px(_ROW)), offer, words.sell, colors.bad)
    middle = Region(box.x, y + half * px(_ROW), box.width, px(_ROW))
    sheet.text(
        middle, words.spread.format(spread=market.spread) if market.spread else "", 18, colors.muted, align=CENTER
    )
    for place, offer in enumerate(bids):
        row = Region(box.x, middle.bottom + place * px(_ROW), box.width, px(_ROW))
        _offer(sheet, row, offer, words.buy, colors.good)


def _offer(sheet: Sheet, box: Region, offer: Offer, side: str, ink: Color) -> None:
    px, colors = sheet.px, sheet.theme.colors
    inner = box.inset(0, max(1, px(2)))
    width = round(inner.width * max(0.0, min(1.0, offer.depth)))
    sheet.fill(Region(inner.right - width, inner.y, width, inner.height), faint(ink, 0.2), px(5))
    sheet.text(Region(box.x + px(4), box.y, px(58), box.height), side, 18, ink, bold=True)
    price = Region(box.x + px(66), box.y, box.width // 2 - px(66), box.height)
    sheet.text(price, offer.price, 20, colors.text, bold=True)
    amount = Region(box.x + box.width // 2, box.y, box.width // 2 - px(10), box.height)
    sheet.text(amount, offer.amount, 20, colors.text, align=RIGHT)


def _spot(sheet: Sheet, box: Region, market: Market, words: MarketWording) -> None:
    px, colors = sheet.px, sheet.theme.colors
    _titled(sheet, box, words.spot)
    line = Region(box.x, box.y + px(_HEADING), box.width, px(46))
    end = sheet.text(line, market.spot or words.no_price, 38 if market.spot else 24, colors.text, bold=True)
    if market.change:
        down = market.change.lstrip().startswith(("-", "−"))
        ink = colors.bad if down else colors.good
        icon = Region(end + px(18), line.y, px(24), line.height)
        sheet.icon(icon, "down" if down else "up", ink, 22)
        sheet.text(Region(icon.right + px(6), line.y, px(160), line.height), market.change, 21, ink, bold=True)
    chart = Region(box.x, line.bottom + px(10), box.width, box.bottom - line.bottom - px(10))
    if len(market.history) > 1 and chart.height > px(40):
        _chart(sheet, chart, market.history)


def _chart(sheet: Sheet, box: Region, history: Sequence[float]) -> None:
    """A line through the prices over a fading ground, with the last one marked."""
    colors, px = sheet.theme.colors, sheet.px
    sheet.fill(box, colors.well, sheet.theme.radii.control * sheet.scale)
    low, high = min(history), max(history)
    span = (high - low) or 1.0
    inner = box.inset(px(12))
    points = [
        (inner.width * index / (len(history) - 1), inner.height * (1 - (price - low) / span))
        for index, price in enumerate(history)
    ]
    for share in (0.0, 0.5, 1.0):
        rule(sheet, inner.x, inner.y + round(inner.height * share), inner.width)
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


def _trades(sheet: Sheet, box: Region, trades: Sequence[TradeLine], words: MarketWording) -> None:
    px, colors = sheet.px, sheet.theme.colors
    _titled(sheet, box, words.trades)
    if not trades:
        sheet.text(Region(box.x, box.y + px(_HEADING), box.width, px(_ROW)), words.no_trades, 20, colors.muted)
        return
    third = box.width // 3
    rows = (box.height - px(_HEADING)) // px(_ROW)
    for place, trade in enumerate(list(trades)[:rows]):
        row = Region(box.x, box.y + px(_HEADING) + place * px(_ROW), third, px(_ROW))
        if trade.up is not None:
            ink = colors.good if trade.up else colors.bad
            sheet.icon(row._replace(width=px(22)), "up" if trade.up else "down", ink, 17)
        sheet.text(row._replace(x=row.x + px(28), width=third - px(28)), trade.price, 20, colors.text, bold=True)
        sheet.text(row.moved(third, 0), trade.amount, 20, colors.text, align=RIGHT)
        sheet.text(row.moved(2 * third, 0), trade.when, 18, colors.muted, align=RIGHT)


def _titled(sheet: Sheet, box: Region, title: str) -> None:
    column(sheet, Region(box.x, box.y, box.width, sheet.px(_HEADING)), title, align=LEFT)
    rule(sheet, box.x, box.y + sheet.px(_HEADING) - sheet.px(4), box.width)
