"""The page of events names each public event there is, with the attributes that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pygame_gameservices
from pygame_gameservices import Event

ROOT = Path(pygame_gameservices.__file__).parent
PAGE = ROOT / "EVENTS.md"
ROW = re.compile(r"^\| `(\w+)`(?: \(a `(\w+)`\))? \| (.+) \| (.*) \| (.+) \|$", re.MULTILINE)
"""An event, perhaps what it is a kind of, when it comes, its attributes, and what a game does."""


def public() -> dict[str, type[Event]]:
    """Every event that can be imported from the package."""
    values = {name: getattr(pygame_gameservices, name) for name in pygame_gameservices.__all__}
    return {name: value for name, value in values.items() if isinstance(value, type) and issubclass(value, Event)}


def there_are(base: type[Event]) -> Iterator[type[Event]]:
    for kind in base.__subclasses__():
        yield kind
        yield from there_are(kind)


def attributes(event: type[Event]) -> set[str]:
    return {name for name in dir(event) if not name.startswith("_")}


def rows() -> dict[str, re.Match[str]]:
    return {row[1]: row for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))}


def test_it_names_every_public_event_and_nothing_else() -> None:
    assert sorted(rows()) == sorted(public().keys() - {"Event"})


def test_every_event_of_the_package_is_public() -> None:
    public()
    ours = {kind.__name__ for kind in there_are(Event) if kind.__module__.startswith("pygame_gameservices.")}
    assert ours == public().keys() - {"Event"}


@pytest.mark.parametrize("name", sorted(public().keys() - {"Event"}))
def test_it_names_the_attributes_that_the_event_has_and_what_it_is_a_kind_of(name: str) -> None:
    row, event = rows()[name], public()[name]
    assert set(re.findall(r"`([a-z_]+)`", row[4])) == attributes(event)
    base = event.__bases__[0]
    assert (row[2] or "Event") == base.__name__


def test_every_name_on_the_page_exists() -> None:
    """What is written as a class, such as `SignInTrouble`, can be imported."""
    named = set(re.findall(r"`([A-Z]\w+[a-z]\w*)\b", PAGE.read_text(encoding="utf-8")))
    assert named <= {*pygame_gameservices._HOME_OF, "None", "True", "False"}


def test_readme_links_it() -> None:
    assert "(pygame_gameservices/EVENTS.md)" in (ROOT.parent / "README.md").read_text(encoding="utf-8")
