"""The game around the world: title, play, pause, game over; what is chosen, and who is told what happened.

No engine here: a window feeds it actions, intents and time, and draws what it finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from demo_game.bodies import IDLE, Intent
from demo_game.bot import Bot
from demo_game.effects import Effects
from demo_game.goals import Goals
from demo_game.happenings import Happening, RunEnded
from demo_game.world import RUN_SECONDS, STEP, World

OVER_DELAY = 1.4
"""Seconds between the end of a run and the last screen, so that the end can be seen."""


class Screen(StrEnum):
    """Where the player is."""

    TITLE = "title"
    PLAY = "play"
    PAUSE = "pause"
    OVER = "over"


HASTE_SECONDS = {Screen.OVER: 0.8}
"""Seconds in which a screen takes no choice yet, since the player may still be firing pulses."""


class Action(StrEnum):
    """What a key, a button or a click asks for outside of flying."""

    UP = "up"
    DOWN = "down"
    ACCEPT = "accept"
    CANCEL = "cancel"
    PAUSE = "pause"


class Services(Protocol):
    """What the game needs of its online services; `demo_game.online.Online` is one."""

    player: str | None

    def sign_in(self) -> None:
        """Start signing in."""

    def earn(self, goal: str) -> None:
        """The player reached a goal."""

    def submit(self, points: int) -> None:
        """A run ended with this score."""

    def playing(self, active: bool) -> None:
        """Whether somebody plays right now."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu."""

    label: str
    choose: Callable[[], None]


class Game:
    """The whole game.

    Attributes:
        screen, world, effects: what to draw. On the title screen a bot plays in the background.
        selected: which line of `choices` is chosen.
        best: the best score of this sitting. `final` is that of the last run.
        running: False as soon as the player wants to leave.
        sound: whether the player wants to hear anything.
    """

    def __init__(
        self,
        services: Services | None = None,
        *,
        seed: int = 1,
        seconds: float = RUN_SECONDS,
        reduced_motion: bool = False,
    ) -> None:
        self.services = services
        self.effects = Effects(reduced_motion=reduced_motion)
        self.goals = Goals()
        self.screen = Screen.TITLE
        self.selected = 0
        self.running = True
        self.sound = True
        self.best = 0
        self.final = 0
        self.seed = seed
        self.seconds = seconds
        self.time = 0.0
        self.earned: list[str] = []
        self._bot = Bot()
        self._since_end = 0.0
        self._since_shown = 0.0
        self.world = World(seed + 1000)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The lines of the menu that is open; none while playing."""
        match self.screen:
            case Screen.TITLE:
                motion = "Motion: reduced" if self.effects.reduced_motion else "Motion: full"
                sound = "Sound: on" if self.sound else "Sound: off"
                lines = [Choice("Play", self.start)]
                if self.services is not None and self.services.player is None:
                    lines.append(Choice("Sign in", self.services.sign_in))
                lines += [Choice(motion, self._toggle_motion), Choice(sound, self._toggle_sound)]
                return (*lines, Choice("Quit", self.quit))
            case Screen.PAUSE:
                return Choice("Resume", self.resume), Choice("Start again", self.start), Choice("Leave", self.leave)
            case Screen.OVER:
                return Choice("Play again", self.start), Choice("Title", self.leave)
        return ()

    def act(self, action: Action) -> None:
        """Do what a key or button asks for on this screen."""
        choices = self.choices
        match action:
            case Action.UP if choices:
                self.selected = (self.selected - 1) % len(choices)
            case Action.DOWN if choices:
                self.selected = (self.selected + 1) % len(choices)
            case Action.ACCEPT if choices and self._since_shown >= HASTE_SECONDS.get(self.screen, 0.0):
                choices[min(self.selected, len(choices) - 1)].choose()
            case Action.PAUSE | Action.CANCEL if self.screen is Screen.PLAY:
                self.pause()
            case Action.PAUSE | Action.CANCEL if self.screen is Screen.PAUSE:
                self.resume()
            case Action.CANCEL if self.screen is Screen.OVER:
                self.leave()

    def start(self) -> None:
        """Begin a run."""
        self.world = World(self.seed, seconds=self.seconds)
        self.seed += 1
        self.effects.clear()
        self.earned = []
        self._since_end = 0.0
        self._show(Screen.PLAY)

    def pause(self) -> None:
        """Stop time, if a run is on; also when the window loses the focus."""
        if self.screen is Screen.PLAY and not self.world.ended:
            self._show(Screen.PAUSE)

    def resume(self) -> None:
        """Go on after a pause."""
        self._show(Screen.PLAY)

    def leave(self) -> None:
        """Back to the title."""
        self.world, self._bot = World(self.seed + 1000), Bot()
        self.effects.clear()
        self._show(Screen.TITLE)

    def quit(self) -> None:
        """End the program."""
        self.running = False

    def step(self, intent: Intent = IDLE) -> list[Happening]:
        """Advance by `STEP` seconds and tell what happened, for the ears."""
        self.time += STEP
        self._since_shown += STEP
        if self.screen is Screen.TITLE:
            self._attract()
            return []
        if self.screen is Screen.PAUSE:
            return []
        happenings = self.world.step(intent)
        self.effects.hear(happenings)
        self.effects.update(STEP, None if self.world.ended else self.world)
        self._tell(happenings)
        if self.world.ended and self.screen is Screen.PLAY:
            self._since_end += STEP
            if self._since_end >= OVER_DELAY:
                self._show(Screen.OVER)
        return happenings

    def _attract(self) -> None:
        if self.world.ended or self.world.time > 40.0:
            self.world, self._bot = World(self.seed + 1000), Bot()
        self.effects.hear(self.world.step(self._bot.decide(self.world)))
        self.effects.popups.clear()
        self.effects.update(STEP, self.world)

    def _tell(self, happenings: list[Happening]) -> None:
        for goal in self.goals.hear(happenings, self.world):
            self.earned.append(goal)
            if self.services is not None:
                self.services.earn(goal)
        for happening in happenings:
            if isinstance(happening, RunEnded):
                self.final, self.best = happening.score, max(self.best, happening.score)
                if self.services is not None:
                    self.services.submit(happening.score)

    def _show(self, screen: Screen) -> None:
        self.screen = screen
        self.selected = 0
        self._since_shown = 0.0
        if self.services is not None:
            self.services.playing(screen is Screen.PLAY)

    def _toggle_motion(self) -> None:
        self.effects.reduced_motion = not self.effects.reduced_motion

    def _toggle_sound(self) -> None:
        self.sound = not self.sound
