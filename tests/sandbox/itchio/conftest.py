"""The sandbox with the default seed, put back to its beginning before each test that asks for it."""

from __future__ import annotations

import pytest

from pygame_gameservices.sandbox import Sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    shared_sandbox.reset()
    return shared_sandbox
