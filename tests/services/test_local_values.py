"""A developer's traceback that shows local values, as rich and error collectors make them, shows no secret of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rich.traceback import Traceback

from pygame_gameservices import (
    Achievements,
    Config,
    EasyJam,
    Forge,
    GameJolt,
    GameServicesError,
    Itchio,
    Secret,
    ServiceManager,
    Trading,
    UsageError,
    download_key_from_url,
)
from pygame_gameservices.cli.easyjam import _tokens
from pygame_gameservices.cli.output import secret_from
from pygame_gameservices.core.storage.credentials import Hidden
from pygame_gameservices.services.easyjam.client import tokens_from
from pygame_gameservices.services.easyjam.tokens import checked_token
from pygame_gameservices.services.gamejolt.portable import GameJoltAPI
from pygame_gameservices.services.itchio.launch import fake_launch
from pygame_gameservices.services.trading.portable import GameAPI, GameAPIError
from tests.core.http.test_reflection import FORGE_KEY, KEY, PERSONAL, TOKEN, leaks

HERE = "http://127.0.0.1:9"
OURS = str(Path(__file__).parents[2] / "pygame_gameservices")
MINE = TOKEN.replace("/", "-").replace("+", "-").replace("&", "-")
"""A jam site's token, which may hold fewer characters."""
VARIABLES = {
    "GAMEJOLT_GAME_ID": "7",
    "GAMEJOLT_PRIVATE_KEY": KEY,
    "ITCHIO_API_KEY": KEY,
    "EASYJAM_KEY": KEY,
    "FORGE_API_KEY": FORGE_KEY,
    "GAME_API_TOKEN": PERSONAL,
}
FILE = f"""
[gamejolt]
game_id = 7
private_key = "{KEY}"
[itchio]
api_key = "{KEY}"
[easyjam]
key = "{KEY}"
[forge]
api_key = "{FORGE_KEY}"
[trading]
token = "{PERSONAL}"
"""
ADDRESS = f"/trophies/?game_id=2&username=ada&user_token={MINE}"

