"""The addresses below the site's own that select some of its games: ``/ld/``, ``/minild/``, ``/all/``, ``/other/``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Item = Mapping[str, Any]
Belongs = Callable[[Item], bool] | None
"""Whether an item is among those asked for; None for all."""

_MAIN = re.compile(r"Ludum Dare [\d.]+")
_MINI = re.compile(r"MiniLD [\d.]+")


def subset(path: str) -> Belongs:
    """What an address below the site's own asks for. The site itself, and addresses of no meaning, give everything.

    What belongs to neither kind of the site's own events is of others, by event: ``/other/jam/1gam/`` are those whose
    event is called so.
    """
    parts = tuple(part.lower() for part in path.split("/") if part)
    if parts == ("ld",):
        return lambda item: _is(_MAIN, item)
    if parts == ("minild",):
        return lambda item: _is(_MINI, item)
    if parts == ("other",):
        return _of_others
    if len(parts) == 3 and parts[:2] == ("other", "jam"):
        return lambda item: _of_others(item) and _slug(_event(item)).startswith(_slug(parts[2]))
    return None


def _of_others(item: Item) -> bool:
    return not _is(_MAIN, item) and not _is(_MINI, item)


def _is(kind: re.Pattern[str], item: Item) -> bool:
    return kind.fullmatch(_event(item)) is not None


def _event(item: Item) -> str:
    event = item.get("Event")
    return event if isinstance(event, str) else ""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
