"""The whole story, played by the bot without a screen, against a real server, with everything read back afterwards.

Time in the world is counted in steps. Time for the services and toasts is the wall's: 60 frames a second, so that
answers arrive and toasts can be seen as a player would. Where nothing is to be seen the world runs several steps a
frame.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pygame

from demo_game.bodies import IDLE, Intent
from demo_game.bot import Bot
from demo_game.game import Action, Game, Screen
from demo_game.online import TABLE, Account, Online
from demo_game.readback import read_back
from demo_game.recorder import GIF_EVERY, FrameTimes, Recorder
from demo_game.screens import Screens
from demo_game.window import open_window
from demo_game.world import RUN_SECONDS
from pygame_gameservices import Event, TrophyUnlocked
from pygame_gameservices.sandbox import Sandbox

CONFIG = Path(__file__).with_name("gameservices.toml")
FRAME = 1 / 60
RUSH = 6
"""Steps a frame where nothing is to be seen."""
CALM_SECONDS = 1.7
"""Seconds at normal speed after a trophy."""
TOAST_SHOWN_AFTER = 0.9
"""Seconds after which a toast has slid in and is worth a picture."""
PATIENCE = 6.0
"""Seconds the bot waits for an answer before it goes on, as a player would."""
PAUSE_AT = 0.52
"""The share of the night after which the bot takes a break."""
FILMED = ("chain-of-five", "made-a-wish", "untouched")
"""The trophies whose moments go into the GIF."""


@dataclass(slots=True)
class Options:
    """How to play.

    Attributes:
        out: folder for pictures and GIF; None keeps none.
        json_file: where to write the report, or None.
        seed: of the world.
        size: of the window.
        sandbox: the server to play against; None starts one with the game's own configuration.
        on_frame: called after each frame, outside of what is measured. May do anything to the sandbox.
        rush: steps a frame where nothing is to be seen.
        calm: seconds at normal speed after a trophy.
        seconds: length of the night.
    """

    out: Path | None = Path("playthrough")
    json_file: Path | None = None
    seed: int = 8
    size: tuple[int, int] = (1280, 720)
    sandbox: Sandbox | None = None
    on_frame: Callable[[Playthrough], None] | None = None
    rush: int = RUSH
    calm: float = CALM_SECONDS
    seconds: float = RUN_SECONDS


@dataclass(slots=True)
class Report:
    """What came of it. `agrees` is the verdict: the server holds what the game believes.

    Attributes:
        believed, held: the game's own account, and what the server answered afterwards.
        frames: how long the work of each frame took.
        seconds, close_seconds: wall time of everything, and of closing the services.
        events: every event of the services.
        toasts_in, files: names of the pictures that show a toast, and all that was written.
    """

    believed: dict[str, Any]
    held: dict[str, Any]
    frames: FrameTimes
    seconds: float
    close_seconds: float
    events: list[Event] = field(default_factory=list)
    toasts_in: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether what was read back equals what the game believes it did."""
        return all(self.held.get(key) == value for key, value in self.believed.items())

    def as_json(self) -> dict[str, Any]:
        """The report for machines: what each service holds, what was believed, and the figures."""
        return {
            "gamejolt": self.held,
            "believed": {"gamejolt": self.believed},
            "agrees": self.agrees,
            "frames": self.frames.summary(),
            "seconds": round(self.seconds, 1),
            "close_seconds": round(self.close_seconds, 3),
            "pictures_with_toast": self.toasts_in,
            "files": [str(path) for path in self.files],
        }


