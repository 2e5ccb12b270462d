"""Painting stays off the frame thread with the real service manager."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.services.gamejolt.client import GameJolt
from pygame_gameservices.services.gamejolt.events import SignInNeeded
from pygame_gameservices.widgets.input import Action
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.text import system_fonts
from pygame_gameservices.widgets.text.typeface import Typeface
from pygame_gameservices.widgets.theme import DARK, Fonts
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from tests.widgets.samples import unlocked
from tests.widgets.sources import Accounts, Scores


def test_a_toast_is_painted_on_another_thread_and_shown_on_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    painters: list[int] = []
    paint = ToastPainter.paint

    def watched(self: ToastPainter, toast: Any, icon: Any = None) -> Any:
        painters.append(threading.get_ident())
        return paint(self, toast, icon)

    monkeypatch.setattr(ToastPainter, "paint", watched)
    with ServiceManager("widget-test") as services:
        overlay = Overlay(services)
        services.announce(unlocked(1))
        until = time.monotonic() + 10
        while not overlay.pictures() and time.monotonic() < until:
            overlay.update(0.01)
            time.sleep(0.005)
        assert [toast.title for toast in overlay.toasts.visible] == ["First Light"]
    assert len(painters) == 1
    assert painters[0] != threading.get_ident()
    overlay.notify("After the end")
    for _ in range(100):
        overlay.update(0.1)
        overlay.pictures()
    assert overlay.toasts.idle


def test_fonts_of_the_system_are_looked_for_on_another_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the tabs of a board nor what is typed may cost a frame the reading of the player's fonts."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    seekers: set[int] = set()
    candidates = system_fonts.candidates

    def watched() -> tuple[Path, ...]:
        seekers.add(threading.get_ident())
        return candidates()

    monkeypatch.setattr(system_fonts, "candidates", watched)
    theme = replace(DARK, fonts=Fonts(fallback=(Typeface().main("bold"),)))
    with ServiceManager("widget-test") as services:
        overlay = Overlay(services, theme=theme)
        board = Leaderboard(Scores(tables=("カタカナ", "ひらがな")))
        overlay.show(board)
        login = Login(Accounts())
        until = time.monotonic() + 10
        while not (seekers and overlay.pictures()) and time.monotonic() < until:
            overlay.update(0.01)
            time.sleep(0.005)
        overlay.show(login)
        for letter in "漢字":
            overlay.text(letter)
            for _ in range(40):
                overlay.update(0.01)
                overlay.pictures()
                time.sleep(0.005)
        assert login.line is not None
        assert login.line.text == "漢字"
    assert seekers
    assert threading.get_ident() not in seekers


def test_however_often_somebody_is_needed_there_is_one_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with ServiceManager("widget-test") as services:
        gj = services.add(GameJolt(1, "key", base_url="http://127.0.0.1:9/"))
        overlay = Overlay(services)
        needed = SignInNeeded(service=gj.name, username="ada")
        services.announce(needed)
        overlay.update(0.01)
        overlay.text("token")
        services.announce(needed)
        overlay.update(0.01)
        again = overlay.screens.show_login()
        (login,) = overlay._widgets
        assert again is login
        assert login.line is not None  # type: ignore[attr-defined]
        assert login.line.text == "token"  # type: ignore[attr-defined]
        overlay.action(Action.CANCEL)
        assert overlay.screens.show_login() is not login, "one that is on its way out is not the one"
        overlay.update(0.01)
        assert len(overlay._widgets) == 1


def test_closing_the_services_under_a_widget_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with ServiceManager("widget-test") as services:
        overlay = Overlay(services)
        services.background(lambda: time.sleep(0.1))  # the painting still waits when the game closes
        overlay.show(Leaderboard(Scores()))
        overlay.update(0.01)
    for _ in range(5):
        overlay.update(0.01)
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []
