"""Keys and values in the cloud, of the game or of the player (API page ``data-store/``)."""

from __future__ import annotations

import math
from typing import Any, Literal

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Kind
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import integer, text
from pygame_gameservices.services.gamejolt.caller import Caller
from pygame_gameservices.services.wrong_calls import says_how_to_call

RESTRICTION = "restriction"
"""Stands among the arguments of a call on an item that is the game's and only one player may touch."""

UpdateOperation = Literal["add", "subtract", "multiply", "divide", "append", "prepend"]

OPERATIONS = ("add", "subtract", "multiply", "divide", "append", "prepend")
LARGEST_VALUE = 16 << 20
"""Bytes that one key can hold."""
SLOWEST_BYTES_PER_S = 64 << 10
"""How slow a connection may be before a large value times out."""


@says_how_to_call()
class DataStore:
    """The data store. Frame thread; every method returns at once.

    Every method takes ``mine``: False for the game's own store, which all players share, True for the store of the
    player who is signed in. With nobody signed in durable changes of the latter wait for whoever signs in first, and
    every other call on it ends with `NotSignedIn`.

    ``restricted=True`` is for items of the game's own store that one player guards. What is set first with it belongs
    to the player who is signed in; from then on only calls with ``restricted=True`` of that player may touch it, and
    any other ends with `ItemRestricted`.
    """

    def __init__(self, gateway: Caller) -> None:
        self._gateway = gateway

    def fetch(self, key: str, *, mine: bool = False, restricted: bool = False) -> Call[str | None]:
        """Fetch the value of `key`; None when there is none (API page ``data-store/``)."""
        return self._call("data_store.fetch", Kind.SAFE, key, {}, mine, restricted, size=LARGEST_VALUE)

    def set(
        self, key: str, data: str, *, mine: bool = False, restricted: bool = False, durable: bool = True
    ) -> Call[bool]:
        """Set the value of `key`, at most 16 MB of UTF-8 (API page ``data-store/set/``).

        Setting it again before it was sent sends the newest value alone.

        Args:
            durable: keep it on disk until it is delivered, over restarts and days without a network.

        Raises:
            UsageError: `data` is no string, or too large.
        """
        size = len(text("data", data, empty=True).encode())
        if size > LARGEST_VALUE:
            raise UsageError(f"data has {size:,} bytes; one key holds {LARGEST_VALUE:,} at most", fields=("data",))
        return self._call(
            "data_store.set", Kind.IDEMPOTENT, key, {"data": data}, mine, restricted, size=size, durable=durable
        )

    def update(
        self,
        key: str,
        operation: UpdateOperation,
        value: str | int | float,
        *,
        mine: bool = False,
        restricted: bool = False,
        durable: bool = True,
    ) -> Call[str]:
        """Change the value of `key` on the server (API page ``data-store/update/``).

        Args:
            operation: ``"add"``, ``"subtract"``, ``"multiply"`` or ``"divide"`` for numbers, ``"append"`` or
                ``"prepend"`` for text.
            value: what to change it by: a number such as 1 or 1.5, or a text.
            durable: keep it on disk until it is delivered. What was cut off in the middle cannot be looked up, so it
                ends as unknown rather than being applied twice.

        Returns:
            A call whose value is the new value.

        Raises:
            UsageError: there is no such operation, or `value` is neither a text nor a finite number.
        """
        if operation not in OPERATIONS:
            problem = f"operation is {operation!r}; pass one of {', '.join(OPERATIONS)}"
            raise UsageError(problem, fields=("operation",))
        arguments = {"operation": operation, "value": _number_or_text(value)}
        return self._call(
            "data_store.update",
            Kind.ADDITIVE,
            key,
            arguments,
            mine,
            restricted,
            size=LARGEST_VALUE,
            durable=durable,
        )

    def remove(self, key: str, *, mine: bool = False, restricted: bool = False, durable: bool = True) -> Call[bool]:
        """Remove `key`; the value is False when there was none (API page ``data-store/remove/``)."""
        return self._call("data_store.remove", Kind.IDEMPOTENT, key, {}, mine, restricted, durable=durable)

    def get_keys(self, pattern: str | None = None, *, mine: bool = False) -> Call[tuple[str, ...]]:
        """Fetch the keys there are, some 100 at most (API page ``data-store/get-keys/``).

        Args:
            pattern: only those that match; ``*`` stands for anything.
        """
        arguments = {} if pattern is None else {"pattern": text("pattern", pattern)}
        return self._gateway.call("data_store.get_keys", Kind.SAFE, arguments, mine=mine)

    def _call(
        self,
        name: str,
        kind: Kind,
        key: str,
        arguments: dict[str, str],
        mine: bool,
        restricted: bool,
        *,
        size: int = 0,
        durable: bool = False,
    ) -> Call[Any]:
        if mine and restricted:
            problem = (
                "pass either mine=True or restricted=True, not both: what is the player's own is restricted already"
            )
            raise UsageError(problem, fields=("mine", "restricted"))
        whose = "player" if mine else "game"
        patience = 10.0 + size / SLOWEST_BYTES_PER_S
        arguments = {"key": key, **arguments}
        if restricted:
            arguments[RESTRICTION] = "player"
        return self._gateway.call(
            name,
            kind,
            arguments,
            mine=mine or restricted,
            lane=f"{self._gateway.name}/data-store/{whose}/{text('key', key)}",
            timeout_s=patience,
            deadline_s=30.0 + patience,
            max_bytes=6 * LARGEST_VALUE + (1 << 20) if size else 1 << 20,  # JSON may write a character as \\uXXXX
            durable=durable,
            latest_wins=kind is Kind.IDEMPOTENT,
        )


def _number_or_text(value: object) -> str:
    if isinstance(value, str):
        return text("value", value, empty=True)
    if isinstance(value, int) and not isinstance(value, bool):
        return integer("value", value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    problem = f"value is {type(value).__name__} {value!r}; pass a text or a number such as 5 or 1.5"
    raise UsageError(problem, fields=("value",))
