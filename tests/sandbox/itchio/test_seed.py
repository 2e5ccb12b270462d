"""Mistakes in itch.io's part of the seed are told with the key and what to write there."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices import ConfigurationError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.clock import Clock
from pygame_gameservices.sandbox.database import Database
from pygame_gameservices.sandbox.easyjam.seed import read as read_easyjam
from pygame_gameservices.sandbox.itchio.seed import read as read_itchio
from pygame_gameservices.sandbox.players import Players
from pygame_gameservices.sandbox.seed import load


def players_of(seed: Any) -> Players:
    return Players(seed, Database(), Clock())


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"itchio": {"developer": "nobody"}}, "itchio.developer"),
        ({"itchio": {"games": [{"id": 1}]}}, "title"),
        ({"itchio": {"games": [{"id": 1, "title": "a"}, {"id": 1, "title": "b"}]}}, "itchio.games"),
        ({"itchio": {"games": [{"id": 1, "title": "a", "platforms": ["amiga"]}]}}, "platforms"),
        ({"itchio": {"games": [{"id": 1, "title": "a", "colour": "red"}]}}, "colour"),
        ({"itchio": {"games": [{"id": 1, "title": "a", "channels": {"windows": 1}}]}}, "channels.windows"),
        ({"sandbox": {"itchio": {"purchases": [{"games": [9], "username": "ada"}]}}}, "games"),
        ({"sandbox": {"itchio": {"purchases": [{"games": ["1"], "username": "ada"}]}}}, "games"),
        ({"sandbox": {"itchio": {"purchases": [{"games": [1]}]}}}, "username"),
        ({"sandbox": {"itchio": {"keys": [{"game": 1, "username": "nobody"}]}}}, "username"),
        ({"sandbox": {"itchio": {"credentials": [{"api_key": "sandbox-itchio-key"}]}}}, "credentials"),
        ({"sandbox": {"itchio": {"speed": 3}}}, "speed"),
    ],
)
def test_mistakes_in_the_itchio_sections(config: dict[str, Any], named: str) -> None:
    seed = load(config)
    with pytest.raises(ConfigurationError, match=named):
        read_itchio(seed, players_of(seed))


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"makers": [{"name": "a", "token": "a b"}]}, "token"),
        ({"makers": [{"name": "a", "token": "x"}, {"name": "b", "token": "x"}]}, "makers"),
        ({"makers": [{"token": "x"}]}, "name"),
        ({"methods": "put"}, "methods"),
        ({"page_size": 0}, "page_size"),
        ({"document": "/nowhere/at/all.json"}, "document"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_mistakes_in_the_easyjam_sections(config: dict[str, Any], named: str) -> None:
    seed = load({"sandbox": {"easyjam": config}})
    with pytest.raises(ConfigurationError, match=named):
        read_easyjam(seed, players_of(seed))


def test_a_seed_of_ones_own() -> None:
    seed = load(
        {
            "itchio": {"developer": "ada", "api_key": "k", "games": [{"id": 7, "title": "My Game: Part II"}]},
            "sandbox": {
                "players": [{"username": "ada", "itchio": {"linked_emails": ["a@b.example"]}}],
                "itchio": {"purchases": [{"games": [7], "email": "someone@example.com", "currency": "GBP"}]},
            },
        }
    )
    world = read_itchio(seed, players_of(seed))
    assert world.games[7].slug == "my-game--part-ii"
    assert world.credentials[0].api_key == "k"
    assert world.linked["ada"] == ("a@b.example",)
    assert (world.purchases[0].email, world.keys) == ("someone@example.com", ())


def test_a_sandbox_without_players_has_no_developer() -> None:
    with Sandbox.start({"sandbox": {"players": []}}) as sandbox:
        assert sandbox.itchio_key == ""
        assert sandbox.easyjam_tokens == {}
