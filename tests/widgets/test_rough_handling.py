"""Widgets under rough hands: closed too early, opened too soon, on screens that are too small, with too long words."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from pygame_gameservices.errors import ServiceUnavailable
from pygame_gameservices.widgets.badge import Status, StatusBadge
from pygame_gameservices.widgets.input import Action, Device, Edit, Pointer, Press
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.market.market import MarketBoard
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.region import Insets
from pygame_gameservices.widgets.sheet import Sheet
from pygame_gameservices.widgets.shelf.shelf import GamesShelf
from pygame_gameservices.widgets.text import system_fonts
from pygame_gameservices.widgets.text.typeface import Typeface
from pygame_gameservices.widgets.theme import DARK
from pygame_gameservices.widgets.trophies.case import TrophyItem
from pygame_gameservices.widgets.trophies.trophies import Trophies
from pygame_gameservices.widgets.widget import Widget
from tests.thinned import WHOLE, share
from tests.widgets.samples import TOASTS
from tests.widgets.scenes import SCENES
from tests.widgets.sources import TROPHIES, Accounts, Asked, Cabinet, Games, Prices, Scores
from tests.widgets.stagecraft import Scene


def _waiting() -> list[tuple[Widget, Asked]]:
    cabinet, games, prices = Cabinet(instant=False), Games(instant=False), Prices(instant=False)
    scores = Scores(instant=False)
    return [
        (Trophies(cabinet), cabinet),
        (GamesShelf(games, lambda url: True), games),
        (MarketBoard(prices), prices),
        (Leaderboard(scores), scores),
    ]


@pytest.mark.parametrize("which", range(4), ids=["trophies", "shelf", "market", "leaderboard"])
def test_an_answer_for_a_widget_that_was_closed_meanwhile_is_kept_for_the_next_time(which: int) -> None:
    widget, source = _waiting()[which]
    scene = Scene().show(widget)
    scene.overlay.action(Action.CANCEL)
    scene.run()
    source.instant = True
    source.answer()
    scene.show(widget)
    assert widget.busy_at is None  # type: ignore[attr-defined]
    assert scene.overlay.pictures()


def test_a_widget_that_is_opened_again_in_the_frame_in_which_it_closed_stays() -> None:
    scene = Scene()
    board = Leaderboard(Scores())
    scene.show(board)
    scene.overlay.action(Action.CANCEL)
    scene.overlay.show(board)
    scene.run()
    assert not board.closed
    assert scene.overlay.modal


def test_a_badge_that_appears_over_the_login_leaves_it_the_keys() -> None:
    scene = Scene()
    login = Login(Accounts())
    scene.show(login).show(StatusBadge(Status))
    assert scene.overlay.text_area == login.text_area
    scene.overlay.text("adaa")
    assert scene.overlay.edit(Edit.BACKSPACE)
    assert login.line is not None
    assert login.line.text == "ada"


def test_touching_the_keyboard_on_the_screen_drags_nothing_below_it() -> None:
    scene = Scene(device=Device.TOUCH)
    login = Login(Accounts("ada"))
    scene.show(login)
    left, top = login.origin
    field = login.layout.control("username")
    assert field is not None
    scene.overlay.pointer(Pointer(Press.DOWN, left + field.box.x + 30, top + field.box.y + 10))
    scene.overlay.pointer(Pointer(Press.UP, left + field.box.x + 30, top + field.box.y + 10))
    scene.run().overlay.action(Action.CANCEL)
    scene.run()
    before = login.line_of("username").selection  # type: ignore[union-attr]
    scene.overlay.pointer(Pointer(Press.MOVE, left + 5, top + 5))
    assert login.line_of("username").selection == before  # type: ignore[union-attr]


TOO_SMALL = [(1, 1), (10, 10), (60, 40), (40, 800), (1280, 720)]


@pytest.mark.parametrize("whole", WHOLE)
@pytest.mark.parametrize("widget", SCENES)
@pytest.mark.parametrize("size", TOO_SMALL, ids=str)
def test_no_screen_is_too_small_to_paint(
    widget: str, size: tuple[int, int], whole: bool, caplog: pytest.LogCaptureFixture
) -> None:
    for act in share(SCENES[widget].values(), TOO_SMALL.index(size), len(TOO_SMALL), whole=whole):
        scene = Scene(size=size)
        scene.overlay.safe_area = Insets(900, 500, 900, 500) if size == (1280, 720) else Insets()
        act(scene)
        scene.overlay.toasts.push(TOASTS["gold"])
        scene.run()
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


def _painted_words(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What is written from now on, as it can be read, and the place that it got."""
    written: list[tuple[str, Any]] = []
    write = Sheet.text

    def watched(self: Sheet, box: Any, words: str, size: float, color: Any, **how: Any) -> int:
        line = self.lettering(size, bold=how.get("bold", False), tracking=how.get("tracking", 0.0)).fit(
            words, box.width
        )
        written.append((line, box))
        return write(self, box, words, size, color, **how)

    monkeypatch.setattr(Sheet, "text", watched)
    return written


