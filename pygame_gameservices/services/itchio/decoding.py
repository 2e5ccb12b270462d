"""From the bytes of an answer to the value of a call, or the error that the service gave. Worker thread.

An empty list comes as an empty object, a habit of the service's language that will not change, and nearly every field
may be missing. Most fields have the names and types of the values in `models`; what differs is derived here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.errors import CallError, ProtocolError, RateLimited, ServiceUnavailable
from pygame_gameservices.services.dates import parse_date
from pygame_gameservices.services.http_status import excerpt, status_error
from pygame_gameservices.services.itchio.errors import error_for
from pygame_gameservices.services.itchio.models import (
    ClaimedReward,
    CollectedGame,
    Credentials,
    DownloadKey,
    ItchioBuild,
    ItchioCollection,
    ItchioGame,
    ItchioUpload,
    ItchioUser,
    Money,
    OwnedKey,
    Purchase,
)
from pygame_gameservices.services.pieces import decode
from pygame_gameservices.services.raw import Raw

Document = dict[str, Any]
M = TypeVar("M", bound=msgspec.Struct)

_DATES = ("created_at", "published_at", "updated_at", "expires_at")
_PLATFORMS = ("windows", "linux", "osx", "android")
_FLAGS = (*(f"p_{platform}" for platform in _PLATFORMS), "can_be_bought", "has_demo", "in_press_system")
"""What the modern edition lists in ``traits`` and the legacy one has as fields of their own."""

_LONGEST_MESSAGE = 200
_MOST_MESSAGES = 10


def read(response: Response) -> Document:
    """Decode an answer and look for errors in it before looking at the status: itch.io says no with HTTP 200, too.

    Raises:
        CallError: the service said no, or what it said makes no sense.
    """
    try:
        document = decode(response.body)
        if not isinstance(document, dict):
            raise msgspec.DecodeError("an object")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        senseless = ProtocolError("JSON of itch.io's", excerpt(response), status=response.status)
        raise status_error(response) or senseless from None
    messages = tuple(one[:_LONGEST_MESSAGE] for one in _messages(document)[:_MOST_MESSAGES])
    if messages:
        raise _with_wait(error_for(messages, response.status), response)
    error = status_error(response)
    if error is not None:
        raise error
    return document


def value(call: str, document: Document, asked: Mapping[str, str]) -> Any:
    """Return what `call` is about.

    Args:
        asked: the call's arguments. What is about something else than they say is no answer to it.

    Raises:
        ProtocolError: a field is missing or of a wrong type.
    """
    try:
        return _DECODERS[call](document, asked)
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


def _model(kind: type[M], row: Document, **derived: Any) -> M:
    """Make a value of the fields that have its names, of the dates among them, and of what was `derived` from others.

    Raises:
        msgspec.ValidationError: a field is missing or of a wrong type.
    """
    breathe()
    dates = {name: _date(row, name) for name in _DATES if name in kind.__struct_fields__}
    return msgspec.convert({**row, **dates, **derived, "raw": Raw(row)}, kind)


def _list(row: Document, name: str) -> list[Any]:
    """A list. An empty one comes as an empty object, as null, or not at all."""
    found = row.get(name)
    if isinstance(found, list):
        return found
    if found is None or found == {}:
        return []
    raise ProtocolError(f"a list of {name}", repr(found))


def _rows(row: Document, name: str) -> list[Document]:
    """A list of objects."""
    return msgspec.convert(_list(row, name), list[Document])


def _rows_of(document: Document, name: str) -> list[Document]:
    """What an answer is about. Without it, it is no answer of this service: an empty list would stand there."""
    if name not in document:
        raise ProtocolError(f"a list of {name}", ", ".join(document))
    return _rows(document, name)


def _object(row: Document, name: str) -> Document:
    found = row.get(name)
    if not isinstance(found, dict):
        raise ProtocolError(f"an object {name!r}", repr(found))
    return found


def _object_if_any(row: Document, name: str) -> Document | None:
    """An object, or None where it is null, empty or missing."""
    return None if row.get(name) is None else _object(row, name) or None


def _date(row: Document, name: str) -> datetime | None:
    told = row.get(name)
    if told is None or told == "":
        return None
    moment = parse_date(told) if isinstance(told, str) else _from_unix(told)
    if moment is None:
        raise ProtocolError(f"{name} to be a date", str(told))
    return moment


def _from_unix(seconds: object) -> datetime | None:
    """A moment in Unix seconds; None when it is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _credentials(document: Document) -> Credentials:
    return _model(Credentials, document, scopes=_list(document, "scopes"))


def _user(row: Document) -> ItchioUser:
    return _model(ItchioUser, row)


def _money(row: Document) -> Money:
    names = {"amount": "amount_minor", "currency": "currency", "amount_formatted": "formatted"}
    return msgspec.convert({ours: row[theirs] for theirs, ours in names.items() if theirs in row}, Money)


def _traits(row: Document) -> set[str]:
    """What holds of a game or a file: listed in the modern edition, fields of their own in the legacy one."""
    flags = msgspec.convert({flag: row.get(flag) for flag in _FLAGS}, dict[str, bool | None])
    return {*(flag for flag, holds in flags.items() if holds), *msgspec.convert(_list(row, "traits"), list[str])}


def _game(row: Document) -> ItchioGame:
    user = _object_if_any(row, "user")
    traits = _traits(row)
    return _model(
        ItchioGame,
        row,
        platforms=[platform for platform in _PLATFORMS if f"p_{platform}" in traits],
        traits=traits,
        min_price_minor=row.get("min_price"),
        earnings=[_money(one) for one in _rows(row, "earnings")],
        user=None if user is None else _user(user),
    )


