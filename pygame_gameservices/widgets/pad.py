"""Whose pad the player holds, as far as its name tells. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from pygame_gameservices.widgets.input import Device


class Pad(StrEnum):
    """Whose pad it is; widgets show its buttons."""

    XBOX = "xbox"
    PLAYSTATION = "playstation"
    NINTENDO = "nintendo"
    STEAM_DECK = "steam_deck"

    @classmethod
    def named(cls, name: str, environ: Mapping[str, str] = os.environ) -> Pad:
        """Tell by the name that the system gives it; Xbox for one that is not known, since most are alike.

        On a Steam Deck games see a virtual Xbox pad: there `environ` tells.
        """
        known = name.casefold()
        for words, pad in _NAMES:
            if any(word in known for word in words):
                return pad
        return cls.STEAM_DECK if environ.get("SteamDeck") == "1" else cls.XBOX


_NAMES = (
    (("steam deck", "valve"), Pad.STEAM_DECK),
    (("playstation", "dualshock", "dualsense", "sony", "ps3", "ps4", "ps5", "wireless controller"), Pad.PLAYSTATION),
    (("nintendo", "switch", "joy-con", "joycon", "pro controller", "snes", "nes controller"), Pad.NINTENDO),
)


class Hands(NamedTuple):
    """What the player has in hand: widgets name its keys and buttons.

    Attributes:
        device: what was used last.
        pad: whose pad it is, if it is one.
    """

    device: Device = Device.KEYBOARD
    pad: Pad = Pad.XBOX
