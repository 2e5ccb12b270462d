"""ServiceManager with its real threads, against the sandbox: outcomes, callbacks, closing, and what import costs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pygame_gameservices import (
    CallFailed,
    Cancelled,
    Closed,
    DeliveryUnknown,
    GameJolt,
    QueueFull,
    ServiceManager,
    UsageError,
    WentOffline,
)
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.calls.pacing import TokenBucket
from pygame_gameservices.sandbox import Sandbox, Stall
from tests.conftest import NO_MAKER, WAIT_S, run_until, settle


def test_callbacks_run_on_the_frame_thread_within_update(gj: GameJolt, services: ServiceManager) -> None:
    ran_on: list[threading.Thread] = []
    call = gj.time.fetch().then(lambda ended: ran_on.append(threading.current_thread()))
    call.result(WAIT_S)
    time.sleep(0.05)
    assert (ran_on, call.done, call.value) == ([], False, None)
    settle(services, call)
    assert ran_on == [threading.current_thread()]
    assert call.value is not None
    call.then(lambda ended: ran_on.append(threading.current_thread()))
    assert len(ran_on) == 2


def test_an_exception_in_a_callback_harms_nothing(
    gj: GameJolt, services: ServiceManager, caplog: pytest.LogCaptureFixture
) -> None:
    after: list[object] = []

    def broken(ended: object) -> None:
        raise ValueError("the game's own mistake")

    call = gj.time.fetch().then(broken).then(after.append)
    settle(services, call)
    assert after == [call]
    assert "the game's own mistake" in caplog.text


def test_a_callback_that_ends_the_game_costs_nothing_else_its_outcome(gj: GameJolt, services: ServiceManager) -> None:
    operation = Operation(service=gj.name, name="anything", kind=Kind.SAFE)
    calls = [services.resolve(operation, number) for number in range(5)]
    calls[1].then(lambda ended: sys.exit("game over"))
    with pytest.raises(SystemExit):
        run_until(services, lambda: calls[-1].done)  # a frame delivers no more than it has time for
    services.close()
    assert [call.value for call in calls] == [0, 1, 2, 3, 4]


def test_thousands_of_calls_that_end_at_once_are_spread_over_frames(gj: GameJolt, services: ServiceManager) -> None:
    operation = Operation(service=gj.name, name="anything", kind=Kind.SAFE)
    calls = [services.resolve(operation, None) for _ in range(10_000)]
    took, happened = [], 0
    while happened < 10_000:
        begun = time.thread_time()
        happened += len(services.update())
        took.append(time.thread_time() - begun)
    assert sorted(took)[len(took) // 2] < 0.004
    assert all(call.succeeded for call in calls)


def test_a_frame_may_be_drawn_from_within_a_callback(gj: GameJolt, services: ServiceManager) -> None:
    operation = Operation(service=gj.name, name="anything", kind=Kind.SAFE)
    first, second = services.resolve(operation, 1), services.resolve(operation, 2)
    within: list[object] = []
    first.then(lambda ended: within.extend(services.update()))
    happened = services.update()
    told = [event.call for event in (*happened, *within, *services.update())]
    assert (len(told), {*told}) == (2, {first, second}), "each once, in whichever of the frames"


def test_awaiting_needs_no_frames(gj: GameJolt) -> None:
    async def play() -> tuple[object, object]:
        return await asyncio.gather(_value(gj), _value(gj))

    first, second = asyncio.run(play())
    assert first == second


async def _value(gj: GameJolt) -> object:
    return await gj.scores.tables()


def test_awaiting_in_an_asyncio_main_loop(gj: GameJolt, services: ServiceManager) -> None:
    async def main() -> object:
        game = asyncio.create_task(_value(gj))
        while not game.done():
            services.update()
            await asyncio.sleep(0)
        return game.result()

    assert asyncio.run(main())


def test_result_gives_up_waiting_but_the_call_goes_on(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    sandbox.faults.set(Stall(seconds=0.5, path="*/time/"))
    call = gj.time.fetch()
    with pytest.raises(Exception, match=r"no result within 0\.1 s"):
        call.result(0.1)
    settle(services, call)
    assert call.succeeded


def test_cancelling_a_read_under_way(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    sandbox.faults.set(Stall(seconds=10, path="*/time/"))
    call = gj.time.fetch()
    time.sleep(0.2)
    call.cancel()
    with pytest.raises(Cancelled):
        call.result(1.0)
    sandbox.faults.clear()
    assert gj.time.fetch().result(WAIT_S), "the worker is free again"


@pytest.mark.threads
def test_background_work_comes_home_on_the_frame_thread(services: ServiceManager) -> None:
    seen: list[object] = []
    task = services.background(lambda: threading.current_thread().name).then(lambda ended: seen.append(ended.value))
    broken = services.background(lambda: 1 / 0)
    settle(services, task, broken)
    assert seen == ["gameservices-background"]
    assert isinstance(broken.error, ZeroDivisionError)


def test_background_work_that_wants_to_end_the_game_is_an_error_like_others(services: ServiceManager) -> None:
    rude = services.background(lambda: sys.exit("enough"))
    after = services.background(lambda: 42)
    settle(services, rude, after)
    assert "enough" in str(rude.error)
    assert after.value == 42


def test_closing_carries_out_what_is_needed_and_cancels_the_rest() -> None:
    services = ServiceManager("tests")
    done: list[str] = []
    services.background(lambda: time.sleep(0.2))
    rest = [services.background(lambda: done.append("rest")) for _ in range(2)]
    needed = [services.background(lambda: done.append("needed"), at_close=True) for _ in range(2)]
    services.close(timeout=WAIT_S)
    assert all(isinstance(task.error, Cancelled) for task in rest)
    assert (done, [task.error for task in needed]) == (["needed"] * 2, [None] * 2)


@pytest.mark.threads
def test_closing_keeps_its_time_while_something_needed_is_slow() -> None:
    services = ServiceManager("tests")
    goes_on = threading.Event()
    slow = services.background(lambda: goes_on.wait(WAIT_S), at_close=True)
    started = time.monotonic()
    services.close(timeout=0.3)
    assert time.monotonic() - started < WAIT_S / 2
    assert not slow.done
    goes_on.set()


@pytest.mark.parametrize("timeout", [0.3, 2.0])
def test_closing_keeps_its_time_while_the_server_stalls(sandbox: Sandbox, timeout: float) -> None:
    sandbox.faults.set(Stall(seconds=30))
    services = ServiceManager("tests")
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
    gj.sign_in("ada", sandbox.player("ada").token)
    calls = [gj.time.fetch(), *(gj.trophies.add_achieved(n) for n in (1, 2, 3)), gj.scores.add("1", 1)]
    time.sleep(0.3)
    started = time.monotonic()
    happened = services.close(timeout=timeout)
    took = time.monotonic() - started
    sandbox.faults.clear()
    assert took < timeout + 0.2
    assert all(call.done for call in calls)
    assert {call.outcome for call in calls} <= {"failed", "unknown"}
    ends = [e.call for e in happened if isinstance(e, CallFailed | DeliveryUnknown)]
    assert all(ends.count(call) == 1 for call in calls)


def test_closing_lets_what_is_quick_go_out(sandbox: Sandbox) -> None:
    services = ServiceManager("tests")
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
    gj.sign_in("ada", sandbox.player("ada").token)
    call = gj.trophies.add_achieved(3)
    services.close(timeout=WAIT_S)
    assert call.value is True, sandbox.journal()
    assert [row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")] == [3]


def test_closing_goes_on_when_a_service_cannot_say_goodbye(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    class Rude(GameJolt):
        def closing(self) -> None:
            raise QueueFull("far too many calls wait")

    services = ServiceManager("tests")
    url, key = sandbox.gamejolt_url, sandbox.private_key
    services.add(Rude(sandbox.game_id, key, base_url=url, presence=False))
    polite = services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=False, name="polite"))
    call = polite.scores.add("10,000", 10_000, guest="Zoë")
    services.close()
    assert call.value is True
    assert "could not say goodbye" in caplog.text


def test_the_scheduler_goes_on_after_a_defect(gj: GameJolt, services: ServiceManager) -> None:
    class Broken(TokenBucket):
        def wait_s(self) -> float:
            gj.pace = whole
            raise ZeroDivisionError("a defect")

    whole, gj.pace = gj.pace, Broken(1.0, 1)
    calls = [gj.time.fetch()]
    run_until(services, lambda: gj.pace is whole)
    calls.append(gj.users.fetch("ada"))
    settle(services, *calls)
    assert all(call.succeeded for call in calls)


def test_after_closing(gj: GameJolt, services: ServiceManager) -> None:
    with services:
        pass
    assert services.close() == []
    with pytest.raises(Closed, match="new ServiceManager"):
        gj.time.fetch()
    assert services.update() == []


CANCELLED_LATE = """
import gc, sys, time, weakref
from pygame_gameservices import GameJolt, ServiceManager

