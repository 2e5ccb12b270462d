"""What developers are told in the log."""

from __future__ import annotations

import logging
from typing import Any

from pygame_gameservices.core.calls.call import Call

logger = logging.getLogger("pygame_gameservices")

MOST = 1000
"""How many different texts are told in one run."""


class Refusals:
    """Logs what services refuse, once each: a wrong key or number would just look like nothing. One thread."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def tell(self, call: Call[Any]) -> None:
        """Log why `call` was rejected, if it was, with what was asked for and what to do about it."""
        error = call.error
        if call.outcome != "rejected" or error is None or len(self._told) >= MOST:
            return
        # Of what was asked for only the ids: the rest differs from call to call, or is a player's own affair.
        asked = ", ".join(f"{name}={value}" for name, value in call.operation.arguments.items() if name.endswith("_id"))
        text = f"{error} [{type(error).__name__}{'; ' if asked else ''}{asked}]"
        if error.advice:
            text += f": {error.advice}"
        if text not in self._told:
            self._told.add(text)
            logger.warning("%s", text)
