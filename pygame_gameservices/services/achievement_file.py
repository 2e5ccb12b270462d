"""Reading ``[[achievements]]`` from ``gameservices.toml``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from pygame_gameservices.core.config import beside_the_game, check_names
from pygame_gameservices.core.storage.credentials import Hidden
from pygame_gameservices.errors import ConfigurationError, UsageError
from pygame_gameservices.services.achievement_models import Achievement
from pygame_gameservices.services.arguments import listed
from pygame_gameservices.services.gamejolt.models import Difficulty


def read_achievements(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[Achievement, ...]:
    """Read the achievements that a file (or its content) declares, in order.

    Raises:
        ConfigurationError: the file or an entry cannot be used; the text says where and what to write.
    """
    where = "the configuration" if isinstance(source, Mapping) else str(beside_the_game(source) or source)
    content = Hidden(source if isinstance(source, Mapping) else _load(Path(where)))
    del source  # the keys of services stand in the same file, and tracebacks show local values
    check_names(content.reveal(), where)
    entries = content.reveal().get("achievements", [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise ConfigurationError(f"{where}: achievements must be a list of tables, each written [[achievements]]")
    return checked([_read(entry, f"{where}: achievements[{place}]") for place, entry in enumerate(entries, 1)], where)


def checked(achievements: Iterable[Achievement], where: str) -> tuple[Achievement, ...]:
    """Return achievements of which no two are mixed up. Raises `ConfigurationError`, and `UsageError` where something
    else is among them.
    """
    seen: set[object] = set()
    declared = tuple(listed("achievements", achievements, "Achievement, or read a file with Achievements.from_config"))
    for achievement in declared:
        if not isinstance(achievement, Achievement):
            raise UsageError(f"{where} hold {achievement!r}; pass a list of Achievement")
        names = [("id", achievement.id)]
        if achievement.gamejolt_trophy is not None:
            names.append(("gamejolt_trophy", str(achievement.gamejolt_trophy)))
        for name in names:
            if name in seen:
                raise ConfigurationError(f"{where}: two achievements have the {name[0]} {name[1]!r}; give each its own")
            seen.add(name)
    return declared


def _load(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file; write one, or pass the path of yours") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error}); it must be a text file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}; correct that line") from None


def _read(entry: Mapping[str, Any], where: str) -> Achievement:
    unknown = sorted(set(entry) - set(Achievement.__struct_fields__))
    if unknown:
        known = ", ".join(Achievement.__struct_fields__)
        raise ConfigurationError(f"{where}.{unknown[0]}: is not known; known here: {known}")
    try:
        made = msgspec.convert(dict(entry), Achievement)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{where}: {error}") from None
    for name in ("id", "title"):
        if not getattr(made, name):
            raise ConfigurationError(f"{where}.{name}: is empty; write a text")
    if made.owners is not None and not 0 <= made.owners <= 100:
        raise ConfigurationError(f"{where}.owners: is {made.owners}; write percent of the players, 0 to 100")
    if made.goal < 1:
        raise ConfigurationError(f"{where}.goal: is {made.goal}; write a whole number of at least 1")
    by_name = {str(difficulty).casefold(): str(difficulty) for difficulty in Difficulty}
    difficulty = by_name.get(made.difficulty.casefold())
    if difficulty is None:
        raise ConfigurationError(f"{where}.difficulty: is {made.difficulty!r}; write one of {', '.join(Difficulty)}")
    return msgspec.structs.replace(made, difficulty=difficulty)
