"""The caller's handle on something that runs elsewhere: a call to a service, or work on a helper thread.

It knows its outcome only. Where a call is on its way there is the scheduler's: see `scheduling.delivery`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from pygame_gameservices.core.calls.patience import patience_s
from pygame_gameservices.core.calls.waiting import BLOCKING, Waits
from pygame_gameservices.errors import (
    CallError,
    Closed,
    OutcomeUnknown,
    RateLimited,
    ServiceError,
    ServiceUnavailable,
    Timeout,
    UsageError,
)

if TYPE_CHECKING:
    from pygame_gameservices.core.calls.operation import Operation

T = TypeVar("T")

logger = logging.getLogger("pygame_gameservices")

KEPT = "it is kept on disk and goes out next time"
"""What a durable call ends with that was not delivered before its manager closed."""


class Pending(Generic[T]):
    """A result that comes later.

    It is *settled* by another thread, exactly once, and *done* for the game when the next `ServiceManager.update` has
    run: that is when `done` turns True and the callbacks run, on the frame thread, so that a frame never sees a value
    change halfway.

    Args:
        waits: how to wait for it in place.

    Attributes:
        waited_in_place: whether this program has ever waited for one where it stood, or in asyncio.
    """

    waited_in_place: ClassVar[bool] = False

    __slots__ = ("_callbacks", "_done", "_error", "_open", "_settled", "_value", "_waits", "_watchers")

    def __init__(self, waits: Waits = BLOCKING) -> None:
        self._waits = waits
        self._open = True
        self._settled = False
        self._done = False
        self._value: T | None = None
        self._error: Exception | None = None
        self._callbacks: list[Callable[[Any], object]] | None = None
        self._watchers: list[Callable[[], object]] = []

    @property
    def done(self) -> bool:
        """Whether the outcome has been delivered by `ServiceManager.update`. Frame thread."""
        return self._done

    @property
    def value(self) -> T | None:
        """The result once `done`, else None. Frame thread."""
        return self._value if self._done else None

    @property
    def error(self) -> Exception | None:
        """Why it did not succeed, once `done`; None when it did. Frame thread."""
        return self._error if self._done else None

    @property
    def succeeded(self) -> bool:
        """Whether it is done and `value` holds the result. Frame thread."""
        return self._done and self._error is None

    def then(self, callback: Callable[[Self], object]) -> Self:
        """Run ``callback(call)`` on the frame thread, within the `ServiceManager.update` that delivers the outcome.

        Called in the order in which they were added; at once if the outcome is there already. An exception in a
        callback is logged and harms nothing else. Returns the call itself, so that it can be chained.

        Raises:
            UsageError: `callback` cannot be called.
        """
        if not callable(callback):
            raise UsageError(f"then got {callback!r}; pass a function that takes the call, without calling it")
        if self._done:
            self._run(callback)
        elif self._callbacks is None:
            self._callbacks = [callback]
        else:
            self._callbacks.append(callback)
        return self

    def result(self, timeout: float | None = None) -> T:
        """Wait for the outcome and return the value. For tools and tests: in a game it would stop the frame.

        Args:
            timeout: seconds to wait at most, a finite number; None waits for as long as it takes (calls have deadlines
                of their own).

        Raises:
            CallError: the call did not succeed.
            Timeout: `timeout` seconds passed; the call goes on.
            UsageError: `timeout` is no finite number, or nothing can wait in place here, as in a page.
        """
        if timeout is not None:
            timeout = patience_s("timeout", timeout)
        if not self._settled:
            Pending.waited_in_place = True
            arrived = threading.Event()
            self._watch(arrived.set)
            if not self._waits.wait(arrived, timeout):
                raise Timeout(f"no result within {timeout:g} s; the call itself goes on")
        return self._outcome()

    def __await__(self) -> Generator[Any, None, T]:
        """Wait for the outcome in an asyncio program, whether or not anyone calls `ServiceManager.update`."""
        if not self._settled:
            import asyncio  # it takes as long as all of this package, and whoever awaits has it already

            Pending.waited_in_place = True
            loop = asyncio.get_running_loop()
            arrived: asyncio.Future[None] = loop.create_future()

            def wake() -> None:
                if not arrived.done():
                    arrived.set_result(None)

            def wake_from_anywhere() -> None:
                try:
                    loop.call_soon_threadsafe(wake)
                except RuntimeError:  # the loop was closed meanwhile: nobody waits any more
                    logger.debug("a call ended after the event loop that awaited it")

            self._watch(wake_from_anywhere)
            yield from self._waits.until(arrived).__await__()
        return self._outcome()

    def settle(self, value: T | None = None, error: Exception | None = None) -> bool:
        """Give the outcome. Any thread; only the first one counts. Returns whether this was the first."""
        try:
            del self._open  # one atomic step decides between two threads that settle at once
        except AttributeError:
            return False
        self._value, self._error = value, error
        self._settled = True
        while self._watchers:
            self._watchers.pop()()
        return True

    def abandon(self, error: Exception) -> None:
        """End it in a forked child, where nobody works on it: those who waited for it were the parent's threads."""
        self._watchers.clear()
        self.settle(error=error)

    @property
    def settled(self) -> bool:
        """Whether the outcome is decided, though perhaps not delivered yet. Any thread."""
        return self._settled

    def outcome_now(self) -> tuple[T | None, Exception | None]:
        """The value and the error as settled, before any frame has delivered them. Any thread."""
        return self._value, self._error

    def deliver(self) -> None:
        """Make the outcome visible and run the callbacks, each once. Frame thread, by `ServiceManager.update` only."""
        self._done = True
        while self._callbacks:  # one by one: should a callback leave by sys.exit(), the next update goes on behind it
            self._run(self._callbacks.pop(0))

    def _watch(self, wake: Callable[[], object]) -> None:
        self._watchers.append(wake)
        if self._settled:  # it was settled between the look and the append, and may have missed the watcher
            wake()

    def _run(self, callback: Callable[[Any], object]) -> None:
        try:
            callback(self)
        except Closed:
            logger.debug("a callback of %r wanted to make another call while the manager closed", self)
        except Exception:
            logger.exception("a callback of %r raised", self)

    def _outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]


