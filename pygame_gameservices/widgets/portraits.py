"""The pictures a widget shows of people and games, fetched once each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.stage import Stage


class Portraits:
    """Asks for pictures by address and keeps those that came. Frame thread only."""

    def __init__(self, stage: Stage, changed: Callable[[], object]) -> None:
        """Keep pictures for a widget, whose `changed` is called when one came."""
        self._stage = stage
        self._changed = changed
        self._known: dict[str, Picture | None] = {}

    def of(self, urls: Iterable[str]) -> dict[str, Picture]:
        """Return those of `urls` that are there, and ask for the others."""
        found: dict[str, Picture] = {}
        for url in urls:
            if not url:
                continue
            if url not in self._known and self._stage.pictures is not None:
                self._known[url] = None
                self._stage.pictures.request(url, partial(self._came, url))
            picture = self._known.get(url)
            if picture is not None:
                found[url] = picture
        return found

    def _came(self, url: str, picture: Picture) -> None:
        self._known[url] = picture
        self._changed()
