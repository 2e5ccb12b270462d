"""Faults: a switch for each kind, with a form made from its fields."""

from __future__ import annotations

import inspect
import math
from dataclasses import MISSING, Field, fields
from typing import Any

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.console.desk import Desk, Fields, Panel, Visit
from pygame_gameservices.sandbox.console.forms import Form, button, drawer
from pygame_gameservices.sandbox.console.listing import card, pill
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.faults.active import ActiveFault
from pygame_gameservices.sandbox.faults.kinds import BODIES, KINDS, Fault
from pygame_gameservices.sandbox.faults.spec import fault_from_json

_SHARED = tuple(field.name for field in fields(Fault))
_CHOICES = {"part": ("body", "headers"), "body": BODIES}
_BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "seconds": (None, 1e8),
    "jitter": (0, 1e6),
    "status": (200, 599),
    "keep": (0, 1),
    "probability": (0, 1),
    "count": (1, 1e9),
    "for_s": (0.001, 1e6),
    "bytes_per_s": (1, 1e9),
    "size": (1, 100_000_000),
    "depth": (1, 10_000_000),
    "megabytes": (0.001, 4096),
    "gigabytes": (0.001, 1024),
    "retry_after": (0, 1e6),
}
_LABELS = {
    "bytes_per_s": "Bytes per second",
    "for_s": "For seconds",
    "retry_after": "Retry-After, seconds",
    "applied": "Carry the request out first",
    "keep": "Keep this part (0 to 1)",
    "extra": "Wrong by bytes",
    "size": "Bytes",
}
_HINTS = {
    "path": "which requests, * for anything",
    "count": "how many; empty is all",
    "probability": "0 to 1",
    "for_s": "empty is until switched off",
    "seed": "of its dice",
    "retry_after": "empty sends none",
}
_PATHS = (
    "*",
    "/gamejolt/*",
    "/gamejolt/*/scores/add/",
    "/gamejolt/*/trophies/add-achieved/",
    "/gamejolt/*/data-store/*",
    "/gamejolt/*/sessions/*",
    "/gamejolt/*/batch/",
    "/itchio/*",
    "/easyjam/*",
    "/forge/*",
    "/trading/*",
)


def _show(visit: Visit) -> Child:
    active = visit.desk.faults.all()
    by_kind: dict[str, list[ActiveFault]] = {kind: [] for kind in KINDS}
    for one in active:
        by_kind[one.fault.kind].append(one)
    listed = [_active(visit, one) for one in reversed(active)]
    empty = Node("li", "No fault is on: every request is answered as it should be.", class_="empty", id="fault-none")
    return [
        Node("ul", listed or empty, class_="active-faults", data_live="faults", aria_label="Faults that are on"),
        button(visit, "faults", "clear", "Switch all off"),
        Node("datalist", [Node("option", value=path) for path in _PATHS], id="paths"),
        Node("div", [_switch(visit, kind, cls, by_kind[kind]) for kind, cls in KINDS.items()], class_="cards"),
    ]


def _active(visit: Visit, one: ActiveFault) -> Node:
    settings = ", ".join(
        f"{field.name}={getattr(one.fault, field.name)}"
        for field in fields(one.fault)
        if getattr(one.fault, field.name) != field.default
    )
    bitten = f"bit {one.bites:,} time{'' if one.bites == 1 else 's'}"
    return Node(
        "li",
        Node("strong", one.fault.kind),
        Node("code", settings) if settings else None,
        pill("spent" if one.spent else bitten, "" if one.spent or not one.bites else "bad"),
        button(visit, "faults", "lift", "Switch off", str(one.number), number=one.number),
        id=f"fault-{one.number}",
    )


def _switch(visit: Visit, kind: str, cls: type[Fault], active: list[ActiveFault]) -> Node:
    form = Form(visit, "faults", "add", kind)
    own = [_field(form, field) for field in _ordered(cls) if field.name not in _SHARED]
    shared = [_field(form, field) for field in fields(cls) if field.name in _SHARED]
    mark = pill("on", "bad") if any(not one.spent for one in active) else None
    refused = visit.form == f"faults-add-{kind}"
    return card(
        kind,
        Node("p", _described(cls), class_="about"),
        form.build(
            own,
            drawer("Which requests", shared, open_=refused),
            submit="Switch on",
            hidden={"kind": kind},
        ),
        note=mark,
        class_="card fault",
    )


def _described(cls: type[Fault]) -> list[Child]:
    """The first paragraph of its docstring, with what stands in backticks as code."""
    text = (inspect.getdoc(cls) or "").partition("\n\n")[0].replace("\n", " ").replace("``", "`")
    return [Node("code", part) if place % 2 else part for place, part in enumerate(text.split("`"))]


def _ordered(cls: type[Fault]) -> list[Field[Any]]:
    """The fields of a kind, what all endings share last."""
    return sorted(fields(cls), key=lambda field: field.name == "applied")


def _field(form: Form, field: Field[Any]) -> Node:
    name, base = field.name, _base(field)
    label = _LABELS.get(name, name.replace("_", " ").capitalize())
    default = None if field.default is MISSING else field.default
    if base == "bool":
        return form.flag(label, name, bool(default))
    if name in _CHOICES:
        return form.choice(label, name, [(one, one) for one in _CHOICES[name]], str(default))
    if base == "str":
        return form.text(label, name, str(default), hint=_HINTS.get(name, ""), required=True, suggest="paths")
    least, most = _BOUNDS.get(name, (None, None))
    return form.number(
        label,
        name,
        default,
        whole=base == "int",
        least=least,
        most=most,
        hint=_HINTS.get(name, ""),
        required="None" not in str(field.type),
    )


def _base(field: Field[Any]) -> str:
    return str(field.type).partition(" | ")[0]


def _add(desk: Desk, sent: Fields) -> str:
    cls = KINDS.get(sent.get("kind", ""))
    if cls is None:
        raise UsageError(f"there is no fault {sent.get('kind')!r}")
    values: dict[str, Any] = {"kind": cls.kind}
    for field in fields(cls):
        if _base(field) == "bool":
            values[field.name] = field.name in sent  # a box that is not ticked is not sent
        elif sent.get(field.name, "") != "":
            values[field.name] = sent[field.name]
        elif "None" in str(field.type):
            values[field.name] = None
    fault = fault_from_json(values)
    for field in fields(cls):
        _check(field.name, getattr(fault, field.name))
    desk.faults.add([fault])
    return f"{cls.kind} is on."


def _check(name: str, value: object) -> None:
    if name in _CHOICES and value not in _CHOICES[name]:
        raise UsageError(f"{name} must be one of {', '.join(_CHOICES[name])}, not {value!r}")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    least, most = _BOUNDS.get(name, (-(2**53), 2**53))
    if not math.isfinite(value) or (least is not None and value < least) or (most is not None and value > most):
        low = "" if least is None else f"at least {least:g}"
        raise UsageError(f"{name} must be {' and '.join(filter(None, (low, f'at most {most:g}')))}, not {value:g}")


def _lift(desk: Desk, sent: Fields) -> str:
    number = sent.get("number", "")
    found = desk.faults.lift(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else False
    return "The fault is off." if found else "That fault was off already."


def _clear(desk: Desk, _sent: Fields) -> str:
    desk.faults.replace([])
    return "All faults are off."


PANEL = Panel(
    "faults",
    "Faults",
    "Outages at will. A fault bites matching requests from the moment it is on; this console is never bitten.",
    _show,
    {"add": _add, "lift": _lift, "clear": _clear},
)
