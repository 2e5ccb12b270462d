"""Results as bytes on disk, and back. The form is this package's own and may change: what cannot be read is dropped."""

from __future__ import annotations

from typing import Any

import msgspec

from pygame_gameservices.services.easyjam.models import JamItem, JamUser, TokenResult, plain
from pygame_gameservices.services.raw import Raw

_FORM = 1


def _plain_mapping(value: Any) -> Any:
    if isinstance(value, Raw):
        return plain(value)
    raise NotImplementedError(type(value))


def _raw_mapping(kind: type, value: Any) -> Any:
    if kind is Raw:
        return Raw(value)
    raise NotImplementedError(kind)


_encoder = msgspec.json.Encoder(enc_hook=_plain_mapping, decimal_format="number")


def encode_item(item: JamItem) -> bytes:
    """An item as JSON, the same bytes for equal items."""
    return _encoder.encode(item)


def decode_item(stored: bytes) -> JamItem:
    """What `encode_item` wrote. Raises `msgspec.MsgspecError` when it is something else."""
    return _frozen_item(_decode(stored, JamItem))


def encode_result(result: TokenResult) -> bytes:
    """A result as bytes."""
    return _encoder.encode([_FORM, result])


def decode_result(stored: bytes) -> TokenResult | None:
    """What `encode_result` wrote; None when another version wrote it."""
    try:
        form, result = _decode(stored, tuple[int, TokenResult])
    except msgspec.MsgspecError:
        return None
    if form != _FORM:
        return None
    user = result.user
    if user is not None:
        user = msgspec.structs.replace(user, sections=_frozen_sections(user.sections))
    items = tuple(_frozen_item(item) for item in result.items)
    frozen: TokenResult = msgspec.structs.replace(result, items=items, user=user)
    return frozen


def encode_user(user: JamUser) -> bytes:
    """A user as JSON."""
    return _encoder.encode(user)


def _decode(stored: bytes, kind: Any) -> Any:
    return msgspec.json.decode(stored, type=kind, dec_hook=_raw_mapping)


def _frozen_item(item: JamItem) -> JamItem:
    links, sections = Raw(item.links), _frozen_sections(item.sections)
    return msgspec.structs.replace(item, links=links, sections=sections)


def _frozen_sections(sections: Any) -> Raw:
    return Raw({name: Raw(section) for name, section in sections.items()})
