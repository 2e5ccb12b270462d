"""One sandbox process for all tests of this folder, put back to its beginning before each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.client import Client

CONFIG = {
    "gamejolt": {
        "game_id": 1,
        "name": "Light Harvest",
        "tables": [
            {"id": 10, "name": "Main", "description": "Points", "primary": True},
            {"id": 11, "name": "Fastest", "order": "ascending"},
            {"id": 12, "name": "Members", "guests": False},
            {"id": 13, "name": "Best only", "unique": True},
        ],
        "trophies": [
            {"id": 103, "title": "Hard", "description": "Very.", "difficulty": "Platinum"},
            {"id": 101, "title": "Easy", "description": "Not very.", "difficulty": "Bronze"},
            {"id": 102, "title": "Hidden", "description": "Who knows.", "difficulty": "Gold", "secret": True},
        ],
    },
    "sandbox": {
        "gamejolt": {
            "games": [{"id": 2, "private_key": "other-key", "trophies": [{"id": 201, "title": "Elsewhere"}]}],
        },
        "players": [
            {"username": "ada", "token": "ada-token", "friends": ["grace", "linus"], "website": "https://ada.example/"},
            {"username": "grace", "token": "grace-token", "name": "Grace H.", "kind": "Developer", "id": 17441},
            {"username": "linus", "token": "linus-token"},
            {"username": "mallory", "token": "mallory-token", "banned": True},
        ],
    },
}
"""A game with a table of every kind, trophies out of order, a second game, and a player who is banned."""


@pytest.fixture(scope="session")
def process() -> Iterator[Sandbox]:
    """The process; use `sandbox` unless the test restarts it."""
    with Sandbox.start(CONFIG) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    """The sandbox, as new."""
    process.reset()
    return process


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    """Calls for the main game of the sandbox, as new."""
    return Client(sandbox)
