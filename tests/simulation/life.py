"""One life of a game from one seed: some runs, some of which end by a kill, and what must hold at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import NOBODY_YET, Kind, Operation
from pygame_gameservices.core.scheduling.messages import Confirmed, SignedIn, SignedOut
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError, Cancelled, OutcomeUnknown, Postponed
from tests.simulation.checks import Violation, check_nothing_left, check_waiting
from tests.simulation.disk import Killed, MemoryDisk, RealDisk
from tests.simulation.plan import Act, Plan, Run, Start, Wish
from tests.simulation.process import Process
from tests.simulation.world import SET_AT, Deed, World, deed

LONG_S = 4_000.0
"""By then everything that can be delivered is, where nothing goes wrong any more."""
LOOK_EVERY_S = 1.0
"""How much time passes at least between two looks at what waits for what."""
PLAYERS = ("ada", "ada", "ada", "Ada", "bob")
"""Who may sign in, in whatever spelling; mostly one."""


class Life:
    """See above.

    Args:
        plan: what is to happen.
        folder: where its outbox is, if that is in real files.
        history: takes what happens, in words.
    """

    def __init__(self, plan: Plan, folder: Path, history: list[str] | None = None) -> None:
        self.plan = plan
        self.world = World(plan.seed, history)
        self.disk = RealDisk(folder) if plan.real_files else MemoryDisk()
        self.crowded = False  # two processes at once: whose value is the newest is not told
        self.jumped = False
        self.vanished = False
        self.left_unconfirmed = (
            False  # what was made with nobody signed in may then turn out to be older than it seemed
        )
        self.of_nobody: set[Deed] = set()
        self.unordered: set[Deed] = set()  # what is not kept on disk waits for nobody who has yet to sign in
        self.made: dict[Deed, list[Call[Any]]] = defaultdict(list)
        self.outcomes: dict[Deed, list[CallError | None]] = defaultdict(list)
        self.last_words: dict[Deed, list[CallError | None]] = defaultdict(list)
        self.durable: Counter[Deed] = Counter()
        self.cut_short: Counter[Deed] = Counter()
        self.whose: dict[Deed, str] = {}
        self.tokens = {"ada": 0, "bob": 0}
        self.looked_at = 0.0

    def live(self) -> None:
        """Live it. Raises `Violation` if a promise is broken."""
        try:
            for run in self.plan.runs:
                self._run(run)
            self._last_run(self.plan.last)
            self._check_all()
        finally:
            self.disk.over()

    # runs

    def _run(self, run: Run) -> None:
        world, began = self.world, self.world.now
        starts, acts, there = [*run.starts], [*run.acts], []
        while starts or there:
            due = min([act.at for act in acts[:1]] + [start.after_s for start in starts] + [run.lasts_s])
            self._until(began + due, there)
            for start in [one for one in starts if began + one.after_s <= world.now]:
                starts.remove(start)
                there.append(self._begin(start))
                self.crowded |= len(there) > 1
            while acts and began + acts[0].at <= world.now:
                act = acts.pop(0)
                if there:
                    self._act(act, there)
            if world.now >= began + run.lasts_s:
                break
        for process in list(there):
            self._close(process, there)
        world.now += run.pause_s

    def _last_run(self, run: Run) -> None:
        """Let the run that nothing ends have a bad time too, and then a good one: what failed must go after all.

        In a run that ends in trouble nobody notices a call that is forgotten, for the next run takes it up.
        """
        there = [self._begin(run.starts[0])]
        process = there[0]
        self._until(self.world.now + LONG_S, there)
        process.network.trouble, began = self.plan.last_trouble, self.world.now
        for act in run.acts:
            self._until(began + act.at, there)
            self._act(act, there)
        self._until(self.world.now + 5.0, there)
        self.world.note("the network and the disk are well from now on")
        process.network.trouble = process.disk_trouble = 0.0
        for player in ("bob", "ada"):
            self._sign_in(process, player, confirm=True)
            self._until(self.world.now + LONG_S, there)
        left = [one for one in process.scheduler.open if not one.internal]
        if left:
            raise Violation(f"these still wait although nothing is in their way: {left}")
        check_nothing_left(process)
        self._close(process, there)

    def _until(self, when: float, processes: list[Process]) -> None:
        """Let time pass."""
        world = self.world
        while (due := self._next(processes)) <= when:
            if due > world.now:
                self._look_at_waiting(processes)
                world.now = due
            world.run_due()
            self._turn(processes)
        if when > world.now:
            self._look_at_waiting(processes)
            world.now = when

    def _look_at_waiting(self, processes: list[Process]) -> None:
        if self.world.now - self.looked_at >= LOOK_EVERY_S:
            self.looked_at = self.world.now
            for process in processes:
                check_waiting(process)

    def _begin(self, start: Start) -> Process:
        self.world.note("a process starts", start)
        process = Process(self.world, self.disk, start)
        if start.signs_in:
            self._sign_in(process, "ada", confirm=True)
        return process

    def _next(self, processes: list[Process]) -> float:
        return min([self.world.next(), *[process.next() for process in processes]])

    def _turn(self, processes: list[Process]) -> None:
        for process in list(processes):
            if not process.rests:
                try:
                    process.run()
                except Killed:
                    self._killed(process, processes)

    def _killed(self, process: Process, processes: list[Process]) -> None:
        self.world.note("killed")
        processes.remove(process)
        process.die(alone=not processes)
        self._record(process, killed=True)
        file = self.disk.file()
        self.world.service.doubt(entry.operation for entry in file.all() if entry.state == "in flight")
        file.close()
        for other in processes:
            other.another_died()

    def _close(self, process: Process, processes: list[Process]) -> None:
        if process not in processes:
            return
        self.world.note("closes")
        until = process.close() + 0.001
        while process in processes and not process.scheduler.finished:
            when = self._next(processes)
            if when > until:
                raise Violation(f"close did not end in time: {process.scheduler.open}")
            self.world.now = max(self.world.now, when)
            self.world.run_due()
            self._turn(processes)
            if process.waits_in_vain:
                raise Violation(f"it waits for a host that is away: {process.scheduler.open}")
        if process not in processes:
            return
        try:
            process.end()
        except Killed:
            self._killed(process, processes)
            return
        processes.remove(process)
        self._record(process, killed=False)
        ended = Counter(map(id, process.settled))
        for call in process.made:
            if ended[id(call)] != 1:
                raise Violation(f"{call!r} {call.operation.arguments} ended {ended[id(call)]} times")

    def _record(self, process: Process, *, killed: bool) -> None:
        """Remember how its calls ended. What was told last by a process that was killed is perhaps not on disk yet,
        and then told again by the next one."""
        told = Counter(map(id, process.settled))
        self.vanished |= process.lost_on_disk
        for call in process.settled:
            if told[id(call)] > 1:
                raise Violation(f"{call!r} was told {told[id(call)]} times")
            done = deed(call.operation)
            (self.last_words if killed else self.outcomes)[done].append(call.outcome_now()[1])
            self.whose[done] = call.operation.player.casefold()
        for call in process.durable:
            self.durable[deed(call.operation)] += 1
        for call in process.made:
            self.made[deed(call.operation)].append(call)
            if not call.settled:
                self.cut_short[deed(call.operation)] += 1

    # what happens

    def _act(self, act: Act, processes: list[Process]) -> None:
        process = processes[int(act.who * len(processes))]
        world, what = self.world, act.what
        if what == "calls":
            for wish in act.wishes:
                call = process.call(self._operation(process, wish))
                world.note("calls", call.operation)
        elif what == "cancel" and process.made:
            call = process.made[int(act.which * len(process.made))]
            world.note("cancels", call.operation)
            call.cancel()
        elif what == "out" and process.player:
            self._sign_out(process)
        elif what == "in":
            self._sign_in(process, PLAYERS[int(act.which * len(PLAYERS))], confirm=act.who < 0.8)
        elif what == "clock":
            self._set_clock(act)
        elif what == "expire":
            player = PLAYERS[int(act.which * len(PLAYERS))].casefold()
            world.note("the token is changed elsewhere", player)
            self.tokens[player] += 1
            world.service.tokens = {self._token(player) for player in self.tokens}
        elif what == "vanish" and act.which < 0.3:
            self._vanish(processes)
        elif what == "disk":
            process.disk_trouble = 0.5 if act.which < 0.3 else 0.0
        elif what == "trouble":
            process.network.trouble = (0.0, 0.3, 1.0)[int(act.which * 3)]
            world.note("trouble is", process.network.trouble)

    def _set_clock(self, act: Act) -> None:
        """Set the clock. If by more than a little while an answer is lost, over a restart, nobody can tell."""
        jump = 3.0 * act.which - 1.5
        if self.plan.jumps and act.who < 0.5:
            jump = 200_000.0 * (act.which - 0.5)
            self.jumped = True
        self.world.shift = SET_AT + jump
        self.world.note("the clock is set by", jump)

    def _vanish(self, processes: list[Process]) -> None:
        self.world.note("the outbox's file is deleted")
        self.vanished = True
        self.disk.vanish()
        for process in processes:
            process.file_vanished()

    def _token(self, player: str) -> str:
        return f"{player.casefold()} {self.tokens[player.casefold()]}"

    def _sign_in(self, process: Process, player: str, *, confirm: bool) -> None:
        self.world.note(player, "signs in", "and is confirmed" if confirm else "")
        self.world.service.tokens = {self._token(one) for one in self.tokens}
        if process.player and process.player.casefold() != player.casefold():
            self._sign_out(process)
        process.player, process.confirmed = player, confirm
        token = process.token = Secret(self._token(player))
        process.tell(SignedIn("game", player, token))
        if confirm:
            process.tell(Confirmed("game", player, token))

    def _sign_out(self, process: Process) -> None:
        self.world.note(process.player, "signs out")
        self.left_unconfirmed |= not process.confirmed
        process.tell(SignedOut("game", process.player))
        process.player, process.token = "", None

    def _operation(self, process: Process, wish: Wish) -> Operation:
        kind, key, durable = wish.kind, wish.key, wish.durable
        number, player = str(wish.number), process.player or NOBODY_YET
        # What is made with nobody signed in is always kept, and waits for whom the service confirms. A value that is
        # not kept waits for nobody: Ada, signed in and not confirmed yet, sends hers before, and the older one comes
        # after, for until then nobody knows that it is hers.
        never_kept = kind in ("set", "remove") and not self.plan.keeps_values
        if player == NOBODY_YET:
            durable = True
            if kind in ("get", "order") or never_kept:
                kind = "score"
        whose: dict[str, Any] = {"service": "game", "player": player, "credential": process.token, "durable": durable}
        if kind == "get":
            return Operation(name="get", kind=Kind.SAFE, arguments={"key": key}, lane=f"key {key}", **whose)
        if kind == "trophy":
            about = {"id": number}
            return Operation(
                name="trophy", kind=Kind.IDEMPOTENT, arguments=about, lane="trophies", mingles="trophy", **whose
            )
        if kind in ("score", "equal"):
            about = {"sort": "7"} if kind == "equal" else {"sort": "1", "id": number}
            return Operation(name="score", kind=Kind.ADDITIVE, arguments=about, lane="scores", mingles="score", **whose)
        if kind == "order":
            return Operation(name="order", kind=Kind.DANGEROUS, arguments={"id": number}, **whose)
        about = {"key": key, "value": number}
        done = (kind, tuple(sorted(about.items())))
        if not durable:
            self.unordered.add(done)
        if player == NOBODY_YET:
            self.of_nobody.add(done)
        if kind == "update":
            return Operation(name="update", kind=Kind.ADDITIVE, arguments=about, lane=f"key {key}", **whose)
        return Operation(name=kind, kind=Kind.IDEMPOTENT, arguments=about, lane=f"key {key}", latest_wins=True, **whose)

    # what must hold at the end

    def _check_all(self) -> None:
        aside: Counter[Deed] = Counter()
        file = self.disk.file()
        for entry in file.all():
            if entry.state in ("waiting", "in flight"):
                raise Violation(f"left on disk: {entry}")
            aside[deed(entry.operation)] += 1
        file.close()
        for done in {*self.made, *self.outcomes, *self.last_words, *self.world.service.applied}:
            self._check(done, aside[done])
        if not self.crowded:
            self._check_values()
            self._check_order()

    def _check(self, done: Deed, aside: int) -> None:
        service = self.world.service
        name, given = done
        applied, outcomes, made = service.applied[done], self.outcomes[done], len(self.made[done])
        succeeded = sum(error is None for error in outcomes)
        unknown = sum(isinstance(error, OutcomeUnknown) for error in [*outcomes, *self.last_words[done]])
        postponed = sum(isinstance(error, Postponed) for error in outcomes)
        others = sum(not (error is None or isinstance(error, (OutcomeUnknown, Postponed))) for error in outcomes)
        counts = f"{done}: applied {applied}, made {made}, durable {self.durable[done]}, succeeded {succeeded},"
        counts += f" unknown {unknown}, postponed {postponed}, others {others}, cut short {self.cut_short[done]}"
        equal_ones = given == (("sort", "7"),)
        misled = (self.jumped and name == "score") or (self.vanished and equal_ones)
        if name in ("score", "update", "order") and applied > made - others and not misled:
            what = "doubled" if not others else "doubled, or said not to be applied, and was"
            raise Violation(f"{what}: {counts}, {outcomes}")
        if applied and made == 1 == others and not (succeeded or unknown or postponed or self.cut_short[done]):
            raise Violation(f"said not to be applied, and was: {counts}, {outcomes}")
        if name in ("get", "look"):
            return
        if name in ("set", "remove"):  # it may end with a newer one
            if unknown and not any(service.doubts[one] for one in self.made if _key(one) == _key(done)):
                raise Violation(f"said to be unknown, and nothing of its key is: {counts}")
            return
        if unknown and not service.doubts[done]:
            raise Violation(f"said to be unknown, and no attempt was in doubt: {counts}")
        cancelled = any(isinstance(error and error.__cause__, Cancelled) for error in outcomes + self.last_words[done])
        if self._could_be_looked_up(done) and unknown > cancelled and not (misled or done in service.refused_looks):
            raise Violation(f"said to be unknown, and could be looked up: {counts}, {outcomes}")
        if succeeded > applied and not (misled or (name == "trophy" and applied)):
            raise Violation(f"said to be applied, and was not: {counts}")
        others += sum(error is not None for error in self.last_words[done])
        expected = min(self.durable[done], made) - unknown - others - aside
        if not self.vanished and not misled and applied < (expected if equal_ones else min(1, expected)):
            raise Violation(f"lost: {counts}")

    def _could_be_looked_up(self, done: Deed) -> bool:
        """Whether it is kept on disk until the service has told whether it was applied, which nothing makes unclear."""
        calls = self.made[done]
        return done[0] == "score" and len(calls) == 1 == self.durable[done] and calls[0].operation.durable

    def _check_values(self) -> None:
        """The newest value that was said to be applied is there, or a newer one that may have been."""
        service = self.world.service
        values: dict[tuple[str, str], list[Deed]] = defaultdict(list)
        for done in self.made:
            if done[0] in ("set", "remove"):
                whose = service.whose.get(done) or self.whose.get(done, "")
                values[whose, dict(done[1])["key"]].append(done)
        for whose, dones in values.items():
            dones.sort(key=_number)
            said = [done for done in dones if None in self.outcomes[done] or None in self.last_words[done]]
            if not said:
                continue
            may = [done for done in dones if _number(done) > _number(said[-1]) and self._perhaps(done)]
            if self.left_unconfirmed:
                may += self.of_nobody
            there = service.values.get(whose)
            if there not in [str(_number(done)) for done in (said[-1], *may)]:
                raise Violation(f"the newest value of {whose} is {said[-1]}, and {there} is there; it may be {may}")

    def _check_order(self) -> None:
        """What is kept on disk is applied in the order in which it was made, where that is told."""
        for (player, lane), dones in self.world.service.order.items():
            if not lane.startswith("key"):
                continue
            unordered = self.unordered | (self.of_nobody if self.left_unconfirmed else set())
            told = [done for done in dones if not (done in unordered or self._perhaps(done) or self.vanished)]
            for at, newer in enumerate(told):
                for then, older in enumerate(told[at + 1 :], at + 2):
                    mended = any(one[0] != "update" and _number(one) >= _number(newer) for one in told[then:])
                    if _number(older) < _number(newer) and not mended:
                        raise Violation(f"overtaken: {older} of {player} came after {newer}")

    def _perhaps(self, done: Deed) -> bool:
        told = [*self.outcomes[done], *self.last_words[done]]
        unclear = (OutcomeUnknown, Postponed) if self.vanished else OutcomeUnknown  # what was kept may have been sent
        return bool(self.cut_short[done]) or any(isinstance(error, unclear) for error in told)


def _number(done: Deed) -> int:
    return int(dict(done[1])["value"])


def _key(done: Deed) -> str:
    return dict(done[1]).get("key", "")
