"""The pictures that widgets name by address, fetched by the service manager."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pygame_gameservices.core.pictures.remote  # noqa: F401  else the first portrait would, in the middle of the game
from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.services.gamejolt.client import GameJolt
from pygame_gameservices.services.gamejolt.models import User
from pygame_gameservices.widgets.picture import Picture

SIDE = 320
"""Pixels that pictures are fetched at, at most; the largest place for one on a widget at 1080p is not much larger."""
_USER = "gamejolt-user:"


def avatar_of(user_id: int | None) -> str:
    """An address by which `ServicePictures` knows the portrait of a Game Jolt account, before anybody asked for it."""
    return "" if user_id is None else f"{_USER}{user_id}"


class ServicePictures:
    """Fetches pictures through ``services.pictures``. Frame thread only.

    Scores name their player only by number. So portraits are asked for by that number, and the account's own address is
    looked up on the way, once per player; Game Jolt gets all those of one frame as one request.
    """

    def __init__(self, services: Any) -> None:
        """Fetch with `services`, a `ServiceManager`."""
        self._services = services
        self._avatars: dict[int, str] = {}

    def request(self, url: str, deliver: Callable[[Picture], object]) -> None:
        """Fetch and decode a picture, then call ``deliver(picture)`` on the frame thread; never, if there is none."""
        if not url.startswith(_USER):
            self._fetch(url, deliver)
            return
        user_id = int(url.removeprefix(_USER))
        if user_id in self._avatars:
            self._fetch(self._avatars[user_id], deliver)
            return
        gj = next((service for service in self._services.services if isinstance(service, GameJolt)), None)
        if gj is not None:
            gj.users.fetch(user_id=user_id).then(partial(self._known, user_id, deliver))

    def _known(self, user_id: int, deliver: Callable[[Picture], object], call: Call[tuple[User, ...]]) -> None:
        for user in call.value or ():
            self._avatars[user_id] = user.avatar_url
            self._fetch(user.avatar_url, deliver)

    def _fetch(self, url: str, deliver: Callable[[Picture], object]) -> None:
        if not url:
            return
        remote = self._services.pictures.get(url, (SIDE, SIDE), fit="contain")
        remote.then(lambda ready: deliver(Picture(ready.pixels.data, ready.pixels.size)))