class Task(Pending[T]):
    """Work that runs on a helper thread, from `ServiceManager.background`. It causes no event of its own.

    Attributes:
        function: the work.
        at_close: whether it is carried out even if the manager closes first.
    """

    __slots__ = ("at_close", "function")

    def __init__(self, function: Callable[[], T], waits: Waits = BLOCKING, *, at_close: bool = False) -> None:
        super().__init__(waits)
        self.function = function
        self.at_close = at_close

    def __repr__(self) -> str:
        return f"<Task {getattr(self.function, '__qualname__', self.function)!s}>"


class Call(Pending[T]):
    """A call to a service. Ends in exactly one outcome: succeeded, rejected, failed or unknown.

    Attributes:
        operation: what was asked for; whose it is may become clear only when somebody signs in.
        durable: whether it is on disk, and so will be delivered whatever happens to the game. Any thread.
        attempts: how often it was sent so far. Any thread.
        loaded: whether an earlier run of the game made it.
    """

    __slots__ = ("_cancel", "attempts", "durable", "loaded", "operation")

    def __init__(
        self,
        operation: Operation,
        cancel: Callable[[Call[Any]], object],
        *,
        waits: Waits = BLOCKING,
        loaded: bool = False,
    ) -> None:
        Pending.__init__(self, waits)  # each call of the game's comes by here, and super() takes longer
        self.operation = operation
        self._cancel = cancel
        self.attempts = 0
        self.durable = loaded
        self.loaded = loaded

    def cancel(self) -> None:
        """Take the call back. It then ends as `Cancelled`, unless it was sent already and may have been applied.

        A read that is under way is cut off; a write that is under way runs to its end. Any thread; never blocks.
        """
        self._cancel(self)

    @property
    def outcome(self) -> str:
        """``"waiting"``, ``"succeeded"``, ``"rejected"``, ``"failed"`` or ``"unknown"``. Frame thread."""
        if not self._done:
            return "waiting"
        if self._error is None:
            return "succeeded"
        if isinstance(self._error, OutcomeUnknown):
            return "unknown"
        said_no = isinstance(self._error, ServiceError) and not isinstance(
            self._error, (RateLimited, ServiceUnavailable)
        )
        return "rejected" if said_no else "failed"

    @property
    def error(self) -> CallError | None:
        """Why it did not succeed, once `done`; None when it did. Frame thread."""
        error = super().error
        assert error is None or isinstance(error, CallError)
        return error

    def __repr__(self) -> str:
        return f"<Call {self.operation.service} {self.operation.name} {self.outcome}>"
