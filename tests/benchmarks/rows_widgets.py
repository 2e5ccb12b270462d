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
    target=0.5,
    judged="ours/peer",
    unit="us",
    what="median overlay.update(dt) with nothing to do / the update of pygame_gui's manager without elements",
)
def idle_update(bench: Bench) -> Iterator[Measured]:
    """With a real manager, after something was shown; each in a child of its own, in turn."""
    for name, python, env in (*_pygames(bench), ("arcade", _environment(bench, "arcade>=3.3"), HEADLESS)):
        with _child(python, env) as us, _child(_gui(bench), SILENT) as them:
            us.ask("idle_begin", engine=name)
            them.ask("idle_begin", engine="pygame_gui")
            figures: dict[str, list[float]] = {"ours": [], "peer": []}
            for _ in range(bench.rounds(36, 9)):
                figures["ours"].append(us.ask("idle_round", samples=bench.rounds(40, 20)))
                figures["peer"].append(them.ask("idle_round", samples=bench.rounds(40, 20)))
            us.ask("idle_end")
        yield Measured(**figures, peer_name="pygame_gui", variant=name)


@row(
    "toast",
    target=1.1,
    judged="ours/peer",
    unit="us",
    what="overlay draw of one fading toast / raw blit of an equal surface at the same alpha",
)
def toast(bench: Bench) -> Iterator[Measured]:
    """While it fades in."""
    for name, python, env in _pygames(bench):
        figures = _turns(bench, "toast", python, env)
        yield Measured(ours=figures["ours"], peer=figures["peer"], peer_name="raw blit", variant=name)


@row(
    "board_vs_blit",
    target=1.15,
    judged="ours/peer",
    unit="us",
    what="20-row leaderboard idle, update and draw / raw blit of its panel",
)
def board_vs_blit(bench: Bench) -> Iterator[Measured]:
    """With the focus on a row."""
    for name, python, env in _pygames(bench):
        figures = _turns(bench, "board_vs_blit", python, env)
        yield Measured(ours=figures["ours"], peer=figures["peer"], peer_name="raw blit", variant=name)


@row(
    "board_vs_pygame_gui",
    target=0.4,
    judged="ours/peer",
    unit="us",
    what="20-row leaderboard idle / pygame_gui's equal panel, update and draw",
)
def board_vs_pygame_gui(bench: Bench) -> Measured:
    """On pygame-ce, which pygame_gui needs."""
    figures = _turns(bench, "board_vs_pygame_gui", _gui(bench), SILENT)
    return Measured(ours=figures["ours"], peer=figures["peer"], peer_name="pygame_gui", variant="pygame-ce")


@row(
    "board_vs_arcade_gui",
    target=0.04,
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
    target=0.1,
    judged="ours/peer",
    unit="ms",
    what="worst frame (update and draw) while all rows of the leaderboard change / pygame_gui's equal panel doing so",
)
def board_refresh(bench: Bench) -> Iterator[Measured]:
    """Each sample is the worst of 40 frames."""
    for name, python, env in _pygames(bench):
        ours, wall, peer = [], [], []
        with _child(python, env) as us, _child(_gui(bench), SILENT) as them:
            for _ in range(bench.rounds(6, 1)):
                figures = us.ask("board_refresh", rounds=bench.rounds(5, 3))
                ours += _ms(figures["own"])
                wall += _ms(figures["wall"])
                peer += _ms(them.ask("kit_refresh", rounds=bench.rounds(5, 3))["own"])
        note = f"with what the machine gave to others meanwhile: {statistics.median(wall):.2f} ms"
        yield Measured(ours=ours, peer=peer, peer_name="pygame_gui", variant=name, note=note)


@row(
    "first_show",
    target=0.05,
    judged="ours/peer",
    unit="ms",
    what="worst frame (update and draw) while a widget shows for the first time / pygame_gui's panel with a"
    " leaderboard's labels doing so",
)
def first_show(bench: Bench) -> Iterator[Measured]:
    """Each round in a manager and a window of its own."""
    for name, python, env in _pygames(bench):
        worst: dict[str, list[float]] = {}
        peer: list[float] = []
        with _child(python, env) as us, _child(_gui(bench), SILENT) as them:
            for _ in range(bench.rounds(8, 2)):
                for widget, figures in us.ask("first_show", rounds=1).items():
                    worst.setdefault(widget, []).extend(_ms(figures))
                peer += _ms(them.ask("kit_show", rounds=1))
        for widget, figures in worst.items():
            yield Measured(ours=figures, peer=peer, peer_name="pygame_gui", variant=f"{name}, {widget}")


def _turns(bench: Bench, function: str, python: Path, env: dict[str, str]) -> dict[str, Any]:
    with _child(python, env) as child:
        figures: dict[str, Any] = child.ask(function, rounds=bench.rounds(36, 9), samples=bench.rounds(100, 20))
    return figures


def _child(python: Path, env: dict[str, str]) -> Child:
    return Child("widgets_side", python=python, env=env)


def _ms(figures: list[float]) -> list[float]:
    return [each / 1e3 for each in figures]


def _pygames(bench: Bench) -> list[tuple[str, Path, dict[str, str]]]:
    """pygame and pygame-ce, which cannot be in one environment."""
    return [(name, _environment(bench, f"{name}>=2.5"), SILENT) for name in ("pygame", "pygame-ce")]


def _gui(bench: Bench) -> Path:
    """An environment of its own, since pygame_gui needs pygame-ce."""
    return _environment(bench, "pygame_gui==0.6.14")


def _environment(bench: Bench, requirement: str) -> Path:
    name = requirement.partition("=")[0].rstrip(">")
    return environment(bench.venvs, name, [requirement])
