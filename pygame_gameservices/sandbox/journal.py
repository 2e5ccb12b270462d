"""The request journal: what was asked of the sandbox, so that tests can count."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

KEPT = 1000
"""How many entries are kept; older ones are dropped, while the total goes on counting."""

_CLIP = 80
_SECRETS = frozenset({"user_token", "restriction_user_token", "signature", "token", "api_key", "key_secret"})
_KEY = "sandbox_journal_entry"


@dataclass(slots=True)
class Entry:
    """One request.

    Attributes:
        number: counts from 1 since the start or the last reset.
        time: Unix seconds on the sandbox's clock.
        path: without the query, which may hold secrets.
        endpoint: the protocol's own name of the call, such as ``scores/add``; empty when it was not recognised.
        status: HTTP status that was sent, or None when no proper answer was.
        success: what the protocol said: True, False, or None when the request was not applied.
        sub_requests: endpoints of the calls inside a batch.
        params: the parameters, clipped, with secrets replaced.
        faults: kinds of the faults that bit it.
    """

    number: int
    time: float
    method: str
    path: str
    endpoint: str = ""
    status: int | None = None
    success: bool | None = None
    sub_requests: list[str] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note_params(self, params: Mapping[str, str]) -> None:
        """Keep `params` with secrets taken out and long values clipped."""
        self.params = {key: "[redacted]" if key in _SECRETS else text[:_CLIP] for key, text in params.items()}


class Journal:
    """The last `KEPT` requests and the number of all. Admin calls are not in it."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._total = 0
        self._listeners: set[Callable[[], None]] = set()

    def open(self, scope: MutableMapping[str, Any], now: float) -> Entry:
        """Begin an entry for the request of this ASGI scope; `entry_of` finds it again."""
        self._total += 1
        entry = Entry(self._total, now, scope["method"], scope["path"])
        self._entries.append(entry)
        scope[_KEY] = entry
        self.note()
        return entry

    def note(self) -> None:
        """Tell whoever listens that something happened: a request came or was answered, or an admin changed a thing."""
        for listener in self._listeners:
            listener()

    @contextmanager
    def heard(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call `listener` for everything that happens within the block. It must be quick."""
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)

    @property
    def total(self) -> int:
        """How many requests came in."""
        return self._total

    def newest(self) -> Iterator[Entry]:
        """Return what is kept, newest first."""
        return reversed(self._entries)

    def report(self, last: int | None = None) -> dict[str, Any]:
        """Return ``{"total": ..., "entries": [...]}`` as JSON, with the newest `last` entries, oldest first."""
        entries = list(self._entries)
        shown = entries if last is None else entries[max(0, len(entries) - last) :]
        return {"total": self._total, "entries": [asdict(entry) for entry in shown]}

    def clear(self) -> None:
        """Forget everything and count from 1 again."""
        self._entries.clear()
        self._total = 0


def entry_of(scope: MutableMapping[str, Any]) -> Entry:
    """Return the journal entry of the request with this ASGI scope, for the protocol to fill in."""
    entry: Entry = scope[_KEY]
    return entry
