"""Filling the catalogue from a site: politely, one page after another, from wherever it was left. For tools."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import msgspec

from pygame_gameservices.services.easyjam.catalogue import Catalogue, Left
from pygame_gameservices.services.easyjam.client import EasyJam
from pygame_gameservices.services.easyjam.models import JamDocument, More, TokenResult
from pygame_gameservices.services.easyjam.reading import MOST_PAGES, is_further, merge


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a sync is.

    Attributes:
        makers: how many there are.
        done: how many of them are up to date.
        requests: how many were made so far.
        changed: items that are new or changed.
        gone: items that the site does not tell of any more.
        failed: makers whose token the site refused.
        waiting_s: seconds until the next request; 0 while one is under way.
    """

    makers: int
    done: int
    requests: int = 0
    changed: int = 0
    gone: int = 0
    failed: int = 0
    waiting_s: float = 0.0


def sync(
    jam: EasyJam,
    catalogue: Catalogue,
    tokens: Iterable[str],
    *,
    at_once: int = 1,
    sleep: Callable[[float], object] = time.sleep,
    on_progress: Callable[[Progress], object] = lambda progress: None,
) -> Progress:
    """Bring the catalogue up to date, and return when it is. Blocks: for tools, not for games.

    It can be stopped at any moment, even by a power cut, and goes on there the next time: what is in the catalogue is
    not asked for again within a day.

    Args:
        jam: asks the site, and sets the pace.
        catalogue: what to fill.
        tokens: the makers'.
        at_once: how many tokens go into one request; more than one only for sites that take several.
        sleep: waits so many seconds, on the clock that `jam` was made with.
        on_progress: hears of each step, before each request and after it.

    Raises:
        CallError: the site cannot be reached, refuses the request as a whole, or wants no requests at this hour.
    """
    wanted = tuple(dict.fromkeys(tokens))
    jam.manners.remember(catalogue.asked_at())
    left = catalogue.left(wanted, jam.manners.now())
    progress = Progress(makers=len(wanted), done=len(wanted) - len(left))
    on_progress(progress)
    while left:
        group = _group(left, at_once)
        pause = jam.manners.wait_s()
        if pause > 0:
            on_progress(msgspec.structs.replace(progress, waiting_s=pause))
            sleep(pause)
        catalogue.asking(jam.manners.now())
        document = jam.fetch_page([one.token for one in group], offset=group[0].offset).result()
        jam.manager.update()
        left = left[len(group) :]
        progress, further = _take(catalogue, group, document, jam.manners.now(), progress)
        left = further + left
        on_progress(progress)
    return progress


def _group(left: list[Left], at_once: int) -> list[Left]:
    """The next tokens that one request can ask for: those that go on at the same place."""
    group = left[:1]
    for one in left[1:at_once]:
        if one.offset != group[0].offset:
            break
        group.append(one)
    return group


def _take(
    catalogue: Catalogue, group: list[Left], document: JamDocument, now: float, progress: Progress
) -> tuple[Progress, list[Left]]:
    """Put a page into the catalogue. Returns the progress, and what is to be asked next about the same makers."""
    results: dict[str, TokenResult] = {}
    said = merge(results, tuple(one.token for one in group), document)
    more: dict[str, More] = {}
    for one in group:
        offset = said.get(one.token)
        if offset is not None and one.pages + 1 < MOST_PAGES and is_further(offset, one.offset):
            more[one.token] = offset
    changed, gone = catalogue.add(group, results, more, now)
    further = [Left(one.token, more[one.token], one.pages + 1) for one in group if one.token in more]
    after = msgspec.structs.replace(
        progress,
        done=progress.done + len(group) - len(further),
        requests=progress.requests + 1,
        changed=progress.changed + changed,
        gone=progress.gone + gone,
        failed=progress.failed + sum(not results[one.token].ok for one in group),
    )
    return after, further
