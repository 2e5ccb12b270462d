"""Widgets and their peers in a child interpreter of some engine: what they cost a frame, in microseconds.

Ours and the peer's take turns within each round, on the same screen, or where they need other engines in one child and
another. Helper threads are real ones. It is the frame thread's processor time that counts: on a shared machine any call
takes longer now and then.
"""

from __future__ import annotations

import gc
import importlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import ModuleType
from typing import Any

from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.widgets.leaderboard.board import BoardPage, BoardRow, BoardTable, View
from tests.lateness import Cost, cost_of

SIZE = (1280, 720)
ROWS = 20
FRAME = 1 / 60
Figures = dict[str, list[float]]


class Board:
    """A leaderboard of twenty rows; each time it is asked, all of them are others."""

    service = "bench"
    views = (View.TOP,)

    def __init__(self) -> None:
        self.asked = 0

    def tables(self, deliver: Callable[[Any], object]) -> None:
        """One table."""
        deliver([BoardTable(1, "Endless")])

    def page(self, table: Any, view: View, start: int, count: int, deliver: Callable[[Any], object]) -> None:
        """All rows."""
        self.asked += 1
        first = self.asked * 1000
        deliver(BoardPage([BoardRow(f"Player {first + n}", f"{first * 7 - n:,}", n + 1) for n in range(ROWS)]))


def toast(rounds: int, samples: int) -> Figures:
    """One toast while it fades in / a raw blit of its picture at the same alpha."""
    with _pygame() as (pygame, screen, overlay):
        overlay.notify("Everything There Is", "Collect all trophies.", label="Trophy unlocked")
        while not overlay.overlay.pictures() or not 40 < overlay.overlay.pictures()[0].alpha < 215:
            overlay.update(0.01)
            time.sleep(0.001)
        (placed,) = overlay.overlay.pictures()
        raw = _surface(pygame, placed)
        raw.set_alpha(placed.alpha)
        return _turns(rounds, samples, lambda: overlay.draw(screen), lambda: screen.blit(raw, (placed.x, placed.y)))


def board_vs_blit(rounds: int, samples: int) -> Figures:
    """The leaderboard at rest, update and draw / a raw blit of its panel."""
    with _pygame() as (pygame, screen, overlay):
        placed = _board(overlay, lambda: overlay.draw(screen))
        raw = _surface(pygame, placed)
        return _turns(rounds, samples, lambda: _frame(overlay, screen), lambda: screen.blit(raw, (placed.x, placed.y)))


def board_vs_pygame_gui(rounds: int, samples: int) -> Figures:
    """The leaderboard at rest / pygame_gui's panel of that size with as many labels, update and draw."""
    with _pygame() as (_, screen, overlay):
        placed = _board(overlay, lambda: overlay.draw(screen))
        kit = Kit()
        kit.board(placed.picture.body)
        return _turns(rounds, samples, lambda: _frame(overlay, screen), lambda: kit.frame(screen))


def board_vs_arcade_gui(rounds: int, samples: int) -> Figures:
    """The leaderboard at rest / arcade.gui's grid with as many labels: the processor's side, update and draw."""
    with _arcade() as (arcade, window, overlay):
        _board(overlay, overlay.draw)
        manager = arcade.gui.UIManager(window)
        grid = arcade.gui.UIGridLayout(column_count=3, row_count=ROWS)
        for row in range(ROWS):
            for column, words in enumerate((f"{row + 1}", f"Player {row}", f"{1000 - row}")):
                grid.add(arcade.gui.UILabel(text=words, width=200, height=24), column=column, row=row)
        anchor = arcade.gui.UIAnchorLayout()
        anchor.add(grid)
        manager.add(anchor)

        def ours() -> None:
            overlay.update(FRAME)
            overlay.draw()

        def peer() -> None:
            manager.on_update(FRAME)
            manager.draw()

        def world() -> None:
            """The game's own part of a frame: where there is no graphics card, the first to draw pays for its start."""
            window.ctx.finish()
            window.clear()
            arcade.draw_lbwh_rectangle_filled(0, 0, 9, 9, arcade.color.RED)

        return _turns(rounds, samples, ours, peer, between=world)


def board_refresh(rounds: int) -> Figures:
    """The worst of 40 frames, update and draw, while all rows are replaced."""
    with _pygame() as (_, screen, overlay):
        source = Board()
        board = overlay.show_leaderboard(source, rows=ROWS)
        _play(60, lambda: _frame(overlay, screen))
        board.model._clock = iter(range(1 << 40, 1 << 50, 1000)).__next__
        figures: Figures = {"own": [], "wall": []}
        for _ in range(rounds):
            version = _base(overlay).picture.version
            costs = _changing(
                board.refresh,
                lambda: _frame(overlay, screen),
                lambda version=version: _base(overlay).picture.version > version,
            )
            _note(figures, costs)
        return figures


