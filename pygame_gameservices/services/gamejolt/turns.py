"""Work of several calls that must not mix with other work on the same thing: one after another, in the order asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Hashable
from time import monotonic
from typing import Any, TypeVar

from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.core.calls.patience import patience_s
from pygame_gameservices.services.chain import Chain, Steps

T = TypeVar("T")


class Turns:
    """Who is at work and who waits, for each key. Frame thread."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, deque[_Turn]] = {}

    def take(
        self, key: Hashable, name: str, steps: Callable[[], Steps[T]], ended: Callable[[Chain[T]], object] | None = None
    ) -> Chain[T]:
        """Run `steps` once everything is over that was begun with `key` before, whatever became of it.

        Cancelling the chain while it waits takes back nothing but itself.

        Args:
            ended: hears of its end before it is the next one's turn.
        """
        line = self._lines.setdefault(key, deque())
        turn = _Turn(line)
        line.append(turn)
        if line[0] is turn:
            turn.come()
        chain = Chain(name, _in_turn(turn, steps))
        turn.chain = chain
        if ended is not None:
            chain.then(ended)
        return chain.then(lambda ended: self._leave(key, turn))

    def _leave(self, key: Hashable, turn: _Turn) -> None:
        line = turn.line
        line.remove(turn)
        while line and not turn.coming and not line[0].settled:
            line[0].come()  # if that ends at once it leaves at once, and the next one is first
        if not line and self._lines.get(key) is line:
            del self._lines[key]


class _Turn(Pending[None]):
    """The wait for one's turn. It is no call and no chain, so nobody cancels what it waits for.

    Attributes:
        line: those who work or wait, in order.
        chain: whose turn it is.
        coming: whether `come` is running.
    """

    __slots__ = ("chain", "coming", "line")

    def __init__(self, line: deque[_Turn]) -> None:
        super().__init__()
        self.line = line
        self.chain: Chain[Any]
        self.coming = False

    def come(self) -> None:
        """Let the chain begin."""
        self.coming = True
        self.settle()
        self.deliver()
        self.coming = False

    def result(self, timeout: float | None = None) -> None:
        """See `Chain.result`: runs those before it to their ends. For tools and tests."""
        until = None if timeout is None else monotonic() + patience_s("timeout", timeout)
        while not self.settled:
            first = self.line[0].chain
            try:
                first.result(None if until is None else max(0.0, until - monotonic()))
            except Exception:
                if not first.settled:
                    raise

    def __await__(self) -> Generator[Any, None, None]:
        """See `Chain.__await__`."""
        while not self.settled:
            first = self.line[0].chain
            try:
                yield from first.__await__()
            except Exception:
                if not first.settled:
                    raise


def _in_turn(turn: _Turn, steps: Callable[[], Steps[T]]) -> Steps[T]:
    if not turn.settled:
        yield turn
    return (yield from steps())
