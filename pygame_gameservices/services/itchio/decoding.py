"""From the bytes of an answer to the value of a call, or the error that the service gave. Worker thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from pygame_gameservices.core.endpoint import Response
from pygame_gameservices.errors import CallError, ProtocolError, RateLimited, ServiceUnavailable
from pygame_gameservices.services.base import excerpt, status_error
from pygame_gameservices.services.dates import parse_date
from pygame_gameservices.services.itchio import wire
from pygame_gameservices.services.itchio.errors import error_for
from pygame_gameservices.services.itchio.models import (
    Credentials,
    DownloadKey,
    ItchioGame,
    ItchioUser,
    Money,
    OwnedKey,
    Purchase,
)
from pygame_gameservices.services.raw import Raw

Document = dict[str, Any]
W = TypeVar("W")

_decoder = msgspec.json.Decoder(Document)


def read(response: Response) -> Document:
    """Decode an answer and look for errors in it before looking at the status: itch.io says no with HTTP 200, too.

    Raises:
        CallError: the service said no, or what it said makes no sense.
    """
    try:
        document = _decoder.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        senseless = ProtocolError("JSON of itch.io's", excerpt(response), status=response.status)
        raise status_error(response) or senseless from None
    messages = _messages(document)
    if messages:
        raise _with_wait(error_for(messages, response.status), response)
    error = status_error(response)
    if error is not None:
        raise error
    return document


def value(call: str, document: Document, game_id: int) -> Any:
    """Return what `call` is about.

    Args:
        game_id: the game that was asked about; 0 for calls about none.

    Raises:
        ProtocolError: a field is missing or of a wrong type.
    """
    try:
        return _DECODERS[call](document, game_id)
    except msgspec.ValidationError as error:
        raise ProtocolError(f"the answer of {call} as documented", str(error)) from None


def _messages(document: Document) -> tuple[str, ...]:
    errors = document.get("errors")
    if isinstance(errors, str):
        return (errors,) if errors else ()
    if isinstance(errors, (list, dict)):
        values = errors if isinstance(errors, list) else errors.values()
        return tuple(str(one) for one in values)
    return ()


def _with_wait(error: CallError, response: Response) -> CallError:
    """Keep how long the service asked to wait: it stands in a header, whatever the body says."""
    by_status = status_error(response)
    if isinstance(error, (RateLimited, ServiceUnavailable)) and isinstance(
        by_status, (RateLimited, ServiceUnavailable)
    ):
        error.retry_after = by_status.retry_after
    return error


def _typed(row: object, kind: type[W]) -> W:
    return msgspec.convert(row, kind)


def _rows(rows: wire.Listed, name: str) -> list[Any]:
    """A list. An empty one comes as an empty object, as null, or not at all."""
    if isinstance(rows, list):
        return rows
    if rows:
        raise ProtocolError(f"a list of {name}", repr(rows))
    return []


def _list_of(document: Mapping[str, Any], name: str) -> list[Any]:
    if name not in document:  # no answer of this service: an empty list would stand there as an empty object
        raise ProtocolError(f"a list of {name}", ", ".join(document))
    return _rows(_typed(document.get(name), wire.Listed), name)  # type: ignore[arg-type]


def _object(document: Document, name: str) -> Any:
    found = document.get(name)
    if not isinstance(found, dict):
        raise ProtocolError(f"an object {name!r}", repr(found))
    return found


def _date(text: str | None, name: str) -> datetime | None:
    if not text:
        return None
    moment = parse_date(text)
    if moment is None:
        raise ProtocolError(f"{name} to be a date", text)
    return moment


def _texts(rows: list[Any]) -> tuple[str, ...]:
    return tuple(msgspec.convert(rows, list[str]))


def _credentials(document: Document, game_id: int) -> Credentials:
    info = _typed(document, wire.WireCredentials)
    return Credentials(
        scopes=_texts(_rows(info.scopes, "scopes")),
        expires_at=_date(info.expires_at, "expires_at"),
        type=info.type,
        raw=Raw(document),
    )


def _user(row: Any) -> ItchioUser:
    user = _typed(row, wire.WireUser)
    return ItchioUser(**_fields(user), raw=Raw(row))


def _money(row: Any) -> Money:
    money = _typed(row, wire.WireMoney)
    return Money(money.amount, money.currency, money.amount_formatted)


def _game(row: Any) -> ItchioGame:
    game = _typed(row, wire.WireGame)
    traits = {flag for flag in wire.FLAGS if getattr(game, flag)} | set(_texts(_rows(game.traits, "traits")))
    fields = _fields(game, *wire.FLAGS, "traits", "min_price", "earnings", "created_at", "published_at")
    return ItchioGame(
        **fields,
        platforms=frozenset(platform for platform in wire.PLATFORMS if f"p_{platform}" in traits),
        traits=frozenset(traits),
        min_price_minor=game.min_price,
        created_at=_date(game.created_at, "created_at"),
        published_at=_date(game.published_at, "published_at"),
        earnings=tuple(_money(one) for one in _rows(game.earnings, "earnings")),
        raw=Raw(row),
    )


def _download_key(row: Any) -> DownloadKey:
    key = _typed(row, wire.WireDownloadKey)
    fields = _fields(key, "created_at", "owner")
    owner = _user(key.owner) if key.owner else None
    return DownloadKey(**fields, created_at=_date(key.created_at, "created_at"), owner=owner, raw=Raw(row))


def _purchase(row: Any, asked_game: int) -> Purchase:
    purchase = _typed(row, wire.WirePurchase)
    listed = [purchase.game_id] if isinstance(purchase.game_id, int) else _rows(purchase.game_id, "game_id")
    game_ids = tuple(msgspec.convert(listed, list[int])) or (asked_game,)
    fields = _fields(purchase, "created_at", "game_id")
    return Purchase(
        **fields,
        game_id=asked_game if asked_game in game_ids else game_ids[0],
        game_ids=game_ids,
        created_at=_date(purchase.created_at, "created_at"),
        raw=Raw(row),
    )


def _owned_key(row: Any) -> OwnedKey:
    key = _typed(row, wire.WireOwnedKey)
    return OwnedKey(
        **_fields(key, "created_at", "updated_at", "game"),
        created_at=_date(key.created_at, "created_at"),
        updated_at=_date(key.updated_at, "updated_at"),
        game=_game(key.game) if key.game else None,
        raw=Raw(row),
    )


def _latest(document: Document, game_id: int) -> str | None:
    """An answer without a version is an answer: the build was pushed without one."""
    latest = document.get("latest")
    if latest is not None and not isinstance(latest, str):
        raise ProtocolError("latest to be a version", repr(latest))
    return latest


def _yes_or_no(document: Document, game_id: int) -> bool:
    owns = document.get("owns")
    if not isinstance(owns, bool):
        raise ProtocolError("owns to be true or false", repr(owns))
    return owns


def _owns(document: Document, game_id: int) -> bool:
    _download_key(_object(document, "download_key"))  # anything else than a proper key is no yes
    return True


def _fields(struct: msgspec.Struct, *but: str) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__ if name not in but}


_DECODERS: dict[str, Callable[[Document, int], Any]] = {
    "credentials_info": _credentials,
    "profile": lambda document, game_id: _user(_object(document, "user")),
    "games": lambda document, game_id: tuple(_game(row) for row in _list_of(document, "games")),
    "download_key": lambda document, game_id: _download_key(_object(document, "download_key")),
    "owns": _owns,
    "purchases": lambda document, game_id: tuple(_purchase(row, game_id) for row in _list_of(document, "purchases")),
    "latest_build": _latest,
    "owned_keys": lambda document, game_id: tuple(_owned_key(row) for row in _list_of(document, "owned_keys")),
    "ownership": _yes_or_no,
}
