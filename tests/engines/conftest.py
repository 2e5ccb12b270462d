"""pygame without a screen or a loudspeaker, for each test anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.engines.drivers import ArcadeDriver, Driver, PygameDriver


@pytest.fixture
def pygame(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    module = pytest.importorskip("pygame")
    module.init()
    module.display.set_mode((1280, 720))
    yield module
    module.quit()


@pytest.fixture(params=["pygame", "arcade"])
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """The engines that are installed, one after the other: pygame or pygame-ce, and Arcade."""
    pytest.importorskip(request.param)
    made: Driver = PygameDriver() if request.param == "pygame" else ArcadeDriver()
    yield made
    made.close()