def _download_key(document: Document, asked: Mapping[str, str]) -> DownloadKey:
    """The key that was asked for. One of another game or person is none, whatever put it there."""
    row = _object(document, "download_key")
    owner = _object_if_any(row, "owner")
    key = _model(DownloadKey, row, owner=None if owner is None else _user(owner))
    if str(key.game_id) != asked["game_id"]:
        raise ProtocolError(f"a key of game {asked['game_id']}", f"one of game {key.game_id}")
    if key.owner is not None and "user_id" in asked and str(key.owner.id) != asked["user_id"]:
        raise ProtocolError(f"a key of user {asked['user_id']}", f"one of user {key.owner.id}")
    if key.key is not None and asked.get("download_key", key.key) != key.key:
        raise ProtocolError("the key that was asked for", "another one")
    return key


def _purchase(row: Document, asked: Mapping[str, str]) -> Purchase:
    asked_game = int(asked["game_id"])
    one = row.get("game_id")
    listed = [one] if isinstance(one, int) else _list(row, "game_id")
    game_ids = msgspec.convert(listed, list[int]) or [asked_game]
    game_id = asked_game if asked_game in game_ids else game_ids[0]
    return _model(Purchase, row, game_id=game_id, game_ids=game_ids)


def _owned_key(row: Document) -> OwnedKey:
    game = _object_if_any(row, "game")
    return _model(OwnedKey, row, game=None if game is None else _game(game))


def _owned_keys(document: Document) -> tuple[OwnedKey, ...]:
    """Without the list there are none: it is left out for those who own nothing."""
    return tuple(_owned_key(row) for row in _rows(document, "owned_keys"))


def _owned_keys_page(document: Document, asked: Mapping[str, str]) -> tuple[OwnedKey, ...]:
    """Those of the games that were asked about: not every server looks at the parameter."""
    keys = _owned_keys(document)
    wanted = asked["game_ids"].split(",") if "game_ids" in asked else None
    return tuple(key for key in keys if wanted is None or str(key.game_id) in wanted)


def _collected(row: Document) -> CollectedGame:
    game = _object_if_any(row, "game")
    known = None if game is None else _game(game)
    game_id = row.get("game_id", None if known is None else known.id)
    return _model(CollectedGame, row, game=known, game_id=game_id)


def _upload(row: Document) -> ItchioUpload:
    build = _object_if_any(row, "build")
    traits = _traits(row)
    return _model(
        ItchioUpload,
        row,
        platforms=[platform for platform in _PLATFORMS if f"p_{platform}" in traits],
        demo="demo" in traits or row.get("demo"),
        preorder="preorder" in traits or row.get("preorder"),
        build=None if build is None else _build(build),
    )


def _build(row: Document) -> ItchioBuild:
    user = _object_if_any(row, "user")
    return _model(ItchioBuild, row, user=None if user is None else _user(user))


def _claimed_reward(row: Document) -> ClaimedReward:
    """Its shape is nowhere documented: what is there under a likely name is taken, all of it is in ``raw``."""
    user = _object_if_any(row, "user") or _object_if_any(row, "owner")
    reward = _object_if_any(row, "reward") or {}
    named = {"title": row.get("title", reward.get("title")), "reward_id": row.get("reward_id", reward.get("id"))}
    return _model(ClaimedReward, row, user=None if user is None else _user(user), **named)


def _claimed_rewards(document: Document) -> tuple[ClaimedReward, ...]:
    name = "rewards" if "rewards" in document and "claimed_rewards" not in document else "claimed_rewards"
    return tuple(_claimed_reward(row) for row in _rows_of(document, name))


def _latest(document: Document) -> str | None:
    """An answer without a version is an answer: the build was pushed without one."""
    latest = document.get("latest")
    if latest is not None and not isinstance(latest, str):
        raise ProtocolError("latest to be a version", repr(latest))
    return latest


def _yes_or_no(document: Document) -> bool:
    owns = document.get("owns")
    if not isinstance(owns, bool):
        raise ProtocolError("owns to be true or false", repr(owns))
    return owns


def _owns(document: Document, asked: Mapping[str, str]) -> bool:
    _download_key(document, asked)  # anything else than a proper key is no yes
    return True


_DECODERS: dict[str, Callable[[Document, Mapping[str, str]], Any]] = {
    "credentials_info": lambda document, asked: _credentials(document),
    "profile": lambda document, asked: _user(_object(document, "user")),
    "games": lambda document, asked: tuple(_game(row) for row in _rows_of(document, "games")),
    "download_key": _download_key,
    "owns": _owns,
    "purchases": lambda document, asked: tuple(_purchase(row, asked) for row in _rows_of(document, "purchases")),
    "latest_build": lambda document, asked: _latest(document),
    "owned_keys": lambda document, asked: _owned_keys(document),
    "owned_keys_page": _owned_keys_page,
    "ownership": lambda document, asked: _yes_or_no(document),
    "collections": lambda document, asked: tuple(
        _model(ItchioCollection, row) for row in _rows_of(document, "collections")
    ),
    "collection": lambda document, asked: _model(ItchioCollection, _object(document, "collection")),
    "collection_games": lambda document, asked: tuple(_collected(row) for row in _rows(document, "collection_games")),
    "uploads": lambda document, asked: tuple(_upload(row) for row in _rows_of(document, "uploads")),
    "upload": lambda document, asked: _upload(_object(document, "upload")),
    "builds": lambda document, asked: tuple(_build(row) for row in _rows_of(document, "builds")),
    "build": lambda document, asked: _build(_object(document, "build")),
    "claimed_rewards": lambda document, asked: _claimed_rewards(document),
}
