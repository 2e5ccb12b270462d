"""What became of the calls of a life, and what must hold of that at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.errors import CallError, Cancelled, OutcomeUnknown, Postponed
from tests.simulation.checks import Violation
from tests.simulation.disk import MemoryDisk, RealDisk
from tests.simulation.process import Process
from tests.simulation.service import Deed, RemoteService, deed


class Record:
    """See above.

    Args:
        service: what was really applied.

    Attributes:
        crowded: whether there were two processes at once: whose value is the newest is not told.
        jumped: whether the clock was set by much.
        vanished: whether calls were lost with the outbox's file.
        unread: whether the disk did not give away for so long what an earlier run left that newer calls went before.
        left_unconfirmed: whether a player left who had not been confirmed: what was made with nobody signed in may then
            turn out to be older than it seemed.
        of_nobody: what was made with nobody signed in.
        unordered: what is not kept on disk, and so waits for nobody who has yet to sign in.
    """

    def __init__(self, service: RemoteService) -> None:
        self.service = service
        self.crowded = self.jumped = self.vanished = self.unread = self.left_unconfirmed = False
        self.of_nobody: set[Deed] = set()
        self.unordered: set[Deed] = set()
        self._made: dict[Deed, list[Call[Any]]] = defaultdict(list)
        self._outcomes: dict[Deed, list[CallError | None]] = defaultdict(list)
        self._last_words: dict[Deed, list[CallError | None]] = defaultdict(list)
        self._durable: Counter[Deed] = Counter()
        self._cut_short: Counter[Deed] = Counter()
        self._whose: dict[Deed, str] = {}

    def add(self, process: Process, *, killed: bool) -> None:
        """Remember how its calls ended. What was told last by a process that was killed is perhaps not on disk yet,
        and then told again by the next one."""
        told = Counter(map(id, process.settled))
        self.vanished |= process.lost_on_disk
        self.unread |= process.unread
        for call in process.settled:
            if told[id(call)] > 1:
                raise Violation(f"{call!r} was told {told[id(call)]} times")
            done = deed(call.operation)
            (self._last_words if killed else self._outcomes)[done].append(call.outcome_now()[1])
            self._whose[done] = call.operation.player.casefold()
        for call in process.durable:
            self._durable[deed(call.operation)] += 1
        for call in process.made:
            self._made[deed(call.operation)].append(call)
            if not told[id(call)]:
                self._cut_short[deed(call.operation)] += 1

    def check(self, disk: RealDisk | MemoryDisk) -> None:
        """See to it that all promises were kept, once nothing is left to be done."""
        aside: Counter[Deed] = Counter()
        file = disk.file()
        for entry in file.all():
            if entry.state in ("waiting", "in flight"):
                raise Violation(f"left on disk: {entry}")
            aside[deed(entry.operation)] += 1
        file.close()
        for done in {*self._made, *self._outcomes, *self._last_words, *self.service.applied}:
            self._check(done, aside[done])
        if not self.crowded:
            self._check_values()
            self._check_order()

    def _check(self, done: Deed, aside: int) -> None:
        name, given = done
        applied, outcomes, made = self.service.applied[done], self._outcomes[done], len(self._made[done])
        succeeded = sum(error is None for error in outcomes)
        unknown = sum(isinstance(error, OutcomeUnknown) for error in [*outcomes, *self._last_words[done]])
        postponed = sum(isinstance(error, Postponed) for error in outcomes)
        others = sum(not (error is None or isinstance(error, (OutcomeUnknown, Postponed))) for error in outcomes)
        counts = f"{done}: applied {applied}, made {made}, durable {self._durable[done]}, succeeded {succeeded},"
        counts += f" unknown {unknown}, postponed {postponed}, others {others}, cut short {self._cut_short[done]}"
        equal_ones = given == (("sort", "7"),)
        misled = (self.jumped and name == "score") or (self.vanished and equal_ones)
        if name in ("score", "update", "order") and applied > made - others and not misled:
            what = "doubled" if not others else "doubled, or said not to be applied, and was"
            raise Violation(f"{what}: {counts}, {outcomes}")
        unsure = succeeded or unknown or self._cut_short[done] or done in self.service.unheard
        if applied and made == 1 == others and not unsure:
            raise Violation(f"said not to be applied, and was: {counts}, {outcomes}")
        if name in ("get", "look"):
            return
        if name in ("set", "remove"):  # it may end with a newer one
            if unknown and not any(_key(one) == _key(done) for one in self.service.doubts):
                raise Violation(f"said to be unknown, and nothing of its key is: {counts}")
            return
        if unknown and done not in self.service.doubts:
            raise Violation(f"said to be unknown, and no attempt was in doubt: {counts}")
        cancelled = any(isinstance(error and error.__cause__, Cancelled) for error in outcomes + self._last_words[done])
        unclear = misled or done in self.service.refused_looks
        if self._could_be_looked_up(done) and unknown > cancelled and not unclear:
            raise Violation(f"said to be unknown, and could be looked up: {counts}, {outcomes}")
        if succeeded > applied and not (misled or (name == "trophy" and applied)):
            raise Violation(f"said to be applied, and was not: {counts}")
        others += sum(error is not None for error in self._last_words[done])
        expected = min(self._durable[done], made) - unknown - others - aside
        if not self.vanished and not misled and applied < (expected if equal_ones else min(1, expected)):
            raise Violation(f"lost: {counts}")

    def _could_be_looked_up(self, done: Deed) -> bool:
        """Whether it is kept on disk until the service has told whether it was applied, which nothing makes unclear."""
        calls = self._made[done]
        return done[0] == "score" and len(calls) == 1 == self._durable[done] and calls[0].operation.durable

    def _check_values(self) -> None:
        """The newest value that was said to be applied is there, or a newer one that may have been."""
        values: dict[tuple[str, str], list[Deed]] = defaultdict(list)
        for done in self._made:
            if done[0] in ("set", "remove"):
                whose = self.service.whose.get(done) or self._whose.get(done, "")
                values[whose, dict(done[1])["key"]].append(done)
        for whose, dones in values.items():
            dones.sort(key=_number)
            said = [done for done in dones if None in self._outcomes[done] or None in self._last_words[done]]
            if not said:
                continue
            may = [done for done in dones if _number(done) > _number(said[-1]) and self._perhaps(done)]
            if self.left_unconfirmed:
                may += self.of_nobody
            may += [done for done in dones if self._sent_again(done, said[-1])]
            there = self.service.values.get(whose)
            if there not in [str(_number(done)) for done in (said[-1], *may)]:
                raise Violation(f"the newest value of {whose} is {said[-1]}, and {there} is there; it may be {may}")

    def _check_order(self) -> None:
        """What is kept on disk is applied in the order in which it was made, where that is told; what was sent again
        because its answer was lost is overwritten again. Two sums come to the same in either order."""
        unordered = self.unordered | (self.of_nobody if self.left_unconfirmed else set())
        for (player, lane), applied in self.service.order.items() if not (self.vanished or self.unread) else ():
            if not lane.startswith("key"):
                continue
            told = [(at, one) for at, one in enumerate(applied) if not (one in unordered or self._perhaps(one))]
            for place, (_, newer) in enumerate(told):
                for at, older in told[place + 1 :]:
                    since = applied[at + 1 :]
                    mended = any(one[0] != "update" and _number(one) >= _number(newer) for one in since)
                    sums = older[0] == newer[0] == "update"
                    if _number(older) < _number(newer) and not (sums or mended or self._sent_again(older, newer)):
                        raise Violation(f"overtaken: {older} of {player} came after {newer}")

    def _sent_again(self, older: Deed, newer: Deed) -> bool:
        """Whether the next run sends an older value once more, and not the newer one behind it: the process was killed
        before the disk noted that both were delivered, and the file was deleted before the newer one's turn; or the
        disk refused first to keep the newer one, and then that the older one was delivered, until a process was killed.
        """
        deleted = self.vanished and newer in self.service.unheard
        refused = not self._durable[newer] and newer not in self.unordered and None in self._last_words[newer]
        again = older[0] != "update" and bool(self._durable[older]) and older in self.service.unheard
        return again and (deleted or refused)

    def _perhaps(self, done: Deed) -> bool:
        told = [*self._outcomes[done], *self._last_words[done]]
        unclear = (OutcomeUnknown, Postponed) if self.vanished else OutcomeUnknown  # what was kept may have been sent
        return bool(self._cut_short[done]) or any(isinstance(error, unclear) for error in told)


def _number(done: Deed) -> int:
    return int(dict(done[1])["value"])


def _key(done: Deed) -> str:
    return dict(done[1]).get("key", "")
