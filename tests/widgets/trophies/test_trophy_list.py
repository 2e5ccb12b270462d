"""What a trophy list says and offers where it has nothing to show."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PIL import Image

from pygame_gameservices.errors import NetworkError
from pygame_gameservices.services.gamejolt.errors import NotSignedIn
from pygame_gameservices.widgets.input import Action, Device
from pygame_gameservices.widgets.painting.color import contrast, mix
from pygame_gameservices.widgets.painting.emblem import locked, medal
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.theme import DARK, LIGHT, Theme
from pygame_gameservices.widgets.trophies.case import Filter
from pygame_gameservices.widgets.trophies.trophies import Trophies
from pygame_gameservices.widgets.wording import TrophyWording, Wording
from tests.widgets.sources import TROPHIES, Cabinet
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


def test_where_a_filter_lets_nothing_through_the_focus_is_on_it_and_leaves_it_by_keys() -> None:
    scene = Scene()
    trophies = Trophies(Cabinet(TROPHIES[4:5]))
    scene.show(trophies)
    trophies.turn(1)
    scene.run()
    seen = []
    for action in (Action.DOWN, Action.LEFT, Action.RIGHT, Action.RIGHT):
        assert trophies.focused is not None
        seen.append(trophies.focused.name)
        scene.overlay.action(action)
    unlocked = f"filter {Filter.UNLOCKED}"
    assert seen == [unlocked, unlocked, f"filter {Filter.ALL}", unlocked]
    assert trophies.focus == f"filter {Filter.LOCKED}"


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("rarity", [each for each in Rarity if each])
def test_the_emblem_of_a_trophy_that_one_lacks_stands_out_from_the_panel(theme: Theme, rarity: Rarity) -> None:
    side = 76
    ground = (*mix(theme.colors.panel_top, theme.colors.panel_bottom, 0.5)[:3], 255)
    image = Image.new("RGBA", (side, side), ground)
    image.alpha_composite(locked(medal(side, rarity, theme.colors), theme.colors))
    spots = itertools.product(range(20, 56), repeat=2)
    seen = sorted(contrast(image.getpixel(spot), ground) for spot in spots)  # type: ignore[arg-type]
    assert seen[len(seen) // 2] > 1.5
