"""HTML as values. There is no way to put text into a page without escaping it, and none to put script into it.

`Node("td", name, class_="who")` is an element; texts among its children are escaped when it is written, and so are the
values of its attributes. Attributes that run code or lead out of the console are refused, whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import TypeAlias

BASE = "/console/"
"""Every address of the console begins with this."""

Child: TypeAlias = "str | int | float | Node | Iterable[Child] | None"
Attribute = str | int | float | bool | None

_TAG = re.compile(r"[a-z][a-z0-9]*")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_ADDRESSES = frozenset({"href", "src", "action", "formaction"})
_REFUSED = frozenset({"style", "srcdoc", "srcset", "ping", "background"})
_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
_NO_TEXT = frozenset({"script", "style", "iframe", "object", "embed", "template"})

# What cannot be seen, or turns the reading order of its neighbours around, is shown as a picture of itself.
_VISIBLE = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"}
_VISIBLE |= {0x7F: 0x2421} | dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), 0xFFFD)
_VISIBLE |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)


class Node:
    """One element. Immutable; written by `str`.

    Args:
        tag: lower-case name.
        children: nodes, texts, numbers, lists of these; None is left out.
        attributes: a trailing underscore is dropped (``class_``) and others become hyphens (``aria_label``). True is
            an attribute without value; False and None are left out.

    Raises:
        ValueError: a tag or attribute that has no place in the console.
    """

    __slots__ = ("_attributes", "_children", "_tag")

    def __init__(self, tag: str, *children: Child, **attributes: Attribute) -> None:
        if not _TAG.fullmatch(tag):
            raise ValueError(f"{tag!r} is no tag")
        if children and (tag in _NO_TEXT or tag in _VOID):
            raise ValueError(f"<{tag}> takes no content here")
        self._tag = tag
        self._children = children
        self._attributes = tuple(_attribute(name, value) for name, value in attributes.items())

    def __str__(self) -> str:
        start = f"<{self._tag}{''.join(self._attributes)}>"
        if self._tag in _VOID:
            return start
        return f"{start}{''.join(_written(self._children))}</{self._tag}>"


def document(root: Node) -> bytes:
    """Return a whole page."""
    return f"<!DOCTYPE html>\n{root}\n".encode()


def _attribute(name: str, value: Attribute) -> str:
    name = name.rstrip("_").replace("_", "-")
    if not _NAME.fullmatch(name) or name.startswith("on") or name in _REFUSED:
        raise ValueError(f"the attribute {name!r} has no place in the console")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = str(value).translate(_VISIBLE)
    if name in _ADDRESSES and not text.startswith((BASE, "#")):
        raise ValueError(f"{text!r} leads out of the console")
    return f' {name}="{escape(text)}"'


def _written(children: Iterable[Child]) -> Iterator[str]:
    for child in children:
        if isinstance(child, Node):
            yield str(child)
        elif isinstance(child, (str, int, float)):
            yield escape(str(child).translate(_VISIBLE))
        elif child is not None:
            yield from _written(child)
