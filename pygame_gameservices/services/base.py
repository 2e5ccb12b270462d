"""What every service has in common: its place in a manager, and what it says of operations and answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.calls.pacing import Pace, TokenBucket
from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import checked_url, text

if TYPE_CHECKING:
    from pygame_gameservices.core.manager import ServiceManager

REQUESTS_PER_S = 50.0
"""How many requests a second a service is sent in the long run, unless it says otherwise."""
BURST = 100
"""How many it is sent at once after a quiet time."""


class Service:
    """Base of the services. A subclass says how operations become a request and an answer becomes values.

    Args:
        name: as it appears in events and errors, a text; must differ between the services of one manager.
        base_url: where the service is; https, or http to this machine.
        allow_http: accept a `base_url` that is neither; the player's token then travels in the clear.

    Raises:
        UsageError: `base_url` is not acceptable, or `name` is no text.
    """

    batch_limit = 1

    def __init__(self, name: str, base_url: str, *, allow_http: bool = False) -> None:
        self.name = text("name", name)
        self.pace: Pace = TokenBucket(REQUESTS_PER_S, BURST)
        self.base_url = checked_url(base_url, allow_http=allow_http)
        self.host = urlsplit(self.base_url).netloc
        self._manager: ServiceManager | None = None
        self._said: list[Event] = []

    def attach(self, manager: ServiceManager) -> None:
        """Hand calls to `manager` from now on. By `ServiceManager.add`."""
        if self._manager is not None:
            raise UsageError(f"this {self.name} belongs to a manager already; make another one")
        self._manager = manager

    @cached_property  # asked for by each call
    def manager(self) -> ServiceManager:
        """The manager this service was added to.

        Raises:
            UsageError: it was not added to one.
        """
        if self._manager is None:
            raise UsageError(f"add this {self.name} to a ServiceManager first: services.add(...)")
        return self._manager

    def may_batch(self, operation: Operation) -> bool:
        """Whether `operation` may share a request with others. Scheduler thread."""
        return self.batch_limit > 1

    def commute(self, older: Operation, newer: Operation) -> bool:
        """Whether two writes of one lane come to the same in either order. Scheduler thread."""
        return False

    def request(self, operations: Sequence[Operation]) -> Request:
        """Build the request that carries out `operations`, in order. Worker thread."""
        raise NotImplementedError

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode the answer: one `Answer` per operation, in order. Worker thread.

        Raises:
            CallError: the answer as a whole says no, or makes no sense.
        """
        raise NotImplementedError

    def lookup(self, operation: Operation) -> Sequence[Operation]:
        """The reads that tell whether an additive `operation` was applied; none where that cannot be told.

        Scheduler thread.
        """
        return ()

    def found(
        self, operation: Operation, values: Sequence[Any], *, attempted_at: float, now: float, equal_delivered: int
    ) -> Answer | None:
        """Judge by the values of the `lookup` reads whether `operation` was applied. Scheduler thread."""
        raise NotImplementedError

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        """Return what happened since the last time, such as a trophy unlocked. Frame thread."""
        said, self._said = self._said, []
        return said

    def closing(self) -> None:
        """Make the last calls before the manager closes. Frame thread."""

    def _say(self, event: Event) -> None:
        """Let the game hear of `event`, right after the outcome of the call whose callback says it. Frame thread."""
        self._said.append(event)
