"""One run of a game: the real scheduler, driver and outbox in virtual time, until it closes, or dies between steps."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Kind
from pygame_gameservices.core.events import CallDurable, FileDamaged
from pygame_gameservices.core.outbox.outbox import ADOPT_EVERY_S, TRY_AGAIN_S, Outbox
from pygame_gameservices.core.runners.driver import Driver
from pygame_gameservices.core.scheduling import effects as do
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.messages import Cancel, Close, Register
from pygame_gameservices.core.scheduling.scheduler import Said, Scheduler
from pygame_gameservices.core.storage.credentials import Secret
from tests.simulation.checks import Violation
from tests.simulation.disk import REFUSALS, Killed, MemoryDisk, RealDisk, ShakyFile
from tests.simulation.network import Network
from tests.simulation.plan import Start
from tests.simulation.service import Deed, Endpoint, RemoteService, deed
from tests.simulation.world import World

CLOSING_S = 2.0


class WatchedEffects(deque[do.Effect]):
    """What a scheduler wants done, seen before any of it is carried out.

    Args:
        watch: takes each effect.
    """

    def __init__(self, watch: Callable[[do.Effect], object]) -> None:
        super().__init__()
        self._watch = watch

    def append(self, effect: do.Effect) -> None:
        """Add one."""
        self._watch(effect)
        super().append(effect)

    def extend(self, effects: Iterable[do.Effect]) -> None:
        """Add several."""
        for effect in effects:
            self.append(effect)


class WatchedOutbox(Outbox):
    """One in which a defect is none of the disk's refusals, which it would take it for."""

    def _failed(self, error: Exception, batch: Sequence[Callable[[], object]]) -> None:
        if not isinstance(error, (sqlite3.Error, OSError)):
            raise Violation(f"a defect within a transaction: {error!r}") from error
        super()._failed(error, batch)


