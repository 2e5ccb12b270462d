"""The console as an ASGI application: who may come in, which panel is shown, and what its forms do."""

from __future__ import annotations

from importlib import resources
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.bodies import LARGEST_BODY, BodyTooLarge, form_fields, read_body
from pygame_gameservices.sandbox.console import door
from pygame_gameservices.sandbox.console.desk import Desk, Panel, Visit
from pygame_gameservices.sandbox.console.live import ticks
from pygame_gameservices.sandbox.console.markup import BASE, Node, document
from pygame_gameservices.sandbox.console.page import entrance, panel_page, welcome
from pygame_gameservices.sandbox.console.panels import (
    calls,
    easyjam,
    faults,
    forge,
    itchio,
    items,
    market,
    players,
    scores,
    sessions,
    trophies,
    workshop,
)
from pygame_gameservices.sandbox.console.sessions import THEMES, Session, Sessions

PANELS: tuple[Panel, ...] = (
    calls.PANEL,
    faults.PANEL,
    players.PANEL,
    trophies.PANEL,
    scores.PANEL,
    sessions.PANEL,
    items.PANEL,
    itchio.PANEL,
    forge.PANEL,
    easyjam.PANEL,
    market.PANEL,
    workshop.PANEL,
)
"""All panels, in the order of the list; the first one is shown at the beginning."""

_STATIC = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "lamp.svg": "image/svg+xml",
}


_LONGEST_ENTRY = 4096
"""Bytes of the form that signs in."""


