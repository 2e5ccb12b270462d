"""Who is signed in to the console. Nothing is kept on disk: a restarted sandbox knows nobody."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

THEMES = ("auto", "light", "dark")

_IDLE_S = 12 * 3600.0
_MOST = 32


@dataclass(slots=True)
class Session:
    """One signed-in browser.

    Attributes:
        csrf: what its forms must carry.
        theme: one of `THEMES`.
        notice: said on the next page, then forgotten.
        seen: when it last asked for something.
    """

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    theme: str = "auto"
    notice: str = ""
    seen: float = 0.0

    def issued(self, csrf: str) -> bool:
        """Say whether a form carries this session's token."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())


class Sessions:
    """All of them, and the codes that open one.

    The cookie holds the name of a session and not the admin token: browsers send cookies to every port of a host, so
    other servers on this machine may see it, and it is of no use for the admin API.

    Args:
        admin_token: opens a session, too, when it is typed in.
        clock: monotonic seconds.
    """

    def __init__(self, admin_token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._admin_token = admin_token.encode()
        self._clock = clock
        self._codes: list[str] = []
        self._open: dict[str, Session] = {}

    def new_code(self) -> str:
        """Return a code that opens one session, once. Old ones that nobody used make room."""
        code = secrets.token_urlsafe(24)
        self._codes = [*self._codes[1 - _MOST :], code]
        return code

    def open_by_code(self, code: str) -> str | None:
        """Spend a code and return the name of a new session, or None for one that is wrong or spent."""
        found = [one for one in self._codes if hmac.compare_digest(one.encode(), code.encode())]
        if not found:
            return None
        self._codes.remove(found[0])
        return self._new()

    def open_by_token(self, token: str) -> str | None:
        """Return the name of a new session for the admin token, or None for anything else."""
        return self._new() if hmac.compare_digest(token.encode(), self._admin_token) else None

    def find(self, name: str) -> Session | None:
        """Return the open session of that name."""
        now = self._clock()
        self._open = {key: one for key, one in self._open.items() if now - one.seen < _IDLE_S}
        session = self._open.get(name)
        if session is not None:
            session.seen = now
        return session

    def close(self, name: str) -> None:
        """Sign out."""
        self._open.pop(name, None)

    def _new(self) -> str:
        while len(self._open) >= _MOST:
            del self._open[min(self._open, key=lambda key: self._open[key].seen)]
        name = secrets.token_urlsafe(32)
        self._open[name] = Session(seen=self._clock())
        return name
