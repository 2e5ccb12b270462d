"""A game with nothing but a login, for a real keyboard: ``python -m tests.engines.typed_login pygame|arcade``.

Each time that anything about the login changes it writes a line of JSON: what the fields hold, what an input method is
working on, what was sent. It ends when its standard input does.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

from tests.widgets.samples import HandServices
from tests.widgets.sources import Accounts

SIZE = (640, 480)
_FRAME = 1 / 60


class Shown:
    """Tells of the login, whenever it changed."""

    def __init__(self, overlay: Any) -> None:
        self.ended = False
        self._accounts = Accounts()
        self._login = overlay.show_login(self._accounts)
        self._last = ""
        threading.Thread(target=self._wait_for_the_end, daemon=True).start()

    def tell(self) -> None:
        """Say how it is now, if it is not as it was. Once a frame."""
        line = self._login.line
        now = {name: self._login.line_of(name).text for name in ("username", "token")}
        now |= {
            "focus": self._login.focus,
            "composition": line.composition if line is not None else "",
            "closed": self._login.closed,
            "asked": self._accounts.asked,
        }
        told = json.dumps(now)
        if told != self._last:
            self._last = told
            print(told, flush=True)

    def _wait_for_the_end(self) -> None:
        sys.stdin.read()
        self.ended = True


def play_pygame() -> None:
    """The loop of a game in pygame or pygame-ce."""
    import pygame

    from pygame_gameservices.engines.pygame_overlay import PygameOverlay

    pygame.display.init()
    screen = pygame.display.set_mode(SIZE)
    pygame.display.set_caption("typed login")
    overlay = PygameOverlay(HandServices())
    shown = Shown(overlay)
    while not shown.ended:
        for event in pygame.event.get():
            overlay.process_event(event)
        overlay.update(_FRAME)
        screen.fill((40, 60, 90))
        overlay.draw(screen)
        pygame.display.flip()
        shown.tell()
        pygame.time.wait(10)
    pygame.quit()


def play_arcade() -> None:
    """The same in Arcade."""
    import arcade

    from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay

    class Game(arcade.Window):
        def __init__(self) -> None:
            super().__init__(*SIZE, "typed login")
            self.overlay = ArcadeOverlay(HandServices(), window=self)
            self.overlay.enable()
            self.shown = Shown(self.overlay)

        def on_draw(self) -> None:
            self.clear()
            self.overlay.draw()
            self.shown.tell()
            if self.shown.ended:
                arcade.exit()

    Game()
    arcade.run()


if __name__ == "__main__":
    {"pygame": play_pygame, "arcade": play_arcade}[sys.argv[1]]()
