"""ServiceManager: the one object a game holds. It brings to the frame thread what its runner does."""

from __future__ import annotations

import atexit
import logging
import os
import random
import threading
import weakref
from collections.abc import Callable, Generator, Iterable
from functools import partial
from pathlib import Path
from time import monotonic, time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar
from urllib.parse import urlsplit

from pygame_gameservices.core import forking
from pygame_gameservices.core.calls.call import Call, Task
from pygame_gameservices.core.calls.completion import Completion
from pygame_gameservices.core.calls.endpoint import Endpoint
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.calls.patience import patience_s
from pygame_gameservices.core.calls.waiting import Waits
from pygame_gameservices.core.events import Event, EventQueue
from pygame_gameservices.core.http.line import Transport
from pygame_gameservices.core.outbox.outbox import Outbox
from pygame_gameservices.core.page.bridge import in_a_page
from pygame_gameservices.core.runners.choice import choose_runner
from pygame_gameservices.core.runners.driver import Driver
from pygame_gameservices.core.runners.runner import Runner
from pygame_gameservices.core.runners.tasks import Tasks
from pygame_gameservices.core.scheduling import messages
from pygame_gameservices.core.scheduling.scheduler import Scheduler
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.core.turns.garbage import go_through_once
from pygame_gameservices.errors import CallError, Cancelled, Closed, QueueFull, UsageError

if TYPE_CHECKING:
    from pygame_gameservices.core.pictures.remote import Pictures

logger = logging.getLogger("pygame_gameservices")

T = TypeVar("T")

MOST_WAITING = 250_000
"""Calls that may be open at once."""
MOST_KEPT = 250_000
"""Calls that the outbox may hold."""
MOST_KEPT_BYTES = 256 << 20
"""Bytes of calls that the outbox may hold."""
MOST_FOR_ANYONE = 25_000
MOST_BYTES_FOR_ANYONE = 64 << 20
"""How full it may be for calls that wait for whoever signs in: perhaps nobody ever does."""
EXIT_S = 0.5
"""How long a program that ends without `close` is held up at most, for what it made last to get onto the disk."""
CLOSE_MARGIN = 0.85
"""The part of `close`'s timeout that calls may still use; the rest is for coming home."""
ACLOSE_BUDGET_S = 0.005
ACLOSE_PAUSE_S = 0.005
"""How often `aclose` looks whether it is over, and for how long it gives turns, where nobody else does."""

_ALREADY = threading.Event()
_ALREADY.set()


class Attachable(Endpoint, Protocol):
    """A service that can be added to a manager."""

    def attach(self, manager: ServiceManager) -> None:
        """Take calls from now on and hand them to `manager`."""


S = TypeVar("S", bound=Attachable)


