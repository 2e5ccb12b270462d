"""A sandbox with the default seed, put back to its beginning before each test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.conftest import NO_MAKER


@pytest.fixture(scope="package")
def shared_sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(NO_MAKER) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    shared_sandbox.reset()
    return shared_sandbox
