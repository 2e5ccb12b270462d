"""What rules refused: kept for the maker, who may read it, and release what was refused wrongly."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.notes import Write
from pygame_gameservices.relay.tables import refusals

DAY_S, MOST_IN_A_DAY = 86_400.0, 100
"""Refusals of one player or guest that are kept of a day; more would only fill the disk."""
MOST = 20_000
"""Refusals that are kept in all: whoever wants to can be a new guest each time."""
LARGEST_CALL = 16 << 10
"""Bytes of a call that is kept to be released; of a larger one only the reason is."""
SHORTEST_ID = 6
"""Characters of an id that are shown at least, from its end: those of one hour begin alike."""


class Refusals:
    """The refusals of one database. Every method runs within a transaction of the caller's. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, sql: Connection, write: Write, call: bytes, reason: str, now: float) -> None:
        """Note that a write was refused, unless its maker was refused far too often of late to be read by anybody."""
        theirs = (refusals.c.game == write.game, refusals.c.who == write.who, refusals.c.at > now - DAY_S)
        if sql.execute(select(func.count()).where(*theirs)).scalar_one() >= MOST_IN_A_DAY:
            return
        if sql.execute(select(func.count()).select_from(refusals)).scalar_one() >= MOST:
            return
        new = self._database.insert(refusals).values(
            game=write.game,
            player=write.player,
            id=write.id,
            who=write.who,
            endpoint=write.endpoint,
            mark=write.mark,
            call=call if len(call) <= LARGEST_CALL else b"",
            reason=reason,
            at=now,
            times=1,
            released=False,
        )
        again = {"times": refusals.c.times + 1, "reason": reason, "at": now}
        key = [refusals.c.game, refusals.c.player, refusals.c.id]
        sql.execute(new.on_conflict_do_update(index_elements=key, set_=again))

    def is_released(self, sql: Connection, write: Write) -> bool:
        """Whether the maker lets this very write pass."""
        query = select(refusals.c.mark).where(*_key(write), refusals.c.released)
        row = sql.execute(query).one_or_none()
        return row is not None and row.mark == write.mark

    def released(self, sql: Connection, game: str, player: str) -> list[Row[Any]]:
        """What is released of a player, or of all guests, and was not applied yet."""
        theirs = (refusals.c.game == game, refusals.c.player == player, refusals.c.released)
        return list(sql.execute(select(refusals).where(*theirs).order_by(refusals.c.at).limit(50)))

    def awaited(self, sql: Connection, game: str) -> set[str]:
        """The players of whom something is released and was not applied yet."""
        theirs = (refusals.c.game == game, refusals.c.released, refusals.c.player != "")
        return set(sql.execute(select(refusals.c.player).where(*theirs).distinct()).scalars())

    def settle(self, sql: Connection, write: Write) -> None:
        """Forget a refusal: the write was applied after all, or the service said no."""
        sql.execute(delete(refusals).where(*_key(write)))

    def all(self, sql: Connection, limit: int) -> list[Row[Any]]:
        """The latest refusals, oldest first."""
        rows = sql.execute(select(refusals).order_by(refusals.c.at.desc()).limit(limit))
        return list(rows)[::-1]

    def ending_with(self, sql: Connection, text: str) -> list[Row[Any]]:
        """The refusals with this id; where there are none, those whose ids end with it."""
        rows = sql.execute(select(refusals).where(refusals.c.id.endswith(text, autoescape=True))).all()
        fitting = [row for row in rows if row.id.endswith(text)]  # some databases do not tell letters' cases apart
        return [row for row in fitting if row.id == text] or fitting

    def short_ids(self, sql: Connection) -> dict[str, str]:
        """How much of the end of each id it takes to tell it from all others."""
        ids = sorted(id[::-1] for id in set(sql.execute(select(refusals.c.id)).scalars()))
        around = zip(["", *ids], ids, [*ids[1:], ""], strict=False)
        alike = {own: max(_alike(own, before), _alike(own, after)) for before, own, after in around}
        return {own[::-1]: own[: max(SHORTEST_ID, length + 1)][::-1] for own, length in alike.items()}

    def release(self, sql: Connection, player: str, id: str) -> bool:
        """Let a write pass that was refused: a player's, or with no name a guest's. Returns whether it is there."""
        this = (refusals.c.player == player, refusals.c.id == id, refusals.c.call != b"")
        return bool(sql.execute(update(refusals).where(*this).values(released=True)).rowcount)

    def forget(self, sql: Connection, before: float) -> int:
        """Forget what was refused before a moment. Returns how many."""
        return sql.execute(delete(refusals).where(refusals.c.at < before)).rowcount


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _key(write: Write) -> tuple[Any, ...]:
    return refusals.c.game == write.game, refusals.c.player == write.player, refusals.c.id == write.id
