"""The game around the world: title, play, pause, game over, market; what is chosen, and who is told what happened.

No engine here: a window feeds it actions, intents and time, and draws what it finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from demo_game.bodies import IDLE, Intent
from demo_game.bot import Bot
from demo_game.effects import Effects
from demo_game.goals import Goals
from demo_game.happenings import Happening, RunEnded
from demo_game.progress import Progress
from demo_game.world import RUN_SECONDS, STEP, World

OVER_DELAY = 1.4
"""Seconds between the end of a run and the last screen, so that the end can be seen."""


class Screen(StrEnum):
    """Where the player is."""

    TITLE = "title"
    OPTIONS = "options"
    PLAY = "play"
    PAUSE = "pause"
    OVER = "over"
    MARKET = "market"


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
    """What the game needs of its online services; `demo_game.all_services.AllServices` is one.

    Attributes:
        player: the signed-in player's name, or None.
        pages: what can be opened over the game, by its name in menus: leaderboard, trophies, more games.
        sells: whether there is a market to sell energy on.
    """

    player: str | None
    pages: tuple[str, ...]

    @property
    def sells(self) -> bool:
        """See above."""

    def sign_in(self) -> None:
        """Start signing in."""

    def open(self, page: str) -> None:
        """Open one of `pages` over the game."""

    def earn(self, goal: str) -> None:
        """The player reached a goal."""

    def submit(self, points: int) -> None:
        """A run ended with this score."""

    def playing(self, active: bool) -> None:
        """Whether somebody plays right now."""

    def save(self, progress: Progress) -> None:
        """The player's progress changed."""

    def look_at_market(self) -> None:
        """The player wants to see what is paid for energy."""

    def offer(self, megawatts: float) -> str:
        """What selling so much now would bring, as a line of a menu; empty when it cannot be sold now."""

    def sell(self, megawatts: float, done: Callable[[float, float], object]) -> None:
        """Sell energy; then call ``done(megawatts, euros)`` with what was sold."""


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
        progress: what stays from night to night. `final` is the score of the last run.
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
        self.progress = Progress()
        self.final = 0
        self.seed = seed
        self.seconds = seconds
        self.time = 0.0
        self.earned: list[str] = []
        self._bot = Bot()
        self._since_end = 0.0
        self._since_shown = 0.0
        self._came_from = Screen.TITLE
        self.world = World(seed + 1000)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The lines of the menu that is open; none while playing."""
        match self.screen:
            case Screen.TITLE:
                return self._title_choices()
            case Screen.OPTIONS:
                motion = "Motion: reduced" if self.effects.reduced_motion else "Motion: full"
                sound = "Sound: on" if self.sound else "Sound: off"
                return Choice(motion, self._toggle_motion), Choice(sound, self._toggle_sound), Choice("Back", self.back)
            case Screen.PAUSE:
                pages = [line for line in self._page_choices() if line.label != "More games"]
                return (
                    Choice("Resume", self.resume),
                    Choice("Start again", self.start),
                    *pages,
                    Choice("Leave", self.leave),
                )
            case Screen.OVER:
                selling = [Choice("Sell light", self.to_market)] if self._sells else []
                return Choice("Play again", self.start), *selling, Choice("Title", self.leave)
            case Screen.MARKET:
                return self._market_choices()
        return ()

    def _title_choices(self) -> tuple[Choice, ...]:
        lines = [Choice("Play", self.start)]
        if self.services is not None and self.services.player is None:
            lines.append(Choice("Sign in", self.services.sign_in))
        lines += self._page_choices()
        if self._sells:
            lines.append(Choice("Sell light", self.to_market))
        return (*lines, Choice("Options", self.to_options), Choice("Quit", self.quit))

    def _page_choices(self) -> list[Choice]:
        return [] if self.services is None else [self._page_choice(page) for page in self.services.pages]

    def _page_choice(self, page: str) -> Choice:
        services = self.services
        return Choice(page, lambda: None if services is None else services.open(page))

    def _market_choices(self) -> tuple[Choice, ...]:
        services = self.services
        offer = services.offer(self.progress.megawatts) if services is not None and self.progress.energy else ""
        selling = [Choice(offer, self.sell)] if offer else []
        return (*selling, Choice("Market board", lambda: self._open("Market board")), Choice("Back", self.back))

    @property
    def _sells(self) -> bool:
        return self.services is not None and self.services.sells

    def _open(self, page: str) -> None:
        if self.services is not None:
            self.services.open(page)

    @property
    def ready(self) -> bool:
        """Whether this screen takes choices yet."""
        return self._since_shown >= HASTE_SECONDS.get(self.screen, 0.0)

    @property
    def moving(self) -> bool:
        """Whether the world goes on right now."""
        return self.screen in (Screen.PLAY, Screen.TITLE, Screen.OPTIONS) and not self.world.ended

    def act(self, action: Action) -> None:
        """Do what a key or button asks for on this screen."""
        choices = self.choices
        match action:
            case Action.UP if choices:
                self.selected = (self.selected - 1) % len(choices)
            case Action.DOWN if choices:
                self.selected = (self.selected + 1) % len(choices)
            case Action.ACCEPT if choices and self.ready:
                choices[min(self.selected, len(choices) - 1)].choose()
            case Action.PAUSE | Action.CANCEL if self.screen is Screen.PLAY:
                self.pause()
            case Action.PAUSE | Action.CANCEL if self.screen is Screen.PAUSE:
                self.resume()
            case Action.CANCEL if self.screen is Screen.OVER:
                self.leave()
            case Action.CANCEL if self.screen in (Screen.OPTIONS, Screen.MARKET):
                self.back()

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

    def to_options(self) -> None:
        """Show what can be set."""
        self._show(Screen.OPTIONS)

    def to_market(self) -> None:
        """Show what is paid for the energy in store."""
        self._came_from = self.screen
        if self.services is not None:
            self.services.look_at_market()
        self._show(Screen.MARKET)

    def back(self) -> None:
        """Leave options or market for where the player came from."""
        self._show(self._came_from if self.screen is Screen.MARKET else Screen.TITLE)

    def sell(self) -> None:
        """Sell all the energy in store for what is paid best."""
        megawatts = self.progress.megawatts
        if self.services is not None and self.progress.energy:
            self.selected = 0
            self.services.sell(megawatts, self._sold)

    def restore(self, saved: dict[str, Any]) -> dict[str, Any]:
        """Put together what was saved and what is known here; returns what to save now."""
        self.progress = self.progress.merged(Progress.of(saved))
        return self.progress.as_dict()

    def quit(self) -> None:
        """End the program."""
        self.running = False

    def step(self, intent: Intent = IDLE) -> list[Happening]:
        """Advance by `STEP` seconds and tell what happened, for the ears."""
        self.time += STEP
        self._since_shown += STEP
        if self.screen in (Screen.TITLE, Screen.OPTIONS):
            self._attract()
            return []
        if self.screen in (Screen.PAUSE, Screen.MARKET):
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
                self.final = happening.score
                self.progress.night_over(happening.score, self.world.tally.orbs)
                if self.services is not None:
                    self.services.submit(happening.score)
                    self.services.save(self.progress)

    def _sold(self, megawatts: float, euros: float) -> None:
        self.progress.energy = max(0, self.progress.energy - round(megawatts * 10))
        self.progress.earned += round(euros * 100)
        if megawatts and self.services is not None:
            self.services.save(self.progress)

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
