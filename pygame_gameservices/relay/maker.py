"""The maker's page: who may come in, what is shown, and what its forms do.

It is there for the addresses that `operators` names, once a link of ``gameservices relay link`` has let them in.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import resources
from typing import Any, Protocol
from urllib.parse import parse_qsl

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from pygame_gameservices.relay import doors
from pygame_gameservices.relay.bodies import TooLarge, TooSlow, read_body
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.page import BASE, SHOWN_MINUTES, entrance, overview, welcome
from pygame_gameservices.relay.refusals import Refusals
from pygame_gameservices.relay.traffic import Traffic

COOKIE = "relay-maker"
LARGEST_FORM = 4096
FORM_S = 10.0
SHOWN = 50
_STATIC = {"maker.css": "text/css; charset=utf-8", "maker.js": "text/javascript; charset=utf-8"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
WITHOUT_REFERRER = {**HEADERS, "referrer-policy": "no-referrer"}
"""For the page whose address holds a code."""


class IsOperator(Protocol):
    """Says whether a request comes from an address of the maker's."""

    def __call__(self, request: Request) -> bool:
        """See above."""


class MakerPage:
    """The page's paths. Used on the event loop; its database on threads.

    Args:
        database: what it shows.
        traffic: what passes in this process, and in the database of all.
        is_operator: who may know that there is a page.
        threads: how many are used at once.
    """

    def __init__(self, database: Database, traffic: Traffic, is_operator: IsOperator, threads: CapacityLimiter) -> None:
        self._database = database
        self._refusals = Refusals(database)
        self._traffic = traffic
        self._is_operator = is_operator
        self._threads = threads

    def routes(self) -> list[Route]:
        """What it answers."""
        return [
            Route(BASE, self._show, methods=["GET"]),
            Route(f"{BASE}/enter/{{code}}", self._enter, methods=["GET"]),
            Route(f"{BASE}/release", self._release, methods=["POST"]),
            Route(f"{BASE}/leave", self._leave, methods=["POST"]),
            Route(f"{BASE}/static/{{name}}", self._static, methods=["GET"]),
        ]

    async def _show(self, request: Request) -> Response:
        if not self._is_operator(request):
            return _nothing()
        shown = await self._on_thread(lambda: self._overview(request.cookies.get(COOKIE, "")))
        return _html(entrance(), 401) if shown is None else _html(shown)

    def _overview(self, name: str) -> bytes | None:
        now = time.time()
        with self._database.transaction(lasting=False) as sql:
            session = doors.find(sql, name, now)
            if session is None:
                return None
            self._traffic.write(sql)
            rates = self._traffic.rates(sql, int(now // 60) - SHOWN_MINUTES + 1)
            refused = self._refusals.all(sql, SHOWN)[::-1]
            return overview(session, now, rates, self._traffic.calls(sql, SHOWN), refused)

    async def _enter(self, request: Request) -> Response:
        if not self._is_operator(request):
            return _nothing()
        code = request.path_params["code"]
        if request.method == "HEAD":  # a look ahead must not spend the code
            return _html(b"")
        name = await self._in_transaction(lambda sql: doors.open_session(sql, code, time.time()))
        if name is None:
            return _html(entrance("This link was used before, is too old, or belongs to another relay."), 403)
        response = _html(welcome(), headers=WITHOUT_REFERRER)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, name, path=BASE, httponly=True, samesite="strict", secure=secure)
        return response

    async def _release(self, request: Request) -> Response:
        def release(sql: Any, fields: dict[str, str]) -> None:
            self._refusals.release(sql, fields.get("player", ""), fields.get("id", ""))

        return await self._act(request, release)

    async def _leave(self, request: Request) -> Response:
        response = await self._act(request, lambda sql, _: doors.close(sql, request.cookies.get(COOKIE, "")))
        response.delete_cookie(COOKIE, path=BASE, httponly=True, samesite="strict")
        return response

    async def _act(self, request: Request, act: Callable[[Any, dict[str, str]], None]) -> Response:
        """Do what a form of a session's asks for."""
        if not self._is_operator(request):
            return _nothing()
        name = request.cookies.get(COOKIE, "")
        session = await self._in_transaction(lambda sql: doors.find(sql, name, time.time()))
        if session is None:
            return _html(entrance(), 401)
        try:
            body = await read_body(request, LARGEST_FORM, FORM_S)
            fields = dict(parse_qsl(body.decode("ascii"), max_num_fields=10))
        except (TooLarge, TooSlow, ValueError):
            return PlainTextResponse("that is no form of this page\n", 400, HEADERS)
        if not session.issued(fields.get("csrf", "")):
            return PlainTextResponse("the form is from another session; load the page again\n", 403, HEADERS)
        await self._in_transaction(lambda sql: act(sql, fields))
        return RedirectResponse(BASE, 303, HEADERS)

    async def _static(self, request: Request) -> Response:
        media_type = _STATIC.get(request.path_params["name"])
        if media_type is None or not self._is_operator(request):
            return _nothing()
        file = resources.files("pygame_gameservices.relay") / "static" / request.path_params["name"]
        return Response(file.read_bytes(), headers={**HEADERS, "cache-control": "no-cache"}, media_type=media_type)

    async def _in_transaction(self, work: Callable[[Any], Any]) -> Any:
        def run() -> Any:
            with self._database.transaction() as sql:
                return work(sql)

        return await self._on_thread(run)

    async def _on_thread(self, work: Callable[[], Any]) -> Any:
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


def _html(page: bytes, status: int = 200, headers: dict[str, str] = HEADERS) -> Response:
    return Response(page, status, headers, media_type="text/html; charset=utf-8")


def _nothing() -> Response:
    return PlainTextResponse("not found\n", status_code=404)
