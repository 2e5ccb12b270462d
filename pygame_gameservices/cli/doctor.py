"""``gameservices doctor``: checks what a game needs from this machine, and says what to do about what is wrong."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pygame_gameservices.cli.doctor_checks import (
    FAILED,
    FINE,
    NOTE,
    Finding,
    engines,
    folders,
    kept,
    libraries,
)
from pygame_gameservices.cli.doctor_services import others
from pygame_gameservices.cli.group import examples, json_option
from pygame_gameservices.cli.output import counted, echo_json, reported, wait_for
from pygame_gameservices.core.config import Config
from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.core.runners.threads import start_thread
from pygame_gameservices.core.storage.credential_store import CredentialStore
from pygame_gameservices.errors import CallError, ConfigurationError, NetworkError, ServiceUnavailable, TLSError
from pygame_gameservices.services.gamejolt.client import GameJolt
from pygame_gameservices.services.gamejolt.models import ServerTime
from pygame_gameservices.services.gamejolt.sign_in_sources import game_folders, search

CLOCK_S = 60.0
"""Seconds by which a clock may be wrong before it is worth a word."""
_AND = {False: " and accepted the key", True: ": the relay is there, holds the key, and Game Jolt behind it answers"}
"""What an answer tells besides, from Game Jolt itself and from a relay."""
STYLES = {FINE: "green", NOTE: "yellow", FAILED: "bold red"}


@click.command(epilog=examples("gameservices doctor", "gameservices doctor --app asteroids --offline"))
@click.option("--config", metavar="FILE", help="Default: gameservices.toml in this folder, if there is one.")
@click.option("--app", metavar="NAME", help="Name of the game; default: app in the configuration.")
@click.option("--offline", is_flag=True, help="Ask no service, and connect to none.")
@json_option
def doctor(config: str | None, app: str | None, offline: bool, as_json: bool) -> None:
    """Check configuration, credentials, clock, network, folders and versions, and say what to do.

    Exit status: 0 all is well (notes may remain), 1 something does not work, 2 wrong use.
    """
    with reported("doctor"):
        settings = Config.load(config)
        findings = list(_examine(settings, app, offline))
    if as_json:
        echo_json([msgspec.structs.asdict(finding) for finding in findings])
    else:
        _print(findings)
    sys.exit(1 if any(finding.state == FAILED for finding in findings) else 0)


def _examine(settings: Config, app: str | None, offline: bool) -> Iterator[Finding]:
    yield from libraries()
    yield from engines()
    if settings.path is None:
        yield Finding(
            "configuration",
            NOTE,
            "there is no gameservices.toml here",
            "pass --config, or have gameservices init write one",
        )
    else:
        yield Finding("configuration", FINE, str(settings.path))
    name = app
    if name is None:
        try:
            name = settings.app
        except ConfigurationError as error:
            yield Finding("app", NOTE, str(error), "its folders are not checked; pass --app to check them")
    if name is not None:
        yield from folders(name)
        yield from kept(name)
    yield from _gamejolt(settings, name, offline)
    yield from others(settings, offline)


def _gamejolt(settings: Config, app: str | None, offline: bool) -> Iterator[Finding]:
    section = settings.section("gamejolt")
    if "game_id" not in section and "private_key" not in section:
        yield Finding("gamejolt", NOTE, "is not configured", "add [gamejolt] with game_id and private_key to use it")
        return
    try:
        service = GameJolt.from_config(settings, presence=False)
    except ConfigurationError as error:
        yield Finding("gamejolt", FAILED, str(error), "correct it; the key is on the game's API page on Game Jolt")
        return
    behind = " through a relay" if service.once else ""
    yield Finding("gamejolt", FINE, f"game {service.game_id} at {service.base_url}{behind}")
    if offline:
        return
    with (
        tempfile.TemporaryDirectory(prefix="gameservices-") as folder,
        ServiceManager("gameservices doctor", folder=folder) as manager,
    ):
        gj = manager.add(service)
        yield from _reach(manager, gj)
        if app is not None:
            yield from _player(manager, gj, app)


def _reach(manager: ServiceManager, gj: GameJolt) -> Iterator[Finding]:
    asked = time.monotonic()
    try:
        clock: ServerTime = wait_for(manager, gj.time.fetch(), f"Asking {gj.host}")
    except TLSError as error:
        yield Finding("network", FAILED, error.message, "set this machine's clock; a proxy may also stand in between")
    except (NetworkError, ServiceUnavailable) as error:
        look = "is the relay up, and its address right?" if gj.once else "check the network and base_url"
        yield Finding("network", FAILED, error.message, f"{error.advice or look}; calls wait until it answers")
    except CallError as error:
        compare = "game_id with that in relay.toml" if gj.once else "game_id and private_key with the game's API page"
        yield Finding("key", FAILED, error.message, f"compare {compare}")
    else:
        took = time.monotonic() - asked
        yield Finding("network", FINE, f"{gj.host} answered in {took * 1000:.0f} ms{_AND[gj.once]}")
        wrong = time.time() - clock.timestamp
        if abs(wrong) > CLOCK_S + took:
            way = "ahead of" if wrong > 0 else "behind"
            yield Finding("clock", NOTE, f"this machine is {abs(wrong):.0f} s {way} the service", "set the clock")
        else:
            yield Finding("clock", FINE, f"within {max(1, round(abs(wrong)))} s of the service's")


def _player(manager: ServiceManager, gj: GameJolt, app: str) -> Iterator[Finding]:
    store = CredentialStore(app, folder=Path(_data_folder(app)))
    store.run_beside = start_thread
    found = search(store, f"{gj.name} {gj.game_id}", game_folders(), "", [])
    for problem in found.problems:
        yield Finding("player", NOTE, problem, "correct or remove it")
    if not found.candidates:
        yield Finding("player", NOTE, "nobody is remembered", "the game will ask for a name and a token")
        return
    candidate = found.candidates[0]
    try:
        wait_for(manager, gj.sign_in(candidate.username, candidate.token), "Signing in")
    except NetworkError as error:
        yield Finding("player", NOTE, error.message, "try again when the network is there")
    except CallError as error:
        yield Finding("player", FAILED, f"{candidate.username}: {error.message}", "sign in anew with the token of now")
    else:
        yield Finding("player", FINE, f"{candidate.username} can sign in")


def _data_folder(app: str) -> str:
    from platformdirs import user_data_dir

    return user_data_dir(app, appauthor=False)


def _print(findings: list[Finding]) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column()
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for finding in findings:
        said = Text(finding.said)
        if finding.advice:
            said.append(f"\n-> {finding.advice}", style="italic")
        table.add_row(Text(finding.state, style=STYLES[finding.state]), finding.check, said)
    console = Console(highlight=False)
    console.print(table)
    console.print()
    console.print(_verdict(findings))


def _verdict(findings: list[Finding]) -> Text:
    """The last line: what it all comes to."""
    failed = [finding.check for finding in findings if finding.state == FAILED]
    notes = [finding.check for finding in findings if finding.state == NOTE]
    if failed:
        verb = "does" if len(failed) == 1 else "do"
        return Text(f"{counted(len(failed), 'thing')} {verb} not work: {', '.join(failed)}.", STYLES[FAILED])
    worth = f" {counted(len(notes), 'note')}: {', '.join(notes)}." if notes else ""
    return Text(f"All is well.{worth}", STYLES[FINE])
