"""How a dialog comes: title and foot first, and then it unfolds between them, at the cost of showing it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import ImageChops

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.picture import Picture, Placed
from tests.widgets.stagecraft import Scene
from tests.widgets.test_at_rest import DIALOGS

FRAME = 1 / 120
SIZES = [(1280, 720), (640, 360), (320, 180)]


def _coming(dialog: Dialog, size: tuple[int, int], *, still: bool = False) -> tuple[Scene, list[Sequence[Placed]]]:
    """What is shown of a dialog from its first picture until it is whole."""
    scene = Scene(size=size)
    scene.overlay.reduced_motion = still
    scene.overlay.show(dialog)
    shown: list[Sequence[Placed]] = []
    while len(shown) < 60:
        scene.overlay.update(FRAME)
        if dialog.pictures():
            shown.append(tuple(dialog.pictures()))
    return scene, shown


def _pixels(placed: Placed) -> int:
    return placed.picture.size[0] * (placed.part.height if placed.part is not None else placed.picture.size[1])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["login", "leaderboard", "trophies", "market", "shelf"])
def test_it_unfolds_from_its_title_down_to_its_foot(name: str, size: tuple[int, int]) -> None:
    scene, shown = _coming(DIALOGS[name](), size)
    whole = shown[-1][0]
    coming = [pieces for pieces in shown if pieces[0].part is not None]
    assert 15 <= len(coming) <= 25, "some 0.18 s"
    heights = []
    for upper, lower in coming:
        assert upper.part is not None
        assert lower.part is not None
        assert upper.picture is lower.picture, "nothing is painted for it"
        assert (upper.x, upper.y, upper.part.y) == (whole.x, whole.y, 0), "the title is in its place from the first"
        assert (lower.x, lower.y) == (whole.x, upper.y + upper.part.height), "the foot hangs at what is unfolded"
        assert lower.part.bottom == whole.picture.size[1]
        heights.append(upper.part.height + lower.part.height)
    assert heights == sorted(heights)
    fit = scene.overlay._widgets.modal.fit  # type: ignore[union-attr]
    assert heights[0] >= fit.px(fit.header) + fit.px(fit.footer) + 2 * whole.picture.bleed
    assert heights[-1] <= whole.picture.size[1]
    assert whole.alpha == 255


@pytest.mark.parametrize("name", ["login", "leaderboard", "trophies"])
def test_a_frame_costs_less_than_twice_what_one_of_the_dialog_at_rest_does(name: str) -> None:
    """pygame takes three times as long for what fades."""
    _, shown = _coming(DIALOGS[name](), (1280, 720))
    whole = _pixels(shown[-1][0])
    costs = [sum(_pixels(placed) * (3 if placed.alpha < 255 else 1) for placed in pieces[:2]) for pieces in shown[:24]]
    assert max(costs) <= 2 * whole
    assert shown[0][0].alpha < 255, "and yet it does not jump up"


def test_nothing_lies_over_it_while_it_unfolds_and_all_is_there_at_the_end() -> None:
    scene, shown = _coming(DIALOGS["login"](), (1280, 720))
    assert {len(pieces) for pieces in shown if pieces[0].part is not None} == {2}
    assert len(shown[-1]) > 1, "the focus, the caret"
    still, _ = _coming(DIALOGS["login"](), (1280, 720), still=True)
    assert ImageChops.difference(scene.screen(), still.screen()).getbbox() is None


def test_whoever_wants_nothing_to_move_sees_it_fade_in_its_place() -> None:
    _, shown = _coming(DIALOGS["leaderboard"](), (1280, 720), still=True)
    bases: list[tuple[Picture, int, int]] = [(each[0].picture, each[0].x, each[0].y) for each in shown]
    assert len(set(bases)) == 1
    assert all(placed.part is None for pieces in shown for placed in pieces)
    alphas = [pieces[0].alpha for pieces in shown]
    assert alphas == sorted(alphas)
    assert (alphas[0] < 60, alphas[-1]) == (True, 255)
