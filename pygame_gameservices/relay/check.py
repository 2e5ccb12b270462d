"""``gameservices relay check``: whether the configuration holds, before a game depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError, ConfigurationError
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.gamejolt.api import Broken, GameJoltApi, WrongKey, said_yes
from pygame_gameservices.relay.gamejolt.call import GameJoltCall
from pygame_gameservices.relay.hooks import load
from pygame_gameservices.relay.outages import Outage
from pygame_gameservices.relay.settings import GameJoltSettings, Keys, Settings
from pygame_gameservices.relay.upstream import Upstream


class Finding(NamedTuple):
    """One thing that was looked at.

    Attributes:
        good: whether it is as it should be.
        text: what was found, and what to do where it is not good.
    """

    good: bool
    text: str


def check(settings: Settings, keys: Keys, folder: Path) -> Iterator[Finding]:
    """Look at everything that `settings` depends on. Blocks; asks the services, and changes nothing there."""
    yield _database(keys)
    upstream = Upstream()
    try:
        if settings.gamejolt is not None and keys.gamejolt is not None:
            game = settings.gamejolt
            api = GameJoltApi(upstream, game.base_url, game.game_id, keys.gamejolt, Outage("Game Jolt"))
            yield from _gamejolt(game, api)
            if game.hook:
                yield _hook(game.hook, folder)
        if settings.itchio is not None and keys.itchio is not None:
            yield _key_works(upstream, "itch.io", f"{settings.itchio.base_url}/profile", "Authorization", keys.itchio)
        if settings.forge is not None:
            yield Finding(True, "Forge cannot be tried without reporting something; its key is there")
    finally:
        upstream.close()


def _key_works(upstream: Upstream, service: str, url: str, header: str, key: Secret) -> Finding:
    try:
        response = upstream.send(
            Request(method="GET", url=url, headers={header: f"Bearer {key.reveal()}"}, secrets=(key,))
        )
    except CallError as error:
        return Finding(False, f"{service} does not answer: {error.message}")
    good = response.status == 200 and b'"errors"' not in response.body
    return Finding(good, f"{service} takes the key" if good else f"{service} does not take the key; copy it again")


def _database(keys: Keys) -> Finding:
    try:
        database = Database(keys.database)
        try:
            database.migrate()
        finally:
            database.close()
    except ConfigurationError as error:
        return Finding(False, str(error))
    except Exception as error:  # the driver's text may hold the address with its password
        return Finding(False, f"the database cannot be used ({type(error).__name__}); check its address and its rights")
    return Finding(True, "the database can be used, and its tables are of this version")


def _gamejolt(game: GameJoltSettings, api: GameJoltApi) -> Iterator[Finding]:
    try:
        (answer,) = api.ask([GameJoltCall(endpoint="scores/tables", given={})])
    except WrongKey as error:
        yield Finding(False, f"{error.message}; game_id and key belong together, copy both again")
        return
    except CallError as error:
        yield Finding(False, f"Game Jolt does not answer: {error.message}")
        return
    if isinstance(answer, Broken) or not said_yes(answer):
        yield Finding(False, "Game Jolt does not say which score tables there are; try again later")
        return
    yield Finding(True, f"Game Jolt takes the key of game {game.game_id}")
    tables = {str(one.get("id")) for one in answer.get("tables") or () if isinstance(one, dict)}
    missing = sorted(game.tables.keys() - tables, key=int)
    if missing:
        there = ", ".join(sorted(tables, key=int)) or "none"
        yield Finding(False, f"there are rules for table {missing[0]}, which the game does not have; it has {there}")
    elif game.tables:
        yield Finding(True, "each table that has rules is there")
    circle = _circle(game)
    if circle:
        yield Finding(False, f"trophy {circle} comes after itself; nobody can get it")


def _circle(game: GameJoltSettings) -> str:
    """A trophy that comes after itself, around whatever corners; empty where there is none."""
    for first in game.trophies:
        seen: set[str] = set()
        to_see = [first]
        while to_see:
            rules = game.trophies.get(to_see.pop())
            for before in map(str, rules.after if rules else ()):
                if before == first:
                    return first
                if before not in seen:
                    seen.add(before)
                    to_see.append(before)
    return ""


def _hook(name: str, folder: Path) -> Finding:
    try:
        load(name, folder)
    except ConfigurationError as error:
        return Finding(False, str(error))
    return Finding(True, f"the hook {name} is there")
