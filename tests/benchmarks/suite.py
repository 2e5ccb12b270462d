"""The suite: chooses rows, measures them one after another, and says what came of it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
from platformdirs import user_cache_path
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.benchmarks import (  # noqa: F401 - they register themselves, in the order of the table
    rows_calls,
    rows_frames,
    rows_outbox,
    rows_page,
    rows_relay,
    rows_sandbox,
    rows_start,
    rows_trading,
    rows_widgets,
)
from tests.benchmarks.machine import machine
from tests.benchmarks.markdown import SUMMARY, TABLE, keep, markdown, summary
from tests.benchmarks.peers import PeerError
from tests.benchmarks.plot import plot
from tests.benchmarks.row import ROWS, Bench, Measured, Result, Row
from tests.benchmarks.wording import figure, target, title, with_spread

ORDER = (
    "throughput",
    "throughput_vs_floor",
    "burst_vs_pool",
    "burst_vs_threads",
    "cpu_per_call",
    "rtt_call",
    "trading_call",
    "call_vs_requests",
    "call_vs_socket",
    "frame_p99",
    "late_frames",
    "call_site",
    "idle_update",
    "toast",
    "board_vs_blit",
    "board_vs_pygame_gui",
    "board_vs_arcade_gui",
    "board_refresh",
    "first_show",
    "import",
    "construct",
    "outbox_start",
    "outbox_drain",
    "big_reply",
    "growth",
    "page_update",
    "page_worst",
    "sandbox_growth",
    "relay_call",
    "relay_rate",
    "relay_growth",
)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", metavar="[NAME]...", nargs=-1, type=click.Choice(ORDER))
@click.option("--quick", is_flag=True, help="Measure less: all rows within two minutes, once the peers are installed.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here.")
@click.option("--plot", "plot_file", type=click.Path(dir_okay=False, path_type=Path), help="Draw them here, as PNG.")
@click.option(
    "--markdown",
    "markdown_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the table here, as Markdown; between its marks where the page has them.",
)
@click.option(
    "--summary",
    "summary_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a few sentences here, between the marks of that page.",
)
@click.option(
    "--venvs", type=click.Path(file_okay=False, path_type=Path), help="Where peers are installed; kept for next time."
)
def main(
    names: tuple[str, ...],
    quick: bool,
    json_file: Path | None,
    plot_file: Path | None,
    markdown_file: Path | None,
    summary_file: Path | None,
    venvs: Path | None,
) -> None:
    """Measure this package beside its peers and floors, all rows or those with a NAME, and print one table.

    Exit status 1 when a target is missed.
    """
    bench = Bench(quick=quick, venvs=venvs or user_cache_path("pygame_gameservices", appauthor=False) / "benchmarks")
    results: list[Result] = []
    for name in names or ORDER:
        results += _measure(ROWS[name], bench)
    if json_file is not None:
        json_file.write_text(json.dumps([result.as_json() for result in results], indent=1) + "\n")
    if plot_file is not None:
        plot([result for result in results if result.measured.ours], plot_file)
    if markdown_file is not None:
        keep(markdown_file, markdown(results, quick=quick), TABLE)
    if summary_file is not None:
        try:
            keep(summary_file, summary(results), SUMMARY)
        except LookupError as error:
            print(f"{summary_file} is left as it is: {error} was not measured", file=sys.stderr)
    _print(results)
    sys.exit(not all(result.holds for result in results))


def _measure(row: Row, bench: Bench) -> list[Result]:
    """Measure one row; one that cannot be measured says why and does not hold."""
    began = time.monotonic()
    print(f"{row.name} ...", end=" ", file=sys.stderr, flush=True)
    try:
        measured = row.function(bench)
        all_measured = [measured] if isinstance(measured, Measured) else list(measured)
    except PeerError as error:
        all_measured = [Measured(ours=[], note=f"could not be measured: {str(error).strip().splitlines()[-1]}")]
        print(error, file=sys.stderr)
    print(f"{time.monotonic() - began:.1f} s", file=sys.stderr)
    return [Result(row=row, measured=one) for one in all_measured]


def _print(results: list[Result]) -> None:
    table = Table(box=box.SIMPLE_HEAD, caption=f"{machine()}; medians", caption_justify="left")
    for column in ("name", "ours", "peer", "ratio", "target", "holds"):
        table.add_column(column, justify="right" if column == "ratio" else "left")
    for result in results:
        unit, measured = result.row.unit, result.measured
        peer = with_spread(result.peer, measured.peer, unit)
        table.add_row(
            Text(title(result)),
            with_spread(result.ours, measured.ours, unit),
            f"{peer}, {measured.peer_name}" if measured.peer else "",
            figure(result.ratio),
            target(result),
            Text("yes", "green") if result.holds else Text("NO", "bold red"),
        )
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    for result in results:
        if result.measured.note:
            console.print(f"{title(result)}: {result.measured.note}", highlight=False, markup=False)
