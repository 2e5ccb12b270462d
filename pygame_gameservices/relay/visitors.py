"""Who asks, and what a request may end with besides an answer."""

from __future__ import annotations

import msgspec


class Guest(msgspec.Struct, frozen=True):
    """Who has no account.

    Attributes:
        number: on the ticket.
        since: when the ticket was given, in Unix seconds.
    """

    number: str
    since: float


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request, as far as the relay knows before it has looked at a token.

    Attributes:
        address: of the network.
        guest: whose ticket was shown; None without one that is good.
    """

    address: str
    guest: Guest | None


class Later(Exception):
    """It cannot be done now; nothing that the client has to know was decided.

    Attributes:
        status: 429 where only the client has to wait, 503 where the service is away.
        retry_after: seconds.
        away: whether it is the service behind the relay that is away.
    """

    def __init__(self, why: str, *, status: int = 429, retry_after: float = 1.0, away: bool | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.retry_after = retry_after
        self.away = status == 503 if away is None else away


class TicketWanted(Exception):
    """A guest has to show a ticket; the answer brings one."""
