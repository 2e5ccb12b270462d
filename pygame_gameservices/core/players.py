"""Players as the scheduler sees them: which calls wait until somebody signs in, and with whose token they then go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.credentials import Secret
from pygame_gameservices.core.keeping import Keeping
from pygame_gameservices.core.operation import NOBODY_YET
from pygame_gameservices.core.recall import whose
from pygame_gameservices.errors import CallError, ServiceError

if TYPE_CHECKING:
    from pygame_gameservices.core.dispatcher import Dispatcher


class Players:
    """Durable calls that wait for their player: the token was refused, or nobody was signed in when they were made.

    What was made with nobody signed in becomes the call of the first player whom the service confirms: a name may be
    mistyped. Until then that player's own durable calls wait as well, since they came later. Scheduler thread.

    Args:
        dispatcher: whose calls these are.
        keeping: told when a call gets another player.
    """

    def __init__(self, dispatcher: Dispatcher, keeping: Keeping) -> None:
        self._dispatcher = dispatcher
        self._keeping = keeping
        self._waiting: dict[tuple[str, str], list[AnyCall]] = {}
        self._credentials: dict[tuple[str, str], Secret] = {}
        self._unconfirmed: dict[str, str] = {}

    def must_wait(self, call: AnyCall) -> bool:
        """Whether a durable call that was made just now has to wait; then it does."""
        operation = call.operation
        unconfirmed = self._unconfirmed.get(operation.service) == whose(call)[1] and not call.loaded
        if operation.player == NOBODY_YET or unconfirmed:
            self._keep(call)
            return True
        return False

    def refused(self, call: AnyCall, error: CallError) -> bool:
        """Whether a durable call whose token was refused is kept for when its player signs in anew; then it is."""
        waits = call.operation.durable and isinstance(error, ServiceError) and error.waits_for_player
        if waits:
            self._keep(call)
        return waits

    def look_again(self, call: AnyCall) -> None:
        """Bring a refused call back if its player has signed in with another token since it was made."""
        service, player = whose(call)
        newest = self._credentials.get((service, player))
        if call.absent and newest not in (None, call.operation.credential) and self._unconfirmed.get(service) != player:
            assert newest is not None
            self._bring_back(service, player, newest)

    def ready(self, service: str, player: str, credential: Secret) -> None:
        """Send what waited for a player, with the token of now, unless there is something to be claimed before it."""
        self._credentials[service, player.casefold()] = credential
        self._unconfirmed.pop(service, None)
        if self._claimable(service):
            self._unconfirmed[service] = player.casefold()
        else:
            self._bring_back(service, player, credential)

    def confirmed(self, service: str, player: str, credential: Secret) -> None:
        """Make a player's what was made with nobody signed in, and send it, and what waited behind it."""
        self._unconfirmed.pop(service, None)
        claimed = [call for call in self._waiting.pop((service, NOBODY_YET), ()) if not call.settled]
        for call in claimed:
            before, call.operation = call.operation, msgspec.structs.replace(call.operation, player=player)
            if not call.replaced:
                self._keeping.moved(call, before)
        self._bring_back(service, player, credential, claimed, confirmed=True)

    def gone(self, service: str, player: str) -> None:
        """Send a player's calls that waited to be confirmed: the player signed out, and calls made before go on."""
        if self._unconfirmed.get(service) == player.casefold():
            del self._unconfirmed[service]
            self._bring_back(service, player, self._credentials[service, player.casefold()])

    def _keep(self, call: AnyCall) -> None:
        call.absent = True
        self._waiting.setdefault(whose(call), []).append(call)

    def _claimable(self, service: str) -> bool:
        outbox = self._dispatcher.outbox
        of_this_run = any(not call.gone for call in self._waiting.get((service, NOBODY_YET), ()))
        return of_this_run or (outbox is not None and service in outbox.tally.for_anyone)

    def _bring_back(
        self, service: str, player: str, credential: Secret, claimed: Iterable[AnyCall] = (), confirmed: bool = False
    ) -> None:
        """Queue what waited; it goes once the outbox has noted whose it is, and has loaded what is older."""
        outbox = self._dispatcher.outbox
        back = [call for call in self._waiting.pop((service, player.casefold()), ()) if not call.settled]
        back += claimed
        for call in back:
            call.absent = False
            call.operation = msgspec.structs.replace(call.operation, credential=credential)
            if call.replaced:
                continue  # it may be needed yet, and then with this token
            if call.in_doubt:
                self._dispatcher.service(call).backlog.put_back(call)
                self._dispatcher.aftermath.retry_later(call, None)
            else:
                call.storing += outbox is not None
                self._dispatcher.service(call).backlog.add(call)
        if outbox is not None:
            then = [call for call in back if not (call.in_doubt or call.replaced)]
            outbox.player_ready(service, player, credential, then, claims=confirmed)
