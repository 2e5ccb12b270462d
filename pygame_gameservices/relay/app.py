"""The relay as a web application: which paths there are, and what an answer looks like."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio.to_thread
import msgspec
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pygame_gameservices.relay.bodies import TooLarge, TooSlow, read_body
from pygame_gameservices.relay.database import POOL, Database
from pygame_gameservices.relay.gamejolt.api import GameJoltApi, said_yes
from pygame_gameservices.relay.gamejolt.call import BATCH, PARAMETERS, Malformed, Told, read
from pygame_gameservices.relay.gamejolt.service import GameJoltService
from pygame_gameservices.relay.hooks import load as load_hook
from pygame_gameservices.relay.limits import RateLimits
from pygame_gameservices.relay.notes import Notes
from pygame_gameservices.relay.people import People
from pygame_gameservices.relay.refusals import Refusals
from pygame_gameservices.relay.reports import METRICS_TYPE, Metrics, say
from pygame_gameservices.relay.settings import Keys, Settings
from pygame_gameservices.relay.tickets import HEADER, Tickets
from pygame_gameservices.relay.upstream import Upstream
from pygame_gameservices.relay.visitors import Later, TicketWanted, Visitor

FORM = "application/x-www-form-urlencoded"
LONGEST_QUERY = 16 << 10
TIDY_EVERY_S = 3600.0
RELEASED_EVERY_S = 10.0
"""Seconds between two looks at what the maker has released of guests; a player's waits for the player."""
_PEOPLE_S = 30 * 86_400.0


