"""What ``relay.toml`` says, typed and checked; and the keys, which never stand in it.

Keys come from the environment or from files: ``RELAY_SECRET``, ``RELAY_GAMEJOLT_KEY``, and so on, or a file that
``..._file`` in the toml names. A database's address with a password in it counts as a key.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from pygame_gameservices.core.http.addresses import is_loopback
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.relay.mistakes import mistakes

FILE_NAME = "relay.toml"
_NO_SUCH_FILE = (
    "there is no such file; go to the folder in which it is (cd), or name it with --config; `gameservices relay init`"
    " writes one"
)
SECRET_FILE = "relay.secret"
SHORTEST_SECRET = 32
"""Characters of the relay's own secret, with which tickets are signed."""

GAMEJOLT_URL = "https://api.gamejolt.com/api/game/v1_2"

Positive = Annotated[int, Meta(ge=1)]
Natural = Annotated[int, Meta(ge=0)]
Seconds = Annotated[float, Meta(ge=0)]

USUAL_ENDPOINTS = (
    "users",
    "users/auth",
    "sessions/open",
    "sessions/ping",
    "sessions/check",
    "sessions/close",
    "scores",
    "scores/add",
    "scores/get-rank",
    "scores/tables",
    "trophies",
    "trophies/add-achieved",
    "data-store",
    "data-store/set",
    "data-store/update",
    "data-store/remove",
    "data-store/get-keys",
    "friends",
    "time",
)
"""What games need: everything but taking trophies away."""


FORGE_ENDPOINTS = ("player/playtime", "player/achievement", "v1/user/points", "v1/user/referrals")


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the tables: a name that is not known is a mistake."""


class TableRules(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[gamejolt.tables.NUMBER]``: what a score table takes.

    Attributes:
        least, most: bounds of a score's sort value, both included; None for no bound.
        step: every score is a multiple of it.
        per_hour: scores that one player or guest may add within an hour; None for no limit.
        after_s: seconds of play before the first score.
        per_s: how much a score may grow with each second of play, on top of `at_once`; None for no such limit.
        at_once: what a score may be without any play.
        guests: whether guests may add scores.
        text: how a score is written for players to read, such as ``"{sort:,} points"``; empty for any text.
    """

    least: int | None = None
    most: int | None = None
    step: Positive = 1
    per_hour: Natural | None = None
    after_s: Seconds = 0.0
    per_s: Seconds | None = None
    at_once: Natural = 0
    guests: bool = True
    text: str = ""


