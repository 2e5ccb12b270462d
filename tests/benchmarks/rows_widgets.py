"""Rows about the widgets: what they cost a frame, beside raw blits and the engines' own kits."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.peers import Child, environment
from tests.benchmarks.row import Bench, Measured, row

SILENT = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
HEADLESS = {"ARCADE_HEADLESS": "True"}


@row(
    "idle_update",
    target=5,
    judged="ours",
    unit="us",
    what="median overlay.update(dt) with nothing to do",
)
def idle_update(bench: Bench) -> Iterator[Measured]:
    """With a real manager, after something was shown."""
    for name, python in _pygames(bench):
        figures = _turns(bench, "idle_update", python, SILENT)
        yield Measured(ours=figures["ours"], peer=figures["peer"], peer_name="an empty function", variant=name)


@row(
    "toast",
    target=1.5,
    judged="ours/peer",
    unit="us",
    what="overlay draw of one fading toast / raw blit of an equal surface at the same alpha",
)
def toast(bench: Bench) -> Iterator[Measured]:
    """While it fades in."""
    for name, python in _pygames(bench):
        figures = _turns(bench, "toast", python, SILENT)
        yield Measured(ours=figures["ours"], peer=figures["peer"], peer_name="raw blit", variant=name)


@row(
    "board_vs_blit",
    target=1.3,
    judged="ours/peer",
    unit="us",
    what="20-row leaderboard idle, update and draw / raw blit of its panel",
)
def board_vs_blit(bench: Bench) -> Iterator[Measured]:
    """With the focus on a row."""
    for name, python in _pygames(bench):
        figures = _turns(bench, "board_vs_blit", python, SILENT)
        yield Measured(ours=figures["ours"], peer=figures["peer"], peer_name="raw blit", variant=name)


@row(
    "board_vs_pygame_gui",
    target=0.5,
    judged="ours/peer",
    unit="us",
    what="20-row leaderboard idle / pygame_gui's equal panel, update and draw",
)
def board_vs_pygame_gui(bench: Bench) -> Measured:
    """In an environment of its own, since pygame_gui needs pygame-ce."""
    figures = _turns(bench, "board_vs_pygame_gui", _environment(bench, "pygame_gui==0.6.14"), SILENT)
    return Measured(ours=figures["ours"], peer=figures["peer"], peer_name="pygame_gui", variant="pygame-ce")


@row(
    "board_vs_arcade_gui",
    target=0.1,
    judged="ours/peer",
    unit="us",
    what="20-row leaderboard idle / arcade.gui's equal grid, the processor's side of update and draw",
)
def board_vs_arcade_gui(bench: Bench) -> Measured:
    """Headless; what the graphics card does is waited for outside of the measurement."""
    figures = _turns(bench, "board_vs_arcade_gui", _environment(bench, "arcade>=3.3"), HEADLESS)
    return Measured(ours=figures["ours"], peer=figures["peer"], peer_name="arcade.gui", variant="arcade")


@row(
    "board_refresh",
    target=2,
    judged="ours",
    unit="ms",
    what="worst frame (update and draw) while all rows of the leaderboard change",
)
def board_refresh(bench: Bench) -> Iterator[Measured]:
    """Each sample is the worst of 40 frames; beside it, the worst of 40 in which nothing happens."""
    for name, python in _pygames(bench):
        with Child("widgets_side", python=python, env=SILENT) as child:
            figures = child.ask("board_refresh", rounds=bench.rounds(30, 3))
        ours, peer, wall = ([each / 1e3 for each in figures[side]] for side in ("ours", "peer", "wall"))
        note = f"with what the machine gave to others meanwhile: {statistics.median(wall):.2f} ms"
        yield Measured(ours=ours, peer=peer, peer_name="the board at rest", variant=name, note=note)


@row(
    "first_show",
    target=5,
    judged="ours",
    unit="ms",
    what="worst frame (update and draw) while a widget shows for the first time",
)
def first_show(bench: Bench) -> Iterator[Measured]:
    """Each round in a manager and a window of its own."""
    for name, python in _pygames(bench):
        with Child("widgets_side", python=python, env=SILENT) as child:
            worst: dict[str, list[float]] = child.ask("first_show", rounds=bench.rounds(8, 1))
        for widget, figures in worst.items():
            yield Measured(ours=[each / 1e3 for each in figures], variant=f"{name}, {widget}")


def _turns(bench: Bench, function: str, python: Path | None, env: dict[str, str]) -> dict[str, Any]:
    with Child("widgets_side", python=python, env=env) as child:
        figures: dict[str, Any] = child.ask(function, rounds=bench.rounds(9, 3), samples=bench.rounds(400, 40))
    return figures


def _pygames(bench: Bench) -> list[tuple[str, Path]]:
    """pygame and pygame-ce, which cannot be in one environment."""
    return [(name, _environment(bench, f"{name}>=2.5")) for name in ("pygame", "pygame-ce")]


def _environment(bench: Bench, requirement: str) -> Path:
    name = requirement.partition("=")[0].rstrip(">")
    return environment(bench.venvs, name, [requirement])