class Process:
    """See above.

    Args:
        world: the time.
        service: what it calls.
        faults: those that its network has.
        disk: where its outbox is.
        start: how it is to be.

    Attributes:
        workers: how many requests may be under way at once.
        made: the calls that this run made, in order.
        settled: the calls that ended, each as often as it was told, with those of earlier runs.
        durable: the calls that were said to be on disk.
        player: who signed in last, and is there still; empty for nobody.
        confirmed: whether the service knows that player.
        token: with which that was.
        disk_trouble: how likely it is that the disk refuses a transaction.
        dies_after: after how many more steps it is killed; None for never.
        outbox: its outbox.
        lost_on_disk: whether it was said that the disk lost calls.
        unread: whether newer calls went because the disk did not give away for long what is older.
    """

    def __init__(
        self, world: World, service: RemoteService, faults: Sequence[str], disk: RealDisk | MemoryDisk, start: Start
    ) -> None:
        self.world = world
        self._service = service
        self.made: list[Call[Any]] = []
        self.settled: list[Call[Any]] = []
        self.durable: list[Call[Any]] = []
        self.workers = start.workers
        self.dies_after = start.dies_after
        self.disk_trouble = start.disk_trouble
        self.disk_lag = start.disk_lag_s
        self.player = ""
        self.confirmed = False
        self.token: Secret | None = None
        self.alive = True
        self.lost_on_disk = self.unread = False
        self._disk = disk
        self._inbox: deque[Said] = deque()
        self._settled_once: set[Delivery] = set()
        self._known_here_only: set[Deed] = set()  # what became of these is not on disk yet
        self.network = Network(world, service, faults, self._post, self._step)
        self.network.trouble = start.trouble
        self.scheduler = Scheduler(start.workers, world.rng.uniform, keeps=True)
        clocks = (lambda: world.now, lambda: world.wall)
        self.scheduler.effects = WatchedEffects(self._watch)
        self._driver = Driver(self.scheduler, self.network, self, self, *clocks)  # type: ignore[arg-type]
        self.outbox = WatchedOutbox(disk.path, self, self._post, *clocks)  # type: ignore[arg-type]
        self._disk_at = self._look_at = float("inf")
        self._adopt_at = world.now + ADOPT_EVERY_S
        dies_after, self.dies_after = self.dies_after, None  # no sooner than it is there
        self.outbox.open(0.0)
        self.dies_after = dies_after
        self._post(Register(Endpoint(world, start.batch_limit, start.pause_s)))

    def _watch(self, effect: do.Effect) -> None:
        """See to what must hold of an effect, whether or not the process dies before it is carried out."""
        if isinstance(effect, do.Send):
            for delivery in effect.batch.deliveries:
                self._check_marked(delivery)
        elif isinstance(effect, (do.NoteSent, do.Unmark, do.Remove, do.SetAside)):
            self._known_here_only.add(deed(effect.delivery.operation))
        elif isinstance(effect, (do.Settle, do.SettleOnceWritten)):  # a game's call would not tell of a second time
            if effect.delivery in self._settled_once:
                raise Violation(f"settled twice: {effect.delivery} {effect.delivery.operation.arguments}")
            self._settled_once.add(effect.delivery)

    # what the driver is given: the disk, and the queue of what the game is told

    def carry_out(self, effect: do.Effect) -> None:
        self._step()
        self.world.note("disk:", effect)
        self.outbox.carry_out(effect)
        self._wake_disk()

    def put(self, item: Any) -> None:
        self._step()
        self.world.note("told:", item, item.outcome_now() if isinstance(item, Call) else "")
        if isinstance(item, Call):
            self.settled.append(item)
        elif isinstance(item, CallDurable):
            self.durable.append(item.call)
            self._check_on_disk(item.call)
        elif isinstance(item, FileDamaged):
            self.lost_on_disk = True

    def _check_on_disk(self, call: Call[Any]) -> None:
        delivery, file = self.scheduler.delivery(call), self.outbox._file
        if (
            delivery is not None
            and not delivery.gone
            and not (isinstance(file, ShakyFile) and file.has(delivery.entry))
        ):
            raise Violation(f"said to be on disk, and is not: {call!r} {call.operation.arguments}")

    def _check_marked(self, delivery: Delivery) -> None:
        """What counts twice is marked on disk before it is sent."""
        file = self.outbox._file
        if not isinstance(file, ShakyFile) or file.moved() or delivery.operation.kind is not Kind.ADDITIVE:
            return
        if delivery.entry and not file.is_in_flight(delivery.entry):
            raise Violation(f"sent, and not marked on disk: {delivery} {delivery.operation.arguments}")

    # what a game does

    def call(self, operation: Any) -> Call[Any]:
        call: Call[Any] = Call(operation, lambda call: self._post(Cancel(call)))
        self.made.append(call)
        self._post(call)
        return call

    def tell(self, message: Said) -> None:
        self._post(message)

    def close(self) -> float:
        """Begin to end. Returns by when it must have."""
        self._post(Close(CLOSING_S))
        return self.world.now + CLOSING_S

    @property
    def waits_in_vain(self) -> bool:
        """Whether it could end and does not: it hears nothing, sends nothing, and the service is away."""
        scheduler = self.scheduler
        service = scheduler._services["game"] if scheduler._services else None
        busy = self._inbox or scheduler.finished or scheduler.under_way
        return self.alive and not busy and service is not None and service.host.offline

    @property
    def disk_is_busy(self) -> bool:
        """Whether the disk has something to do."""
        return self._disk_at < float("inf")

    @property
    def rests(self) -> bool:
        """Whether it has nothing to do now."""
        return self.next() > self.world.now

    # time

    def next(self) -> float:
        """When it has something to do."""
        if self._inbox:
            return self.world.now
        wake = self.scheduler.wake_at()
        return min(self._disk_at, self._adopt_at, self._look_at, float("inf") if wake is None else wake)

    def run(self) -> None:
        """Do what is due now. Raises `Killed` if it dies meanwhile."""
        if min(self._disk_at, self._adopt_at, self._look_at) <= self.world.now:
            self._transact()
        while self._inbox and not self.scheduler.finished:
            self._driver.receive(self._inbox.popleft())
        self._driver.turn()

    def file_vanished(self) -> None:
        """It has yet to notice, which takes it a second at most, unless it writes before."""
        self._look_at = self.world.now + TRY_AGAIN_S * self.world.rng.random()

    def another_died(self) -> None:
        """It has yet to notice."""
        self._adopt_at = min(self._adopt_at, self.world.now + ADOPT_EVERY_S)

    def die(self, *, alone: bool) -> None:
        """As by SIGKILL: what is not committed is gone, and what is under way goes on at the service."""
        self.network.die()
        unheard = {deed(one) for batch in self.scheduler.under_way for one in batch.operations} | self._known_here_only
        self._service.unheard |= unheard
        self._service.doubts |= unheard
        self.alive = False
        self._disk.died(self.outbox, self.world.rng, alone=alone)

    def end(self) -> None:
        """The last the disk does, after the scheduler has finished."""
        self.disk_trouble = 0.0
        self.outbox.close()
        while not self.outbox.over.is_set():
            self._transact()
            self.world.now += self.outbox.wait_s()
        self.alive = self.network.alive = False

    def _post(self, message: Said) -> None:
        if self.alive:
            self.world.note("hears:", message)
            self._inbox.append(message)

    def _step(self) -> None:
        """Between two effects: here it may die."""
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                raise Killed

    def _wake_disk(self) -> None:
        self._disk_at = min(self._disk_at, self.world.now + self.disk_lag * self.world.rng.random())

    def _transact(self) -> None:
        """One transaction with all that has gathered, as the outbox's thread does."""
        outbox, now, rng = self.outbox, self.world.now, self.world.rng
        self._disk_at = self._look_at = float("inf")
        outbox._adopt_at = self._adopt_at
        nothing_new = outbox._messages.empty() and not outbox._unwritten
        adopts, refuses = self._adopt_at <= now, False
        file = outbox._file
        if isinstance(file, ShakyFile):
            file.between = self._step  # type: ignore[method-assign]
            refuses = rng.random() < self.disk_trouble
            file.refuses = rng.choice(REFUSALS) if refuses else ""
        outbox.turn()
        if outbox._unwritten or outbox._loading.holds_up:
            self._disk_at = now + TRY_AGAIN_S
        if not outbox._unwritten:
            self._known_here_only.clear()
        players = outbox._loading._players.values()
        waited_long = any(player.missed_at is not None and player.exhausted for player in players)
        self.unread |= waited_long and outbox.tally.older_to_come
        if outbox._file is not None and outbox._file.moved():
            self._look_at = now + TRY_AGAIN_S
        if not nothing_new or refuses:
            self._adopt_at = now + ADOPT_EVERY_S if adopts else min(self._adopt_at, now + ADOPT_EVERY_S)
        elif adopts:
            self._adopt_at = float("inf")  # until something happens: there is nothing to adopt, and nothing was missed
