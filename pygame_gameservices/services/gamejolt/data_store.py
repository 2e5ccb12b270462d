"""Keys and values in the cloud, of the game or of the player (API page ``data-store/``)."""

from __future__ import annotations

from typing import Any, Literal

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.operation import Kind
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.base import integer, text
from pygame_gameservices.services.gamejolt.caller import Caller

UpdateOperation = Literal["add", "subtract", "multiply", "divide", "append", "prepend"]

OPERATIONS = ("add", "subtract", "multiply", "divide", "append", "prepend")
LARGEST_VALUE = 16 << 20
"""Bytes that one key can hold."""
SLOWEST_BYTES_PER_S = 64 << 10
"""How slow a connection may be before a large value times out."""


class DataStore:
    """The data store. Frame thread; every method returns at once.

    Every method takes ``mine``: False for the game's own store, which all players share, True for the store of the
    player who is signed in. With nobody signed in durable changes of the latter wait for whoever signs in first, and
    every other call on it ends with `NotSignedIn`.
    """

    def __init__(self, gateway: Caller) -> None:
        self._gateway = gateway

    def fetch(self, key: str, *, mine: bool = False) -> Call[str | None]:
        """Fetch the value of `key`; None when there is none (API page ``data-store/``)."""
        return self._call("data_store.fetch", Kind.SAFE, key, {}, mine, size=LARGEST_VALUE)

    def set(self, key: str, data: str, *, mine: bool = False, durable: bool = True) -> Call[bool]:
        """Set the value of `key`, at most 16 MB of UTF-8 (API page ``data-store/set/``).

        Setting it again before it was sent sends the newest value alone.

        Args:
            durable: keep it on disk until it is delivered, over restarts and days without a network.

        Raises:
            UsageError: `data` is no string, or too large.
        """
        size = len(text("data", data, empty=True).encode())
        if size > LARGEST_VALUE:
            raise UsageError(f"data has {size:,} bytes; one key holds {LARGEST_VALUE:,} at most")
        return self._call("data_store.set", Kind.IDEMPOTENT, key, {"data": data}, mine, size=size, durable=durable)

    def update(
        self, key: str, operation: UpdateOperation, value: str | int, *, mine: bool = False, durable: bool = True
    ) -> Call[str]:
        """Change the value of `key` on the server (API page ``data-store/update/``).

        Args:
            operation: ``"add"``, ``"subtract"``, ``"multiply"`` or ``"divide"`` for numbers, ``"append"`` or
                ``"prepend"`` for text.
            value: what to change it by.
            durable: keep it on disk until it is delivered. What was cut off in the middle cannot be looked up, so it
                ends as unknown rather than being applied twice.

        Returns:
            A call whose value is the new value.

        Raises:
            UsageError: there is no such operation, or `value` is neither.
        """
        if operation not in OPERATIONS:
            raise UsageError(f"operation is {operation!r}; pass one of {', '.join(OPERATIONS)}")
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise UsageError(f"value is {type(value).__name__} {value!r}; pass a string or a whole number")
        digits_or_text = integer("value", value) if isinstance(value, int) else text("value", value, empty=True)
        arguments = {"operation": operation, "value": digits_or_text}
        return self._call("data_store.update", Kind.ADDITIVE, key, arguments, mine, size=LARGEST_VALUE, durable=durable)

    def remove(self, key: str, *, mine: bool = False, durable: bool = True) -> Call[bool]:
        """Remove `key`; the value is False when there was none (API page ``data-store/remove/``)."""
        return self._call("data_store.remove", Kind.IDEMPOTENT, key, {}, mine, durable=durable)

    def get_keys(self, pattern: str | None = None, *, mine: bool = False) -> Call[tuple[str, ...]]:
        """Fetch the keys there are, some 100 at most (API page ``data-store/get-keys/``).

        Args:
            pattern: only those that match; ``*`` stands for anything.
        """
        arguments = {} if pattern is None else {"pattern": text("pattern", pattern)}
        if mine:
            return self._gateway.call_as_player("data_store.get_keys", Kind.SAFE, arguments)
        return self._gateway.call("data_store.get_keys", Kind.SAFE, arguments)

    def _call(
        self,
        name: str,
        kind: Kind,
        key: str,
        arguments: dict[str, str],
        mine: bool,
        *,
        size: int = 0,
        durable: bool = False,
    ) -> Call[Any]:
        whose = "player" if mine else "game"
        patience = 10.0 + size / SLOWEST_BYTES_PER_S
        how: dict[str, Any] = {
            "durable": durable,
            "latest_wins": kind is Kind.IDEMPOTENT,
            "lane": f"{self._gateway.name}/data-store/{whose}/{text('key', key)}",
            "timeout_s": patience,
            "deadline_s": 30.0 + patience,
            "max_bytes": 6 * LARGEST_VALUE + (1 << 20) if size else 1 << 20,  # JSON may write a character as \\uXXXX
        }
        arguments = {"key": key, **arguments}
        if mine:
            return self._gateway.call_as_player(name, kind, arguments, **how)
        return self._gateway.call(name, kind, arguments, **how)
