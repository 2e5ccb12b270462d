"""Each time in seconds that a game passes is a number with an end, or refused where it is passed with what to pass."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest

import pygame_gameservices
import pygame_gameservices.sandbox
import pygame_gameservices.testing
from pygame_gameservices import (
    EasyJam,
    EventQueue,
    Forge,
    GameJolt,
    Itchio,
    Kind,
    MarketBoard,
    Offline,
    QuietHours,
    ServiceManager,
    Timeout,
    ToastOptions,
    Trading,
    UsageError,
)
from pygame_gameservices.sandbox import ClockSkew, Latency, Sandbox, SlowTls, Stall
from pygame_gameservices.services.forge.tracker import PlaytimeTracker
from pygame_gameservices.services.gamejolt.portable import GameJoltAPI
from pygame_gameservices.services.itchio.launch import fake_launch
from pygame_gameservices.services.trading.portable import GameAPI, GameAPIError
from pygame_gameservices.testing import FakeClock, run_until
from pygame_gameservices.widgets.overlay import Overlay
from tests.widgets.samples import HandServices

NOWHERE = "http://127.0.0.1:9"
FORGE_KEY = "cGl4ZWw6cGl4ZWw6cGl4ZWwtMDE6Y0hxMTJFWGV1WnZQ"
NO_NUMBERS: dict[str, Any] = {
    "nan": float("nan"),
    "inf": float("inf"),
    "-inf": float("-inf"),
    "text": "2",
    "None": None,
    "bool": True,
    "list": [2],
    "complex": 2 + 0j,
}
HUGE = (1e300, 10**400)
NEGATIVE = (-1, -0.5, -1e300, -(10**400))


class Prices:
    """A market that never answers."""

    service = "prices"

    def market(self, deliver: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with ServiceManager("times", folder=tmp_path_factory.mktemp("times")) as manager:
        yield SimpleNamespace(
            manager=manager,
            gj=manager.add(GameJolt(1, "key", base_url=NOWHERE, presence=False)),
            itch=manager.add(Itchio("key", base_url=NOWHERE)),
            forge=manager.add(Forge(FORGE_KEY, base_url=NOWHERE)),
            overlay=Overlay(HandServices()),
        )


WAITS: dict[str, Callable[[Any, Any], object]] = {
    "ServiceManager.update(budget_s)": lambda on, s: on.manager.update(s),
    "ServiceManager.write_down(timeout)": lambda on, s: on.manager.write_down(s),
    "EventQueue.drain(budget_s)": lambda on, s: EventQueue().drain(s),
    "Pending.result(timeout)": lambda on, s: on.manager.background(lambda: 1).result(s),
    "Chain.result(timeout)": lambda on, s: on.itch.owned_keys().result(s),
    "Authorization.result(timeout)": lambda on, s: _pasted(on.itch.authorize("client")).result(s),
    "run_until(timeout)": lambda on, s: run_until(on.manager, lambda: True, timeout=s),
    "FakeClock(now)": lambda on, s: FakeClock(s),
}
"""What takes no time at all when it is negative."""
LENGTHS: dict[str, Callable[[Any, Any], object]] = {
    "GameJolt(cache_s)": lambda on, s: GameJolt(1, "key", cache_s=s),
    "GameJoltAPI(timeout)": lambda on, s: GameJoltAPI(1, "key", baseUrl=NOWHERE, timeout=s),
    "EasyJam(spacing_s)": lambda on, s: EasyJam(NOWHERE, spacing_s=s),
    "PlaytimeTracker(idle_after_s)": lambda on, s: PlaytimeTracker(on.forge, idle_after_s=s).close(),
    "Trading(timeout_s)": lambda on, s: Trading("token", NOWHERE, timeout_s=s),
    "GameAPI(timeout)": lambda on, s: _closed(GameAPI("token", NOWHERE, timeout=s, environ={})),
    "Itchio.authorize(timeout_s)": lambda on, s: on.itch.authorize("client", timeout_s=s),
    "MarketBoard(every)": lambda on, s: MarketBoard(Prices(), every=s),
    "ToastOptions(hold)": lambda on, s: ToastOptions(hold=s),
    "ToastOptions(longest_hold)": lambda on, s: ToastOptions(longest_hold=s),
    "ToastOptions(fade)": lambda on, s: ToastOptions(fade=s),
    "ToastOptions(gather)": lambda on, s: ToastOptions(gather=s),
    "GameJolt.call(timeout_s)": lambda on, s: _call(on, timeout_s=s),
    "GameJolt.call(deadline_s)": lambda on, s: _call(on, deadline_s=s),
    "FakeClock.advance(seconds)": lambda on, s: FakeClock().advance(s),
    "Latency(seconds)": lambda on, s: Latency(seconds=s),
    "Latency(jitter)": lambda on, s: Latency(jitter=s),
    "SlowTls(seconds)": lambda on, s: SlowTls(seconds=s),
    "Stall(seconds)": lambda on, s: Stall(seconds=s),
}
"""What cannot be negative."""
REFUSED = (UsageError, GameAPIError)
SAYS = "pass (more than 0 )?seconds|write a number"


def _call(on: Any, **times: Any) -> None:
    on.gj.call("time.fetch", Kind.SAFE, {}, **times)


def _closed(api: Any) -> None:
    asyncio.run(api.aclose())


def _pasted(asked: Any) -> Any:
    asked.paste("token")
    return asked


@pytest.mark.parametrize("what", NO_NUMBERS)
@pytest.mark.parametrize("where", [*WAITS, *LENGTHS])
def test_what_is_no_number_with_an_end_is_refused_where_it_is_passed(where: str, what: str, on: Any) -> None:
    if what == "None" and where.endswith("result(timeout)"):
        return  # waits for as long as it takes
    with pytest.raises(REFUSED, match=SAYS) as caught:
        {**WAITS, **LENGTHS}[where](on, NO_NUMBERS[what])
    assert where.partition("(")[2].rstrip(")") in str(caught.value), "and is named as the caller wrote it"


@pytest.mark.parametrize("seconds", NEGATIVE, ids=["-1", "-0.5", "float", "int"])
@pytest.mark.parametrize("where", LENGTHS)
def test_no_length_is_negative(where: str, seconds: float, on: Any) -> None:
    with pytest.raises(REFUSED, match=SAYS):
        LENGTHS[where](on, seconds)


@pytest.mark.parametrize("seconds", NEGATIVE, ids=["-1", "-0.5", "float", "int"])
@pytest.mark.parametrize("where", WAITS)
def test_to_wait_for_less_than_nothing_is_not_to_wait(where: str, seconds: float, on: Any) -> None:
    try:
        WAITS[where](on, seconds)
    except Offline:
        pass  # it had ended before anybody could wait
    except Timeout as error:
        assert "0 s" in str(error)


@pytest.mark.parametrize("seconds", HUGE, ids=["float", "int"])
@pytest.mark.parametrize("where", [where for where in (*WAITS, *LENGTHS) if where != "Chain.result(timeout)"])
def test_what_is_longer_than_anybody_lives_is_cut(where: str, seconds: float, on: Any) -> None:
    {**WAITS, **LENGTHS}[where](on, seconds)


@pytest.mark.parametrize("dt", [*NO_NUMBERS.values(), *HUGE, *NEGATIVE], ids=lambda dt: str(dt)[:9])
def test_a_step_of_time_that_is_odd_does_no_harm(dt: Any, on: Any) -> None:
    try:
        assert on.overlay.update(dt) == []
    except UsageError as error:
        assert dt is not None and not isinstance(dt, (int, float))
        assert "pass the seconds since the last frame" in str(error)


@pytest.mark.parametrize("what", NO_NUMBERS)
def test_times_of_the_sandbox_are_checked_before_it_is_asked(what: str) -> None:
    with pytest.raises(UsageError, match=r"timeout is .*pass seconds"):
        Sandbox.start(timeout=NO_NUMBERS[what])
    sandbox = Sandbox.__new__(Sandbox)  # not even a process is needed
    with pytest.raises(UsageError, match=r"seconds is .*pass seconds"):
        sandbox.advance(NO_NUMBERS[what])
    with pytest.raises(UsageError, match=r"seconds is .*pass seconds"):
        ClockSkew(seconds=NO_NUMBERS[what])
    if what != "None":
        with pytest.raises(UsageError, match=r"for_s is .*pass seconds"):
            Stall(for_s=NO_NUMBERS[what])


@pytest.mark.parametrize("what", NO_NUMBERS)
def test_moments_are_no_numbers(what: str) -> None:
    value = NO_NUMBERS[what]
    with pytest.raises(UsageError, match=r"end is .*pass a time of day"):
        QuietHours(time(1), value)
    with pytest.raises(UsageError, match=r"start is .*pass a time of day"):
        QuietHours(value, time(1))
    if value is not None:
        with pytest.raises(UsageError, match=r"expires_at is .*pass an aware datetime"):
            fake_launch("key", expires_at=value)
    with pytest.raises(UsageError, match="aware datetime"):
        fake_launch("key", expires_at=datetime(2026, 1, 1))
    with pytest.raises(UsageError, match="in UTC"):
        QuietHours(time(1, tzinfo=UTC), time(2))


TIMES = re.compile(r"(_s|_seconds)$|^(timeout|seconds|every|hold|fade|gather|jitter)$")
ELSEWHERE = {
    "ServiceManager.close(timeout)",  # tests/core/runners/test_close.py
    "ServiceManager.aclose(timeout)",
    "Operation(timeout_s)",  # made by services, out of their own constants
    "Operation(deadline_s)",
    "Request(timeout_s)",
    "Sandbox(timeout)",  # as `Sandbox.start`
    "Sandbox.start(timeout)",
    "Sandbox.advance(seconds)",
    "ClockSkew(seconds)",
    "Drip(bytes_per_s)",  # no time
}


def _arguments() -> Iterator[str]:
    for module in (pygame_gameservices, pygame_gameservices.sandbox, pygame_gameservices.testing):
        for name in module.__all__:
            value = getattr(module, name)
            called = {name: value}
            if inspect.isclass(value):
                members = inspect.getmembers(value, lambda held: inspect.isfunction(held) or inspect.ismethod(held))
                called |= {f"{name}.{member}": held for member, held in members if not member.startswith("_")}
            for dotted, function in called.items():
                try:
                    parameters = inspect.signature(function).parameters
                except (TypeError, ValueError):
                    continue
                yield from (f"{dotted}({one})" for one in parameters if TIMES.search(one))


def test_every_time_that_can_be_passed_is_tried_here() -> None:
    tried = {*WAITS, *LENGTHS, *ELSEWHERE}
    inherited = re.compile(r"^(Call|Task|Pending)\.result\(timeout\)$")
    events = re.compile(r"^\w+\(for_s\)$")
    left = [one for one in _arguments() if not inherited.match(one) and not events.match(one) and one not in tried]
    assert left == []
