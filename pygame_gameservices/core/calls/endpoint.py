"""What the scheduler needs of a service, and the messages that go between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.calls.pacing import Pace
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request, ready to send.

    Attributes:
        method: ``"GET"``, ``"POST"``, ...
        url: the whole address, encoded; sent exactly as it stands here. Hidden in ``repr``: it may hold a token.
        headers: extra header fields.
        body: the bytes to send, or None.
        secrets: what must appear in nothing that comes of the answer; see `core.redaction`.
        private: what must not appear in errors and logs alone, since the answer may be about it.
        public: whether only a host with a public address is to be asked. Where a proxy is in between it knows the
            address alone, and judges.
        timeout_s: seconds from the start of connecting to the last byte read.
        max_bytes: how large the answer may be, decompressed.
        started_by: the command that starts what should listen at the address, where that is known and on this machine.
    """

    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    secrets: tuple[Secret, ...] = ()
    private: tuple[Secret, ...] = ()
    public: bool = False
    timeout_s: float = 10.0
    max_bytes: int = 4 << 20
    started_by: str = ""

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url.partition('?')[0]}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("method", self.method), ("url", self.url.partition("?")[0])]


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer, read to its end.

    Attributes:
        status: the HTTP status.
        headers: the header fields, names in lower case.
        body: the decompressed bytes.
        secrets: those of the request.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    secrets: tuple[Secret, ...] = ()

    def __repr__(self) -> str:
        return f"<Response {self.status}, {len(self.body)} bytes>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("status", self.status), ("bytes", len(self.body))]


class Answer(msgspec.Struct, frozen=True):
    """What one operation got: a value, or the error that says why not."""

    value: Any = None
    error: CallError | None = None


class Endpoint(Protocol):
    """A service as the scheduler sees it: it turns operations into a request and an answer into values.

    Attributes:
        name: as in `Operation.service`.
        host: what fails together, such as ``"api.gamejolt.com"``; one circuit watches over it.
        batch_limit: how many operations one request may carry.
        pace: how fast it may be asked.
    """

    @property
    def name(self) -> str:
        """See above."""

    @property
    def host(self) -> str:
        """See above."""

    @property
    def batch_limit(self) -> int:
        """See above."""

    @property
    def pace(self) -> Pace:
        """See above."""

    def may_batch(self, operation: Operation) -> bool:
        """Whether `operation` may share a request with others. Scheduler thread."""

    def commute(self, older: Operation, newer: Operation) -> bool:
        """Whether two writes of one lane come to the same in either order, so that they may share a request of which
        only some is carried out, and the rest sent again. Scheduler thread."""

    def request(self, operations: Sequence[Operation]) -> Request:
        """Build the request that carries out `operations`, in order. Worker thread."""

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode the answer: one `Answer` per operation, in order. Worker thread.

        Raises:
            CallError: the answer as a whole says no, or makes no sense; it then holds for every operation.
        """

    def lookup(self, operation: Operation) -> Sequence[Operation]:
        """The reads that tell whether an additive `operation` was applied; none where that cannot be told.

        Scheduler thread.
        """

    def found(
        self, operation: Operation, values: Sequence[Any], *, attempted_at: float, now: float, equal_delivered: int
    ) -> Answer | None:
        """Judge by the values of the `lookup` reads: the operation's answer if it was applied, else None.

        Args:
            attempted_at: Unix seconds of its first attempt, by this machine's clock.
            now: Unix seconds of the moment when the first of the reads was answered, by the same clock.
            equal_delivered: how many equal operations are known to have been delivered since then.
        """

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        """Say what a call's outcome means for the game. Frame thread."""

    def closing(self) -> None:
        """Make the last calls before the manager closes. Frame thread."""


class PlainEndpoint:
    """The part of an `Endpoint` that has nothing to say: one operation a request, nothing that is looked up, and no
    outcome that means anything to the game."""

    batch_limit = 1

    def may_batch(self, operation: Operation) -> bool:
        """See `Endpoint.may_batch`: never."""
        return False

    def commute(self, older: Operation, newer: Operation) -> bool:
        """See `Endpoint.commute`. Never asked."""
        return False

    def lookup(self, operation: Operation) -> Sequence[Operation]:
        """See `Endpoint.lookup`: there are none."""
        return ()

    def found(
        self, operation: Operation, values: Sequence[Any], *, attempted_at: float, now: float, equal_delivered: int
    ) -> Answer | None:
        """See `Endpoint.found`. Never asked."""
        return None

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        """See `Endpoint.concluded`: nothing."""
        return ()

    def closing(self) -> None:
        """See `Endpoint.closing`: there is nothing to say goodbye to."""
