"""``gameservices trading``: your orders, trades, offers and spot prices as tables, CSV, JSON and charts. Reads only."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from pygame_gameservices.cli.chart import DARK, LIGHT, Point, picture, text
from pygame_gameservices.cli.group import Group, examples, json_option
from pygame_gameservices.cli.output import Rows, echo_json, reported, say, secret_from, wait_for
from pygame_gameservices.cli.table_csv import as_csv
from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.errors import GameServicesError, UsageError
from pygame_gameservices.services.trading.client import Trading
from pygame_gameservices.services.trading.models import MarketRow, Order, Spot, Trade

T = TypeVar("T")
Command = Callable[..., Any]

_TOKEN = "File with the personal token, - for input; default: $GAME_API_TOKEN or [trading] in gameservices.toml."


@click.group(cls=Group)
def trading() -> None:
    """Look at your orders and at the market (GAME trading API). Nothing here places or deletes an order.

    Where and who comes from GAME_API_URL and GAME_API_TOKEN, or from [trading] in gameservices.toml. Exit status: 0
    done, 1 failed, 2 wrong use.
    """


def _options(command: Command) -> Command:
    """The options of all commands."""
    options = [
        click.option("--token-file", metavar="FILE", help=_TOKEN),
        click.option("--base-url", help="Where the API is, without /api/v1; default: $GAME_API_URL."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True)
class _Listing:
    """How a command that lists something reaches the market, and where to it lists what it found."""

    token_file: str | None
    base_url: str | None
    csv_file: str | None
    as_json: bool

    def ask(self, call: Callable[[Trading], Pending[T]]) -> T:
        return _ask(self.token_file, self.base_url, call)

    def show(self, found: Sequence[msgspec.Struct], kind: type[msgspec.Struct], *columns: str) -> None:
        _show(found, kind, columns, self.csv_file, self.as_json)


def _listing(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command that lists something its options, all in one `_Listing`."""

    @wraps(command)
    def run(token_file: str | None, base_url: str | None, csv_file: str | None, as_json: bool, **more: Any) -> object:
        return command(_Listing(token_file, base_url, csv_file, as_json), **more)

    options = [
        click.option("--csv", "csv_file", metavar="FILE", help="Write CSV, - for the standard output."),
        json_option,
    ]
    for option in reversed(options):
        run = option(run)
    return _options(run)


_side = click.option("--direction", type=click.Choice(["buy", "sell"]), help="Only this side.")
_duration = click.option("--duration", metavar="15m", help="Only contracts of this length.")


def _ask(token_file: str | None, base_url: str | None, call: Callable[[Trading], Pending[T]]) -> T:
    with ServiceManager("gameservices") as manager:
        given: dict[str, Any] = {"allow_trading": False}
        if token_file is not None:
            given["token"] = secret_from("--token-file", token_file, "")
        if base_url is not None:
            given["base_url"] = base_url
        return wait_for(manager, call(manager.add(Trading.from_config(**given))), "Asking the market")


@trading.command(epilog=examples("gameservices trading orders --csv orders.csv"))
@_listing
@_side
def orders(to: _Listing, direction: str | None) -> None:
    """List your orders, newest first."""
    with reported("trading orders"):
        found = to.ask(lambda api: api.orders.list(direction))
        to.show(
            found, Order, "order_id", "direction", "price", "volume", "executed_volume", "state", "contract", "fees"
        )


@trading.command(epilog=examples("gameservices trading trades --duration 15m --csv -"))
@_listing
@_side
@_duration
def trades(to: _Listing, direction: str | None, duration: str | None) -> None:
    """List the trades of the last day, newest first."""
    with reported("trading trades"):
        found = to.ask(lambda api: api.trades(direction=direction, duration=duration))
        to.show(found, Trade, "timestamp", "contract", "direction", "price", "volume", "buyer", "seller", "fees")


@trading.command(epilog=examples("gameservices trading market --direction sell"))
@_listing
@_side
@_duration
def market(to: _Listing, direction: str | None, duration: str | None) -> None:
    """List the offers on the market."""
    with reported("trading market"):
        found = to.ask(lambda api: api.market(direction=direction, duration=duration))
        to.show(found, MarketRow, "contract", "direction", "price", "volume", "bid", "ask", "low_24h", "high_24h")


_FIRST = click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day, YYYY-MM-DD.")
_LAST = click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day, YYYY-MM-DD.")
_AREA = click.option("--area", help="Such as CH-SGD, the service's default.")


