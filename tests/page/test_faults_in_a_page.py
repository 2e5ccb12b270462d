"""Each fault of the sandbox, met by a page: one outcome for each call, a score is there once, and frames go on."""

from __future__ import annotations

from collections.abc import Callable

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
from tests.page.browser import Game
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


def test_every_fault_ends_well(open_game: Callable[..., Game], sandbox: Sandbox) -> None:
    game = open_game()
    start(game, sandbox, presence=False)
    game.run(f"running.gj.sign_in('ada', {sandbox.player('ada').token!r}); await until(lambda: running.gj.user)")
    for number, (name, fault) in enumerate(FAULTS.items(), start=70_001):
        sandbox.faults.set(fault)
        game.run(
            f"frames = len(running.frames_ms); calls = [running.gj.scores.add('x', {number}), running.gj.time.fetch()]"
        )
        game.run("await until(lambda: len(running.frames_ms) > frames + 30, 30)")  # whatever becomes of them
        game.run("await until(lambda: all(call.done for call in calls), 90)")
        outcomes = "[sum(getattr(event, 'call', None) is call and type(event).__name__ != 'CallDurable'"
        ended = game.run(f"{outcomes} for event in running.events) for call in calls]")
        assert ended == [1, 1], name
        sandbox.faults.clear()
        applied = sum(row["sort"] == number for row in sandbox.dump("gamejolt_scores"))
        told = game.run("calls[0].error and type(calls[0].error).__name__")
        assert (told, applied) == (None, 1) or told == "OutcomeUnknown", (name, told, applied)