def lived(folder):
    with ServiceManager("short-lived", folder=folder) as manager:
        call = manager.add(GameJolt(1, "key", base_url="http://127.0.0.1:9", presence=False)).time.fetch()
    call.cancel()
    return weakref.ref(manager)

managers = [lived(f"{sys.argv[1]}/{number}") for number in range(3)]
while any(manager() is not None for manager in managers):  # its threads end a little later
    gc.collect()
    time.sleep(0.01)
"""


def test_a_closed_manager_leaves_memory_whatever_is_asked_of_its_calls_afterwards(tmp_path: Path) -> None:
    """A message that nobody hears any more must not hold it for ever."""
    subprocess.run([sys.executable, "-c", CANCELLED_LATE, str(tmp_path)], check=True, timeout=WAIT_S)


def test_the_server_dies_in_mid_play_and_every_call_ends_once(tmp_path: Path) -> None:
    passed = 0.0
    with (
        Sandbox.start(NO_MAKER) as sandbox,
        ServiceManager("tests", folder=tmp_path, clock=lambda: time.monotonic() + passed) as services,
    ):
        gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
        gj.sign_in("ada", sandbox.player("ada").token)
        run_until(services, lambda: gj.user is not None)
        calls = [gj.scores.add(str(n), n, durable=False) for n in range(30)]
        calls += [gj.scores.fetch() for _ in range(10)]
        sandbox.kill()
        calls += [gj.trophies.fetch() for _ in range(10)]
        happened = run_until(services, lambda: all(call.done for call in calls[30:]))
        passed = 31.0  # after which nobody waits any more to look up whether a score was applied
        happened += run_until(services, lambda: all(call.done for call in calls))
    ends = [e.call for e in happened if hasattr(e, "call")]
    assert all(ends.count(call) == 1 for call in calls)
    assert any(isinstance(e, CallFailed) for e in happened)
    assert sum(isinstance(e, WentOffline) for e in happened) == 1


def test_misuse_is_told_on_the_callers_line(services: ServiceManager, sandbox: Sandbox) -> None:
    lonely = GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url)
    with pytest.raises(UsageError, match="add this gamejolt to a ServiceManager"):
        lonely.time.fetch()
    services.add(lonely)
    with pytest.raises(UsageError, match="added before"):
        services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
    with pytest.raises(UsageError, match="letters, digits"):
        ServiceManager("../x")


def test_a_service_of_another_manager_is_refused_and_left_alone(
    gj: GameJolt, services: ServiceManager, sandbox: Sandbox
) -> None:
    gj.closing = lambda: pytest.fail("it is the other manager's")  # type: ignore[method-assign]
    with ServiceManager("another") as another, pytest.raises(UsageError, match="belongs to a manager already"):
        another.add(gj)
    del gj.closing
    settle(services, gj.time.fetch())


def test_importing_costs_nothing_and_starts_nothing() -> None:
    program = """
import sys, threading
import pygame_gameservices
heavy = {"requests", "urllib3", "PIL", "pygame", "arcade", "pyglet", "msgspec", "sqlite3"} & set(sys.modules)
assert not heavy, heavy
assert threading.active_count() == 1
for name in pygame_gameservices.__all__:
    if "widgets" not in pygame_gameservices._HOME_OF[name] and "engines" not in pygame_gameservices._HOME_OF[name]:
        getattr(pygame_gameservices, name)
heavy = {"PIL", "pygame", "arcade", "pyglet", "starlette"} & set(sys.modules)
assert not heavy, heavy
assert threading.active_count() == 1
"""
    subprocess.run([sys.executable, "-c", program], check=True)
