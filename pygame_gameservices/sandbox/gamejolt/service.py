"""Game Jolt's API v1.2, put together and served: https://gamejolt.com/game-api/doc"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pygame_gameservices.sandbox.bodies import BodyTooLarge, form_fields, read_body
from pygame_gameservices.sandbox.database import replace_rows
from pygame_gameservices.sandbox.gamejolt import formats, messages, pictures, tables
from pygame_gameservices.sandbox.gamejolt.call import GameJoltCall, from_http
from pygame_gameservices.sandbox.gamejolt.endpoints import BATCH, ENDPOINTS, refusal
from pygame_gameservices.sandbox.gamejolt.ranks import Ranks
from pygame_gameservices.sandbox.gamejolt.referee import Moment, Referee
from pygame_gameservices.sandbox.gamejolt.seed import read_games, read_scores
from pygame_gameservices.sandbox.gamejolt.world import DIFFICULTIES, Game, ScoreTable, Trophy
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.journal import entry_of

VERSIONS = ("v1_2", "v1_1", "v1")
"""Versions in the path that are answered, all as v1.2."""

_TABLE_COLUMNS = ("id", "game_id", "name", "description", "primary", "order", "guests", "unique")
_TROPHY_COLUMNS = ("id", "game_id", "title", "description", "difficulty", "secret")
_API = "/api/game"
_WEEK = 7 * 86_400.0
_log = logging.getLogger("pygame_gameservices.sandbox")


class GameJolt:
    """The protocol ``gamejolt`` of the sandbox. Built once per server process; used on its event loop."""

    name = "gamejolt"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._seeded = read_games(ground.seed)
        self._games = dict(self._seeded)
        self._scores = read_scores(ground.seed, self._games, ground.players)
        self._ranks = Ranks()
        ground.database.on_commit(self._ranks.keep)
        ground.database.on_rollback(self._ranks.undo)
        self._referee = Referee(ground, self._games, self._ranks)

    def plant(self, fresh: bool) -> None:
        """Write games, tables and trophies, and into a fresh database the seeded scores."""
        self._ranks.forget()
        self._games.clear()
        self._games.update(self._seeded)
        with self._ground.database.transaction() as sql:
            self._write_definitions(sql)
            if fresh:
                self._write_scores(sql)
            for game in self._games.values():
                for table_id in game.tables:
                    self._ranks.rank(sql, table_id, 0)  # so that the first player does not wait for the reading

    def routes(self) -> list[BaseRoute]:
        """Return the API under ``/api/game/<version>/`` and the pictures under ``/pictures/``."""
        return [
            Route(_API + "/{version}/{endpoint:path}", self._call, methods=["GET", "POST"]),
            Route("/pictures/avatars/{username}.png", self._avatar),
            Route("/pictures/trophies/{trophy:int}.png", self._trophy),
            Route("/pictures/trophy-secret-1.jpg", self._secret),
        ]

    def failure(self, request: Request, status: int) -> Response:
        """Say that a fatal error occurred, in the format that the query asks for."""
        wanted = dict(form_fields(request.scope["query_string"])).get("format", "json")
        return _respond(refusal(messages.FATAL), wanted if wanted in formats.FORMATS else "json", status)

    def facts(self) -> dict[str, Any]:
        """Return the path of the API and the games with keys, tables and trophies; the main game comes first."""
        return {
            "path": f"/{self.name}{_API}/v1_2",
            "games": [_game_facts(game) for game in self._games.values()],
        }

    @property
    def games(self) -> Mapping[int, Game]:
        """All games by id, with what was added by hand."""
        return self._games

    @property
    def ranks(self) -> Ranks:
        """The ranks of all score tables."""
        return self._ranks

    def add_table(self, sql: Connection, table: ScoreTable) -> None:
        """Give a game one more score table, until the next `plant`. Its id must be free."""
        game = self._games[table.game_id]
        self._games[game.id] = replace(game, tables={**game.tables, table.id: table})
        sql.execute(tables.score_tables.insert(), _fields(table, *_TABLE_COLUMNS))

    def add_trophy(self, sql: Connection, trophy: Trophy) -> None:
        """Give a game one more trophy, until the next `plant`. Its id must be free."""
        game = self._games[trophy.game_id]
        ordered = sorted([*game.trophies.values(), trophy], key=lambda one: DIFFICULTIES.index(one.difficulty))
        self._games[game.id] = replace(game, trophies={one.id: one for one in ordered})
        sql.execute(tables.trophies.insert(), _fields(trophy, *_TROPHY_COLUMNS))

    async def _call(self, request: Request) -> Response:
        entry = entry_of(request.scope)
        endpoint = request.path_params["endpoint"].strip("/")
        if request.path_params["version"] not in VERSIONS or (endpoint != BATCH and endpoint not in ENDPOINTS):
            return _respond(refusal(messages.FATAL), "json", 404)
        entry.endpoint = endpoint
        try:
            body = await read_body(request.receive)
        except BodyTooLarge:
            return _respond(refusal(messages.FATAL), "json", 413)
        call = from_http(request.scope, endpoint, body)
        entry.note_params(call.params)
        entry.sub_requests = [one.strip().partition("?")[0].strip("/") for one in call.requests]
        answer, status = self._judge(call, request)
        entry.success = answer["success"] == "true"
        wanted = call.params.get("format", "json")
        return _respond(answer, wanted if wanted in formats.FORMATS else "json", status)

    def _judge(self, call: GameJoltCall, request: Request) -> tuple[dict[str, Any], int]:
        root = f"{request.scope['scheme']}://{request.headers.get('host', '')}/{self.name}"
        moment = Moment(
            now=self._ground.clock.now(),
            base_url=f"{root}{_API}/{request.path_params['version']}",
            pictures_url=f"{root}/pictures",
        )
        try:
            return self._referee.judge(call, moment), 200
        except Exception:  # an error of the sandbox itself: say so as the service would, and rolled back
            _log.exception("%s failed", call.endpoint)
            return refusal(messages.FATAL), 500

    async def _avatar(self, request: Request) -> Response:
        player = self._ground.players.by_name(request.path_params["username"])
        return _picture(None if player is None else pictures.avatar(player.username))

    async def _trophy(self, request: Request) -> Response:
        number = request.path_params["trophy"]
        trophy = next((game.trophies[number] for game in self._games.values() if number in game.trophies), None)
        return _picture(None if trophy is None else pictures.trophy(trophy.id, trophy.difficulty))

    async def _secret(self, request: Request) -> Response:
        return _picture(pictures.secret_trophy(), "image/jpeg")

    def _write_definitions(self, sql: Connection) -> None:
        games = list(self._games.values())
        replace_rows(sql, tables.games, [_fields(game, "id", "name", "private_key") for game in games])
        rows = [_fields(table, *_TABLE_COLUMNS) for game in games for table in game.tables.values()]
        replace_rows(sql, tables.score_tables, rows)
        rows = [_fields(one, *_TROPHY_COLUMNS) for game in games for one in game.trophies.values()]
        replace_rows(sql, tables.trophies, rows)

    def _write_scores(self, sql: Connection) -> None:
        by_table = {table.id: table for game in self._games.values() for table in game.tables.values()}
        now = self._ground.clock.now()
        rows = []
        for number, score in enumerate(self._scores):
            player = self._ground.players.by_name(score.username) if score.username else None
            rows.append(
                {
                    "table_id": score.table_id,
                    "place": by_table[score.table_id].place(score.sort),
                    "sort": score.sort,
                    "score": score.score,
                    "player_id": None if player is None else player.id,
                    "guest": score.guest or None,
                    "extra_data": score.extra_data,
                    "stored": now - _WEEK + number,
                }
            )
        if rows:
            sql.execute(tables.scores.insert(), rows)


def _game_facts(game: Game) -> dict[str, Any]:
    return {
        "id": game.id,
        "name": game.name,
        "private_key": game.private_key,
        "tables": [_fields(table, "id", "name", "primary", "order", "guests") for table in game.tables.values()],
        "trophies": [_fields(one, "id", "title", "difficulty", "secret") for one in game.trophies.values()],
    }


def _fields(thing: object, *names: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _respond(answer: dict[str, Any], format_name: str, status: int) -> Response:
    headers = {"content-type": formats.CONTENT_TYPES[format_name]}
    return Response(formats.render(answer, format_name), status_code=status, headers=headers)


def _picture(png: bytes | None, media_type: str = "image/png") -> Response:
    if png is None:
        return Response("no such picture", status_code=404, media_type="text/plain")
    return Response(png, media_type=media_type, headers={"cache-control": "max-age=3600"})
