"""``gameservices relay``: the server of the game's maker that holds the keys."""

from __future__ import annotations

import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pygame_gameservices.cli.group import Group, examples, json_option
from pygame_gameservices.cli.output import Rows, echo_json, ourselves, pasted, reported, say
from pygame_gameservices.core.storage.private_file import write_private
from pygame_gameservices.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Row

    from pygame_gameservices.relay.database import Database

_SANDBOX_LINE = '# base_url = "http://127.0.0.1:8765/gamejolt/'
"""The beginning of the line of the template that has the relay stand before a sandbox."""
_OWN = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]", "::": "[::1]"}
"""What stands for all addresses of this machine, and how it is reached itself."""
_TRY_S = 2.0
"""Seconds in which a relay that is there takes a connection."""
_CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("relay.toml"),
    show_default=True,
    help="What it goes by; paths in it are relative to its folder.",
)


@click.group(
    cls=Group,
    epilog=examples("gameservices relay init", "RELAY_GAMEJOLT_KEY=KEY gameservices relay serve"),
)
def relay() -> None:
    """Run a relay: it holds the keys, checks what games send, signs it and passes it on."""


@relay.command(epilog=examples("gameservices relay init", "gameservices relay init --sandbox my-relay"))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--sandbox", is_flag=True, help="Stand before the sandbox of this machine, and not before Game Jolt.")
@json_option
def init(folder: Path, sandbox: bool, as_json: bool) -> None:
    """Write a relay.toml with comments, and a secret of the relay's own.

    FOLDER is made if it is not there; the default is this one. Files that are there are never overwritten.
    """
    with reported("relay init"):
        target, secret = folder / "relay.toml", folder / "relay.secret"
        for path in (target, secret):
            if path.exists():
                raise UsageError(f"{path} is there already, and is left as it is; name another folder, or move it")
        template = (files("pygame_gameservices.cli") / "templates" / "relay.toml").read_text(encoding="utf-8")
        if sandbox:
            template = template.replace(_SANDBOX_LINE, _SANDBOX_LINE.removeprefix("# "), 1)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_private(secret, secrets.token_urlsafe(48).encode())
            target.write_text(template, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{error.filename}: {error.strerror}; name another folder") from None
    steps = _next_steps(folder, "sandbox-private-key" if sandbox else "YOUR_GAMES_PRIVATE_KEY")
    if as_json:
        echo_json({"wrote": [str(target), str(secret)], "next": steps})
        return
    say(f"wrote {target}\nwrote {secret}, which only you may read\n")
    if sandbox:
        say(f"While `{ourselves()} sandbox` runs in another terminal:")
    else:
        say("Write your game's id into relay.toml, and its key into the lines below. To try it before a sandbox first,")
        say(f"take the # before base_url away in relay.toml (`{ourselves()} relay init --sandbox` does so).\n")
    for step in steps:
        say(f"  {step}")


def _next_steps(folder: Path, key: str) -> list[str]:
    """What to paste after `init`, line by line."""
    set_it = f"set RELAY_GAMEJOLT_KEY={key}" if sys.platform == "win32" else f"export RELAY_GAMEJOLT_KEY={key}"
    into = [] if folder == Path() else [f"cd {pasted(str(folder))}"]
    return [*into, set_it, f"{ourselves()} relay check", f"{ourselves()} relay serve"]


@relay.command(epilog=examples("gameservices relay serve", "gameservices relay serve --config server/relay.toml"))
@_CONFIG
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False), help="Serve https with this certificate.")
@click.option("--certificate-key", type=click.Path(exists=True, dir_okay=False), help="The certificate's key.")
def serve(config: Path, certificate: str | None, certificate_key: str | None) -> None:
    """Run the relay until it is told to stop (Ctrl-C, SIGTERM). Its log is JSON, on the standard error.

    Keys come from the environment (RELAY_GAMEJOLT_KEY, RELAY_SECRET, RELAY_DATABASE) or from files that relay.toml
    names.
    """
    with reported("relay serve"):
        try:
            from pygame_gameservices.relay.reports import log_to_stderr
            from pygame_gameservices.relay.server import serve as run
            from pygame_gameservices.relay.settings import keys, read
        except ImportError as error:
            _missing(error)
        if (certificate is None) != (certificate_key is None):
            raise UsageError("pass both --certificate and --certificate-key, or neither")
        settings = read(config)
        log_to_stderr()
        pair = (certificate, certificate_key) if certificate and certificate_key else None
        run(settings, keys(settings, config.resolve().parent), config, pair)


@relay.command(epilog=examples("gameservices relay check", "gameservices relay check --config server/relay.toml"))
@_CONFIG
@json_option
def check(config: Path, as_json: bool) -> None:
    """Try the configuration: the keys, the database, the service, the rules. Changes nothing at the service."""
    with reported("relay check"):
        try:
            from pygame_gameservices.relay.check import check as look
            from pygame_gameservices.relay.settings import keys, read
        except ImportError as error:
            _missing(error)
        settings, folder = read(config), config.resolve().parent
        findings = []
        for finding in look(settings, keys(settings, folder), folder):
            findings.append(finding)
            if not as_json:
                say(f"{'ok ' if finding.good else 'NO '} {finding.text}")
        if as_json:
            echo_json([finding._asdict() for finding in findings])
        if not all(finding.good for finding in findings):
            sys.exit(1)


