"""The memory as chains of calls use it: off the frame thread, and without harm when the disk fails. Frame thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pygame_gameservices.core.calls.call import Task
from pygame_gameservices.services.chain import Steps
from pygame_gameservices.services.easyjam.memory import Memory
from pygame_gameservices.services.easyjam.models import TokenResult

logger = logging.getLogger("pygame_gameservices")

Background = Callable[[Callable[[], Any]], Task[Any]]


class Remembering:
    """Asks the memory, and tells it.

    Args:
        memory: remembers complete results for a day; None remembers nothing.
        background: runs what touches the disk off the frame thread.
    """

    def __init__(self, memory: Memory | None, background: Background) -> None:
        self._memory = memory
        self._background = background

    def recall(self, tokens: Iterable[str]) -> Steps[dict[str, TokenResult]]:
        """What is remembered of these tokens."""
        memory = self._memory
        if memory is None:
            return {}
        return (yield from self._work(lambda: memory.recall(tokens))) or {}

    def keep(self, results: Mapping[str, TokenResult]) -> Steps[None]:
        """Remember those of these results that are complete, and that the site was asked just now."""
        memory = self._memory
        if memory is not None:
            complete = {token: result for token, result in results.items() if result.ok and not result.more}
            yield from self._work(lambda: memory.keep(complete))

    def _work(self, work: Callable[[], Any]) -> Steps[Any]:
        """Use the memory; None when it cannot be used, which costs requests and no games."""
        try:
            return (yield self._background(work))
        except Exception as error:  # whatever a disk or somebody else's file comes up with
            logger.warning("what was fetched from a jam site cannot be remembered: %s", error)
            return None
