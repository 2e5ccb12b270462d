"""Checking single fields strictly. Each check notes what is wrong, with its place, and goes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Any, Self

from pygame_gameservices.services.dates import parse_date
from pygame_gameservices.services.easyjam.fields import is_section_name
from pygame_gameservices.services.easyjam.place import Place
from pygame_gameservices.services.web import is_web_url

_W3C = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
_KINDS = ((bool, "true or false"), (dict, "an object"), (list, "a list"), (str, "a text"), (object, "a number"))
_UTC = re.compile(r"(Z|[+-]00:00)$")


class Pairs(dict[str, Any]):
    """A JSON object that remembers which of its keys stood in it twice."""

    doubles: tuple[str, ...] = ()

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> Self:
        """Make one of the pairs of an object. By the JSON parser."""
        made = cls(pairs)
        if len(made) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            made.doubles = tuple(name for name, count in counts.items() if count > 1)
        return made


class Inspector(Place):
    """A place in a document, and strict checks of what stands there."""

    __slots__ = ()

    def is_object(self, value: Any) -> bool:
        """Whether `value` is an object; notes it when it is not."""
        if not isinstance(value, Pairs):
            self.say(f"is {_kind(value)} and must be an object")
            return False
        self.doubles(value)
        return True

    def doubles(self, value: Pairs) -> None:
        """Note keys that stand in an object twice: readers disagree about which one counts."""
        for name in value.doubles:
            self.at(name).say("stands here twice")

    def unknown(self, value: Pairs, known: Collection[str], *, sections: bool = True) -> None:
        """Note fields that are neither known nor a section of the site's own."""
        for name, inner in value.items():
            if name in known:
                continue
            if not sections or not isinstance(inner, Pairs):
                self.at(name).say(f"is no field of the specification; known here: {', '.join(known)}")
            elif not is_section_name(name):
                self.at(name).say("is no section's name: letters A-Z, a-z and digits only")
            else:
                self.at(name).inner_doubles(inner)

    def inner_doubles(self, value: Any) -> None:
        """Note keys that stand twice anywhere inside of a section, which is otherwise the site's own affair."""
        if isinstance(value, Pairs):
            self.doubles(value)
            for name, inner in value.items():
                self.at(name).inner_doubles(inner)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                self.at(number).inner_doubles(inner)

    def id(self, row: Pairs, name: str) -> None:
        """A whole number, or a text that is not empty."""
        value = row[name]
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            self.at(name).say(f"is {_kind(value)} and must be a whole number or a text")
        elif value == "":
            self.at(name).say("is empty")

    def text(self, row: Pairs, name: str, *, empty: bool = False) -> None:
        """A text."""
        value = row[name]
        if not isinstance(value, str):
            self.at(name).say(f"is {_kind(value)} and must be a text")
        elif not value and not empty:
            self.at(name).say("is empty")

    def url(self, value: Any, here: Inspector) -> None:
        """An http or https address."""
        if not isinstance(value, str):
            here.say(f"is {_kind(value)} and must be an address")
        elif not is_web_url(value):
            here.say("is no http or https address")

    def date(self, row: Pairs, name: str) -> None:
        """A W3C date in UTC."""
        value, here = row[name], self.at(name)
        if not isinstance(value, str):
            here.say(f"is {_kind(value)} and must be a date in a text")
            return
        match = _W3C.fullmatch(value)
        if match is None:
            here.say("is no W3C date; write it like 2012-11-25T15:52:01+00:00")
        elif parse_date(value) is None:
            here.say("is a date that does not exist")
        elif match[1] and not match[4]:
            here.say("has no time zone; add +00:00 or Z")
        elif match[1] and not _UTC.search(value):
            here.say("is not in UTC; turn it into +00:00")

    def error(self, row: Pairs, name: str) -> None:
        """A reason, or true."""
        value = row[name]
        if value is True or (isinstance(value, str) and value):
            return
        self.at(name).say("must be a text that is not empty, or true; leave it out when nothing is wrong")

    def more(self, row: Pairs) -> None:
        """An offset."""
        value = row["More"]
        good = isinstance(value, int) and not isinstance(value, bool) and value > 0
        if not good and not (isinstance(value, str) and value and value != "0"):
            self.at("More").say("must be the offset of the next items; leave it out when there are none")


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    return next(word for kind, word in _KINDS if isinstance(value, kind))
