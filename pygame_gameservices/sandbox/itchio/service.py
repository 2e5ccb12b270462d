"""itch.io's server-side API, put together and served at ``/itchio/``, the old one at ``/itchio/api/1/``."""

from __future__ import annotations

import json
import logging
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from pygame_gameservices.sandbox.bodies import BodyTooLarge, form_fields, read_body
from pygame_gameservices.sandbox.database import replace_rows
from pygame_gameservices.sandbox.gamejolt.pictures import avatar
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.itchio import consent, endpoints, jwt, messages, pictures, tables
from pygame_gameservices.sandbox.itchio.access import Refused
from pygame_gameservices.sandbox.itchio.call import Call, from_http, public_path
from pygame_gameservices.sandbox.itchio.seed import read
from pygame_gameservices.sandbox.itchio.shop import Shop
from pygame_gameservices.sandbox.itchio.views import Views
from pygame_gameservices.sandbox.itchio.world import SeededPurchase
from pygame_gameservices.sandbox.journal import entry_of

_BIRTH = 1_362_351_734.0
"""When the seeded games came out, in Unix seconds: 2013-03-03."""
_WEEK = 7 * 86_400.0
_log = logging.getLogger("pygame_gameservices.sandbox")


class Itchio:
    """The protocol ``itchio`` of the sandbox. Built once per server process; used on its event loop."""

    name = "itchio"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._world = read(ground.seed, ground.players)

    def plant(self, fresh: bool) -> None:
        """Write games and keys, and into a fresh database the seeded purchases."""
        with self._ground.database.transaction() as sql:
            games = [{"id": g.id, "title": g.title, "published": int(g.published)} for g in self._world.games.values()]
            replace_rows(sql, tables.games, games)
            if fresh:
                self._write_credentials(sql)
                shop = Shop(sql, self._world, self._ground.players)
                then = self._ground.clock.now() - _WEEK
                for number, purchase in enumerate(self._world.purchases):
                    shop.buy(purchase, then + number)
                for number, key in enumerate(self._world.keys):
                    shop.give(key, then + number)

    def routes(self) -> list[BaseRoute]:
        """Return the API, the page for consent, the shop, and the pictures."""
        return [
            Route("/pictures/covers/{game:int}.png", self._cover),
            Route("/pictures/users/{username}.png", self._avatar),
            Route("/user/oauth", self._consent, methods=["GET"]),
            Route("/site/buy", self._buy, methods=["POST"]),
            Route("/{path:path}", _AnyMethod(self)),
        ]

    def failure(self, _request: Request, status: int) -> Response:
        """Say that there was a server error."""
        return _respond({"errors": [messages.SERVER_ERROR]}, status)

    def facts(self) -> dict[str, Any]:
        """Return the paths of the API, the keys, a launch token for each player, and the games."""
        expires = self._ground.clock.now() + self._world.launch_s
        players = self._ground.players.all()
        return {
            "path": f"/{self.name}",
            "legacy_path": f"/{self.name}/api/1",
            "oauth_path": f"/{self.name}/user/oauth",
            "client_id": self._world.client_id,
            "developer": self._world.developer,
            "api_key": self._world.credentials[0].api_key if self._world.credentials else "",
            "tokens": {one.username: one.api_key for one in reversed(self._world.credentials[1:])},
            "launch_keys": {player.username: jwt.mint(player.id, expires) for player in players},
            "launch_keys_expire_at": expires,
            "games": [{"id": g.id, "title": g.title, "slug": g.slug} for g in self._world.games.values()],
        }

    async def call(self, request: Request) -> Response:
        """Answer a call of the API, whatever its method."""
        entry = entry_of(request.scope)
        entry.path = public_path(entry.path)
        try:
            call = await from_http(request)
        except BodyTooLarge:
            return _respond({"errors": ["request too large"]}, 413, legacy=False)
        found = endpoints.find(call)
        if found is None or request.method not in ("GET", "POST", "HEAD"):
            return _respond({"errors": [messages.INVALID_ENDPOINT]}, 404, legacy=call.legacy)
        entry.endpoint, endpoint = found
        entry.note_params(call.params)
        try:
            with self._ground.database.transaction() as sql:
                answer, status = endpoint(self._ask(call, sql)), 200
            entry.success = True
        except Refused as refused:
            answer, status = {"errors": [refused.message]}, 200 if call.legacy else refused.status
            entry.success = False
        except Exception:  # an error of the sandbox itself: say so as the service would
            _log.exception("%s failed", entry.endpoint)
            answer, status = {"errors": [messages.SERVER_ERROR]}, 500
        return _respond(answer, status, legacy=call.legacy)

    def _ask(self, call: Call, sql: Connection) -> endpoints.Ask:
        players = self._ground.players
        return endpoints.Ask(
            call=call,
            world=self._world,
            players=players,
            sql=sql,
            now=self._ground.clock.now(),
            views=Views(call.legacy, call.root, _BIRTH, self._world.developer),
            shop=Shop(sql, self._world, players),
        )

    async def _consent(self, request: Request) -> Response:
        params = dict(form_fields(request.scope["query_string"]))
        with self._ground.database.transaction() as sql:
            return consent.consent(params, self._world, self._ground.players, sql)

    async def _buy(self, request: Request) -> Response:
        """Let a player of the sandbox buy a game: form fields username, token (the player's own) and game_id."""
        try:
            fields = dict(form_fields(await read_body(request.receive)))
        except BodyTooLarge:
            fields = {}
        player = self._ground.players.authenticate(fields.get("username"), fields.get("token"))
        game_id = fields.get("game_id", "")
        number = int(game_id) if game_id.isascii() and game_id.isdigit() and len(game_id) < 16 else 0
        if player is None or number not in self._world.games:
            return _respond({"errors": ["send username and token of a player, and the game_id of a game"]}, 403)
        with self._ground.database.transaction() as sql:
            bought = SeededPurchase(game_ids=(number,), username=player.username)
            purchase_id = Shop(sql, self._world, self._ground.players).buy(bought, self._ground.clock.now())
        return _respond({"purchase_id": purchase_id}, 200)

    async def _cover(self, request: Request) -> Response:
        game_id = request.path_params["game"]
        if game_id not in self._world.games:
            return Response("no such picture", 404, media_type="text/plain")
        return _picture(pictures.cover(game_id))

    async def _avatar(self, request: Request) -> Response:
        player = self._ground.players.by_name(request.path_params["username"])
        if player is None:
            return Response("no such picture", 404, media_type="text/plain")
        return _picture(avatar(player.username))

    def _write_credentials(self, sql: Connection) -> None:
        rows = []
        for one in self._world.credentials:
            player = self._ground.players.by_name(one.username)
            assert player is not None
            scopes = None if one.scopes is None else " ".join(one.scopes)
            rows.append({"api_key": one.api_key, "user_id": player.id, "scopes": scopes})
        if rows:
            sql.execute(tables.credentials.insert(), rows)


class _AnyMethod:
    """An ASGI application, so that the router lets every HTTP method through: itch.io answers all in its own way."""

    def __init__(self, itchio: Itchio) -> None:
        self._itchio = itchio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._itchio.call(Request(scope, receive))
        await response(scope, receive, send)


def _respond(answer: dict[str, Any], status: int, *, legacy: bool = False) -> Response:
    text = json.dumps(answer, ensure_ascii=False)
    if legacy:
        text = text.replace("/", "\\/")
    return Response(text, status, media_type="application/json")


def _picture(png: bytes) -> Response:
    return Response(png, media_type="image/png", headers={"cache-control": "max-age=3600"})
