"""A dialog lays out what it shows only when that changes, and never shows what was true before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.input import Action, Pointer, Press
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.market.market import MarketBoard
from pygame_gameservices.widgets.region import Insets
from pygame_gameservices.widgets.shelf.shelf import GamesShelf
from pygame_gameservices.widgets.theme import LIGHT
from pygame_gameservices.widgets.trophies.trophies import Trophies
from tests.widgets.sources import Accounts, Cabinet, Games, Prices, Scores
from tests.widgets.stagecraft import FRAME, Scene

DIALOGS: dict[str, Callable[[], Dialog]] = {
    "login": lambda: Login(Accounts("ada")),
    "leaderboard": lambda: Leaderboard(Scores()),
    "slow leaderboard": lambda: Leaderboard(Scores(instant=False)),
    "trophies": lambda: Trophies(Cabinet()),
    "market": lambda: MarketBoard(Prices()),
    "shelf": lambda: GamesShelf(Games(), lambda url: False),
}
ACTS: list[Callable[[Scene, Dialog], object]] = [
    lambda scene, dialog: scene.overlay.action(Action.DOWN),
    lambda scene, dialog: scene.overlay.action(Action.NEXT),
    lambda scene, dialog: scene.overlay.pointer(Pointer(Press.MOVE, 640, 300)),
    lambda scene, dialog: scene.overlay.pointer(Pointer(Press.MOVE, 640, 420)),
    lambda scene, dialog: scene.overlay.pointer(Pointer(Press.WHEEL, 640, 420, 0, -1)),
    lambda scene, dialog: setattr(scene.overlay, "safe_area", Insets(left=60)),
    lambda scene, dialog: scene.overlay.text("a"),
    lambda scene, dialog: setattr(dialog, "opacity", 0.5),
    lambda scene, dialog: setattr(dialog, "opacity", 1.0),
    lambda scene, dialog: scene.overlay.action(Action.TAB_RIGHT),
    lambda scene, dialog: scene.overlay.action(Action.REFRESH),
    lambda scene, dialog: setattr(scene.overlay, "theme", LIGHT),
    lambda scene, dialog: scene.overlay.resize((800, 600)),
    lambda scene, dialog: scene.overlay.pointer(Pointer(Press.DOWN, 400, 300, 1)),
    lambda scene, dialog: scene.overlay.pointer(Pointer(Press.UP, 400, 300, 1)),
    lambda scene, dialog: scene.overlay.hide(dialog),
    lambda scene, dialog: scene.overlay.show(dialog),
]


@pytest.mark.parametrize("name", DIALOGS)
def test_what_is_shown_is_what_would_be_laid_out_anew(name: str) -> None:
    dialog, scene = DIALOGS[name](), Scene()

    def frames(count: int) -> None:
        for _ in range(count):
            scene.overlay.update(FRAME)
            shown = list(dialog.pictures())
            dialog._rest = None
            assert shown == list(dialog.pictures())
            scene.overlay.pictures()

    scene.overlay.show(dialog)
    frames(8)
    for act in ACTS:
        act(scene, dialog)
        frames(3)


@pytest.mark.parametrize("name", ["leaderboard", "trophies", "market", "shelf"])
def test_nothing_is_laid_out_in_a_frame_in_which_nothing_happens(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog, scene = DIALOGS[name](), Scene()
    scene.show(dialog)
    laid: list[str] = []
    rest = type(dialog)._at_rest
    monkeypatch.setattr(type(dialog), "_at_rest", lambda self, *given: laid.append(name) or rest(self, *given))
    scene.run(1.0)
    assert not laid
    scene.overlay.action(Action.DOWN)
    scene.overlay.pointer(Pointer(Press.MOVE, 640, 420))
    scene.run(1.0)
    assert len(laid) <= 10, "of twenty frames, for what happened and for what was painted after it"


@pytest.mark.parametrize("name", ["leaderboard", "trophies", "shelf"])
def test_at_rest_the_very_same_tuple_is_shown_and_the_dialog_left_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog, scene = DIALOGS[name](), Scene()
    scene.show(dialog)
    scene.run(1.0)
    asked: list[str] = []
    monkeypatch.setattr(type(dialog), "update", lambda self, dt: asked.append("update"))
    monkeypatch.setattr(type(dialog), "pictures", lambda self: asked.append("pictures") or ())
    shown = scene.overlay.pictures()
    scene.overlay.update(FRAME)
    assert scene.overlay.pictures() is shown
    assert scene.overlay.at_rest
    assert not asked


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("name", ["leaderboard", "trophies", "shelf"])
def test_whatever_happens_ends_the_rest(name: str, act: Callable[[Scene, Dialog], object]) -> None:
    dialog, scene = DIALOGS[name](), Scene()
    scene.show(dialog)
    scene.run(1.0)
    assert scene.overlay.at_rest
    act(scene, dialog)
    for _ in range(6):
        assert not scene.overlay.at_rest or list(scene.overlay.pictures()) == [
            *scene.overlay._widgets.pictures(),
            *scene.overlay.toasts.pictures_now(),
        ]
        scene.overlay.update(FRAME)
        scene.overlay.pictures()


def test_a_toast_comes_over_a_dialog_at_rest_and_goes_again() -> None:
    dialog, scene = DIALOGS["leaderboard"](), Scene()
    scene.show(dialog)
    scene.run(1.0)
    below = scene.overlay.pictures()
    scene.overlay.notify("Wave 3 begins")
    scene.run(1.0)
    assert len(scene.overlay.pictures()) > len(below)
    scene.run(30.0)
    assert scene.overlay.at_rest
    assert scene.overlay.pictures() == below
