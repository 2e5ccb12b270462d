"""Reading the accounts of the real services."""

from __future__ import annotations

import tomllib

import pytest

from demo_game import goals
from demo_game.settings import CONFIG, REAL_GAMEJOLT, of_file
from pygame_gameservices import ConfigurationError


def test_every_goal_is_an_achievement_with_a_trophy():
    known = {value for name, value in vars(goals).items() if name.isupper() and isinstance(value, str)}
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    declared = {one["id"]: one for one in config["achievements"]}
    assert set(declared) == known
    trophies = {trophy["id"]: trophy for trophy in config["gamejolt"]["trophies"]}
    assert {one["gamejolt_trophy"] for one in declared.values()} == set(trophies)
    for one in declared.values():
        trophy = trophies[one["gamejolt_trophy"]]
        assert (one["title"], one.get("secret", False)) == (trophy["title"], trophy.get("secret", False))


def test_a_service_without_an_account_is_not_used(tmp_path):
    file = tmp_path / "gameservices.toml"
    file.write_text('[gamejolt]\ngame_id = 7\nprivate_key = "k"\n')
    settings = of_file(file)
    assert settings.gamejolt.base_url == REAL_GAMEJOLT
    assert (settings.itchio, settings.forge, settings.easyjam, settings.trading) == (None, None, None, None)


def test_all_services(tmp_path):
    file = tmp_path / "gameservices.toml"
    file.write_text(
        """
        [gamejolt]
        game_id = 7
        private_key = "k"
        [forge]
        base_url = "https://relay.example"
        [easyjam]
        base_url = "https://jam.example"
        tokens = ["jam_ada_1"]
        [trading]
        base_url = "https://market.example"
        token = "t"
        [demo]
        itchio_game = 3
        player_email = "ada@example.com"
        """
    )
    settings = of_file(file)
    assert settings.itchio is not None
    assert settings.forge is not None
    assert settings.easyjam is not None
    assert settings.trading is not None
    assert not settings.trading.allow_trading, "real orders only when asked for"


@pytest.mark.parametrize("content", ["", "[gamejolt]\ngame_id = 1\n", "= broken", "gamejolt = 1\n"])
def test_what_is_wrong_is_said(tmp_path, content):
    file = tmp_path / "gameservices.toml"
    file.write_text(content)
    with pytest.raises(ConfigurationError):
        of_file(file)


def test_a_missing_file_says_where_to_get_one(tmp_path):
    with pytest.raises(ConfigurationError, match=r"copy .*gameservices\.toml"):
        of_file(tmp_path / "gameservices.toml")