@relay.command(epilog=examples("gameservices relay refused", "gameservices relay refused --last 200"))
@_CONFIG
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many are shown.")
@json_option
def refused(config: Path, last: int, as_json: bool) -> None:
    """Show which writes the rules have refused lately, and why.

    The id is shortened to the end that tells it from the others; so `gameservices relay release` takes it.
    """
    with reported("relay refused"), _opened(config) as database:
        from pygame_gameservices.relay.refusals import Refusals

        with database.transaction() as sql:
            rows, short = Refusals(database).all(sql, last), Refusals(database).short_ids(sql)
    if as_json:
        names = ("id", "at", "who", "endpoint", "times", "reason", "released")
        echo_json([{name: getattr(row, name) for name in names} for row in rows])
        return
    table = Rows("id", "when", "who", "call", "times", "why", "released")
    table.columns[0].no_wrap = table.columns[1].no_wrap = True  # an id is copied
    for row in rows:
        when = time.strftime("%m-%d %H:%M", time.localtime(row.at))
        who = row.who if row.player else row.who[: len("guest ") + 8]
        table.add(short[row.id], when, who, row.endpoint, row.times, row.reason, "yes" if row.released else "")
    if not rows:
        say("nothing was refused")
    else:
        table.show()
        say(f"\nTo let one through: {ourselves()} relay release {short[rows[-1].id]}", err=True)


@relay.command(epilog=examples("gameservices relay release 3f9c01", "gameservices relay release 3f9c01 a70be2"))
@_CONFIG
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@json_option
def release(config: Path, ids: tuple[str, ...], as_json: bool) -> None:
    """Let writes through that were refused, by their ids from `refused`, whole or as short as it shows them.

    A running relay then carries them out: those of guests within seconds, those of a player with the next call of the
    player's game, which may be its sign-in or the ping of its session.
    """
    with reported("relay release"), _opened(config) as database:
        from pygame_gameservices.relay.refusals import Refusals

        refusals = Refusals(database)
        with database.transaction() as sql:
            found = [_the_one(refusals.ending_with(sql, given), given) for given in ids]
            for row in found:
                if not refusals.release(sql, row.player, row.id):
                    raise UsageError(f"{row.id} was too large to be kept; it cannot be released. Nothing was")
    if as_json:
        echo_json({"released": len(found)})
    else:
        say(f"{len(found)} will be let through")


def _the_one(rows: list[Row[Any]], given: str) -> Row[Any]:
    """The write that is meant by an id, or by the end of one. Raises `UsageError` where that is not clear."""
    if len(rows) == 1:
        return rows[0]
    if not rows:
        raise UsageError(f"no write that was refused has an id that ends with {given!r}; see `refused`")
    if len({row.id for row in rows}) == 1:
        raise UsageError(f"{given} is an id of {len(rows)} players; release it on the maker's page (`link`)")
    raise UsageError(f"{len(rows)} ids end with {given!r}; write more of it, as `refused` shows it")


@relay.command(epilog=examples("gameservices relay link", "gameservices relay link --url https://relay.example"))
@_CONFIG
@click.option("--url", default="", help="How you reach the relay, if not at the address where it listens.")
@json_option
def link(config: Path, url: str, as_json: bool) -> None:
    """Print a link to the maker's page: live calls, rates, and what was refused. It works once, within ten minutes.

    Only addresses that operators in relay.toml names may open it, while the relay runs.
    """
    with reported("relay link"), _opened(config) as database:
        from pygame_gameservices.relay.doors import new_code
        from pygame_gameservices.relay.page import BASE
        from pygame_gameservices.relay.settings import read

        with database.transaction() as sql:
            code = new_code(sql, time.time())
        host, port = _own_address(read(config).listen)
        root = f"http://{host}:{port}"
        address, runs = f"{url.rstrip('/') or root}{BASE}/enter/{code}", _takes_connections(host, port)
    if as_json:
        echo_json({"link": address, "runs": runs})
        return
    say(address)
    say("It opens once, within ten minutes.", err=True)
    if not runs and not url:
        how = f"{ourselves()} relay serve" + (
            "" if config == Path("relay.toml") else f" --config {pasted(str(config))}"
        )
        say(f"Nothing listens at {root} yet; start the relay: {how}", err=True)


def _own_address(listen: str) -> tuple[str, str]:
    """The host and the port at which a relay is reached from its own machine: all addresses are none to go to."""
    host, _, port = listen.rpartition(":")
    return _OWN.get(host, host), port


def _takes_connections(host: str, port: str) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection((host.strip("[]"), int(port)), _TRY_S).close()
    except OSError:
        return False
    return True


@contextmanager
def _opened(config: Path) -> Iterator[Database]:
    """The database of the relay that `config` describes."""
    try:
        from pygame_gameservices.relay.database import Database
        from pygame_gameservices.relay.settings import database_of, read
    except ImportError as error:
        _missing(error)
    database = Database(database_of(read(config), config.resolve().parent))
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def _missing(error: ImportError) -> NoReturn:
    say(f'gameservices relay needs {error.name}: pip install "pygame_gameservices[relay]"', err=True)
    sys.exit(1)
