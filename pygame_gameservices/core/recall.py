"""Whose the calls on disk are, what earlier runs wrote down on its way back into memory, and what may leave it."""

from __future__ import annotations

from typing import Any

import msgspec

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.credentials import Secret
from pygame_gameservices.core.outbox_file import IN_FLIGHT, Entry, OutboxFile, fingerprint

AnyCall = Call[Any]
EQUAL_WITHIN_S = 5.0
"""How far apart the clocks of two attempts may be taken to be when equal operations are told apart."""

SHORT = 256
"""How long a text of a needless call may be to stay in memory, as keys do."""


class Earlier:
    """What of one player's old entries has been loaded. The outbox's thread only.

    Attributes:
        name: the player, as spelled at the last sign-in.
        credential: the player's token of now, or None.
        last_id: the entry up to which all are loaded.
        loaded: how many are in memory.
        exhausted: whether there are no more.
        missed: whether there may be more, which the disk would not give away.
    """

    def __init__(self) -> None:
        self.name = ""
        self.credential: Secret | None = None
        self.last_id = 0
        self.loaded = 0
        self.exhausted = False
        self.missed = False

    def begin_anew(self) -> None:
        """Go through all entries once more: there may be others among those that are loaded."""
        self.last_id, self.exhausted, self.missed = 0, False, False


def whose(call: AnyCall) -> tuple[str, str]:
    """The service and the player of `call`: a name is the same player in any case. Any thread."""
    return call.operation.service, call.operation.player.casefold()


def let_go_of_value(call: AnyCall) -> None:
    """Forget the long texts of a call that a later one made needless: it ends with that one, maybe days from now."""
    short = {name: text if len(text) <= SHORT else "" for name, text in call.operation.arguments.items()}
    call.operation = msgspec.structs.replace(call.operation, arguments=short)


def recalled(entry: Entry, credential: Secret | None, file: OutboxFile, owner: str) -> AnyCall:
    """Make a call of an entry that an earlier run wrote down. The outbox's thread only.

    Args:
        owner: the name of this process in `file`.
    """
    operation = msgspec.structs.replace(entry.operation, credential=credential if entry.operation.player else None)
    call: AnyCall = Call(operation, lambda call: None)
    call.entry, call.loaded, call.durable = entry.id, True, True
    call.attempted_at = entry.attempted_at
    call.in_doubt = entry.state == IN_FLIGHT
    if call.in_doubt and entry.attempted_at is not None:
        since = entry.attempted_at - EQUAL_WITHIN_S
        call.equal_delivered = file.count_delivered(owner, fingerprint(operation), since)
    return call
