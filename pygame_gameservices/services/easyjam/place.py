"""Where in a document something stands, and the list of what is wrong with it."""

from __future__ import annotations

from typing import Self

from pygame_gameservices.services.easyjam.models import Problem


class Place:
    """A place in a document, and the list that problems are written to."""

    __slots__ = ("_problems", "place")

    def __init__(self, problems: list[Problem], place: str = "") -> None:
        self._problems = problems
        self.place = place

    def at(self, step: str | int) -> Self:
        """The place of a field, or of a list's element."""
        inner = f"{self.place}[{step}]" if isinstance(step, int) else f"{self.place}.{step}" if self.place else step
        return type(self)(self._problems, inner)

    def say(self, text: str) -> None:
        """Note that something is wrong here."""
        self._problems.append(Problem(self.place, text))