class Playthrough:
    """One telling of the story.

    Attributes:
        game, online: what is played.
        frames: how long each frame took so far.
        elapsed: seconds since the first frame.
        calm_until: the world goes at normal speed until then.
        toasts_in: names of the pictures in which a toast can be seen.
    """

    def __init__(self, options: Options, sandbox: Sandbox) -> None:
        self.options = options
        player = sandbox.players[0]
        account = Account(sandbox.game_id, sandbox.private_key, player.username, player.token, sandbox.gamejolt_url)
        self.account = account
        self.surface = open_window(options.size, visible=False)
        self.screens = Screens(options.size)
        self.online = Online(account)
        self.game = Game(self.online, seed=options.seed, seconds=options.seconds)
        self.bot = Bot()
        self.recorder = Recorder(options.out or Path())
        self.frames = FrameTimes()
        self.events: list[Event] = []
        self.elapsed = 0.0
        self.calm_until = 0.0
        self.toasts_in: list[str] = []
        self._due: list[tuple[float, str]] = []
        self._filming = False
        self._drawn = 0

    def tell(self) -> None:
        """Play the story to its end."""
        gc.collect()
        gc.freeze()
        started = last = time.perf_counter()
        for intents in self._story():
            begun = time.perf_counter()
            dt, last = begun - last, begun
            pygame.event.pump()
            for intent in intents:
                self.game.step(intent)
            happened = self.online.update(min(dt, 0.1))
            self.screens.draw(self.surface, self.game, self.online)
            self.online.overlay.draw(self.surface)
            pygame.display.flip()
            ended = time.perf_counter()
            self.frames.seconds.append(ended - begun)
            self.elapsed = ended - started
            self._after(happened)
            time.sleep(max(0.0, begun + FRAME - time.perf_counter()))

    def _story(self) -> Iterator[list[Intent]]:
        """The story as frames: each yields what the hands do in its steps."""
        game = self.game
        self._filming = True
        yield from self._idle(1.2)
        self._filming = False
        self._shoot("title")
        self._choose("Sign in")
        yield from self._until(lambda: self.online.player is not None)
        yield from self._idle(1.2)
        self._shoot("signed-in")
        self._choose("Play")
        yield from self._play(until=PAUSE_AT * self.options.seconds)
        game.act(Action.PAUSE)
        yield from self._idle(0.7)
        self._shoot("paused")
        game.act(Action.ACCEPT)
        yield from self._play(until=float("inf"))
        yield from self._until(lambda: self.online.rank is not None and bool(self.online.board))
        self._filming = True
        yield from self._idle(1.2)
        self._filming = False
        self._shoot("game-over")
        yield from self._idle(0.3)
        game.act(Action.CANCEL)
        yield from self._idle(0.4)
        self._choose("Quit")

    def _play(self, until: float) -> Iterator[list[Intent]]:
        game = self.game
        while game.screen is Screen.PLAY and game.world.time < until:
            calm = self.elapsed < self.calm_until or game.world.star is not None or game.world.time < 1.5
            self._filming = (self._filming and calm) or game.world.star is not None
            yield self._hands(1 if calm or game.world.ended else self.options.rush)

    def _hands(self, steps: int) -> list[Intent]:
        # The bot must see the world between two steps, so the intents are made one by one while they are used up.
        return _Hands(self, steps)  # type: ignore[return-value]

    def _idle(self, seconds: float) -> Iterator[list[Intent]]:
        until = self.elapsed + seconds
        while self.elapsed < until:
            yield [IDLE]

    def _until(self, ready: Callable[[], bool]) -> Iterator[list[Intent]]:
        give_up = self.elapsed + PATIENCE
        while not ready() and self.elapsed < give_up:
            yield [IDLE]

    def _choose(self, label: str) -> None:
        for _ in range(len(self.game.choices)):
            if self.game.choices[self.game.selected].label == label:
                break
            self.game.act(Action.DOWN)
        self.game.act(Action.ACCEPT)

    def _shoot(self, name: str) -> None:
        if self.options.out is not None:
            self.recorder.picture(self.surface, name)
        if self.online.overlay.overlay.pictures():
            self.toasts_in.append(name)

    def _after(self, happened: list[Event]) -> None:
        """What is done after a frame and not measured: remember, take pictures, let tests interfere."""
        self.events.extend(happened)
        for event in happened:
            if isinstance(event, TrophyUnlocked):
                name = event.trophy.title.lower().replace(" ", "-")
                self.calm_until = self.elapsed + self.options.calm
                self._due.append((self.elapsed + TOAST_SHOWN_AFTER, f"trophy-{name}"))
                self._filming = self._filming or name in FILMED
        while self._due and self.elapsed >= self._due[0][0]:
            self._shoot(self._due.pop(0)[1])
        self._drawn += 1
        if self._filming and self.options.out is not None and self._drawn % GIF_EVERY == 0:
            self.recorder.film(self.surface)
        if self.options.on_frame is not None:
            self.options.on_frame(self)


class _Hands:
    """The bot's hands for some steps: each intent is decided when it is asked for."""

    def __init__(self, play: Playthrough, steps: int) -> None:
        self._play = play
        self._steps = steps

    def __iter__(self) -> Iterator[Intent]:
        for _ in range(self._steps):
            world = self._play.game.world
            yield IDLE if world.ended else self._play.bot.decide(world)


def playthrough(options: Options | None = None) -> Report:
    """Play the whole story, read back what the server holds, write pictures and report."""
    options = options or Options()
    if options.sandbox is not None:
        return _play_against(options.sandbox, options)
    with Sandbox.start(config=CONFIG) as sandbox:
        return _play_against(sandbox, options)


def _play_against(sandbox: Sandbox, options: Options) -> Report:
    began = time.perf_counter()
    play = Playthrough(options, sandbox)
    player, closing = None, began
    try:
        play.tell()
    finally:
        player, closing = play.online.player, time.perf_counter()
        play.online.close()
        closed = time.perf_counter()
        gc.unfreeze()
    believed = {
        "player": player,
        "trophies": sorted(play.online.asked),
        "best_score": play.game.best,
        "rank": play.online.rank,
    }
    report = Report(believed, {}, play.frames, 0.0, closed - closing, play.events, play.toasts_in)
    report.held = read_back(play.account, TABLE)
    if options.out is not None:
        report.files = play.recorder.write()
    report.seconds = time.perf_counter() - began
    if options.json_file is not None:
        options.json_file.parent.mkdir(parents=True, exist_ok=True)
        options.json_file.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    return report
