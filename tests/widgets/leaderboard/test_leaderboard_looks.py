"""What a leaderboard shows beside names and scores: the podium, the gap, who climbed, and the unit once."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices.errors import Offline
from pygame_gameservices.widgets.input import Action
from pygame_gameservices.widgets.leaderboard.board import BoardPage, BoardRow, View
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.leaderboard.painter import _number, _unit
from pygame_gameservices.widgets.trouble import Age, Trouble
from tests.widgets.scenes import SCENES
from tests.widgets.sources import Scores
from tests.widgets.stagecraft import Scene


class Moving(Scores):
    """A table of three in which, from one answer to the next, the last one overtakes the others."""

    def reply(self, *question: Any) -> Any:
        if question == ("tables",):
            return super().reply(*question)
        names = ["Ida", "Ada", "Eve"] if len(self.asked_pages) == 0 else ["Eve", "Ida", "Ada"]
        self.asked_pages.append(question)
        return BoardPage([BoardRow(name, f"{9 - place} m", place + 1) for place, name in enumerate(names)])

    asked_pages: list[Any]


def test_the_first_three_stand_on_the_podium_and_the_others_in_rows_below() -> None:
    board = Leaderboard(Scores())
    Scene().show(board)
    look = board._look(board._top)
    assert [row.rank for row in look.podium] == [1, 2, 3]
    assert look.rows[0].rank == 4
    first, second, third = (board.layout.control(f"row {place}") for place in range(3))
    assert first is not None
    assert second is not None
    assert third is not None
    assert second.box.right < first.box.x < first.box.right < third.box.x
    assert first.box.height > second.box.height == third.box.height
    assert not any(control.box.overlap(first.box) for control in board.layout.controls if control is not first)


def test_the_focus_goes_over_the_podium_into_the_rows_and_back() -> None:
    board = Leaderboard(Scores())
    scene = Scene().show(board)
    seen = []
    for action in [Action.DOWN] * 4 + [Action.UP] * 4:
        seen.append(board.focus)
        scene.overlay.action(action)
        scene.overlay.action(action, pressed=False)
    assert seen == [f"row {place}" for place in (0, 1, 2, 3, 4, 3, 2, 1)]
    scene.overlay.action(Action.LAST)
    scene.run()
    assert board.layout.control(board.focus) is not None, "it is in sight"
    assert board._look(board._top).podium, "the podium stays"


def test_fewer_than_three_and_other_views_have_no_podium() -> None:
    small = Leaderboard(Scores(2, own=None))
    Scene().show(small)
    assert small._look(0).podium == ()
    assert len(small._look(0).rows) == 2
    board = Leaderboard(Scores())
    Scene().show(board)
    board.activate(f"view {View.AROUND}")
    assert board._look(board._top).podium == ()


def test_three_that_all_stand_on_the_podium_grow_old_like_any_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pygame_gameservices.widgets.leaderboard.model.REST", 0.0)
    source = Scores(3, own=None)
    board = Leaderboard(source)
    scene = Scene().show(board)
    assert len(board._look(board._top).podium) == 3
    assert not board.model.age
    fresh = scene.screen()
    source.trouble = Offline("no connection")
    board.refresh()
    scene.run()
    assert board.model.age == Age(Trouble.OFFLINE)
    assert board.layout.control("retry") is None, "it is not painted either"
    assert scene.screen().tobytes() != fresh.tobytes(), "the foot says so"


def test_the_players_row_says_how_much_is_missing_to_the_next_place_that_is_known() -> None:
    board = Leaderboard(Scores(own=3))
    Scene().show(board)
    assert board.model.gap == (37 * 17, 3)
    board = Leaderboard(Scores(own=33))
    Scene().show(board)
    assert board.model.gap == (9 * 37 * 17, 25), "of what has come so far"
    board.activate(f"view {View.AROUND}")
    assert board.model.gap == (37 * 17, 33)
    nobody = Leaderboard(Scores(own=None))
    Scene().show(nobody)
    assert nobody.model.gap is None


def test_who_climbed_between_two_looks_is_told() -> None:
    source = Moving(tables=("Endless",))
    source.asked_pages = []
    board = Leaderboard(source)
    Scene().show(board)
    assert [row.climbed for row in board._look(board._top).podium] == [0, 0, 0]
    board.model._clock = lambda: float("inf")
    board.refresh()
    assert [(row.name, row.climbed) for row in board._look(board._top).podium] == [("Eve", 2), ("Ida", -1), ("Ada", -1)]


def test_a_unit_that_all_scores_have_is_said_once() -> None:
    def unit(*scores: str) -> str:
        return _unit([BoardRow("", score) for score in scores])

    assert unit("68,000 points", "5 points") == "points"
    assert unit("1:02.4", "0:59.1") == ""
    assert unit("3 m", "2 km") == ""
    assert unit("Level 3", "Level 4") == ""
    assert _number("68,000 points", "points") == "68,000"
    assert _number("1:02.4", "") == "1:02.4"


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (640, 360), (320, 180)], ids=str)
def test_it_is_as_high_whatever_it_shows(size: tuple[int, int]) -> None:
    """What comes after the waiting does not shift the panel."""
    heights = {}
    for name, act in SCENES["leaderboard"].items():
        scene = Scene(size=size)
        act(scene)
        *_, board = scene.overlay._widgets
        assert isinstance(board, Leaderboard)
        heights[name] = board.layout.size[1]
        foot = board._frame.rows.bottom
        assert 0 <= heights[name] - board.px(board.fit.footer) - foot < board.px(5 if board.fit.compact else 12) + 15
    assert len(set(heights.values())) == 1, heights


def test_where_there_is_nothing_the_focus_is_on_the_view_that_is_chosen() -> None:
    board = Leaderboard(Scores(0, own=None))
    scene = Scene().show(board)
    for view in View:
        board.activate(f"view {view}")
        scene.run()
        if not board.model.listing.rows:
            assert board.focused is not None
            assert board.focused.name == f"view {view}"
    assert not board.model.listing.rows or board.model.view is View.FRIENDS
