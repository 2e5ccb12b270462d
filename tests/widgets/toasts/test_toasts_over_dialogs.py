"""A toast over a dialog leaves free what the player needs there: the way out, and the text that is being edited."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import pytest

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.input import Action, Pointer, Press
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.market.market import MarketBoard
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.theme import DARK, Sounds
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.toast import Toast
from tests.thinned import thinned
from tests.widgets.samples import TOASTS
from tests.widgets.scenes import SCENES
from tests.widgets.sources import Prices, Scores
from tests.widgets.stagecraft import FRAME, Scene

SCREENS = {"landscape": (1280, 720), "low": (640, 360), "compact": (320, 180), "portrait": (720, 1280)}
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
STATES = [(name, state) for name in DIALOGS for state in SCENES[name]]


def _another_anchor(screen: str, anchor: Anchor, widget: tuple[str, str]) -> bool:
    """Each state on one of the small screens with one anchor, so that each anchor is seen with each screen; where
    nothing is small every third state."""
    place = STATES.index(widget)
    turn = (place + list(SCREENS).index(screen)) % len(ANCHORS) == ANCHORS.index(anchor)
    small = {"low": 0, "compact": 1}
    return turn and (place // len(ANCHORS) % 2 == small[screen] if screen in small else place % 3 == 0)


@pytest.mark.parametrize(("screen", "anchor", "widget"), thinned(product(SCREENS, ANCHORS, STATES), _another_anchor))
def test_no_toast_hides_what_the_player_uses_of_any_dialog(
    screen: str, anchor: Anchor, widget: tuple[str, str]
) -> None:
    """What can be pressed, the text that is edited, what keys do, and the title. Where there is no room beside them it
    waits until the dialog is gone."""
    scene = Scene(size=SCREENS[screen])
    scene.overlay.toasts.options = ToastOptions(anchor=anchor, clickable=True)
    SCENES[widget[0]][widget[1]](scene)
    scene.run(0.4)
    dialog = scene.overlay._widgets.modal
    assert isinstance(dialog, Dialog)
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    if scene.overlay.toasts.visible:
        toast, (left, top), size = box(scene), dialog.origin, dialog.layout.size
        used = [Region(0, 0, size[0] // 2, dialog.px(dialog.fit.header)), dialog.hints_at]
        used += [control.box for control in dialog.layout.controls]
        assert not any(overlap(toast, each.moved(left, top)) for each in used if each is not None)
        assert dialog.text_area is None or not overlap(toast, dialog.text_area)
    else:
        assert scene.overlay.toasts.waiting == (TOASTS["gold"],)
        assert screen in ("low", "compact"), "on larger screens there is a place"
        while scene.overlay.modal:
            scene.overlay._widgets.modal.close()  # type: ignore[union-attr]
            scene.run(FRAME)
        scene.run(1.0)
        assert scene.overlay.toasts.visible == (TOASTS["gold"],)


def test_one_that_waits_for_a_dialog_to_close_is_seen_for_its_whole_time() -> None:
    scene, dialog = opened("leaderboard", SCREENS["low"])
    scene.overlay.toasts.push(toast := Toast(title="Saved"))
    scene.run(20.0)
    assert scene.overlay.toasts.waiting == (toast,)
    dialog.close()
    seen = 0
    for _ in range(round(10 / FRAME)):
        scene.run(FRAME)
        seen += any(placed.alpha == 255 for placed in scene.overlay.pictures())
    assert seen * FRAME >= ToastOptions().hold_for(toast)


@pytest.mark.parametrize("name", ["leaderboard", "trophies", "shelf"])
def test_none_comes_over_rows_that_are_still_loading(name: str) -> None:
    scene = Scene(size=SCREENS["compact"])
    SCENES[name]["loading"](scene)
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    assert scene.overlay.toasts.visible == ()


def test_one_over_what_was_free_stays_while_the_dialog_fetches_anew() -> None:
    source = Prices()
    scene = Scene(size=SCREENS["low"]).show(dialog := MarketBoard(source))
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    source.instant = False
    dialog.refresh()
    scene.run(1.0)
    assert dialog.busy_at is not None
    assert scene.overlay.toasts.visible == (TOASTS["gold"],)


def test_where_a_toast_is_in_nobodys_way_it_stays_where_the_game_wants_it() -> None:
    scene, _ = opened("login", SCREENS["landscape"])
    scene.overlay.toasts.push(TOASTS["gold"])
    assert where(scene.run(1.0)) == (True, False)


def test_one_that_would_hide_the_way_out_comes_elsewhere_and_the_next_one_after_the_dialog_does_not() -> None:
    scene, _ = opened("market", SCREENS["low"])
    scene.overlay.toasts.push(TOASTS["gold"])
    assert where(scene.run(1.0)) == (True, True)
    scene.overlay.action(Action.CANCEL)
    scene.overlay.toasts.push(TOASTS["silver"])
    scene.run(1.0)
    assert where(scene) == (True, False)
    assert scene.overlay.toasts.visible == (TOASTS["gold"], TOASTS["silver"])


def test_those_that_stand_on_what_a_dialog_says_stay_apart_from_those_that_come_when_it_is_gone() -> None:
    scene, _ = opened("market", SCREENS["low"])
    scene.overlay.toasts.options = ToastOptions(anchor=Anchor.BOTTOM_RIGHT)
    scene.overlay.toasts.push(TOASTS["gold"])
    first = box(scene.run(1.0))
    scene.overlay.action(Action.CANCEL)
    scene.overlay.toasts.push(TOASTS["silver"])
    second = box(scene.run(1.0))
    assert scene.overlay.toasts.visible == (TOASTS["gold"], TOASTS["silver"])
    assert second.bottom <= first.y


def test_one_that_a_dialog_opens_under_goes_and_comes_again_elsewhere() -> None:
    scene = Scene(size=SCREENS["low"])
    scene.overlay.toasts.push(TOASTS["gold"])
    assert where(scene.run(1.0)) == (True, False)
    scene.overlay.show(MarketBoard(Prices()))
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
    scene.overlay.show(MarketBoard(Prices()))
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
    scene, _ = opened("market", SCREENS["compact"])
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
    board = MarketBoard(Prices())
    scene.show(board)
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    close = board.layout.control("close")
    assert close is not None
    assert not overlap(box(scene), close.box.moved(*board.origin))


@pytest.mark.parametrize("size", [(960, 540), (1024, 768), (800, 600)], ids=str)
def test_where_only_a_little_one_has_a_place_beside_a_dialog_it_is_a_little_one(size: tuple[int, int]) -> None:
    scene, dialog = opened("login", size)
    scene.overlay.toasts.push(TOASTS["gold"])
    scene.run(1.0)
    assert scene.overlay.toasts.visible == (TOASTS["gold"],)
    over = box(scene)
    assert not any(overlap(over, each) for each in dialog.occupied.reserved)
    dialog.close()
    scene.run(0.2)
    scene.overlay.toasts.push(TOASTS["silver"])
    scene.run(1.0)
    assert box(scene).width >= over.width
