"""``gameservices outbox``: what waits to be delivered, and what was set aside. Safe beside a running game."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
import msgspec
from platformdirs import user_data_path

from pygame_gameservices.cli.group import Group, examples, json_option
from pygame_gameservices.cli.output import Rows, clean_json, counted, echo_json, reported
from pygame_gameservices.core.config import Config
from pygame_gameservices.core.outbox.salvage import Found, is_damage, read
from pygame_gameservices.core.outbox.store import ASIDE, STATES, UNKNOWN, UNREADABLE, Entry, NewerFile, OutboxFile
from pygame_gameservices.core.storage.live_processes import Instance, anyone_running
from pygame_gameservices.errors import ConfigurationError, GameServicesError, UsageError

FILE_NAME = "outbox.sqlite3"
SHOWN = 200
"""Entries that a table shows at most."""
NUMBER = click.IntRange(1, 2**63 - 1)

Command = Callable[..., Any]


@click.group(cls=Group)
def outbox() -> None:
    """Look after the calls that a game keeps on disk until they are delivered.

    Waiting ones go out by themselves when the game runs. Those set aside as "unknown" may have been applied, and the
    service cannot be asked; those "rejected" were refused by the service; "unreadable" ones are damaged and cannot be
    sent. All of these stay until you decide.
    """


def _place(command: Command) -> Command:
    """The options that say which outbox is meant."""
    folder = click.option("--folder", type=click.Path(path_type=Path), help="Folder of the outbox.")
    app = click.option("--app", metavar="NAME", help="Name of the game; default: app in gameservices.toml.")
    return app(folder(command))


@outbox.command(
    "list",
    epilog=examples(
        "gameservices outbox list --app asteroids", "gameservices outbox list --app asteroids --state unknown"
    ),
)
@_place
@click.option("--state", type=click.Choice(STATES), help="Only entries in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: all entries, with their arguments.")
def list_(app: str | None, folder: Path | None, state: str | None, as_json: bool) -> None:
    """List what is in the outbox, oldest first."""
    with reported("outbox list"), _readable(app, folder) as found:
        entries = [entry for entry in found.as_entries() if state in (None, entry.state)]
        if as_json:
            echo_json([_described(entry) for entry in entries])
        else:
            _print_table(entries)


@outbox.command(epilog=examples("gameservices outbox show 12 --app asteroids"))
@click.argument("number", type=NUMBER)
@_place
@json_option
def show(number: int, app: str | None, folder: Path | None, as_json: bool) -> None:
    """Show one entry with all its arguments."""
    with reported("outbox show"), _readable(app, folder, whole=False) as found:
        (entry,) = _among(found.as_entries(), (number,))
    if as_json:
        echo_json(_described(entry))
        return
    table = Rows()
    for name, value in _described(entry).items():
        if name == "arguments":
            for key, argument in value.items():
                table.add(f"  {key}", argument if len(argument) <= 500 else f"{argument[:500]}...")
        else:
            table.add(name, "" if value is None else value)
    table.show()


@outbox.command(epilog=examples("gameservices outbox retry 12 13 --app asteroids"))
@click.argument("numbers", type=NUMBER, nargs=-1, required=True)
@_place
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def retry(numbers: tuple[int, ...], app: str | None, folder: Path | None, yes: bool, as_json: bool) -> None:
    """Send entries again that were set aside. An unknown one may then count twice.

    A game that is running takes them within half a minute, else the next start does.
    """
    with reported("outbox retry"), _opened(app, folder) as file:
        entries = _chosen(file, numbers)
        for entry in entries:
            if entry.state == UNREADABLE:
                raise UsageError(
                    f"entry {entry.id} cannot be read, so it cannot be sent;"
                    " export has it as it stands, discard deletes it"
                )
            if entry.state not in ASIDE:
                raise UsageError(f"entry {entry.id} is {entry.state}: it goes out by itself when the game runs")
        unknown = sum(entry.state == UNKNOWN for entry in entries)
        if unknown and not yes:
            _confirm(
                f"{counted(unknown, 'call')} may have been applied already and would then count twice. Send again?"
            )
        assert file is not None
        heir = Instance(file.path.parent / "running")
        _change(file, lambda: file.wait_again(heir.name, numbers))
        heir.forget()  # its lock stays behind, so a running game takes it for one that died, and takes over
    verb = "waits" if len(entries) == 1 else "wait"
    if as_json:
        echo_json({"waiting_again": [entry.id for entry in entries]})
        return
    click.echo(f"{_entries(entries)} {verb} to be sent again")


@outbox.command(epilog=examples("gameservices outbox discard 12 --app asteroids"))
@click.argument("numbers", type=NUMBER, nargs=-1, required=True)
@_place
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def discard(numbers: tuple[int, ...], app: str | None, folder: Path | None, yes: bool, as_json: bool) -> None:
    """Delete entries for good, undelivered."""
    with reported("outbox discard"), _opened(app, folder) as file:
        entries = _chosen(file, numbers)
        assert file is not None
        active = [entry for entry in entries if entry.state not in ASIDE]
        if active and anyone_running(file.path.parent / "running"):
            raise GameServicesError(
                f"entry {active[0].id} is {active[0].state} and the game is running; close it first"
            )
        if not yes:
            _confirm(f"Delete {_entries(entries)} for good?")
        _change(file, lambda: file.remove(numbers))
    if as_json:
        echo_json({"deleted": [entry.id for entry in entries]})
        return
    click.echo(f"{_entries(entries)} deleted")


@outbox.command(
    epilog=examples(
        "gameservices outbox export waiting.jsonl --app asteroids",
        "gameservices outbox export --app asteroids | jq .call",
    )
)
@click.argument("target", metavar="FILE", default="-")
@_place
def export(target: str, app: str | None, folder: Path | None) -> None:
    """Write all entries to FILE (or the standard output) as JSON lines. No token is among them.

    Of a damaged outbox it writes what can be read, says what is lost, and exits with status 1.
    """
    with reported("outbox export"), _readable(app, folder) as found:
        entries = found.as_entries()
        lines = "".join(clean_json(msgspec.json.encode(_described(entry))) + "\n" for entry in entries).encode()
        if target == "-":
            sys.stdout.buffer.write(lines)
            sys.stdout.buffer.flush()
        else:
            try:
                Path(target).write_bytes(lines)
            except OSError as error:
                raise UsageError(f"{target} cannot be written ({error.strerror}); check the path") from None
            click.echo(f"{_entries(entries)} in {target}", err=True)


def _path(app: str | None, folder: Path | None) -> Path | None:
    """Where the outbox is, or None when there is none yet. Nothing is made."""
    if folder is None:
        folder = _folder_of(app) if app is not None else user_data_path(_app_here(), appauthor=False)
    elif not folder.is_dir():
        raise UsageError(f"--folder: {folder} is no folder; pass the one that holds {FILE_NAME}")
    path = folder / FILE_NAME
    if path.exists():
        return path
    click.echo(f"{path} is not there: nothing was ever kept", err=True)
    return None


@contextmanager
def _readable(app: str | None, folder: Path | None, *, whole: bool = True) -> Iterator[Found]:
    """What can be read of the outbox, which is left as it is. At the end it says what is lost, if `whole` matters."""
    path = _path(app, folder)
    if path is None:
        yield Found([], [], 0, 0, damaged=False)
        return
    try:
        found = read(path)
    except (NewerFile, sqlite3.Error, OSError) as error:
        raise GameServicesError(f"{path}: {error}") from None
    yield found
    if found.damaged and whole:
        lost = "nobody can tell how many cannot" if found.lost is None else f"up to {found.lost:,} cannot"
        raise GameServicesError(
            f"{path} is damaged: {len(found.entries):,} entries can be read, {lost};"
            " the game saves what can be read when it runs the next time"
        )


@contextmanager
def _opened(app: str | None, folder: Path | None) -> Iterator[OutboxFile | None]:
    """The outbox's file, to change it, or None when there is none yet. Nothing is made."""
    path = _path(app, folder)
    if path is None:
        yield None
        return
    try:
        file = OutboxFile(path)
        try:
            yield file
        finally:
            file.close()
    except (NewerFile, sqlite3.Error, OSError) as error:
        advice = "; run the game, which saves what can be read, or see gameservices outbox export"
        raise GameServicesError(f"{path}: {error}{advice if is_damage(error) else ''}") from None


