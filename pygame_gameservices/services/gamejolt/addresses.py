"""From the address of a call, signed or not, back to the call: for batches of addresses (API page ``batch/``)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from pygame_gameservices.core.calls.operation import Kind, Operation, new_id
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.gamejolt.data_store import LARGEST_VALUE, RESTRICTION
from pygame_gameservices.services.gamejolt.gateway import PATHS, Gateway

_NAMES = {path: name for name, path in PATHS.items()}
_ADDITIVE = ("scores.add", "data_store.update")
_READS = ("fetch", "auth", "check", "get_rank", "tables", "get_keys")
_ENVELOPE = ("game_id", "format", "signature")
"""Parameters that the request has which carries the call."""
_HOW = "pass what gj.signed_url(...) returned, or a path of the API such as '/trophies/?game_id=1'"


def operation_at(gateway: Gateway, address: Secret) -> Operation:
    """The call that `address` makes: a whole address of this game, or its path and query alone. Frame thread.

    Its signature does not matter: a batch signs each of its calls anew, as the API wants it there.

    Raises:
        UsageError: it is none of this game's. The text shows no parameters, since there may be tokens among them.
    """
    found = _read(gateway, address.reveal().strip())
    if isinstance(found, str):
        raise UsageError(f"{found}; {_HOW}", fields=("calls",))
    return found


def _read(gateway: Gateway, bare: str) -> Operation | str:
    """The call at an address, or what is wrong with it: no error is raised here, where the token is a local value."""
    shown = bare.partition("?")[0][:100]
    if "://" in bare:
        if not bare.startswith(f"{gateway.base_url}/"):
            return f"the address {shown!r} is not below {gateway.base_url}"
        bare = bare.removeprefix(gateway.base_url)
    try:
        parts = urlsplit(bare)
        given = dict(parse_qsl(parts.query, keep_blank_values=True, errors="strict"))
    except ValueError:  # an IPv6 host that does not close; bytes that are no UTF-8
        return f"the address {shown!r} cannot be read"
    name = _NAMES.get(f"/{parts.path.strip('/')}/")
    if name is None:
        return f"there is no call at {shown!r}"
    if given.get("game_id", str(gateway.game_id)) != str(gateway.game_id):
        return f"the address {shown!r} is one of another game"
    player, token = given.pop("username", ""), given.pop("user_token", "")
    guard, guard_token = given.pop("restriction_username", ""), given.pop("restriction_user_token", "")
    arguments = {key: value for key, value in given.items() if key not in _ENVELOPE}
    if guard and not player:
        player, token, arguments = guard, guard_token, {**arguments, RESTRICTION: "player"}
    elif player and not token:  # an account that is asked for, not one that asks
        player, arguments = "", {"username": player, **arguments}
    return Operation(
        service=gateway.name,
        name=name,
        kind=_kind(name),
        id="" if _kind(name) is Kind.SAFE else new_id(),
        arguments=arguments,
        player=player,
        credential=Secret(token) if token else None,
        max_bytes=6 * LARGEST_VALUE if name.startswith("data_store.") else 4 << 20,
    )


def _kind(name: str) -> Kind:
    if name in _ADDITIVE:
        return Kind.ADDITIVE
    return Kind.SAFE if name.partition(".")[2] in _READS else Kind.IDEMPOTENT