CALLS: dict[str, Callable[[Any], object]] = {
    "gamejolt game": lambda on: GameJolt("one", KEY),
    "gamejolt swapped": lambda on: GameJolt(KEY, "1"),
    "gamejolt signature": lambda on: GameJolt(1, KEY, signature="crc"),
    "gamejolt cache": lambda on: GameJolt(1, KEY, cache_s="long"),
    "gamejolt name": lambda on: GameJolt(1, KEY, name=None),
    "gamejolt address": lambda on: GameJolt(1, KEY, base_url="nowhere"),
    "gamejolt store": lambda on: GameJolt(1, KEY, credential_store="here"),
    "gamejolt bytes": lambda on: GameJolt(1, KEY.encode()),
    "gamejolt half a pair": lambda on: GameJolt(1, KEY + "\ud800"),
    "gamejolt options": lambda on: GameJolt.from_config(Config({}, None, {}), private_key=KEY, game_id="x"),
    "sign_in name": lambda on: on.gj.sign_in(None, TOKEN),
    "sign_in number": lambda on: on.gj.sign_in(5, TOKEN),
    "sign_in blank": lambda on: on.gj.sign_in(" ", user_token=TOKEN),
    "sign_in bytes": lambda on: on.gj.sign_in("ada", TOKEN.encode()),
    "sign_in half a pair": lambda on: on.gj.sign_in("ada", TOKEN + "\ud800"),
    "sign_in too much": lambda on: on.gj.sign_in("ada", TOKEN, TOKEN, TOKEN),
    "sign_in misnamed": lambda on: on.gj.sign_in("ada", token=TOKEN),
    "auth number": lambda on: on.gj.users.auth(5, TOKEN),
    "auth bytes": lambda on: on.gj.users.auth("ada", TOKEN.encode()),
    "batch of another game": lambda on: on.gj.batch([ADDRESS]),
    "batch of an address": lambda on: on.gj.batch(ADDRESS),
    "batch of a number": lambda on: on.gj.batch([ADDRESS.replace("=2", "=1"), 5]),
    "itchio dialect": lambda on: Itchio(KEY, dialect="old"),
    "itchio address": lambda on: Itchio(KEY, base_url="nowhere"),
    "itchio blank": lambda on: Itchio(KEY + " " + KEY),
    "itchio bytes": lambda on: Itchio(KEY.encode()),
    "itchio options": lambda on: Itchio.from_config(Config({}, None, {}), api_key=KEY, dialect="old"),
    "itchio launched": lambda on: Itchio.launched(VARIABLES, base_url="nowhere"),
    "itchio launched with a key": lambda on: Itchio.launched(KEY),
    "itchio sign_in": lambda on: on.itch.sign_in(KEY + "\n" + KEY),
    "itchio fake launch": lambda on: fake_launch(KEY, expires_at=datetime(2026, 1, 1)),
    "itchio fake launch offline": lambda on: fake_launch(KEY, offline=True),
    "itchio paste": lambda on: on.itch.authorize("client").paste(KEY + " " + KEY),
    "itchio key of no game": lambda on: on.itch.download_key("one", download_key=KEY),
    "itchio key and user": lambda on: on.itch.download_key(1, download_key=KEY, user_id=2),
    "itchio key in bytes": lambda on: on.itch.download_key(1, download_key=KEY.encode()),
    "itchio half a pair": lambda on: on.itch.download_key(1, download_key=KEY + "\ud800"),
    "itchio owns no game": lambda on: on.itch.owns("one", download_key=KEY),
    "itchio owns by two": lambda on: on.itch.owns(1, download_key=KEY, email="a@b.c"),
    "itchio owns by a list": lambda on: on.itch.owns(1, download_key=[KEY]),
    "itchio closed": lambda on: on.closed.owns(1, download_key=KEY),
    "itchio closed sign_in": lambda on: on.closed.sign_in(KEY),
    "gamejolt closed auth": lambda on: on.closed_gj.users.auth("ada", TOKEN),
    "easyjam closed": lambda on: on.closed_jam.fetch_page(MINE),
    "itchio key address": lambda on: download_key_from_url(f"https://leafo.itch.io/x-moon/download/{KEY}/{KEY}"),
    "easyjam tokens of a text": lambda on: tokens_from(f"{MINE}\n# more\n{TOKEN}\n"),
    "easyjam tokens of bytes": lambda on: tokens_from(f"{MINE}\n".encode()),
    "easyjam one token": lambda on: checked_token(TOKEN),
    "easyjam method": lambda on: EasyJam(HERE, key=KEY, method="PUT"),
    "easyjam memory": lambda on: EasyJam(HERE, key=KEY, memory=5),
    "easyjam bytes": lambda on: EasyJam(HERE, key=KEY.encode()),
    "easyjam options": lambda on: EasyJam.from_config(Config({}, None, {}), key=KEY),
    "easyjam progress": lambda on: on.jam.fetch([MINE], on_progress=5),
    "easyjam odd token": lambda on: on.jam.fetch([MINE, TOKEN]),
    "easyjam page": lambda on: on.jam.fetch_page(MINE, offset=1.5),
    "forge batch": lambda on: Forge(FORGE_KEY, largest_batch=0),
    "forge format": lambda on: Forge(FORGE_KEY, unlock_time_format="odd"),
    "forge player": lambda on: Forge(FORGE_KEY, player="ada"),
    "forge bytes": lambda on: Forge(FORGE_KEY.encode()),
    "forge cut": lambda on: Forge(FORGE_KEY[:-8]),
    "forge no base64": lambda on: Forge(FORGE_KEY + "!"),
    "forge options": lambda on: Forge.from_config(Config({}, None, {}), api_key=FORGE_KEY, largest_batch=0),
    "trading address": lambda on: Trading(PERSONAL),
    "trading time": lambda on: Trading(PERSONAL, HERE, timeout_s=0),
    "trading bytes": lambda on: Trading(PERSONAL.encode(), HERE),
    "trading options": lambda on: Trading.from_config(Config({}, None, {}), token=PERSONAL),
    "game api address": lambda on: GameAPI(PERSONAL, environ={}),
    "game api time": lambda on: GameAPI(PERSONAL, HERE, timeout=0, environ={}),
    "game api flag": lambda on: GameAPI(environ={**VARIABLES, "GAME_API_STRICT": "perhaps"}),
    "game api number": lambda on: GameAPI(environ={**VARIABLES, "GAME_API_MIN_PRICE": "low"}),
    "game api variables": lambda on: GameAPI(environ=VARIABLES),
    "gamejoltapi address": lambda on: GameJoltAPI(1, KEY, "ada", TOKEN, baseUrl="nowhere"),
    "gamejoltapi missing": lambda on: GameJoltAPI(1, KEY, None, TOKEN, baseUrl=HERE).usersAuth(),
    "gamejoltapi refused": lambda on: GameJoltAPI(1, KEY, "ada", TOKEN, baseUrl=HERE).trophiesFetch(),
    "gamejoltapi post": lambda on: GameJoltAPI(1, KEY, "ada", TOKEN, baseUrl=HERE).dataStoreSet("k", "v" * 4000),
    "gamejoltapi batch": lambda on: GameJoltAPI(1, KEY, "ada", TOKEN, baseUrl=HERE).batch([ADDRESS]),
    "gamejoltapi batch flags": lambda on: GameJoltAPI(1, KEY, baseUrl=HERE).batch([ADDRESS], True, True),
    "config mistyped": lambda on: Config.load(on.file("[gamejolt]\nprivat_key = 1\n"), environment=VARIABLES),
    "config no TOML": lambda on: Config.load(on.file("[forge\n"), environment=VARIABLES),
    "config no text": lambda on: Config.load(on.file("\udcff"), environment=VARIABLES),
    "config absent": lambda on: Config.load(on.folder / "nothing.toml", environment=VARIABLES),
    "config sandbox": lambda on: Config.load(on.file(), sandbox="localhost", environment=VARIABLES),
    "config no app": lambda on: Config.load(on.file(), environment=VARIABLES).app,
    "config no table": lambda on: Config({"forge": FORGE_KEY}, None, VARIABLES).section("forge"),
    "config bytes": lambda on: (
        Config({"gamejolt": {"private_key": [KEY]}}, None, {}).section("gamejolt").secret("private_key")
    ),
    "config number": lambda on: (
        Config({"gamejolt": {"game_id": "x", "private_key": KEY}}, None, {}).section("gamejolt").integer("game_id")
    ),
    "config key for a number": lambda on: (
        Config({"gamejolt": {"game_id": KEY}}, None, {}).section("gamejolt").integer("game_id")
    ),
    "config keys for a number": lambda on: (
        Config({"gamejolt": {"game_id": [KEY]}}, None, {}).section("gamejolt").integer("game_id")
    ),
    "config key for a switch": lambda on: (
        Config({"trading": {"verify_ssl": PERSONAL}}, None, {}).section("trading").flag("verify_ssl", True)
    ),
    "config keys for a text": lambda on: (
        Config({"gamejolt": {"name": [KEY]}}, None, {}).section("gamejolt").text("name")
    ),
    "config key for a sandbox": lambda on: Config({"sandbox": {"url": KEY}}, None, {}),
    "config key in a variable": lambda on: Config({}, None, {"GAMESERVICES_SANDBOX": KEY}),
    "config game is a key": lambda on: GameJolt.from_config(Config({}, None, {**VARIABLES, "GAMEJOLT_GAME_ID": KEY})),
    "command key file": lambda on: secret_from("--key-file", str(on.written(" ")), "ITCHIO_API_KEY"),
    "command key no text": lambda on: secret_from("--key-file", str(on.written(KEY + "\udcff")), ""),
    "command tokens": lambda on: _tokens(Hidden(()), str(on.written(f"{MINE}\n{TOKEN}"))),
    "config game": lambda on: GameJolt.from_config(Config({}, None, {**VARIABLES, "GAMEJOLT_GAME_ID": "x"})),
    "achievements mistyped": lambda on: Achievements.from_config(on.file("achievments = 1\n", before=True)),
    "achievements odd": lambda on: Achievements.from_config(on.file("achievements = 1\n", before=True)),
    "achievements no TOML": lambda on: Achievements.from_config(on.file("[forge\n")),
}


