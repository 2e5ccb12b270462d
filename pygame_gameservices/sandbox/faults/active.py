"""Which faults are set now, and which of them bite a given request."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from pygame_gameservices.sandbox.faults.kinds import Ending, Fault, Refuse, SlowTls
from pygame_gameservices.sandbox.faults.spec import fault_to_json


class ActiveFault:
    """A fault that was set, with what it did so far.

    Attributes:
        lifted: set when the fault is over, so that requests which it holds can go on.
        bites: how many requests (or connections) it bit.
        number: tells it apart from all others of this process.
    """

    _numbers = itertools.count(1)

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.number = next(self._numbers)
        self.lifted = asyncio.Event()
        self.bites = 0
        self.random = random.Random(fault.seed)
        self._ends = None if fault.for_s is None else asyncio.get_running_loop().call_later(fault.for_s, self.lift)

    @property
    def spent(self) -> bool:
        """Whether it will never bite again. Requests that it holds are still held until it is lifted."""
        return self.lifted.is_set() or (self.fault.count is not None and self.bites >= self.fault.count)

    def tries(self) -> bool:
        """Roll the dice; count and return True when it bites."""
        if self.spent or self.random.random() >= self.fault.probability:
            return False
        self.bites += 1
        return True

    def lift(self) -> None:
        """End it."""
        if self._ends is not None:
            self._ends.cancel()
        self.lifted.set()

    def report(self) -> dict[str, Any]:
        """Return the fault as JSON, with ``bites`` and ``spent``."""
        return {**fault_to_json(self.fault), "bites": self.bites, "spent": self.spent}


class ActiveFaults:
    """The faults that are set. Everything here runs on the server's event loop.

    Args:
        on_change: called after each change, also when a fault's time is up; the listener looks at `refusing` then.
    """

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self.on_change = on_change
        self._active: list[ActiveFault] = []

    def add(self, faults: Iterable[Fault]) -> None:
        """Set more faults, behind those that are set."""
        for fault in faults:
            active = ActiveFault(fault)
            self._active.append(active)
            if isinstance(fault, Refuse) and fault.for_s is not None:
                asyncio.get_running_loop().call_later(fault.for_s, lambda: self.on_change())
        self.on_change()

    def replace(self, faults: Iterable[Fault]) -> None:
        """Lift all faults and set others."""
        for active in self._active:
            active.lift()
        self._active = []
        self.add(faults)

    def lift(self, number: int) -> bool:
        """Lift the one fault that has this number; say whether there was one."""
        found = [active for active in self._active if active.number == number]
        for active in found:
            active.lift()
            self._active.remove(active)
        self.on_change()
        return bool(found)

    def all(self) -> list[ActiveFault]:
        """Return all faults set since the last `replace` and not lifted one by one."""
        return list(self._active)

    def report(self) -> list[dict[str, Any]]:
        """Return all faults set since the last `replace`, with their bites."""
        return [active.report() for active in self._active]

    def biting(self, path: str) -> list[ActiveFault]:
        """Return the faults that bite a request for `path`, and count it for them. One `Ending` at most, last."""
        bites: list[ActiveFault] = []
        ending: ActiveFault | None = None
        for active in self._active:
            fault = active.fault
            if isinstance(fault, (Refuse, SlowTls)) or (ending is not None and isinstance(fault, Ending)):
                continue
            if fnmatchcase(path, fault.path) and active.tries():
                if isinstance(fault, Ending):
                    ending = active
                else:
                    bites.append(active)
        return bites if ending is None else [*bites, ending]

    def handshake_delay(self) -> float:
        """Return how many seconds a connection that was just accepted must wait, and count it."""
        slow = [active.fault.seconds for active in self._active if isinstance(active.fault, SlowTls) and active.tries()]
        return sum(slow)

    @property
    def refusing(self) -> bool:
        """Whether connections are to be refused now."""
        return any(isinstance(active.fault, Refuse) and not active.lifted.is_set() for active in self._active)
