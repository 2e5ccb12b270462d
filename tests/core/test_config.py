"""Reading ``gameservices.toml`` and the environment for a game."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygame_gameservices import Config, ConfigurationError, GameJolt, ServiceManager
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import settle

FILE = 'app = "asteroids"\n[gamejolt]\ngame_id = 1\nprivate_key = "from-the-file"\nbase_url = "https://relay.example"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "gameservices.toml"
    path.write_text(text)
    return path


def test_a_file_by_its_path(tmp_path: Path) -> None:
    config = Config.load(write(tmp_path, FILE), environment={})
    gj = GameJolt.from_config(config)
    assert (config.app, gj.game_id, gj.base_url) == ("asteroids", 1, "https://relay.example")
    assert gj._key.reveal() == "from-the-file"
    assert "from-the-file" not in repr(config)


def test_a_file_in_the_working_directory_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Config.load(environment={}).path is None
    write(tmp_path, FILE)
    assert Config.load(environment={}).app == "asteroids"


def test_a_frozen_game_finds_what_its_maker_put_beside_it_or_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``--add-data gameservices.toml:.`` puts it among PyInstaller's own files; one beside the program goes first."""
    inside = tmp_path / "game" / "_internal"
    inside.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys._MEIPASS", str(inside), raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "game" / "asteroids"))
    assert Config.load(environment={}).path is None
    write(inside, FILE)
    assert Config.load(environment={}).path == inside / "gameservices.toml"
    write(inside.parent, FILE)
    assert Config.load(environment={}).path == inside.parent / "gameservices.toml"


def test_the_environment_goes_first_and_options_before_it(tmp_path: Path) -> None:
    environment = {"GAMEJOLT_PRIVATE_KEY": "from-outside", "GAMEJOLT_GAME_ID": "77", "GAMESERVICES_APP": "other"}
    config = Config.load(write(tmp_path, FILE), environment=environment)
    gj = GameJolt.from_config(config, base_url="https://another.example", presence=False)
    assert (config.app, gj.game_id, gj.base_url) == ("other", 77, "https://another.example")
    assert gj._key.reveal() == "from-outside"


def test_it_really_connects(sandbox: Sandbox, services: ServiceManager, tmp_path: Path) -> None:
    text = f'[gamejolt]\ngame_id = 1\nprivate_key = "{sandbox.private_key}"\nbase_url = "{sandbox.gamejolt_url}"\n'
    gj = services.add(GameJolt.from_config(Config.load(write(tmp_path, text), environment={}), presence=False))
    call = gj.time.fetch()
    settle(services, call)
    assert call.succeeded


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[gamejolt]\ngame_id = 1", "private_key in [gamejolt] is missing; write private_key = "),
        ('[gamejolt]\nprivate_key = "k"', "game_id in [gamejolt] is missing; write game_id = 123"),
        ('[gamejolt]\ngame_id = "x"\nprivate_key = "k"', "game_id in [gamejolt] is a text; write a whole number"),
        ('[gamejolt]\ngame_id = 0\nprivate_key = "k"', "game_id in [gamejolt] is 0; write a whole number"),
        ("[gamejolt]\ngame_id = 1\nprivate_key = 5", "private_key in [gamejolt] must be a text in quotes"),
        ('[gamejolt]\ngame_id = 1\nprivate_key = ""', "private_key in [gamejolt] must be a text"),
        ("gamejolt = 3", "gamejolt must be a table; write [gamejolt]"),
        ("[gamejolt", "is not valid TOML"),
        (FILE.replace("base_url", "base_ulr"), "base_ulr in [gamejolt] is not known; did you mean base_url?"),
        (FILE.replace("game_id", "gameid"), "gameid in [gamejolt] is not known; did you mean game_id?"),
        (FILE.replace("[gamejolt]", "[game_jolt]"), "game_jolt is not known; did you mean gamejolt?"),
        (f"{FILE}[[achievement]]", "achievement is not known; did you mean achievements?"),
        (f"{FILE}[GameJolt]", "GameJolt is not known; did you mean gamejolt?"),
    ],
)
def test_mistakes_name_the_file_the_key_and_what_to_write(tmp_path: Path, text: str, problem: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        GameJolt.from_config(Config.load(path, environment={}))
    assert str(caught.value).startswith(str(path))
    assert problem in str(caught.value)


def test_what_resembles_nothing_is_the_games_own(tmp_path: Path) -> None:
    path = write(tmp_path, f'{FILE}username = "ada"\n[controls]\njump = "space"\n')
    assert Config.load(path, environment={}).app == "asteroids"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        Config.load(tmp_path / "nowhere.toml")


def test_a_mistake_in_the_environment_names_the_variable() -> None:
    config = Config({}, None, {"GAMEJOLT_GAME_ID": "abc", "GAMEJOLT_PRIVATE_KEY": "k"})
    with pytest.raises(ConfigurationError, match="environment variable GAMEJOLT_GAME_ID"):
        GameJolt.from_config(config)


def test_nothing_at_all_says_how_to_begin() -> None:
    with pytest.raises(
        ConfigurationError, match=r"no gameservices\.toml was found: app is missing; .*SERVICES_APP"
    ) as none:
        _ = Config({}, None, {}).app
    assert "gameservices init" in str(none.value)
    with pytest.raises(ConfigurationError) as caught:
        _ = Config({}, Path("there.toml"), {}).app
    assert "gameservices init" not in str(caught.value)


@pytest.mark.parametrize("where", ["file", "environment"])
def test_a_relay_that_a_sandbox_passes_over_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    relay = "https://relay.example"
    text = f"[gamejolt]\ngame_id = 7\n[forge]\nrelay = '{relay}'\n"
    path = write(tmp_path, text.replace("7\n", f"7\nrelay = '{relay}'\n") if where == "file" else text)
    variables = {"GAMESERVICES_SANDBOX": "http://127.0.0.1:1"} | (
        {"GAMEJOLT_RELAY": relay} if where == "environment" else {}
    )
    for _ in range(2):
        gj = GameJolt.from_config(Config.load(path, environment=variables))
        assert gj.base_url.startswith("http://127.0.0.1:1/"), "the relay may stand before the real Game Jolt"
    (told,) = [one.getMessage() for one in caplog.records if "relay" in one.getMessage()]
    for part in (str(path), "relay in [gamejolt]", "http://127.0.0.1:1", "GAMESERVICES_SANDBOX"):
        assert part in told
    assert GameJolt.from_config(Config.load(path, sandbox=False, environment={"GAMEJOLT_RELAY": relay})).once
