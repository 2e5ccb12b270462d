"""Calls of Game Jolt's API, read strictly from a request: what is not known here is not passed on.

What is checked is what is sent: a request is taken apart into parameters, each once, and put together anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import parse_qsl

import msgspec

from pygame_gameservices.core.storage.credentials import Secret

WRITE_ID = "write_id"
"""The parameter in which a client names a write, so that it can send it again."""
MOST_IN_BATCH = 50
BATCH = "batch"
ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_WHOLE = re.compile(r"-?[0-9]{1,19}")

_OWNER = ("username", "user_token")
_GUARD = ("restriction_username", "restriction_user_token")
_ITEM = ("key", *_OWNER, *_GUARD)
PARAMETERS: dict[str, tuple[str, ...]] = {
    "users": ("username", "user_id"),
    "users/auth": _OWNER,
    "sessions/open": _OWNER,
    "sessions/ping": (*_OWNER, "status"),
    "sessions/check": _OWNER,
    "sessions/close": _OWNER,
    "scores": (*_OWNER, "guest", "limit", "table_id", "better_than", "worse_than"),
    "scores/add": (*_OWNER, "guest", "score", "sort", "extra_data", "table_id"),
    "scores/get-rank": ("sort", "table_id"),
    "scores/tables": (),
    "trophies": (*_OWNER, "achieved", "trophy_id"),
    "trophies/add-achieved": (*_OWNER, "trophy_id"),
    "trophies/remove-achieved": (*_OWNER, "trophy_id"),
    "data-store": _ITEM,
    "data-store/set": (*_ITEM, "data"),
    "data-store/update": (*_ITEM, "operation", "value"),
    "data-store/remove": _ITEM,
    "data-store/get-keys": ("pattern", *_OWNER),
    "friends": _OWNER,
    "time": (),
}
"""What each call may say, beside the game's id, the format and the id of a write."""
WRITES = frozenset(
    {
        "scores/add",
        "trophies/add-achieved",
        "trophies/remove-achieved",
        "data-store/set",
        "data-store/update",
        "data-store/remove",
    }
)
"""Calls that change what lasts. Sessions are no writes in this sense: they are as good as new when sent again."""
ADDITIVE = frozenset({"scores/add", "data-store/update"})
"""Writes that count twice when they are sent twice."""
NEEDED: dict[str, tuple[str, ...]] = {
    "scores/add": ("score", "sort"),
    "trophies/add-achieved": ("trophy_id", "username"),
    "trophies/remove-achieved": ("trophy_id", "username"),
    "data-store/set": ("key", "data"),
    "data-store/update": ("key", "operation", "value"),
    "data-store/remove": ("key",),
}
"""What a write must say, for rules go by it."""
_WHOLE_NUMBERS = {"sort": (-(2**63), 2**63 - 1), "table_id": (1, 2**31 - 1), "trophy_id": (1, 2**31 - 1)}
"""Parameters of writes that are whole numbers, written in one way only, with their bounds: what a service makes of 0 or
of more than it can hold, rules cannot know."""
_NAME = re.compile(r"[\x21-\x7e]{1,100}")
"""A player's name. A database may take other letters for these, so that one player would have many names."""


class Malformed(Exception):
    """A request that cannot be read. The text is fit for the client: it repeats no value."""


class NoSuchCall(Malformed):
    """A path that leads nowhere."""


class GameJoltCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call, ready to be judged.

    Attributes:
        endpoint: path below the API, without outer slashes.
        given: its parameters, the token left out.
        player: whose call it is, as the service writes names without regard to case; empty for the game's.
        token: that player's; hidden in ``repr``.
        write_id: what the client calls this write; empty for reads, and where it gave none.
    """

    endpoint: str
    given: dict[str, str]
    player: str = ""
    token: Secret | None = None
    write_id: str = ""

    @property
    def is_write(self) -> bool:
        """Whether it changes what lasts."""
        return self.endpoint in WRITES

    @property
    def is_additive(self) -> bool:
        """Whether it counts twice when it is sent twice."""
        return self.endpoint in ADDITIVE

    @property
    def guarded(self) -> bool:
        """Whether it is about an item of the game that the player guards."""
        return "restriction_username" in self.given

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters as the service wants them, the token included."""
        token = "" if self.token is None else self.token.reveal()
        name = "restriction_user_token" if self.guarded else "user_token"
        return [*self.given.items(), *([(name, token)] if token else [])]

    @property
    def mark(self) -> str:
        """What equal calls have in common."""
        said = msgspec.json.encode([self.endpoint, self.player, sorted(self.given.items())])
        return hashlib.sha256(said).hexdigest()

    @property
    def line(self) -> str | None:
        """Writes with the same one go to the service one at a time; None where that makes no difference."""
        if self.endpoint == "scores/add":
            return self.mark
        if self.endpoint.startswith("data-store/"):
            owner = "" if self.guarded else self.player
            key = hashlib.sha256(self.given.get("key", "").encode()).hexdigest()
            return f"item {owner} {key}"
        return None

    @property
    def scope(self) -> str:
        """What it is counted under: a score table, else its endpoint."""
        return f"scores/{self.given.get('table_id', '')}" if self.endpoint == "scores/add" else self.endpoint

    @property
    def size(self) -> int:
        """Characters of its parameters."""
        return sum(map(len, self.given.values()))


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one request asks for.

    Attributes:
        calls: one, or those of a batch, in order.
        batch: whether it is a batch.
        break_on_error: whether the batch ends at the first no.
    """

    calls: tuple[GameJoltCall, ...]
    batch: bool = False
    break_on_error: bool = False


def read(endpoint: str, query: str, body: str, game_id: int) -> Told:
    """Read a request.

    Args:
        endpoint: the path below the API, without outer slashes.
        query: the query, encoded.
        body: the form that was posted, encoded; empty for none.

    Raises:
        Malformed: it cannot be read, or is for another game.
    """
    pairs = _pairs(query) + _pairs(body)
    if endpoint != BATCH:
        return Told(calls=(_call(endpoint, pairs, game_id),))
    requests = [value for name, value in pairs if name == "requests[]"]
    own = _each_once([pair for pair in pairs if pair[0] != "requests[]"])
    _check_envelope(own, game_id)
    flags = {name: own.pop(name, "").lower() in ("true", "1") for name in ("parallel", "break_on_error")}
    if own:
        raise Malformed("the batch has parameters that no batch has")
    if all(flags.values()):
        raise Malformed("'parallel' and 'break_on_error' are mutually exclusive")
    if not 1 <= len(requests) <= MOST_IN_BATCH:
        raise Malformed(f"a batch holds from 1 to {MOST_IN_BATCH} requests")
    calls = tuple(_within_batch(request, game_id) for request in requests)
    return Told(calls=calls, batch=True, break_on_error=flags["break_on_error"])


def _within_batch(request: str, game_id: int) -> GameJoltCall:
    path, _, query = request.strip().partition("?")
    endpoint = path.removeprefix("/").removesuffix("/")
    if endpoint == BATCH:
        raise Malformed("a batch cannot hold another batch")
    return _call(endpoint, _pairs(query), game_id)


def _call(endpoint: str, pairs: Sequence[tuple[str, str]], game_id: int) -> GameJoltCall:
    known = PARAMETERS.get(endpoint)
    if known is None:
        raise NoSuchCall("there is no such call")
    given = _each_once(pairs)
    _check_envelope(given, game_id)
    write_id = given.pop(WRITE_ID, "")
    if not given.keys() <= set(known):
        raise Malformed(f"{endpoint} has a parameter that it does not know")
    if endpoint not in WRITES:
        write_id = ""
    elif write_id and not ID.fullmatch(write_id):
        raise Malformed(f"{WRITE_ID} is no such id")
    if endpoint in WRITES:
        missing = [name for name in NEEDED[endpoint] if name not in given]
        if missing:
            raise Malformed(f"{endpoint} needs {missing[0]}")
        for name, bounds in _WHOLE_NUMBERS.items():
            if name in given:
                given[name] = _whole(name, given[name], *bounds)
    token = given.pop("user_token", "")
    guard_token = given.pop("restriction_user_token", "")
    if token and guard_token:
        raise Malformed("a call has one player, who owns the item or guards it")
    player = given.get("restriction_username") or (given.get("username", "") if endpoint != "users" else "")
    if bool(player) != bool(token or guard_token):
        raise Malformed("a player's name and token go together")
    if player and not _NAME.fullmatch(player):
        raise Malformed("that is no player's name")
    return GameJoltCall(
        endpoint=endpoint,
        given=given,
        player=player.casefold(),
        token=Secret(token or guard_token) if player else None,
        write_id=write_id,
    )


def _pairs(encoded: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise Malformed("the parameters cannot be read; write them as UTF-8, escaped") from None


def _each_once(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Two of one name would let us check one, and the service read the other."""
    given = dict(pairs)
    if len(given) != len(pairs):
        raise Malformed("a parameter is there twice")
    return given


def _check_envelope(given: dict[str, str], game_id: int) -> None:
    given.pop("signature", None)
    if given.pop("game_id", "") != str(game_id):
        raise Malformed("the request is for another game")
    if given.pop("format", "json") != "json":
        raise Malformed("a relay answers in JSON")


def _whole(name: str, text: str, least: int, most: int) -> str:
    if not _WHOLE.fullmatch(text):
        raise Malformed(f"{name} is no whole number")
    if not least <= int(text) <= most:
        raise Malformed(f"{name} is too large or too small")
    return str(int(text))
