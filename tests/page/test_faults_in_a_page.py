"""Each fault of the sandbox, met by a page: one outcome for each call, a score is there once, and frames go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pygame_gameservices.sandbox import (
    Drip,
    Fault,
    Flood,
    Garbage,
    Hang,
    HtmlPage,
    HugeJson,
    NoCors,
    Refuse,
    Reset,
    Sandbox,
    ServerError,
    Stall,
    TooManyRequests,
    Truncate,
)
from tests.page.browser import Game, forget
from tests.page.test_page import start

pytestmark = pytest.mark.slow

WRITES = "/gamejolt/*/scores/add/"
FAULTS: dict[str, Fault] = {
    "hang": Hang(count=1, applied=True),
    "stall": Stall(1.0, count=2),
    "drip": Drip(200.0, count=2),
    "truncated": Truncate(count=1),
    "flood": Flood(count=1),
    "huge": HugeJson(16.0, count=1),
    "reset before": Reset(count=1),
    "500": ServerError(500, count=1),
    "503 after": ServerError(503, count=1, applied=True),
    "429": TooManyRequests(1, count=1),
    "garbage": Garbage(count=1),
    "portal": HtmlPage(200, count=1),
    "no CORS": NoCors(count=1, path=WRITES),
    "closed port": Refuse(for_s=1.0),
}


@pytest.fixture(scope="module")
def game(chromium: Any, address: str, page_sandbox: Sandbox) -> Iterator[Game]:
    """One page for all of them, in which ada is signed in."""
    page_sandbox.reset()
    forget(chromium, address)
    game = Game(chromium.new_page(), address)
    start(game, page_sandbox, presence=False)
    game.run(f"running.gj.sign_in('ada', {page_sandbox.player('ada').token!r}); await until(lambda: running.gj.user)")
    yield game
    forget(chromium, address)


@pytest.mark.parametrize("name", FAULTS)
def test_each_call_has_one_outcome_and_frames_go_on(game: Game, page_sandbox: Sandbox, name: str) -> None:
    number = 70_001 + list(FAULTS).index(name)
    page_sandbox.faults.set(FAULTS[name])
    game.run(f"""
    frames = len(running.frames_ms)
    calls = [running.gj.scores.add("x", {number}), running.gj.time.fetch()]
    await until(lambda: len(running.frames_ms) > frames + 30, 30)  # whatever becomes of them
    await until(lambda: all(call.done for call in calls), 90)
    """)
    ended = game.run("""
    outcomes = [event.call for event in running.events if type(event).__name__ in
                ("CallSucceeded", "CallRejected", "CallFailed", "DeliveryUnknown")]
    [sum(one is call for one in outcomes) for call in calls]
    """)
    assert ended == [1, 1]
    page_sandbox.faults.clear()
    applied = sum(row["sort"] == number for row in page_sandbox.dump("gamejolt_scores"))
    told = game.run("calls[0].error and type(calls[0].error).__name__")
    assert (told, applied) == (None, 1) or told == "OutcomeUnknown"
