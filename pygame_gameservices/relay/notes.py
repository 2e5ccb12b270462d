"""Each write once: what is being done about it, and what came of it, noted under the id that its client gave it.

A note is *claimed* by whoever looks into a write, *sent* from just before it goes to the service, and *done* with the
answer. A claim lasts until a moment; what was sent and is claimed by nobody any more is in doubt, and is looked up
before it is sent again. What the service refused is not noted: it was not applied, and may be sent again.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    select,
    text,
    update,
)

from pygame_gameservices.relay import partitions
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.tables import notes

CLAIMED, SENT, DONE = "claimed", "sent", "done"
CLAIM_S = 30.0
"""Seconds for which a write belongs to whoever claimed it: longer than a service is waited for."""
DAY_S = 86_400.0
FORGOTTEN_AT_ONCE = 2_000
"""Notes that are forgotten in one transaction, since others wait meanwhile."""


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """A write as the notes see it.

    Attributes:
        game: the service and its game, such as ``"gamejolt/1"``.
        player: whose it is; empty for a guest's.
        id: what its client calls it.
        who: who is counted: the player, or the guest of a ticket.
        endpoint: which call it is.
        scope: what it is counted under.
        mark: what equal writes have in common.
        line: writes with the same one go one at a time; None for no order.
        call: what is needed to look it up, without a token; None where it is just sent again.
    """

    game: str
    player: str
    id: str
    who: str
    endpoint: str
    scope: str
    mark: str
    line: str | None = None
    call: bytes | None = None


class Answered(msgspec.Struct, frozen=True):
    """It was applied before, with this answer."""

    answer: bytes


class Busy(msgspec.Struct, frozen=True):
    """Somebody is about it, or about one that must not go beside it."""


class Clash(msgspec.Struct, frozen=True):
    """Another write has this id."""


class Doubt(msgspec.Struct, frozen=True):
    """It was sent, and nobody heard the answer.

    Attributes:
        sent: Unix seconds of when it was sent.
        baseline: what was there before, where that was noted.
    """

    sent: float
    baseline: str | None


class Fresh(msgspec.Struct, frozen=True):
    """It was not sent yet, or surely not applied."""


class Begun(msgspec.Struct, frozen=True):
    """It was never heard of, and is noted to be sent.

    Attributes:
        has_equal: whether an equal one was applied of late.
    """

    has_equal: bool


Claim = Answered | Busy | Clash | Doubt | Fresh
NEVER = math.inf
"""A moment since which nothing was done."""
_BEGIN = (
    *("own", "its_line", "game", "player", "id", "who", "endpoint", "scope", "mark", "line", "call"),
    *("holder", "now", "until", "day", "since"),
)
"""What the function of the database's is told, in order; see `migrations`."""


