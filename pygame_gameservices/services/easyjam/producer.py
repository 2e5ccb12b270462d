"""The producer: turns games into a document that is true to the specification. For sites and tools; any thread."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.easyjam.fields import CORE, EXTENDED, INFO, TOKEN, USER, is_section_name
from pygame_gameservices.services.easyjam.models import (
    JamInfo,
    JamItem,
    JamUser,
    More,
    Sections,
    TokenResult,
    plain,
)
from pygame_gameservices.services.easyjam.tokens import checked_token
from pygame_gameservices.services.web import is_web_url

CONTENT_TYPE = "application/json"
"""What to serve a document as."""

SPEC_VERSION = "EasyJam v0.1"
"""What documents written here say they conform to, when they say it."""

_KNOWN = frozenset({*CORE, *EXTENDED, *TOKEN, *USER, *INFO})
_encoder = msgspec.json.Encoder(decimal_format="number")


def write_document(results: Mapping[str, TokenResult], *, info: JamInfo | None = None) -> bytes:
    """Write a document for these tokens, each maker's newest game first.

    Args:
        results: by token: items, user and more; or an error. See `JamItem` for what an item needs.
        info: what belongs to no user.

    Raises:
        UsageError: something is missing or cannot be written, or two offsets differ; the text names the place.
    """
    document: dict[str, Any] = {}
    if info is not None:
        document["Info"] = _info(info)
    for number, (token, result) in enumerate(results.items()):
        document[checked_token(token)] = _result(result, f"result {number + 1}")
    if not results:
        raise UsageError("there are no results; pass at least one, or use write_error")
    _check_mores(results, info)
    return _encode(document)


def write_error(message: str | Literal[True] = True) -> bytes:
    """Write a document that says that the request as a whole cannot be answered, with a reason or without.

    Raises:
        UsageError: the reason is no text, or empty.
    """
    return _encode(_error(message, "message"))


def event_id(number: int, part: int | None = None, *, digits: int = 2) -> Decimal:
    """Make an event number that sorts rightly: ``event_id(2015, 7)`` is 2015.07, which comes before 2015.10.

    Args:
        number: of the event, or its year.
        part: of the event, such as the month; None for none.
        digits: how many digits the part is written with.

    Raises:
        UsageError: a number is negative, or the part has more digits.
    """
    if number < 0 or (part is not None and (part < 0 or len(str(part)) > digits)):
        raise UsageError(f"pass a number, and a part of at most {digits} digits, neither of them negative")
    return Decimal(number if part is None else f"{number}.{part:0{digits}d}")


def _check_mores(results: Mapping[str, TokenResult], info: JamInfo | None) -> None:
    """All offsets of one document are the same, so that one further request can ask for all that is left."""
    said = [("info", info.more)] if info is not None else []
    said += [(f"result {number + 1}", result.more) for number, result in enumerate(results.values())]
    told = [(place, more) for place, more in said if more is not None]
    for place, more in told[1:]:
        if str(more) != str(told[0][1]):
            raise UsageError(
                f"{place} has more={more!r} and {told[0][0]} has more={told[0][1]!r}; pass the same in one document"
            )


def _result(result: TokenResult, place: str) -> dict[str, Any]:
    if result.error is not None:
        if result.items:
            raise UsageError(f"{place} has an error and items; pass one of them")
        return _error(result.error, place)
    if not result.answered:
        raise UsageError(f"{place} has answered=False; leave the token out instead")
    ids = [str(item.id) for item in result.items]
    if len(set(ids)) < len(ids):
        raise UsageError(f"{place} has two items of the same id; ids are unique on a site")
    written: dict[str, Any] = {}
    if result.user is not None:
        written["User"] = _user(result.user, f"the user of {place}")
    if result.more is not None:
        written["More"] = _more(result.more, place)
    items = [(_moment(item.released, f"{place}, item {item.id!r}: released"), item) for item in result.items]
    items.sort(key=lambda pair: pair[0], reverse=True)
    written["Item"] = [_item(item, f"{place}, item {item.id!r}") for _, item in items]
    return written


def _item(item: JamItem, place: str) -> dict[str, Any]:
    if not isinstance(item.images, (list, tuple)) or not isinstance(item.links, Mapping):
        raise UsageError(f"{place}: pass images as a tuple of addresses, and links as a mapping by platform")
    core = {
        "Id": _id(item.id, place),
        "Name": _text(item.name, f"{place}: name"),
        "Released": _date(item.released, f"{place}: released"),
        "Description": _text(item.description, f"{place}: description", empty=True),
        "Image": [_url(url, f"{place}: images") for url in item.images],
        "Link": {_text(name, f"{place}: links"): _url(url, f"{place}: links") for name, url in item.links.items()},
    }
    urls = {
        "OriginURL": item.origin_url,
        "Icon": item.icon,
        "Banner": item.banner,
        "EmbedURL": item.embed_url,
        "EmbedOriginURL": item.embed_origin_url,
    }
    texts = {
        "Event": item.event,
        "Type": item.type,
        "SubType": item.sub_type,
        "SubSubType": item.sub_sub_type,
        "EmbedType": item.embed_type,
    }
    sizes = {"EmbedWidth": item.embed_width, "EmbedHeight": item.embed_height}
    optional: dict[str, Any] = {name: _url(url, f"{place}: {name}") for name, url in urls.items() if url is not None}
    optional |= {name: _text(text, f"{place}: {name}") for name, text in texts.items() if text is not None}
    optional |= {name: _size(size, f"{place}: {name}") for name, size in sizes.items() if size is not None}
    if item.event_id is not None:
        if isinstance(item.event_id, bool) or not isinstance(item.event_id, (int, float, Decimal)):
            raise UsageError(f"{place}: event_id is {item.event_id!r}; pass a number, or event_id(2015, 7)")
        optional["EventId"] = item.event_id
    ordered = {name: optional[name] for name in EXTENDED if name in optional}
    return core | ordered | _sections(item.sections, place)


def _user(user: JamUser, place: str) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if user.id is not None:
        written["Id"] = _id(user.id, place)
    if user.name is not None:
        written["Name"] = _text(user.name, f"{place}: name")
    if user.origin_url is not None:
        written["OriginURL"] = _url(user.origin_url, f"{place}: origin_url")
    if user.icon is not None:
        written["Icon"] = _url(user.icon, f"{place}: icon")
    return written | _sections(user.sections, place)


def _info(info: JamInfo) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if info.version is not None:
        written["Version"] = _text(info.version, "info: version")
    if info.response_time is not None:
        written["ResponseTime"] = _date(info.response_time, "info: response_time")
    if info.more is not None:
        written["More"] = _more(info.more, "info")
    return written | _sections(info.sections, "info")


def _sections(sections: Sections, place: str) -> dict[str, Any]:
    for name in sections:
        if not is_section_name(name) or name in _KNOWN:
            raise UsageError(f"{place}: section {name!r}; pass a name of your own, of letters and digits")
        if not isinstance(sections[name], Mapping):
            raise UsageError(f"{place}: section {name!r} is {type(sections[name]).__name__}; pass a mapping")
    return {name: plain(section) for name, section in sections.items()}


def _error(message: object, place: str) -> dict[str, Any]:
    return {"Error": True if message is True else _text(message, f"{place}: error")}


def _id(value: int | str, place: str) -> int | str:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or value == "":
        raise UsageError(f"{place}: id is {value!r}; pass a number or a text")
    return value


def _text(value: object, place: str, *, empty: bool = False) -> str:
    if not isinstance(value, str) or (not value and not empty):
        raise UsageError(f"{place} is {value!r}; pass a text")
    return value


def _url(value: object, place: str) -> str:
    if not isinstance(value, str) or not is_web_url(value):
        raise UsageError(f"{place} is {value!r}; pass an http or https address")
    return value


def _size(value: object, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise UsageError(f"{place} is {value!r}; pass pixels")
    return value


def _more(value: More, place: str) -> More:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or value in ("", "0") or value == 0:
        raise UsageError(f"{place}: more is {value!r}; pass where the next items start, or None when there are none")
    return value


def _moment(value: object, place: str) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise UsageError(f"{place} is {value!r}; pass an aware datetime, such as datetime(2012, 11, 25, tzinfo=UTC)")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{place} is {value}, which is no moment in UTC; pass a later one") from None


def _date(value: object, place: str) -> str:
    return _moment(value, place).isoformat()


def _encode(document: dict[str, Any]) -> bytes:
    _check_numbers(document)
    try:
        return msgspec.json.format(_encoder.encode(document), indent=2)
    except (TypeError, ValueError, RecursionError) as error:  # no JSON value, or half a surrogate pair
        raise UsageError(
            f"the document cannot be written as JSON ({error}); pass plain values and whole text"
        ) from None


def _check_numbers(value: Any) -> None:
    """JSON knows no infinity; writing null in its place would lose it quietly."""
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{value} is no number that JSON knows; leave the field out")
    if isinstance(value, Decimal) and not value.is_finite():
        raise UsageError(f"{value} is no number that JSON knows; leave the field out")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_numbers(inner)
