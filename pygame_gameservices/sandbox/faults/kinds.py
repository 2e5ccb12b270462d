"""The faults that a sandbox can be told to commit. Plain values: standard library only, used on both sides.

Which requests a fault bites is the same for all: those whose path matches, `count` of them at most, each with a
`probability`, for `for_s` seconds from when it was set. Admin calls are never bitten.

Faults that break or replace the answer have `applied`. When it is true, the request is carried out and committed
first, and only then does the fault bite; when it is false, the request never happened. Both look the same to the
client, which is the point.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from math import inf
from typing import ClassVar

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.seconds import checked_seconds

BODIES = ("html", "service")
"""Whose words a `ServerError` has."""
_TIMES = {"seconds", "jitter", "for_s"}
"""Attributes that are times in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What all faults share.

    Attributes:
        path: pattern for the path of the request, as in `fnmatch`: ``/gamejolt/*/scores/add/``.
        count: how many requests it bites; None is all.
        probability: chance, from 0 to 1, that it bites a matching request.
        for_s: seconds after which it is lifted; None is never.
        seed: of the random numbers behind `probability` and jitter, so that a run can be repeated.

    Raises:
        UsageError: a value is of no use, such as a time that has no end.
    """

    kind: ClassVar[str] = ""

    path: str = "*"
    count: int | None = None
    probability: float = 1.0
    for_s: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name in _TIMES & {each.name for each in fields(self)}:
            value = getattr(self, name)
            if value is not None or name != "for_s":
                checked_seconds(name, value, least=-inf if isinstance(self, ClockSkew) else 0.0)
        if not 0 <= self.probability <= 1:
            raise UsageError(f"probability must be from 0 to 1, not {self.probability}")
        if self.count is not None and self.count < 1:
            raise UsageError(f"count must be at least 1, not {self.count}")
        if self.for_s is not None and self.for_s <= 0:
            raise UsageError(f"for_s must be more than 0 seconds, not {self.for_s}")
        if self.path == "":
            raise UsageError("path must be a pattern such as '*' or '/gamejolt/*/scores/add/'")


@dataclass(frozen=True, slots=True)
class Latency(Fault):
    """Each request waits `seconds`, give or take up to `jitter`, before it is carried out."""

    kind: ClassVar[str] = "latency"
    seconds: float = 0.1
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class ClockSkew(Fault):
    """The server's clock is `seconds` wrong: in ``Date`` headers, in answers and in what is stored."""

    kind: ClassVar[str] = "clock-skew"
    seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Refuse(Fault):
    """Nobody listens on the port: connections are refused and open ones reset. The admin port stays open.

    It bites connections, so `path`, `count` and `probability` mean nothing here.
    """

    kind: ClassVar[str] = "refuse"


@dataclass(frozen=True, slots=True)
class SlowTls(Fault):
    """The TLS handshake (or, without TLS, the first answer) of a new connection starts `seconds` late.

    It bites connections: `count` counts them and `path` means nothing.
    """

    kind: ClassVar[str] = "slow-tls"
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class NoCors(Fault):
    """Pages of other origins may not read the answer. The request is carried out all the same."""

    kind: ClassVar[str] = "no-cors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(Fault):
    """A fault that decides what becomes of the answer; at most one of these bites a request, the first that is set."""

    applied: bool = False


@dataclass(frozen=True, slots=True)
class Reset(Ending):
    """The connection is reset (a TCP RST) in place of an answer."""

    kind: ClassVar[str] = "reset"


@dataclass(frozen=True, slots=True)
class Hang(Ending):
    """No answer ever comes, and the connection stays open until the client goes or the fault is lifted."""

    kind: ClassVar[str] = "hang"


@dataclass(frozen=True, slots=True)
class Stall(Ending):
    """The right answer comes, but `seconds` late (sooner if the fault is cleared)."""

    kind: ClassVar[str] = "stall"
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Drip(Ending):
    """The right answer comes at `bytes_per_s`: the body, or with ``part="headers"`` all of it. Always applied."""

    kind: ClassVar[str] = "drip"
    bytes_per_s: float = 20.0
    part: str = "body"
    applied: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class Truncate(Ending):
    """The right answer is cut off after the part `keep` (0 to 1) of its body. Always applied."""

    kind: ClassVar[str] = "truncate"
    keep: float = 0.5
    applied: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class WrongLength(Ending):
    """Content-Length is wrong by `extra` bytes; then the connection is closed. Negative: more comes than declared."""

    kind: ClassVar[str] = "wrong-length"
    extra: int = 100
    applied: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class Garbage(Ending):
    """Status 200, ``application/json``, and `size` random bytes."""

    kind: ClassVar[str] = "garbage"
    size: int = 512


@dataclass(frozen=True, slots=True)
class HtmlPage(Ending):
    """An HTML page, as proxies and captive portals send, with any `status`."""

    kind: ClassVar[str] = "html"
    status: int = 502


@dataclass(frozen=True, slots=True)
class DeepJson(Ending):
    """Status 200 and arrays nested `depth` deep: valid JSON that overflows careless parsers."""

    kind: ClassVar[str] = "deep-json"
    depth: int = 100_000


@dataclass(frozen=True, slots=True)
class HugeJson(Ending):
    """Status 200 and valid JSON of `megabytes`, sent as fast as the client reads."""

    kind: ClassVar[str] = "huge-json"
    megabytes: float = 64.0


@dataclass(frozen=True, slots=True)
class Flood(Ending):
    """A body declared to be `gigabytes` long that streams until the client goes."""

    kind: ClassVar[str] = "flood"
    gigabytes: float = 10.0


@dataclass(frozen=True, slots=True)
class TooManyRequests(Ending):
    """Status 429, with a Retry-After header of `retry_after` seconds if it is given."""

    kind: ClassVar[str] = "too-many-requests"
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class ServerError(Ending):
    """Status 5xx, and a Retry-After header if it is given.

    The body is an HTML page, as from a proxy in front of the service, or with ``body="service"`` what the service
    itself says in its documentation: ``{"errors": ["There was a server error"]}`` of itch.io, for one.
    """

    kind: ClassVar[str] = "server-error"
    status: int = 500
    retry_after: int | None = None
    body: str = "html"

    def __post_init__(self) -> None:
        Ending.__post_init__(self)
        if self.body not in BODIES:
            raise UsageError(f"body must be one of {', '.join(BODIES)}, not {self.body!r}")


KINDS: dict[str, type[Fault]] = {
    cls.kind: cls
    for cls in (
        Latency,
        ClockSkew,
        Refuse,
        SlowTls,
        NoCors,
        Reset,
        Hang,
        Stall,
        Drip,
        Truncate,
        WrongLength,
        Garbage,
        HtmlPage,
        DeepJson,
        HugeJson,
        Flood,
        TooManyRequests,
        ServerError,
    )
}
"""Every fault by its name, as in ``--fault NAME:...``."""
