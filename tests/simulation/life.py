"""One life of a game from one seed: some runs, some of which end by a kill, and what must hold at the end."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import NOBODY_YET, Kind, Operation
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.core.scheduling.messages import Confirmed, SignedIn, SignedOut
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError, OutcomeUnknown, Postponed
from tests.simulation.process import Killed, Process, fresh
from tests.simulation.world import Deed, World, deed

SET_AT = 1_700_000_000.0
"""Unix seconds of the moment zero."""
LONG_S = 4_000.0
"""By then everything that can be delivered is, where nothing goes wrong any more."""


class Violation(AssertionError):
    """A promise that was not kept."""


class Life:
    """See above.

    Args:
        seed: the whole life.
        folder: where its outbox is.
    """

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.world = World(self.rng)
        self.path = fresh(folder) / "outbox.sqlite3"
        self.history: list[str] = []
        self.number = 0
        self.keeps_values = (
            self.rng.random() < 0.85
        )  # a key of which some values are kept and others are not has no order
        self.crowded = False  # two processes at once: whose value is the newest is not told
        self.made: dict[Deed, list[Call[Any]]] = defaultdict(list)
        self.created: dict[Deed, int] = {}
        self.outcomes: dict[Deed, list[CallError | None]] = defaultdict(list)
        self.durable: Counter[Deed] = Counter()
        self.vanished: Counter[Deed] = Counter()
        self.tokens = {"ada": 0, "bob": 0}
        self.world.note = self.note

    def note(self, text: str) -> None:
        self.history.append(f"{self.world.now - 1000:9.3f}  {text}")

    def live(self) -> None:
        """Live it. Raises `Violation` if a promise is broken."""
        for _ in range(self.rng.choice((0, 0, 1, 1, 2, 3))):
            self._run(quiet=False)
        self._run(quiet=True)
        self._check_all()

    # a run

    def _run(self, *, quiet: bool) -> None:
        rng = self.rng
        others = [self._begin(quiet)]
        if not quiet and rng.random() < 0.15:
            others.append(self._begin(quiet))
            self.crowded = True
        until = self.world.now + (LONG_S if quiet else rng.choice((1.0, 5.0, 30.0, 200.0)))
        acts = [] if quiet else sorted(rng.uniform(self.world.now, until) for _ in range(rng.choice((3, 8, 20))))
        for process in others:
            if quiet or rng.random() < 0.8:
                self._sign_in(process, "ada", confirm=True)
        while others and (acts or self._next(others) <= until):
            self.world.now = max(self.world.now, min([*acts[:1], self._next(others), until]))
            if acts and acts[0] <= self.world.now:
                acts.pop(0)
                self._act(rng.choice(others))
            self.world.run_due()
            self._turn(others)
            if not acts and self._next(others) == float("inf"):
                break
        if quiet:
            self._recover(others)
            self._check_idle(others[0])
        for process in list(others):
            self._close(process, others)
        if not quiet and rng.random() < 0.2:
            self.world.now += rng.choice((10.0, 100.0, 90_000.0))

    def _recover(self, processes: list[Process]) -> None:
        """Let the run that nothing disturbed have a bad time too, and then a good one: what failed must go after all.

        In a run that ends in trouble nobody notices a call that is forgotten, for the next run takes it up.
        """
        process, rng = processes[0], self.rng
        process.network.trouble = rng.choice((0.3, 1.0))
        acts = sorted(self.world.now + rng.uniform(0.0, 20.0) for _ in range(rng.choice((0, 2, 6))))
        for when in acts:
            self._until(when, processes)
            self._act(process)
        self._until(self.world.now + 5.0, processes)
        self.note("the network is well from now on")
        process.network.trouble = 0.0
        self._sign_in(process, "ada", confirm=True)
        self._until(self.world.now + LONG_S, processes)

    def _until(self, when: float, processes: list[Process]) -> None:
        """Let time pass."""
        while (due := self._next(processes)) <= when:
            self.world.now = max(self.world.now, due)
            self.world.run_due()
            self._turn(processes)
        self.world.now = max(self.world.now, when)

    def _begin(self, quiet: bool) -> Process:
        rng = self.rng
        process = Process(
            self.world, self.path, rng.choice((1, 2, 6)), rng.choice((1, 3, 50)), rng.choice((0.0, 0.0, 0.2)), self.note
        )
        process.disk_lag = rng.choice((0.0, 0.005, 0.3))
        if not quiet:
            process.network.trouble = rng.choice((0.0, 0.2, 0.7, 1.0))
            process.disk_trouble = rng.choice((0.0, 0.0, 0.0, 0.3))
            if rng.random() < 0.5:
                process.dies_after = rng.choice((rng.randrange(30), rng.randrange(300)))
        self.note("a run begins")
        return process

    def _next(self, processes: list[Process]) -> float:
        return min([self.world.next(), *(process.next() for process in processes)])

    def _turn(self, processes: list[Process]) -> None:
        for process in list(processes):
            if process.next() <= self.world.now:
                try:
                    process.run()
                except Killed:
                    self.note("killed")
                    process.die()
                    processes.remove(process)
                    self._record(process)

    def _close(self, process: Process, processes: list[Process]) -> None:
        if process not in processes:
            return
        self.note("closes")
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
        if process in processes:
            processes.remove(process)
            try:
                process.end()
            except Killed:
                process.die()
                self._record(process)
                return
            self._record(process)
            ended = Counter(map(id, process.settled))
            for call in process.made:
                if ended[id(call)] != 1:
                    raise Violation(f"{call!r} {call.operation.arguments} ended {ended[id(call)]} times")

    def _record(self, process: Process) -> None:
        """Remember how its calls ended."""
        told = Counter(map(id, process.settled))
        for call in process.settled:
            if told[id(call)] > 1:
                raise Violation(f"{call!r} was told {told[id(call)]} times")
            self.outcomes[deed(call.operation)].append(call.outcome_now()[1])
        for call in process.durable:
            self.durable[deed(call.operation)] += 1
        for call in process.made:
            self.made[deed(call.operation)].append(call)
            if not call.settled:
                self.vanished[deed(call.operation)] += 1

    # what a player does

    def _act(self, process: Process) -> None:
        rng = self.rng
        what = rng.choice(("calls", "calls", "calls", "calls", "cancel", "out", "in", "trouble", "expire", "clock"))
        if what == "calls":
            for _ in range(rng.choice((1, 1, 2, 5, 12))):
                call = process.call(self._operation(process))
                self.created.setdefault(deed(call.operation), self.number)
                self.note(f"calls {call.operation.name} {call.operation.arguments} {call.operation.player}")
        elif what == "cancel" and process.made:
            call = rng.choice(process.made)
            self.note(f"cancels {call.operation.name} {call.operation.arguments}")
            call.cancel()
        elif what == "out":
            self.note("signs out")
            process.tell(SignedOut("game", "ada"))
            process.token = None
        elif what == "in":
            self._sign_in(process, "ada", confirm=rng.random() < 0.8)
        elif what == "clock":
            jump = rng.choice(
                (-1.5, 1.5)
            )  # what is set by more while an answer is lost, over a restart, nobody can tell
            self.world.shift = SET_AT + jump
            self.note(f"the clock is set by {jump} s")
        elif what == "expire":
            self.note("the token is changed elsewhere")
            self.tokens["ada"] += 1
            self.world.service.tokens = {self._token("ada"), self._token("bob")}
        else:
            process.network.trouble = rng.choice((0.0, 0.3, 1.0))
            self.note(f"trouble is {process.network.trouble} now")

    def _token(self, player: str) -> str:
        return f"{player} {self.tokens[player]}"

    def _sign_in(self, process: Process, player: str, *, confirm: bool) -> None:
        self.note(f"{player} signs in{' and is confirmed' if confirm else ''}")
        self.world.service.tokens = {self._token("ada"), self._token("bob")}
        token = process.token = Secret(self._token(player))
        process.tell(SignedIn("game", player, token))
        if confirm:
            process.tell(Confirmed("game", player, token))

    def _operation(self, process: Process) -> Operation:
        rng = self.rng
        self.number += 1
        number, key = str(self.number), rng.choice(("a", "b"))
        name = rng.choice(("get", "set", "set", "remove", "trophy", "score", "score", "equal", "update", "order"))
        durable = name not in ("get", "order") and (
            self.keeps_values if name in ("set", "remove") else rng.random() < 0.85
        )
        player = "ada" if process.token is not None else NOBODY_YET
        durable = durable or player == NOBODY_YET
        # What is made with nobody signed in is always kept, and waits for whom the service confirms. A value that is
        # not kept waits for nobody: Ada, signed in and not confirmed yet, sends hers before, and the older one comes
        # after, for until then nobody knows that it is hers.
        never_kept = name in ("set", "remove") and not self.keeps_values
        if player == NOBODY_YET and (name in ("get", "order") or never_kept):
            name = "score"
        whose: dict[str, Any] = {
            "service": "game",
            "player": player,
            "credential": process.token if player == "ada" else None,
            "durable": durable,
        }
        if name == "get":
            return Operation(name="get", kind=Kind.SAFE, arguments={"key": key}, lane=f"key {key}", **whose)
        if name in ("set", "remove"):
            about = {"key": key, "value": number}
            return Operation(
                name=name, kind=Kind.IDEMPOTENT, arguments=about, lane=f"key {key}", latest_wins=True, **whose
            )
        if name == "trophy":
            about = {"id": number}
            return Operation(
                name="trophy", kind=Kind.IDEMPOTENT, arguments=about, lane="trophies", mingles="trophy", **whose
            )
        if name in ("score", "equal"):
            about = {"sort": "7"} if name == "equal" else {"sort": "1", "id": number}
            return Operation(name="score", kind=Kind.ADDITIVE, arguments=about, lane="scores", mingles="score", **whose)
        if name == "update":
            about = {"key": key, "id": number}
            return Operation(name="update", kind=Kind.ADDITIVE, arguments=about, lane=f"key {key}", **whose)
        return Operation(name="order", kind=Kind.DANGEROUS, arguments={"id": number}, **whose)

    # what must hold

    def _check_idle(self, process: Process) -> None:
        """Nothing waits that could go."""
        left = [one for one in process.scheduler.open if not one.internal]
        if left:
            raise Violation(f"these still wait although nothing is in their way: {left}")

    def _check_all(self) -> None:
        aside: Counter[Deed] = Counter()
        file = OutboxFile(self.path)
        for entry in file.all():
            if entry.state in ("waiting", "in flight"):
                raise Violation(f"left on disk: {entry}")
            aside[deed(entry.operation)] += 1
        file.close()
        for done in {*self.made, *self.outcomes, *self.world.service.applied}:
            self._check(done, aside[done])
        for key in ("a", "b"):
            self._check_newest(key)

    def _check(self, done: Deed, aside: int) -> None:
        service = self.world.service
        name, _ = done
        applied = service.applied[done]
        outcomes = self.outcomes[done]
        succeeded = sum(error is None for error in outcomes)
        unknown = sum(isinstance(error, OutcomeUnknown) for error in outcomes)
        postponed = sum(isinstance(error, Postponed) for error in outcomes)
        others = len(outcomes) - succeeded - unknown - postponed
        made = len(self.made[done])
        counts = f"{done}: applied {applied}, made {made}, durable {self.durable[done]}, succeeded {succeeded},"
        counts += f" unknown {unknown}, postponed {postponed}, others {others}, vanished {self.vanished[done]}"
        if name in ("score", "update", "order") and applied > made:
            raise Violation(f"doubled: {counts}")
        if unknown and done not in service.sent and name not in ("set", "remove"):
            raise Violation(f"said to be unknown, and was never sent: {counts}")
        if applied and made == 1 == others and not (succeeded or unknown or postponed or self.vanished[done]):
            raise Violation(f"said not to be applied, and was: {counts}, {outcomes}")
        if name in ("get", "look", "set", "remove"):
            return  # a value may end with a newer one
        if succeeded and not applied:
            raise Violation(f"said to be applied, and was not: {counts}")
        if self.durable[done] and not applied and not (unknown or others or aside):
            raise Violation(f"lost: {counts}")

    def _check_newest(self, key: str) -> None:
        """The newest value that was said to be applied is there, or a newer one that may have been."""
        about = {
            dict(done[1])["value"]: done
            for done in self.made
            if done[0] in ("set", "remove") and dict(done[1])["key"] == key
        }
        if self.crowded or not about:
            return
        by_age = sorted(about, key=int)
        said = [value for value in by_age if any(error is None for error in self.outcomes[about[value]])]
        newest = int(said[-1]) if said else 0
        may = [v for v in by_age if int(v) > newest and (self._perhaps(about[v]))]
        there = self.world.service.values.get(("ada", key))
        if newest and there not in (str(newest), *may):
            raise Violation(f"the newest value of {key} is {newest}, and {there} is there; it may be {may}")

    def _perhaps(self, done: Deed) -> bool:
        return bool(self.vanished[done]) or any(isinstance(error, OutcomeUnknown) for error in self.outcomes[done])
