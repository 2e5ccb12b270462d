"""Calls: what was asked of the sandbox, newest first, as it arrives."""

from __future__ import annotations

from datetime import UTC, datetime

from pygame_gameservices.sandbox.console.desk import Desk, Fields, Panel, Visit
from pygame_gameservices.sandbox.console.forms import button, picker, search
from pygame_gameservices.sandbox.console.listing import SERVICES, code, pill, service
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.journal import Entry

SHOWN = 200

_KNOWN = frozenset({"game_id", "format"})
_HIDDEN = "[redacted]"
_OUTCOMES = (("", "All outcomes"), ("ok", "Done"), ("no", "Refused"), ("fault", "Bitten by a fault"))


def _show(visit: Visit) -> Child:
    journal = visit.desk.journal
    found: list[Entry] = []
    for entry in journal.newest():
        if len(found) == SHOWN:
            break
        if _matches(entry, visit):
            found.append(entry)
    counted = f"{journal.total:,} call{'' if journal.total == 1 else 's'} since the beginning"
    rows = [_row(entry) for entry in found]
    nothing = "No call yet. Point a game at the sandbox, and its calls appear here as they arrive."
    empty = Node("li", "No call fits." if journal.total else nothing, class_="empty", id="call-none")
    services = [("", "All services"), *SERVICES.items()]
    return [
        Node(
            "div",
            search(
                visit,
                "calls",
                picker(visit, "service", "Service", services),
                picker(visit, "outcome", "Outcome", _OUTCOMES),
                placeholder="Path, endpoint or parameter",
            ),
            button(visit, "calls", "clear", "Forget all"),
            class_="tools",
        ),
        Node("p", Node("span", counted, id="calls-count"), class_="count", data_live="count"),
        Node(
            "div",
            [Node("span", head) for head in ("#", "Time", "Service", "Call", "Answer")],
            class_="call-heads",
            aria_hidden="true",
        ),
        Node("ol", rows or empty, class_="calls", data_live="calls", aria_label="Calls, newest first"),
    ]


def _matches(entry: Entry, visit: Visit) -> bool:
    wanted, name, outcome = (visit.query.get(key, "") for key in ("q", "service", "outcome"))
    if name and _service(entry) != name:
        return False
    if outcome == "ok" and entry.success is not True:
        return False
    if outcome == "no" and entry.success is not False:
        return False
    if outcome == "fault" and not entry.faults:
        return False
    texts = (entry.path, entry.endpoint, *entry.sub_requests, *entry.params.values(), *entry.faults)
    return any(wanted.casefold() in text.casefold() for text in texts)


def _row(entry: Entry) -> Node:
    # Two calls of different resets may share a number, and a page that stays open must not take one for the other.
    key = f"call-{entry.number}-{int(entry.time * 1000) % 1_000_000}"
    summary = Node(
        "summary",
        Node("span", entry.number, class_="number"),
        Node("span", _clock(entry.time), class_="clock"),
        service(_service(entry)),
        Node("span", _called(entry), [pill(fault, "bad") for fault in entry.faults], _about(entry), class_="called"),
        Node("span", _answer(entry), class_="answer"),
    )
    facts = [("Request", Node("code", f"{entry.method} {entry.path}"))]
    facts += [(name, code(value)) for name, value in entry.params.items()]
    facts += [(f"Sub-request {n}", Node("code", one)) for n, one in enumerate(entry.sub_requests, 1)]
    listed = [(Node("dt", name), Node("dd", value)) for name, value in facts]
    return Node("li", Node("details", summary, Node("dl", listed)), id=key)


def _called(entry: Entry) -> Child:
    if not entry.endpoint:
        return Node("code", f"{entry.method} {entry.path}")
    batch = f" × {len(entry.sub_requests)}" if entry.sub_requests else None
    return [Node("code", entry.endpoint), batch]


def _about(entry: Entry) -> Node | None:
    """What it is about, as far as it fits beside it; the whole is below."""
    shown = [f"{name}={value}" for name, value in entry.params.items() if name not in _KNOWN and value != _HIDDEN]
    return Node("span", " ".join(shown), class_="about-call") if shown else None


def _answer(entry: Entry) -> Child:
    if entry.status is None:
        return pill("done, no answer", "warn") if entry.success else pill("no answer", "bad")
    tone = "good" if entry.success else "bad" if entry.status >= 400 else "warn" if entry.success is False else ""
    words = {True: "done", False: "refused", None: ""}[entry.success]
    return [pill(str(entry.status), tone), Node("span", words, class_="muted")]


def _service(entry: Entry) -> str:
    return entry.path.split("/", 2)[1] if entry.path.startswith("/") else ""


def _clock(unix_seconds: float) -> str:
    try:
        moment = datetime.fromtimestamp(unix_seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{unix_seconds:g}"
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03}"


def _clear(desk: Desk, _fields: Fields) -> str:
    desk.journal.clear()
    return "All calls are forgotten; counting begins anew."


PANEL = Panel("calls", "Calls", "Every request of a game, newest first, as it arrives.", _show, {"clear": _clear})
