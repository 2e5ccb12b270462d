"""What one needs to use a sandbox: each service's address and keys, as rows for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

MOST_LISTED = 8
"""How many players or makers are listed; a seed may have thousands."""

Row = tuple[str, str]

PASTED = ("or in code", "sign in")
"""Labels of rows that are lines of a program, and are never broken."""


def for_a_game(facts: dict[str, Any]) -> Iterator[Row]:
    """What a game on Game Jolt needs: lines to paste, and who can sign in."""
    gamejolt, players = facts["gamejolt"], facts["players"]
    game = gamejolt["games"][0]
    address = f"{facts['url']}{gamejolt['path']}"
    yield "or in code", f'gj = services.add(GameJolt({game["id"]}, "{game["private_key"]}", base_url="{address}"))'
    for player in players[:1]:
        yield "sign in", f'gj.sign_in("{player["username"]}", "{player["token"]}")'
    yield "trophies", _listed(game["trophies"][:MOST_LISTED], "title")
    if facts["ca_file"]:
        yield "trust", facts["ca_file"]


def addresses(facts: dict[str, Any]) -> Iterator[Row]:
    """Labels and texts, in order, from the facts that a sandbox tells when it starts."""
    yield from _gamejolt(facts)
    yield from _itchio(facts["url"], facts["itchio"])
    yield from _forge(facts["url"], facts["forge"])
    yield from _easyjam(facts["url"], facts["easyjam"])
    yield from _trading(facts["url"], facts["trading"])
    if facts["ca_file"]:
        yield "trust", facts["ca_file"]


def _gamejolt(facts: dict[str, Any]) -> Iterator[Row]:
    gamejolt = facts["gamejolt"]
    yield "Game Jolt", f"{facts['url']}{gamejolt['path']}"
    for game in gamejolt["games"]:
        yield "  game", f"{game['name']}: id {game['id']}, private key {game['private_key']}"
        yield "    tables", _listed(game["tables"], "name")
        yield "    trophies", _listed(game["trophies"], "title")
    yield from _each("  player", [f"{player['username']}, token {player['token']}" for player in facts["players"]])


def _itchio(url: str, itchio: dict[str, Any]) -> Iterator[Row]:
    yield "itch.io", f"{url}{itchio['path']}"
    yield "  games", _listed(itchio["games"], "title")
    if itchio["api_key"]:
        yield "  developer", f"{itchio['developer']}, API key {itchio['api_key']}"
    yield from _each("  player", [f"{name}, API key {key}" for name, key in itchio["tokens"].items()])
    yield "  launch", "what the itch app puts into ITCHIO_API_KEY: --json has it, in itchio.launch_keys"
    yield "  OAuth", f"{url}{itchio['oauth_path']} for client {itchio['client_id']}"


def _forge(url: str, forge: dict[str, Any]) -> Iterator[Row]:
    yield "Forge", f"{url}{forge['path']}"
    for key in forge["keys"]:
        yield "  API key", key["key"]


def _easyjam(url: str, easyjam: dict[str, Any]) -> Iterator[Row]:
    yield "EasyJam", f"{url}{easyjam['path']}"
    if easyjam["key"]:
        yield "  API key", easyjam["key"]
    yield from _each("  maker", [f"{maker['name']}, token {maker['token']}" for maker in easyjam["makers"]])


def _trading(url: str, trading: dict[str, Any]) -> Iterator[Row]:
    yield "Trading", f"{url}{trading['path']}"
    accounts = [f"{account['trader']}, token {account['token']}" for account in trading["accounts"]]
    yield from _each("  account", accounts)


def _each(label: str, lines: Sequence[str]) -> Iterator[Row]:
    for line in lines[:MOST_LISTED]:
        yield label, line
    if len(lines) > MOST_LISTED:
        yield "", f"and {len(lines) - MOST_LISTED} more, in --json"


def _listed(things: Sequence[dict[str, Any]], label: str) -> str:
    return ", ".join(f"{thing['id']} {thing[label]}" for thing in things) or "none"
