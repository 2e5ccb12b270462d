"""What people see who wait: rates and seconds on a terminal, and nothing of it anywhere else."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from pygame_gameservices.cli import progress
from pygame_gameservices.cli.progress import bar, rate


@pytest.mark.parametrize(
    ("count", "seconds", "said"),
    [(0, 5.0, ""), (7, 0.5, ""), (6, 20.0, "0.3 makers/s"), (25, 2.0, "12 makers/s"), (5_000, 2.0, "2,500 makers/s")],
)
def test_a_rate_is_told_once_it_can_be(count: int, seconds: float, said: str) -> None:
    assert rate(count, seconds, "makers") == said


def test_a_bar_shows_how_far_how_quick_and_how_long() -> None:
    now = [0.0]
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=120, get_time=lambda: now[0], color_system=None)
    with bar("makers", console=console) as progress_bar:
        task = progress_bar.add_task("asking", total=40, rated=0)
        now[0] = 4.0
        progress_bar.update(task, completed=20, rated=20)
        progress_bar.refresh()
    for words in ("20/40", "5.0 makers/s", "0:00:04", "asking"):
        assert words in shown.getvalue()


def test_nothing_of_it_gets_into_a_file() -> None:
    shown = io.StringIO()
    with bar("makers", console=Console(file=shown, force_terminal=False)) as progress_bar:
        progress_bar.add_task("asking", total=40, rated=0)
    assert shown.getvalue() == ""


def test_seconds_are_counted_once_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    now, said = [0.0], []
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])

    class Status:
        def update(self, words: str) -> None:
            said.append(words)

    spinner = progress.Waiting(Status(), "Asking Forge")  # type: ignore[arg-type]
    spinner.tell()
    now[0] = 3.2
    spinner.tell("(next request in 2 s)")
    assert said == ["Asking Forge", "Asking Forge (next request in 2 s) 3 s"]
