"""Forge with a small quota's world: ada and grace have joined, linus and hedy have not."""

from __future__ import annotations

import pytest

from pygame_gameservices import Forge, ForgePlayer, ServiceManager
from pygame_gameservices.sandbox import Sandbox

ADA = ForgePlayer(email="ada@example.com")


@pytest.fixture
def forge(services: ServiceManager, sandbox: Sandbox) -> Forge:
    return services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
