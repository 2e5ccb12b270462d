"""A local server that speaks the services' protocols, for games without an account, tests and outages at will.

`Sandbox.start()` runs it in a process of its own; importing this package needs the standard library alone, while the
server process needs the ``tools`` extra. Nothing here is shared with the package's own clients: two readings of the
same protocol find each other's mistakes.
"""

from __future__ import annotations

from pygame_gameservices.sandbox.faults.kinds import (
    ClockSkew,
    DeepJson,
    Drip,
    Fault,
    Flood,
    Garbage,
    Hang,
    HtmlPage,
    HugeJson,
    Latency,
    NoCors,
    Refuse,
    Reset,
    ServerError,
    SlowTls,
    Stall,
    TooManyRequests,
    Truncate,
    WrongLength,
)
from pygame_gameservices.sandbox.faults.spec import parse_fault
from pygame_gameservices.sandbox.process import Sandbox, SandboxPlayer, run_if_child
from pygame_gameservices.sandbox.remote import FaultSwitch, SandboxError

__all__ = [
    "ClockSkew",
    "DeepJson",
    "Drip",
    "Fault",
    "FaultSwitch",
    "Flood",
    "Garbage",
    "Hang",
    "HtmlPage",
    "HugeJson",
    "Latency",
    "NoCors",
    "Refuse",
    "Reset",
    "Sandbox",
    "SandboxError",
    "SandboxPlayer",
    "ServerError",
    "SlowTls",
    "Stall",
    "TooManyRequests",
    "Truncate",
    "WrongLength",
    "parse_fault",
    "run_if_child",
]