class ServiceManager:
    """Runs online-service calls off the frame loop and brings their results back once a frame.

    ::

        services = ServiceManager("asteroids")
        gj = services.add(GameJolt(game_id=123456, private_key="..."))
        while running:
            for happened in services.update():
                ...
        services.close()

    Make it before the frame loop: it starts its threads and opens its outbox, which takes some 0.05 s. Use it, its
    services and their calls from one thread, the frame thread. It is a context manager that closes itself.

    Args:
        app: the game's name for its folders on disk: letters, digits, ``-``, ``_`` and spaces.
        workers: how many requests may be under way at once.
        folder: where the outbox is kept; by default the platform's folder for the data of `app`.
        ca_file: a PEM file of certificate authorities to trust besides the usual ones; in a page the browser's count.
        transport: makes a worker's transport, for tests; the network by default, and always in a page.
        runner: runs everything, and carries requests by itself, so that it goes with neither `ca_file` nor `transport`;
            by default the platform's, which is threads, or a page's.
        clock: monotonic seconds, for tests.
        wall_clock: Unix seconds, for tests.

    Attributes:
        updates: how often `update` was called; overlays see by it whether somebody else takes their events.

    Raises:
        UsageError: `app` cannot be a folder's name, `folder` is no path, `workers` is no positive number, or something
            is given besides `runner` that would carry requests.
    """

    def __init__(
        self,
        app: str,
        *,
        workers: int = 6,
        folder: str | os.PathLike[str] | None = None,
        ca_file: str | None = None,
        transport: Callable[[], Transport] | None = None,
        runner: Runner | None = None,
        clock: Callable[[], float] = monotonic,
        wall_clock: Callable[[], float] = time,
    ) -> None:
        if not isinstance(app, str) or not app or not all(c.isalnum() or c in "-_ " for c in app):
            raise UsageError(f"app is {app!r}; pass the game's name in letters, digits, '-', '_' and spaces")
        if not isinstance(workers, int) or workers < 1:
            raise UsageError(f"workers is {workers!r}; pass a whole number, at least 1")
        if folder is not None and (not isinstance(folder, (str, os.PathLike)) or not os.fspath(folder)):
            raise UsageError(f"folder is {folder!r}; pass the path of a folder, or leave it out")
        if runner is not None:
            for name, given in (("transport", transport), ("ca_file", ca_file)):
                if given is not None:
                    raise UsageError(
                        f"a runner carries requests by itself; leave {name} out, and make the runner with it"
                    )
        self.app = app
        self.updates = 0
        self._close_by = 0.0
        self._clock = clock
        self._frames: list[Callable[[float], object]] = []
        self._pictures: Pictures | None = None
        self._events = EventQueue()
        self._services: dict[str, Attachable] = {}
        self._completion = Completion(self._events, self._concluded, self._begun)
        self._closed = ""
        self._scheduler = Scheduler(workers, random.uniform, keeps=True)
        self._runner = choose_runner(workers, transport, ca_file) if runner is None else runner
        self.folder = Path(folder) if folder is not None else _data_folder(app)
        path = self.folder / "outbox.sqlite3"
        self._outbox = Outbox(path, self._events, self._runner.post, clock, wall_clock)
        self._tasks = Tasks(self._events)
        driver = Driver(self._scheduler, self._runner.network, self._outbox, self._events, clock, wall_clock)
        self._runner.start(driver, self._outbox, self._tasks)
        forking.watch(self)
        go_through_once()
        self._leaving = False
        self._at_exit = partial(_left_open, weakref.ref(self), self._runner, self._outbox, self._tasks, os.getpid())
        atexit.register(self._at_exit)

    def add(self, service: S) -> S:
        """Add `service` and return it, ready to be called. Frame thread.

        Raises:
            UsageError: it is no service, or one of that name was added before.
            Closed: the manager was closed.
        """
        self._check_open()
        if isinstance(service, type):
            raise UsageError(
                f"add got the class {service.__name__}; pass an object of it: add({service.__name__}(...))"
            )
        if not isinstance(getattr(service, "name", None), str) or not callable(getattr(service, "attach", None)):
            raise UsageError(f"add got {service!r}; pass a service, such as GameJolt(game_id=..., private_key=...)")
        if service.name in self._services:
            raise UsageError(f"a service named {service.name!r} was added before; each name can be added once")
        service.attach(self)
        self._services[service.name] = service
        self._runner.post(messages.Register(service))
        frame = getattr(service, "frame", None)  # only some services have something to do as time goes by
        if frame is not None:
            self._frames.append(frame)
        if getattr(service, "quiet", False):
            self._completion.quiet.add(service.name)
        return service

    def submit(self, operation: Operation) -> Call[Any]:
        """Hand over an operation of one of the services and return its call at once. Frame thread, a few us.

        Games call their services' methods instead, which build the operation.

        Raises:
            UsageError: no such service was added.
            QueueFull: far too many calls are waiting; nothing was queued.
            Closed: the manager was closed.
        """
        self._check_open()
        if operation.service not in self._services:
            raise UsageError(f"no service named {operation.service!r} was added")
        if len(self._completion.open) >= MOST_WAITING:
            raise QueueFull(
                f"{len(self._completion.open):,} calls are waiting already; make fewer, or call update() every frame"
            )
        if operation.durable and (self._outbox.tally.count >= MOST_KEPT or self._outbox.tally.bytes >= MOST_KEPT_BYTES):
            raise QueueFull(
                f"the outbox holds {self._outbox.tally.count:,} calls of {self._outbox.tally.bytes:,} bytes;"
                " it takes more once some of them could be delivered"
            )
        call: Call[Any] = Call(operation, self._cancel, waits=self._runner)
        self._completion.open.add(call)
        self._runner.post(call)
        if self._scheduler.finished:  # closed by another thread just now, so nobody reads the inbox any more
            self._completion.end(call)
        if self._leaving and operation.durable:  # by a handler of the game's that runs at exit after ours
            self.write_down(EXIT_S)
        return call

    def refuse(self, operation: Operation, error: CallError) -> Call[Any]:
        """Return a call that ends with `error` in the next `update`, without asking the service. Frame thread.

        For what a service knows to be impossible, such as a trophy when nobody is signed in: that is no mistake of the
        game's code, so it does not raise on its line.
        """
        return self._settled(operation, None, error.about(operation))

    def resolve(self, operation: Operation, value: Any) -> Call[Any]:
        """Return a call that succeeds with `value` in the next `update`, without asking the service. Frame thread.

        For what a service knows already, such as the score tables that it fetched a minute ago.
        """
        return self._settled(operation, value, None)

    def player_ready(self, service: str, player: str, credential: Secret) -> None:
        """Tell that a player of `service` is there, so that what was kept for the player can be sent. Any thread."""
        self._runner.post(messages.SignedIn(service, player, credential))

    def player_confirmed(self, service: str, player: str, credential: Secret) -> None:
        """Tell that `service` knows the player, who gets what was kept while nobody was signed in. Any thread."""
        self._runner.post(messages.Confirmed(service, player, credential))

    def player_gone(self, service: str, player: str) -> None:
        """Tell that a player, confirmed or not, was signed out. Any thread."""
        self._runner.post(messages.SignedOut(service, player))

    @property
    def is_closed(self) -> bool:
        """Whether it was closed, or belongs to the process that this one was forked from. Any thread."""
        return bool(self._closed)

    def left_to_close_s(self) -> float:
        """Seconds until `close`, which is under way, must be over: for services that see something through first."""
        return max(0.0, self._close_by - monotonic())

    @property
    def services(self) -> tuple[Attachable, ...]:
        """The services that were added, in that order. Frame thread."""
        return tuple(self._services.values())

    @property
    def keeps_for_anyone(self) -> bool:
        """Whether there is room for one more durable call that waits for whoever signs in first. Any thread."""
        return self._outbox.tally.count < MOST_FOR_ANYONE and self._outbox.tally.bytes < MOST_BYTES_FOR_ANYONE

    @property
    def undelivered(self) -> int | None:
        """How many durable calls are on disk and wait to be delivered, about now; None while nobody can tell, since the
        outbox is not open yet or cannot be opened (`OutboxTrouble` says why). Those of earlier runs count from the
        start; those that were set aside as rejected or unknown do not. Any thread.

        ``if services.undelivered == 0`` asks whether all is delivered, ``services.undelivered or 0`` makes a number.
        """
        return self._outbox.tally.waiting if self._outbox.tally.known else None

    def announce(self, event: Event) -> None:
        """Let the game hear of `event` in the next `update`. For services; any thread; never blocks."""
        self._events.put(event)

    def background(self, function: Callable[[], T], *, at_close: bool = False) -> Task[T]:
        """Run `function` off the frame loop; `Task.then` gets its result on the frame thread. Never blocks.

        For work that is too slow for a frame, such as painting. Tasks run one after another, on a thread of their own
        where there are threads.

        Args:
            function: the work.
            at_close: carry it out even if the manager is closed before its turn, and have `close` wait for it within
                its time. For what must get onto the disk; other work that waits ends as `Cancelled` then.

        Raises:
            Closed: the manager was closed.
        """
        self._check_open()
        task: Task[T] = Task(function, self._runner, at_close=at_close)
        self._tasks.add(task)
        if self._leaving:  # by a handler of the game's that runs at exit after ours
            _carry_out(self._runner, self._tasks, EXIT_S)
        return task

    def run_beside(self, function: Callable[[], object], name: str) -> None:
        """Run something that blocks, such as a page that waits for a browser, beside all else. Never blocks.

        Args:
            name: what it is, for a list of threads.

        Raises:
            UsageError: there are no threads here.
        """
        self._runner.run_beside(function, name)

    def if_left(self, service: str, operation: Operation | None) -> None:
        """Have an operation sent by the browser should the player leave the page that the game runs in, since nothing
        else can then; None for none. For services; frame thread. On desktops nothing comes of it.

        Args:
            service: the name of the service; a later operation replaces the one before.
        """
        endpoint = self._services[service]
        self._runner.if_left(service, None if operation is None else lambda: endpoint.request([operation]))

    @property
    def waits(self) -> Waits:
        """How to wait for what the runner brings about. For services."""
        return self._runner

    @property
    def pictures(self) -> Pictures:
        """Remote pictures, such as avatars: fetched, decoded and kept without a frame ever waiting. Frame thread."""
        if self._pictures is None:
            from pygame_gameservices.core.pictures.remote import Pictures

            self._pictures = Pictures(self)
        return self._pictures

    def expect_updates(self, expected: bool) -> None:
        """Say whether the game's frames have begun, with which `update` is to come. Frame thread.

        Until it came for the first time its absence is said in the log, ten seconds after it was expected: by itself
        from the manager's making on. Overlays that the game's frames update by themselves call this.
        """
        self._runner.expect_updates(expected)

    def activity(self, active: bool | None = None, focused: bool | None = None) -> None:
        """Tell the services whether the player is there. Overlays do; a game without one may. Frame thread; about 1 us.

        Args:
            active: True when something was pressed just now, False when the game knows that nobody is there.
            focused: whether the window has the focus now.
        """
        for service in self._services.values():
            hear = getattr(service, "activity", None)
            if hear is not None:
                hear(active, focused)

    def update(self, budget_s: float = 0.001) -> list[Event]:
        """Bring home what happened since the last frame: finish calls, run their callbacks, return the events.

        Call it once a frame, on the frame thread; where there is an overlay, call only ``overlay.update(dt)``, which
        does so: each event is handed out once. Nearly free when nothing happened.

        Args:
            budget_s: seconds after which the rest is left for the next frame, the game's own callbacks not counted; 0
                and less brings one thing.

        Raises:
            UsageError: `budget_s` is no finite number.
        """
        budget_s = patience_s("budget_s", budget_s)
        self.updates += 1
        budget_s -= min(self._runner.update(budget_s / 2), budget_s / 2)
        if self._frames:
            now = self._clock()
            for frame in self._frames:
                frame(now)
        return [] if self._completion.idle else self._completion.bring(budget_s)

    def knows(self, url: str) -> bool:
        """Whether `url` is at the host of a service's own base address, which the game itself has named. Any thread."""
        wanted = urlsplit(url)[:2]
        bases = [getattr(service, "base_url", "") for service in list(self._services.values())]
        return any(urlsplit(base)[:2] == wanted for base in bases if base)

    def close(self, timeout: float = 2.0) -> list[Event]:
        """End everything within `timeout` seconds, whatever the network does, and return the last events.

        Services say goodbye, writes that can still go out do, and every other call ends too. Closing twice is fine.
        Frame thread.

        Args:
            timeout: seconds, any finite number; 0 and less gives nothing the time to go out.

        Raises:
            UsageError: `timeout` is no finite number, or nothing can wait here, as in a page, where `aclose` is for it.
                Nothing was closed.
        """
        closing = self._closing(patience_s("timeout", timeout))
        try:
            awaited = next(closing)
            while True:
                awaited = closing.send(self._runner.wait(*awaited))
        except StopIteration as over:
            happened: list[Event] = over.value
            return happened

    async def aclose(self, timeout: float = 2.0) -> list[Event]:
        """See `close`, in an asyncio program, which goes on meanwhile.

        Args:
            timeout: see `close`.

        Raises:
            UsageError: `timeout` is no finite number. Nothing was closed.
        """
        closing = self._closing(patience_s("timeout", timeout))
        try:
            awaited = next(closing)
            while True:
                awaited = closing.send(await self._arrived(*awaited))
        except StopIteration as over:
            happened: list[Event] = over.value
            return happened

    async def _arrived(self, arrived: threading.Event, timeout: float) -> bool:
        import asyncio  # see `Pending.__await__`

        until = monotonic() + timeout
        while True:
            self._runner.update(ACLOSE_BUDGET_S)
            if arrived.is_set() or monotonic() >= until:
                return arrived.is_set()
            await asyncio.sleep(ACLOSE_PAUSE_S)

    def _closing(self, timeout: float) -> Generator[tuple[threading.Event, float], bool, list[Event]]:
        """Close step by step: yields what is to be waited for, and how long, and gets whether it came."""
        if self._closed:
            return []
        yield _ALREADY, 0.0  # where nothing can wait it is refused here, before anything has begun
        until = self._close_by = monotonic() + timeout
        self._runner.update(0.0)
        for service in self._services.values():
            try:
                service.closing()
            except Exception:  # such as a queue that is full; the others say goodbye all the same
                logger.exception("%s could not say goodbye", service.name)
        self._closed = "the service manager was closed; make a new ServiceManager to go on"
        atexit.unregister(self._at_exit)
        self._tasks.close()
        self._runner.post(messages.Close(self.left_to_close_s() * CLOSE_MARGIN))
        if not (yield self._runner.over, max(0.0, until - monotonic())):
            logger.warning("the service threads did not end within %g s", timeout)
            self._scheduler.finished = True  # from now on nothing is begun, however much it has to do
        self._outbox.close((until - monotonic()) * CLOSE_MARGIN)
        if not (yield self._outbox.over, max(0.0, until - monotonic())):
            logger.warning("the outbox did not end within %g s", timeout)
        if self._tasks.needed and not (yield self._tasks.over, max(0.0, until - monotonic())):
            logger.warning("%d files were not written within %g s", len(self._tasks.needed), timeout)
        return self._completion.bring_all()

    def forked(self) -> None:
        """Become inert: in a forked child, where the threads, the connections and the outbox are the parent's.

        The game's calls and tasks end as `Cancelled` here, without their callbacks, and go on in the parent.
        """
        self._closed = "this process was forked from the one that the service manager works in; make a new one here"
        self._frames.clear()
        self._events = EventQueue()
        self._completion = Completion(self._events, self._concluded, self._begun)
        error = Cancelled("it goes on in the process that this one was forked from")
        for pending in self._runner.forked():
            pending.abandon(error)
        self._outbox.forked()

    def write_down(self, timeout: float) -> bool:
        """Wait until the durable calls made so far are on disk, or cannot be. Returns whether they are. Any thread.

        Args:
            timeout: seconds to wait at most.

        Raises:
            UsageError: `timeout` is no finite number, or nothing can wait here, as in a page.
        """
        return _write_down(self._runner, self._outbox, patience_s("timeout", timeout))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<ServiceManager {self.app!r}: {', '.join(self._services) or 'no services'}>"

    def _cancel(self, call: Call[Any]) -> None:
        self._runner.post(messages.Cancel(call))

    def _begun(self, call: Call[Any]) -> bool:
        delivery = self._scheduler.delivery(call)
        return call.attempts > 0 or (delivery is not None and delivery.disk_answers > 0)

    def _concluded(self, call: Call[Any]) -> Iterable[Event]:
        return self._services[call.operation.service].concluded(call)

    def _settled(self, operation: Operation, value: Any, error: CallError | None) -> Call[Any]:
        self._check_open()
        call: Call[Any] = Call(operation, lambda call: None, waits=self._runner)
        self._completion.open.add(call)
        call.settle(value, error)
        self._events.put(call)
        return call

    def _check_open(self) -> None:
        if self._closed:
            raise Closed(self._closed)


