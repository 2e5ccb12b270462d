"""Which services the game uses, and with which accounts: read from `gameservices.toml`, or asked of a sandbox."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from demo_game.online import Account
from demo_game.online_easyjam import EasyJamAccount
from demo_game.online_forge import FORGE_URL, ForgeAccount
from demo_game.online_itchio import ItchioAccount
from demo_game.online_trading import TradingAccount
from pygame_gameservices import Achievement, ConfigurationError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.achievement_file import read_achievements

CONFIG = Path(__file__).with_name("gameservices.toml")
REAL_GAMEJOLT = "https://api.gamejolt.com/api/game/v1_2"


@dataclass(frozen=True, slots=True)
class Settings:
    """The accounts of the services that are used; None where one is not."""

    gamejolt: Account
    achievements: tuple[Achievement, ...]
    itchio: ItchioAccount | None = None
    forge: ForgeAccount | None = None
    easyjam: EasyJamAccount | None = None
    trading: TradingAccount | None = None

    def signed_in(self, username: str, token: str) -> Settings:
        """The same for a player who need not be asked."""
        return replace(self, gamejolt=replace(self.gamejolt, username=username, token=token))


def of_sandbox(sandbox: Sandbox, *, signed_in: bool = True) -> Settings:
    """Accounts of a sandbox that was started with `CONFIG`; its first player is the one who plays."""
    config = _load(CONFIG)
    player = sandbox.players[0]
    gamejolt = Account(sandbox.game_id, sandbox.private_key, _table(config), base_url=sandbox.gamejolt_url)
    settings = Settings(
        gamejolt=gamejolt,
        achievements=read_achievements(config),
        itchio=ItchioAccount(config["demo"]["itchio_game"], sandbox.itchio_tokens[player.username], sandbox.itchio_url),
        forge=ForgeAccount(config["demo"]["player_email"], sandbox.forge_key, sandbox.forge_url),
        easyjam=EasyJamAccount(sandbox.easyjam_url, tuple(sandbox.easyjam_tokens.values())),
        trading=TradingAccount(sandbox.trading_token, sandbox.trading_url, allow_trading=True),
    )
    return settings.signed_in(player.username, player.token) if signed_in else settings


def of_file(path: Path) -> Settings:
    """Accounts of the real services, as a `gameservices.toml` has them. A service without its own table is not used.

    Raises:
        ConfigurationError: the file is missing, broken, or lacks what a service needs.
    """
    config = _load(path)
    gamejolt, demo = _section(config, "gamejolt"), _section(config, "demo")
    if "game_id" not in gamejolt or not ("private_key" in gamejolt or "relay" in gamejolt):
        raise ConfigurationError(
            f"{path}: [gamejolt] needs game_id, and private_key (see the game's API settings there) or a relay"
        )
    forge, easyjam, trading = (_section(config, name) for name in ("forge", "easyjam", "trading"))
    return Settings(
        gamejolt=Account(
            gamejolt["game_id"],
            gamejolt.get("private_key", ""),
            _table(config),
            base_url=gamejolt.get("base_url", REAL_GAMEJOLT),
            relay=gamejolt.get("relay", ""),
        ),
        achievements=read_achievements(config),
        itchio=_itchio(_section(config, "itchio"), demo),
        forge=_forge(forge, demo),
        easyjam=EasyJamAccount(easyjam["base_url"], tuple(easyjam["tokens"]), easyjam.get("key", ""))
        if easyjam.get("base_url") and easyjam.get("tokens")
        else None,
        trading=TradingAccount(trading["token"], trading["base_url"], trading.get("allow_trading", False))
        if trading.get("token") and trading.get("base_url")
        else None,
    )


def _itchio(section: Mapping[str, Any], demo: Mapping[str, Any]) -> ItchioAccount | None:
    if "itchio_game" not in demo:
        return None
    return ItchioAccount(demo["itchio_game"], section.get("api_key", ""), section.get("base_url"), section.get("relay"))


def _forge(section: Mapping[str, Any], demo: Mapping[str, Any]) -> ForgeAccount | None:
    reachable = section.get("api_key") or section.get("base_url") or section.get("relay")
    if not reachable or not demo.get("player_email"):
        return None
    url, relay = section.get("base_url", FORGE_URL), section.get("relay", "")
    return ForgeAccount(demo["player_email"], section.get("api_key", ""), url, relay)


def _table(config: Mapping[str, Any]) -> int | None:
    tables = _section(config, "gamejolt").get("tables", [])
    return next((table["id"] for table in tables if table.get("primary")), None)


def _section(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = config.get(name, {})
    if not isinstance(found, Mapping):
        raise ConfigurationError(f"{name} must be a table, written [{name}]")
    return found


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file; copy {CONFIG} and write your keys into it") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error
