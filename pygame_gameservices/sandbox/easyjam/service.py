"""The jam site, put together and served at ``/easyjam/``."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from pygame_gameservices.sandbox.bodies import BodyTooLarge, form_fields, read_body
from pygame_gameservices.sandbox.database import replace_rows
from pygame_gameservices.sandbox.easyjam import tables
from pygame_gameservices.sandbox.easyjam.document import RESERVED, is_token
from pygame_gameservices.sandbox.easyjam.seed import UNIQUE, read
from pygame_gameservices.sandbox.easyjam.subsets import Belongs, subset
from pygame_gameservices.sandbox.easyjam.world import Maker
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.itchio.pictures import cover
from pygame_gameservices.sandbox.journal import entry_of

_FORM = "application/x-www-form-urlencoded"
_PLACE = "sandbox:"

Document = dict[str, Any]


class Refused(Exception):
    """The request as a whole cannot be answered. `status` is sent by sites that send any."""

    def __init__(self, message: str | bool, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class EasyJam:
    """The protocol ``easyjam`` of the sandbox. Built once per server process; used on its event loop."""

    name = "easyjam"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._site = read(ground.seed, ground.players)

    def plant(self, fresh: bool) -> None:
        """Write the makers, and into a fresh database their items."""
        with self._ground.database.transaction() as sql:
            rows = [
                {
                    "id": number,
                    "name": maker.name,
                    "token": maker.token,
                    "user": json.dumps(maker.beside.get("User", {})),
                }
                for number, maker in enumerate(self._site.makers, 1)
            ]
            replace_rows(sql, tables.makers, rows)
            bodies = [
                {"maker_id": number, "body": json.dumps(item)}
                for number, maker in enumerate(self._site.makers, 1)
                for item in maker.items or ()
            ]
            if fresh and bodies:
                sql.execute(tables.items.insert(), bodies)

    def routes(self) -> list[BaseRoute]:
        """Return the pictures; every other address below the site's answers alike."""
        return [Route("/pictures/{number:int}.png", _picture), Route("/{path:path}", _AnyMethod(self))]

    def failure(self, _request: Request, status: int) -> Response:
        """Say that something is wrong, of which sites send the status even if they send no other."""
        return _respond({"Error": self._site.vague or "Something is wrong"}, status)

    def facts(self) -> dict[str, Any]:
        """Return the path, the key, and the makers with their tokens."""
        makers = [{"name": maker.name, "token": maker.token} for maker in self._site.makers]
        return {"path": f"/{self.name}/", "unique": UNIQUE, "key": self._site.key, "makers": makers}

    async def call(self, request: Request) -> Response:
        """Answer a request."""
        entry = entry_of(request.scope)
        entry.endpoint = "export"
        try:
            fields = await _fields(request)
            entry.note_params({name: "[redacted]" if name.startswith("token") else text for name, text in fields})
            document, status = self._answer(request, fields), 200
            entry.success = True
        except Refused as refused:
            document, status = {"Error": refused.message}, refused.status if self._site.statuses else 200
            entry.success = False
        return _respond(document, status)

    def _answer(self, request: Request, fields: list[tuple[str, str]]) -> Document:
        site = self._site
        if site.error:
            raise Refused(site.error)
        if request.method not in ("GET", "POST", "HEAD") or site.methods not in ("both", request.method.lower()):
            raise Refused("This method is not supported here")
        params = dict(fields)
        if site.key and not hmac.compare_digest(params.get("key", "").encode(), site.key.encode()):
            raise Refused("Bad API key" if "key" in params else "API key required", 403 if "key" in params else 401)
        tokens = self._tokens(fields)
        offset = _offset(params.get("offset", ""))
        root = f"{request.scope['scheme']}://{request.headers.get('host', '')}/{self.name}/"
        now = datetime.fromtimestamp(int(self._ground.clock.now()), UTC)
        told = {"Version": "EasyJam v0.1", "ResponseTime": now.isoformat(), **site.info}
        document: Document = {"Info": _placed(told, root)}
        belongs = subset(request.path_params["path"])
        for token in tokens:
            document[token] = self._page(token, offset, root, belongs)
        more = next((document[token]["More"] for token in tokens if "More" in document[token]), None)
        if more is not None and site.more in ("both", "info"):
            document["Info"]["More"] = more
        if site.more == "info":
            for token in tokens:
                document[token].pop("More", None)
        return document

    def _tokens(self, fields: list[tuple[str, str]]) -> list[str]:
        """The tokens of a request, each once, well formed or not. Raises `Refused` when there is none, or too many."""
        several = [text for name, text in fields if name.startswith("token[") and text]
        single = [text for name, text in fields if name == "token" and text]
        tokens = list(dict.fromkeys([*single[-1:], *several]))
        if not tokens:
            raise Refused("No token")
        if len(tokens) > 1 and not self._site.multi:
            raise Refused("One token at a time, please")
        if len(tokens) > self._site.most_tokens:
            raise Refused(f"At most {self._site.most_tokens} tokens at a time, please")
        if not set(RESERVED).isdisjoint(tokens):  # an answer under such a name would be taken for something else
            raise Refused("Malformed token")
        return tokens

    def _page(self, token: str, offset: int, root: str, belongs: Belongs) -> Document:
        found = self._maker(token)
        if found is None:
            return {"Error": self._site.vague or ("Bad Token" if is_token(token) else "Malformed token")}
        maker_id, maker = found
        size = self._site.page_size
        mine = tables.items.c.maker_id == maker_id
        query = select(tables.items.c.body).where(mine).order_by(tables.items.c.id)
        with self._ground.database.transaction() as sql:
            if belongs is None:
                bodies = list(sql.execute(query.offset(offset).limit(size + 1)).scalars())
            else:
                fitting = (body for body in sql.execute(query).scalars() if belongs(json.loads(body)))
                bodies = list(islice(fitting, offset, offset + size + 1))
            asked = {"maker_id": maker_id, "offset": offset, "time": self._ground.clock.now()}
            sql.execute(tables.asked.insert().values(asked))
        page: Document = _placed(dict(maker.beside), root)
        if maker.items is None:
            return page
        if len(bodies) > size:
            page["More"] = offset + size
        return page | {"Item": [_placed(json.loads(body), root) for body in bodies[:size]]}

    def _maker(self, token: str) -> tuple[int, Maker] | None:
        """Whose token it is. Every maker's is compared, in a time that does not tell how much of it was right."""
        found = None
        for number, maker in enumerate(self._site.makers, 1):
            if hmac.compare_digest(maker.token.encode(), token.encode()):
                found = number, maker
        return found