class Ground:
    """Services to make mistakes with, and files with secrets in them."""

    def __init__(self, services: ServiceManager, folder: Path) -> None:
        self.folder = folder
        self.gj = services.add(GameJolt(1, KEY, base_url=HERE, presence=False))
        self.itch = services.add(Itchio(KEY, base_url=HERE))
        over = ServiceManager("closed", folder=folder / "closed")
        self.closed = over.add(Itchio(KEY, base_url=HERE))
        self.closed_gj = over.add(GameJolt(1, KEY, base_url=HERE, presence=False))
        self.closed_jam = over.add(EasyJam(HERE, key=KEY, memory=False))
        over.close()
        self.jam = services.add(EasyJam(HERE, key=KEY, memory=False))

    def written(self, text: str) -> Path:
        path = self.folder / "key.txt"
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
        return path

    def file(self, more: str = "", *, before: bool = False) -> Path:
        path = self.folder / "planted.toml"
        path.write_text(more + FILE if before else FILE + more, encoding="utf-8", errors="surrogateescape")
        return path


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("ground")
    with ServiceManager("mistakes", folder=folder) as services:
        yield Ground(services, folder)


def shown(error: BaseException) -> tuple[str, int]:
    """What rich shows of an error's frames of ours with their local values, and how many those are."""
    trace = Traceback.from_exception(
        type(error),
        error,
        error.__traceback__,
        show_locals=True,
        locals_max_length=None,
        locals_max_string=None,
        locals_hide_dunder=False,
    )
    said = [stack.exc_value for stack in trace.trace.stacks]
    ours = [one for stack in trace.trace.stacks for one in stack.frames if one.filename.startswith(OURS)]
    said += [f"{name} = {value}" for frame in ours for name, value in (frame.locals or {}).items()]
    return "\n".join(said), len(ours)


