"""The maker's page as HTML. It is put together as elements, so that no text can become markup."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from sqlalchemy import Row

from pygame_gameservices.relay.doors import Session
from pygame_gameservices.relay.traffic import ANSWERS

BASE = "/maker"
SHOWN_MINUTES = 60
WIDTH, HEIGHT, GAP = 600.0, 90.0, 2.0
Node = ElementTree.Element
_VISIBLE = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
"""What cannot be seen, or not be written, is shown as a picture of itself."""


def overview(
    session: Session,
    now: float,
    rates: Mapping[tuple[int, str], int],
    calls: Sequence[Row[Any]],
    refusals: Sequence[Row[Any]],
    said: str = "",
) -> bytes:
    """The page with everything.

    Args:
        session: whose it is.
        now: Unix seconds.
        rates: calls by minute and answer.
        calls: the latest ones.
        refusals: of the rules, the latest first.
        said: what came of the last form.
    """
    leave = _form(session, "leave", "Sign out")
    bar = _node("header", _node("strong", "Relay"), _node("span", "live", id="pulse", role="status"), leave)
    return _document(
        "Relay",
        bar,
        _node(
            "main",
            _node("p", said, class_="said", role="status") if said else None,
            _node("section", _node("h2", "Calls a minute"), _plot(rates, now), data_live="rates"),
            _node("section", _node("h2", "Refused by rules"), _refused(session, refusals), data_live="refused"),
            _node("section", _node("h2", "Latest calls"), _calls(calls), data_live="calls"),
        ),
        script=True,
    )


def entrance(problem: str = "") -> bytes:
    """The page of who was not let in."""
    lines = [
        _node("h1", "Relay"),
        _node("p", problem, class_="said problem", role="alert") if problem else None,
        _node("p", "On the relay's machine, ", _node("code", "gameservices relay link"), " prints a link to here."),
        _node("p", "It works once, within ten minutes."),
    ]
    return _document("Sign in", _node("main", *lines, class_="entrance"))


def welcome() -> bytes:
    """The page that leads on: after a redirect, a browser that comes from elsewhere would keep its cookie back."""
    onward = _node("main", _node("p", "Signed in. ", _node("a", "Open the page", href=BASE)), class_="entrance")
    return _document("Signed in", onward, refresh=True)


def _plot(rates: Mapping[tuple[int, str], int], now: float) -> Node:
    """Bars for the last hour, one for each minute, in which the answers lie on each other."""
    last = int(now // 60)
    first = last - SHOWN_MINUTES + 1
    totals = [sum(rates.get((minute, answer), 0) for answer in ANSWERS) for minute in range(first, last + 1)]
    highest, step = max(1, *totals), WIDTH / SHOWN_MINUTES
    bars = []
    for place, minute in enumerate(range(first, last + 1)):
        bottom = HEIGHT
        for answer in ANSWERS:
            high = rates.get((minute, answer), 0) / highest * HEIGHT
            if high:
                bottom -= high
                size = {"x": place * step, "y": bottom, "width": step - GAP, "height": high}
                numbers = {name: f"{value:.1f}" for name, value in size.items()}
                bars.append(_node("rect", class_=answer, **numbers))
    label = f"Calls in each of the last {SHOWN_MINUTES} minutes; {totals[-1]} in this one, {highest} at most"
    drawn = _node("svg", *bars, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", aria_label=label)
    drawn.set("preserveAspectRatio", "none")
    sums = {answer: sum(rates.get((m, answer), 0) for m in range(first, last + 1)) for answer in ANSWERS}
    legend = [_node("li", _node("i", class_=one), f"{one} {sums[one]:,}") for one in ANSWERS]
    scale = _node("p", f"at most {highest:,} a minute in the last hour", class_="muted")
    return _node("div", drawn, _node("ul", *legend, class_="legend"), scale, class_="plot")


def _refused(session: Session, rows: Sequence[Row[Any]]) -> Node:
    def action(row: Row[Any]) -> Node | str:
        if row.released:
            return "released"
        return _form(session, "release", "Release", id=row.id, player=row.player) if row.call else "too large"

    cells = [
        (_moment(row.at), row.who, row.endpoint, f"{row.reason} ({row.times}x)" if row.times > 1 else row.reason, act)
        for row in rows
        for act in (action(row),)
    ]
    return _table(("when", "who", "call", "why", ""), cells, "Nothing was refused.")


def _calls(rows: Sequence[Row[Any]]) -> Node:
    cells = [
        (
            _moment(row.at),
            row.service,
            row.endpoint,
            _node("span", row.answer, class_=f"mark {row.answer}"),
            f"{row.ms:.0f} ms",
        )
        for row in rows
    ]
    return _table(("when", "service", "call", "answer", "took"), cells, "No calls yet.")


def _table(heads: Sequence[str], rows: Iterable[Sequence[Node | str]], empty: str) -> Node:
    body = [
        _node("tr", *(_node("td", cell, data_label=head) for head, cell in zip(heads, row, strict=True)))
        for row in rows
    ]
    if not body:
        return _node("p", empty, class_="muted")
    head = _node("thead", _node("tr", *(_node("th", one, scope="col") for one in heads)))
    return _node("table", head, _node("tbody", *body))


def _moment(at: float) -> Node:
    """A moment of today by the time alone; hovering shows all of it. In UTC, as the log has it."""
    whole = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))
    return _node(
        "time", whole[11:19] if whole[:10] == time.strftime("%Y-%m-%d", time.gmtime()) else whole[:16], title=whole
    )


def _form(session: Session, action: str, label: str, **values: str) -> Node:
    hidden = [_node("input", type="hidden", name=n, value=v) for n, v in {"csrf": session.csrf, **values}.items()]
    return _node("form", *hidden, _node("button", label), method="post", action=f"{BASE}/{action}")


def _document(title: str, *body: Node, script: bool = False, refresh: bool = False) -> bytes:
    head = _node(
        "head",
        _node("meta", charset="utf-8"),
        _node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        _node("meta", http_equiv="refresh", content=f"0;url={BASE}") if refresh else None,
        _node("title", title),
        _node("link", rel="stylesheet", href=f"{BASE}/static/maker.css"),
        _node("script", src=f"{BASE}/static/maker.js", defer="") if script else None,
    )
    root = _node("html", head, _node("body", *body), lang="en")
    text: str = ElementTree.tostring(root, encoding="unicode", method="html")
    return f"<!DOCTYPE html>\n{text}\n".encode()


def _node(tag: str, *children: Node | str | None, **attributes: str) -> Node:
    named = {name.rstrip("_").replace("_", "-"): _visible(value) for name, value in attributes.items()}
    node = Node(tag, named)
    for child in children:
        if isinstance(child, str):
            if len(node):
                node[-1].tail = (node[-1].tail or "") + _visible(child)
            else:
                node.text = (node.text or "") + _visible(child)
        elif child is not None:
            node.append(child)
    return node


def _visible(text: str) -> str:
    return text.translate(_VISIBLE).encode("utf-8", "replace").decode()
