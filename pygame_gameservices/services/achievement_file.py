"""Reading ``[[achievements]]`` from ``gameservices.toml``, and what a player has from the game's data folder."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.services.achievement_models import Achievement
from pygame_gameservices.services.gamejolt.models import Difficulty

logger = logging.getLogger("pygame_gameservices")


class Held(msgspec.Struct, kw_only=True):
    """What is kept of one achievement of one player."""

    progress: int = 0
    unlocked_at: datetime | None = None
    reached: list[str] = []


Profiles = dict[str, dict[str, Held]]
"""By player (empty for nobody in particular), then by achievement."""


def read_achievements(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[Achievement, ...]:
    """Read the achievements that a file (or its content) declares, in order.

    Raises:
        ConfigurationError: the file or an entry cannot be used; the text says where and what to write.
    """
    where, content = ("the configuration", source) if isinstance(source, Mapping) else _load(Path(source))
    entries = content.get("achievements", [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise ConfigurationError(f"{where}: achievements must be a list of tables, each written [[achievements]]")
    return checked([_read(entry, f"{where}: achievements[{place}]") for place, entry in enumerate(entries, 1)], where)


def checked(achievements: Iterable[Achievement], where: str) -> tuple[Achievement, ...]:
    """Return achievements of which no two are mixed up. Raises `ConfigurationError`."""
    seen: set[object] = set()
    listed = tuple(achievements)
    for achievement in listed:
        names = [("id", achievement.id)]
        if achievement.gamejolt_trophy is not None:
            names.append(("gamejolt_trophy", str(achievement.gamejolt_trophy)))
        for name in names:
            if name in seen:
                raise ConfigurationError(f"{where}: two achievements have the {name[0]} {name[1]!r}; give each its own")
            seen.add(name)
    return listed


def load_profiles(path: Path) -> Profiles:
    """Read what players have; nothing when there is no file. A broken file is set aside, not lost."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Profiles)
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        aside = path.with_name(f"{path.name}.broken")
        logger.warning("%s cannot be read (%s); it is kept as %s", path, error, aside.name)
        try:
            path.replace(aside)
        except OSError:
            logger.warning("%s could not be set aside", path)
        return {}


def save_profiles(path: Path, content: bytes) -> None:
    """Write what players have, whole or not at all. Waits for the disk. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _load(path: Path) -> tuple[str, Mapping[str, Any]]:
    try:
        return str(path), tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file; write one, or pass the path of yours") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error}); it must be a text file in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}; correct that line") from error


def _read(entry: Mapping[str, Any], where: str) -> Achievement:
    try:
        made = msgspec.convert(dict(entry), Achievement)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{where}: {error}") from None
    unknown = sorted(set(entry) - set(Achievement.__struct_fields__))
    if unknown:
        known = ", ".join(Achievement.__struct_fields__)
        raise ConfigurationError(f"{where}.{unknown[0]}: is not known; known here: {known}")
    for name in ("id", "title"):
        if not getattr(made, name):
            raise ConfigurationError(f"{where}.{name}: is empty; write a text")
    if made.goal < 1:
        raise ConfigurationError(f"{where}.goal: is {made.goal}; write a whole number of at least 1")
    by_name = {str(difficulty).casefold(): str(difficulty) for difficulty in Difficulty}
    difficulty = by_name.get(made.difficulty.casefold())
    if difficulty is None:
        raise ConfigurationError(f"{where}.difficulty: is {made.difficulty!r}; write one of {', '.join(Difficulty)}")
    return msgspec.structs.replace(made, difficulty=difficulty)
