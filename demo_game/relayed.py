"""The game behind a relay: one process knows the keys, for the relay; another one plays, and is told none of them.

`host` runs a sandbox and, in front of it, a relay, as the game's maker would. `start_game` starts the game as a process
of its own, which hears from `host` what a shipped game would have in it: the relay's address, and who plays.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import subprocess
import sys
import tempfile
import threading
import tomllib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from demo_game.online import Account
from demo_game.online_easyjam import EasyJamAccount
from demo_game.online_forge import ForgeAccount
from demo_game.online_itchio import ItchioAccount
from demo_game.online_trading import TradingAccount
from demo_game.settings import CONFIG, Settings, of_file
from pygame_gameservices import GameServicesError
from pygame_gameservices.sandbox import FaultSwitch, Sandbox, SandboxPlayer
from pygame_gameservices.sandbox.remote import AdminClient

BEHIND_RELAY = "--behind-relay"
"""The argument of a game that is told on its standard input where the relay is."""
START_S = 60.0


@dataclass(frozen=True, slots=True)
class Hosted:
    """What runs for the game.

    Attributes:
        sandbox: stands for the services.
        keys: what the game must not know: fresh ones, which stand in no file of the game.
        told: what the game is told.
    """

    sandbox: Sandbox
    keys: Mapping[str, str] = field(repr=False)
    told: Mapping[str, Any] = field(repr=False)


@contextmanager
def host(database: Path | None = None) -> Iterator[Hosted]:
    """Run a sandbox that takes fresh keys alone, and a relay that has them.

    Raises:
        GameServicesError: one of them does not start; the text says why.
    """
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    forge = b64encode(f"sandbox:Light Harvest:light-harvest-01:{secrets.token_hex(6)}".encode()).decode()
    keys = {"gamejolt": secrets.token_hex(16), "forge": forge, "itchio": secrets.token_urlsafe(30)}
    config["gamejolt"]["private_key"] = keys["gamejolt"]
    config["forge"]["api_key"], config["itchio"]["api_key"] = keys["forge"], keys["itchio"]
    with Sandbox.start(config, database=database) as sandbox, _relay(sandbox, keys, config) as url:
        player = sandbox.players[0]
        told = {
            "relay": url,
            "game_id": sandbox.game_id,
            "players": [{"id": one.id, "username": one.username, "token": one.token} for one in sandbox.players],
            "itchio_token": sandbox.itchio_tokens[player.username],
            "forge_site": sandbox.forge_url,
            "easyjam": {"base_url": sandbox.easyjam_url, "tokens": list(sandbox.easyjam_tokens.values())},
            "trading": {"token": sandbox.trading_token, "base_url": sandbox.trading_url},
            "admin": {"url": sandbox.admin_url, "token": sandbox.admin_token},
        }
        yield Hosted(sandbox, keys, told)


def start_game(
    told: Mapping[str, Any], arguments: Sequence[str], env: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start the game with the arguments of ``python -m demo_game``. It ends by itself; see `subprocess.Popen`."""
    command = [sys.executable, "-m", "demo_game", *arguments, BEHIND_RELAY]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, env=env)
    assert process.stdin is not None
    process.stdin.write(json.dumps(told) + "\n")
    process.stdin.close()
    return process


class Server:
    """The sandbox as the story needs it: who plays, and how to cut the network. It knows no key."""

    running = True

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told
        self.players = [SandboxPlayer(**one) for one in told["players"]]
        self.faults = FaultSwitch(AdminClient(told["admin"]["url"], told["admin"]["token"]))


def hear(standard_input: IO[str]) -> Server:
    """Read what the game is told."""
    return Server(json.loads(standard_input.readline()))


def of_relay(server: Server, *, signed_in: bool = True) -> Settings:
    """The accounts of a game that holds no key."""
    told, player = server.told, server.players[0]
    built_in = of_file(CONFIG)
    demo = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["demo"]
    settings = Settings(
        gamejolt=Account(told["game_id"], table_id=built_in.gamejolt.table_id, relay=told["relay"]),
        achievements=built_in.achievements,
        itchio=ItchioAccount(demo["itchio_game"], told["itchio_token"], relay=told["relay"]),
        forge=ForgeAccount(demo["player_email"], base_url=told["forge_site"], relay=told["relay"]),
        easyjam=EasyJamAccount(told["easyjam"]["base_url"], tuple(told["easyjam"]["tokens"])),
        trading=TradingAccount(told["trading"]["token"], told["trading"]["base_url"], allow_trading=True),
    )
    return settings.signed_in(player.username, player.token) if signed_in else settings


@contextmanager
def _relay(sandbox: Sandbox, keys: Mapping[str, str], config: Mapping[str, Any]) -> Iterator[str]:
    """A relay in front of a sandbox, run as its maker would; its address."""
    with tempfile.TemporaryDirectory(prefix="light-harvest-relay-", ignore_cleanup_errors=True) as folder:
        toml = Path(folder, "relay.toml")
        lines = [
            'listen = "127.0.0.1:0"',
            f'[gamejolt]\ngame_id = {sandbox.game_id}\nbase_url = "{sandbox.gamejolt_url}"',
            f'[forge]\nbase_url = "{sandbox.forge_url}"',
            f'[itchio]\nbase_url = "{sandbox.itchio_url}"\ngames = [{config["demo"]["itchio_game"]}]',
        ]
        toml.write_text("\n".join(lines) + "\n", encoding="utf-8")
        secret = {"RELAY_SECRET": secrets.token_urlsafe(48)}
        env = {**os.environ, **secret, **{f"RELAY_{name.upper()}_KEY": key for name, key in keys.items()}}
        command = [sys.executable, "-m", "pygame_gameservices", "relay", "serve", "--config", str(toml)]
        process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
        try:
            yield f"http://{_address(process)}"
        finally:
            process.terminate()
            process.wait()


def _address(process: subprocess.Popen[str]) -> str:
    """Where a relay listens, once it is ready. What it says later is read as well, so that it never waits for us."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    assert process.stderr is not None
    source = process.stderr

    def read() -> None:
        for line in source:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, name="relay-log", daemon=True).start()
    address, said = "", ""
    while True:
        try:
            line = lines.get(timeout=START_S)
        except queue.Empty:
            raise GameServicesError(f"the relay did not start within {START_S:g} s: {said}") from None
        if not line:
            raise GameServicesError(f"the relay did not start: {said}")
        said += line
        if line.startswith("{"):
            event = json.loads(line)
            address = event.get("address", address)
            if event["event"] == "the relay is ready":
                return address
