"""``from_config`` of all five services: the file, the environment before it, and one switch for the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import (
    Config,
    ConfigurationError,
    EasyJam,
    Forge,
    ForgePlayer,
    GameJolt,
    Itchio,
    ServiceManager,
    Trading,
)
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import settle

KEY = "cGl4ZWw6cGl4ZWw6cGl4ZWwtMDE6Y0hxMTJFWGV1WnZQ"
FILE = f"""
[gamejolt]
game_id = 7
private_key = "file"
base_url = "https://relay.example/gamejolt"
[itchio]
api_key = "file"
base_url = "https://relay.example/itchio"
[easyjam]
base_url = "https://jam.example"
key = "file"
multi = true
[forge]
api_key = "{KEY}"
base_url = "https://relay.example/forge"
unlock_time_format = "datetime"
[trading]
token = "file"
base_url = "https://relay.example/trading"
allow_trading = true
"""
ENVIRONMENT = {
    "GAMEJOLT_GAME_ID": "8",
    "GAMEJOLT_PRIVATE_KEY": "outside",
    "GAMEJOLT_BASE_URL": "https://outside.example/gamejolt",
    "ITCHIO_API_KEY": "outside",
    "ITCHIO_BASE_URL": "https://outside.example/itchio",
    "EASYJAM_KEY": "outside",
    "EASYJAM_BASE_URL": "https://outside.example/easyjam",
    "FORGE_API_KEY": KEY,
    "FORGE_BASE_URL": "https://outside.example/forge",
    "GAME_API_TOKEN": "outside",
    "GAME_API_URL": "https://outside.example/trading",
}
SERVICES: dict[str, Callable[..., Any]] = {
    "gamejolt": GameJolt.from_config,
    "itchio": Itchio.from_config,
    "easyjam": EasyJam.from_config,
    "forge": Forge.from_config,
    "trading": Trading.from_config,
}


def written(folder: Path, text: str = FILE) -> Path:
    path = folder / "gameservices.toml"
    path.write_text(text)
    return path


def key_of(service: Any) -> str:
    secret: Secret = service._access._personal if isinstance(service, Trading) else service._key
    return secret.reveal()


@pytest.mark.parametrize("name", SERVICES)
def test_the_file_says_it_and_the_environment_before_it_and_the_code_before_both(name: str, tmp_path: Path) -> None:
    make, path = SERVICES[name], written(tmp_path)
    by_file = make(Config.load(path, environment={}))
    assert by_file.base_url in ("https://jam.example", f"https://relay.example/{name}")
    by_environment = make(Config.load(path, environment=ENVIRONMENT))
    assert by_environment.base_url == f"https://outside.example/{name}"
    if name != "forge":
        assert (key_of(by_file), key_of(by_environment)) == ("file", "outside")
    by_code = make(Config.load(path, environment=ENVIRONMENT), base_url="https://code.example", name="second")
    assert (by_code.base_url, by_code.name) == ("https://code.example", "second")


@pytest.mark.parametrize("name", SERVICES)
def test_the_environment_alone_is_enough(name: str) -> None:
    assert SERVICES[name](Config({}, None, ENVIRONMENT)).base_url == f"https://outside.example/{name}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_path_or_the_file_in_the_working_directory(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert SERVICES[name]().base_url == SERVICES[name](str(path)).base_url


def test_the_rest_of_each_table(tmp_path: Path) -> None:
    config = Config.load(written(tmp_path), environment={})
    assert EasyJam.from_config(config).multi
    assert Forge.from_config(config)._unlock_time_format == "datetime"
    assert Trading.from_config(config).allow_trading
    assert Itchio.from_config(Config({"itchio": {"dialect": "legacy"}}, None, {})).dialect.name == "legacy"
    assert not Itchio.from_config(Config({}, None, {})).has_key


def test_what_the_itch_app_hands_over_is_taken_as_by_launched() -> None:
    app = {"ITCHIO_APP": "1", "ITCHIO_API_KEY": "a.b.c", "ITCHIO_API_KEY_EXPIRES_AT": "2030-01-02T03:04:05Z"}
    itch = Itchio.from_config(Config({}, None, app))
    assert itch.launch is not None
    assert (itch.launch.by_app, itch.has_key, str(itch.expires_at)) == (True, True, "2030-01-02 03:04:05+00:00")


def test_certificates_are_verified_whatever_the_documents_variable_says() -> None:
    with pytest.warns(UserWarning, match=r"verify_ssl=false is ignored.*GAME_API_CA_FILE"):
        Trading.from_config(Config({}, None, {**ENVIRONMENT, "GAME_API_VERIFY_SSL": "false"}))


@pytest.mark.parametrize("sandboxed", ["environment", "file", "code"])
def test_one_switch_points_every_service_at_the_sandbox(
    sandboxed: str, sandbox: Sandbox, services: ServiceManager, tmp_path: Path
) -> None:
    """The sandbox was started without a file, the game has none either: ids and keys agree all the same."""
    if sandboxed == "file":
        config = Config.load(written(tmp_path, f'[sandbox]\nurl = "{sandbox.url}/"\n'), environment={})
    elif sandboxed == "environment":
        config = Config({}, None, {"GAMESERVICES_SANDBOX": sandbox.url, **ENVIRONMENT})
    else:
        config = Config({}, None, ENVIRONMENT, sandbox=sandbox.url)
    assert config.sandbox == sandbox.url
    gj = services.add(GameJolt.from_config(config, presence=False))
    itch = services.add(Itchio.from_config(config))
    jam = services.add(EasyJam.from_config(config))
    forge = services.add(Forge.from_config(config))
    trading = services.add(Trading.from_config(config))
    gj.sign_in("ada", "ada-token")
    forge.player = ForgePlayer(email="ada@example.com")
    calls = [
        gj.trophies.fetch(),
        itch.profile(),
        jam.fetch(sandbox.easyjam_tokens["ada"]),
        forge.achievement("First light", durable=False),
        trading.orders.list(),
    ]
    for call in calls:
        settle(services, call)
        assert call.error is None, call.error


def test_the_file_that_both_read_agrees_with_itself(services: ServiceManager, tmp_path: Path) -> None:
    """The real keys may stand in the file; a sandbox that reads the same file takes them, and no other address does."""
    path = written(tmp_path)
    with Sandbox.start(path) as own:
        config = Config.load(path, sandbox=own.url, environment=ENVIRONMENT)
        gj = services.add(GameJolt.from_config(config, presence=False))
        assert (gj.game_id, gj.base_url) == (7, own.gamejolt_url)
        call = gj.time.fetch()
        settle(services, call)
        assert call.succeeded, call.error


@pytest.mark.parametrize(
    ("word", "url"),
    [
        ("1", "http://127.0.0.1:8765"),
        ("yes", "http://127.0.0.1:8765"),
        ("0", ""),
        ("false", ""),
        ("", "http://127.0.0.1:1234"),
        ("http://127.0.0.1:5/", "http://127.0.0.1:5"),
    ],
)
def test_what_the_switch_understands(word: str, url: str) -> None:
    values = {"sandbox": {"url": "http://127.0.0.1:1234"}} if word in ("", "0", "false") else {}
    assert Config(values, None, {"GAMESERVICES_SANDBOX": word}).sandbox == url
    assert Config(values, None, {"GAMESERVICES_SANDBOX": word}, sandbox=False).sandbox == ""


def test_an_address_that_is_none_is_said() -> None:
    with pytest.raises(ConfigurationError, match=r"GAMESERVICES_SANDBOX.*is a text; write an address such as"):
        Config({}, None, {"GAMESERVICES_SANDBOX": "localhost"})
    with pytest.raises(ConfigurationError, match=r"url in \[sandbox\] is 8765"):
        Config({"sandbox": {"url": 8765}}, None, {})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[itchio]\napikey = "x"', "apikey in [itchio] is not known; did you mean api_key?"),
        ('[easyjam]\nbaseurl = "x"', "baseurl in [easyjam] is not known; did you mean base_url?"),
        ('[forge]\napi-key = "x"', "api-key in [forge] is not known; did you mean api_key?"),
        ('[trading]\ntokn = "x"', "tokn in [trading] is not known; did you mean token?"),
        ('[sandbox]\nurls = "x"', "urls in [sandbox] is not known; did you mean url?"),
        ("[sandbox.game_jolt]\n", "game_jolt in [sandbox] is not known; did you mean gamejolt?"),
        ('[itch_io]\napi_key = "x"', "itch_io is not known; did you mean itchio?"),
        ('[tradng]\ntoken = "x"', "tradng is not known; did you mean trading?"),
    ],
)
def test_mistyped_names_are_said_for_every_service(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Config.load(written(tmp_path, text), environment={})
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("name", "environment", "problem"),
    [
        ("gamejolt", {"GAMEJOLT_GAMEID": "1"}, "set GAMEJOLT_GAME_ID (GAMEJOLT_GAMEID is set, but nobody reads that)"),
        ("easyjam", {"EASYJAM_URL": "https://x"}, "set EASYJAM_BASE_URL (EASYJAM_URL is set, but nobody reads that)"),
        ("forge", {"FORGE_APIKEY": "x"}, "set FORGE_API_KEY (FORGE_APIKEY is set, but nobody reads that)"),
        ("trading", {"GAME_API_TOKN": "x"}, "set GAME_API_TOKEN (GAME_API_TOKN is set, but nobody reads that)"),
        ("trading", {"GAME_API_TOKEN": "x"}, "base_url in [trading] is missing"),
    ],
)
def test_a_mistyped_variable_is_said_where_the_right_one_is_missing(
    name: str, environment: dict[str, str], problem: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SERVICES[name](Config({}, None, environment))
    assert problem in str(caught.value)