class Deep(Scores):
    """A table in which places are far down."""

    def reply(self, *question: Any) -> Any:
        page = super().reply(*question)
        if question == ("tables",):
            return page
        rows = [row._replace(rank=row.rank * 9_999) for row in page.rows]
        return page._replace(rows=rows, own=page.own and page.own._replace(rank=1_234_567))


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (320, 240)], ids=str)
def test_the_place_of_a_row_can_be_read_however_far_down(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = _painted_words(monkeypatch)
    Scene(size=size).show(Leaderboard(Deep()))
    words = [line for line, _ in written]
    assert {"9,999", "49,995", "1,234,567"} <= set(words)


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (360, 640)], ids=str)
def test_what_is_said_of_old_rows_leaves_the_hints_their_place(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Scores(as_of="12:03")
    board = Leaderboard(source)
    scene = Scene(size=size).show(board)
    source.trouble = ServiceUnavailable("no")
    board.model._clock = lambda: float("inf")
    written = _painted_words(monkeypatch)
    board.refresh()
    scene.run()
    (note,) = {box for line, box in written if line.startswith(("Not up", "as of"))}
    hints = [box.x for line, box in written if line in ("Q", "E", "←", "→", "F5", "Esc")]
    assert note.right < min(hints)
    assert len(hints) >= 2


def test_a_market_that_does_not_work_is_not_called_a_missing_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Prices()
    board = MarketBoard(source, every=0)
    scene = Scene().show(board)
    source.trouble = ServiceUnavailable("no")
    written = _painted_words(monkeypatch)
    board.refresh()
    scene.run()
    words = [line for line, _ in written]
    assert "No connection" not in words
    assert "Not up to date" in words


def test_since_when_a_trophy_is_had_leaves_its_rarity_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    written = _painted_words(monkeypatch)
    Scene().show(Trophies(Cabinet([TrophyItem("A", "B", Rarity.PLATINUM, True, "a very long time ago " * 4)])))
    rarity = next(box for line, box in written if line == "PLATINUM")
    (since,) = {box for line, box in written if line.startswith("a very")}
    letters = DARK.lettering(18 * 2 / 3, bold=True, tracking=0.06)
    assert rarity.x + letters.width("PLATINUM") < since.x


def test_toasts_that_would_hang_over_the_screen_wait_for_room() -> None:
    scene = Scene(size=(320, 180))
    for name in ("gold", "silver", "message"):
        scene.overlay.toasts.push(replace(TOASTS[name], kind=TOASTS["message"].kind))
    shown = set()
    for _ in range(800):
        scene.run(0.05)
        for placed in scene.overlay.pictures():
            assert placed.y + placed.picture.bleed + placed.picture.body[1] <= 180
        shown |= {toast.title for toast in scene.overlay.toasts.visible}
    assert len(shown) == 3, "all had their turn"


def test_a_badge_is_no_wider_than_the_screen() -> None:
    status = Status("TheVeryLongNameOfSomebodyWhoCouldNotStopTyping", offline=True, waiting=1_234_567)
    scene = Scene(size=(320, 180)).show(StatusBadge(lambda: status))
    (placed,) = scene.overlay.pictures()
    assert placed.x + placed.picture.bleed >= 0
    assert placed.x + placed.picture.bleed + placed.picture.body[0] <= 320


def test_signs_that_belong_to_a_missing_letter_are_left_out_rather_than_boxed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(system_fonts, "installed", tuple)
    typeface = Typeface()
    shown = "".join(run.text for run in typeface.runs("\u0939\u093f\u0928\u094d\u0926\u0940", "regular"))
    assert "\u094d" not in shown
    assert "?" in shown


def _drag(scene: Scene, widget: Any, pixels: int) -> None:
    """A finger that goes up or down in small steps, from the middle of the panel."""
    left, top = widget.origin
    x, y = left + widget.layout.size[0] // 2, top + widget.layout.size[1] // 2
    scene.overlay.pointer(Pointer(Press.DOWN, x, y))
    for step in range(1, 21):
        scene.overlay.pointer(Pointer(Press.MOVE, x, y + pixels * step // 20))
        scene.run(0.05)
    scene.overlay.pointer(Pointer(Press.UP, x, y + pixels))


def test_a_finger_drags_the_rows_of_a_leaderboard() -> None:
    scene = Scene(device=Device.TOUCH)
    board = Leaderboard(Scores(10_000))
    scene.show(board)
    _drag(scene, board, -200)
    first = board._look(board._top).rows[0].rank
    assert first == 1 + board._frame.lead + round((200 - board.px(16)) / board._frame.row), "the nearest row"
    _drag(scene, board, 200)
    assert board._look(board._top).rows[0].rank == 1 + board._frame.lead


def test_a_finger_drags_the_trophies_and_chooses_nothing_by_it() -> None:
    scene = Scene(size=(640, 360), device=Device.TOUCH)
    shelf = GamesShelf(Games(), lambda url: True)
    trophies = Trophies(Cabinet(TROPHIES * 5))
    for grid in (shelf, trophies):
        scene.show(grid)
        _drag(scene, grid, -150)
        assert grid.top > 0
        assert shelf._asking is None
        scene.overlay.hide(grid)


def test_a_finger_that_trembles_still_presses() -> None:
    scene = Scene(device=Device.TOUCH)
    shelf = GamesShelf(Games(), lambda url: True)
    scene.show(shelf)
    left, top = shelf.origin
    cell = shelf.layout.control("cell 0")
    assert cell is not None
    x, y = left + cell.box.x + 20, top + cell.box.y + 20
    for press, move in ((Press.DOWN, 0), (Press.MOVE, 3), (Press.UP, 2)):
        scene.overlay.pointer(Pointer(press, x, y + move))
    assert shelf._asking is not None


def test_nothing_is_imported_while_the_game_runs() -> None:
    """The first portrait of a leaderboard must not cost the import of what fetches portraits."""
    code = (
        "import sys\n"
        "import pygame_gameservices.widgets.overlay\n"
        "print('pygame_gameservices.core.pictures.remote' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "True"


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (360, 640)], ids=str)
def test_a_pointer_alone_gets_to_every_table(size: tuple[int, int]) -> None:
    names = [f"Table number {index}" for index in range(12)]
    board = Leaderboard(Scores(tables=names))
    scene = Scene(size=size).show(board)
    for which, goal in ((-1, 11), (0, 0)):
        for _ in names:
            tabs = [each for each in board.layout.controls if each.name.startswith("table ")]
            left, top = board.origin
            x, y = left + tabs[which].box.x + 5, top + tabs[which].box.y + 5
            for press in (Press.DOWN, Press.UP):
                scene.overlay.pointer(Pointer(press, x, y))
            scene.run(0.1)
        assert board.model.table == goal


@pytest.mark.parametrize("way", ["keys", "screen"])
def test_names_of_another_service_may_have_blanks_inside(way: str) -> None:
    accounts = Accounts()
    login = Login(accounts)
    scene = Scene().show(login)
    if way == "keys":
        for letter in " ada b ":
            scene.overlay.text(letter)
    else:
        scene.overlay.device = Device.PAD
        scene.overlay.action(Action.ACCEPT)
        *_, keyboard = scene.overlay._widgets
        for key in ("space", "key 20", "space", "key 24", "space"):
            keyboard.activate(key)  # type: ignore[attr-defined]
        scene.overlay.action(Action.CANCEL)
        scene.run()
    login.focus_on("token")
    scene.overlay.text("  t \n")
    login.submit()
    assert accounts.asked == [("ada b" if way == "keys" else "a g", "t", False)]


def test_a_name_of_blanks_is_no_name() -> None:
    accounts = Accounts()
    login = Login(accounts)
    scene = Scene().show(login)
    scene.overlay.text(" ")
    login.submit()
    assert (login.focus, accounts.asked) == ("username", [])


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)], ids=str)
def test_what_a_trophy_asks_for_can_be_read_to_its_end(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Cross the whole belt from end to end without touching a single rock."
    written = _painted_words(monkeypatch)
    Scene(size=size).show(Trophies(Cabinet([TrophyItem("Moonwalker", text), TrophyItem("Short", "Win.")])))
    lines = dict.fromkeys(line for line, _ in written if line in text and len(line) > 10)
    assert " ".join(lines) == text