def kit_refresh(rounds: int) -> Figures:
    """The same of pygame_gui's panel, all of whose labels get another text."""
    pygame, screen = _screen()
    kit = Kit()
    labels = kit.board((667, 619))
    _play(60, lambda: kit.frame(screen))
    figures: Figures = {"own": [], "wall": []}
    for number in range(rounds):
        texts = [f"{number} of {place}" for place in range(len(labels))]
        change = partial(_rename, labels, texts)
        _note(figures, _changing(change, lambda: kit.frame(screen)))
    pygame.quit()
    return figures


def _rename(labels: list[Any], texts: list[str]) -> None:
    for label, text in zip(labels, texts, strict=True):
        label.set_text(text)


def first_show(rounds: int) -> dict[str, list[float]]:
    """The worst frame, update and draw, from asking for a widget until it is there; one figure a round."""
    from pygame_gameservices.widgets.login.login import Login
    from pygame_gameservices.widgets.trophies.trophies import Trophies
    from tests.benchmarks.widget_sources import NoAccounts, NoTrophies

    makers: dict[str, Callable[[Any], object]] = {
        "toast": lambda overlay: overlay.notify("Wave 3 begins"),
        "leaderboard": lambda overlay: overlay.show_leaderboard(Board(), rows=ROWS),
        "login": lambda overlay: overlay.show(Login(NoAccounts())),
        "trophies": lambda overlay: overlay.show(Trophies(NoTrophies())),
    }
    worst: dict[str, list[float]] = {name: [] for name in makers}
    for _ in range(rounds):
        for name, make in makers.items():
            with _pygame() as (_, screen, overlay):
                frames = _changing(partial(make, overlay), partial(_frame, overlay, screen), overlay.overlay.pictures)
                worst[name].append(_worst(frames)[0])
    return worst


def kit_show(rounds: int) -> list[float]:
    """The same of pygame_gui's panel with as many labels as the leaderboard has."""
    worst = []
    for _ in range(rounds):
        pygame, screen = _screen()
        kit = Kit()
        worst.append(_worst(_changing(lambda kit=kit: kit.board((667, 619)), partial(kit.frame, screen)))[0])
        pygame.quit()
    return worst


def idle_begin(engine: str) -> None:
    """Get ready for `idle_round`: show something, and wait until it has gone. `engine` is a game's, or pygame_gui."""
    global _idle
    if engine == "pygame_gui":
        _, screen = _screen()
        kit = Kit()
        kit.frame(screen)
        _idle = lambda: kit.manager.update(FRAME)  # noqa: E731
        return
    if engine == "arcade":
        _, _, overlay = _stays.enter_context(_arcade())
        overlay.enable()
        draw = overlay.draw
    else:
        _, screen, overlay = _stays.enter_context(_pygame())
        draw = partial(overlay.draw, screen)

    def frame() -> None:
        overlay.update(FRAME)
        draw()

    overlay.notify("Hello")
    _play(60, frame)
    overlay.toasts.clear()
    _play(60, frame)
    _idle = lambda: overlay.update(FRAME)  # noqa: E731


def idle_round(samples: int) -> float:
    """The median of updates with nothing to do, some at a time."""
    return statistics.median(_spent(_idle, samples, batch=50))


def idle_end() -> None:
    """Close what `idle_begin` opened."""
    _stays.close()


_idle: Callable[[], object] = lambda: None  # noqa: E731
_stays = ExitStack()


class Kit:
    """What pygame_gui shows in place of our leaderboard."""

    def __init__(self) -> None:
        import pygame
        import pygame_gui  # type: ignore[import-not-found]

        self._pygame, self._gui = pygame, pygame_gui
        self.manager = pygame_gui.UIManager(SIZE)

    def board(self, size: tuple[int, int]) -> list[Any]:
        """A panel of `size` with a label for each cell of the leaderboard's rows. Returns the labels."""
        rect, elements = self._pygame.Rect, self._gui.elements
        panel = elements.UIPanel(rect((306, 50), size), manager=self.manager)
        width, height = size[0] // 3 - 4, size[1] // ROWS - 2
        return [
            elements.UILabel(rect(column * width, row * height, width, height), words, self.manager, container=panel)
            for row in range(ROWS)
            for column, words in enumerate((f"{row + 1}", f"Player {row}", f"{1000 - row}"))
        ]

    def frame(self, screen: Any) -> None:
        """Update and draw."""
        self.manager.update(FRAME)
        self.manager.draw_ui(screen)


