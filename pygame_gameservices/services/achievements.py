"""Achievements: declared once, and brought to every service that the game uses."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from pygame_gameservices.core.calls.call import Call, Task
from pygame_gameservices.core.config import Config
from pygame_gameservices.core.page.bridge import in_a_page
from pygame_gameservices.core.storage.credentials import Hidden
from pygame_gameservices.errors import Closed, GameServicesError, UsageError
from pygame_gameservices.services.achievement_file import checked, read_achievements
from pygame_gameservices.services.achievement_models import (
    Achievement,
    AchievementProgressed,
    AchievementStatus,
    AchievementUnlocked,
    as_trophy,
)
from pygame_gameservices.services.achievement_store import NOBODY, Held, ProfileFile, Profiles, add_held
from pygame_gameservices.services.base import Service
from pygame_gameservices.services.forge.client import Forge
from pygame_gameservices.services.gamejolt.client import GameJolt
from pygame_gameservices.services.gamejolt.models import Trophy
from pygame_gameservices.services.wrong_calls import says_how_to_call

logger = logging.getLogger("pygame_gameservices")

RETRY_AFTER_S = 60.0
FILE_NAME = "achievements.json"


@says_how_to_call("unlock", "progress", "advance", "status")
class Achievements(Service):
    """The game's achievements, whichever services there are, or none.

    ::

        achievements = services.add(Achievements.from_config("gameservices.toml", gj, forge))
        achievements.unlock("first-orb")
        achievements.progress("collector", 12)

    What a player has is kept in the game's data folder, so it survives a restart without any network. It is brought to
    each service as soon as that can be reached and the player is signed in there, as often as it takes; a service that
    knows it already does no harm. It is kept per player: what was earned while nobody was signed in goes to the first
    player who signs in. Frame thread; every method returns at once.

    Args:
        achievements: what there is to achieve.
        services: those that want to know: a `GameJolt`, a `Forge`, in any order.
        file: where to keep what players have; beside the outbox by default.
        name: as it appears in errors.

    Raises:
        ConfigurationError: two achievements have the same id.
        UsageError: one of the services cannot take achievements.
    """

    def __init__(
        self,
        achievements: Iterable[Achievement],
        *services: Service,
        file: str | os.PathLike[str] | None = None,
        name: str = "achievements",
    ) -> None:
        super().__init__(name, "http://localhost")  # nothing is ever sent there: other services do the sending
        self._declared = {one.id: one for one in checked(achievements, "the achievements")}
        self._file = None if file is None else ProfileFile(Path(file))
        self._targets: dict[str, Service] = {}
        self._profiles: Profiles = {}
        self._who = NOBODY
        self._under_way: set[tuple[str, str, str]] = set()
        self._given_up: set[tuple[str, str, str]] = set()
        self._due_at = 0.0
        self._now = 0.0
        self._saving: Task[None] | None = None
        self._unsaved = False
        for service in services:
            self.connect(service)

    @classmethod
    def from_config(
        cls,
        source: str | os.PathLike[str] | Mapping[str, Any] | Config,
        *services: Service,
        file: str | os.PathLike[str] | None = None,
    ) -> Achievements:
        """Make them from the ``[[achievements]]`` of a ``gameservices.toml``, of its content, or of a `Config`.

        A file that is not in the working directory is looked for beside the game.

        Raises:
            ConfigurationError: the file cannot be used; the text says where and what to write.
        """
        given = Hidden(source.whole if isinstance(source, Config) else source)
        del source  # the keys of services stand in the same file, and tracebacks show local values
        return cls(read_achievements(given.reveal()), *services, file=file)

    def connect(self, service: Service) -> None:
        """Let one more service know of achievements, those that were unlocked before too.

        Raises:
            UsageError: it takes none.
        """
        if not isinstance(service, (GameJolt, Forge)):
            raise UsageError(f"{type(service).__name__} takes no achievements; pass a GameJolt or a Forge")
        self._targets[service.name] = service
        self._due_at = 0.0

    def attach(self, manager: Any) -> None:
        """Read what players have, by `ServiceManager.add`. Waits for the disk; before the first frame."""
        super().attach(manager)
        if self._file is None:
            self._file = ProfileFile(manager.folder / FILE_NAME)
        self._file.say = manager.announce
        if in_a_page():  # where what is kept comes a moment later
            manager.background(self._file.load).then(self._learn)
        else:
            self._profiles = self._file.load()

    def unlock(self, achievement_id: str) -> bool:
        """Give the player an achievement. `AchievementUnlocked` follows, once.

        Returns:
            Whether it is new; False when the player had it.

        Raises:
            UsageError: no such achievement was declared.
        """
        achievement = self._named(achievement_id)
        held = self._held(achievement_id)
        if held.unlocked_at is not None:
            return False
        held.progress = achievement.goal
        held.unlocked_at = datetime.now(UTC)
        self.manager.announce(AchievementUnlocked(self._trophy(achievement_id), achievement))
        self._save()
        self._deliver()
        return True

    def progress(self, achievement_id: str, value: int) -> bool:
        """Tell how far the player is, as a total, not as a step. It never goes back; at the goal it is unlocked.

        Returns:
            Whether it was unlocked just now.

        Raises:
            UsageError: no such achievement was declared, or `value` is no whole number of at least 0.
        """
        achievement = self._named(achievement_id)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise UsageError(f"value is {value!r}; pass the total so far, a whole number of at least 0")
        held = self._held(achievement_id)
        if held.unlocked_at is not None or value <= held.progress:
            return False
        if value >= achievement.goal:
            return self.unlock(achievement_id)
        before, held.progress = held.progress, value
        self.manager.announce(AchievementProgressed(achievement, value, before))
        self._save()
        return False

    def advance(self, achievement_id: str, step: int = 1) -> bool:
        """Bring the player `step` nearer to an achievement. Returns whether it was unlocked just now.

        Raises:
            UsageError: no such achievement was declared, or `step` is no whole number of at least 0.
        """
        if isinstance(step, bool) or not isinstance(step, int) or step < 0:
            raise UsageError(f"step is {step!r}; pass a whole number of at least 0")
        self._named(achievement_id)
        return self.progress(achievement_id, self._held(achievement_id).progress + step)

    def status(self, achievement_id: str) -> AchievementStatus:
        """Return one achievement, and how far the player is. Raises `UsageError` when it was not declared."""
        held = self._held(achievement_id)
        return AchievementStatus(
            achievement=self._named(achievement_id),
            progress=held.progress,
            unlocked_at=held.unlocked_at,
            reached=tuple(held.reached),
        )

    def all(self) -> tuple[AchievementStatus, ...]:
        """Return all achievements in the order of their declaration, and how far the player is with each."""
        return tuple(self.status(achievement_id) for achievement_id in self._declared)

    def trophies(self) -> tuple[Trophy, ...]:
        """Return all achievements as trophies, for the widget that lists those; secret ones are hidden."""
        return tuple(self._trophy(achievement_id) for achievement_id in self._declared)

    def frame(self, now: float) -> None:
        """Bring achievements to services that can take them now, by `ServiceManager.update`. About 1 us."""
        self._now = now
        who = self._whose()
        if who and NOBODY in self._profiles and self._confirmed():
            self._hand_over()
        if now >= self._due_at:
            self._due_at = now + RETRY_AFTER_S
            self._deliver()
        if self._unsaved and (self._saving is None or self._saving.done):
            self._save()

    def closing(self) -> None:
        """Have all written down that is not known to be, by the manager's `close`."""
        if self._unsaved or (self._saving is not None and not self._saving.succeeded):
            self._save_in_turn()

    def _learn(self, loaded: Task[Profiles]) -> None:
        for player, held in (loaded.value or {}).items():
            add_held(self._profiles.setdefault(player, {}), held)
        self._due_at = 0.0

    def _named(self, achievement_id: str) -> Achievement:
        achievement = self._declared.get(achievement_id)
        if achievement is None:
            known = ", ".join(self._declared) or "none"
            raise UsageError(f"no achievement {achievement_id!r} was declared; declared are {known}")
        return achievement

    def _held(self, achievement_id: str) -> Held:
        return self._profiles.setdefault(self._whose(), {}).setdefault(achievement_id, Held())

    def _trophy(self, achievement_id: str) -> Trophy:
        return as_trophy(self.status(achievement_id), list(self._declared).index(achievement_id))

    def _whose(self) -> str:
        """The player to whom belongs what happens now; the name in lower case, since Game Jolt takes any."""
        players = (service.player for service in self._targets.values() if isinstance(service, GameJolt))
        who = next((player.username.casefold() for player in players if player is not None), NOBODY)
        if who != self._who:
            self._who, self._due_at = who, 0.0
            self._given_up.clear()
        return who

    def _confirmed(self) -> bool:
        """Whether the service knows the player: a name may be mistyped, or its token be another's."""
        return any(isinstance(service, GameJolt) and service.user is not None for service in self._targets.values())

    def _hand_over(self) -> None:
        """What nobody in particular has earned belongs to the player who is signed in."""
        add_held(self._profiles.setdefault(self._who, {}), self._profiles.pop(NOBODY))
        self._due_at = 0.0
        self._save()

    def _deliver(self) -> None:
        for achievement_id, held in list(self._profiles.get(self._who, {}).items()):
            achievement = self._declared.get(achievement_id)
            if achievement is None or held.unlocked_at is None:
                continue
            for service in self._targets.values():
                key = (self._who, service.name, achievement_id)
                if service.name in held.reached or key in self._under_way or key in self._given_up:
                    continue
                call = _tell(service, achievement, held.unlocked_at)
                if call is not None:
                    self._under_way.add(key)
                    call.then(self._answer(key, held))

    def _answer(self, key: tuple[str, str, str], held: Held) -> Callable[[Call[Any]], None]:
        def arrived(call: Call[Any]) -> None:
            self._under_way.discard(key)
            if call.succeeded:
                held.reached.append(key[1])
                self._save()
            elif call.outcome == "rejected":
                logger.warning("%s does not take the achievement %r: %s", key[1], key[2], call.error)
                self._given_up.add(key)

        return arrived

    def _save(self) -> None:
        """Write all down on the helper thread; what changes meanwhile is written right after."""
        if self._saving is not None and not self._saving.done:
            self._unsaved = True
        else:
            self._save_in_turn()

    def _save_in_turn(self) -> None:
        self._unsaved = False
        file, content = self._file, msgspec.json.encode(self._profiles)
        assert file is not None
        try:
            self._saving = self.manager.background(lambda: file.save(content), at_close=True)
        except Closed:
            self._save_now()

    def _save_now(self) -> None:
        assert self._file is not None
        self._unsaved = False
        try:
            self._file.save(msgspec.json.encode(self._profiles))
        except OSError as error:
            logger.warning("achievements could not be saved: %s", error)


def _tell(service: Service, achievement: Achievement, when: datetime) -> Call[Any] | None:
    """Let one service know; None when it does not care, or cannot know yet whose achievement it is."""
    try:
        if isinstance(service, GameJolt):
            if achievement.gamejolt_trophy is None or service.player is None:
                return None
            return service.trophies.add_achieved(achievement.gamejolt_trophy)
        if isinstance(service, Forge):
            if not achievement.forge_title or service.player is None:
                return None
            return service.achievement(achievement.forge_title, description=achievement.text, unlock_time=when)
    except GameServicesError as error:
        logger.debug("%s cannot be told of %r now: %s", service.name, achievement.id, error)
    return None