class Relay:
    """What runs in one process. Built on its event loop's thread; requests are worked off on threads.

    Args:
        settings: what the toml says.
        keys: what it does not.
        folder: where the toml is; a hook may lie there.
    """

    def __init__(self, settings: Settings, keys: Keys, folder: Path) -> None:
        assert settings.gamejolt is not None
        assert keys.gamejolt is not None
        self._settings = settings
        self._database = Database(keys.database)
        self._tickets = Tickets(keys.secret, time.time)
        self._metrics = Metrics()
        self._upstream = Upstream()
        self._threads = CapacityLimiter(POOL)
        self._notes = Notes(self._database)
        self._refusals = Refusals(self._database)
        self._rates = RateLimits(self._database)
        self._people = People(self._database, keys.secret, settings.limits.remember_player_s)
        gamejolt = settings.gamejolt
        api = GameJoltApi(self._upstream, gamejolt.base_url, gamejolt.game_id, keys.gamejolt)
        hook = load_hook(gamejolt.hook, folder) if gamejolt.hook else None
        self._gamejolt = GameJoltService(gamejolt, api, self._database, keys.secret, settings.limits, hook)
        self._blocked = [ipaddress.ip_network(one) for one in settings.limits.blocked_addresses]

    def app(self) -> Starlette:
        """The application."""
        cors = Middleware(
            CORSMiddleware,
            allow_origins=list(self._settings.origins),
            allow_methods=["GET", "POST"],
            allow_headers=[HEADER, "Content-Type"],
            expose_headers=[HEADER, "Retry-After"],
            max_age=600,
        )
        routes = [
            Route("/health", self._health),
            Route("/ready", self._ready),
            Route("/metrics", self._show_metrics),
            Route("/gamejolt/{endpoint:path}", self._timed("gamejolt", self._call_gamejolt), methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes, middleware=[cors], lifespan=self._life)

    @contextlib.asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        await self._on_thread(self._database.migrate)
        say("the relay is ready")
        chores = [
            asyncio.create_task(self._now_and_then(TIDY_EVERY_S, self._tidy)),
            asyncio.create_task(self._now_and_then(RELEASED_EVERY_S, self._deliver_released)),
        ]
        yield
        for chore in chores:
            chore.cancel()
        self._upstream.close()
        self._database.close()

    async def _health(self, request: Request) -> Response:
        """Whether the process lives."""
        return PlainTextResponse("alive\n")

    async def _ready(self, request: Request) -> Response:
        """Whether it can take calls: its database answers, and its tables are of this version."""
        try:
            current = await self._on_thread(self._database.is_current)
        except Exception:
            say("the database does not answer", logging.ERROR)
            current = False
        return PlainTextResponse("ready\n" if current else "not ready\n", status_code=200 if current else 503)

    async def _show_metrics(self, request: Request) -> Response:
        if not self._is_operator(request):
            return PlainTextResponse("not found\n", status_code=404)
        return Response(self._metrics.text(), headers={"content-type": METRICS_TYPE})

    def _is_operator(self, request: Request) -> bool:
        return request.client is not None and request.client.host in self._settings.operators

    def _is_blocked(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(mapped in network for network in self._blocked)

    def _timed(
        self, service: str, handler: Callable[[Request], Awaitable[tuple[Response, str]]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def timed(request: Request) -> Response:
            began = time.perf_counter()
            response, outcome = await handler(request)
            self._metrics.request(service, outcome, time.perf_counter() - began)
            return response

        return timed

    async def _call_gamejolt(self, request: Request) -> tuple[Response, str]:
        endpoint = request.path_params["endpoint"].removesuffix("/")
        try:
            told = await self._read_gamejolt(request, endpoint)
        except TooLarge:
            return _refusal("it is too large", 413), "malformed"
        except TooSlow:
            return _refusal("it did not come in time", 408), "malformed"
        except Malformed as error:
            return _refusal(str(error), 404 if endpoint not in (BATCH, *PARAMETERS) else 400), "malformed"
        address = request.client.host if request.client else ""
        if self._is_blocked(address):
            return _refusal("this address is blocked", 403), "blocked"
        visitor = Visitor(
            address=address,
            guest=self._tickets.holder(request.headers.get(HEADER, "")),
        )
        try:
            answer = await self._on_thread(lambda: self._gamejolt.handle(told, visitor))
        except TicketWanted:
            response = _refusal("a guest needs the ticket that comes with this answer", 401)
            response.headers[HEADER] = self._tickets.new()
            return response, "ticket"
        except Later as later:
            return _later(later), "later"
        except Exception:
            logging.getLogger("pygame_gameservices.relay").exception("a request could not be handled")
            return _later(Later("", status=503)), "broken"
        self._count(told, answer)
        return _gamejolt_answer(answer), "answered"

    async def _read_gamejolt(self, request: Request, endpoint: str) -> Told:
        assert self._settings.gamejolt is not None
        limits = self._settings.limits
        query = request.scope["query_string"]
        if len(query) > LONGEST_QUERY:
            raise TooLarge
        body = b""
        if request.method == "POST":
            if request.headers.get("content-type", FORM).partition(";")[0].strip().lower() != FORM:
                raise Malformed(f"send parameters as {FORM}")
            body = await read_body(request, limits.largest_body, limits.body_s)
        try:
            return read(endpoint, query.decode("ascii"), body.decode("ascii"), self._settings.gamejolt.game_id)
        except UnicodeDecodeError:
            raise Malformed("the parameters cannot be read; write them as UTF-8, escaped") from None

    def _count(self, told: Told, answer: dict[str, Any]) -> None:
        answers = answer["responses"] if told.batch else [answer]
        for call, one in zip(told.calls, answers, strict=False):
            refused = str(one.get("message", "")).startswith("relay: ")
            self._metrics.call("gamejolt", call.endpoint, "yes" if said_yes(one) else "refused" if refused else "no")

    async def _now_and_then(self, every_s: float, chore: Callable[[], None]) -> None:
        while True:
            try:
                await self._on_thread(chore)
            except Exception:
                logging.getLogger("pygame_gameservices.relay").exception("a chore could not be done")
            await asyncio.sleep(every_s)

    def _deliver_released(self) -> None:
        self._gamejolt.deliver_released("", None)

    def _tidy(self) -> None:
        now = time.time()
        with self._database.transaction() as sql:
            self._notes.forget(sql, now - self._settings.limits.keep_notes_days * 86_400.0)
            self._refusals.forget(sql, now - self._settings.limits.keep_notes_days * 86_400.0)
            self._people.forget(sql, now - _PEOPLE_S)
            self._rates.forget(sql, now)

    async def _on_thread(self, work: Callable[[], Any]) -> Any:
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


def _gamejolt_answer(answer: dict[str, Any], status: int = 200) -> Response:
    body = msgspec.json.encode({"response": answer})
    return Response(body, status_code=status, headers={"content-type": "application/json"})


def _refusal(reason: str, status: int) -> Response:
    return _gamejolt_answer({"success": "false", "message": f"relay: {reason}"}, status)


def _later(later: Later) -> Response:
    """An answer that says nothing but when to come back: the client then goes by the status."""
    wait = max(1, round(later.retry_after))
    return PlainTextResponse("later\n", status_code=later.status, headers={"retry-after": str(wait)})
