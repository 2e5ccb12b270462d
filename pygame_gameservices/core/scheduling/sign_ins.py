"""Which calls wait for a player to sign in, and with whose token they then go."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from pygame_gameservices.core.calls.operation import NOBODY_YET
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.storage.credentials import Secret


class Back(msgspec.Struct, frozen=True):
    """Calls whose player is there now.

    Attributes:
        deliveries: those that waited.
        claimed: those among them that had waited for anyone, and are this player's now.
        claims: whether the player gets what waits on disk for anyone.
    """

    service: str
    player: str
    credential: Secret
    deliveries: list[Delivery]
    claimed: list[Delivery]
    claims: bool


class SignIns:
    """Durable calls that wait for their player: the token was refused, or nobody was signed in when they were made.

    What was made with nobody signed in becomes the call of the first player whom the service confirms: a name may be
    mistyped. Until then that player's own durable calls wait as well, since they came later.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], list[Delivery]] = {}
        self._credentials: dict[tuple[str, str], Secret] = {}
        self._unconfirmed: dict[str, str] = {}

    def must_wait(self, delivery: Delivery) -> bool:
        """Whether a durable call that was made just now has to wait for its player."""
        if delivery.operation.player == NOBODY_YET:
            return True
        service, player = whose(delivery)
        return self._unconfirmed.get(service) == player and not delivery.loaded

    def waits(self, delivery: Delivery) -> None:
        """Take a call that waits for its player until it is given back."""
        self._waiting.setdefault(whose(delivery), []).append(delivery)

    def may_go(self, delivery: Delivery) -> Back | None:
        """Give a refused call back, and those beside it, if the player has signed in with another token since."""
        newest = self.token(delivery)
        if newest is None or newest == delivery.operation.credential:
            return None
        return self._back(*whose(delivery), newest)

    def token(self, delivery: Delivery) -> Secret | None:
        """The token of a call's player who signed in last; None while the service has yet to confirm the player."""
        service, player = whose(delivery)
        return None if self._unconfirmed.get(service) == player else self._credentials.get((service, player))

    def signed_in(
        self, service: str, player: str, credential: Secret, for_anyone: Collection[str] | None
    ) -> Back | None:
        """Give back what waited for a player, unless there is something to be claimed before it.

        Args:
            for_anyone: the services of which the disk keeps calls for whoever signs in; None while that is not known.
        """
        self._credentials[service, player.casefold()] = credential
        self._unconfirmed.pop(service, None)
        of_this_run = any(not one.gone for one in self._waiting.get((service, NOBODY_YET), ()))
        if of_this_run or for_anyone is None or service in for_anyone:
            self._unconfirmed[service] = player.casefold()
            return None
        return self._back(service, player, credential)

    def confirmed(self, service: str, player: str, credential: Secret) -> Back:
        """Give a player what was made with nobody signed in, and what waited behind it."""
        self._unconfirmed.pop(service, None)
        claimed = [one for one in self._waiting.pop((service, NOBODY_YET), ()) if not one.ended]
        return self._back(service, player, credential, claimed, claims=True)

    def signed_out(self, service: str, player: str) -> Back | None:
        """Give back a player's calls that waited to be confirmed: calls made before go on."""
        if self._unconfirmed.get(service) != player.casefold():
            return None
        del self._unconfirmed[service]
        return self._back(service, player, self._credentials[service, player.casefold()])

    def _back(
        self, service: str, player: str, credential: Secret, claimed: list[Delivery] | None = None, claims: bool = False
    ) -> Back:
        waited = [one for one in self._waiting.pop((service, player.casefold()), ()) if not one.ended]
        claimed = claimed or []
        return Back(service, player, credential, waited + claimed, claimed, claims)


def whose(delivery: Delivery) -> tuple[str, str]:
    """The service and the player of a call: a name is the same player in any case. Any thread."""
    return delivery.operation.service, delivery.operation.player.casefold()
