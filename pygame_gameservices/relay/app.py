"""The relay as a web application: which paths there are, and what an answer looks like."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import anyio.to_thread
import msgspec
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.relay import doors
from pygame_gameservices.relay.bodies import TooLarge, TooSlow, read_body
from pygame_gameservices.relay.database import POOL, Database
from pygame_gameservices.relay.forge import WRITES as FORGE_WRITES
from pygame_gameservices.relay.forge import ForgeService
from pygame_gameservices.relay.forge import refused as forge_refused
from pygame_gameservices.relay.gamejolt.api import GameJoltApi, said_yes
from pygame_gameservices.relay.gamejolt.call import ID, Malformed, NoSuchCall, Told, read
from pygame_gameservices.relay.gamejolt.service import GameJoltService
from pygame_gameservices.relay.hooks import load as load_hook
from pygame_gameservices.relay.itchio import ItchioService
from pygame_gameservices.relay.itchio import refused as itchio_refused
from pygame_gameservices.relay.limits import Rate, RateLimits, network_of
from pygame_gameservices.relay.maker import MakerPage
from pygame_gameservices.relay.notes import Notes
from pygame_gameservices.relay.outages import Outage
from pygame_gameservices.relay.people import People
from pygame_gameservices.relay.refusals import Refusals
from pygame_gameservices.relay.reports import METRICS_TYPE, Metrics, say
from pygame_gameservices.relay.settings import Keys, Settings
from pygame_gameservices.relay.tickets import Tickets
from pygame_gameservices.relay.traffic import Passed, Traffic
from pygame_gameservices.relay.upstream import Upstream
from pygame_gameservices.relay.visitors import Later, TicketWanted, Visitor
from pygame_gameservices.services.relay import AWAY, OUTCOME, TICKET, WRITE_ID

FORM = "application/x-www-form-urlencoded"
LONGEST_QUERY = 16 << 10
TIDY_EVERY_S = 3600.0
RELEASED_EVERY_S = 2.0
"""Seconds between two looks at what the maker has released. A guest's is then carried out, a player's waits for the
player, whose token comes with the next call."""
TRAFFIC_EVERY_S = 2.0
HOUR_S = 3600.0
_PEOPLE_S = 30 * 86_400.0

Call = Callable[[Request, Visitor], Awaitable[Response]]


class Relay:
    """What runs in one process. Built on its event loop's thread; requests are worked off on threads.

    Args:
        settings: what the toml says.
        keys: what it does not.
        folder: where the toml is; a hook may lie there.
    """

    def __init__(self, settings: Settings, keys: Keys, folder: Path) -> None:
        self._settings = settings
        self._database = Database(keys.database, wait_for_disk=settings.wait_for_disk)
        self._tickets = Tickets(keys.secret, time.time)
        self._metrics = Metrics()
        self._upstream = Upstream()
        self._threads = CapacityLimiter(POOL)
        self._notes = Notes(self._database)
        self._refusals = Refusals(self._database)
        self._rates = RateLimits(self._database)
        self._traffic = Traffic(self._database)
        self._people = People(self._database, keys.secret, settings.limits.remember_player_s)
        self._outages = {service: Outage(name) for service, name in _NAMES.items()}
        self._gamejolt: GameJoltService | None = None
        self._itchio: ItchioService | None = None
        self._forge: ForgeService | None = None
        database, upstream, limits = self._database, self._upstream, settings.limits
        if settings.gamejolt is not None and keys.gamejolt is not None:
            game = settings.gamejolt
            api = GameJoltApi(upstream, game.base_url, game.game_id, keys.gamejolt, self._outages["gamejolt"])
            hook = load_hook(game.hook, folder) if game.hook else None
            self._gamejolt = GameJoltService(game, api, database, keys.secret, limits, hook)
        if settings.itchio is not None and keys.itchio is not None:
            outage = self._outages["itchio"]
            self._itchio = ItchioService(settings.itchio, keys.itchio, upstream, outage, database, keys.secret, limits)
        if settings.forge is not None and keys.forge is not None:
            self._forge = ForgeService(settings.forge, keys.forge, upstream, self._outages["forge"], database, limits)
        self._blocked = [ipaddress.ip_network(one) for one in settings.limits.blocked_addresses]

    def app(self) -> Starlette:
        """The application."""
        cors = Middleware(
            CORSMiddleware,
            allow_origins=list(self._settings.origins),
            allow_methods=["GET", "POST"],
            allow_headers=[TICKET, WRITE_ID, "Authorization", "Content-Type"],
            expose_headers=[TICKET, OUTCOME, AWAY, "Retry-After"],
            max_age=600,
        )
        routes = [
            Route("/health", self._health),
            Route("/ready", self._ready),
            Route("/metrics", self._show_metrics),
        ]
        routes += MakerPage(self._database, self._traffic, self._is_operator, self._threads).routes()
        if self._gamejolt is not None:
            handler = self._guarded("gamejolt", partial(self._call_gamejolt, self._gamejolt))
            routes.append(Route("/gamejolt/{path:path}", handler, methods=["GET", "POST"]))
        if self._itchio is not None:
            handler = self._guarded("itchio", partial(self._call_itchio, self._itchio))
            routes.append(Route("/itchio/{path:path}", handler, methods=["GET"]))
        if self._forge is not None:
            handler = self._guarded("forge", partial(self._call_forge, self._forge))
            routes.append(Route("/forge/{path:path}", handler, methods=["GET", "POST"]))
        return Starlette(routes=routes, middleware=[cors] if self._settings.origins else [], lifespan=self._life)

    @contextlib.asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        await self._on_thread(self._database.migrate)
        say("the relay is ready")
        chores = [
            asyncio.create_task(self._now_and_then(TIDY_EVERY_S, self._tidy)),
            asyncio.create_task(self._now_and_then(RELEASED_EVERY_S, self._look_for_released)),
            asyncio.create_task(self._now_and_then(TRAFFIC_EVERY_S, self._write_traffic)),
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
        away = "".join(
            f"{one.service} did not answer when it was asked last\n" for one in self._outages.values() if one.lasts
        )
        return PlainTextResponse(f"{'ready' if current else 'not ready'}\n{away}", status_code=200 if current else 503)

    async def _show_metrics(self, request: Request) -> Response:
        if not self._is_operator(request):
            return PlainTextResponse("not found\n", status_code=404)
        return Response(self._metrics.text(), headers={"content-type": METRICS_TYPE})

    def _is_operator(self, request: Request) -> bool:
        return request.client is not None and request.client.host in self._settings.operators

    def _is_blocked(self, address: str) -> bool:
        if not self._blocked:
            return False
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(mapped in network for network in self._blocked)

    def _guarded(self, service: str, call: Call) -> Callable[[Request], Awaitable[Response]]:
        """What all services have in common: who may not ask, what is malformed, and what has to wait."""
        refuse = _REFUSE[service]

        async def guarded(request: Request) -> Response:
            began = time.perf_counter()
            response, outcome = await judged(request)
            took = time.perf_counter() - began
            self._metrics.request(service, outcome, took)
            calls = getattr(
                request.state, "calls", [("", "later" if response.status_code in (429, 503) else "refused")]
            )
            for endpoint, answer in calls:
                self._traffic.note(Passed(time.time(), service, endpoint, answer, took * 1e3))
            return response

        async def judged(request: Request) -> tuple[Response, str]:
            address = request.client.host if request.client else ""
            if self._is_blocked(address):
                return refuse("this address is blocked", 403), "blocked"
            guest = self._tickets.holder(request.headers.get(TICKET, ""))
            try:
                return await call(request, Visitor(address=address, guest=guest)), "answered"
            except TooLarge:
                return refuse("it is too large", 413), "malformed"
            except TooSlow:
                return refuse("it did not come in time", 408), "malformed"
            except NoSuchCall as error:
                return refuse(str(error), 404), "malformed"
            except Malformed as error:
                return refuse(str(error), 400), "malformed"
            except TicketWanted:
                return await self._hand_ticket(address, service)
            except Later as later:
                return _later(later, service), "later"
            except Exception:
                logging.getLogger("pygame_gameservices.relay").exception("a request could not be handled")
                return _later(Later("", status=503, away=False), service), "broken"

        return guarded

    async def _hand_ticket(self, address: str, service: str) -> tuple[Response, str]:
        """Make somebody a guest, unless too many have come from there lately."""
        rate = Rate(f"tickets {network_of(address)}", self._settings.limits.tickets_per_hour, 1, HOUR_S)
        try:
            await self._on_thread(lambda: self._take(rate))
        except Later as later:
            return _later(later, service), "later"
        response = _REFUSE[service]("a guest needs the ticket that comes with this answer", 401)
        response.headers[TICKET] = self._tickets.new()
        return response, "ticket"

    def _take(self, rate: Rate) -> None:
        with self._database.transaction(lasting=False) as sql:
            self._rates.take(sql, [rate], time.time())

    async def _call_gamejolt(self, service: GameJoltService, request: Request, visitor: Visitor) -> Response:
        told = await self._read_gamejolt(request, request.path_params["path"].removesuffix("/"))
        answer, due = await self._on_thread(lambda: service.handle(told, visitor))
        request.state.calls = self._count(told, answer)
        response = _gamejolt_answer(answer)
        if due:
            response.background = BackgroundTask(self._deliver_due, service, due)
        return response

    async def _deliver_due(self, service: GameJoltService, due: dict[str, Secret]) -> None:
        for player, token in due.items():
            await self._do_chore(partial(service.deliver_released, player, token))

    async def _call_itchio(self, service: ItchioService, request: Request, visitor: Visitor) -> Response:
        query, path = _query(request), request.path_params["path"].removesuffix("/")
        authorization = Secret(request.headers.get("authorization", ""))
        found = await self._on_thread(lambda: service.handle(path, query, authorization, visitor))
        request.state.calls = [(path, "yes" if found.status == 200 else "refused" if found.ours else "no")]
        return Response(found.body, status_code=found.status, headers={"content-type": "application/json"})

    async def _call_forge(self, service: ForgeService, request: Request, visitor: Visitor) -> Response:
        query, path = _query(request), request.path_params["path"].removesuffix("/")
        if (request.method == "POST") != (path in FORGE_WRITES):
            raise NoSuchCall("there is no such call")
        limits = self._settings.limits
        body = await read_body(request, limits.largest_body, limits.body_s) if request.method == "POST" else b""
        write_id = request.headers.get(WRITE_ID, "")
        if write_id and not ID.fullmatch(write_id):
            raise Malformed(f"{WRITE_ID} is no such id")
        passed = await self._on_thread(lambda: service.handle(path, query, body, write_id, visitor))
        request.state.calls = [(path, "yes" if passed.status == 200 else "refused" if passed.ours else "no")]
        headers = {"content-type": "application/json"} | ({OUTCOME: "unknown"} if passed.unknown else {})
        return Response(passed.body, status_code=passed.status, headers=headers)

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

    def _count(self, told: Told, answer: dict[str, Any]) -> list[tuple[str, str]]:
        """Count calls, and say how each ended."""
        found = []
        answers = answer["responses"] if told.batch else [answer]
        for call, one in zip(told.calls, answers, strict=False):
            refused = str(one.get("message", "")).startswith("relay: ")
            found.append((call.endpoint, "yes" if said_yes(one) else "refused" if refused else "no"))
            self._metrics.call("gamejolt", *found[-1])
        return found

    async def _now_and_then(self, every_s: float, chore: Callable[[], None]) -> None:
        while True:
            await self._do_chore(chore)
            await asyncio.sleep(every_s)

    async def _do_chore(self, chore: Callable[[], None]) -> None:
        try:
            await self._on_thread(chore)
        except Exception:
            logging.getLogger("pygame_gameservices.relay").exception("a chore could not be done")

    def _look_for_released(self) -> None:
        if self._gamejolt is not None:
            self._gamejolt.look_for_released()

    def _tidy(self) -> None:
        now = time.time()
        self._database.make_room(now)
        self._notes.forget(now - self._settings.limits.keep_notes_days * 86_400.0)
        with self._database.transaction() as sql:
            self._refusals.forget(sql, now - self._settings.limits.keep_notes_days * 86_400.0)
            self._people.forget(sql, now - _PEOPLE_S)
            self._rates.forget(sql, now)
            self._traffic.forget(sql, now)
            doors.forget(sql, now)

    def _write_traffic(self) -> None:
        if self._traffic.any:
            with self._database.transaction(lasting=False) as sql:
                self._traffic.write(sql)

    async def _on_thread(self, work: Callable[[], Any]) -> Any:
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


def _gamejolt_answer(answer: dict[str, Any], status: int = 200) -> Response:
    body = msgspec.json.encode({"response": answer})
    return Response(body, status_code=status, headers={"content-type": "application/json"})


def _refusal(reason: str, status: int) -> Response:
    return _gamejolt_answer({"success": "false", "message": f"relay: {reason}"}, status)


def _itchio_refusal(reason: str, status: int) -> Response:
    found = itchio_refused(f"relay: {reason}", status)
    return Response(found.body, status_code=status, headers={"content-type": "application/json"})


def _forge_refusal(reason: str, status: int) -> Response:
    passed = forge_refused(reason, status)
    return Response(passed.body, status_code=status, headers={"content-type": "application/json"})


_NAMES = {"gamejolt": "Game Jolt", "itchio": "itch.io", "forge": "Forge"}
"""The services as people write them."""
_REFUSE: dict[str, Callable[[str, int], Response]] = {
    "gamejolt": _refusal,
    "itchio": _itchio_refusal,
    "forge": _forge_refusal,
}


def _query(request: Request) -> dict[str, str]:
    """The parameters of a request. Raises `Malformed` where one is there twice."""
    encoded = request.scope["query_string"]
    if len(encoded) > LONGEST_QUERY:
        raise TooLarge
    try:
        pairs = parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except (UnicodeDecodeError, ValueError):
        raise Malformed("the parameters cannot be read; write them as UTF-8, escaped") from None
    if len(dict(pairs)) != len(pairs):
        raise Malformed("a parameter is there twice")
    return dict(pairs)


def _later(later: Later, service: str) -> Response:
    """An answer that says nothing but when to come back, and who is away: the client then goes by the status."""
    headers = {"retry-after": str(max(1, round(later.retry_after)))}
    if later.away:
        headers[AWAY] = _NAMES[service]
    return PlainTextResponse("later\n", status_code=later.status, headers=headers)
