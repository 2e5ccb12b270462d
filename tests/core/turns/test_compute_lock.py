"""Workers compute one at a time, and whoever waits for something keeps nobody from computing."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http.line import Line
from pygame_gameservices.core.http.transport import HttpTransport, tls_context
from pygame_gameservices.core.turns import breath as breath_module
from pygame_gameservices.core.turns import compute_lock as workbench
from pygame_gameservices.core.turns.breath import WORK_S, breathe, in_short_breaths
from pygame_gameservices.core.turns.compute_lock import ComputeLock, aside
from pygame_gameservices.errors import NetworkError
from pygame_gameservices.sandbox import Latency, Sandbox
from tests.conftest import NO_MAKER, run_until
from tests.core.runners.test_close import black_hole, silent

WAIT_S = 20.0
"""How long whoever waits would wait if nobody else had a turn meanwhile."""


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ComputeLock:
    """A workbench whose workers are patient: whoever has to wait for a turn waits until the test sees it."""
    monkeypatch.setattr(workbench, "PATIENCE_S", 3 * WAIT_S)
    return ComputeLock()


@contextlib.contextmanager
def at_work(bench: ComputeLock, work: Callable[[], object]) -> Iterator[Future[None]]:
    """Have another worker work at `bench` meanwhile; gives what tells whether it is done."""

    def worker() -> None:
        with bench:
            begun.set()
            work()

    begun = threading.Event()
    with ThreadPoolExecutor() as pool:
        done = pool.submit(worker)
        assert begun.wait(WAIT_S)
        yield done
    done.result()


def have_a_turn(bench: ComputeLock) -> None:
    with bench:
        pass


def our_turn_came_before(other: Future[None], bench: ComputeLock) -> bool:
    """Have a turn, and say whether the other was still at it then."""
    with bench:
        return not other.done()


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """What another worker waits for; set at the end, so that it ends in any case."""
    event = threading.Event()
    yield event
    event.set()


def test_who_computes_keeps_the_others_waiting(bench: ComputeLock, over: threading.Event) -> None:
    with at_work(bench, lambda: over.wait(WAIT_S)), ThreadPoolExecutor() as pool:
        ours = pool.submit(have_a_turn, bench)
        time.sleep(0.2)
        assert not ours.done()
        over.set()


def test_who_steps_aside_does_not(bench: ComputeLock, over: threading.Event) -> None:
    def wait() -> None:
        with aside:
            over.wait(WAIT_S)

    with at_work(bench, wait) as other:
        assert our_turn_came_before(other, bench)
        over.set()


def test_who_comes_back_waits_for_a_turn(bench: ComputeLock) -> None:
    order: list[str] = []

    def wait() -> None:
        with aside:
            ours.wait(WAIT_S)
        order.append("back")

    ours = threading.Event()
    with at_work(bench, wait), bench:
        ours.set()
        time.sleep(0.2)
        order.append("first")
    assert order == ["first", "back"]


def test_stepping_aside_twice_is_stepping_aside(bench: ComputeLock, over: threading.Event) -> None:
    def wait() -> None:
        with aside, aside:
            over.wait(WAIT_S)

    with at_work(bench, wait) as other:
        assert our_turn_came_before(other, bench)
        over.set()


def test_who_never_steps_aside_is_not_waited_for(
    bench: ComputeLock, over: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "PATIENCE_S", 0.05)
    with at_work(bench, lambda: over.wait(WAIT_S)) as other:
        assert our_turn_came_before(other, bench)
        over.set()
    monkeypatch.setattr(workbench, "PATIENCE_S", 3 * WAIT_S)
    worked = threading.Event()

    def work() -> None:
        time.sleep(0.2)
        worked.set()

    with at_work(bench, work), bench:  # and the turns go on as before
        assert worked.is_set()


def test_an_error_at_the_bench_ends_the_turn(bench: ComputeLock) -> None:
    with contextlib.suppress(ZeroDivisionError), bench:
        1 / 0  # noqa: B018
    with ThreadPoolExecutor() as pool:
        pool.submit(have_a_turn, bench).result(WAIT_S)


def test_elsewhere_there_is_nothing_to_step_aside_from() -> None:
    with aside:
        pass


def test_a_rest_is_a_step_aside(bench: ComputeLock, over: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        until = time.monotonic() + WAIT_S
        with in_short_breaths():
            while not over.is_set() and time.monotonic() < until:
                time.sleep(2 * WORK_S)
                breathe()

    monkeypatch.setattr(breath_module, "REST_S", 0.05)
    with at_work(bench, work) as other:
        assert our_turn_came_before(other, bench)
        over.set()


def ask(url: str, *, body: bytes | None = None, ca_file: str | None = None) -> None:
    transport = HttpTransport(tls_context(ca_file))
    with contextlib.suppress(NetworkError):
        transport.send(Request(method="POST", url=url, body=body, timeout_s=WAIT_S), Line())
    transport.close()


@pytest.mark.parametrize("body", [None, bytes(64 << 20)], ids=["small", "large"])
@pytest.mark.parametrize(
    "network", [black_hole, lambda: silent("http"), lambda: silent("https")], ids=["connect", "http", "handshake"]
)
def test_the_network_is_waited_for_aside(
    network: Callable[[], contextlib.AbstractContextManager[str]], body: bytes | None, bench: ComputeLock
) -> None:
    with contextlib.ExitStack() as server:
        url = server.enter_context(network())
        with at_work(bench, lambda: ask(url, body=body)) as other:
            time.sleep(0.2)  # by now it waits for what the network keeps silent about
            assert our_turn_came_before(other, bench)
            server.close()  # which resets the connection, and ends the wait


def test_so_is_an_answer_over_tls(bench: ComputeLock) -> None:
    with contextlib.ExitStack() as server:
        secure = server.enter_context(Sandbox.start(NO_MAKER, tls=True))
        secure.faults.set(Latency(WAIT_S))
        url = f"{secure.gamejolt_url}/time/"
        with at_work(bench, lambda: ask(url, ca_file=str(secure.ca_file))) as other:
            time.sleep(0.2)
            assert our_turn_came_before(other, bench)
            server.close()


class Crowd:
    """A transport that tells how many workers compute at once, and how many wait at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = {"computing": 0, "waiting": 0}
        self.most = dict(self._now)
        self._several_wait = threading.Event()

    def __call__(self) -> Crowd:
        return self

    def send(self, request: Request, line: Line) -> Response:
        line.sent = True
        self._for_a_moment("computing", 0.002)
        with aside:
            self._count("waiting", 1)
            self._several_wait.wait(WAIT_S)
            self._count("waiting", -1)
        self._for_a_moment("computing", 0.002)
        return Response(status=200, headers={}, body=b'{"response": {"success": "true", "timestamp": 5}}')

    def close(self) -> None:
        pass

    def _for_a_moment(self, what: str, seconds: float) -> None:
        self._count(what, 1)
        time.sleep(seconds)
        self._count(what, -1)

    def _count(self, what: str, change: int) -> None:
        with self._lock:
            self._now[what] += change
            self.most[what] = max(self.most[what], self._now[what])
            if self._now["waiting"] > 1:
                self._several_wait.set()


@pytest.mark.threads
def test_the_workers_of_a_manager_compute_one_at_a_time_and_wait_all_at_once(
    bench: ComputeLock, tmp_path: Path
) -> None:
    crowd = Crowd()
    with ServiceManager("bench", folder=tmp_path, transport=crowd) as services:
        gj = services.add(GameJolt(1, "key", presence=False))
        calls = []
        for number in range(40):
            calls.append(gj.data_store.set(f"key {number}", "x"))
            time.sleep(0.002)
        run_until(services, lambda: all(call.done for call in calls))
    assert crowd.most["computing"] == 1
    assert crowd.most["waiting"] > 1
