"""What the screens around a night say: one form of numbers, nothing under a toast, an outage told once."""

from __future__ import annotations

import ast
import io
import re
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops, ImageStat

from demo_game.game import Game, Screen
from demo_game.lettering import GLYPHS, neon_width, plain_width
from demo_game.look import BASE_HEIGHT, number
from demo_game.readout import Readout
from demo_game.sheets import Figures, Neon, Panel, Words, sheet_of
from pygame_gameservices.sandbox.itchio.pictures import cover
from pygame_gameservices.widgets.theme import DARK
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from pygame_gameservices.widgets.toasts.toast import Toast

FOLDER = Path(__file__).resolve().parents[2] / "demo_game"


def shown(screen: Screen) -> list[Words | Neon | Figures]:
    """All that is written on a screen, with large numbers in every place."""
    game = Game()
    game.screen, game.final = screen, 57_380
    game.progress.best, game.progress.nights, game.progress.energy, game.progress.earned = (
        61_200,
        1_234,
        98_765,
        1_234_567,
    )
    game.world.tally.orbs = game.world.tally.shattered = 12_345
    score = SimpleNamespace(user="ada", name="ada", sort=57_380)
    bid = SimpleNamespace(price=1234.5, volume=6.0)
    online = SimpleNamespace(
        player="ada", rank=2, board=(score,), notice="", offline=set(), shelf=None, supporter=False, covered=False
    )
    quote = SimpleNamespace(start=__import__("datetime").datetime.now().astimezone(), bids=(bid,), wanted=1500.0)
    online.market = SimpleNamespace(state="", quotes=(quote,), best=quote)
    return [item for item in sheet_of(game, online).items if not isinstance(item, Panel) and hasattr(item, "text")]


@pytest.mark.parametrize("screen", [Screen.TITLE, Screen.OVER, Screen.MARKET])
def test_numbers_have_one_form_on_every_screen(screen: Screen) -> None:
    texts = [item.text for item in shown(screen)]
    assert any(re.search(r"\d,\d{3}\b", text) for text in texts)
    for text in texts:
        assert not re.search(r"\d \d{3}\b|\d{4,}", text), text


def test_the_score_of_a_night_has_the_same_form() -> None:
    game = Game()
    game.world.score, readout = 12_290, Readout()
    for _ in range(60):
        lines = readout.lines(game.world)
    assert "12,290" in [line.text for line in lines]
    assert all(letter in GLYPHS for letter in "12,290.5")


def test_there_is_one_place_that_writes_numbers() -> None:
    assert [number(57_380), number(6.5, 1), number(-1234.567, 2)] == ["57,380", "6.5", "-1,234.57"]
    for path in FOLDER.glob("*.py"):
        if path.name in (
            "look.py",
            "__main__.py",
            "online.py",
            "online_trading.py",
        ):  # games copy the last two
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                spec = ast.unparse(node.format_spec)
                assert "," not in spec and not re.search(r"\.\df", spec), f"{path.name}:{node.lineno} formats by itself"


def test_a_toast_does_not_lie_on_the_title() -> None:
    """One toast in its corner, as large as they come here, leaves the large words of every screen alone."""
    painter = ToastPainter(DARK, DARK.scale_for(BASE_HEIGHT), 1280)
    picture = painter.paint(Toast(title="Signed in as ada", label="Game Jolt"))
    left, bottom = 1280 - picture.size[0] - 12, 24 + picture.size[1]
    for screen in (Screen.TITLE, Screen.OVER, Screen.MARKET):
        for item in shown(screen):
            if isinstance(item, Neon):
                right = item.x + neon_width(item.text, item.height) / 2
                assert right < left or item.y > bottom, item.text


def test_words_to_read_lie_on_a_shade_on_the_title() -> None:
    game = Game()
    items = sheet_of(game, None).items
    shades = [item for item in items if isinstance(item, Panel) and item.soft]
    for item in items:
        if isinstance(item, Words) and item.align == 0.5:
            half = plain_width(item.text, item.size) / 2
            assert any(
                one.x < item.x - half and item.x + half < one.x + one.wide and one.y < item.y < one.y + one.high
                for one in shades
            ), item.text


def test_six_neighbours_have_six_different_covers() -> None:
    pictures = [Image.open(io.BytesIO(cover(game_id))).convert("L") for game_id in range(6)]
    for one, other in combinations(pictures, 2):
        apart = ImageStat.Stat(ImageChops.difference(one.resize((32, 32)), other.resize((32, 32)))).mean[0]
        assert apart > 12, "in shape and light, not only in hue"
    assert cover(4) == cover(4)


def test_the_lines_under_covers_are_short() -> None:
    from demo_game.settings import CONFIG
    from pygame_gameservices.sandbox.easyjam.seed import _LINES

    text = CONFIG.read_text(encoding="utf-8")
    (titles,) = re.findall(r'name = "Hedy"\ngames = \[(.*?)\]', text)
    for title in re.findall(r'"(.*?)"', titles):
        assert len(_LINES[title]) <= 22
