"""What all pages of the console have in common: head, bar, list of panels. And the page for those not signed in."""

from __future__ import annotations

from collections.abc import Sequence

from pygame_gameservices.sandbox.console.desk import Panel, Visit
from pygame_gameservices.sandbox.console.listing import link, pill, stamp
from pygame_gameservices.sandbox.console.markup import BASE, Child, Node
from pygame_gameservices.sandbox.console.sessions import THEMES, Session


def panel_page(panels: Sequence[Panel], panel: Panel, visit: Visit, session: Session, problem: str = "") -> Node:
    """Return the page of a panel; `problem` says why what was just asked for was refused."""
    said = Node("p", problem, class_="said problem", role="alert") if problem else None
    if session.notice:
        said = Node("p", session.notice, class_="said", role="status")
    main = Node(
        "main",
        Node("div", Node("h1", panel.title), Node("p", panel.lead, class_="lead"), class_="title"),
        said,
        panel.show(visit),
        id="main",
        tabindex="-1",
    )
    return _page(
        f"{panel.title} · sandbox",
        session.theme,
        Node("a", "Skip to content", href="#main", class_="skip"),
        _bar(panel, visit, session),
        Node("div", _panels(panels, panel), main, class_="body"),
        script=True,
    )


def entrance(problem: str = "") -> Node:
    """Return the page that asks for the admin token."""
    return _page(
        "Sign in · sandbox",
        "auto",
        Node(
            "main",
            Node("h1", Node("span", class_="lamp"), "Sandbox console"),
            Node("p", problem, class_="said problem", role="alert") if problem else None,
            Node(
                "p",
                "Open the link that ",
                Node("code", "gameservices sandbox"),
                " printed. It works once; after that, the admin token printed beside it opens the console, too.",
            ),
            Node(
                "form",
                Node(
                    "div",
                    Node("label", "Admin token", for_="token"),
                    Node("input", type="password", name="token", id="token", required=True, autocomplete="off"),
                    class_="field",
                ),
                Node("button", "Sign in"),
                method="post",
                action=f"{BASE}enter",
                class_="form",
            ),
            class_="entrance",
        ),
    )


def welcome() -> Node:
    """Return the page that leads on, for who came with a good code.

    A redirect would not do: a browser that was sent here by another page keeps a strict cookie back until a page of
    the console itself leads on.
    """
    onward = Node("main", Node("p", "Signed in. ", Node("a", "Open the console", href=BASE)), class_="entrance")
    return _page("Signed in · sandbox", "auto", onward, refresh=True)


def _page(title: str, theme: str, *body: Child, script: bool = False, refresh: bool = False) -> Node:
    return Node(
        "html",
        Node(
            "head",
            Node("meta", charset="utf-8"),
            Node("meta", name="viewport", content="width=device-width, initial-scale=1"),
            Node("meta", http_equiv="refresh", content=f"0;url={BASE}") if refresh else None,
            Node("title", title),
            Node("link", rel="stylesheet", href=f"{BASE}static/console.css"),
            Node("link", rel="icon", type="image/svg+xml", href=f"{BASE}static/lamp.svg"),
            Node("script", src=f"{BASE}static/console.js", defer=True) if script else None,
        ),
        Node("body", body),
        lang="en",
        data_theme=theme,
    )


def _bar(panel: Panel, visit: Visit, session: Session) -> Node:
    themes = [
        Node("button", name.capitalize(), name="theme", value=name, aria_pressed=str(name == session.theme).lower())
        for name in THEMES
    ]
    hidden = {"csrf": session.csrf, "panel": panel.name}
    fixed = [Node("input", type="hidden", name=name, value=value) for name, value in hidden.items()]
    return Node(
        "header",
        Node("a", Node("span", class_="lamp"), Node("strong", "Sandbox"), _games(visit), href=BASE, class_="brand"),
        Node("div", _state(visit), class_="state", data_live="state"),
        Node("span", "not live", class_="pulse", id="pulse", role="status", title="Pages are loaded anew by hand"),
        Node(
            "form",
            fixed,
            themes,
            method="post",
            action=f"{BASE}theme",
            class_="themes",
            role="group",
            aria_label="Theme",
        ),
        Node("form", fixed, Node("button", "Sign out"), method="post", action=f"{BASE}leave", class_="leave"),
        class_="bar",
    )


def _games(visit: Visit) -> Node:
    return Node("span", next(iter(visit.desk.gamejolt.games.values())).name)


def _state(visit: Visit) -> list[Node]:
    desk = visit.desk
    biting = sum(not active.spent for active in desk.faults.all())
    shown = []
    if biting:
        text = f"{biting} fault{'s' if biting > 1 else ''} on"
        shown.append(link("faults", pill(text, "bad"), id="state-faults"))
    if abs(desk.ground.clock.offset) >= 1:
        clock = pill(f"clock at {stamp(desk.ground.clock.now())}", "warn")
        shown.append(link("workshop", clock, id="state-clock"))
    return shown


def _panels(panels: Sequence[Panel], current: Panel) -> Node:
    items = [Node("li", link(one.name, one.title, aria_current="page" if one is current else None)) for one in panels]
    return Node("nav", Node("ul", items), class_="panels", aria_label="Panels")