def _screen() -> tuple[Any, Any]:
    import pygame

    pygame.init()
    return pygame, pygame.display.set_mode(SIZE)


@contextmanager
def _pygame() -> Iterator[tuple[Any, Any, Any]]:
    from pygame_gameservices.engines.pygame_overlay import PygameOverlay

    pygame, screen = _screen()
    with tempfile.TemporaryDirectory() as folder, ServiceManager("bench", folder=folder) as services:
        yield pygame, screen, PygameOverlay(services)


@contextmanager
def _arcade() -> Iterator[tuple[Any, Any, Any]]:
    os.environ["ARCADE_HEADLESS"] = "True"
    import arcade

    _gui_without_pads(arcade)
    from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay

    window = arcade.Window(*SIZE, "bench")
    with tempfile.TemporaryDirectory() as folder, ServiceManager("bench", folder=folder) as services:
        yield arcade, window, ArcadeOverlay(services, window=window)


def _gui_without_pads(arcade: Any) -> None:
    """Import arcade.gui where there is no screen: it asks for pyglet's pads, which cannot be imported there."""
    pads = ModuleType("pyglet.input")
    pads.Controller = object  # type: ignore[attr-defined]
    sys.modules["pyglet.input"] = pads
    for name, base in (
        ("ControllerManager", object),
        ("ControllerView", arcade.View),
        ("ControllerWindow", arcade.Window),
    ):
        if not hasattr(arcade, name):
            setattr(arcade, name, type(name, (base,), {}))
    importlib.import_module("arcade.gui")


def _board(overlay: Any, draw: Callable[[], object]) -> Any:
    """Show the leaderboard and wait until it is at rest. Returns where its panel is."""
    overlay.show_leaderboard(Board(), rows=ROWS)

    def frame() -> None:
        overlay.update(FRAME)
        draw()

    _play(120, frame)
    return _base(overlay)


def _base(overlay: Any) -> Any:
    return max(overlay.overlay.pictures(), key=lambda placed: placed.picture.size[0] * placed.picture.size[1])


def _surface(pygame: Any, placed: Any) -> Any:
    return pygame.image.frombuffer(placed.picture.pixels, placed.picture.size, "RGBA").convert_alpha()


def _frame(overlay: Any, screen: Any) -> None:
    overlay.update(FRAME)
    overlay.draw(screen)


def _play(frames: int, frame: Callable[[], object]) -> list[Cost]:
    """Frames at 60 a second. Returns what each cost."""
    costs = []
    for _ in range(frames):
        began = time.perf_counter()
        costs.append(cost_of(frame))
        time.sleep(max(0.0, FRAME - (time.perf_counter() - began)))
    return costs


def _worst(costs: list[Cost]) -> tuple[float, float]:
    """The most that a frame cost by itself, and the longest that one took on this machine; microseconds."""
    return max(cost.own_s for cost in costs) * 1e6, max(cost.wall_s for cost in costs) * 1e6


def _changing(
    change: Callable[[], object], frame: Callable[[], object], there: Callable[[], object] = lambda: True
) -> list[Cost]:
    """40 frames, in the first of which `change` is called, and more until what it changes is ``there()``."""

    def first() -> None:
        change()
        frame()

    costs = [cost_of(first), *_play(40, frame)]
    while not there():
        assert len(costs) < 3000, "it comes within a minute"
        costs += _play(10, frame)
    return costs


def _note(figures: Figures, costs: list[Cost]) -> None:
    own, wall = _worst(costs)
    figures["own"].append(own)
    figures["wall"].append(wall)


def _turns(
    rounds: int,
    samples: int,
    ours: Callable[[], object],
    peer: Callable[[], object],
    between: Callable[[], object] = lambda: None,
) -> Figures:
    """Take medians of `samples` calls of each in turn; what is done `between` them is not measured."""
    figures: Figures = {"ours": [], "peer": []}
    gc.collect()
    for _ in range(rounds):
        for name, function in (("ours", ours), ("peer", peer)):
            figures[name].append(statistics.median(_spent(function, samples, between=between)))
    return figures


def _spent(
    function: Callable[[], object], samples: int, *, batch: int = 1, between: Callable[[], object] = lambda: None
) -> list[float]:
    """Microseconds of processor time that a call takes on this thread, `batch` calls at a time."""
    spent = []
    for _ in range(samples):
        between()
        began = time.thread_time()
        for _ in range(batch):
            function()
        spent.append((time.thread_time() - began) / batch * 1e6)
    return spent
