"""pygame without a screen or a loudspeaker, for each test anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def pygame(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    module = pytest.importorskip("pygame")
    module.init()
    module.display.set_mode((1280, 720))
    yield module
    module.quit()