def _data_folder(app: str) -> Path:
    if in_a_page():
        return Path("/gameservices") / app
    from platformdirs import user_data_path

    return user_data_path(app, appauthor=False)


def _write_down(runner: Runner, outbox: Outbox, timeout: float) -> bool:
    written = threading.Event()
    runner.post(lambda: outbox.when_written(written.set))
    return runner.wait(written, timeout)


def _carry_out(runner: Runner, tasks: Tasks, timeout: float) -> bool:
    """Wait until the tasks that were added so far are over. Returns whether they are."""
    over = threading.Event()
    tasks.add(Task(over.set))
    return runner.wait(over, timeout)


def _left_open(
    manager: weakref.ref[ServiceManager], runner: Runner, outbox: Outbox, tasks: Tasks, process: int
) -> None:
    """The program ends and nobody closed the manager, which may have been deleted: what was made in the last frame is
    not on disk yet. In a forked child nothing of it is there."""
    if os.getpid() != process:
        return
    until = monotonic() + EXIT_S
    try:
        _carry_out(runner, tasks, EXIT_S)
        _write_down(runner, outbox, max(0.0, until - monotonic()))
    except UsageError:  # nothing can wait here, so only what can be done at once is
        runner.update(EXIT_S)
        return
    left = manager()
    if left is not None:
        left._leaving = True
