"""Several calls after one another that are one thing to the caller, such as all pages of a list."""

from __future__ import annotations

import logging
from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.core.calls.patience import patience_s
from pygame_gameservices.errors import CallError, Cancelled, Closed, ServiceError, Timeout

T = TypeVar("T")

logger = logging.getLogger("pygame_gameservices")

Steps = Generator[Pending[Any], Any, T]
"""Yields a call, gets its value back (or its error thrown in), and returns the chain's value at the end."""


class Chain(Pending[T]):
    """A result that takes several calls. Each of them has its own outcome and events; the chain has one value.

    It moves on whenever one of its calls ends in `ServiceManager.update`, so games just go on calling that. Tools and
    tests may call `result` instead, which runs the chain to its end and its callbacks with it. Frame thread.

    Args:
        name: what it fetches, for ``repr``.
        steps: the generator that makes the calls. It runs on the frame thread, up to its first call at once.
    """

    __slots__ = ("_current", "_name", "_steps")

    def __init__(self, name: str, steps: Steps[T]) -> None:
        super().__init__()
        self._name = name
        self._steps = steps
        self._current: Pending[Any] | None = None
        self._go(None, None)

    def result(self, timeout: float | None = None) -> T:
        """Wait for all calls and return the value. For tools and tests: in a game it would stop the frame.

        Args:
            timeout: seconds to wait at most; None waits for as long as it takes.

        Raises:
            CallError: one of the calls did not succeed.
            Timeout: `timeout` seconds passed; the chain goes on.
            UsageError: `timeout` is no finite number.
        """
        if timeout is not None:
            timeout = patience_s("timeout", timeout)
        until = None if timeout is None else monotonic() + timeout
        while not self._settled:
            current = self._current
            assert current is not None
            try:
                current.result(None if until is None else max(0.0, until - monotonic()))
            except Exception:
                if not current.settled:
                    raise Timeout(f"{self._name} did not end within {timeout:g} s; it goes on") from None
            self._advance(current)
        return self._outcome()

    def __await__(self) -> Generator[Any, None, T]:
        """Wait for all calls in an asyncio program, whether or not anyone calls `ServiceManager.update`."""
        while not self._settled:
            current = self._current
            assert current is not None
            try:
                yield from current.__await__()
            except Exception:
                if not current.settled:
                    raise
            self._advance(current)
        return self._outcome()

    def cancel(self) -> None:
        """Take the call under way back and make no further one. The chain ends as `Cancelled`. Frame thread."""
        if self._settled:
            return
        current = self._current
        self._steps.close()
        self._end(None, Cancelled(f"{self._name} was cancelled"))
        if isinstance(current, (Call, Chain)):
            current.cancel()

    def __repr__(self) -> str:
        state = "waiting" if not self._done else "failed" if self._error is not None else "succeeded"
        return f"<Chain {self._name} {state}>"

    def _advance(self, ended: Pending[Any]) -> None:
        """Go on after a call. It may be told twice, by `update` and by `result`; only the first time counts."""
        if self._settled or ended is not self._current:
            return
        try:
            value = ended.result(0)
        except Exception as error:
            self._go(None, error)
        else:
            self._go(value, None)

    def _go(self, value: Any, error: Exception | None) -> None:
        try:
            following = self._steps.send(value) if error is None else self._steps.throw(error)
        except StopIteration as stop:
            self._end(stop.value, None)
        except Exception as failure:
            self._end(None, failure)
        else:
            self._current = following
            following.then(self._advance)

    def _end(self, value: T | None, error: Exception | None) -> None:
        self._current = None
        refused = isinstance(error, ServiceError) and error.operation is not None  # the log has told of that call
        quiet = refused or isinstance(error, (Cancelled, Closed))
        if isinstance(error, CallError) and not quiet and not self._callbacks:
            logger.warning("%s: %s [%s]", self._name, error, type(error).__name__)  # nobody would hear of it
        self.settle(value, error)
        self.deliver()
