"""A toast over a dialog leaves free what the player needs there: the way out, and the text that is being edited."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import pytest

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.input import Action, Pointer, Press
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.theme import DARK, Sounds
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.toast import Toast
from tests.thinned import thinned
from tests.widgets.samples import TOASTS
from tests.widgets.scenes import SCENES
from tests.widgets.sources import Scores
from tests.widgets.stagecraft import FRAME, Scene

SCREENS = {"landscape": (1280, 720), "low": (640, 360), "compact": (320, 180), "portrait": (720, 1280)}
NO_ROOM_BESIDE = (960, 540)
DIALOGS = {
    "login": "filled",
    "keyboard": "letters",
    "leaderboard": "loaded",
    "trophies": "grid",
    "shelf": "games",
    "market": "open",
}


def opened(name: str, size: tuple[int, int]) -> tuple[Scene, Dialog]:
    scene = Scene(size=size)
    SCENES[name][DIALOGS[name]](scene)
    scene.run(1.0)
    dialog = scene.overlay._widgets.modal
    assert isinstance(dialog, Dialog)
    return scene, dialog


def box(scene: Scene) -> Region:
    """Where the newest toast is, without its shadow."""
    placed = scene.overlay.toasts.standing[-1].whole
    bleed = placed.picture.bleed
    return Region(placed.x + bleed, placed.y + bleed, *placed.picture.body)


def where(scene: Scene) -> tuple[bool, bool]:
    """Whether the newest toast is in the right half, and in the lower half."""
    toast, (width, height) = box(scene), scene.overlay.size
    return toast.x + toast.width / 2 > width / 2, toast.y + toast.height / 2 > height / 2


def overlap(one: Region, other: Region) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


ANCHORS = [Anchor.TOP_RIGHT, Anchor.TOP, Anchor.BOTTOM_RIGHT, Anchor.CENTER]


def _another_anchor(name: str, screen: str, anchor: Anchor) -> bool:
    """Each dialog on each screen with one anchor, so that each anchor is seen with each of both."""
    return (list(DIALOGS).index(name) + list(SCREENS).index(screen)) % len(ANCHORS) == ANCHORS.index(anchor)


@pytest.mark.parametrize(("name", "screen", "anchor"), thinned(product(DIALOGS, SCREENS, ANCHORS), _another_anchor))
def test_the_way_out_the_text_that_is_edited_and_the_hints_stay_free(name: str, screen: str, anchor: Anchor) -> None:
    scene, dialog = opened(name, SCREENS[screen])
    scene.overlay.toasts.options = ToastOptions(anchor=anchor)
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    assert scene.overlay.toasts.visible == (TOASTS["gold"],)
    toast = box(scene)
    close = dialog.layout.control("close")
    if close is not None:
        assert not overlap(toast, close.box.moved(*dialog.origin))
    if dialog.text_area is not None:
        assert not overlap(toast, dialog.text_area)
    if dialog.hints_at is not None:
        assert not overlap(toast, dialog.hints_at.moved(*dialog.origin))


def test_where_a_toast_is_in_nobodys_way_it_stays_where_the_game_wants_it() -> None:
    scene, _ = opened("login", SCREENS["landscape"])
    scene.overlay.toasts.push(TOASTS["gold"])
    assert where(scene.run(1.0)) == (True, False)


def test_one_that_would_hide_the_way_out_comes_elsewhere_and_the_next_one_after_the_dialog_does_not() -> None:
    scene, _ = opened("leaderboard", NO_ROOM_BESIDE)
    scene.overlay.toasts.push(TOASTS["gold"])
    assert where(scene.run(1.0)) == (True, True)
    scene.overlay.action(Action.CANCEL)
    scene.overlay.toasts.push(TOASTS["silver"])
    scene.run(1.0)
    assert where(scene) == (True, False)
    assert scene.overlay.toasts.visible == (TOASTS["gold"], TOASTS["silver"])


@pytest.mark.parametrize("name", ["leaderboard", "market", "trophies", "shelf"])
@pytest.mark.parametrize("size", [NO_ROOM_BESIDE, SCREENS["low"], SCREENS["compact"]], ids=str)
def test_the_title_stays_free_too_and_what_the_player_has_reached(name: str, size: tuple[int, int]) -> None:
    scene, dialog = opened(name, size)
    scene.overlay.toasts.push(TOASTS["gold"])
    toast = box(scene.run(1.0))
    title = Region(*dialog.origin, dialog.layout.size[0] // 3, dialog.px(dialog.fit.header))
    assert not overlap(toast, title)
    if isinstance(dialog, Leaderboard):
        own = dialog._frame.row_box(dialog._frame.capacity - 1).moved(*dialog.origin)
        assert not overlap(toast, own)


def test_those_that_stand_on_what_a_dialog_says_stay_apart_from_those_that_come_when_it_is_gone() -> None:
    scene, _ = opened("leaderboard", NO_ROOM_BESIDE)
    scene.overlay.toasts.options = ToastOptions(anchor=Anchor.BOTTOM_RIGHT)
    scene.overlay.toasts.push(TOASTS["gold"])
    first = box(scene.run(1.0))
    scene.overlay.action(Action.CANCEL)
    scene.overlay.toasts.push(TOASTS["silver"])
    second = box(scene.run(1.0))
    assert scene.overlay.toasts.visible == (TOASTS["gold"], TOASTS["silver"])
    assert second.bottom <= first.y


def test_one_that_a_dialog_opens_under_goes_and_comes_again_elsewhere() -> None:
    scene = Scene(size=NO_ROOM_BESIDE)
    scene.overlay.toasts.push(TOASTS["gold"])
    assert where(scene.run(1.0)) == (True, False)
    scene.overlay.show(Leaderboard(Scores()))
    seen = []
    for _ in range(20):
        scene.run(FRAME)
        if scene.overlay.toasts.visible:
            seen.append(where(scene))
    assert seen[-1] == (True, True)
    assert sum(one != other for one, other in pairwise(seen)) == 1, "it goes once, and stays"


@pytest.mark.parametrize("name", ["leaderboard", "market", "trophies"])
def test_beside_a_dialog_that_leaves_room_for_little_ones_only_they_are_little(name: str) -> None:
    scene, dialog = opened(name, SCREENS["landscape"])
    scene.overlay.toasts.push(TOASTS["gold"])
    assert where(scene.run(1.0)) == (True, False)
    assert not overlap(box(scene), Region(*dialog.origin, *dialog.layout.size)), "it hides nothing at all"


@pytest.mark.parametrize("screen", SCREENS)
def test_one_that_comes_again_elsewhere_makes_no_second_sound(screen: str) -> None:
    scene = Scene(replace(DARK, sounds=Sounds(gold="fanfare")), SCREENS[screen])
    heard: list[str] = []
    scene.overlay.toasts.on_sound = heard.append
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    scene.overlay.show(Leaderboard(Scores()))
    scene.run(1.0)
    assert scene.overlay.toasts.visible == (TOASTS["gold"],)
    assert heard == ["fanfare"]


def test_one_that_was_read_already_when_a_dialog_opens_only_goes() -> None:
    scene = Scene()
    scene.overlay.toasts.push(Toast(title="Saved"))
    scene.run(4.0)
    scene.overlay.show(Leaderboard(Scores()))
    scene.run(1.0)
    assert scene.overlay.toasts.visible == scene.overlay.toasts.waiting == ()


def test_several_over_a_dialog_stand_in_one_pile_each_free_of_the_other() -> None:
    scene, dialog = opened("market", SCREENS["landscape"])
    scene.overlay.toasts.options = ToastOptions(max_over_dialog=3)
    for name in ("gold", "silver", "bronze"):
        scene.overlay.toasts.push(replace(TOASTS[name]))
    scene.run(2.0)
    assert len(scene.overlay.toasts.visible) == 3
    boxes = [
        Region(placed.x + placed.picture.bleed, placed.y + placed.picture.bleed, *placed.picture.body)
        for _, placed, _ in scene.overlay.toasts.standing
    ]
    close = dialog.layout.control("close")
    assert close is not None
    boxes.append(close.box.moved(*dialog.origin))
    assert not any(overlap(one, other) for n, one in enumerate(boxes) for other in boxes[n + 1 :])


def test_on_a_screen_of_few_pixels_a_toast_over_a_dialog_is_a_little_one() -> None:
    scene, _ = opened("leaderboard", SCREENS["compact"])
    scene.overlay.toasts.push(TOASTS["gold"])
    over = box(scene.run(1.0))
    free = Scene(size=SCREENS["compact"])
    free.overlay.toasts.push(TOASTS["gold"])
    usual = box(free.run(1.0))
    assert over.height <= usual.height
    assert over.width <= 0.65 * SCREENS["compact"][0]
    assert over.height < SCREENS["compact"][1] / 4


@pytest.mark.parametrize("size", [(1280, 720), (200, 50)], ids=["just opened", "no room anywhere"])
def test_a_click_where_a_toast_lies_over_the_way_out_reaches_the_dialog(size: tuple[int, int]) -> None:
    scene = Scene(size=size)
    scene.overlay.toasts.options = ToastOptions(clickable=True, inset=0)
    clicked: list[Toast] = []
    scene.overlay.toasts.on_click = clicked.append
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    board = Leaderboard(Scores())
    scene.overlay.show(board)
    toast = box(scene)
    close = board.layout.control("close")
    assert close is not None
    way_out = close.box.moved(*board.origin)
    assert overlap(toast, way_out)
    x = (max(toast.x, way_out.x) + min(toast.right, way_out.right)) / 2
    y = (max(toast.y, way_out.y) + min(toast.bottom, way_out.bottom)) / 2
    for press in (Press.MOVE, Press.DOWN, Press.UP):
        assert scene.overlay.pointer(Pointer(press, x, y))
    assert board.closed
    assert clicked == []


def test_a_click_on_the_rest_of_a_toast_is_the_toasts() -> None:
    scene, dialog = opened("market", SCREENS["landscape"])
    scene.overlay.toasts.options = ToastOptions(clickable=True)
    scene.overlay.toasts.push(TOASTS["gold"])
    toast = box(scene.run(1.0))
    scene.overlay.pointer(Pointer(Press.DOWN, toast.x + 5, toast.y + 5))
    scene.run(0.5)
    assert scene.overlay.toasts.visible == ()
    assert not dialog.closed


def test_a_dialog_of_very_large_text_has_its_toasts_in_a_corner_too() -> None:
    scene = Scene(replace(DARK, scale=2.0))
    board = Leaderboard(Scores())
    scene.show(board)
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    close = board.layout.control("close")
    assert close is not None
    assert not overlap(box(scene), close.box.moved(*board.origin))
