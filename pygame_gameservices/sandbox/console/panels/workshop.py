"""The workshop: the clock, the way back to the beginning, addresses and keys, and what the database holds."""

from __future__ import annotations

import json
import math

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.console.desk import Desk, Fields, Panel, Visit
from pygame_gameservices.sandbox.console.forms import Form, button, drawer
from pygame_gameservices.sandbox.console.listing import SERVICES, card, link, stamp, table
from pygame_gameservices.sandbox.console.markup import Child, Node

_STEPS = (("1 minute", 60), ("1 hour", 3600), ("1 day", 86_400), ("1 week", 604_800))


def _show(visit: Visit) -> Child:
    return [
        Node("div", _clock(visit), _beginning(visit), class_="cards"),
        card("Addresses and keys", _facts(visit), note="with secrets; they open nothing but this sandbox"),
        card("Database", _tables(visit)),
    ]


def _clock(visit: Visit) -> Node:
    clock = visit.desk.ground.clock
    advance, put = Form(visit, "workshop", "advance"), Form(visit, "workshop", "set")
    offset = f"{clock.offset:+,.0f} s from this machine's" if abs(clock.offset) >= 1 else "as this machine's"
    now = [Node("strong", stamp(clock.now()), id="clock-now"), Node("span", offset, class_="muted", id="clock-offset")]
    return card(
        "Clock",
        Node("p", now, class_="now", data_live="clock"),
        Node(
            "div",
            [
                button(visit, "workshop", "advance", f"+ {label}", str(seconds), seconds=seconds)
                for label, seconds in _STEPS
            ],
            class_="row",
        ),
        advance.build(advance.number("Move by seconds", "seconds", 60), submit="Move"),
        put.build(put.number("Set to Unix seconds", "now", int(clock.now())), submit="Set"),
        button(visit, "workshop", "right", "Back to real time"),
    )


def _beginning(visit: Visit) -> Node:
    return card(
        "Back to the beginning",
        Node(
            "p",
            "Seeded data, right clock, no faults, no calls. What games stored and what was added by hand is gone.",
            class_="about",
        ),
        drawer("Reset the sandbox…", button(visit, "workshop", "reset", "Yes, forget everything")),
    )


def _facts(visit: Visit) -> Node:
    # Only when asked: they hold secrets, and with many players they take a while.
    if visit.query.get("show") != "facts":
        return Node("p", link("workshop", "Show addresses and keys", {"show": "facts"}))
    facts = visit.desk.facts()
    return Node(
        "div",
        [
            drawer(SERVICES[name], Node("pre", json.dumps(facts[name], indent=2, ensure_ascii=False)[:20_000]))
            for name in SERVICES
            if name in facts
        ],
        class_="drawers",
    )


def _tables(visit: Visit) -> Node:
    database = visit.desk.ground.database
    rows: list[tuple[str, list[Child]]] = [
        (name, [Node("code", name), f"{database.count(name):,}"]) for name in database.tables()
    ]
    return table("count", ("Table", "#Rows"), rows, empty="There is no table.", label="Rows per table")


def _number(sent: Fields, key: str) -> float:
    try:
        value = float(sent.get(key, ""))
    except ValueError:
        raise UsageError(f"{key} must be a number, not {sent.get(key)!r}") from None
    if not math.isfinite(value):
        raise UsageError(f"{key} must be a number, not {sent.get(key)!r}")
    return value


def _advance(desk: Desk, sent: Fields) -> str:
    seconds = _number(sent, "seconds")
    desk.ground.clock.advance(seconds)
    return f"It is {stamp(desk.ground.clock.now())}."


def _set(desk: Desk, sent: Fields) -> str:
    desk.ground.clock.set(_number(sent, "now"))
    return f"It is {stamp(desk.ground.clock.now())}."


def _right(desk: Desk, _sent: Fields) -> str:
    desk.ground.clock.reset()
    return "The clock is right again."


def _reset(desk: Desk, _sent: Fields) -> str:
    desk.reset()
    return "The sandbox is as it was at the beginning."


PANEL = Panel(
    "workshop",
    "Workshop",
    "The sandbox itself: its clock, its addresses, its database, and the way back to the beginning.",
    _show,
    {"advance": _advance, "set": _set, "right": _right, "reset": _reset},
)
