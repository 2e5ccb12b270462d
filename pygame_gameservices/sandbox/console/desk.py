"""What the console's panels work with: everything in the server process that they show or change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pygame_gameservices.sandbox.by_hand import ByHand
from pygame_gameservices.sandbox.console.markup import Child
from pygame_gameservices.sandbox.faults.active import ActiveFaults
from pygame_gameservices.sandbox.forge.service import Forge
from pygame_gameservices.sandbox.gamejolt.service import GameJolt
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.journal import Journal

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the sandbox. Used on the event loop; nothing here awaits.

    Attributes:
        facts: returns what a developer must know, secrets included.
        reset: puts everything back to the beginning.
    """

    ground: Ground
    faults: ActiveFaults
    journal: Journal
    gamejolt: GameJolt
    forge: Forge
    by_hand: ByHand
    facts: Callable[[], dict[str, Any]]
    reset: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a panel.

    Attributes:
        query: of the address: what is chosen and searched for.
        csrf: the session's token, which every form carries.
        posted: what a form held that was refused, so that nobody has to write it again; `form` says which.
    """

    desk: Desk
    query: Fields
    csrf: str = field(repr=False)
    form: str = ""
    posted: Fields = field(default_factory=dict)

    def number(self, key: str) -> int | None:
        """Return the query's whole number `key`, or None when there is none that a database could hold."""
        text = self.query.get(key, "")
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


Action = Callable[[Desk, Fields], str]
"""Does what a form asks for and returns what to say about it. Raises `UsageError` to refuse."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel.

    Attributes:
        name: the last part of its address.
        lead: one sentence below the title.
        show: builds its content.
        actions: what its forms do, by name.
    """

    name: str
    title: str
    lead: str
    show: Callable[[Visit], Child]
    actions: Mapping[str, Action] = field(default_factory=dict)
