"""Typed values in the data store: what goes in as an int, a bool, bytes or a dict comes out as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast, overload

from pygame_gameservices.core.calls.call import Pending, Task
from pygame_gameservices.errors import Cancelled, UsageError
from pygame_gameservices.services.arguments import text
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.gamejolt.caller import Player
from pygame_gameservices.services.gamejolt.data_store import DataStore
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.value_check import check_at_once
from pygame_gameservices.services.gamejolt.value_types import ValueKind, from_text, kind_of, to_text
from pygame_gameservices.services.wrong_calls import says_how_to_call

V = TypeVar("V", str, bytes, int, float, bool)

AT_ONCE = 16 << 10
"""Characters up to which a value is encoded or decoded within the frame."""
_KINDS: dict[type, ValueKind] = {str: "str", bytes: "bytes", int: "int", float: "float", bool: "bool", object: "json"}


@says_how_to_call("set", "fetch")
class Values:
    """Typed values. Frame thread; every method returns at once: JSON and large values are encoded on a helper thread.

    The text that is kept is what one would write by hand (digits, ``true``, JSON, base64 for bytes), so that other
    clients and ``data_store.update`` get along with it. Calls for one key keep their order. What is still being encoded
    when the manager closes is not kept: wait for it, or use ``data_store.set``, which is on disk whatever follows.
    """

    def __init__(self, game: Gateway, data_store: DataStore) -> None:
        self._game = game
        self._data_store = data_store
        self._encoding: dict[tuple[str, bool], Task[Any]] = {}

    def set(self, key: str, value: Any, *, mine: bool = False) -> Pending[bool]:
        """Keep `value` under `key`: a str, bytes, int, float, bool, None, or lists and dicts of these but bytes.

        Tuples come back as lists. Keys must be str, since others would come back as str.

        Args:
            mine: in the signed-in player's own store, not the game's.

        Returns:
            Pending work whose value is True. It ends with `Cancelled` when the player is another one by then, or like
            ``data_store.set``.

        Raises:
            UsageError: `value` is of another type or holds one, such as a set or a NaN, and the text says where (of
                more than 500 values the rest is looked at later, and this ends with it); or `key` is no text.
        """
        kind = kind_of(value)
        if kind != "bytes":
            check_at_once(value, finite=True)
        return Chain(f"values.set {key}", self._set(text("key", key), value, kind, mine))

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
            UsageError: there is no such kind, or `key` is no text.
        """
        if not isinstance(kind, type) or kind not in _KINDS:
            raise UsageError(f"kind is {kind!r}; pass str, bytes, int, float, bool, or object for JSON")
        return Chain(f"values.fetch {key}", self._fetch(text("key", key), _KINDS[kind], mine))

    def _set(self, key: str, value: Any, kind: ValueKind, mine: bool) -> Steps[bool]:
        whose = self._game.player
        written: str
        if (key, mine) in self._encoding or kind == "json" or (kind in ("str", "bytes") and len(value) > AT_ONCE):
            written = yield self._in_turn(key, mine, lambda: to_text(value))
            self._check_still(whose, mine)
        else:
            written = to_text(value)
        return cast("bool", (yield self._data_store.set(key, written, mine=mine)))

    def _fetch(self, key: str, kind: ValueKind, mine: bool) -> Steps[Any]:
        whose = self._game.player
        if (key, mine) in self._encoding:
            yield self._in_turn(key, mine, lambda: None)
            self._check_still(whose, mine)
        kept: str | None = yield self._data_store.fetch(key, mine=mine)
        if kept is None or len(kept) <= AT_ONCE:
            return None if kept is None else from_text(kind, kept)
        return (yield self._game.manager.background(lambda: from_text(kind, kept)))

    def _in_turn(self, key: str, mine: bool, work: Callable[[], Any]) -> Task[Any]:
        """Run `work` on the helper thread, which does one thing after another: so a key's calls keep their order."""

        def done(task: Task[Any]) -> None:
            if self._encoding.get((key, mine)) is task:
                del self._encoding[key, mine]

        self._encoding[key, mine] = self._game.manager.background(work)
        return self._encoding[key, mine].then(done)

    def _check_still(self, whose: Player | None, mine: bool) -> None:
        if mine and whose is not None and (self._game.player is None or self._game.player.username != whose.username):
            raise Cancelled("the player signed out meanwhile")
