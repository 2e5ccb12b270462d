"""Games written down by hand: a TOML file that ``gameservices easyjam build`` turns into a document."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.easyjam.models import JamInfo, JamItem, JamUser, TokenResult
from pygame_gameservices.services.raw import Raw


class Game(JamItem, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[makers.games]]``: the fields of `JamItem`, under the same names, and which of them must be there."""

    name: str
    released: datetime


class Maker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[makers]]``: one user of the site."""

    token: str
    name: str | None = None
    id: int | str | None = None
    origin_url: str | None = None
    icon: str | None = None
    games: list[Game] = []


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    makers: list[Maker]
    version: str | None = None


def read_source(text: str) -> tuple[dict[str, TokenResult], JamInfo | None]:
    """Read the file. Any thread.

    Returns:
        What `write_document` takes.

    Raises:
        UsageError: it is no TOML, or a field is missing, unknown or of a wrong type; the text names it.
    """
    try:
        source = msgspec.convert(tomllib.loads(text, parse_float=Decimal), Source, dec_hook=_section)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the file is no TOML: {error}; correct that line") from None
    except msgspec.ValidationError as error:
        raise UsageError(f"{error}; correct that field") from None
    results: dict[str, TokenResult] = {}
    for maker in source.makers:
        if maker.token in results:
            raise UsageError(f"two makers have the token of {maker.name or 'somebody'}; make another one")
        results[maker.token] = TokenResult(items=tuple(_item(game) for game in maker.games), user=_user(maker))
    return results, None if source.version is None else JamInfo(version=source.version)


def _section(kind: type, value: Any) -> Raw:
    if not isinstance(value, dict):
        raise ValueError("Expected `object`")
    return Raw(value)


def _item(game: Game) -> JamItem:
    fields: Mapping[str, Any] = {name: getattr(game, name) for name in game.__struct_fields__}
    released = game.released if game.released.tzinfo is not None else game.released.replace(tzinfo=UTC)
    return JamItem(
        **{
            **fields,
            "released": released,
            "links": Raw(game.links),
            "sections": Raw(game.sections),
        }
    )


def _user(maker: Maker) -> JamUser | None:
    user = JamUser(id=maker.id, name=maker.name, origin_url=maker.origin_url, icon=maker.icon)
    return None if user == JamUser() else user