class Notes:
    """The notes of one database. Every method but `forget` runs within a transaction of the caller's. Any thread.

    In SQLite whoever has a transaction is alone. In PostgreSQL whoever looks into a write has a lock on it, and on its
    line, until the transaction ends: one that was noted yesterday is in another partition, where no unique index sees
    it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        game, player, key = map(_value, ("game", "player", "id"))
        itself = and_(notes.c.game == game, notes.c.player == player, notes.c.id == key)
        first_day = bindparam("first_day", type_=Integer)
        equal = (notes.c.game == game, notes.c.mark == _value("mark"), notes.c.done >= _value("since"))
        others = (notes.c.day >= first_day, notes.c.id != key)
        done = {"state": DONE, "answer": _value("answer"), "done": _value("now"), "call": null(), "baseline": null()}
        done["day"] = case((notes.c.day < first_day, first_day), else_=notes.c.day)
        prepared = database.prepared
        self._any_equal = prepared(select(notes.c.id).where(*equal, *others).limit(1))
        self._finish = prepared(update(notes).where(itself).values(**done))
        if database.is_sqlite:
            line = and_(notes.c.game == game, notes.c.line == _value("line"), notes.c.state == text(f"'{SENT}'"))
            names = (*Write.__struct_fields__, "holder", "until", "made", "sent", "day", "state")
            values = [cast(_value(name), notes.c[name].type) for name in names]
            unheard_of = select(*values).where(~exists().where(itself), ~exists().where(line))
            self._add_sent = prepared(insert(notes).from_select(names, unheard_of))
        else:
            locks = (f"pg_try_advisory_xact_lock(hashtextextended(:{name}, 0))" for name in ("own", "its_line"))
            self._try_locks = prepared(text(f"SELECT {' AND '.join(locks)}"))
            self._begin = prepared(text(f"SELECT begin_note({', '.join(f':{name}' for name in _BEGIN)})"))

    def begin(
        self, sql: Connection, write: Write, holder: str, now: float, *, equal_since: float = NEVER
    ) -> Begun | None:
        """Note that a write is about to be sent, if it was never heard of and nothing is in its way; else return None.

        It is what `claim`, `in_the_way`, `mark_sent` and `has_equal` come to in the usual case.
        """
        fields = msgspec.structs.asdict(write)
        times = {"until": now + CLAIM_S, "day": int(now // DAY_S)}
        if not self._database.is_sqlite:
            told = {**fields, **_locks_of(write), **times, "holder": holder, "now": now, "since": equal_since}
            has_equal = self._begin.run(sql, **told).fetchone()[0]
            return None if has_equal is None else Begun(has_equal)
        added = self._add_sent.run(sql, **fields, **times, made=now, sent=now, holder=holder, state=SENT)
        return Begun(self.has_equal(sql, write, equal_since)) if added.rowcount else None

    def claim(self, sql: Connection, write: Write, holder: str, now: float) -> Claim:
        """Take a write for `holder`, who may ask again, or say why not."""
        if not self._alone(sql, write):
            return Busy()
        row = sql.execute(select(notes).where(*_key(write)).with_for_update()).first()
        if row is None:
            fields = {**msgspec.structs.asdict(write), "state": CLAIMED, "holder": holder, "until": now + CLAIM_S}
            sql.execute(self._database.insert(notes).values(**fields, made=now, day=int(now // DAY_S)))
            return Fresh()
        if row.mark != write.mark:
            return Clash()
        if row.state == DONE:
            return Answered(row.answer)
        if row.holder != holder and row.until > now:
            return Busy()
        if row.state == SENT and row.until > now:  # ours, and lost just now: the service may be about it still
            return Busy()
        sql.execute(update(notes).where(*_key(write)).values(holder=holder, until=now + CLAIM_S, who=write.who))
        return Doubt(row.sent, row.baseline) if row.state == SENT else Fresh()

    def _alone(self, sql: Connection, write: Write) -> bool:
        """Whether nobody else looks into this write, or another of its line, until the transaction ends."""
        return self._database.is_sqlite or bool(self._try_locks.run(sql, **_locks_of(write)).fetchone()[0])

    def is_decided(self, sql: Connection, write: Write) -> bool:
        """Whether a write was let through before."""
        state = sql.execute(select(notes.c.state).where(*_key(write))).scalar_one_or_none()
        return state in (SENT, DONE)

    def in_the_way(self, sql: Connection, write: Write) -> Row[Any] | None:
        """The note of another write on the same line that was sent, and whose end is not known."""
        if write.line is None:
            return None
        same_line = (notes.c.game == write.game, notes.c.line == write.line, notes.c.state == SENT)
        return sql.execute(select(notes).where(*same_line).limit(1)).one_or_none()

    def mark_sent(self, sql: Connection, write: Write, now: float) -> None:
        """Note that a write is about to be sent."""
        values = {"state": SENT, "sent": now, "baseline": None, "until": now + CLAIM_S}
        sql.execute(update(notes).where(*_key(write)).values(**values))

    def note_baseline(self, sql: Connection, write: Write, baseline: str) -> None:
        """Note what is there before a write is sent."""
        sql.execute(update(notes).where(*_key(write)).values(baseline=baseline))

    def finish(self, sql: Connection, write: Write, answer: bytes, now: float) -> None:
        """Note that a write was applied. It moves to the day before, where it is older, so that `has_equal` sees it."""
        told = {"game": write.game, "player": write.player, "id": write.id, "first_day": _first_day(now)}
        self._finish.run(sql, **told, answer=answer, now=now)

    def take_back(self, sql: Connection, write: Write) -> None:
        """Forget a write that surely was not applied."""
        sql.execute(delete(notes).where(*_key(write)))

    def lose(self, sql: Connection, write: Write, until: float) -> None:
        """Note that the answer to a write was lost; from `until` on it may be looked up, by anybody."""
        sql.execute(update(notes).where(*_key(write)).values(holder="", until=until))

    def let_go(self, sql: Connection, write: Write, holder: str, until: float) -> None:
        """Give up what `holder` claimed: what was not sent is forgotten, what was may be looked up from `until` on."""
        mine = (*_key(write), notes.c.holder == holder)
        sql.execute(delete(notes).where(*mine, notes.c.state == CLAIMED))
        sql.execute(update(notes).where(*mine, notes.c.state == SENT).values(holder="", until=until))

    def has_equal(self, sql: Connection, write: Write, since: float) -> bool:
        """Whether an equal write was applied since a moment."""
        if since == NEVER:
            return False
        told = {"game": write.game, "mark": write.mark, "id": write.id, "since": since, "first_day": _first_day(since)}
        return self._any_equal.run(sql, **told).fetchone() is not None

    def count(self, sql: Connection, write: Write, since: float) -> int:
        """How many others of its scope were let through since a moment."""
        same = (notes.c.game == write.game, notes.c.who == write.who, notes.c.scope == write.scope)
        let_through = (
            notes.c.made >= since,
            notes.c.day >= int(since // DAY_S),
            notes.c.state != CLAIMED,
            notes.c.id != write.id,
        )
        return int(sql.execute(select(func.count()).where(*same, *let_through)).scalar_one())

    def forget(self, before: float) -> None:
        """Forget what was noted before a moment; in PostgreSQL what was noted on days that had ended before it."""
        if not self._database.is_sqlite:
            with self._database.transaction() as sql:
                partitions.drop(sql, int(before // DAY_S))
            return
        rowid: ColumnElement[int] = literal_column("rowid")
        some = select(rowid).select_from(notes).where(notes.c.made < before).limit(FORGOTTEN_AT_ONCE)
        while True:
            with self._database.transaction(lasting=False) as sql:
                if sql.execute(delete(notes).where(rowid.in_(some))).rowcount < FORGOTTEN_AT_ONCE:
                    return


def _locks_of(write: Write) -> dict[str, str]:
    own = f"{write.game} {write.player} {write.id}"
    return {"own": own, "its_line": own if write.line is None else f"{write.game} {write.line}"}


def _first_day(since: float) -> int:
    """The first day of which notes are that were done since a moment: see `Notes.finish`."""
    return int(since // DAY_S) - 1


def _value(name: str) -> BindParameter[Any]:
    return bindparam(name)


def _key(write: Write) -> tuple[Any, ...]:
    return notes.c.game == write.game, notes.c.player == write.player, notes.c.id == write.id
