"""One fetch: all its makers, one request after another, and what is known of them on the way. Frame thread."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from pygame_gameservices.services.chain import Steps
from pygame_gameservices.services.easyjam.models import JamDocument, JamInfo, Problem, TokenResult
from pygame_gameservices.services.easyjam.reading import Reading
from pygame_gameservices.services.easyjam.site import Site

logger = logging.getLogger("pygame_gameservices")

Progress = Callable[[JamDocument], object]


class Fetching:
    """One `EasyJam.fetch`, from the memory over the last page to the whole document.

    Args:
        tokens: all that are wanted, in order.
        site: where they are read.
        again: ask the site even for what is remembered.
        on_progress: hears what is known so far, each time it is more; None if nobody wants to.
    """

    def __init__(self, tokens: tuple[str, ...], site: Site, again: bool, on_progress: Progress | None) -> None:
        self._tokens = tokens
        self._site = site
        self._again = again
        self._on_progress = on_progress
        self._results: dict[str, TokenResult] = {}
        self._info: JamInfo | None = None
        self._problems: tuple[Problem, ...] = ()

    def steps(self) -> Steps[JamDocument]:
        """Read one maker after another: those who are being read for another fetch, together with it."""
        remembered = yield from self._site.remembering.recall(self._tokens)
        if remembered and not self._again:
            self._results.update(remembered)
            self._tell({})
        while left := [token for token in self._tokens if token not in self._results]:
            reading = self._site.reading(left, self._again)
            yield from self._wait_for(reading)
            self._results.update(self._wanted(reading))
            self._info = self._info or reading.info
            self._problems += reading.problems
            self._tell({})
        return self._document(self._results)

    def _wait_for(self, reading: Reading) -> Steps[None]:
        def listener() -> None:
            self._tell(self._wanted(reading))

        if reading.results:
            listener()
        reading.listeners.append(listener)
        try:
            yield reading
        finally:
            reading.listeners.remove(listener)

    def _wanted(self, reading: Reading) -> dict[str, TokenResult]:
        return {token: result for token, result in reading.results.items() if token in self._tokens}

    def _tell(self, more: dict[str, TokenResult]) -> None:
        if self._on_progress is None:
            return
        try:
            self._on_progress(self._document({**self._results, **more}))
        except Exception:
            logger.exception("on_progress of easyjam.fetch raised")

    def _document(self, results: dict[str, TokenResult]) -> JamDocument:
        ordered = {token: results[token] for token in self._tokens if token in results}
        info = self._info
        if info is not None and not any(result.more is not None for result in ordered.values()):
            info = msgspec.structs.replace(info, more=None)  # said by the first page, and followed to the last
        return JamDocument(results=ordered, info=info, problems=self._problems)
