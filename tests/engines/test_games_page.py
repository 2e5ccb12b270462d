"""The page about games of every shape: its loops run, and do what it says."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import GameJolt, PygameOverlay, ServiceManager
from pygame_gameservices.testing import FakeTransport

PAGE = (Path(__file__).parents[2] / "docs" / "games.md").read_text(encoding="utf-8")


class Game:
    """What the examples leave to the game: it is played for some frames, in some of which the player presses keys."""

    def __init__(self, pygame: Any, services: ServiceManager) -> None:
        self.pygame = pygame
        self.events: list[Any] = []
        self.moves: list[int] = []
        self.frame = 0
        self.keys: dict[int, int] = {}
        self.names: dict[str, Any] = {
            "pygame": pygame,
            "services": services,
            "screen": pygame.display.get_surface(),
            "PygameOverlay": PygameOverlay,
            "playing": self.playing,
            "handle": self.events.append,
            "move_world": lambda: self.moves.append(self.frame),
            "draw_world": lambda screen: screen.fill("navy"),
        }

    def play(self, saying: str) -> Any:
        """Run the example in which these words are. Returns its overlay."""
        (code,) = (each for each in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if saying in each)
        exec(compile(code, "example", "exec"), self.names)
        return self.names["overlay"]

    def playing(self) -> bool:
        self.frame += 1
        key = self.keys.get(self.frame)
        if key is not None:
            for kind in (self.pygame.KEYDOWN, self.pygame.KEYUP):
                self.pygame.event.post(self.pygame.event.Event(kind, key=key, mod=0, unicode="", scancode=0))
        return self.frame < 30

    def pressed(self) -> list[int]:
        return [event.key for event in self.events if event.type == self.pygame.KEYDOWN]


@pytest.fixture
def game(pygame: Any, tmp_path: Path) -> Iterator[Game]:
    with ServiceManager("page", folder=tmp_path, transport=FakeTransport()) as services:
        services.add(GameJolt(1, "k"))
        game = Game(pygame, services)
        yield game
        game.names.clear()
        gc.collect()  # pygame 2 crashes where a renderer outlives its quit()


def test_one_line_and_a_key_are_enough(game: Game) -> None:
    pygame = game.pygame
    flip, get = pygame.display.flip, pygame.event.get
    game.keys = {5: pygame.K_LEFT, 10: pygame.K_F9, 15: pygame.K_LEFT, 20: pygame.K_F9, 25: pygame.K_RIGHT}
    overlay = game.play("overlay = PygameOverlay(services).attach()")
    assert game.pressed() == [pygame.K_LEFT, pygame.K_RIGHT], "none of the dialog's"
    still = set(range(1, 30)) - set(game.moves)
    assert still >= set(range(11, 20)), "the world stands still while the leaderboard is open"
    assert not still & {1, 5, 9, 25, 29}
    assert not overlay.modal
    assert (pygame.display.flip, pygame.event.get) == (flip, get)


def test_events_of_other_types_wait_and_dialogs_get_them(game: Game) -> None:
    pygame = game.pygame
    game.keys = {5: pygame.K_LEFT}
    overlay = game.play("overlay.events((")
    assert game.pressed() == [pygame.K_LEFT]
    assert {event.type for event in game.events} <= {pygame.KEYDOWN, pygame.QUIT}
    assert [event.key for event in overlay.events(pygame.KEYUP)] == [pygame.K_LEFT]


def test_a_renderer_shows_it(game: Game) -> None:
    video = pytest.importorskip("pygame._sdl2.video")
    game.names["services"].update()
    overlay = game.play("Renderer(")
    assert isinstance(game.names["renderer"], video.Renderer)
    overlay.notify("Hello")
    for _ in range(500):
        overlay.update(0.05)
        overlay.draw(game.names["renderer"])
        if overlay.toasts.visible:
            break
        game.pygame.time.wait(5)
    assert overlay.toasts.visible
