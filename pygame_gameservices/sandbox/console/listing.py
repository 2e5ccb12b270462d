"""Tables, marks and other small things that all panels share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from pygame_gameservices.sandbox.console.desk import Visit
from pygame_gameservices.sandbox.console.markup import BASE, Child, Node
from pygame_gameservices.sandbox.gamejolt.ages import age

SERVICES = {
    "gamejolt": "Game Jolt",
    "itchio": "itch.io",
    "easyjam": "EasyJam",
    "forge": "Forge",
    "trading": "Trading",
}
"""What the services are called, by the first part of their paths."""

CLIP = 160
"""Characters of a value that a row shows; the rest is folded away."""

_SHOWN = 4000


def table(
    name: str, heads: Sequence[str], rows: Iterable[tuple[str | int, Sequence[Child]]], *, empty: str, label: str
) -> Node:
    """Return a table that keeps itself up to date.

    Args:
        name: of its element; each row is called by it and its own key, so that only what changed is replaced.
        heads: one for each column; one that begins with ``#`` is a column of numbers.
        rows: the key of each with its cells.
        empty: what is said when there are none.
        label: for those who cannot see it.
    """
    titles = [head.removeprefix("#") for head in heads]
    numeric = [head.startswith("#") for head in heads]
    body = [
        Node(
            "tr",
            [
                Node("td", _spaced(cell), class_="number" if is_number else None, data_label=title)
                for title, is_number, cell in zip(titles, numeric, cells, strict=True)
            ],
            id=f"{name}-{key}",
        )
        for key, cells in rows
    ]
    if not body:
        body = [Node("tr", Node("td", empty, colspan=len(heads), class_="empty"), id=f"{name}-none")]
    head = [
        Node("th", title, scope="col", class_="number" if is_number else None)
        for title, is_number in zip(titles, numeric, strict=True)
    ]
    whole = Node("table", Node("thead", Node("tr", head)), Node("tbody", body, data_live=name), aria_label=label)
    return Node("div", whole, class_="scroll", tabindex="0", role="region", aria_label=label)


def _spaced(cell: Child) -> Child:
    """Put a blank between the parts of a cell, for those who hear or copy it."""
    if isinstance(cell, (list, tuple)):
        return [(_spaced(part), " ") for part in cell if part is not None]
    return cell


def card(title: str, *content: Child, note: Child = None, class_: str = "card") -> Node:
    """Return a titled box."""
    return Node("section", Node("h2", title, Node("small", note) if note is not None else None), content, class_=class_)


def pill(text: str, tone: str = "") -> Node:
    """Return a small mark: ``good``, ``bad``, ``warn``, ``accent`` or plain."""
    return Node("span", text, class_=f"pill {tone}".strip())


def service(name: str) -> Node:
    """Return the mark of a service."""
    return Node("span", SERVICES.get(name, name), class_=f"service {name if name in SERVICES else 'unknown'}")


def code(text: str) -> Node:
    """Return text that a machine reads, in full if it is short."""
    if len(text) <= CLIP:
        return Node("code", text)
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + f"… and {len(text) - _SHOWN:,} more characters"
    return Node("details", Node("summary", Node("code", text[:CLIP] + "…")), Node("pre", shown), class_="long")


def when(unix_seconds: float, now: float) -> Node:
    """Return a moment as its distance from now; hovering shows the moment itself."""
    ahead = unix_seconds > now + 1
    return Node("time", "in the future" if ahead else age(unix_seconds, now), title=stamp(unix_seconds))


def stamp(unix_seconds: float) -> str:
    """Write a moment in UTC, to the second."""
    try:
        return f"{datetime.fromtimestamp(unix_seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"{unix_seconds:g}"


def link(panel: str, text: Child, query: Mapping[str, str | int] | None = None, **attributes: str | None) -> Node:
    """Return a link to a panel."""
    suffix = f"?{urlencode(query)}" if query else ""
    return Node("a", text, href=f"{BASE}{panel}{suffix}", **attributes)


def chooser(panel: str, label: str, options: Iterable[tuple[Mapping[str, str | int], str, bool]]) -> Node:
    """Return a row of links of which one is chosen; each has a query, a text and whether it is that one."""
    items = [Node("li", link(panel, text, query, aria_current="true" if on else None)) for query, text, on in options]
    return Node("nav", Node("ul", items), class_="chooser", aria_label=label)


def pages(visit: Visit, panel: str, more: Mapping[str, str | int] | None) -> Node:
    """Return links to the beginning of a list and to what follows, where there is anything."""
    kept: dict[str, str | int] = {k: v for k, v in visit.query.items() if k not in ("after", "from")}
    moved = "after" in visit.query
    return Node(
        "nav",
        link(panel, "First page", kept, rel="first") if moved else None,
        link(panel, "Next page", {**kept, **more}, rel="next") if more else None,
        class_="pages",
        aria_label="Pages",
    )
