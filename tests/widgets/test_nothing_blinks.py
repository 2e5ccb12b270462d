"""What is seen stays until what takes its place has been painted, however long the helper thread takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import ImageStat

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.input import Action, Device, Pointer, Press
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.picture import Placed
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.shelf.shelf import GamesShelf
from pygame_gameservices.widgets.theme import LIGHT
from tests.widgets.sources import Accounts, Games, Scores
from tests.widgets.stagecraft import GAME, Scene
from tests.widgets.test_at_rest import DIALOGS

FRAME = 1 / 60


def _press(scene: Scene, action: Action) -> None:
    scene.overlay.action(action)
    scene.overlay.action(action, pressed=False)


def _touch(scene: Scene, login: Login) -> None:
    room = login.rooms()["token"].moved(*login.origin)
    scene.overlay.pointer(Pointer(Press.DOWN, room.x + 5, room.y + 5))
    scene.overlay.pointer(Pointer(Press.UP, room.x + 5, room.y + 5))


WAYS: dict[Device, Callable[[Scene, Login], object]] = {
    Device.PAD: lambda scene, login: _press(scene, Action.ACCEPT),
    Device.TOUCH: _touch,
}


@pytest.mark.parametrize("still", [False, True])
@pytest.mark.parametrize("device", WAYS)
def test_the_form_stays_until_the_keyboard_is_painted_and_goes_as_that_comes(device: Device, still: bool) -> None:
    scene, login = Scene(device=device), Login(Accounts("ada"))
    scene.overlay.reduced_motion = still
    scene.show(login)
    form = scene.screen()
    scene.services.slow = True
    WAYS[device](scene, login)
    for _ in range(10):
        scene.overlay.update(FRAME)
        scene.overlay.pictures()
        assert login.opacity == 1.0
        assert ImageStat.Stat(scene.screen()).mean == pytest.approx(ImageStat.Stat(form).mean, abs=1.0)
    scene.services.slow = False
    middle = scene.overlay.size[0] // 2, scene.overlay.size[1] // 2
    opacities = []
    for _ in range(20):
        scene.overlay.update(FRAME)
        assert scene.screen().getpixel(middle) != GAME, "the bare game"
        opacities.append(login.opacity)
    assert opacities == sorted(opacities, reverse=True)
    assert len(set(opacities)) > 6, "it does not jump"
    assert list(login.pictures()) == []
    _press(scene, Action.CANCEL)
    scene.overlay.update(FRAME)
    assert login.opacity == 1.0


def _rings(dialog: Dialog) -> list[tuple[Placed, Region]]:
    """What is seen around what has the focus, and where on the panel that is."""
    panel, *marks = dialog.pictures()
    return [
        (each, Region(each.x - panel.x, each.y - panel.y, *each.picture.size))
        for each in marks
        if each.picture is not panel.picture and each.picture.bleed == round(12 * dialog.scale)
    ]


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
@pytest.mark.parametrize("name", ["login", "leaderboard", "trophies", "shelf"])
def test_the_focus_is_seen_in_each_frame(name: str, size: tuple[int, int]) -> None:
    dialog, scene = DIALOGS[name](), Scene(size=size)
    scene.show(dialog)
    actions = (Action.DOWN,) * 12 + (Action.UP,) * 20 + (Action.NEXT,) * 8 + (Action.LEFT, Action.RIGHT, Action.DOWN)
    scene.services.slow = True
    for action in (*actions, Action.PAGE_DOWN, Action.LAST, Action.FIRST):
        _press(scene, action)
        for _ in range(3):
            scene.overlay.update(FRAME)
            assert len(_rings(dialog)) == 1, action
        scene.services.work()


@pytest.mark.parametrize("change", ["theme", "device", "size"])
def test_the_focus_is_seen_while_all_is_painted_for_another(change: str) -> None:
    dialog, scene = Leaderboard(Scores()), Scene()
    scene.show(dialog)
    scene.services.slow = True
    if change == "theme":
        scene.overlay.theme = LIGHT
    elif change == "device":
        scene.overlay.device = Device.PAD
    else:
        scene.overlay.resize((1024, 576))
    for _ in range(4):
        scene.overlay.update(FRAME)
        assert len(dialog.pictures()) == 2, "the panel and the focus"
    scene.services.slow = False
    scene.run()
    assert len(_rings(dialog)) == 1


def test_the_focus_goes_to_an_answer_when_the_question_can_be_read() -> None:
    shelf, scene = GamesShelf(Games(), lambda url: True), Scene()
    scene.show(shelf)
    before = list(shelf.pictures())
    scene.services.slow = True
    _press(scene, Action.ACCEPT)
    for _ in range(3):
        scene.overlay.update(FRAME)
        assert list(shelf.pictures()) == before
    scene.services.slow = False
    scene.run()
    assert shelf.focus == "stay"
    stay = shelf.layout.control("stay")
    ((ring, _),) = _rings(shelf)
    assert stay is not None
    assert (ring.x + ring.picture.bleed - shelf.origin[0], ring.y + ring.picture.bleed - shelf.origin[1]) == stay.box[
        :2
    ]


def test_rows_that_go_take_the_focus_with_them_and_not_before() -> None:
    source, scene = Scores(instant=False), Scene()
    board = Leaderboard(source)
    scene.show(board)
    source.answer()
    source.answer()
    scene.run()
    scene.services.slow = True
    _press(scene, Action.TAB_RIGHT)
    scene.overlay.update(FRAME)
    assert len(_rings(board)) == 1
    scene.services.slow = False
    scene.run()
    assert not _rings(board), "nothing to give it to while grey bars stand for what comes"
