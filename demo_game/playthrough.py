"""The whole story, played by the bot without a screen, against real servers, with everything read back afterwards."""

from __future__ import annotations

import gc
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo_game.all_services import AllServices
from demo_game.game import Game
from demo_game.readback import read_back
from demo_game.recorder import FrameTimes, Recorder
from demo_game.settings import CONFIG, Settings, of_sandbox
from demo_game.stage import Stage, open_stage
from demo_game.story import Pace, Story
from demo_game.world import RUN_SECONDS
from pygame_gameservices import AchievementUnlocked, BackOnline, Event, WentOffline
from pygame_gameservices.sandbox import Sandbox

FRAME = 1 / 60
TOAST_SHOWN_AFTER = 0.9
"""Seconds after which a toast has slid in and is worth a picture."""
FILMED = ("chain-of-five", "wish", "untouched")
"""The achievements whose moments go into the GIF."""


@dataclass(slots=True)
class Options:
    """How to play.

    Attributes:
        engine: what draws it.
        out: folder for pictures and GIF; None keeps none.
        json_file: where to write the report, or None.
        database: where the sandbox keeps what it was told, or None for nowhere.
        seed: of the world.
        size: of the window.
        sandbox: the server to play against; None starts one with the game's own configuration.
        settings: finds the accounts on that server.
        on_frame: called after each frame, outside of what is measured. May do anything to the sandbox.
        pace: how fast the story is told.
        seconds: length of the night.
    """

    engine: str = "pygame"
    out: Path | None = Path("playthrough")
    json_file: Path | None = None
    database: Path | None = None
    seed: int = 8
    size: tuple[int, int] = (1280, 720)
    sandbox: Sandbox | None = None
    settings: Callable[..., Settings] = of_sandbox
    on_frame: Callable[[Playthrough], None] | None = None
    pace: Pace = field(default_factory=Pace)
    seconds: float = RUN_SECONDS