class _AnyMethod:
    """An ASGI application, so that the router lets every HTTP method through: the site answers all in its own way."""

    def __init__(self, easyjam: EasyJam) -> None:
        self._easyjam = easyjam

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._easyjam.call(Request(scope, receive))
        await response(scope, receive, send)


def _respond(document: Document, status: int) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), status, media_type="application/json")


async def _fields(request: Request) -> list[tuple[str, str]]:
    """The parameters, from the query and from a form."""
    try:
        body = await read_body(request.receive)
    except BodyTooLarge:
        raise Refused("Too much at once") from None
    fields = form_fields(request.scope["query_string"])
    if body and request.headers.get("content-type", _FORM).partition(";")[0].strip().lower() == _FORM:
        fields += form_fields(body)
    return fields


def _offset(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused("Bad offset")
    return int(text)


def _placed(value: Any, root: str) -> Any:
    """`value` with the addresses of this server filled in."""
    if isinstance(value, dict):
        return {name: _placed(inner, root) for name, inner in value.items()}
    if isinstance(value, list):
        return [_placed(inner, root) for inner in value]
    if isinstance(value, str) and value.startswith(_PLACE):
        return root + value.removeprefix(_PLACE)
    return value


async def _picture(request: Request) -> Response:
    return Response(cover(request.path_params["number"] % 1000), media_type="image/png")
