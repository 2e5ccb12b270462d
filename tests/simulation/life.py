"""One life of a game by its plan: some runs, some of which end by a kill, and a last one in which all ends well."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from pygame_gameservices.core.calls.operation import NOBODY_YET, Kind, Operation
from pygame_gameservices.core.scheduling.messages import Confirmed, SignedIn, SignedOut
from pygame_gameservices.core.storage.credentials import Secret
from tests.simulation.checks import Violation, check_nothing_left, check_waiting
from tests.simulation.disk import Killed, MemoryDisk, RealDisk
from tests.simulation.plan import Act, Plan, Run, Start, Wish
from tests.simulation.process import Process
from tests.simulation.record import Record
from tests.simulation.service import RemoteService
from tests.simulation.world import SET_AT, World

LONG_S = 4_000.0
"""By then everything that can be delivered is, where nothing goes wrong any more."""
LOOK_EVERY_S = 1.0
"""How much time passes at least between two looks at what waits for what."""
MOST_TURNS = 10_000
"""Who has not come to rest after so many turns without any time passing never will."""
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
        self.service = RemoteService(self.world)
        self.disk = RealDisk(folder) if plan.real_files else MemoryDisk()
        self.record = Record(self.service)
        self.tokens = {"ada": 0, "bob": 0}
        self._renew_tokens()
        self.seen: set[str] = set()
        self.looked_at = self.turned_at = 0.0
        self.turns = 0

    def live(self) -> None:
        """Live it. Raises `Violation` if a promise is broken."""
        try:
            for run in self.plan.runs:
                self._run(run)
            self._last_run(self.plan.last)
            self.record.check(self.disk)
        finally:
            self.disk.over()

    # runs

    def _run(self, run: Run) -> None:
        world, began = self.world, self.world.now
        starts, acts = [*run.starts], [*run.acts]
        there: list[Process] = []
        while starts or there:
            due = min([act.at for act in acts[:1]] + [start.after_s for start in starts] + [run.lasts_s])
            self._until(began + due, there)
            for start in [one for one in starts if began + one.after_s <= world.now]:
                starts.remove(start)
                there.append(self._begin(start))
                self.record.crowded |= len(there) > 1
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
        for player in sorted(self.seen, reverse=True):
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
        process = Process(self.world, self.service, self.plan.faults, self.disk, start)
        if start.signs_in:
            self._sign_in(process, "ada", confirm=True)
        return process

    def _next(self, processes: list[Process]) -> float:
        return min([self.world.next(), *[process.next() for process in processes]])

    def _turn(self, processes: list[Process]) -> None:
        self.turns = self.turns + 1 if self.turned_at == self.world.now else 0
        self.turned_at = self.world.now
        if self.turns > MOST_TURNS:
            raise Violation(f"it goes round and round: {[one.scheduler.open for one in processes]}")
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
        self.record.add(process, killed=True)
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
        self.record.add(process, killed=False)
        ended = Counter(map(id, process.settled))
        for call in process.made:
            if ended[id(call)] != 1:
                raise Violation(f"{call!r} {call.operation.arguments} ended {ended[id(call)]} times")

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
            self._renew_tokens()
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
            self.record.jumped = True
        self.world.shift = SET_AT + jump
        self.world.note("the clock is set by", jump)

    def _vanish(self, processes: list[Process]) -> None:
        self.world.note("the outbox's file is deleted")
        self.record.vanished = True
        self.disk.vanish()
        for process in processes:
            process.file_vanished()

    def _renew_tokens(self) -> None:
        self.service.tokens = {self._token(player) for player in self.tokens}

    def _token(self, player: str) -> str:
        return f"{player.casefold()} {self.tokens[player.casefold()]}"

    def _sign_in(self, process: Process, player: str, *, confirm: bool) -> None:
        self.world.note(player, "signs in", "and is confirmed" if confirm else "")
        self.seen.add(player.casefold())
        if process.player and process.player.casefold() != player.casefold():
            self._sign_out(process)
        process.player, process.confirmed = player, confirm
        token = process.token = Secret(self._token(player))
        process.tell(SignedIn("game", player, token))
        if confirm:
            process.tell(Confirmed("game", player, token))

    def _sign_out(self, process: Process) -> None:
        self.world.note(process.player, "signs out")
        self.record.left_unconfirmed |= not process.confirmed
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
            self.record.unordered.add(done)
        if player == NOBODY_YET:
            self.record.of_nobody.add(done)
        if kind == "update":
            return Operation(name="update", kind=Kind.ADDITIVE, arguments=about, lane=f"key {key}", **whose)
        return Operation(name=kind, kind=Kind.IDEMPOTENT, arguments=about, lane=f"key {key}", latest_wins=True, **whose)
