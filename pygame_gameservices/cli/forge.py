"""``gameservices forge``: bringing files of records to Forge."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from pygame_gameservices.cli.group import Group, examples, json_option
from pygame_gameservices.cli.output import Rows, counted, echo_json, reported, say, wait_for
from pygame_gameservices.cli.progress import bar
from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.errors import GameServicesError, UsageError
from pygame_gameservices.services.forge.client import LARGEST_BATCH, Forge
from pygame_gameservices.services.forge.models import ForgePlayer
from pygame_gameservices.services.forge.upload.journal import Header, Journal, Totals
from pygame_gameservices.services.forge.upload.rows import KINDS
from pygame_gameservices.services.forge.upload.source import FORMATS, Source
from pygame_gameservices.services.forge.upload.uploader import REQUESTS_PER_DAY, Stopped, Uploader


@click.group(cls=Group)
def forge() -> None:
    """Report playtime and achievements to Forge."""


@forge.command(
    epilog=examples(
        "gameservices forge upload playtime.csv --kind playtime",
        "gameservices forge upload unlocks.jsonl --kind achievement --batch 100 --wait",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the records are.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Form of the file; default: by its ending.")
@click.option("--batch", type=click.IntRange(1), help=f"Records per request; default: 1, {LARGEST_BATCH} achievements.")
@click.option(
    "--base-url", metavar="URL", help="Where the API is; default: Forge, or base_url in [forge] of the config."
)
@click.option("--config", metavar="FILE", help="May hold the key; default: gameservices.toml, if it is here.")
@click.option("--report", type=click.Path(path_type=Path), help="Where failed records go; default: FILE.report.csv.")
@click.option("--requests-per-day", type=click.IntRange(1), default=REQUESTS_PER_DAY, show_default=True)
@click.option("--wait", is_flag=True, help="Sleep until the next UTC day when the quota is used up.")
@click.option("--resend-unclear", is_flag=True, help="Send playtime again whose answer was lost; it may count twice.")
@click.option("--restart", is_flag=True, help="Forget how far an earlier upload came; what it sent may count twice.")
@click.option("--json", "as_json", is_flag=True, help="Print the totals as one line of JSON.")
def upload(
    file: Path,
    kind: str,
    form: str | None,
    batch: int | None,
    base_url: str | None,
    config: str | None,
    report: Path | None,
    requests_per_day: int,
    wait: bool,
    resend_unclear: bool,
    restart: bool,
    as_json: bool,
) -> None:
    """Upload the records in FILE: CSV with a header, JSON lines, or Parquet.

    Columns have the names of the API's fields: user_email, or wallet_address and blockchain; for playtime
    last_time_played and total_hours; for achievements achievement_title, achievement_description, unlocked and
    unlock_time. The API key is read from the environment variable FORGE_API_KEY or from api_key in [forge] of the
    config. How far it came is kept in FILE.upload: after any interruption the same command goes on there.
    """
    size = batch or (LARGEST_BATCH if kind == "achievement" else 1)
    try:
        own = {"base_url": base_url} if base_url else {}
        target = Forge.from_config(config, largest_batch=size, **own)
        source = Source(file, form)
        journal_path = file.with_name(f"{file.name}.upload")
        header = Header(file=file.name, fingerprint=source.fingerprint(), kind=kind, base_url=target.base_url)
        # The journal is all the memory there is: a folder of its own keeps the calls of games out of this.
        with (
            tempfile.TemporaryDirectory(prefix="gameservices-") as folder,
            ServiceManager("gameservices forge", workers=1, folder=folder) as services,
        ):
            services.add(target)
            journal = Journal(journal_path, header, restart=restart)
            uploader = Uploader(
                target,
                source,
                kind,
                journal,
                batch=size,
                resend_unclear=resend_unclear,
                wait=wait,
                requests_per_day=requests_per_day,
            )
            problem = _run(uploader, source, file.name)
    except (GameServicesError, OSError) as error:
        say(f"gameservices forge upload: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    journal.close()
    report_path = report or file.with_name(f"{file.name}.report.csv")
    lines = journal.write_report(report_path)
    _conclude(journal.totals, lines, report_path, problem, as_json)


@forge.command(
    epilog=examples(
        "gameservices forge points ada@example.com",
        "gameservices forge points --wallet 0x7adc9f... --blockchain base --json",
    )
)
@click.argument("email", required=False)
@click.option("--wallet", metavar="ADDRESS", default="", help="The player's wallet, in place of an e-mail address.")
@click.option("--blockchain", metavar="NAME", default="", help="The wallet's chain.")
@click.option("--game-name", metavar="NAME", help="The game's name on Forge; default: that of the key.")
@click.option("--base-url", metavar="URL", help="Where the API is; default: Forge, or base_url of the config.")
@click.option("--config", metavar="FILE", help="May hold the key; default: gameservices.toml, if it is here.")
@json_option
def points(
    email: str | None,
    wallet: str,
    blockchain: str,
    game_name: str | None,
    base_url: str | None,
    config: str | None,
    as_json: bool,
) -> None:
    """Show what the player with EMAIL has earned on Forge, and whom the player has brought along.

    Exit status: 0 done, 1 failed or Forge does not know the player, 2 wrong use.
    """
    with (
        reported("forge points"),
        tempfile.TemporaryDirectory(prefix="gameservices-") as folder,
        ServiceManager("gameservices forge", workers=1, folder=folder) as services,
    ):
        player = ForgePlayer(email or "", wallet, blockchain)
        target = services.add(Forge.from_config(config, player=player, **({"base_url": base_url} if base_url else {})))
        earned = wait_for(services, target.points(game_name=game_name), "Asking Forge")
        brought = wait_for(services, target.referrals(game_name=game_name), "Asking Forge")
    if as_json:
        echo_json({"points": earned, "referrals": brought})
    elif earned is not None:
        table = Rows()
        for name, value in (
            ("total", earned.total),
            ("for what was done", earned.action),
            ("for players brought along", earned.referral),
            ("bonus", earned.bonus),
        ):
            table.add(name, f"{value:,.10g}")
        if brought is not None:
            table.add("players brought along", f"{brought.first_level:,}, and {brought.second_level:,} by those")
        table.show()
    else:
        say("Forge does not know this player.", err=True)
    sys.exit(0 if earned is not None else 1)


def _run(uploader: Uploader, source: Source, name: str) -> str:
    """Upload under a progress bar. Returns why it stopped early, or nothing."""
    before: int | None = None  # what an earlier run had done, which says nothing about how quick this one is
    with bar("records", percent=True) as shown:
        task = shown.add_task(name, total=source.total, rated=0)

        def progress(position: int, totals: Totals) -> None:
            nonlocal before
            refused = totals.failed + totals.unmapped + totals.invalid
            done = totals.processed + refused
            before = done if before is None else before
            so_far = f"{name}: {totals.processed:,} taken, {refused:,} refused"
            shown.update(task, completed=position, total=source.total, rated=done - before, description=so_far)

        return _stopped_by(lambda: uploader.run(progress))


def _stopped_by(run: Callable[[], object]) -> str:
    try:
        run()
    except Stopped as stop:
        return str(stop)
    except KeyboardInterrupt:
        return "interrupted; the same command goes on where this one stopped"
    return ""


def _conclude(totals: Totals, lines: int, report: Path, problem: str, as_json: bool) -> None:
    summary = {name: value for name, value in msgspec.to_builtins(totals).items() if name not in ("open", "day")}
    if as_json:
        click.echo(json.dumps({**summary, "report": str(report), "stopped": problem}))
    else:
        _print_table(summary, lines, report, problem)
    sys.exit(1 if problem or lines else 0)


def _print_table(summary: dict[str, Any], lines: int, report: Path, problem: str) -> None:
    table = Rows()
    for name in ("requests", "processed", "failed", "unmapped", "invalid", "unclear"):
        table.add(name, f"{summary[name]:,}")
    table.show()
    if lines:
        say(f"What did not arrive for sure is in {report} ({counted(lines, 'line')}).")
    if problem:
        say(f"Stopped: {problem}")
