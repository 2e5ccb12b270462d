"""From `WireResponse` to the value of an operation, or the error that the service gave."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from pygame_gameservices.core.calls.endpoint import Answer
from pygame_gameservices.core.turns.breath import Breath
from pygame_gameservices.errors import CallError, OutcomeUnknown, ProtocolError
from pygame_gameservices.services.gamejolt.errors import (
    ItemNotFound,
    SessionNotOpen,
    TrophyAlreadyAchieved,
    TrophyNotAchieved,
    error_for,
)
from pygame_gameservices.services.gamejolt.models import Score, ScoreTable, ServerTime, Trophy, User
from pygame_gameservices.services.gamejolt.wire import (
    WireResponse,
    WireScore,
    WireTable,
    WireTrophy,
    WireUser,
    flag,
    number,
    said,
)

logger = logging.getLogger("pygame_gameservices")

V = TypeVar("V")
W = TypeVar("W")

UNKNOWN_TO_RELAY = "relay: it may or may not have been applied, and nobody can tell"
"""What a relay says of a write whose answer was lost behind it, and that cannot be looked up."""
ROWS_AT_ONCE = 50
"""Rows that are turned into values without letting the frame thread in."""


def answer(operation_name: str, wire: WireResponse) -> Answer:
    """Decode what one operation got. Worker thread."""
    try:
        if flag(wire.success):
            if operation_name in _PERHAPS_NO_NEWS:
                answer_of_no = _answer_of_no(operation_name, error_for(said(wire.message)))
                if answer_of_no is not None:
                    return answer_of_no
            return Answer(_DECODERS[operation_name](wire))
        if not said(wire.success):
            raise ProtocolError("an answer that says yes or no", said(wire.message))
        return _refusal(operation_name, said(wire.message), said(wire.rule))
    except CallError as error:
        return Answer(None, error)


def unforgiving_answer(operation_name: str, wire: WireResponse) -> Answer:
    """The same where every no counts as an error: in a batch that stops at the first. Worker thread."""
    got = answer(operation_name, wire)
    if got.error is not None or flag(wire.success):
        return got
    if operation_name == "sessions.check" and not said(wire.message):
        return Answer(None, SessionNotOpen("the player has no open session"))
    return Answer(None, error_for(said(wire.message), said(wire.rule)))


def _refusal(operation_name: str, message: str, rule: str) -> Answer:
    """A "no" that is an answer becomes a value; any other is an error."""
    if operation_name == "sessions.check" and not message:
        return Answer(False)
    if message == UNKNOWN_TO_RELAY:
        return Answer(None, OutcomeUnknown(message))
    error = error_for(message, rule)
    return _answer_of_no(operation_name, error) or Answer(None, error)


def _answer_of_no(operation_name: str, error: CallError) -> Answer | None:
    for name, kind, value in _ANSWERS_OF_NO:
        if operation_name == name and isinstance(error, kind):
            return Answer(value)
    return None


_ANSWERS_OF_NO: tuple[tuple[str, type[CallError], Any], ...] = (
    ("trophies.add_achieved", TrophyAlreadyAchieved, False),
    ("trophies.remove_achieved", TrophyNotAchieved, False),
    ("sessions.check", SessionNotOpen, False),
    ("data_store.fetch", ItemNotFound, None),
    ("data_store.remove", ItemNotFound, False),
)
_PERHAPS_NO_NEWS = frozenset({"trophies.add_achieved", "trophies.remove_achieved"})
"""Calls that version 1 of the API says yes to even where they change nothing; only the message tells."""


def _users(wire: WireResponse) -> tuple[User, ...]:
    return _each(wire.users, "users", _user)


def _user(wire: WireUser) -> User:
    return User(
        id=_required(number(wire.id), "a user's id"),
        username=said(wire.username),
        type=said(wire.type) or "User",
        avatar_url=said(wire.avatar_url),
        signed_up=said(wire.signed_up),
        signed_up_timestamp=number(wire.signed_up_timestamp) or 0,
        last_logged_in=said(wire.last_logged_in),
        last_logged_in_timestamp=number(wire.last_logged_in_timestamp) or 0,
        status=said(wire.status) or "Active",
        developer_name=said(wire.developer_name),
        developer_website=said(wire.developer_website),
        developer_description=said(wire.developer_description),
    )


def _scores(wire: WireResponse) -> tuple[Score, ...]:
    above = 0
    scores = []
    for row in _rows(wire.scores, "scores"):
        sort = number(row.sort)
        above = (
            above if sort is None else sort
        )  # rows come in order, so one without a number stands where its neighbour does
        scores.append(_score(row, above))
    return tuple(scores)


def _score(wire: WireScore, sort: int) -> Score:
    return Score(
        score=said(wire.score),
        sort=sort,
        extra_data=said(wire.extra_data),
        user=said(wire.user),
        user_id=number(wire.user_id) or None,
        guest=said(wire.guest),
        stored=said(wire.stored),
        stored_timestamp=number(wire.stored_timestamp) or 0,
    )


def _tables(wire: WireResponse) -> tuple[ScoreTable, ...]:
    return _each(wire.tables, "tables", _table)


def _table(wire: WireTable) -> ScoreTable:
    return ScoreTable(
        id=_required(number(wire.id), "a table's id"),
        name=said(wire.name),
        description=said(wire.description),
        primary=flag(wire.primary),
    )


def _trophies(wire: WireResponse) -> tuple[Trophy, ...]:
    return _each(wire.trophies, "trophies", _trophy)


def _trophy(wire: WireTrophy) -> Trophy:
    when = said(wire.achieved)
    achieved = when.strip().lower() not in ("false", "0", "no", "")
    return Trophy(
        id=_required(number(wire.id), "a trophy's id"),
        title=said(wire.title),
        description=said(wire.description),
        difficulty=said(wire.difficulty) or "Bronze",
        image_url=said(wire.image_url),
        achieved=achieved,
        achieved_when=when if achieved and when.lower() not in ("true", "1", "yes") else "",
    )


def _friends(wire: WireResponse) -> tuple[int, ...]:
    return _each(wire.friends, "friends", lambda friend: _required(number(friend.friend_id), "a friend's id"))


def _keys(wire: WireResponse) -> tuple[str, ...]:
    return tuple(said(key.key) for key in _rows(wire.keys, "keys"))


def _time(wire: WireResponse) -> ServerTime:
    return ServerTime(
        timestamp=_required(number(wire.timestamp), "a timestamp"),
        timezone=said(wire.timezone),
        year=number(wire.year) or 0,
        month=number(wire.month) or 0,
        day=number(wire.day) or 0,
        hour=number(wire.hour) or 0,
        minute=number(wire.minute) or 0,
        second=number(wire.second) or 0,
    )


def _each(rows: list[W] | str | None, name: str, value_of: Callable[[W], V]) -> tuple[V, ...]:
    """The value of each row. One without what it cannot do without is left out and said: it spoils no list."""
    values: list[V] = []
    odd: ProtocolError | None = None
    count = 0
    for row in _rows(rows, name):
        try:
            values.append(value_of(row))
        except ProtocolError as error:
            odd, count = error, count + 1
    if odd is not None:
        logger.warning("%d of %d %s were left out: %s", count, count + len(values), name, odd.message)
    return tuple(values)


def _rows(rows: list[W] | str | None, name: str) -> Iterable[W]:
    """An empty list comes as an empty string, as null, or not at all."""
    if isinstance(rows, list):
        return rows if len(rows) <= ROWS_AT_ONCE else _with_rests(rows)
    if rows:
        raise ProtocolError(f"a list of {name}", rows)
    return ()


def _with_rests(rows: list[W]) -> Iterator[W]:
    breath = Breath()
    for place, row in enumerate(rows):
        if place % ROWS_AT_ONCE == 0:
            breath.take()
        yield row


def _required(value: int | None, what: str) -> int:
    if value is None:
        raise ProtocolError(f"{what} to be a number")
    return value


def _yes(wire: WireResponse) -> bool:
    return True


_DECODERS: dict[str, Callable[[WireResponse], Any]] = {
    "users.fetch": _users,
    "users.auth": _yes,
    "sessions.open": _yes,
    "sessions.ping": _yes,
    "sessions.check": _yes,
    "sessions.close": _yes,
    "scores.fetch": _scores,
    "scores.add": _yes,
    "scores.get_rank": lambda wire: _required(number(wire.rank), "a rank"),
    "scores.tables": _tables,
    "trophies.fetch": _trophies,
    "trophies.add_achieved": _yes,
    "trophies.remove_achieved": _yes,
    "data_store.fetch": lambda wire: said(wire.data),
    "data_store.set": _yes,
    "data_store.update": lambda wire: said(wire.data),
    "data_store.remove": _yes,
    "data_store.get_keys": _keys,
    "friends.fetch": _friends,
    "time.fetch": _time,
}
