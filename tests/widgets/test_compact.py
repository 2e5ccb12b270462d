"""Dialogs on screens of few pixels, and with very large text: fewer words, narrower edges, letters one can read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.grid import CELL
from pygame_gameservices.widgets.input import Action, Device
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.painting.color import Color
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import Sheet
from pygame_gameservices.widgets.theme import DARK
from pygame_gameservices.widgets.trophies.trophies import Trophies
from tests.thinned import thinned
from tests.widgets.scenes import SCENES, Act
from tests.widgets.sources import Accounts, Cabinet, Scores
from tests.widgets.stagecraft import Scene

DIALOGS = [widget for widget in SCENES if widget != "badge"]
STATES = [(widget, state) for widget in DIALOGS for state in SCENES[widget]]
LOW = (320, 180)


def dialog(act: Act, size: tuple[int, int], scale: float = 1.0) -> Dialog:
    scene = Scene(replace(DARK, scale=scale), size)
    act(scene)
    scene.run()
    *_, top = scene.overlay._widgets
    assert isinstance(top, Dialog)
    return top


@pytest.mark.parametrize(("widget", "state"), STATES)
def test_every_letter_on_a_low_screen_has_nine_pixels(widget: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: set[float] = set()
    lettering = Sheet.lettering

    def watched(sheet: Sheet, size: float, **how: object) -> object:
        sizes.add(size * sheet.scale)
        return lettering(sheet, size, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Sheet, "lettering", watched)
    dialog(SCENES[widget][state], LOW)
    assert sizes
    assert min(sizes) >= 9


COMPACT = {LOW: True, (320, 240): True, (640, 360): False, (1280, 720): False, (3840, 2160): False}


def _next_to_the_limit(widget: str, size: tuple[int, int], compact: bool) -> bool:
    return size in ((320, 240), (640, 360)) or widget == "market"


@pytest.mark.parametrize(
    ("widget", "size", "compact"),
    thinned([(widget, *how) for widget in DIALOGS for how in COMPACT.items()], _next_to_the_limit),
)
def test_only_where_it_must_be(widget: str, size: tuple[int, int], compact: bool) -> None:
    assert dialog(next(iter(SCENES[widget].values())), size).fit.compact is compact


@pytest.mark.parametrize("widget", DIALOGS)
def test_very_large_text_is_larger(widget: str) -> None:
    act = next(iter(SCENES[widget].values()))
    usual, large = dialog(act, (640, 360)), dialog(act, (640, 360), scale=2.0)
    assert large.scale > 1.4 * usual.scale


@pytest.mark.parametrize("size", [LOW, (640, 360), (1280, 720), (360, 640)], ids=str)
@pytest.mark.parametrize("widget", ["leaderboard", "trophies", "shelf", "market"])
def test_what_turns_is_at_the_foot_of_the_panel(widget: str, size: tuple[int, int]) -> None:
    loading = dialog(SCENES[widget]["loading"], size)
    at, fit = loading.busy_at, loading.fit
    assert at is not None
    foot = loading.layout.size[1] - fit.px(fit.footer)
    assert foot <= at.y < at.bottom <= loading.layout.size[1]


def test_there_is_room_for_some_rows_and_trophies() -> None:
    board, trophies = Leaderboard(Scores()), Trophies(Cabinet())
    Scene(size=LOW).show(board)
    Scene(size=LOW).show(trophies)
    assert board._frame.capacity >= 6
    assert trophies.cells[1:] == (1, 3)


def test_a_pad_signs_in_on_a_low_screen() -> None:
    """From field to field by the keyboard on the screen, whose keys stand in another order there, to the button."""
    accounts = Accounts()
    scene = Scene(size=LOW, device=Device.PAD).show(Login(accounts))
    for letters in ("ada", "t0k"):
        scene.overlay.action(Action.ACCEPT)
        *_, keyboard = scene.overlay._widgets
        assert isinstance(keyboard, Dialog)
        for letter in letters:
            keyboard.activate(f"key {'1234567890qwertyuiopasdfghjkl-zxcvbnm_.@'.index(letter)}")
        keyboard.focus_on("done")
        scene.overlay.action(Action.ACCEPT)
        scene.run()
    scene.overlay.action(Action.ACCEPT)
    assert accounts.asked == [("ada", "t0k", False)]


@pytest.mark.parametrize("size", [LOW, (1280, 720)], ids=str)
def test_the_fields_of_a_login_stay_where_they_are_while_it_signs_in(size: tuple[int, int]) -> None:
    still, busy = (dialog(SCENES["login"][state], size).layout for state in ("filled", "busy"))
    for name in ("username", "token"):
        before, after = still.control(name), busy.control(name)
        assert before is not None
        assert after is not None
        assert after.box == before.box


@pytest.mark.parametrize(("widget", "state"), [("leaderboard", "loaded"), ("trophies", "grid"), ("shelf", "games")])
@pytest.mark.parametrize("size", [LOW, (1280, 720)], ids=str)
def test_the_scroll_bar_stands_beside_the_rows_and_within_the_panel(
    widget: str, state: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled: list[tuple[int, Region]] = []
    fill = Sheet.fill

    def watched(sheet: Sheet, box: Region, color: Color, radius: float = 0.0) -> None:
        filled.append((sheet.size[0], box))
        fill(sheet, box, color, radius)

    monkeypatch.setattr(Sheet, "fill", watched)
    layout = dialog(SCENES[widget][state], size).layout
    rows = max(control.box.right for control in layout.controls if control.name.startswith(("row ", CELL)))
    bars = [(width, box) for width, box in filled if box.x > rows]
    assert bars
    assert all(bar.right < width for width, bar in bars)


def test_where_a_market_has_no_room_for_a_chart_its_trades_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    text = Sheet.text

    def watched(sheet: Sheet, box: Region, words: str, *how: object, **more: object) -> int:
        written.append(words)
        return text(sheet, box, words, *how, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Sheet, "text", watched)
    dialog(SCENES["market"]["open"], LOW)
    assert len([words for words in written if words.startswith("12:")]) >= 3
