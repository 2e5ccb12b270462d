"""The lenient reader: takes what sites really send, and notes what was wrong instead of failing. Any thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.errors import ProtocolError
from pygame_gameservices.services.easyjam.errors import UNSPECIFIC
from pygame_gameservices.services.easyjam.fields import INFO, USER
from pygame_gameservices.services.easyjam.items import item
from pygame_gameservices.services.easyjam.models import JamDocument, JamInfo, JamUser, More, Problem, TokenResult
from pygame_gameservices.services.easyjam.notes import Notes
from pygame_gameservices.services.pieces import decode

_BOM = b"\xef\xbb\xbf"
_SAYING = frozenset({"Error", "Item", "User"})
"""What a token's object has at least one of."""
_LARGEST_MORE = 1 << 63


def read_document(body: bytes) -> JamDocument:
    """Read an EasyJam document.

    Raises:
        ProtocolError: it is no JSON object; everything inside of one is passed over and noted in ``problems``.
    """
    document = _decoded(body)
    problems: list[Problem] = []
    notes = Notes(problems, "")
    error = error_text(document.pop("Error", None), notes.at("Error"))
    info = _info(document.pop("Info", None), notes.at("Info"))
    results: dict[str, TokenResult] = {}
    for token, value in document.items():
        inner = _inner_info(value, notes.at(token))
        results[token] = read_token(value, notes.at(token), info_more=inner.more if inner else None)
        info = info or inner
    return JamDocument(results=results, info=info, error=error, problems=tuple(problems))


def speaks_of(tokens: Collection[str], body: bytes) -> bool:
    """Whether a document says something of one of these tokens, and is not some other program's JSON.

    Raises:
        ProtocolError: it is no JSON object.
    """
    values = [value for name, value in _decoded(body).items() if name in tokens]
    return any(isinstance(value, dict) and not _SAYING.isdisjoint(value) for value in values)


def read_token(value: Any, notes: Notes, info_more: More | None = None) -> TokenResult:
    """Read what stands under a token.

    Args:
        info_more: the ``More`` of an ``Info`` that stands in the same object.
    """
    if value == []:
        value = {}
    if not isinstance(value, dict):
        notes.say("is no object; it was taken for an error")
        return TokenResult(error=error_text(value, notes) or UNSPECIFIC)
    more = more_of(value.get("More"), notes.at("More"))
    return TokenResult(
        items=_items(value.get("Item"), notes.at("Item"), needed="Error" not in value),
        user=_user(value.get("User"), notes.at("User")),
        error=error_text(value.get("Error"), notes.at("Error")),
        more=info_more if more is None else more,
    )


def error_text(value: Any, notes: Notes) -> str | None:
    """An ``Error`` as text. ``true`` says that something is wrong and not what; ``false`` and nothing are no error.

    What is neither and still says something is taken for an error, but for the nothings of other kinds: 0, [] and {}.
    """
    if value is None or value is False or value == "":
        return None
    if value is True:
        return UNSPECIFIC
    if isinstance(value, str):
        return value
    if not value:
        notes.say("is neither a text nor true; it was taken for no error")
        return None
    notes.say("is neither a text nor true")
    return notes.shown(value)


def more_of(value: Any, notes: Notes) -> More | None:
    """A ``More`` as it came; None when it says that there is no more."""
    if value is None or value is False or value in (0, "", "0"):
        return None
    if isinstance(value, Decimal) and -_LARGEST_MORE < value < _LARGEST_MORE and value == int(value):
        return int(value)  # 25.0, as some languages write any number
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        notes.say("is neither a number nor a text; it was passed over")
        return None
    return value


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        document: Any = decode(body.removeprefix(_BOM), float_hook=Decimal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as failure:
        raise ProtocolError(f"an EasyJam document ({failure})", body[:200].decode("utf-8", "replace")) from None
    if document == []:  # how PHP writes an object without fields
        return {}
    if not isinstance(document, dict):
        raise ProtocolError("a JSON object by token", body[:200].decode("utf-8", "replace"))
    return document


def _items(rows: Any, notes: Notes, *, needed: bool) -> tuple[Any, ...]:
    if rows is None or rows == {}:
        if rows is None and needed:
            notes.say("is missing; it was taken for an empty list")
        return ()
    if isinstance(rows, dict):  # PHP again: a list whose numbers have a gap is written as an object
        notes.say("is an object and no list; its values were taken")
        rows = list(rows.values())
    if not isinstance(rows, list):
        notes.say("is no list; it was passed over")
        return ()
    found: dict[str, Any] = {}
    for number, row in enumerate(rows):
        breathe()
        read = item(row, notes.at(number))
        if read is not None:
            found.setdefault(str(read.id), read)
    return tuple(found.values())


def _user(value: Any, notes: Notes) -> JamUser | None:
    user = notes.object(value)
    if user is None:
        return None
    return JamUser(
        id=notes.id(user, "Id", needed=False),
        name=notes.text(user, "Name"),
        origin_url=notes.text(user, "OriginURL"),
        icon=notes.text(user, "Icon"),
        sections=notes.sections(user, USER),
    )


def _info(value: Any, notes: Notes) -> JamInfo | None:
    info = notes.object(value)
    if info is None:
        return None
    version = info.get("Version")
    return JamInfo(
        version=str(version) if isinstance(version, (int, Decimal)) else notes.text(info, "Version"),
        response_time=notes.date(info, "ResponseTime"),
        more=more_of(info.get("More"), notes.at("More")),
        sections=notes.sections(info, INFO),
    )


def _inner_info(value: Any, notes: Notes) -> JamInfo | None:
    """An ``Info`` inside of a token's object: the samples allow to read it that way, too."""
    inner: Mapping[str, Any] = value if isinstance(value, dict) else {}
    return _info(inner.get("Info"), notes.at("Info"))
