"""``gameservices sandbox``: the sandbox in this process, until Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import textwrap
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.text import Text

from pygame_gameservices.cli.group import examples
from pygame_gameservices.cli.init import MAIN
from pygame_gameservices.cli.output import clean, python
from pygame_gameservices.cli.progress import waiting
from pygame_gameservices.cli.sandbox_facts import PASTED, addresses, for_a_game
from pygame_gameservices.core.config import SANDBOX_URL, SANDBOX_VARIABLE
from pygame_gameservices.errors import GameServicesError, UsageError
from pygame_gameservices.sandbox.child import missing_libraries
from pygame_gameservices.sandbox.cors_modes import cors_modes
from pygame_gameservices.sandbox.faults.kinds import KINDS
from pygame_gameservices.sandbox.faults.spec import fault_to_json, parse_fault
from pygame_gameservices.sandbox.options import Options
from pygame_gameservices.sandbox.seed import load

Tell = Callable[[dict[str, Any]], None]

LABEL = 13
"""Columns that a fact's label takes."""
INDENT = 4


@click.command(
    epilog=examples(
        "gameservices sandbox",
        "gameservices sandbox --open",
        "gameservices sandbox --fault latency:seconds=0.5",
        "gameservices sandbox --fault 'stall:seconds=30,path=/gamejolt/*,count=5' --database played.sqlite3",
    )
    + f"\n\nFaults: {', '.join(KINDS)}."
)
@click.option("--config", metavar="FILE", help="Seed; default: gameservices.toml in this folder, else built-in games.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on. Others can reach 0.0.0.0!")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port; 0 picks a free one. Default: that of url in [sandbox], else 8765.",
)
@click.option("--database", metavar="FILE", help="SQLite file to keep everything in; default: memory.")
@click.option("--admin-token", metavar="T", help="Token for the admin API; default: a random one.")
@click.option("--fault", "faults", metavar="SPEC", multiple=True, help="Fault to begin with: NAME[:KEY=VALUE,...].")
@click.option(
    "--cors",
    metavar="MODE",
    multiple=True,
    help="What pages of other origins may read: allow, simple (no preflight) or refuse, or PROTOCOL=MODE;"
    " default: as each service lets them.",
)
@click.option("--tls", is_flag=True, help="Serve https with a certificate made for the occasion.")
@click.option("--open", "open_console", is_flag=True, help="Open the console in the browser: every call as it arrives.")
@click.option("--all", "-v", "everything", is_flag=True, help="Print the addresses, ids and keys of all five services.")
@click.option("--json", "as_json", is_flag=True, help="Print address, ids and keys as one line of JSON.")
def sandbox(
    config: str | None,
    host: str,
    port: int | None,
    database: str | None,
    admin_token: str | None,
    faults: tuple[str, ...],
    cors: tuple[str, ...],
    tls: bool,
    open_console: bool,
    everything: bool,
    as_json: bool,
) -> None:
    """Run a local server that speaks the services' protocols.

    It answers as the real services do, keeps what it is told in a database, and commits faults on demand. No account
    and no network is needed. Ctrl-C ends it.
    """
    try:
        options = Options(
            config=config,
            database=database,
            host=host,
            port=_usual_port(config) if port is None else port,
            faults=tuple(fault_to_json(parse_fault(fault)) for fault in faults),
            cors=cors_modes(cors),
            tls=tls,
        )
        if admin_token:
            options = replace(options, admin_token=admin_token)
        tell = _teller(as_json, everything, open_console)
        # Where the loop has no signal handlers (Windows) there is a KeyboardInterrupt.
        with suppress(KeyboardInterrupt), ExitStack() as until_it_runs:
            # Thousands of players and scores take seconds. The spinner turns on a thread of its own.
            until_it_runs.enter_context(waiting("Filling the sandbox"))

            def ready(facts: dict[str, Any]) -> None:
                until_it_runs.close()
                tell(facts)

            asyncio.run(_serve(options, ready))
    except GameServicesError as error:
        click.echo(f"gameservices sandbox: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except ImportError as error:
        click.echo(f"gameservices sandbox: {missing_libraries(error)}", err=True)
        sys.exit(1)


async def _serve(options: Options, tell: Tell) -> None:
    from sqlalchemy.exc import DatabaseError

    from pygame_gameservices.sandbox.server import serve

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            break
    try:
        await serve(options, tell, stop)
    except DatabaseError as error:
        raise GameServicesError(f"{options.database} cannot be used as a database: {error.orig}") from None


def _usual_port(config: str | None) -> int:
    """Where games look for the sandbox that the configuration tells them to play against."""
    said = load(config).section("sandbox").text("url", "")
    try:
        return urlsplit(said or SANDBOX_URL).port or 0
    except ValueError:
        raise UsageError(f"url in [sandbox] is {said!r}; write an address such as {SANDBOX_URL}") from None


def _teller(as_json: bool, everything: bool, open_console: bool) -> Tell:
    """What is done with the facts once it runs."""

    def tell(facts: dict[str, Any]) -> None:
        if as_json:
            click.echo(json.dumps(facts))
        else:
            _greet(facts, everything)
        if open_console and not webbrowser.open(facts["console_url"]):
            click.echo("no browser could be opened; the console's address works in any on this machine", err=True)

    return tell


def _greet(facts: dict[str, Any], everything: bool) -> None:
    console = Console(highlight=False)
    console.print("[bold green]The sandbox is running.[/] Ctrl-C ends it.\n")
    console.print(Text.assemble(("play".ljust(LABEL), "bold"), _started_with(facts["url"])), soft_wrap=True)
    console.print(f"{'':{LABEL}}a game with from_config(); without the variable it is for real", style="dim")
    for label, text in addresses(facts) if everything else for_a_game(facts):
        if label in PASTED:
            console.print(Text.assemble((label.ljust(LABEL), "bold"), clean(text)), soft_wrap=True)
            continue
        for line in _row(label, clean(text), console.width):  # never broken inside a word: they are clicked and copied
            console.print(line, soft_wrap=True)
    rest = [("console, opens once", facts["console_url"])]
    if everything:
        rest += [("admin", f"{facts['admin_url']}/_sandbox/"), ("admin token", facts["admin_token"])]
    console.print()
    for label, text in rest:
        console.print(Text.assemble((f"{label}  ", "bold"), text), soft_wrap=True)
    if not everything:
        console.print("[dim]--all shows every service, player, table and trophy; --open opens the console by itself[/]")


def _started_with(url: str) -> str:
    """The one line to paste."""
    started = f"{python()} {MAIN if Path(MAIN).is_file() else 'your_game.py'}"
    if sys.platform == "win32":
        return f"set {SANDBOX_VARIABLE}={url}& {started}"
    return f"{SANDBOX_VARIABLE}={url} {started}"


def _row(label: str, text: str, width: int) -> Iterator[Text]:
    """The lines of a fact: beside its label, or below it where a single word would not fit."""
    words = textwrap.wrap(text, max(20, width - LABEL), break_long_words=False, break_on_hyphens=False) or [""]
    indent = LABEL
    if label and max(map(len, words)) > width - LABEL:
        yield Text(label, "bold")
        label, indent = "", INDENT
    for line in words:
        yield Text.assemble((label.ljust(indent), "bold"), line)
        label = ""
