"""Reading all pages of many tokens: which request comes next, and when there is no next one. Frame thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

import msgspec

from pygame_gameservices.core.call import Call, Task
from pygame_gameservices.services.chain import Steps
from pygame_gameservices.services.easyjam.memory import Memory
from pygame_gameservices.services.easyjam.models import JamDocument, JamInfo, More, Problem, TokenResult

logger = logging.getLogger("pygame_gameservices")

MOST_PAGES = 100
"""Pages of one token, after which a site is taken to go in circles."""

Background = Callable[[Callable[[], Any]], Task[Any]]


class FetchPage(Protocol):
    """Asks the site once; see `EasyJam.fetch_page`."""

    def __call__(self, tokens: Iterable[str], *, offset: More | None = None) -> Call[JamDocument]:
        """See above."""


class Reading:
    """One `EasyJam.fetch`, from the memory over the last page to the whole document.

    Args:
        tokens: all that are wanted, in order.
        at_once: how many tokens go into one request.
        fetch_page: asks the site once.
        memory: remembers complete results for a day; None remembers nothing.
        again: ask the site even for what is remembered.
    """

    def __init__(
        self, tokens: tuple[str, ...], at_once: int, fetch_page: FetchPage, memory: Memory | None, again: bool
    ) -> None:
        self._tokens = tokens
        self._at_once = at_once
        self._fetch_page = fetch_page
        self._memory = memory
        self._again = again
        self._results: dict[str, TokenResult] = {}
        self._info: JamInfo | None = None
        self._problems: list[Problem] = []

    def steps(self, background: Background) -> Steps[JamDocument]:
        """Make the requests, one after another.

        Args:
            background: runs what touches the disk off the frame thread.
        """
        memory = self._memory
        if memory is not None:
            known = yield from self._remembering(background, lambda: memory.recall(self._tokens))
            if not self._again:
                self._results.update(known or {})
        missing = [token for token in self._tokens if token not in self._results]
        for first in range(0, len(missing), self._at_once):
            group = tuple(missing[first : first + self._at_once])
            yield from self._read_group(group)
            if memory is not None:
                complete = {token: result for token in group if (result := self._results[token]).ok and not result.more}
                yield from self._remembering(background, partial(memory.keep, complete))
        ordered = {token: self._results[token] for token in self._tokens}
        return JamDocument(results=ordered, info=self._info, problems=tuple(self._problems))

    def _remembering(self, background: Background, work: Callable[[], Any]) -> Steps[Any]:
        """Use the memory; None when it cannot be used, which costs requests and no games."""
        try:
            return (yield background(work))
        except Exception as error:  # whatever a disk or somebody else's file comes up with
            logger.warning("what was fetched from a jam site cannot be remembered: %s", error)
            return None

    def _read_group(self, group: tuple[str, ...]) -> Steps[None]:
        """Read the tokens of one request to their last page."""
        left: list[tuple[tuple[str, ...], More | None, int]] = [(group, None, 1)]
        while left:
            tokens, offset, page = left.pop(0)
            document: JamDocument = yield self._fetch_page(tokens, offset=offset)
            self._info = self._info or document.info
            self._problems += document.problems
            following: dict[More, list[str]] = {}
            for token, more in merge(self._results, tokens, document).items():
                if page >= MOST_PAGES or not is_further(more, offset):
                    self._problems.append(Problem(token, f"is said to have more from {more!r} on, which is no end"))
                else:
                    following.setdefault(more, []).append(token)
            left += [(tuple(some), more, page + 1) for more, some in following.items()]


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
    return more


def is_further(more: More, offset: More | None) -> bool:
    """Whether an offset leads on: a number must grow, anything else must at least change."""
    if offset is None:
        return True
    try:
        return int(more) > int(offset)
    except ValueError:
        return str(more) != str(offset)
