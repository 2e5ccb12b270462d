"""Reading the makers of one request to their last page, for all who wait for them. Frame thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.easyjam.models import JamDocument, JamInfo, More, Problem, TokenResult
from pygame_gameservices.services.easyjam.remembering import Remembering

MOST_PAGES = 100
"""Pages of one token, after which a site is taken to go in circles."""


class FetchPage(Protocol):
    """Asks the site once; see `EasyJam.fetch_page`."""

    def __call__(self, tokens: Iterable[str], *, offset: More | None = None) -> Call[JamDocument]:
        """See above."""


class Reading(Chain[None]):
    """The makers of one request, from the memory to their last page. Several fetches may wait for the same one.

    Args:
        tokens: the makers.
        fetch_page: asks the site once.
        remembering: is asked first, and told what came.
        again: ask the site even for what is remembered.

    Attributes:
        results: what is known so far; of every maker at the end.
        info: what the site said about itself.
        problems: what it got wrong.
        listeners: called after each page but the last.
        waiting: how many fetches wait for it.
    """

    __slots__ = ("info", "listeners", "problems", "results", "waiting")

    def __init__(self, tokens: tuple[str, ...], fetch_page: FetchPage, remembering: Remembering, again: bool) -> None:
        self.results: dict[str, TokenResult] = {}
        self.info: JamInfo | None = None
        self.problems: tuple[Problem, ...] = ()
        self.listeners: list[Callable[[], object]] = []
        self.waiting = 0
        super().__init__("easyjam makers", self._read(tokens, fetch_page, remembering, again))

    def cancel(self) -> None:
        """Wait no longer. What is under way is taken back when nobody else waits for it."""
        self.waiting -= 1
        if self.waiting <= 0:
            super().cancel()

    def _read(
        self, tokens: tuple[str, ...], fetch_page: FetchPage, remembering: Remembering, again: bool
    ) -> Steps[None]:
        if not again:  # whoever had their turn before may have asked for the same makers
            self.results.update((yield from remembering.recall(tokens)))
        asked = tuple(token for token in tokens if token not in self.results)
        if asked:
            yield from self._pages(asked, fetch_page)
            yield from remembering.keep({token: self.results[token] for token in asked})

    def _pages(self, asked: tuple[str, ...], fetch_page: FetchPage) -> Steps[None]:
        left: list[tuple[tuple[str, ...], More | None, int]] = [(asked, None, 1)]
        while left:
            tokens, offset, page = left.pop(0)
            document: JamDocument = yield fetch_page(tokens, offset=offset)
            self.info = self.info or document.info
            self.problems += document.problems
            following: dict[More, list[str]] = {}
            for token, more in merge(self.results, tokens, document).items():
                if page >= MOST_PAGES or not is_further(more, offset):
                    self.problems += (Problem(token, f"is said to have more from {more!r} on, which is no end"),)
                else:
                    following.setdefault(more, []).append(token)
            left += [(tuple(some), more, page + 1) for more, some in following.items()]
            if left:
                for listener in tuple(self.listeners):
                    listener()


def merge(results: dict[str, TokenResult], tokens: tuple[str, ...], document: JamDocument) -> dict[str, More]:
    """Add a page to what is known of its tokens: the first item of an id wins. Returns who has more, and where."""
    info_more = document.info.more if document.info is not None else None
    some_say = any(result.more is not None for result in document.results.values())
    more: dict[str, More] = {}
    for token in tokens:
        page = document.results.get(token, TokenResult(answered=False))
        known = results.get(token)
        if known is None:
            results[token] = page
        elif page.ok:
            seen = {str(item.id) for item in known.items}
            new = tuple(item for item in page.items if str(item.id) not in seen)
            user = known.user or page.user
            results[token] = msgspec.structs.replace(known, items=known.items + new, user=user, more=page.more)
        else:  # a later page failed: what came before stays, and says why it is not all
            results[token] = msgspec.structs.replace(known, error=page.error or "the site broke off", more=None)
        following = page.more if some_say else info_more
        if following is not None and page.ok:
            more[token] = following
            results[token] = msgspec.structs.replace(results[token], more=following)
    return more


def is_further(more: More, offset: More | None) -> bool:
    """Whether an offset leads on: a number must grow, anything else must at least change."""
    if offset is None:
        return True
    try:
        return int(more) > int(offset)
    except ValueError:
        return str(more) != str(offset)
