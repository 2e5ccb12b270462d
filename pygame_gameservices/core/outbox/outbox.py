"""The outbox: operations that must not be lost are on disk before they are sent, and leave it when they are done.

Whoever runs it gives it its turns, all on one thread. The scheduler posts what it wants written; everything that has
gathered is written in one transaction, and then the scheduler is told. What an earlier run (or a process that died)
left behind is loaded bit by bit, once its service is there and its player is signed in. What was made with nobody
signed in gets its player then.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from pygame_gameservices.core import forking
from pygame_gameservices.core.calls.equal_calls import fingerprint
from pygame_gameservices.core.calls.operation import Kind
from pygame_gameservices.core.events import CallDurable, EventQueue
from pygame_gameservices.core.outbox.loading import Loading, Ours
from pygame_gameservices.core.outbox.opening import open_or_salvage
from pygame_gameservices.core.outbox.progress import ReplayProgress
from pygame_gameservices.core.outbox.salvage import is_damage
from pygame_gameservices.core.outbox.store import (
    LEDGER_S,
    PATIENCE_S,
    UNREADABLE,
    Entry,
    Moved,
    NewerFile,
    OutboxFile,
)
from pygame_gameservices.core.outbox.tally import Tally
from pygame_gameservices.core.outbox.unwritten import Change, Troubles, Unwritten
from pygame_gameservices.core.scheduling import effects as do
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.messages import Counted, DiskChecked, Loaded, Marked, Message, Stored
from pygame_gameservices.core.storage.live_processes import Instance

logger = logging.getLogger("pygame_gameservices")

ADOPT_EVERY_S = 20.0
TRY_AGAIN_S = 1.0
"""How long after the disk refused something it is asked again, and how often it is seen to that the file is there."""
SHORT_PATIENCE_S = 0.1
"""How long another program that has the file is waited for when it is tried again: calls go out meanwhile."""
LAST_TRIES_S = 0.5
"""How long it tries at the end to write down what the disk refused before."""
LAST_PAUSE_S = 0.02
"""Seconds between two of those tries."""


_Message = do.Effect | Callable[[], object]
"""What is asked for: an effect of the scheduler's, or something else to be done within a turn."""


class Image(Protocol):
    """Where a copy of the file is kept where the file itself lasts no longer than the program, as in a page. Nothing
    here blocks."""

    def check(self) -> None:
        """See to it that the file is as it was kept. Before it is opened. Raises OSError where nothing can be kept."""

    def write(self, content: bytes) -> None:
        """Begin to write it for good, in the place of what is there. Raises OSError where that cannot be."""

    def written(self) -> bool:
        """Whether that is done. Raises OSError if it failed; what was there before is there still."""