def _app_here() -> str:
    """The name of the game in whose folder the command was given."""
    config = Config.load()
    try:
        return config.app
    except ConfigurationError as error:
        raise UsageError(f"which game? Name it with --app, or pass its --folder ({error})") from None


def _folder_of(app: str) -> Path:
    """The data folder of a game that was named: somebody who mistypes the name must not hear that all is well."""
    folder = user_data_path(app, appauthor=False)
    if folder.is_dir():
        return folder
    others = sorted(found.parent.name for found in folder.parent.glob(f"*/{FILE_NAME}"))
    alike = get_close_matches(app, others, 1)
    meant = f"did you mean {alike[0]}?" if alike else "the name is the one that the game passes to ServiceManager"
    raise UsageError(f"no game called {app} has kept anything on this machine; {meant}")


def _entries(entries: Sequence[Entry]) -> str:
    return counted(len(entries), "entry", "entries")


def _chosen(file: OutboxFile | None, numbers: Sequence[int]) -> list[Entry]:
    return _among([] if file is None else file.get(dict.fromkeys(numbers)), numbers)


def _among(those: Sequence[Entry], numbers: Sequence[int]) -> list[Entry]:
    entries = [entry for entry in those if entry.id in numbers]
    missing = set(numbers) - {entry.id for entry in entries}
    if missing:
        raise UsageError(f"there is no entry {min(missing)}; see gameservices outbox list")
    return entries


def _change(file: OutboxFile, change: Callable[[], object]) -> None:
    file.begin()
    change()
    file.commit()


def _confirm(question: str) -> None:
    if not click.confirm(question, err=True):
        raise GameServicesError("nothing was changed")


def _described(entry: Entry) -> dict[str, Any]:
    operation = entry.operation
    return {
        "id": entry.id,
        "state": entry.state,
        "service": operation.service,
        "call": operation.name,
        "player": operation.player,
        "created": _moment(entry.created_at),
        "attempted": _moment(entry.attempted_at),
        "reason": entry.reason,
        "bytes": entry.bytes,
        "arguments": operation.arguments,
    }


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")


def _print_table(entries: Sequence[Entry]) -> None:
    table = Rows("id", "state", "call", "player", "what", "since", "reason")
    for entry in entries[:SHOWN]:
        operation = entry.operation
        what = ", ".join(value[:30] for value in operation.arguments.values())
        since = datetime.fromtimestamp(entry.created_at).strftime("%Y-%m-%d %H:%M")
        call = f"{operation.service} {operation.name}"
        table.add(entry.id, entry.state, call, operation.player, what, since, entry.reason)
    if entries:
        table.show()
    if len(entries) > SHOWN:
        click.echo(f"... and {len(entries) - SHOWN:,} more; --json and export have them all")
    counts = {state: sum(entry.state == state for entry in entries) for state in STATES}
    click.echo(", ".join(f"{count:,} {state}" for state, count in counts.items() if count) or "nothing waits")
