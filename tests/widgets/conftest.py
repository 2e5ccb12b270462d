"""A sandbox whose market maker trades, since some widgets show a market."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pygame_gameservices.sandbox import Sandbox


@pytest.fixture(scope="package")
def shared_sandbox() -> Iterator[Sandbox]:
    with Sandbox.start({}) as sandbox:
        yield sandbox
