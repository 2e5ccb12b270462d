"""From a call to its answer: the checks that all calls share, and batches."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from pygame_gameservices.sandbox.gamejolt import messages
from pygame_gameservices.sandbox.gamejolt.ask import Ask, Refused, as_flag, as_integer
from pygame_gameservices.sandbox.gamejolt.call import GameJoltCall, from_batch
from pygame_gameservices.sandbox.gamejolt.endpoints import BATCH, ENDPOINTS, answer, refusal
from pygame_gameservices.sandbox.gamejolt.ranks import Ranks
from pygame_gameservices.sandbox.gamejolt.signature import is_signed
from pygame_gameservices.sandbox.gamejolt.world import Game
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.players import Players

MOST_REQUESTS = 50
"""How many sub-requests a batch may hold."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What all calls of one HTTP request share.

    Attributes:
        now: Unix seconds, read once, so that a batch happens at one time.
        base_url: ``http://host/gamejolt/api/game/v1_2`` as the client wrote it.
        pictures_url: where this server has its pictures.
    """

    now: float
    base_url: str
    pictures_url: str


class Referee:
    """Judges calls: right game, right signature, then the endpoint. Used on the event loop; nothing here awaits."""

    def __init__(self, ground: Ground, games: dict[int, Game], ranks: Ranks) -> None:
        self._ground = ground
        self._games = games
        self._ranks = ranks
        self._shuffle = random.Random(0)

    def judge(self, call: GameJoltCall, moment: Moment) -> dict[str, Any]:
        """Answer a call that came alone, or a batch. Commits before it returns.

        A batch is one transaction: its calls still succeed and fail one by one, since a refusal changes nothing.
        """
        try:
            if call.endpoint == BATCH:
                self._check(call)
                return self._batch(call, moment)
            with self._ground.database.transaction() as sql:
                return self._single(call, moment, sql)
        except Refused as no:
            return refusal(no.message)

    def _check(self, call: GameJoltCall) -> Game:
        if not call.signature:
            raise Refused(messages.NO_SIGNATURE)
        game = self._games.get(as_integer(call.params.get("game_id")) or 0)
        if game is None:
            raise Refused(messages.BAD_GAME)
        if not is_signed(call.signature, game.private_key, *call.signed_texts):
            raise Refused(messages.BAD_SIGNATURE)
        return game

    def _single(self, call: GameJoltCall, moment: Moment, sql: Connection) -> dict[str, Any]:
        game = self._check(call)
        endpoint = ENDPOINTS.get(call.endpoint)
        if endpoint is None:
            raise Refused(messages.FATAL)
        players: Players = self._ground.players
        ask = Ask(game, call.params, sql, moment.now, players, self._ranks, moment.pictures_url)
        return answer(endpoint, ask)

    def _batch(self, call: GameJoltCall, moment: Moment) -> dict[str, Any]:
        parallel = as_flag(call.params.get("parallel")) or False
        break_on_error = as_flag(call.params.get("break_on_error")) or False
        if parallel and break_on_error:
            raise Refused(messages.PARALLEL_OR_BREAK)
        if call.params.get("format") == "dump":
            raise Refused(messages.NO_DUMP_BATCH)
        if not call.requests:
            raise Refused(messages.NO_REQUESTS)
        if len(call.requests) > MOST_REQUESTS:
            raise Refused(messages.TOO_MANY_REQUESTS)
        with self._ground.database.transaction() as sql:
            if parallel:
                return {"success": "true", "responses": self._in_any_order(call.requests, moment, sql)}
            responses = []
            for request in call.requests:
                responses.append(self._inner(request, moment, sql))
                if break_on_error and responses[-1]["success"] != "true":
                    return {"success": "false", "responses": responses}
            return {"success": "true", "responses": responses}

    def _in_any_order(self, requests: list[str], moment: Moment, sql: Connection) -> list[dict[str, Any]]:
        # Nothing promises an order to a parallel batch, so that a game which counts on one should notice here. The
        # shuffle is seeded: a test that fails does so again. Answers come in the order of the requests.
        order = list(range(len(requests)))
        self._shuffle.shuffle(order)
        responses = {place: self._inner(requests[place], moment, sql) for place in order}
        return [responses[place] for place in range(len(requests))]

    def _inner(self, request: str, moment: Moment, sql: Connection) -> dict[str, Any]:
        try:
            call = from_batch(request, moment.base_url)
            if call.endpoint == BATCH:
                raise Refused(messages.NO_NESTED_BATCH)
            return self._single(call, moment, sql)
        except Refused as no:
            return refusal(no.message)
        except ValueError:  # urlsplit could make nothing of it
            return refusal(messages.FATAL)
