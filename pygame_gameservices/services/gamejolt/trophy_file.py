"""What a game's trophies are called, on disk: so that a start without a network can say what the player unlocked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from pygame_gameservices.core.events import Event, FileDamaged
from pygame_gameservices.core.storage.private_file import sweep, write_private
from pygame_gameservices.services.gamejolt.models import Trophy

logger = logging.getLogger("pygame_gameservices")

VERSION = 1
LARGEST_FILE = 1 << 20
MOST_PLAYERS = 50
"""Players of whom it is kept which trophies they have; the one who came first is forgotten first."""


class _Described(msgspec.Struct, frozen=True, omit_defaults=True):
    """What of a trophy is the game's and not the player's."""

    id: int
    title: str
    description: str = ""
    difficulty: str = ""
    image_url: str = ""


class _Content(msgspec.Struct, frozen=True):
    version: int
    trophies: list[_Described]
    held: dict[str, list[int]] = {}
    told: dict[str, list[int]] = {}


class Kept(msgspec.Struct, frozen=True):
    """What the file holds.

    Attributes:
        trophies: the game's trophies, none of them achieved.
        held: the numbers of those that each player has, by the name in lower case; empty for nobody in particular.
        told: of those the ones that the player was told of before the service had them.
    """

    trophies: tuple[Trophy, ...] = ()
    held: Mapping[str, frozenset[int]] = {}
    told: Mapping[str, frozenset[int]] = {}


def read_trophies(path: Path, say: Callable[[Event], object] = lambda event: None) -> Kept:
    """Read the file. One that is missing, too large or of a newer version is as good as none; of a damaged one what
    stands before the damage is taken. Waits for the disk.

    Args:
        say: lets the game hear of damage.
    """
    sweep(path.parent, path.name)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise ValueError(f"it is larger than {LARGEST_FILE:,} bytes")
        try:
            found = msgspec.json.decode(content, type=_Content)
        except (ValueError, RecursionError) as error:  # what msgspec and UTF-8 complain about are ValueErrors, too
            from pygame_gameservices.core.storage.damaged_json import read_beginning  # hardly ever needed

            found = read_beginning(content, _Content) or _Content(VERSION, [])
            reason = (
                f"it was damaged ({error}); {len(found.trophies)} trophies are still known, the rest is learned anew"
            )
            logger.warning("%s: %s", path, reason)
            say(FileDamaged(str(path), reason, saved=len(found.trophies)))
        if found.version != VERSION:
            raise ValueError(f"it is of version {found.version}")
    except FileNotFoundError:
        return Kept()
    except (OSError, ValueError, RecursionError) as error:
        logger.info("%s cannot be used (%s); the trophies are learned anew", path, error)
        return Kept()
    trophies = (Trophy(**msgspec.structs.asdict(one)) for one in found.trophies)
    held, told = ({name: frozenset(ids) for name, ids in one.items()} for one in (found.held, found.told))
    return Kept(tuple(trophies), held, told)


def write_trophies(path: Path, kept: Kept) -> None:
    """Write the file, unless it would be too large. A failure is logged: it is only a memory. Waits for the disk."""
    described = [_Described(one.id, one.title, one.description, one.difficulty, one.image_url) for one in kept.trophies]
    content = msgspec.json.encode(_Content(VERSION, described, _bounded(kept.held), _bounded(kept.told)))
    if len(content) > LARGEST_FILE:
        logger.info("the game's trophies take more than %d bytes; they are not kept on disk", LARGEST_FILE)
        return
    try:
        write_private(path, content)
    except OSError as error:
        logger.warning("%s cannot be written (%s); the trophies are learned anew next time", path, error)


def _bounded(by_player: Mapping[str, frozenset[int]]) -> dict[str, list[int]]:
    return {player: sorted(ids) for player, ids in list(by_player.items())[-MOST_PLAYERS:]}