@pytest.mark.parametrize("name", CALLS)
def test_no_secret_is_a_local_value_when_an_error_is_raised(
    name: str, on: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in VARIABLES.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(Exception) as caught:  # what it says is shown below
        CALLS[name](on)
    assert isinstance(caught.value, (GameServicesError, GameAPIError)), caught.value
    text, frames = shown(caught.value)
    assert frames
    for planted in (MINE, TOKEN.partition("&")[0], KEY.partition("~")[0], FORGE_KEY[:20]):
        assert planted not in text, text
    assert not leaks(text), text
    assert KEY not in str(caught.value)


def test_a_secret_as_a_local_value_would_be_seen() -> None:
    from pygame_gameservices.services.arguments import text

    with pytest.raises(UsageError) as caught:
        text("title", [KEY])
    assert leaks(shown(caught.value)[0])
    with pytest.raises(UsageError) as caught:
        text("title", Secret(KEY))
    assert not leaks(shown(caught.value)[0])


@pytest.mark.parametrize("key", [KEY.encode(), bytearray(KEY.encode()), memoryview(KEY.encode())])
def test_what_is_no_text_but_may_be_a_secret_is_not_repeated(key: Any) -> None:
    from pygame_gameservices.services.arguments import text

    with pytest.raises(UsageError, match=f"^title is {type(key).__name__}; pass a string$"):
        text("title", key)
