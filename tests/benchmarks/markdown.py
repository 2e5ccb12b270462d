"""The table as Markdown, for README."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.benchmarks.machine import machine
from tests.benchmarks.row import Result
from tests.benchmarks.wording import figure, signs, target, title, with_spread

COLUMNS = ("name", "what", "ours", "peer", "ratio", "target", "holds")


def markdown(results: Sequence[Result], *, quick: bool) -> str:
    """Say when and where it was measured, then a table with a line for each result, then what helps to read some."""
    middle = "medians" + ", with their middle half in brackets" + ("; a quick run" if quick else "")
    lines = [f"{machine()}; {middle}.", "", _line(COLUMNS), _line(["---"] * len(COLUMNS))]
    lines += map(_line, _cells(results))
    notes = [f"* `{title(result)}`: {result.measured.note}" for result in results if result.measured.note]
    if notes:
        lines += ["", *notes]
    return "\n".join(lines) + "\n"


def _cells(results: Sequence[Result]) -> Iterator[list[str]]:
    told = ""
    for result in results:
        row, measured = result.row, result.measured
        peer = f"{with_spread(result.peer, measured.peer, row.unit)}, {measured.peer_name}" if measured.peer else ""
        yield [
            f"`{title(result)}`",
            "" if row.name == told else row.what,
            with_spread(result.ours, measured.ours, row.unit),
            peer,
            figure(result.ratio),
            signs(target(result)),
            "yes" if result.holds else "**no**",
        ]
        told = row.name


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
