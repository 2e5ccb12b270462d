"""When two calls are equal, so that what is found of one at a service could be the other's."""

from __future__ import annotations

import msgspec

from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.storage.checksum import sha256

EQUAL_WITHIN_S = 5.0
"""Seconds before an attempt from which an equal operation's delivery could be mistaken for it."""
SLACK_S = 2.0
"""How far apart the service's idea of a moment and ours may be: whole seconds, clocks, and answers on their way."""

_encoder = msgspec.json.Encoder()


def fingerprint(operation: Operation) -> str:
    """What two operations that do the same have in common; a name in another case is the same player's."""
    same = [operation.service, operation.name, operation.player.casefold(), sorted(operation.arguments.items())]
    return sha256(_encoder.encode(same))


def likeness(operation: Operation) -> int:
    """The same for this process alone, and quicker: it keeps no text in memory either."""
    whose = operation.player.casefold()
    return hash((operation.service, operation.name, whose, frozenset(operation.arguments.items())))


def equal(one: Operation, other: Operation) -> bool:
    """Whether two operations of one service do the same."""
    whose = one.player.casefold() == other.player.casefold()
    return one.name == other.name and whose and one.arguments == other.arguments