@dataclass(slots=True)
class Report:
    """What came of it. `agrees` is the verdict: the services hold what the game believes.

    Attributes:
        engine: what drew it.
        believed, held: the game's own account, and what the services answered afterwards, by service.
        frames: how long the work of each frame took.
        seconds, close_seconds: wall time of everything, and of closing the services.
        events: every event of the services.
        toasts_in, files: names of the pictures that show a toast, and all that was written.
    """

    engine: str
    believed: dict[str, dict[str, Any]]
    held: dict[str, dict[str, Any]]
    frames: FrameTimes
    seconds: float = 0.0
    close_seconds: float = 0.0
    events: list[Event] = field(default_factory=list)
    toasts_in: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether what was read back equals what the game believes it did."""
        return all(
            self.held.get(service, {}).get(key) == value
            for service, beliefs in self.believed.items()
            for key, value in beliefs.items()
        )

    def as_json(self) -> dict[str, Any]:
        """The report for machines: what each service holds, what was believed, and the figures."""
        return {
            **self.held,
            "believed": self.believed,
            "agrees": self.agrees,
            "engine": self.engine,
            "frames": self.frames.summary(),
            "seconds": round(self.seconds, 1),
            "close_seconds": round(self.close_seconds, 3),
            "pictures_with_toast": self.toasts_in,
            "files": [str(path) for path in self.files],
        }


class Playthrough:
    """One telling of the story.

    Attributes:
        game, online: what is played; others on the second evening.
        frames: how long each frame took so far.
        elapsed, dt: seconds since the first frame, and since the last one.
        calm_until: the world goes at normal speed until then.
        filming: whether the frames go into the GIF.
        toasts_in: names of the pictures in which a toast can be seen.
        earned: ids of the achievements of all evenings.
        rank: of the last score.
    """

    def __init__(self, options: Options, sandbox: Sandbox, stage: Stage, folder: Path) -> None:
        self.options = options
        self.recorder = Recorder(options.out or Path())
        self.frames = FrameTimes()
        self.events: list[Event] = []
        self.elapsed = self.dt = 0.0
        self.calm_until = 0.0
        self.filming = False
        self.toasts_in: list[str] = []
        self.earned: list[str] = []
        self.rank: int | None = None
        self.sold = 0.0
        self.close_seconds = 0.0
        self._sandbox = sandbox
        self._stage = stage
        self._folder = folder
        self._due: list[tuple[float, str]] = []
        self._network = "back-online"
        self._begin(signed_in=False)

    def tell(self) -> None:
        """Play the story to its end."""
        gc.collect()
        gc.freeze()
        story = Story(self, self._sandbox, self.options.pace, self.options.seconds)
        started = last = time.perf_counter()
        for intents in story.frames():
            begun = time.perf_counter()
            self.dt, last = begun - last, begun
            for intent in intents:
                self.game.step(intent)
            happened = self.online.update(min(self.dt, 0.5))
            self._stage.draw(self.game, self.online)
            ended = time.perf_counter()
            self.frames.seconds.append(ended - begun)
            self.elapsed = ended - started
            self._after(happened)
            time.sleep(max(0.0, begun + FRAME - time.perf_counter()))

    def shoot(self, name: str) -> None:
        """Take a picture of the last frame."""
        if self.options.out is not None:
            self.recorder.picture(self._stage.picture(), name)
        if not self.online.overlay.toasts.idle:
            self.toasts_in.append(name)

    def next_evening(self) -> None:
        """Leave the game and start it anew: whatever it knows then, it has from the services."""
        self.close()
        self._begin(signed_in=True)

    def close(self) -> None:
        """End the services, and remember what the game believes."""
        self.earned += [goal for goal in self.online.earned if goal not in self.earned]
        self.rank = self.online.rank or self.rank
        if self.online.market is not None:
            self.sold += sum(order.executed_volume or 0.0 for order in self.online.market.sold)
        began = time.perf_counter()
        self.online.close()
        self.close_seconds = max(self.close_seconds, time.perf_counter() - began)

    def believed(self) -> dict[str, dict[str, Any]]:
        """What the game believes that each service holds now."""
        trophies = {one.id: one.gamejolt_trophy for one in self.options.settings(self._sandbox).achievements}
        return {
            "gamejolt": {
                "player": self.online.player,
                "trophies": sorted(trophies[goal] or 0 for goal in self.earned),
                "best_score": self.game.progress.best,
                "rank": self.rank,
                "save": self.game.progress.as_dict(),
            },
            "itchio": {"owns": self.online.supporter},
            "trading": {"sold": self.sold},
        }

    def _begin(self, *, signed_in: bool) -> None:
        settings = self.options.settings(self._sandbox, signed_in=signed_in)
        self.online = AllServices(settings, overlay_type=self._stage.overlay_type, folder=self._folder)
        self.game = Game(self.online, seed=self.options.seed, seconds=self.options.seconds)
        self.online.restore = self.game.restore

    def _after(self, happened: list[Event]) -> None:
        """What is done after a frame and not measured: remember, take pictures, let tests interfere."""
        self.events.extend(happened)
        for event in happened:
            match event:
                case AchievementUnlocked(achievement=achievement):
                    self._shoot_soon(f"trophy-{achievement.id}")
                    self.filming = self.filming or achievement.id in FILMED
                case WentOffline() if self._network != "offline":  # all services of a host say so, one toast does
                    self._network = "offline"
                    self._shoot_soon(self._network)
                case BackOnline() if self._network != "back-online":
                    self._network = "back-online"
                    self._shoot_soon(self._network)
        if self._due and self.elapsed >= self._due[0][0]:
            self.shoot(self._due.pop(0)[1])
        if self.filming and self.options.out is not None and self.recorder.wants(self.elapsed):
            self.recorder.film(self._stage.picture(), self.elapsed)
        if self.options.on_frame is not None:
            self.options.on_frame(self)

    def _shoot_soon(self, moment: str) -> None:
        """Take a picture once the toast that was just called for is there; until then the world keeps normal speed."""
        self.calm_until = self.elapsed + self.options.pace.calm
        self._due.append((self.elapsed + TOAST_SHOWN_AFTER, moment))


def playthrough(options: Options | None = None) -> Report:
    """Play the whole story, read back what the services hold, write pictures and report."""
    options = options or Options()
    if options.sandbox is not None:
        return _play_against(options.sandbox, options)
    with Sandbox.start(config=CONFIG, database=options.database) as sandbox:
        return _play_against(sandbox, options)


def _play_against(sandbox: Sandbox, options: Options) -> Report:
    began = time.perf_counter()
    stage = open_stage(options.engine, options.size)
    with tempfile.TemporaryDirectory(prefix="light-harvest-", ignore_cleanup_errors=True) as folder:
        play = Playthrough(options, sandbox, stage, Path(folder))
        try:
            play.tell()
        finally:
            play.close()
            gc.unfreeze()
            stage.close()
    report = Report(options.engine, play.believed(), read_back(options.settings(sandbox)), play.frames)
    report.events, report.toasts_in, report.close_seconds = play.events, play.toasts_in, play.close_seconds
    if options.out is not None:
        report.files = play.recorder.write()
    report.seconds = time.perf_counter() - began
    if options.json_file is not None:
        options.json_file.parent.mkdir(parents=True, exist_ok=True)
        options.json_file.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    return report
