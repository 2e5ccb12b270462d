"""Hints show the buttons of the pad that the player holds."""

from __future__ import annotations

import pytest
from PIL import ImageChops

from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.pad import Pad
from tests.widgets.scenes import SCENES
from tests.widgets.stagecraft import Scene


@pytest.mark.parametrize(
    ("name", "pad"),
    [
        ("Xbox Series X Controller", Pad.XBOX),
        ("Microsoft X-Box 360 pad", Pad.XBOX),
        ("Sony Interactive Entertainment DualSense Wireless Controller", Pad.PLAYSTATION),
        ("PS4 Controller", Pad.PLAYSTATION),
        ("Nintendo Switch Pro Controller", Pad.NINTENDO),
        ("Joy-Con (L/R)", Pad.NINTENDO),
        ("Steam Deck Controller", Pad.STEAM_DECK),
        ("8BitDo Ultimate", Pad.XBOX),
        ("", Pad.XBOX),
    ],
)
def test_a_pad_is_known_by_its_name(name: str, pad: Pad) -> None:
    assert Pad.named(name, {}) is pad


def test_on_a_steam_deck_the_virtual_xbox_pad_is_the_decks() -> None:
    assert Pad.named("Microsoft X-Box 360 pad 0", {"SteamDeck": "1"}) is Pad.STEAM_DECK


def test_the_hints_follow_the_pad_and_all_four_look_differently() -> None:
    scene = Scene(device=Device.PAD)
    SCENES["leaderboard"]["loaded"](scene)
    seen = []
    for pad in Pad:
        scene.overlay.pad = pad
        seen.append(scene.run().screen().convert("RGB"))
    for one, image in enumerate(seen):
        for other in seen[one + 1 :]:
            box = ImageChops.difference(image, other).getbbox()
            assert box is not None
            assert box[1] > 600, "only the hints at the foot differ"
