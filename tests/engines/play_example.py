"""Plays one of the examples under docs, or the ``main.py`` of this folder, without a screen, and keeps a picture of it.

``play_example.py NAME FOLDER``: the example's window is closed when all of it was seen; it fails when it never is.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["ARCADE_HEADLESS"] = "True"

import pygame_gameservices
from pygame_gameservices import Event, SaveKept, ScoreSubmitted, TrophyUnlocked
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PATIENCE_S = 60.0
UNFOLDED_S = 1.2
"""How long what comes takes to stand there in full."""

Steps = Iterator[None]


class Player:
    """Hands and eyes: what happened, what is on the screen, and the keyboard.

    Attributes:
        overlay: the example's.
        happened: all events so far.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.overlay: Any = None
        self.happened: list[Event] = []
        self._steps = PLAYS[name](self)
        self._until = time.monotonic() + PATIENCE_S
        self._over = False

    def frame(self) -> None:
        """Take the next step, at the end of a frame that is drawn; after the last one close the window."""
        assert time.monotonic() < self._until, f"not seen; so far: {self.happened}"
        if not self._over and next(self._steps, self) is self:
            self._over = True
            self.shoot()
            self.close()

    def until(self, condition: Callable[[], Any]) -> Steps:
        while not condition():
            yield

    def heard(self, kind: type[Event]) -> bool:
        return any(isinstance(one, kind) for one in self.happened)

    def wait(self, seconds: float) -> Steps:
        until = time.monotonic() + seconds
        yield from self.until(lambda: time.monotonic() >= until)

    def toast(self) -> Steps:
        """Wait until a toast is there, and has unfolded."""
        yield from self.until(lambda: self.overlay.toasts.visible)
        yield from self.wait(UNFOLDED_S)

    def rows(self) -> list[str]:
        """The scores on the leaderboard; none where it is not open."""
        boards = [each for each in self.overlay.overlay._widgets if isinstance(each, Leaderboard)]
        return [row.score for board in boards for row in board.model.listing.rows]

    def key(self, name: str) -> None:
        raise NotImplementedError

    def shoot(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class PygamePlayer(Player):
    def key(self, name: str) -> None:
        import pygame

        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            number = pygame.key.key_code(name)
            pygame.event.post(pygame.event.Event(kind, key=number, mod=0, unicode="", scancode=0))

    def shoot(self) -> None:
        import pygame

        pygame.image.save(pygame.display.get_surface(), self.folder / f"{self.name}.png")

    def close(self) -> None:
        import pygame

        pygame.event.post(pygame.event.Event(pygame.QUIT))


class ArcadePlayer(Player):
    def key(self, name: str) -> None:
        import arcade
        from pyglet.event import EventDispatcher

        for kind in ("on_key_press", "on_key_release"):  # the window's own dispatching waits for a screen's events
            EventDispatcher.dispatch_event(arcade.get_window(), kind, getattr(arcade.key, name.upper()), 0)

    def shoot(self) -> None:
        import arcade

        arcade.get_image().convert("RGB").save(self.folder / f"{self.name}.png")

    def close(self) -> None:
        import arcade

        arcade.get_window().close()


def first_toast(player: Player) -> Steps:
    yield from player.until(lambda: player.heard(TrophyUnlocked))
    yield from player.toast()


def leaderboard(player: Player) -> Steps:
    player.key("l")
    yield from player.until(lambda: len(player.rows()) == 4)
    player.key("l")
    yield from player.until(lambda: not player.overlay.modal)
    for _ in range(7):
        player.key("space")
        yield
    yield from player.until(lambda: player.heard(ScoreSubmitted))
    player.key("l")
    yield from player.until(lambda: "4,900 points" in player.rows()[:1])
    yield from player.wait(2 * UNFOLDED_S)


def saves(player: Player) -> Steps:
    for _ in range(3):
        player.key("space")
    yield from player.until(lambda: player.heard(SaveKept))
    yield from player.toast()


def saves_again(player: Player) -> Steps:
    yield from player.until(lambda: "lamps: 3" in [toast.text for toast in player.overlay.toasts.visible])
    yield from player.wait(UNFOLDED_S)


def own_widget(player: Player) -> Steps:
    yield from player.until(lambda: player.overlay is not None and player.overlay.modal)
    player.key("down")
    player.key("return")
    yield from player.until(lambda: not player.overlay.modal)
    yield from player.toast()
    player.key("escape")
    yield from player.until(lambda: player.overlay.modal)
    yield from player.wait(UNFOLDED_S)


def begun(player: Player) -> Steps:
    """What ``gameservices init`` writes."""
    yield from player.until(lambda: player.overlay is not None)
    player.key("space")
    yield from first_toast(player)


PLAYS: dict[str, Callable[[Player], Steps]] = {
    "main": begun,
    "main arcade": begun,
    "first_toast": first_toast,
    "first_toast_arcade": first_toast,
    "leaderboard": leaderboard,
    "saves": saves,
    "saves again": saves_again,
    "own_widget": own_widget,
}


def watched(overlay: Any, player: Player) -> None:
    """Have the player see each overlay's events and frames."""
    update, draw = overlay.update, overlay.draw

    def updated(self: Any, dt: float | None = None) -> list[Event]:
        happened: list[Event] = update(self, dt)
        player.happened += happened
        return happened

    def drawn(self: Any, *target: Any) -> None:
        draw(self, *target)
        player.overlay = self
        player.frame()

    overlay.update, overlay.draw = updated, drawn


def main(play: str, folder: str) -> None:
    name = play.split()[0]
    if play.endswith("arcade"):
        watched(pygame_gameservices.ArcadeOverlay, ArcadePlayer(play, Path(folder)))
    else:
        watched(pygame_gameservices.PygameOverlay, PygamePlayer(play, Path(folder)))
    program = Path(f"{name}.py") if name == "main" else EXAMPLES / f"{name}.py"
    runpy.run_path(str(program), run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
