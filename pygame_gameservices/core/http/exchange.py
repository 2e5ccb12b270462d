"""What carries requests where nothing may block, and one request under way there."""

from __future__ import annotations

from typing import Protocol

from pygame_gameservices.core.calls.endpoint import Request, Response


class Exchange(Protocol):
    """One request under way. Nothing here blocks."""

    @property
    def sent(self) -> bool:
        """Whether any byte of the request may have left. Where nobody can tell it may have."""

    def poll(self) -> Response | None:
        """Do what can be done now, and return the answer once it is whole.

        Raises:
            NetworkError: nothing came back; ``sent`` tells whether the request may have arrived.
            ProtocolError: what came back is no HTTP, is a redirect, or is too large.
        """

    def abort(self) -> None:
        """Break it off, so that the next `poll` raises `Timeout` if it had not ended."""


class Carrier(Protocol):
    """Begins exchanges. Each keeps to the limits of its request by itself; see `limits`."""

    def begin(self, request: Request) -> Exchange:
        """Begin to send `request`. Never blocks.

        Raises:
            CallError: it cannot even begin.
        """

    def close(self) -> None:
        """Let go of everything."""

    def forked(self) -> None:
        """Let go of everything without a trace on the network: in a forked child, where it belongs to the parent."""
