"""Forms: every one carries the session's token, comes back filled in when it was refused, and needs no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pygame_gameservices.sandbox.console.desk import Visit
from pygame_gameservices.sandbox.console.markup import BASE, Child, Node


@dataclass(frozen=True, slots=True)
class Form:
    """Builds one form that posts to ``<panel>/<action>``.

    Attributes:
        key: tells forms of the same action on one page apart.
    """

    visit: Visit
    panel: str
    action: str
    key: str = ""

    def build(
        self, *content: Child, submit: str, hidden: Mapping[str, str | int] | None = None, class_: str = "form"
    ) -> Node:
        """Return the form with its button."""
        fixed = {"csrf": self.visit.csrf, "form": self._name, "back": urlencode(self.visit.query), **(hidden or {})}
        return Node(
            "form",
            [Node("input", type="hidden", name=name, value=value) for name, value in fixed.items()],
            content,
            Node("button", submit),
            method="post",
            action=f"{BASE}{self.panel}/{self.action}",
            class_=class_,
            id=f"form-{self._name}",
        )

    def text(
        self,
        label: str,
        name: str,
        default: str = "",
        *,
        hint: str = "",
        required: bool = False,
        suggest: str | None = None,
    ) -> Node:
        """Return a field for a line of text. `suggest` is the id of a list of suggestions."""
        control = Node(
            "input",
            type="text",
            name=name,
            id=self._id(name),
            value=self._value(name, default),
            required=required,
            list=suggest,
            autocomplete="off",
            spellcheck="false",
            aria_describedby=f"{self._id(name)}-hint" if hint else None,
        )
        return _labelled(self._id(name), label, control, hint)

    def number(
        self,
        label: str,
        name: str,
        default: float | None,
        *,
        whole: bool = False,
        least: float | None = None,
        most: float | None = None,
        hint: str = "",
        required: bool = True,
    ) -> Node:
        """Return a field for a number."""
        control = Node(
            "input",
            type="number",
            name=name,
            id=self._id(name),
            value=self._value(name, "" if default is None else f"{default:.15g}"),
            step="1" if whole else "any",
            min=least,
            max=most,
            required=required,
            inputmode="numeric" if whole else "decimal",
            aria_describedby=f"{self._id(name)}-hint" if hint else None,
        )
        return _labelled(self._id(name), label, control, hint)

    def choice(self, label: str, name: str, options: Iterable[tuple[str, str]], default: str = "") -> Node:
        """Return a field to choose one of `options`, each a value and what is shown for it."""
        chosen = self._value(name, default)
        listed = [Node("option", shown, value=value, selected=value == chosen) for value, shown in options]
        return _labelled(self._id(name), label, Node("select", listed, name=name, id=self._id(name)))

    def flag(self, label: str, name: str, default: bool = False) -> Node:
        """Return a box to tick; it is sent as ``true``, or not at all."""
        ticked = default if self.visit.form != self._name else name in self.visit.posted
        box = Node("input", type="checkbox", name=name, value="true", checked=ticked, id=self._id(name))
        return Node("label", box, Node("span", label), class_="flag")

    @property
    def _name(self) -> str:
        return f"{self.panel}-{self.action}-{self.key}" if self.key else f"{self.panel}-{self.action}"

    def _id(self, name: str) -> str:
        return f"{self._name}-{name}"

    def _value(self, name: str, default: str) -> str:
        return self.visit.posted.get(name, default) if self.visit.form == self._name else default


def button(visit: Visit, panel: str, action: str, label: str, key: str = "", **hidden: str | int) -> Node:
    """Return a form that is nothing but a button."""
    return Form(visit, panel, action, key).build(submit=label, hidden=hidden, class_="inline")


def search(visit: Visit, panel: str, *content: Child, placeholder: str, keep: Iterable[str] = ()) -> Node:
    """Return the form above a list that asks for what is in it; the answer has an address of its own."""
    kept = [Node("input", type="hidden", name=k, value=visit.query[k]) for k in keep if k in visit.query]
    asked = Node(
        "input",
        type="search",
        name="q",
        value=visit.query.get("q", ""),
        placeholder=placeholder,
        aria_label=placeholder,
        autocomplete="off",
        spellcheck="false",
    )
    return Node(
        "form", kept, asked, content, Node("button", "Filter"), method="get", action=BASE + panel, class_="search"
    )


def picker(visit: Visit, name: str, label: str, options: Iterable[tuple[str, str]]) -> Node:
    """Return a choice for a `search` form."""
    chosen = visit.query.get(name, "")
    listed = [Node("option", shown, value=value, selected=value == chosen) for value, shown in options]
    return Node("select", listed, name=name, aria_label=label)


def drawer(title: str, *content: Child, open_: bool = False) -> Node:
    """Return content that is folded away until somebody asks for it."""
    return Node("details", Node("summary", title), Node("div", content), class_="drawer", open=open_)


def _labelled(control_id: str, label: str, control: Node, hint: str = "") -> Node:
    return Node(
        "div",
        Node("label", label, for_=control_id),
        control,
        Node("small", hint, id=f"{control_id}-hint") if hint else None,
        class_="field",
    )
