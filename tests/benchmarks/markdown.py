"""The figures as Markdown: the table for their page, and a few sentences for README."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.machine import machine
from tests.benchmarks.row import Result
from tests.benchmarks.wording import figure, signs, target, title, with_spread

COLUMNS = ("name", "what", "ours", "peer", "ratio", "target", "holds")

TABLE, SUMMARY = "figures", "speed"
"""Names of the marks between which a page is written anew."""


def keep(path: Path, text: str, mark: str) -> None:
    """Write `text` between the marks of a page, or as the whole file where there are none."""
    begin, end = f"<!-- {mark}: begin -->\n", f"<!-- {mark}: end -->\n"
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    if begin in page and end in page:
        text = page.partition(begin)[0] + begin + text.rstrip() + "\n" + end + page.partition(end)[2]
    path.write_text(text, encoding="utf-8")


def summary(results: Sequence[Result]) -> str:
    """A few sentences with the figures that people ask for first.

    Raises:
        LookupError: one of their rows was not measured.
    """
    by_title = {title(result): result for result in results}

    def ours(name: str) -> str:
        return figure(by_title[name].ours, by_title[name].row.unit)

    burst, late = by_title["throughput"], by_title["late_frames"]
    blocked, toast = figure(burst.peer, burst.row.unit), figure(by_title["toast [pygame]"].ratio)
    sentences = (
        f"500 Game Jolt calls issued in one frame take {ours('throughput')}; with `gamejoltapi` they take {blocked}.",
        f"A durable call costs the frame {ours('call_site')}, the overlay {ours('idle_update [pygame]')} while nothing",
        f"happens, and a fading toast {toast} times a blit of its size. In a minute of 100 calls a second",
        f"{figure(late.ours)} frames were late that would have been in time without the calls.",
    )
    return "\n".join(sentences) + "\n"


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