class TrophyRules(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[gamejolt.trophies.NUMBER]``: when a trophy is given.

    Attributes:
        after: the trophies that come before it.
        after_s: seconds of play before it.
    """

    after: tuple[Positive, ...] = ()
    after_s: Seconds = 0.0


Number = Annotated[str, Meta(pattern="^[1-9][0-9]{0,18}$")]
"""A number as the name of a table of the toml."""


class GameJoltSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[gamejolt]``.

    Attributes:
        game_id: the game's number.
        private_key_file: where the key is, unless ``RELAY_GAMEJOLT_KEY`` holds it.
        base_url: where the API is.
        endpoints: what is passed on.
        largest_value: characters that one value of the data store may have.
        shared_keys: which items of the game, and not of a player, may be written, as patterns with ``*``.
        blocked_players: players who may not write.
        only_these_tables: whether a score table without rules takes no scores.
        tables: rules of score tables, by number.
        trophies: rules of trophies, by number.
        hook: a rule of the maker's own, as ``"module:function"``; see `Attempt`.
    """

    game_id: Positive
    private_key_file: str = ""
    base_url: str = GAMEJOLT_URL
    endpoints: tuple[str, ...] = USUAL_ENDPOINTS
    largest_value: Positive = 1 << 20
    shared_keys: tuple[str, ...] = ("*",)
    blocked_players: tuple[str, ...] = ()
    only_these_tables: bool = False
    tables: dict[Number, TableRules] = {}
    trophies: dict[Number, TrophyRules] = {}
    hook: str = ""


class ForgeSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[forge]``.

    Attributes:
        api_key_file: where the ingestion key is, unless ``RELAY_FORGE_KEY`` holds it.
        base_url: where the API is.
        endpoints: what is passed on.
        most_hours: of one session of play.
        most_records: in one request.
        hours_per_day: of one person; more has to wait. 0 is no limit.
        titles: of the game's achievements; empty for any.
    """

    api_key_file: str = ""
    base_url: str = "https://partners-api.forge.gg"
    endpoints: tuple[str, ...] = FORGE_ENDPOINTS
    most_hours: Seconds = 24.0
    most_records: Positive = 100
    hours_per_day: Seconds = 48.0
    titles: tuple[str, ...] = ()


class ItchioSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[itchio]``.

    Attributes:
        api_key_file: where the seller's key is, unless ``RELAY_ITCHIO_KEY`` holds it.
        base_url: where the API is.
        games: the seller's games about which may be asked.
    """

    api_key_file: str = ""
    base_url: str = "https://api.itch.io"
    games: tuple[Positive, ...]


class LimitSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[limits]``: what one request may take, and how long things are remembered.

    Attributes:
        largest_body: bytes of a request.
        connections: how many are open at once.
        connections_per_address: how many of them come from one address; a proxy's are not counted.
        head_s: seconds in which a request's first lines must have come.
        body_s: seconds in which its body must have come, and for which an answer may lie about unread.
        remember_player_s: seconds for which a player's token is not checked again.
        keep_notes_days: days for which a repeated write is answered from the notes.
        player_per_minute, guest_per_minute: calls that change something; 0 is no limit.
        address_per_minute, game_per_minute: all calls; 0 is no limit.
        tickets_per_hour: guests who may come from one address; 0 is no limit.
        blocked_addresses: addresses or networks that get nothing.
    """

    largest_body: Positive = 4 << 20
    connections: Positive = 500
    connections_per_address: Positive = 50
    head_s: Seconds = 10.0
    body_s: Seconds = 20.0
    remember_player_s: Seconds = 600.0
    keep_notes_days: Positive = 30
    player_per_minute: Natural = 120
    guest_per_minute: Natural = 60
    address_per_minute: Natural = 600
    game_per_minute: Natural = 60_000
    tickets_per_hour: Natural = 60
    blocked_addresses: tuple[str, ...] = ()


class Settings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file.

    Attributes:
        gamejolt, itchio, forge: the services; None where one is not relayed.
        limits: see `LimitSettings`.
        listen: address and port.
        database: a file, or ``postgresql://...``.
        wait_for_disk: whether the file waits at each write until it would survive a power cut.
        secret_file: where the relay's own secret is, unless ``RELAY_SECRET`` holds it.
        origins: web pages that may talk to it, such as ``"https://me.itch.io"``.
        proxies: addresses whose ``X-Forwarded-For`` is believed.
        operators: addresses that may read the metrics and open the maker's page.
    """

    gamejolt: GameJoltSettings | None = None
    itchio: ItchioSettings | None = None
    forge: ForgeSettings | None = None
    limits: LimitSettings = LimitSettings()
    listen: str = "127.0.0.1:8787"
    database: str = "relay.sqlite3"
    wait_for_disk: bool = False
    secret_file: str = SECRET_FILE
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    operators: tuple[str, ...] = ("127.0.0.1", "::1")


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """What must show nowhere.

    Attributes:
        secret: the relay's own; the same in all its processes.
        database: the address of the database.
        gamejolt: the game's private key, or None.
        itchio: the seller's key, or None.
        forge: the ingestion key, or None.
    """

    secret: Secret
    database: Secret
    gamejolt: Secret | None = None
    itchio: Secret | None = None
    forge: Secret | None = None


def read(path: Path) -> Settings:
    """Read and check the file.

    Raises:
        ConfigurationError: it cannot be read, or something in it cannot be right; the text says what and where.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: {_NO_SUCH_FILE}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error}); it must be a text file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}; correct that line") from None
    try:
        settings = msgspec.convert(told, Settings)
    except msgspec.ValidationError as error:
        problem = next(mistakes(told, Settings), str(error))
        raise ConfigurationError(f"{path}: {problem}") from None
    _check(settings, path)
    return settings


def _check(settings: Settings, path: Path) -> None:
    services = [one for one in (settings.gamejolt, settings.itchio, settings.forge) if one is not None]
    if not services:
        raise ConfigurationError(f"{path}: there is no service to relay; write [gamejolt] with game_id = 123")
    for service in services:
        _check_upstream(service.base_url, path)
    if settings.gamejolt is not None:
        known = (*USUAL_ENDPOINTS, "trophies/remove-achieved")
        _check_endpoints("gamejolt", settings.gamejolt.endpoints, known, path)
        for number, rules in settings.gamejolt.tables.items():
            try:
                rules.text.format(sort=1)
            except (LookupError, ValueError, AttributeError):
                problem = f"text in [gamejolt.tables.{number}] is {rules.text!r}; write it as '{{sort}} points'"
                raise ConfigurationError(f"{path}: {problem}") from None
    if settings.forge is not None:
        _check_endpoints("forge", settings.forge.endpoints, FORGE_ENDPOINTS, path)
    for one in settings.limits.blocked_addresses:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            problem = f"blocked_addresses holds {one!r}; write an address, or a network such as '203.0.113.0/24'"
            raise ConfigurationError(f"{path}: {problem}") from None
    if urlsplit(settings.database).password:
        raise ConfigurationError(
            f"{path}: database holds a password; put the whole address into the environment variable RELAY_DATABASE"
        )
    address(settings.listen, path)


def _check_endpoints(table: str, named: tuple[str, ...], known: tuple[str, ...], path: Path) -> None:
    strange = set(named) - set(known)
    if strange:
        raise ConfigurationError(f"{path}: endpoints in [{table}] names {min(strange)!r}; there are {', '.join(known)}")


def _check_upstream(url: str, path: Path) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not (parts.scheme == "https" or plain) or port == 0 or parts.query or parts.username or not parts.hostname:
        raise ConfigurationError(f"{path}: base_url is {url!r}; write an https address, or http of this machine")


def address(listen: str, path: Path) -> tuple[str, int]:
    """The host and the port of ``listen``. Raises `ConfigurationError` when it is no such thing."""
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise ConfigurationError(f"{path}: listen is {listen!r}; write an address and a port such as '127.0.0.1:8787'")
    return host.strip("[]"), int(port)


def keys(settings: Settings, folder: Path, environment: Mapping[str, str] = os.environ) -> Keys:
    """Find the keys. Paths in the toml are relative to `folder`.

    Raises:
        ConfigurationError: one is missing, or its file cannot be read.
    """
    secret = _key("RELAY_SECRET", settings.secret_file, "secret_file", folder, environment)
    if len(secret.reveal()) < SHORTEST_SECRET:
        raise ConfigurationError(f"the relay's secret is too short; make it {SHORTEST_SECRET} characters or more")
    gamejolt = itchio = forge = None
    if settings.gamejolt is not None:
        file = settings.gamejolt.private_key_file
        gamejolt = _key("RELAY_GAMEJOLT_KEY", file, "private_key_file in [gamejolt]", folder, environment)
    if settings.itchio is not None:
        file = settings.itchio.api_key_file
        itchio = _key("RELAY_ITCHIO_KEY", file, "api_key_file in [itchio]", folder, environment)
    if settings.forge is not None:
        file = settings.forge.api_key_file
        forge = _key("RELAY_FORGE_KEY", file, "api_key_file in [forge]", folder, environment)
    database = database_of(settings, folder, environment)
    return Keys(secret=secret, database=database, gamejolt=gamejolt, itchio=itchio, forge=forge)


def database_of(settings: Settings, folder: Path, environment: Mapping[str, str] = os.environ) -> Secret:
    """The address of the database. Paths in the toml are relative to `folder`."""
    database = environment.get("RELAY_DATABASE") or settings.database
    return Secret(database if "://" in database else f"sqlite:///{(folder / database).resolve()}")


def _key(variable: str, file: str, key: str, folder: Path, environment: Mapping[str, str]) -> Secret:
    found = Secret(environment.get(variable, "").strip())
    if not found and file:
        try:
            found = Secret((folder / file).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ConfigurationError(f"{folder / file} cannot be read ({reason}); or set {variable}") from None
    if not found:
        raise ConfigurationError(f"a key is missing: set the environment variable {variable}, or name a file as {key}")
    return found
