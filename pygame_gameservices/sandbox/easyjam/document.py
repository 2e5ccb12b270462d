"""A document of the developer's own, such as ``gameservices easyjam build`` writes, for the jam site to serve."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pygame_gameservices.sandbox.easyjam.world import Maker
from pygame_gameservices.sandbox.seed import Section

RESERVED = ("Info", "Error")
"""What stands beside the tokens in a document, so that no token can be called so."""

_TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,190}")


@dataclass(frozen=True, slots=True)
class Document:
    """What the document says: who made what, what it tells about itself, and what is wrong with all of it."""

    makers: list[Maker] = field(default_factory=list)
    info: Mapping[str, Any] = field(default_factory=dict)
    error: str | bool = ""


def is_token(text: str) -> bool:
    """Whether `text` can be a token."""
    return _TOKEN.fullmatch(text) is not None and text not in RESERVED


def read_document(own: Section) -> Document:
    """Read the document that the seed names. Raises `ConfigurationError` when it cannot be served as it stands.

    It need not be complete: what fields items have, and which of them are wrong, is for the game to find out.
    """
    path = own.text("document", "")
    if not path:
        return Document()
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        json.dumps(content, ensure_ascii=False, allow_nan=False).encode()  # Python reads more than JSON has
    except (OSError, ValueError, RecursionError) as error:
        raise own.error("document", f"cannot be read ({error}); write the path of an EasyJam document") from None
    problem = _problem(content)
    if problem:
        raise own.error("document", f"names {path}, {problem}")
    info = {name: value for name, value in content.get("Info", {}).items() if name != "More"}
    makers = [_maker(token, value) for token, value in content.items() if token not in RESERVED]
    return Document(makers, info, content.get("Error") or "")


def _maker(token: str, value: Mapping[str, Any]) -> Maker:
    # More is left out, here as in Info: which pages there are is the site's business.
    beside = {name: inner for name, inner in value.items() if name not in ("Item", "More")}
    name = beside.get("User", {}).get("Name")
    return Maker(str(name or token), token, beside, value.get("Item"))


def _problem(content: Any) -> str:
    """What keeps a document from being served; empty for nothing."""
    if not isinstance(content, dict):
        return "which is no object; an EasyJam document has tokens as keys"
    if not isinstance(content.get("Info", {}), dict):
        return "whose Info is no object"
    if not _is_error(content.get("Error")):
        return "whose Error is neither a text nor true"
    tokens = [name for name in content if name not in RESERVED]
    if not tokens and not content.get("Error"):
        return "which holds neither a token nor an Error"
    for token in tokens:
        problem = _problem_of_token(token, content[token])
        if problem:
            return f"where the token {token!r} {problem}"
    return ""


def _problem_of_token(token: str, value: Any) -> str:
    if not is_token(token):
        return "must be 1 to 190 letters, digits, '_', '-' and '.'"
    if not isinstance(value, dict):
        return "must stand for an object"
    if not isinstance(value.get("User", {}), dict):
        return "has a User that is no object; leave it out, or write {}"
    items = value.get("Item", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return "has an Item that is no list of objects; write [] when there are none"
    if not _is_error(value.get("Error")):
        return "has an Error that is neither a text nor true"
    return "" if "Item" in value or value.get("Error") else "has neither Item nor Error"


def _is_error(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool))