@trading.command(epilog=examples("gameservices trading spot --from 2026-11-01 --to 2026-11-07 --csv spot.csv"))
@_listing
@_FIRST
@_LAST
@_AREA
def spot(to: _Listing, first: datetime | None, last: datetime | None, area: str | None) -> None:
    """List spot prices."""
    with reported("trading spot"):
        found = to.ask(lambda api: api.spot(date_from=_day(first), date_to=_day(last), area_name=area))
        to.show(found, Spot, "timestamp", "contract", "price", "volume")


@trading.command(
    epilog=examples(
        "gameservices trading chart",
        "gameservices trading chart 2026-11-29T14:00:00Z/PT15M --png prices.png",
        "gameservices trading chart --spot --from 2026-11-01 --to 2026-11-07 --png spot.png --theme light",
    )
)
@click.argument("contract", required=False)
@click.option("--spot", "of_spot", is_flag=True, help="Chart spot prices, not the trades of a contract.")
@_FIRST
@_LAST
@_AREA
@click.option("--png", metavar="FILE", help="Write a picture; the chart is drawn in the terminal otherwise.")
@click.option("--theme", type=click.Choice(["dark", "light"]), default="dark", show_default=True)
@json_option
@_options
def chart(
    contract: str | None,
    of_spot: bool,
    first: datetime | None,
    last: datetime | None,
    area: str | None,
    png: str | None,
    theme: str,
    as_json: bool,
    token_file: str | None,
    base_url: str | None,
) -> None:
    """Draw the prices of a CONTRACT over time; without one, of the contract that was traded most."""
    with reported("trading chart"):
        if of_spot:
            points, title = _spot_points(token_file, base_url, first, last, area)
        else:
            if first or last or area:
                raise UsageError("--from, --to and --area are for spot prices; add --spot")
            found = _ask(token_file, base_url, lambda api: api.trades())
            points, title = _trade_points(found, contract)
        if as_json:
            echo_json({"title": title, "points": [point._asdict() for point in points]})
        if png is None:
            if as_json:
                return
            say(title)
            click.echo(text(points, columns=min(120, shutil.get_terminal_size().columns)))
            return
        try:
            picture(points, title, LIGHT if theme == "light" else DARK).save(png, "PNG")
        except OSError as error:
            raise UsageError(f"{png} cannot be written ({error.strerror or error}); check the path") from None
        click.echo(f"{png}: {len(points)} prices", err=True)


def _spot_points(
    token_file: str | None, base_url: str | None, first: datetime | None, last: datetime | None, area: str | None
) -> tuple[list[Point], str]:
    days = {"date_from": _day(first), "date_to": _day(last), "area_name": area}
    if not any(days.values()):
        days["date_from"] = date.today()  # without a filter the service tells one price
    found = _ask(token_file, base_url, lambda api: api.spot(**days))  # type: ignore[arg-type]
    prices = [Point(one.timestamp, one.price) for one in found if one.timestamp is not None and one.price is not None]
    if not prices:
        raise GameServicesError("there are no spot prices of these days")
    return sorted(prices), f"Spot {area or ''}".strip()


def _trade_points(found: Sequence[Trade], contract: str | None) -> tuple[list[Point], str]:
    if contract is None:
        counts: dict[str, int] = {}
        for trade in found:
            counts[trade.contract] = counts.get(trade.contract, 0) + 1
        if not counts:
            raise GameServicesError("nothing was traded within a day")
        contract = max(sorted(counts), key=lambda name: counts[name])
    points = [
        Point(trade.timestamp, trade.price, trade.volume or 0.0)
        for trade in reversed(found)  # so that those of one moment stay in order
        if trade.contract == contract and trade.timestamp is not None and trade.price is not None
    ]
    if not points:
        raise GameServicesError(f"{contract} was not traded within a day; gameservices trading trades lists what was")
    return sorted(points, key=lambda point: point.when), contract


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _show(
    found: Sequence[msgspec.Struct],
    kind: type[msgspec.Struct],
    columns: tuple[str, ...],
    csv_file: str | None,
    as_json: bool,
) -> None:
    if csv_file is not None:
        lines = as_csv(found, kind)
        if csv_file == "-":
            click.echo(lines, nl=False)
            return
        try:
            Path(csv_file).write_text(lines, encoding="utf-8", newline="")
        except OSError as error:
            raise UsageError(f"{csv_file} cannot be written ({error.strerror}); check the path") from None
        click.echo(f"{csv_file}: {len(found)} lines", err=True)
    elif as_json:
        echo_json(found)
    elif not found:
        click.echo("nothing")
    else:
        table = Rows(*(column.replace("_", " ") for column in columns))
        for one in found:
            table.add(*(_cell(getattr(one, column)) for column in columns))
        table.show()


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
