"""Typed values in the data store: what goes in as an int, a bool, bytes or a dict comes out as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from pygame_gameservices.core.call import Pending
from pygame_gameservices.errors import Cancelled, UsageError
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.gamejolt.value_types import ValueKind, from_text, kind_of, to_text

if TYPE_CHECKING:
    from pygame_gameservices.services.gamejolt.client import GameJolt

V = TypeVar("V", str, bytes, int, float, bool)

AT_ONCE = 16 << 10
"""Characters up to which a value is encoded or decoded within the frame."""
_KINDS: dict[type, ValueKind] = {str: "str", bytes: "bytes", int: "int", float: "float", bool: "bool", object: "json"}


class Values:
    """Typed values. Frame thread; every method returns at once, and large values are encoded on a helper thread.

    The text that is kept is what one would write by hand (digits, ``true``, JSON, base64 for bytes), so that other
    clients and ``data_store.update`` get along with it.
    """

    def __init__(self, gj: GameJolt) -> None:
        self._gj = gj

    def set(self, key: str, value: Any, *, mine: bool = False) -> Pending[bool]:
        """Keep `value` under `key`: a str, bytes, int, float, bool, or what JSON can hold.

        Args:
            mine: in the signed-in player's own store, not the game's.

        Raises:
            UsageError: `value` is of another type, or `key` is no text.
        """
        return Chain(f"values.set {key}", self._set(key, value, kind_of(value), mine))

    @overload
    def fetch(self, key: str, kind: type[V], *, mine: bool = False) -> Pending[V | None]: ...

    @overload
    def fetch(self, key: str, kind: type[object] = object, *, mine: bool = False) -> Pending[Any]: ...

    def fetch(self, key: str, kind: type = object, *, mine: bool = False) -> Pending[Any]:
        """Fetch the value of `key` as a `kind`: str, bytes, int, float, bool, or object for JSON.

        Returns:
            Pending work whose value is None when there is no such key. It ends with `ProtocolError` when what is kept
            is of another kind.

        Raises:
            UsageError: there is no such kind.
        """
        if kind not in _KINDS:
            raise UsageError(f"kind is {kind!r}; pass str, bytes, int, float, bool, or object for JSON")
        return Chain(f"values.fetch {key}", self._fetch(key, _KINDS[kind], mine))

    def _set(self, key: str, value: Any, kind: ValueKind, mine: bool) -> Steps[bool]:
        text: str
        whose = self._gj.player
        if kind == "json" or (isinstance(value, (str, bytes)) and len(value) > AT_ONCE):
            text = yield self._gj.manager.background(lambda: to_text(value))
        else:
            text = to_text(value)
        if mine and whose is not None and (self._gj.player is None or self._gj.player.username != whose.username):
            raise Cancelled("the player signed out meanwhile")
        return cast("bool", (yield self._gj.data_store.set(key, text, mine=mine)))

    def _fetch(self, key: str, kind: ValueKind, mine: bool) -> Steps[Any]:
        text: str | None = yield self._gj.data_store.fetch(key, mine=mine)
        if text is None or len(text) <= AT_ONCE:
            return None if text is None else from_text(kind, text)
        return (yield self._gj.manager.background(lambda: from_text(kind, text)))
