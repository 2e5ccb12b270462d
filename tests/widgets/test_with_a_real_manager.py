"""Painting stays off the frame thread with the real service manager."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.toast_painter import ToastPainter
from tests.widgets.samples import unlocked


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
    assert overlay.toasts.idle
