"""What must not lie on each other, what is said once, and what is the loudest: seen as it is painted."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.market.market import MarketBoard
from pygame_gameservices.widgets.painting.color import Color
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import Sheet
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from pygame_gameservices.widgets.wording import Wording
from tests.widgets.samples import TOASTS
from tests.widgets.scenes import SCENES
from tests.widgets.sources import MARKET
from tests.widgets.stagecraft import Scene
from tests.widgets.test_contrast import Words

WORDING = Wording()


class Painted:
    """What was written on panels, each with the place of its letters, and what was filled in which color."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.words: list[tuple[str, Region]] = []
        self.fills: list[tuple[Region, Color]] = []
        text, fill = Sheet.text, Sheet.fill

        def written(sheet: Sheet, box: Region, words: str, size: float, color: Color, **how: Any) -> int:
            end = text(sheet, box, words, size, color, **how)
            letters = sheet.lettering(size, bold=how.get("bold", False), tracking=how.get("tracking", 0.0))
            wide = round(letters.width(letters.fit(words, box.width)))
            self.words.append((words, Region(end - wide, box.y, wide, box.height)))
            return end

        def filled(sheet: Sheet, box: Region, color: Color, radius: float = 0.0) -> None:
            self.fills.append((box, color))
            fill(sheet, box, color, radius)

        monkeypatch.setattr(Sheet, "text", written)
        monkeypatch.setattr(Sheet, "fill", filled)


def _dialog(scene: Scene) -> Dialog:
    *_, dialog = scene.overlay._widgets
    assert isinstance(dialog, Dialog)
    return dialog


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (320, 180)])
def test_no_bar_of_a_market_runs_under_digits(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    painted, scene = Painted(monkeypatch), Scene(size=size)
    SCENES["market"]["open"](scene)
    scene.run(0.5)
    inks = {DARK.colors.good[:3], DARK.colors.bad[:3]}
    bars = [box for box, color in painted.fills if color[:3] in inks]
    assert len(bars) >= 4
    assert [(words, bar) for words, place in painted.words for bar in bars if words and place.overlap(bar)] == []


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
def test_a_chart_says_which_prices_and_when(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    painted, scene = Painted(monkeypatch), Scene(size=size)
    SCENES["market"]["open"](scene)
    scene.run(0.5)
    said = [words for words, _ in painted.words]
    assert MARKET.span
    assert set(MARKET.span) <= set(said)
    low, high = min(MARKET.history), max(MARKET.history)
    numbers = {words.replace(",", "") for words in said}
    assert any(f"{low:.{digits}f}" in numbers and f"{high:.{digits}f}" in numbers for digits in range(7))


def test_a_locked_trophy_says_how_far_one_is_and_not_that_it_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    painted, scene = Painted(monkeypatch), Scene()
    SCENES["trophies"]["locked"](scene)
    scene.run(0.5)
    said = [words for words, _ in painted.words]
    locked = [words for words in said if "locked" in words.lower()]
    assert set(locked) == {"Unlocked", "Locked"}
    assert len(locked) == 2 * said.count("Trophies"), "the two filters, once each time that it is painted, and no card"
    assert said.count("3 / 10") == said.count("Untouched") > 0


@pytest.mark.parametrize("rank", ["bronze", "silver", "gold", "platinum"])
def test_a_trophys_toast_leaves_its_rank_to_the_medal(rank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = Words(monkeypatch)
    ToastPainter(DARK, 1.0, 1920).paint(TOASTS[rank])
    assert words.found
    names = [each.name.lower() for each in Rarity]
    assert [word for word in words.found if any(name in word.lower() for name in names)] == []


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)
def test_the_players_own_row_is_louder_than_the_focus(theme: Theme) -> None:
    scene = Scene(theme)
    SCENES["leaderboard"]["own_in_sight"](scene)
    board = _dialog(scene)

    def row(name: str, focus: str) -> Image.Image:
        board.focus_on(focus)
        control = board.layout.control(name)
        assert control is not None
        box = control.box.moved(*board.origin).inset(-4)
        return scene.run(0.5).screen().convert("RGB").crop((box.x, box.y, box.right, box.bottom))

    def apart(one: Image.Image, other: Image.Image) -> float:
        return sum(ImageStat.Stat(ImageChops.difference(one, other)).sum)

    plain = row("row 5", "row 8")
    assert apart(row("row 3", "row 8"), plain) > apart(row("row 5", "row 5"), plain)


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (320, 180)], ids=str)
def test_a_field_that_is_at_fault_says_so_while_it_has_the_focus(theme: Theme, size: tuple[int, int]) -> None:
    scene = Scene(theme, size)
    SCENES["login"]["missing"](scene)
    scene.run(1.0)
    login = _dialog(scene)
    assert login.focus == "token"
    control = login.layout.control("token")
    assert control is not None
    box, whole = control.box.moved(*login.origin), scene.screen().convert("RGB")
    column = [whole.getpixel((box.x + box.width // 2, box.y + y)) for y in range(-3, 8)]
    bad, ink = theme.colors.bad, theme.colors.text
    assert min(_apart(each, bad) for each in column) < 40, "the edge is red"
    assert min(_apart(each, ink) for each in column) < 40, "and there is the ring"


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (320, 180)], ids=str)
@pytest.mark.parametrize("widget", ["market", "leaderboard"])
def test_what_turns_does_so_within_the_mark_of_what_is_old(
    widget: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark begins at the edge of what is shown; while newer is fetched, what turns stands where its sign was."""
    scene = Scene(size=size)
    SCENES[widget]["quiet" if widget == "market" else "stale"](scene)
    scene.run(1.0)
    dialog = _dialog(scene)
    assert isinstance(dialog, MarketBoard | Leaderboard)
    source: Any = dialog._source if isinstance(dialog, MarketBoard) else dialog.model._source
    (left, top), foot = dialog.origin, dialog.px(dialog.fit.footer)
    mark = Region(left + dialog.px(dialog.fit.padding), top + dialog.layout.size[1] - foot, 2 * foot, foot)
    still = scene.screen().convert("RGB")
    monkeypatch.setattr(source, "instant", False)
    dialog.refresh()
    scene.run(1.0)
    busy = dialog.busy_at
    assert busy is not None
    place = busy.moved(left, top)
    assert place.x > mark.x
    assert place.right < mark.x + dialog.px(38), "before the words"
    changed = ImageChops.difference(still, scene.screen().convert("RGB")).getbbox()
    assert changed is not None
    assert changed[0] >= min(place.x, mark.x + dialog.px(12))
    assert changed[2] <= max(place.right, mark.x + dialog.px(32)), "nothing else moves"
    source.answer()
    scene.run(1.0)
    assert dialog.busy_at is None
    assert ImageChops.difference(still, scene.screen().convert("RGB")).getbbox() is None


def _said(widget: str, state: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Region]:
    with monkeypatch.context() as patch:
        painted, scene = Painted(patch), Scene(size=(640, 360))
        SCENES[widget][state](scene)
        scene.run(0.5)
    return dict(painted.words)


def test_a_title_stands_in_the_middle_where_nothing_comes_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    coming, there, failed = (
        _said("market", state, monkeypatch)[WORDING.market.title] for state in ("loading", "open", "failed")
    )
    assert coming == there
    assert failed.y + failed.height / 2 == _said("trophies", "grid", monkeypatch)[WORDING.trophy_list.title].y + (
        failed.height / 2
    )


@pytest.mark.parametrize("state", ["missing", "wrong", "offline"])
def test_what_is_wrong_is_told_in_place_of_the_help(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said, usual = _said("login", state, monkeypatch), _said("login", "filled", monkeypatch)
    trouble = {
        "missing": WORDING.login.token_missing,
        "wrong": WORDING.trouble.wrong,
        "offline": WORDING.trouble.offline,
    }
    assert said[trouble[state]].y == usual[WORDING.login.help].y


def test_a_login_ends_with_its_buttons_where_no_keys_are_named() -> None:
    heights = {}
    for state in ("filled", "touch"):
        scene = Scene(size=(640, 360))
        SCENES["login"][state](scene)
        scene.run(0.5)
        login = _dialog(scene)
        below = login.layout.size[1] - max(control.box.bottom for control in login.layout.controls)
        heights[state] = below
        assert (login.hints_at is None) is (state == "touch")
    assert heights["touch"] == login.px(login.fit.padding)
    assert heights["filled"] > heights["touch"]


def test_an_arrow_beside_a_trade_points_where_its_price_went_and_has_that_color(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From the trade below it, which was before it."""
    arrows: dict[int, tuple[str, Color]] = {}
    icon = Sheet.icon

    def drawn(sheet: Sheet, box: Region, name: str, color: Color, size: float) -> None:
        arrows[box.y] = name, color
        icon(sheet, box, name, color, size)

    monkeypatch.setattr(Sheet, "icon", drawn)
    painted, scene = Painted(monkeypatch), Scene(size=(1280, 720))
    SCENES["market"]["open"](scene)
    scene.run(0.5)
    times = {words: box.y for words, box in painted.words}
    rows = [(times[trade.when], float(trade.price)) for trade in MARKET.trades if trade.when in times]
    assert len(rows) > 4
    for (y, newer), (_, older) in pairwise(rows):
        up, down = ("up", DARK.colors.good), ("down", DARK.colors.bad)
        assert arrows.get(y) == (up if newer > older else down if newer < older else None)


def _apart(one: Any, other: Color) -> int:
    return max(abs(a - b) for a, b in zip(one[:3], other[:3], strict=True))


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (320, 180)], ids=str)
def test_both_columns_of_a_market_have_the_same_headings(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = _written(monkeypatch)
    SCENES["market"]["open"](Scene(size=size))
    heads = ("gold", "kg") if size == (320, 180) else ("Price (gold)", "Amount (kg)")
    for head in heads:
        rows = [y for text, _, y in written if text == head]
        assert len(set(rows)) >= 2, head


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)], ids=str)
def test_the_figures_beside_a_chart_stand_apart(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    written = _written(monkeypatch)
    scene = Scene(size=size)
    SCENES["market"]["open"](scene)
    figures = sorted({y for text, _, y in written if text in ("136.3", "128.2", "120.2")})
    assert len(figures) == 3
    high = DARK.lettering(18 * scene.overlay._stage.scale).cap_height
    assert min(below - above for above, below in pairwise(figures)) >= 2 * high


def _written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float, float]]:
    """What is drawn from now on, and where."""
    written: list[tuple[str, float, float]] = []
    draw = Lettering.draw

    def watched(self: Lettering, image: Image.Image, xy: tuple[float, float], text: str, color: Any) -> float:
        written.append((text, *xy))
        return draw(self, image, xy, text, color)

    monkeypatch.setattr(Lettering, "draw", watched)
    return written
