"""What one site is being asked right now, so that no two fetches ask it for the same maker. Frame thread."""

from __future__ import annotations

from collections.abc import Sequence

from pygame_gameservices.services.easyjam.reading import FetchPage, Reading
from pygame_gameservices.services.easyjam.remembering import Remembering


class Site:
    """The readings under way.

    Args:
        fetch_page: asks the site once.
        remembering: what is remembered of it.
        at_once: how many tokens go into one request.
    """

    def __init__(self, fetch_page: FetchPage, remembering: Remembering, at_once: int) -> None:
        self.remembering = remembering
        self._fetch_page = fetch_page
        self._at_once = at_once
        self._under_way: dict[tuple[str, bool], Reading] = {}

    def reading(self, tokens: Sequence[str], again: bool) -> Reading:
        """The reading that tells of the first of these makers: the one under way, or else a new one.

        Args:
            tokens: the makers still to be read; a new reading takes along as many as go into one request.
            again: ask the site even for what is remembered.
        """
        reading = self._find(tokens[0], again)
        if reading is None:
            group = [token for token in tokens if self._find(token, again) is None][: self._at_once]
            reading = Reading(tuple(group), self._fetch_page, self.remembering, again)
            self._note(reading, [(token, again) for token in group])
        reading.waiting += 1
        return reading

    def _find(self, token: str, again: bool) -> Reading | None:
        """One that asks the site anyway tells everybody; one that may answer from memory, not those who ask again."""
        asking = self._under_way.get((token, True))
        return asking if asking is not None or again else self._under_way.get((token, False))

    def _note(self, reading: Reading, keys: list[tuple[str, bool]]) -> None:
        self._under_way.update(dict.fromkeys(keys, reading))

        def forget(ended: Reading) -> None:
            for key in keys:
                if self._under_way.get(key) is ended:
                    del self._under_way[key]

        reading.then(forget)
