"""XML, read with expat and without what makes XML dangerous (API page "Formats").

A document type is refused at its first character: without one there are no entities to expand and none to fetch.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.services.gamejolt.senseless import Senseless

_LISTS = frozenset({"users", "scores", "tables", "trophies", "friends", "keys", "responses"})
_DEEPEST = 8
"""Elements inside each other; a batch of lists needs six."""
_MOST_ATTRIBUTES = 16
"""Of one element. Game Jolt writes none."""
_AT_A_TIME = 8 << 10
_LONGEST_TAG = 4 * _AT_A_TIME
"""Bytes: how far the parser may lag behind what it was given. It reads text as it comes, but a tag at its end alone."""


def parse(body: bytes) -> dict[str, Any]:
    """Read a ``<response>`` into the fields that JSON would have. Worker thread.

    Raises:
        Senseless: it is not well formed, declares a document type, is nested too deeply, has endless tags, or is
            something else.
    """
    tree = _Tree()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    try:
        for begin in range(0, len(body), _AT_A_TIME):
            parser.Parse(body[begin : begin + _AT_A_TIME], False)
            if begin + _AT_A_TIME - parser.CurrentByteIndex > _LONGEST_TAG:
                raise Senseless
            breathe()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Senseless from error
    if tree.name != "response" or not isinstance(tree.value, dict):
        raise Senseless
    return tree.value


class _Element:
    __slots__ = ("children", "name", "texts")

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[tuple[str, Any]] = []
        self.texts: list[str] = []

    def value(self) -> Any:
        """A list, a record, or text: what has children is no text, whatever blanks stand between them."""
        if not self.children:
            return "".join(self.texts)
        if self.name in _LISTS:
            return [value for _, value in self.children]
        return dict(self.children)


class _Tree:
    """Builds values from the parser's events."""

    def __init__(self) -> None:
        self.name = ""
        self.value: Any = None
        self._open: list[_Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST or len(attributes) > _MOST_ATTRIBUTES:
            raise Senseless
        self._open.append(_Element(name))

    def end(self, name: str) -> None:
        value = self._open.pop().value()
        if self._open:
            self._open[-1].children.append((name, value))
        else:
            self.name, self.value = name, value

    def text(self, text: str) -> None:
        self._open[-1].texts.append(text)


def _refuse(*what: object) -> None:
    raise Senseless