class Outbox:
    """Writes operations down and brings back those of earlier runs. It does something in `open` and `turn` alone, which
    its runner calls; all other methods only post messages to it, never block, and may be used on any thread.

    Args:
        path: the file.
        events: where trouble and durability are said.
        post: takes what the scheduler is to be told.
        clock: monotonic seconds.
        wall_clock: Unix seconds.

    Attributes:
        path: the file.
        tally: how much there is.
        opened: set once the file is open, or cannot be, so that the counts are true.
        over: set once it has ended.
    """

    def __init__(
        self,
        path: Path,
        events: EventQueue,
        post: Callable[[Message], object],
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self.tally = Tally()
        self.opened = threading.Event()
        self.over = threading.Event()
        self._clock = clock
        self._wall_clock = wall_clock
        self._events = events
        self._post = post
        self._messages: SimpleQueue[_Message | None] = SimpleQueue()
        self._after: list[Callable[[], object]] = []
        self._free: list[Delivery] = []
        self._at_end: list[Callable[[], object]] = []
        self._unwritten = Unwritten()
        self._here: dict[int, Delivery] = {}
        self._not_sent: set[Delivery] = set()
        self._highest = 0
        self._patience_s = PATIENCE_S
        self._look_at = self._adopt_at = self._try_at = float("-inf")
        self._last_tries_s = LAST_TRIES_S
        self._end_by: float | None = None
        self._been_open = False
        self._hurried = False
        self._dead: list[str] = []
        self._checked: DiskChecked | None = None
        self._file: OutboxFile | None = None
        self._instance: Instance | None = None
        self._image: Image | None = None
        self._under_way: Iterator[None] | None = None
        self._loading = Loading(
            self.tally,
            clock,
            accept=self._accept,
            stored=lambda deliveries: post(Stored(deliveries)),
            aside=self._set_aside,
        )
        self._progress = ReplayProgress(events.put, clock)
        self._troubles = Troubles(path, events.put)
        self._carriers: dict[type[do.Effect], Callable[[Any], object]] = {
            do.Store: self._store,
            do.KeepSpare: self._keep_spare,
            do.FollowOlder: self._follow_older,
            do.Mark: self._mark,
            do.NoteSent: self._note_sent,
            do.Unmark: self._unmark,
            do.Remove: lambda effect: self._remove([effect]),
            do.NoteDelivered: lambda effect: self._note_delivered([effect.delivery]),
            do.CountEqual: self._count_equal,
            do.SetAside: self._park,
            do.LoadPlayer: self._load_player,
            do.SettleOnceWritten: lambda effect: self._at_end.append(partial(self._settle_at_end, effect)),
        }

    # by its runner, on the one thread that owns the file

    def keep_in(self, image: Image) -> None:
        """Have the file copied to `image` with each transaction. Before it is opened."""
        self._image = image

    @property
    def writing(self) -> bool:
        """Whether a transaction is on its way into the image, and `turn` sees to it."""
        return self._under_way is not None

    def open(self, patience_s: float | None = None) -> None:
        """Open the file, or say that it cannot be. Once, before the first turn. Blocks for the disk.

        Args:
            patience_s: seconds that another program is waited for that has the file, now and in each turn; by default
                `PATIENCE_S`, which is too long for a frame.
        """
        self._patience_s = PATIENCE_S if patience_s is None else patience_s
        with forking.guards.files:
            self._open(self._patience_s)
        self.tally.opened = True
        self._look_at, self._adopt_at = self._clock() + TRY_AGAIN_S, self._clock() + ADOPT_EVERY_S
        self.opened.set()
        self._tell_of_older()

    def wait_s(self) -> float:
        """Seconds until the next turn; 0 when there is something to do now."""
        if not self._messages.empty():
            return 0.0
        due_at = min(self._adopt_at, self._look_at) if self._end_by is None else self._try_at
        return max(0.0, due_at - self._clock())

    def turn(self, wait_s: float = 0.0) -> None:
        """Do all that was asked for, in one transaction, and what is due. Blocks for the disk, but not for an image:
        there the next turns go on with it.

        Args:
            wait_s: seconds to wait for something to be asked for, if nothing was.
        """
        if self._under_way is None:
            self._under_way = self._turn(self._asked_for(wait_s))
        for _ in self._under_way:
            return
        self._under_way = None

    def _turn(self, messages: list[_Message]) -> Iterator[None]:
        now = self._clock()
        looks, self._hurried = self._hurried or now >= self._look_at, False
        if looks:
            self._look_at = now + TRY_AGAIN_S
        if now >= self._adopt_at:
            self._adopt_at = now + ADOPT_EVERY_S
            messages.append(self._adopt)
        with forking.guards.files:
            if looks:
                yield from self._look()
            if messages or self._unwritten or self._loading.holds_up:
                yield from self._transact(messages)
        self._loading.wait_no_longer()
        self._progress.tell(self.tally.waiting)
        if self._end_by is not None:
            yield from self._try_to_end(self._end_by)

    def _asked_for(self, wait_s: float) -> list[_Message]:
        batch: list[_Message | None] = []
        with contextlib.suppress(Empty):
            batch.append(self._messages.get(timeout=wait_s) if wait_s > 0 else self._messages.get_nowait())
            while not self._messages.empty():
                batch.append(self._messages.get_nowait())
        if None in batch:
            self._end_by = self._clock() + self._last_tries_s
        return [message for message in batch if message is not None]

    def _try_to_end(self, end_by: float) -> Iterator[None]:
        """Write down what the disk refused so far, if it takes it in the last moment, and let go of it."""
        with forking.guards.files:
            yield from self._look()
            if self._unwritten:
                yield from self._transact([])
        if self._unwritten and self._clock() < end_by:
            self._try_at = self._clock() + LAST_PAUSE_S
            return
        for then in self._at_end:
            then()
        with forking.guards.files:
            if self._file is not None:
                self._let_go_of_file()
            if self._instance is not None:
                with contextlib.suppress(OSError):
                    self._instance.close()
        self.over.set()

    # by everybody else

    def carry_out(self, effect: do.Effect) -> None:
        """Have an effect carried out that is about the disk; each says which message answers it."""
        self._messages.put(effect)

    def when_written(self, then: Callable[[], object]) -> None:
        """Run `then`, within a turn, once all that was asked for so far is on disk, or cannot be.

        A file that could not be opened so far is tried once more first.
        """
        self._hurried = True
        self._messages.put(lambda: self._after.append(then))

    def close(self, patience_s: float = LAST_TRIES_S) -> None:
        """Write down what is left and end.

        Args:
            patience_s: seconds for which what the disk refuses is tried again, at most `LAST_TRIES_S`.
        """
        self._last_tries_s = min(patience_s, LAST_TRIES_S)
        self._messages.put(None)

    def forked(self) -> None:
        """Let go without touching the file: in a forked child, where it belongs to the parent."""
        forking.inherited.add(os.path.realpath(self.path))
        forking.keep_open(self._file)
        if self._instance is not None:
            self._instance.forget()
        self._file = self._instance = None

    def _transact(self, batch: Sequence[_Message], *, mends: bool = True) -> Iterator[None]:
        """Carry out messages in one transaction; tell the scheduler when it is on disk. A failure loses no call. Yields
        as long as the image has not taken it.

        Args:
            mends: whether a file that turns out to be hurt or gone is opened anew.
        """
        mended, owed = False, dict(self._unwritten.calls)
        try:
            if self._file is not None:
                self._file.begin()
                if self._instance is not None:
                    if self._dead:  # the disk refused that: what they left is in memory, and what is owed is about it
                        self._file.adopt(self._instance.name, self._dead)
                    self._unwritten.pay(self._file, self._instance.name, self._write)
                    if self._loading.missed:  # before what is newer
                        self._loading.again(Ours(self._file, self._instance.name), all_players=False)
            self._do_all(batch)
            if self._file is not None:
                if self._image is not None and self._file.changed:
                    self._image.write(self._file.content())
                    while not self._image.written():
                        yield
                self._file.commit()
                if self._instance is not None:
                    self._instance.note(self._highest)
                self._unwritten.paid()
                self._troubles.over()
        except Exception as error:
            if not isinstance(error, (sqlite3.Error, OSError)):
                logger.exception("the outbox met an error; it goes on")
            self._unwritten.calls = owed  # as before: who left meanwhile will leave again, with no row of its own
            self._failed(error, batch)
            if mends and (isinstance(error, Moved) or is_damage(error)):
                self._open_again(min(SHORT_PATIENCE_S, self._patience_s))
                mended = self._file is not None
        self._tell_of_older()
        after, self._after = self._after, []
        if mended:
            yield from self._transact([self._load_again], mends=False)  # so that calls are on disk before they are sent
        for tell in after:
            tell()
        if self._free:
            freed, self._free = self._free, []
            self._post(Stored(freed))

    def _do_all(self, batch: Sequence[_Message]) -> None:
        """Do what was asked for, in order; what follows each other and leaves the disk, in one step."""
        for kind, messages in groupby(batch, key=type):
            if kind is do.Remove:
                self._remove(list(messages))  # type: ignore[arg-type]  # all are of this kind
                continue
            carrier = self._carriers.get(kind, _run)
            for message in messages:
                carrier(message)

    def _tell_of_older(self) -> None:
        checked = DiskChecked(self.tally.older_to_come, frozenset(self.tally.for_anyone))
        if checked != self._checked:
            self._checked = checked
            self._post(checked)

    def _failed(self, error: Exception, batch: Sequence[_Message]) -> None:
        """The disk refused: say so, and carry on in memory, so that the calls are at least sent now. What was to become
        of those that are on disk is made up for, or the next run would send them again."""
        if not isinstance(error, Moved) and not is_damage(error):
            self._say_refused(error)
        self._after.clear()
        for delivery in self._unwritten.calls:
            self._forget_entry(delivery)
        file, self._file = self._file, None
        try:
            if file is not None:
                with contextlib.suppress(sqlite3.Error):
                    file.rollback()
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
                    with contextlib.suppress(sqlite3.Error):
                        file.make_room()
            self._do_all(batch)
        finally:
            self._file = file

    def _change(self, change: Change, entry: int = 0, *, waits: bool = False) -> object:
        """Change what is on disk: now, or as soon as the disk takes it. Returns what `change` does, or None.

        Args:
            change: does it.
            entry: the entry that it is about, if it is one.
            waits: whether it concerns what earlier runs left, and so waits for a file that was never open yet.
        """
        if self._instance is None and not waits:
            return None
        if self._file is None or self._instance is None:
            self._unwritten.changes.append((entry, change))
            return None
        return change(self._file, self._instance.name)

    def _open(self, patience_s: float) -> None:
        if os.path.realpath(self.path) in forking.inherited:
            forked = "the process that this one was forked from has it open; start processes with spawn"
            self._say_refused(OSError(forked))
            return
        vanished = self._been_open and not self.path.exists()
        before, known = self.tally.count if self._been_open else None, len(self._here)
        try:
            if self._image is not None:
                self._image.check()
            self._file, salvaged, hurt = open_or_salvage(self.path, self._move_in, patience_s, self._patience_s)
        except (sqlite3.Error, OSError, NewerFile) as error:
            self._say_refused(error)
            return
        finally:
            self.tally.known = self._file is not None
        again = known - len(self._here)
        if salvaged is not None:
            lost = before - salvaged.saved if salvaged.lost is None and before is not None else salvaged.lost
            self._say_salvaged(hurt, salvaged.saved + again, lost, again, salvaged.aside)
        elif vanished or again:
            lost = max(0, (before or 0) - self.tally.count - again)
            how = "was deleted or renamed while the game ran" if vanished else "was replaced while the game ran"
            self._troubles.damaged(f"it {how}; {_saved_and_lost(again, lost)}", again, lost)
        self._say_log_cut(self._file)

    def _say_salvaged(self, hurt: Exception | None, saved: int, lost: int | None, again: int, aside: str) -> None:
        if lost is not None:
            lost = max(0, lost - again)  # what is in memory still is not lost
        kept = f"; the damaged one is kept as {aside}" if aside else ""
        self._troubles.damaged(f"it was damaged ({hurt}); {_saved_and_lost(saved, lost)}{kept}", saved, lost, aside)

    def _say_log_cut(self, file: OutboxFile) -> None:
        """Say it if a process that died had more on disk than is there: SQLite takes a log that was cut for a short
        one."""
        assert self._instance is not None
        missing, self._instance.dead_noted = self._instance.dead_noted - file.highest(), 0
        if missing > 0:
            text = f"what was written last is missing; {_saved_and_lost(self.tally.count, missing)}"
            self._troubles.damaged(text, self.tally.count, missing)

    def _open_again(self, patience_s: float) -> None:
        """Open what is at the file's name now, and have what is known and not in it written again."""
        if self._let_go_of_file():
            for delivery in self._here.values():
                delivery.on_disk = False
        self._open(patience_s)

    def _let_go_of_file(self) -> bool:
        """Returns whether it was not at its name any more."""
        file, self._file = self._file, None
        self.tally.known = False
        if file is None:
            return False
        if file.moved():
            forking.keep_open(file)  # closing it, SQLite would delete the log of the file that has its name now
            return True
        with contextlib.suppress(sqlite3.Error):
            file.close()
        return False

    def _look(self) -> Iterator[None]:
        """See to it that the file and the lock are there, which somebody may have deleted."""
        if self._instance is not None:
            with contextlib.suppress(OSError):
                self._instance.stay()
        if self._file is not None and not self._file.moved():
            return
        self._open_again(min(SHORT_PATIENCE_S, self._patience_s))
        if self._file is not None:
            yield from self._transact([self._load_again])

    def _load_again(self) -> None:
        ours = self._ours()
        if ours is not None:
            self._loading.again(ours, all_players=True)

    def _move_in(self, file: OutboxFile) -> None:
        """Take over what nobody alive owns. In one transaction, in which nobody else can take us for dead."""
        file.begin()
        if self._instance is None:
            self._instance = Instance(self.path.parent / "running")
        self._instance.stay()
        file.adopt(self._instance.name, self._instance.dead())
        file.adopt_orphans(self._instance.name, self._instance.alive())
        file.forget_delivered(self._wall_clock() - LEDGER_S)
        there = file.ids(self._instance.name) if self._here else set()
        file.commit()
        for entry, delivery in sorted(self._here.items()):
            delivery.on_disk = entry in there
            if not delivery.on_disk:
                self._forget_entry(delivery)
                self._unwritten.calls[delivery] = entry
        self._highest, self._been_open = file.highest(), True
        self.tally.look_over(file, self._instance.name)

    def _ours(self) -> Ours | None:
        """The file, unless the disk refuses."""
        return None if self._file is None or self._instance is None else Ours(self._file, self._instance.name)

    def _say_refused(self, error: Exception) -> None:
        self._troubles.tell(f"{error}; operations are sent but not kept on disk", passing=True)

    def _store(self, effect: do.Store) -> None:
        delivery = effect.delivery
        self._forget_entry(delivery)  # should this be the second time, without the disk
        if self._file is not None and self._instance is not None:
            self._write(self._file, self._instance.name, delivery, 0, 0)
        else:
            self._unwritten.calls[delivery] = 0
        self._after.append(lambda: self._let_go(delivery))

    def _accept(self, delivery: Delivery, in_doubt: bool) -> None:
        """Take a call of an earlier run into memory."""
        self._here[delivery.entry] = delivery
        self._post(Loaded(delivery, in_doubt))

    def _write(self, file: OutboxFile, mine: str, delivery: Delivery, before: int, number: int) -> None:
        """Write a call down that had a number `before`, or 0; under a `number`, or the next one."""
        delivery.entry, size = file.insert(mine, delivery.operation, self._wall_clock(), number)
        self._here[delivery.entry] = delivery
        self._highest = max(self._highest, delivery.entry)
        if before:
            self._loading.renumbered(before, delivery.entry)
        if delivery.attempted_at is not None and delivery not in self._not_sent:  # sent while the disk refused it
            file.mark_in_flight([delivery.entry], delivery.attempted_at)
        self.tally.entered(delivery.entry, size)
        self._progress.kept(delivery.entry)
        self._after.append(lambda: self._say_durable(delivery))

    def _say_durable(self, delivery: Delivery) -> None:
        delivery.on_disk = True
        if delivery.call is not None:
            self._events.put(CallDurable(delivery.call))

    def _let_go(self, delivery: Delivery) -> None:
        """Let a call be sent, unless it writes and older entries of its player have yet to be loaded before it."""
        if delivery.operation.kind is Kind.SAFE or not self._loading.holds(delivery):
            self._free.append(delivery)

    def _mark(self, effect: do.Mark) -> None:
        """Refused when the disk does not take it and some calls are there: the next run would send them again."""
        ids, now = [delivery.entry for delivery in effect.deliveries if delivery.entry], self._wall_clock()
        if ids and self._file is not None:
            self._file.mark_in_flight(ids, now)
        answer = Marked(effect.batch, not ids or self._file is not None)
        if answer.taken:
            self._not_sent.difference_update(effect.deliveries)
        else:  # should it have to be written again before the scheduler knows
            self._not_sent.update(one for one in effect.deliveries if one.entry)  # others are sent without a mark
        self._after.append(lambda: self._post(answer))

    def _note_sent(self, effect: do.NoteSent) -> None:
        entry, now = effect.delivery.entry, self._wall_clock()
        if entry:  # else it is marked when it is written
            self._change(lambda file, mine: file.mark_in_flight([entry], now), entry)

    def _unmark(self, effect: do.Unmark) -> None:
        entry = effect.delivery.entry
        self._change(lambda file, mine: file.wait_again(mine, [entry]), entry)

    def _remove(self, effects: Sequence[do.Remove]) -> None:
        ours, entries = self._ours(), [effect.delivery.entry for effect in effects if effect.delivery.entry]
        if ours is not None:
            ours.file.remove(entries)
        else:
            for entry in entries:
                self._change(lambda file, mine, entry=entry: file.remove([entry]), entry)  # type: ignore[misc]
        # written down or not: an equal one may be
        self._note_delivered(
            effect.delivery
            for effect in effects
            if effect.delivered and effect.delivery.operation.kind is Kind.ADDITIVE
        )
        for effect in effects:
            entry = effect.delivery.entry
            if self.tally.removed(entry) and effect.delivered:
                self._progress.delivered(entry)
            self._left(effect.delivery)

    def _note_delivered(self, deliveries: Iterable[Delivery]) -> None:
        now = self._wall_clock()
        marks = [
            (fingerprint(delivery.operation), now if delivery.attempted_at is None else delivery.attempted_at)
            for delivery in deliveries
        ]
        if marks:
            self._change(lambda file, mine: file.note_delivered(mine, marks, now))

    def _count_equal(self, effect: do.CountEqual) -> None:
        delivery = effect.delivery
        counted = None if delivery.entry else delivery.equal_delivered
        since = delivery.attempted_at
        if self._file is not None and self._instance is not None and since is not None:
            alone = self._instance.alive() == [self._instance.name]
            counted = self._file.count_equal(self._instance.name, delivery.operation, since, alone=alone)
        self._after.append(lambda: self._post(Counted(delivery, counted)))

    def _forget_entry(self, delivery: Delivery) -> None:
        self.tally.forget(delivery.entry)
        self._here.pop(delivery.entry, None)
        delivery.entry = 0

    def _park(self, effect: do.SetAside) -> None:
        entry = effect.delivery.entry
        if entry:
            self._change(lambda file, mine: file.park(entry, effect.state, effect.reason), entry)
        self._left(effect.delivery)

    def _keep_spare(self, effect: do.KeepSpare) -> None:
        self._loading.left(self._ours(), effect.delivery)

    def _follow_older(self, effect: do.FollowOlder) -> None:
        self._after.append(partial(self._let_go, effect.delivery))

    def _settle_at_end(self, effect: do.SettleOnceWritten) -> None:
        call = effect.delivery.call
        if call is not None and call.settle(None, effect.kept if call.durable else effect.lost):
            self._events.put(call)

    def _left(self, delivery: Delivery) -> None:
        """An entry is not waiting any more; make room for the next ones of its player."""

        def forget_number() -> None:
            delivery.entry = 0  # a file that is made anew gives it to another call, and this one may be removed twice

        before = self._unwritten.calls.pop(delivery, 0)
        self._here.pop(delivery.entry, None)
        self._not_sent.discard(delivery)
        if before or self.tally.left(delivery.entry):
            self._loading.left(self._ours(), delivery, before)
        self._after.append(forget_number)

    def _load_player(self, effect: do.LoadPlayer) -> None:
        service, player, anew = effect.service, effect.player, False
        if effect.claims:
            self.tally.for_anyone.discard(service)
            anew = self._change(lambda file, mine: file.claim(mine, service, player), waits=True) != 0
        self._loading.ready(self._ours(), service, player, effect.credential, anew=anew)
        self._after.extend(partial(self._let_go, delivery) for delivery in effect.then)

    def _set_aside(self, entry: Entry) -> None:
        """What cannot be read cannot be sent, and holds up nothing."""
        self._change(lambda file, mine: file.park(entry.id, UNREADABLE, entry.reason), entry.id)
        self.tally.waiting -= 1
        what = f"entry {entry.id} ({entry.operation.service} {entry.operation.name}) is set aside: {entry.reason}"
        self._troubles.tell(f"{what}; see gameservices outbox show {entry.id}", passing=False)

    def _adopt(self) -> None:
        """Take over what another process of this game left behind when it died, and load what could not be loaded."""
        ours = self._ours()
        if ours is None or self._instance is None:
            return
        self._dead += self._instance.dead()
        if self._dead:
            ours.file.adopt(ours.name, self._dead)
            self.tally.look_over(ours.file, ours.name)
        self._loading.again(ours, all_players=bool(self._dead))
        self._after.append(self._dead.clear)


def _run(message: Callable[[], object]) -> None:
    message()


def _saved_and_lost(saved: int, lost: int | None) -> str:
    """How it went, in words."""
    how_many = "nobody can tell how many" if lost is None else f"up to {lost:,}" if lost else "none"
    return f"{saved:,} calls could be saved, {how_many} are lost"
