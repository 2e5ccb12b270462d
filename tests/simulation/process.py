"""One run of a game: the real scheduler, driver and outbox in virtual time, until it closes, or dies between steps."""

from __future__ import annotations

import shutil
import sqlite3
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.events import CallDurable
from pygame_gameservices.core.outbox.outbox import ADOPT_EVERY_S, TRY_AGAIN_S, Outbox
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.core.runners.driver import Driver
from pygame_gameservices.core.scheduling import effects as do
from pygame_gameservices.core.scheduling.messages import Cancel, Close, Register
from pygame_gameservices.core.scheduling.scheduler import Said, Scheduler
from pygame_gameservices.core.storage.credentials import Secret
from tests.simulation.world import Endpoint, Network, World, deed

CLOSING_S = 2.0


class Killed(BaseException):
    """The process dies here and now. Nothing in it may catch this."""


class Process:
    """See above.

    Args:
        world: what is around it.
        path: the outbox's file.
        workers: how many requests may be under way at once.

    Attributes:
        made: the calls that this run made, in order.
        settled: the calls that ended, each as often as it was told, with those of earlier runs.
        durable: the calls that were said to be on disk.
        token: with which its player signed in last.
        disk_trouble: how likely it is that the disk refuses a transaction.
        dies_after: after how many more steps it is killed; None for never.
    """

    def __init__(
        self,
        world: World,
        path: Path,
        workers: int,
        batch_limit: int,
        pause_s: float,
        note: Callable[[str], object],
    ) -> None:
        self.world = world
        self.note = note
        self.made: list[Call[Any]] = []
        self.settled: list[Call[Any]] = []
        self.durable: list[Call[Any]] = []
        self.dies_after: int | None = None
        self.disk_trouble = 0.0
        self.disk_lag = 0.0
        self.token: Secret | None = None
        self.alive = True
        self._inbox: deque[Said] = deque()
        self.network = Network(world, self._post, self._step)
        self.scheduler = Scheduler(workers, world.rng.uniform, keeps=True)
        self._driver = Driver(
            self.scheduler,
            self.network,
            self,
            self,
            lambda: world.now,
            lambda: world.wall,  # type: ignore[arg-type]
        )
        self._outbox = Outbox(path, self, self._post, lambda: world.now, lambda: world.wall)  # type: ignore[arg-type]
        self._disk_at = float("inf")
        self._adopt_at = world.now + ADOPT_EVERY_S
        self._outbox.open(0.0)
        self._post(Register(Endpoint(world, batch_limit, pause_s)))

    # what the driver is given: the disk, and the queue of what the game is told

    def carry_out(self, effect: do.Effect) -> None:
        self._step()
        self.note(f"disk: {effect}")
        if isinstance(effect, do.Mark):  # who dies now leaves behind what may have been sent, as far as anyone can tell
            self.world.service.sent.update(deed(one.operation) for one in effect.deliveries)
        self._outbox.carry_out(effect)
        self._wake_disk()

    def put(self, item: Any) -> None:
        self._step()
        self.note(f"told: {item} {item.outcome_now() if isinstance(item, Call) else ''}")
        if isinstance(item, Call):
            self.settled.append(item)
        elif isinstance(item, CallDurable):
            self.durable.append(item.call)

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
        return self.alive and not busy and service is not None and service.offline

    # time

    def next(self) -> float:
        """When it has something to do."""
        if self._inbox:
            return self.world.now
        wake = self.scheduler.wake_at()
        return min(self._disk_at, self._adopt_at, float("inf") if wake is None else wake)

    def run(self) -> None:
        """Do what is due now. Raises `Killed` if it dies meanwhile."""
        if self._disk_at <= self.world.now or self._adopt_at <= self.world.now:
            self._transact()
        while self._inbox and not self.scheduler.finished:
            self._driver.receive(self._inbox.popleft())
        if not self.scheduler.finished:
            self._driver.turn()

    def die(self) -> None:
        """As by SIGKILL: what is not committed is gone, and what is under way goes on at the service."""
        self._let_go()

    def end(self) -> None:
        """The last the disk does, after the scheduler has finished."""
        self.disk_trouble = 0.0
        self._outbox.close()
        while not self._outbox.over.is_set():
            self._transact()
            self.world.now += self._outbox.wait_s()
        self.alive = self.network.alive = False

    def _let_go(self) -> None:
        self.alive = self.network.alive = False
        file, instance = self._outbox._file, self._outbox._instance
        if file is not None:
            file.rollback()
            file.close()
        if instance is not None:
            instance._file.close()

    def _post(self, message: Said) -> None:
        if self.alive:
            self.note(f"hears: {message}")
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
        self._disk_at = float("inf")
        if self._adopt_at <= self.world.now:
            self._adopt_at = self.world.now + ADOPT_EVERY_S
        refuses = self.world.rng.random() < self.disk_trouble
        file = self._outbox._file
        if isinstance(file, OutboxFile):
            file.__class__ = Refusing if refuses else Willing
            file.between = self._step  # type: ignore[attr-defined]
        self._outbox.turn()
        if self._outbox._debts:
            self._disk_at = self.world.now + TRY_AGAIN_S


class Willing(OutboxFile):
    """A file in a process that may die before or after a commit."""

    def commit(self) -> None:
        self.between()  # type: ignore[attr-defined]
        super().commit()
        self.between()  # type: ignore[attr-defined]


class Refusing(Willing):
    """A disk that is full."""

    def commit(self) -> None:
        raise sqlite3.OperationalError("database or disk is full")


def fresh(folder: Path) -> Path:
    """An empty folder for a life."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
