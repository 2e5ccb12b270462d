"""``gameservices trading``: tables, CSV, JSON and charts, and the exit status 0, 1 or 2."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from PIL import Image

from pygame_gameservices import Order, ServiceManager, Trading, order_at
from pygame_gameservices.cli.chart import DARK, LIGHT, Point, nice_levels, nice_moments, picture, text
from pygame_gameservices.cli.table_csv import as_csv
from pygame_gameservices.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.conftest import WAIT_S
from tests.thinned import thinned

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def market() -> Iterator[Sandbox]:
    """A market with a past."""
    with Sandbox.start({}) as sandbox:
        yield sandbox


@pytest.fixture
def env(market: Sandbox) -> dict[str, str]:
    return {"GAME_API_TOKEN": market.trading_token, "GAME_API_URL": market.trading_url}


def rows(printed: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(printed)))


def test_lists_as_csv_json_and_tables(run: Run, env: dict[str, str], market: Sandbox, tmp_path: Path) -> None:
    with ServiceManager("trader", folder=tmp_path / "outbox") as services:
        trading = services.add(Trading(market.trading_token, market.trading_url, allow_trading=True))
        trading.orders.create(order_at("buy", -3.5, 1.25, datetime.now(UTC) + timedelta(days=2))).result(WAIT_S)
    (order,) = rows(run("trading", "orders", "--csv", "-", **env).stdout)
    assert (order["direction"], order["price"], order["volume"], order["state"]) == ("buy", "-3.5", "1.25", "displayed")
    assert order["created_at"].endswith("Z")
    assert "raw" not in order
    done = run("trading", "trades", "--csv", "trades.csv", "--direction", "buy", **env)
    assert (done.returncode, done.stdout) == (0, "")
    written = rows((tmp_path / "trades.csv").read_text())
    assert len(written) > 10
    assert {trade["direction"] for trade in written} == {"buy"}
    assert "-3.50" in run("trading", "orders", **env).stdout
    assert run("trading", "orders", "--direction", "sell", **env).stdout == "nothing\n"
    offers = json.loads(run("trading", "market", "--json", "--direction", "sell", **env).stdout)
    assert all(offer["high_24h"] for offer in offers)
    days = ("--from", "2026-01-01", "--to", "2026-01-02")
    assert len(rows(run("trading", "spot", *days, "--csv", "-", **env).stdout)) == 48


def test_a_chart_in_the_terminal_and_as_a_picture(run: Run, env: dict[str, str], tmp_path: Path) -> None:
    drawn = run("trading", "chart", **env)
    assert drawn.returncode == 0
    lines = drawn.stdout.splitlines()
    assert lines[0].endswith("/PT15M")
    assert any("\u2801" <= char <= "\u28ff" for char in drawn.stdout)
    assert lines[-1].endswith("UTC")
    contract = rows(run("trading", "trades", "--csv", "-", **env).stdout)[0]["contract"]
    done = run("trading", "chart", contract, "--png", "chart.png", "--theme", "light", **env)
    assert done.returncode == 0
    with Image.open(tmp_path / "chart.png") as image:
        assert (image.size, image.format) == ((1280, 640), "PNG")
        assert image.getpixel((2, 2)) == (251, 250, 247)
        assert len(image.getcolors(1 << 20) or []) > 20
    spot = run("trading", "chart", "--spot", "--from", "2026-01-01", "--to", "2026-01-02", **env)
    assert spot.stdout.startswith("Spot")


def test_failures(run: Run, env: dict[str, str], tmp_path: Path) -> None:
    unknown = run("trading", "chart", "no-such-contract", **env)
    assert (unknown.returncode, "was not traded" in unknown.stderr) == (1, True)
    assert run("trading", "chart", "--from", "2026-01-01", **env).returncode == 2
    assert run("trading", "chart", "--png", "no/folder/x.png", **env).returncode == 2
    assert run("trading", "orders", "--csv", "no/folder/x.csv", **env).returncode == 2
    nobody = run("trading", "orders", GAME_API_URL=env["GAME_API_URL"])
    assert (nobody.returncode, "token" in nobody.stderr, "Traceback" in nobody.stderr) == (2, True, False)
    (tmp_path / "token").write_text("a-wrong-token")
    wrong = run("trading", "orders", "--token-file", "token", **env)
    assert (wrong.returncode, "a-wrong-token" in wrong.stderr) == (1, False)


def test_a_text_of_others_is_no_formula() -> None:
    orders = [Order(order_id=1, trader="=HYPERLINK(1)", contract='a,"b"\n\x1b[31m', price=-1.5, state="@x")]
    (row,) = rows(as_csv(orders, Order))
    assert (row["trader"], row["state"], row["price"], row["order_id"]) == ("'=HYPERLINK(1)", "'@x", "-1.5", "1")
    assert row["contract"] == 'a,"b"\n\\x1b[31m'


SERIES = {
    "one": [1.0],
    "flat": [5.0] * 4,
    "zero": [0.0, 0.0],
    "negative": [-500.0, 3000.0, -0.01],
    "tiny": [1.000001, 1.000002],
    "huge": [1e11, -1e11],
    "many": [math.sin(n / 40) * 50 for n in range(3000)],
}


APART_S = [0, 1, 900, 86_400]


def _another_distance(name: str, apart_s: int) -> bool:
    return list(SERIES).index(name) % len(APART_S) == APART_S.index(apart_s)


@pytest.mark.parametrize(("name", "apart_s"), thinned(product(SERIES, APART_S), _another_distance))
def test_any_series_is_drawn(name: str, apart_s: int) -> None:
    prices = SERIES[name]
    points = [Point(NOW + timedelta(seconds=apart_s * n), price, 1.0) for n, price in enumerate(prices)]
    drawn = text(points, columns=60, rows=10).splitlines()
    assert len(drawn) == 12
    assert any("\u2801" <= char <= "\u28ff" for line in drawn for char in line)
    levels = nice_levels(prices, 5)
    assert levels[0] <= min(prices)
    assert max(prices) <= levels[-1] * (1 + 1e-12) or levels[-1] >= max(prices) - 1e-9
    assert 2 <= len(levels) <= 12
    assert len(nice_moments(points[0].when, points[-1].when, 7)) <= 7
    if len(points) < 100:
        assert picture(points, "Title", DARK).size == picture(points, "Title", LIGHT).size == (1280, 640)
