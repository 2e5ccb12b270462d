"""What a trophy list says and offers where it has nothing to show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pygame_gameservices.errors import NetworkError
from pygame_gameservices.services.gamejolt.errors import NotSignedIn
from pygame_gameservices.widgets.input import Action, Device
from pygame_gameservices.widgets.trophies.trophies import Trophies
from pygame_gameservices.widgets.wording import TrophyWording, Wording
from tests.widgets.sources import Cabinet
from tests.widgets.stagecraft import Scene


@pytest.mark.parametrize(
    ("error", "asked", "offered"),
    [
        (NotSignedIn(), True, "sign_in"),
        (NotSignedIn(), False, "retry"),
        (NetworkError(), True, "retry"),
    ],
)
def test_the_button_is_what_helps(error: Exception, asked: bool, offered: str) -> None:
    scene = Scene(device=Device.PAD)
    source = Cabinet()
    source.trouble = error
    opened: list[str] = []
    trophies = Trophies(source, sign_in=(lambda: opened.append("login")) if asked else None)
    scene.show(trophies)
    names = [control.name for control in trophies.layout.controls]
    assert [name for name in names if name in ("retry", "sign_in")] == [offered]
    assert trophies.focused is not None
    assert trophies.focused.name == offered
    scene.overlay.action(Action.ACCEPT)
    assert opened == (["login"] if offered == "sign_in" else [])


def test_a_game_without_trophies_does_not_send_the_player_looking_for_them() -> None:
    said = TrophyWording()
    shown = []
    for words in (said, replace(said, empty="Other", empty_text="words"), replace(said, none="Other words")):
        scene = Scene()
        scene.overlay.toasts.wording = Wording(trophy_list=words)
        shown.append(scene.show(Trophies(Cabinet([]))).screen().tobytes())
    assert shown[0] == shown[1] != shown[2]
