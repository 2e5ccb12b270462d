"""The game in a window, for a person: events in, frames out, 60 times a second."""

from __future__ import annotations

import gc

import pygame

from demo_game.all_services import AllServices
from demo_game.bodies import IDLE
from demo_game.controls import Controls
from demo_game.game import Action, Game, Screen
from demo_game.look import BASE_HEIGHT, BASE_WIDTH, TITLE
from demo_game.screens import Screens
from demo_game.settings import Settings
from demo_game.sounds import Speaker
from demo_game.world import STEP

SMALLEST = (320, 180)
MOST_STEPS = 4
"""Steps a single frame makes up for at most; a longer hitch slows the game down instead of making it jump."""


def open_window(size: tuple[int, int] = (BASE_WIDTH, BASE_HEIGHT), *, visible: bool = True) -> pygame.Surface:
    """Open the window. Raises `pygame.error` when there is no screen."""
    pygame.display.init()
    surface = pygame.display.set_mode(size, pygame.RESIZABLE if visible else 0)
    pygame.display.set_caption(TITLE.title())
    return surface


class Window:
    """Runs a `Game` until the player leaves."""

    def __init__(self, game: Game, online: AllServices | None, surface: pygame.Surface) -> None:
        self.game = game
        self.online = online
        self.surface = surface
        self.screens = Screens(surface.get_size())
        self.controls = Controls()
        self.speaker = Speaker()
        pygame.joystick.init()

    def run(self) -> None:
        """Play. Returns when the player has left; closing the services is the caller's."""
        clock = pygame.time.Clock()
        owed = 0.0
        gc.collect()
        gc.freeze()  # what was loaded stays, so the collector need not look through it during the game
        while self.game.running:
            dt = clock.tick(60) / 1000
            for event in pygame.event.get():
                self._hear(event)
            owed = min(owed + dt, MOST_STEPS * STEP)
            while owed >= STEP:
                owed -= STEP
                playing = self.game.screen is Screen.PLAY
                happenings = self.game.step(self.controls.intent() if playing else IDLE)
                if self.game.sound:
                    self.speaker.hear(happenings)
            if self.online is not None:
                self._calm(self.online)
                self.online.update(dt)
            self.screens.draw(self.surface, self.game, self.online, ahead=owed / STEP)
            if self.online is not None:
                self.online.overlay.draw(self.surface)
            pygame.display.flip()

    def _hear(self, event: pygame.event.Event) -> None:
        if self.online is not None and self.online.overlay.process_event(event):
            return
        before = self.game.screen
        action = self.controls.hear(event)
        if action is not None:
            self.game.act(action)
        match event.type:
            case pygame.QUIT:
                self.game.quit()
            case pygame.WINDOWFOCUSLOST:
                self.game.pause()
            case pygame.MOUSEMOTION | pygame.MOUSEBUTTONDOWN:
                self._point(event)
            case pygame.KEYDOWN if event.key == pygame.K_F11:
                pygame.display.toggle_fullscreen()
            case pygame.VIDEORESIZE:
                self._resize(event.size)
        if self.game.screen is not before:
            self.controls.release()

    def _calm(self, online: AllServices) -> None:
        """Let toasts move as little as the player wants everything to move."""
        reduced = self.game.effects.reduced_motion
        if online.overlay.overlay.reduced_motion != reduced:
            online.overlay.overlay.reduced_motion = reduced

    def _point(self, event: pygame.event.Event) -> None:
        choice = self.screens.choice_at(event.pos)
        if choice is not None:
            self.game.selected = choice
            if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
                self.game.act(Action.ACCEPT)

    def _resize(self, size: tuple[int, int]) -> None:
        size = max(SMALLEST[0], size[0]), max(SMALLEST[1], size[1])
        surface = pygame.display.get_surface()
        if surface is None or surface.get_size() != size:
            surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        self.surface = surface
        if self.screens.layout.width != size[0] or self.screens.layout.height != size[1]:
            self.screens = Screens(size)


def play(settings: Settings | None, size: tuple[int, int], *, seed: int, reduced_motion: bool) -> None:
    """Open a window and play until the player leaves; without `settings`, without online services."""
    surface = open_window(size)
    online = AllServices(settings) if settings is not None else None
    try:
        game = Game(online, seed=seed, reduced_motion=reduced_motion)
        if online is not None:
            online.restore = game.restore
            online.sign_in()
        Window(game, online, surface).run()
    finally:
        if online is not None:
            online.close()
        pygame.quit()
