"""The page on which a player lets a game in (OAuth, implicit flow): ``/itchio/user/oauth``."""

from __future__ import annotations

import secrets
from html import escape
from urllib.parse import urlencode, urlsplit

from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pygame_gameservices.sandbox.itchio import messages, tables
from pygame_gameservices.sandbox.itchio.world import World
from pygame_gameservices.sandbox.players import Player, Players

COPY = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = frozenset(
    {
        "profile",
        "profile:me",
        "profile:games",
        "profile:collections",
        "profile:owned",
        "game:view:ownership",
        "game:view:rewards",
        "game:view:uploads",
        "collection:edit",
    }
)
"""What an OAuth application may ask for."""


def consent(params: dict[str, str], world: World, players: Players, sql: Connection) -> Response:
    """Answer a request for the page: links to say yes as each player, or no.

    With ``as=USERNAME`` among the parameters the player says yes at once, for tests without a mouse.
    """
    problem = _problem(params, world)
    if problem:
        return _page(f"<p>{escape(problem)}</p>", 400)
    chosen = players.by_name(params["as"]) if "as" in params else None
    if chosen is not None:
        return _answer(params, {"access_token": _token(chosen, params["scope"], sql)})
    if params.get("deny"):
        return _answer(params, {"error": "access_denied"})
    links = [_link(params, "as", player.username, f"Let it in as {player.username}") for player in players.all()]
    links.append(_link(params, "deny", "1", "Do not let it in"))
    return _page(f"<p>A game asks for: {escape(params['scope'])}</p><ul>{''.join(links)}</ul>")


def _problem(params: dict[str, str], world: World) -> str:
    if params.get("response_type") != "token":
        return "invalid response_type"
    if params.get("client_id") != world.client_id:
        return "invalid client_id"
    scopes = params.get("scope", "").split()
    if not scopes or not SCOPES.issuperset(scopes):
        return messages.INVALID_SCOPE
    redirect = params.get("redirect_uri", "")
    try:
        here = urlsplit(redirect).hostname == "127.0.0.1" and redirect.startswith("http://")
    except ValueError:
        here = False
    return "" if redirect == COPY or here else "invalid redirect_uri"


def _token(player: Player, scope: str, sql: Connection) -> str:
    token = secrets.token_urlsafe(24)
    row = {"api_key": token, "user_id": player.id, "scopes": " ".join(scope.split())}
    sql.execute(tables.credentials.insert().values(row))
    return token


def _answer(params: dict[str, str], answer: dict[str, str]) -> Response:
    if "state" in params:
        answer["state"] = params["state"]
    if params["redirect_uri"] == COPY:
        shown = answer.get("access_token") or answer["error"]
        return _page(f'<p>Copy this into the game: <code id="token">{escape(shown)}</code></p>')
    return RedirectResponse(f"{params['redirect_uri']}#{urlencode(answer)}", 302)


def _link(params: dict[str, str], name: str, value: str, text: str) -> str:
    return f'<li><a href="?{escape(urlencode({**params, name: value}))}">{escape(text)}</a>'


def _page(body: str, status: int = 200) -> Response:
    page = f'<!doctype html><meta charset="utf-8"><title>Sandbox</title><h1>Let a game in</h1>{body}'
    return HTMLResponse(page, status, {"cache-control": "no-store"})
