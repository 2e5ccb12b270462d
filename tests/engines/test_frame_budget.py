"""What one frame may cost: while a player uses everything, no pixel is painted on the frame thread, no word is
measured there but with the fonts at hand, and few pixels are copied.

Counted in pixels and not in time, so that it says the same on every machine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pygame_gameservices import ServiceManager
from pygame_gameservices.widgets import arrivals
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind
from tests.engines.drivers import Driver
from tests.widgets.sources import Accounts, Cabinet, Scores

A_FRAME = 40_000
"""Less than usual, since the screen of these tests is a small one."""


class Album:
    """The pictures of all players and games: one and the same, which is there at once."""

    def __init__(self) -> None:
        self.picture = Picture(bytes(96 * 96 * 4), (96, 96))

    def request(self, url: str, deliver: Callable[[Picture], object]) -> None:
        deliver(self.picture)


class Counted:
    """What the frame thread painted or measured, and the pixels that it copied to the graphics card, in the current
    frame and in the worst."""

    def __init__(self) -> None:
        self.painted: list[str] = []
        self.copied = 0
        self.worst = 0
        self.all = 0

    def end_frame(self) -> None:
        self.worst, self.all, self.copied = max(self.worst, self.copied), self.all + self.copied, 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, driver: Driver) -> Counted:
    counted, frame_thread = Counted(), threading.get_ident()

    def watch(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def watched(*given: Any, **named: Any) -> Any:
            if threading.get_ident() == frame_thread and not getattr(given[0], "glance", False):
                counted.painted.append(name)
            return real(*given, **named)

        monkeypatch.setattr(owner, name, watched)

    for name in ("new", "frombytes", "frombuffer", "merge"):
        watch(Image, name)
    for name in ("resize", "paste", "alpha_composite", "filter", "tobytes", "convert"):
        watch(Image.Image, name)
    for name in ("width", "fit", "wrap", "draw"):
        watch(Lettering, name)
    canvas = type(getattr(driver.overlay, "_canvas", None))
    if hasattr(canvas, "upload"):
        upload = canvas.upload

        def count(self: Any, picture: Picture, most: int) -> int:
            pixels: int = upload(self, picture, most)
            counted.copied += pixels
            return pixels

        monkeypatch.setattr(canvas, "upload", count)
        monkeypatch.setattr(arrivals, "PIXELS_A_FRAME", A_FRAME)
    return counted


@pytest.fixture
def playing(driver: Driver, tmp_path: Path) -> Iterator[Driver]:
    """The driver with a real manager, whose helper thread paints."""
    with ServiceManager("budget", folder=tmp_path) as services:
        if hasattr(driver, "window"):
            driver.overlay.disable()
            driver.overlay = type(driver.overlay)(services, window=driver.window)
            driver.overlay.enable()
        else:
            driver.overlay = type(driver.overlay)(services)
        driver.overlay.toasts.pictures = Album()
        yield driver


def session(driver: Driver, until: Callable[[Callable[[], bool]], None]) -> None:
    """A player signs in, looks at scores and trophies, and five trophies come."""
    overlay = driver.overlay

    def version() -> int:
        return max((placed.picture.version for placed in overlay.overlay._widgets.pictures()), default=0)

    def opened() -> None:
        until(lambda: version() > 0)

    def changed(act: Callable[[], object]) -> None:
        before = version()
        act()
        until(lambda: version() > before)

    login = Login(Accounts())
    overlay.show(login)
    opened()
    changed(lambda: overlay.overlay.text("ada"))
    login.close()
    until(lambda: not driver.open)
    board = overlay.show_leaderboard(Scores())
    opened()
    for _ in range(3):
        changed(lambda: board.scroll(3))
    changed(lambda: board.turn(1))
    board.close()
    until(lambda: not driver.open)
    trophies = overlay.show_trophies(Cabinet())
    opened()
    changed(lambda: trophies.scroll(1))
    trophies.close()
    until(lambda: not driver.open)
    for number in range(5):
        ranked = Toast(title=f"Number {number}", kind=ToastKind.TROPHY, rarity=Rarity(number % 4 + 1), key=number)
        overlay.toasts.push(ranked)
        until(lambda ranked=ranked: ranked in overlay.toasts.visible)  # type: ignore[misc]


def test_no_frame_paints_and_none_copies_much(playing: Driver, counted: Counted) -> None:
    def frame() -> None:
        playing.frame()
        counted.end_frame()

    def until(reached: Callable[[], bool]) -> None:
        over = time.monotonic() + 60
        frame()
        while not reached():
            assert time.monotonic() < over
            time.sleep(0.002)
            frame()

    session(playing, until)
    assert not counted.painted, "the helper thread paints, and measures words"
    assert counted.worst <= A_FRAME + 4 * 640, "whole rows go, and at least one of each picture"
    if hasattr(playing, "window"):
        assert counted.all > 10 * A_FRAME, "all that was shown was copied, some of it in parts"
    else:
        assert not counted.all, "pygame's surfaces are made of the very bytes"