class Console:
    """The console, on the paths below ``/console/``. Used on the event loop.

    Args:
        desk: what it shows and changes.
        admin_token: opens it when it is typed in.
    """

    def __init__(self, desk: Desk, admin_token: str) -> None:
        self._desk = desk
        self._sessions = Sessions(admin_token)
        self._panels = {panel.name: panel for panel in PANELS}

    def new_path(self) -> str:
        """Return a path that signs in whoever has it, once."""
        return f"{BASE}enter/{self._sessions.new_code()}"

    def app(self) -> ASGIApp:
        """Return the application. Whatever it answers, the headers of `door` are on it."""
        routes = [
            Route(BASE.rstrip("/"), self._home),
            Route(BASE, self._home),
            Route(f"{BASE}static/{{name}}", _static),
            Route(f"{BASE}enter/{{code}}", self._enter_by_code, methods=["GET"]),
            Route(f"{BASE}enter", self._enter_by_token, methods=["POST"]),
            Route(f"{BASE}leave", self._leave, methods=["POST"]),
            Route(f"{BASE}theme", self._theme, methods=["POST"]),
            Route(f"{BASE}live", self._live),
            Route(f"{BASE}{{panel}}", self._show, methods=["GET"]),
            Route(f"{BASE}{{panel}}/{{action}}", self._act, methods=["POST"]),
        ]
        return _Doorkeeper(Starlette(routes=routes, exception_handlers={HTTPException: _explain}))

    async def _home(self, request: Request) -> Response:
        if self._session(request) is None:
            return _html(entrance(), 401)
        return _onward(PANELS[0].name)

    async def _enter_by_code(self, request: Request) -> Response:
        # A look ahead (HEAD) must not spend the code.
        name = None if request.method == "HEAD" else self._sessions.open_by_code(request.path_params["code"])
        if name is None:
            if self._session(request) is not None:
                return _onward(PANELS[0].name)
            return _html(entrance("This link was used before, or it belongs to another sandbox."), 403)
        response = _html(welcome(), headers=door.WITHOUT_REFERRER)
        self._hand_over(request, response, name)
        return response

    async def _enter_by_token(self, request: Request) -> Response:
        # Anybody may come here: nothing large is kept for them.
        name = self._sessions.open_by_token((await _fields(request, _LONGEST_ENTRY)).get("token", ""))
        if name is None:
            return _html(entrance("That is not the admin token of this sandbox."), 403)
        response = _onward(PANELS[0].name)
        self._hand_over(request, response, name)
        return response

    async def _leave(self, request: Request) -> Response:
        await self._form(request)
        self._sessions.close(request.cookies.get(_cookie(request), ""))
        response = _html(entrance())
        response.delete_cookie(_cookie(request), path=BASE, httponly=True, samesite="strict")
        return response

    async def _theme(self, request: Request) -> Response:
        session, fields = await self._form(request)
        if fields.get("theme") in THEMES:
            session.theme = fields["theme"]
        panel = fields.get("panel", "")
        return _onward(panel if panel in self._panels else PANELS[0].name)

    async def _live(self, request: Request) -> Response:
        if self._session(request) is None:
            raise HTTPException(401, "Sign in first.")
        return StreamingResponse(ticks(self._desk.journal), media_type="text/event-stream", headers=door.HEADERS)

    async def _show(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return _html(entrance(), 401)
        panel = self._panel(request)
        visit = Visit(self._desk, dict(form_fields(request.scope["query_string"])), session.csrf)
        answer = _html(panel_page(PANELS, panel, visit, session))
        # A notice is for the person who posted, not for the script that keeps the page up to date.
        if request.headers.get("sec-fetch-mode") in (None, "navigate"):
            session.notice = ""
        return answer

    async def _act(self, request: Request) -> Response:
        session, fields = await self._form(request)
        panel = self._panel(request)
        action = panel.actions.get(request.path_params["action"])
        if action is None:
            raise HTTPException(404, "There is no such action.")
        back = dict(parse_qsl(fields.get("back", "")))
        try:
            session.notice = action(self._desk, fields)
        except UsageError as error:
            session.notice = ""
            visit = Visit(self._desk, back, session.csrf, fields.get("form", ""), fields)
            return _html(panel_page(PANELS, panel, visit, session, _sentence(str(error))), 400)
        return _onward(panel.name, back)

    def _panel(self, request: Request) -> Panel:
        panel = self._panels.get(request.path_params["panel"])
        if panel is None:
            raise HTTPException(404, "There is no such panel.")
        return panel

    def _session(self, request: Request) -> Session | None:
        return self._sessions.find(request.cookies.get(_cookie(request), ""))

    async def _form(self, request: Request) -> tuple[Session, dict[str, str]]:
        """Return the fields of a form that this session was given; nothing is read for anybody else."""
        session = self._session(request)
        if session is None:
            raise HTTPException(401, "Sign in first.")
        fields = await _fields(request)
        if not session.issued(fields.get("csrf", "")):
            raise HTTPException(403, "The form is from another session; load the page again.")
        return session, fields

    def _hand_over(self, request: Request, response: Response, name: str) -> None:
        response.set_cookie(_cookie(request), name, path=BASE, httponly=True, samesite="strict")


class _Doorkeeper:
    """Turns requests of other pages away before anything looks at them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        objection = door.objection(request.method, request.headers)
        if objection is None:
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse(objection, 403, door.HEADERS)(scope, receive, send)


async def _static(request: Request) -> Response:
    media_type = _STATIC.get(request.path_params["name"])
    if media_type is None:
        raise HTTPException(404, "There is no such file.")
    folder = resources.files("pygame_gameservices.sandbox.console") / "static"
    body = (folder / request.path_params["name"]).read_bytes()
    return Response(body, headers={**door.HEADERS, "cache-control": "no-cache"}, media_type=media_type)


async def _explain(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(error.detail, error.status_code, {**(error.headers or {}), **door.HEADERS})


async def _fields(request: Request, most: int = LARGEST_BODY) -> dict[str, str]:
    try:
        return dict(form_fields(await read_body(request.receive, most)))
    except BodyTooLarge:
        raise HTTPException(413, "That is too much for a form.") from None


def _html(page: Node, status: int = 200, headers: dict[str, str] = door.HEADERS) -> Response:
    return Response(document(page), status, headers, media_type="text/html")


def _onward(panel: str, query: dict[str, str] | None = None) -> Response:
    suffix = f"?{urlencode(query)}" if query else ""
    return RedirectResponse(f"{BASE}{panel}{suffix}", 303, door.HEADERS)


def _cookie(request: Request) -> str:
    # Cookies are not kept apart by port; two sandboxes must not sign each other's visitors out.
    return f"gameservices-console-{request.url.port or 80}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
