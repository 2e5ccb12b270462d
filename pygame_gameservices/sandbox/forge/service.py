"""Forge's partner API, put together and served: ``/forge/player/playtime``, ``/forge/player/achievement``,
``/forge/v1/user/points`` and ``/forge/v1/user/referrals``.

Beside it, under ``/forge/site/``, is what a player does on Forge's own site: join, connect a wallet, see quests.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Table
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pygame_gameservices.sandbox.bodies import BodyTooLarge, read_body
from pygame_gameservices.sandbox.forge import quests, records, tables
from pygame_gameservices.sandbox.forge.ledger import Ledger
from pygame_gameservices.sandbox.forge.points import points, referral_points
from pygame_gameservices.sandbox.forge.seed import read
from pygame_gameservices.sandbox.forge.world import ApiKey, Quest, Referrals
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.journal import entry_of
from pygame_gameservices.sandbox.players import Player

Reader = Callable[[object], dict[str, Any]]


class Forge:
    """The protocol ``forge`` of the sandbox. Built once per server process; used on its event loop."""

    name = "forge"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._world = read(ground.seed, ground.players)

    def plant(self, fresh: bool) -> None:
        """Give the players who joined an account, in a fresh database."""
        if not fresh:
            return
        with self._ground.database.transaction() as sql:
            ledger = Ledger(sql, self._ground.clock.now())
            for username in self._world.joined:
                player = self._ground.players.by_name(username)
                assert player is not None
                ledger.join(player.username, player.email)

    def routes(self) -> list[BaseRoute]:
        """Return the endpoints, the site beside them, and an answer of the API's kind for every other path."""

        async def playtime(request: Request) -> Response:
            return await self._ingest(request, "playtime", tables.playtime, records.playtime)

        async def achievement(request: Request) -> Response:
            return await self._ingest(request, "achievement", tables.achievements, records.achievement)

        async def user_points(request: Request) -> Response:
            return await self._look_up(request, "points")

        async def user_referrals(request: Request) -> Response:
            return await self._look_up(request, "referrals")

        return [
            Route("/v1/user/points", user_points, methods=["GET"]),
            Route("/v1/user/referrals", user_referrals, methods=["GET"]),
            Route("/player/playtime", playtime, methods=["POST"]),
            Route("/player/achievement", achievement, methods=["POST"]),
            Route("/site/join", self._join, methods=["POST"]),
            Route("/site/wallets", self._connect, methods=["POST"]),
            Route("/site/quests", self._quests, methods=["GET"]),
            Route("/{path:path}", self._nothing_there, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]

    def failure(self, _request: Request, status: int) -> Response:
        """Say that the service is not available."""
        return _refused(status, "Service Unavailable")

    def facts(self) -> dict[str, Any]:
        """Return the path of the API, the keys and the quests."""
        return {
            "path": f"/{self.name}",
            "keys": [
                {"key": key.text, "partner": key.partner, "game": key.game, "game_id": key.game_id}
                for key in self._world.keys
            ],
            "quests": [_quest_facts(quest) for quest in self._world.quests],
        }

    async def _ingest(self, request: Request, endpoint: str, table: Table, reader: Reader) -> Response:
        entry = entry_of(request.scope)
        entry.endpoint = endpoint
        try:
            body = await read_body(request.receive)
        except BodyTooLarge:
            return _refused(413, "Payload too large")
        sent = request.headers.get("x-api-key")
        if not sent:
            return _refused(401, "UnAuthorized")
        key = self._key(sent)
        if key is None:
            return _refused(403, "Forbidden")
        with self._ground.database.transaction() as sql:
            ledger = Ledger(sql, self._ground.clock.now())
            if ledger.requests_today(key.game_id) >= self._world.daily_requests:
                return _refused(429, "Quota exceeded")
            try:
                payload = _payload(request, body, self._world.largest_batch)
            except BadPayload as bad:
                ledger.count_request(key.game_id, 0)
                return _refused(400, str(bad))
            good, errors = _sorted_out(payload, reader)
            ledger.count_request(key.game_id, len(good))
            ledger.write(table, key.game_id, good, ignore_repeats=self._world.ignores_repeats)
        entry.success = not errors
        entry.note_params({"records": str(len(payload))})
        if errors:
            answer = {"records_processed": len(good), "records_failed": len(errors), "errors": errors}
            return JSONResponse(answer, 400)
        return JSONResponse({"records_processed": len(good)})

    async def _look_up(self, request: Request, endpoint: str) -> Response:
        entry_of(request.scope).endpoint = endpoint
        query = request.query_params
        sent = request.headers.get("x-api-key")
        key = self._key(sent) if sent else None
        if key is None:
            return _refused(403, "Forbidden") if sent else _refused(401, "UnAuthorized")
        with self._ground.database.transaction() as sql:
            ledger = Ledger(sql, self._ground.clock.now())
            if ledger.requests_today(key.game_id) >= self._world.daily_requests:
                return _refused(429, "Quota exceeded")
            ledger.count_request(key.game_id, 0)
            email, address, blockchain = (query.get(name, "") for name in ("email", "wallet_address", "blockchain"))
            if query.get("game_name", "") != key.game:
                return _failure(400, "game_name is missing, or not that of the key.")
            if not email and not (address and blockchain):
                return _failure(400, "email, or wallet_address and blockchain, are required.")
            found = ledger.user_of(email, blockchain, address)
            if found is None:
                return _failure(200, "User not found.")
            user, username = found
            brought = self._world.referrals.get(username.casefold(), Referrals())
            done = [quest for quest in self.standing(ledger, user) if quest["done"] and quest["game_id"] == key.game_id]
            told = points(len(done), brought) if endpoint == "points" else referral_points(brought)
        return JSONResponse({"status": "success", "records": told})

    async def _nothing_there(self, request: Request) -> Response:
        known = {"player/playtime": "POST", "player/achievement": "POST"}
        known |= {"v1/user/points": "GET", "v1/user/referrals": "GET"}
        wanted = known.get(request.path_params["path"].strip("/"))
        return _refused(404, "Not Found") if wanted is None else _refused(405, f"Method Not Allowed, use {wanted}")

    def _key(self, sent: str) -> ApiKey | None:
        return next((key for key in self._world.keys if hmac.compare_digest(key.text.encode(), sent.encode())), None)

    async def _join(self, request: Request) -> Response:
        fields, player = await self._player(request)
        if player is None:
            return JSONResponse({"error": "send username and token of a player of this sandbox"}, 403)
        with self._ground.database.transaction() as sql:
            ledger = Ledger(sql, self._ground.clock.now())
            ledger.join(player.username, fields.get("email") or player.email)
        return JSONResponse({"joined": player.username})

    async def _connect(self, request: Request) -> Response:
        fields, player = await self._player(request)
        if player is None:
            return JSONResponse({"error": "send username and token of a player of this sandbox"}, 403)
        blockchain, address = fields.get("blockchain", ""), fields.get("wallet_address", "")
        if not blockchain or not address:  # the records of players without a wallet have neither
            return JSONResponse({"error": "send the wallet_address and its blockchain"}, 400)
        with self._ground.database.transaction() as sql:
            ledger = Ledger(sql, self._ground.clock.now())
            user = ledger.user(player.username)
            if user is None:
                return JSONResponse({"error": "the player has not joined Forge yet"}, 409)
            if not ledger.connect(user, blockchain, address):
                return JSONResponse({"error": "the wallet belongs to another player"}, 409)
        return JSONResponse({"connected": address})

    async def _quests(self, request: Request) -> Response:
        player = self._ground.players.by_name(request.query_params.get("username", ""))
        with self._ground.database.transaction() as sql:
            ledger = Ledger(sql, self._ground.clock.now())
            user = None if player is None else ledger.user(player.username)
            if user is None:
                return JSONResponse({"error": "there is no such player on Forge"}, 404)
            return JSONResponse({"quests": self.standing(ledger, user)})

    def standing(self, ledger: Ledger, user: int) -> list[dict[str, Any]]:
        """Return how far a player with an account is with each quest, as JSON."""
        games = {quest.game_id for quest in self._world.quests}
        records_of = {game: (ledger.sessions(user, game), ledger.unlocks(user, game)) for game in games}
        listed = []
        for quest in self._world.quests:
            so_far = quests.progress(quest, *records_of[quest.game_id])
            done = quests.reached(quest, so_far)
            listed.append({**_quest_facts(quest), "progress": so_far, "done": done})
        return listed

    async def _player(self, request: Request) -> tuple[dict[str, str], Player | None]:
        try:
            fields = json.loads(await read_body(request.receive))
        except (ValueError, RecursionError, BodyTooLarge):
            return {}, None
        if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
            return {}, None
        return fields, self._ground.players.authenticate(fields.get("username"), fields.get("token"))


def _quest_facts(quest: Quest) -> dict[str, Any]:
    return {
        "id": quest.id,
        "title": quest.title,
        "game_id": quest.game_id,
        "kind": quest.kind,
        "goal": quest.goal,
    }


class BadPayload(Exception):
    """A body of which nothing is taken; the text is sent to the partner."""


def _payload(request: Request, body: bytes, most: int) -> list[object]:
    """One record or an array of them. Raises `BadPayload` when it is neither, or too long an array."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadPayload("Invalid payload.")
    try:
        payload = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadPayload("Invalid payload.") from None
    if isinstance(payload, dict):
        return [payload]
    if not isinstance(payload, list) or not payload:
        raise BadPayload("Invalid payload.")
    if len(payload) > most:
        raise BadPayload(f"The array holds {len(payload):,} records; one request takes {most:,} at most.")
    return payload


def _sorted_out(payload: list[object], reader: Reader) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    good: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    for place, record in enumerate(payload):
        try:
            good.append(reader(record))
        except records.BadRecord as bad:
            errors.append({"record_id": records.record_id(record, place), "message": str(bad)})
    return good, errors


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"records_processed": 0, "errors": [{"message": message}]}, status)


def _failure(status: int, message: str) -> Response:
    return JSONResponse({"status": "failure", "records": {}, "message": message}, status)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
