"""The admin API under ``/_sandbox/``: JSON, with ``Authorization: Bearer <admin token>`` on all but ``health``."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.bodies import BodyTooLarge, read_body
from pygame_gameservices.sandbox.faults.active import ActiveFaults
from pygame_gameservices.sandbox.faults.kinds import Fault
from pygame_gameservices.sandbox.faults.spec import fault_from_json
from pygame_gameservices.sandbox.front import ADMIN_PREFIX
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.guard import Guard
from pygame_gameservices.sandbox.journal import Journal

LARGEST_CALL = 1 << 20
"""Bytes of the body of a call. A hundred faults have less."""

Handler = Callable[[Request], Awaitable[Any]]


class Admin:
    """Handlers of the admin API; each returns what is sent as JSON.

    Args:
        facts: makes the answer of ``info``.
        reset: puts the whole sandbox back to its beginning.
        console_path: makes a path on the admin port that opens the console for whoever has it, once.
    """

    def __init__(
        self,
        ground: Ground,
        faults: ActiveFaults,
        journal: Journal,
        guard: Guard,
        *,
        facts: Callable[[], dict[str, Any]],
        reset: Callable[[], None],
        console_path: Callable[[], str],
    ) -> None:
        self._ground = ground
        self._faults = faults
        self._journal = journal
        self._guard = guard
        self._facts = facts
        self._put_back = reset
        self._console_path = console_path

    def app(self) -> Starlette:
        """Return the ASGI application with all routes."""
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "info", self._info),
            ("GET", "faults", self._get_faults),
            ("PUT", "faults", self._put_faults),
            ("POST", "faults", self._post_faults),
            ("DELETE", "faults", self._delete_faults),
            ("GET", "clock", self._get_clock),
            ("POST", "clock", self._post_clock),
            ("GET", "tables", self._tables),
            ("GET", "tables/{name}", self._table),
            ("GET", "journal", self._get_journal),
            ("DELETE", "journal", self._delete_journal),
            ("PUT", "players/{username:path}/token", self._put_token),
            ("POST", "reset", self._reset),
            ("POST", "console", self._console),
        ]
        guarded = [Route(ADMIN_PREFIX + path, self._guarded(handler), methods=[verb]) for verb, path, handler in routes]
        return Starlette(routes=[Route(ADMIN_PREFIX + "health", _health), *guarded])

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if not self._guard.admits(request.headers.get("authorization", "")):
                problem = "send the admin token as 'Authorization: Bearer <token>'"
                return JSONResponse({"error": problem}, 401, {"www-authenticate": "Bearer"})
            try:
                return JSONResponse(await handler(request))
            except UsageError as error:
                return JSONResponse({"error": str(error)}, 400)
            except HTTPException as error:
                return JSONResponse({"error": error.detail}, error.status_code)

        return endpoint

    async def _info(self, _request: Request) -> Any:
        return self._facts()

    async def _get_faults(self, _request: Request) -> Any:
        return {"faults": self._faults.report()}

    async def _put_faults(self, request: Request) -> Any:
        self._faults.replace(await _faults(request))
        return await self._bitten()

    async def _post_faults(self, request: Request) -> Any:
        self._faults.add(await _faults(request))
        return await self._bitten()

    async def _bitten(self) -> Any:
        await asyncio.sleep(0)  # what a fault resets is closed before anybody hears that it is set
        return {"faults": self._faults.report()}

    async def _delete_faults(self, _request: Request) -> Any:
        self._faults.replace([])
        return {"faults": []}

    async def _get_clock(self, _request: Request) -> Any:
        return {"now": self._ground.clock.now(), "offset_s": self._ground.clock.offset}

    async def _post_clock(self, request: Request) -> Any:
        wanted = await _json(request)
        if "now" in wanted:
            self._ground.clock.set(_number(wanted["now"], "now"))
        self._ground.clock.advance(_number(wanted.get("advance_s", 0), "advance_s"))
        return await self._get_clock(request)

    async def _tables(self, _request: Request) -> Any:
        database = self._ground.database
        return {"tables": {name: database.count(name) for name in database.tables()}}

    async def _table(self, request: Request) -> Any:
        limit = request.query_params.get("limit")
        name = request.path_params["name"]
        if name not in self._ground.database.tables():
            raise HTTPException(404, f"there is no table {name!r}; see GET {ADMIN_PREFIX}tables")
        return {"rows": self._ground.database.dump(name, None if limit is None else int(_number(limit, "limit")))}

    async def _get_journal(self, request: Request) -> Any:
        last = request.query_params.get("last")
        return self._journal.report(None if last is None else int(_number(last, "last")))

    async def _delete_journal(self, _request: Request) -> Any:
        self._journal.clear()
        return {}

    async def _put_token(self, request: Request) -> Any:
        username = request.path_params["username"]
        token = (await _json(request)).get("token")
        if not isinstance(token, str) or not token:
            raise UsageError("token must be a text that is not empty")
        try:
            self._ground.players.change_token(username, token)
        except KeyError:
            raise HTTPException(404, f"there is no player {username!r}") from None
        return {}

    async def _reset(self, _request: Request) -> Any:
        self._put_back()
        return {}

    async def _console(self, _request: Request) -> Any:
        return {"path": self._console_path()}


async def _health(_request: Request) -> Response:
    return JSONResponse({"ok": True})


async def _json(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(await read_body(request.receive, LARGEST_CALL))
    except BodyTooLarge:
        raise HTTPException(413, f"the body is too large; send at most {LARGEST_CALL:,} bytes") from None
    except RecursionError:
        raise UsageError("the body is nested too deeply") from None
    except ValueError as error:
        raise UsageError(f"the body is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageError("the body must be a JSON object")
    return value


async def _faults(request: Request) -> list[Fault]:
    faults = (await _json(request)).get("faults")
    if not isinstance(faults, list) or not all(isinstance(fault, dict) for fault in faults):
        raise UsageError('the body must be {"faults": [{"kind": ...}, ...]}')
    return [fault_from_json(fault) for fault in faults]


def _number(value: object, name: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"{name} must be a number, not {str(value)[:100]!r}")
    return number
