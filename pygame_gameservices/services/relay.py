"""What a game needs to talk to a relay of its maker's in place of a service: its address, and a ticket for guests."""

from __future__ import annotations

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import OutcomeUnknown, RateLimited, ServiceUnavailable, UsageError
from pygame_gameservices.services.arguments import checked_url
from pygame_gameservices.services.http_status import asked_wait

TICKET = "x-relay-ticket"
"""The header in which a relay hands a guest a ticket, and in which the guest shows it."""
WRITE_ID = "x-relay-write-id"
"""The header that says what a write is called, where the service's own requests have no place for it."""
OUTCOME = "x-relay-outcome"
"""The header of an answer that is none, because the relay does not know it either."""
AWAY = "x-relay-away"
"""The header of an answer that is none, because the service that it names is away behind the relay."""
STARTED_BY = "gameservices relay serve"
LONGEST_NAME = 40
AT_ONCE_S = 0.05


class TicketNeeded(RateLimited):
    """A guest's write came without a ticket. It was not applied; it goes out again with the ticket that came back."""


class AwayBehindRelay(ServiceUnavailable):
    """The relay is there, and the service behind it does not answer, or not the relay's key."""

    advice = "the relay's log says why, and `gameservices relay check` tries it"


class RelayAccess:
    """A relay as one service of a game sees it. Any thread.

    Args:
        relay: its address.
        service: the part of the relay that stands for the service.
        allow_http: accept plain http to another machine.

    Attributes:
        base_url: what stands in for the service's own address.

    Raises:
        UsageError: `relay` is no acceptable address.
    """

    def __init__(self, relay: str, service: str, *, allow_http: bool) -> None:
        self.base_url = f"{checked_url(relay, allow_http=allow_http)}/{service}"
        self._ticket: Secret | None = None  # set by workers, one reference at a time

    @property
    def ticket(self) -> tuple[Secret, ...]:
        """The ticket, where there is one: what must show nowhere."""
        return () if self._ticket is None else (self._ticket,)

    def headers(self) -> dict[str, str]:
        """What a request carries besides."""
        return {} if self._ticket is None else {TICKET: self._ticket.reveal()}

    def hear(self, response: Response) -> None:
        """Take the ticket that may come with an answer.

        Raises:
            TicketNeeded: the answer is nothing else.
            OutcomeUnknown: the relay does not know either.
            AwayBehindRelay: the relay gets no answer itself.
        """
        if response.headers.get(OUTCOME) == "unknown":
            raise OutcomeUnknown("the answer was lost behind the relay, and the service cannot be asked")
        away = response.headers.get(AWAY, "")
        if away:
            text = f"the relay is there, but gets no answer from {away[:LONGEST_NAME]} behind it"
            raise AwayBehindRelay(text, retry_after=asked_wait(response), status=response.status)
        ticket = response.headers.get(TICKET, "")
        if ticket:
            self._ticket = Secret(ticket)
            if response.status == 401:
                raise TicketNeeded("the relay wants to see a ticket", retry_after=AT_ONCE_S, status=401)


def relayed(
    relay: str | None, service: str, *, key: Secret, base_url: str, usual: str, allow_http: bool
) -> RelayAccess | None:
    """The access to a relay, if one is named. Frame thread.

    Raises:
        UsageError: there is also a key, which belongs to the relay, or another address.
    """
    if relay is None:
        return None
    if key:
        raise UsageError("a game that has a relay holds no key; leave the key out, and give it to the relay")
    if base_url != usual:
        raise UsageError("pass either relay or base_url, not both", fields=("relay", "base_url"))
    return RelayAccess(relay, service, allow_http=allow_http)
