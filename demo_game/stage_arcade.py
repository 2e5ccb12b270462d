"""The playthrough's window in Arcade."""

from __future__ import annotations

from typing import Any

import arcade
from PIL import Image

from demo_game.all_services import AllServices
from demo_game.arcade_view import ArcadeView
from demo_game.game import Game
from pygame_gameservices import ArcadeOverlay


class ArcadeStage:
    """See `Stage`. Needs ``ARCADE_HEADLESS=True`` in the environment before Arcade is imported, to be unseen."""

    overlay_type: Any = ArcadeOverlay

    def __init__(self, size: tuple[int, int]) -> None:
        self._window = arcade.Window(*size, "Light Harvest", vsync=False)
        self._view = ArcadeView(self._window)

    def draw(self, game: Game, online: AllServices) -> None:
        """See `Stage`."""
        self._window.switch_to()
        self._window.clear()
        self._view.draw(game, online)
        online.overlay.draw()
        self._window.flip()
        self._window.ctx.finish()  # nothing else keeps an unseen window from drawing ahead of what was drawn

    def picture(self) -> Image.Image:
        """See `Stage`."""
        picture: Image.Image = arcade.get_image(0, 0, *self._window.get_size())
        return picture.convert("RGB")

    def close(self) -> None:
        """See `Stage`."""
        self._window.close()
