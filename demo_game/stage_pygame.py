"""The playthrough's window in pygame."""

from __future__ import annotations

from typing import Any

import pygame
from PIL import Image

from demo_game.all_services import AllServices
from demo_game.game import Game
from demo_game.screens import Screens
from demo_game.window import open_window
from pygame_gameservices import PygameOverlay


class PygameStage:
    """See `Stage`."""

    overlay_type: Any = PygameOverlay

    def __init__(self, size: tuple[int, int]) -> None:
        self._surface = open_window(size, visible=False)
        self._screens = Screens(size)

    def draw(self, game: Game, online: AllServices) -> None:
        """See `Stage`."""
        pygame.event.pump()
        self._screens.draw(self._surface, game, online)
        online.overlay.draw(self._surface)
        pygame.display.flip()

    def picture(self) -> Image.Image:
        """See `Stage`."""
        return Image.frombytes("RGB", self._surface.get_size(), pygame.image.tobytes(self._surface, "RGB"))

    def close(self) -> None:
        """See `Stage`."""
