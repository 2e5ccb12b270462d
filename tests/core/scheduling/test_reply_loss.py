"""A thousand operations that took effect while their answers were lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.sandbox import Latency, Reset, Sandbox
from tests.conftest import run_until, settle

WAVES = 4
TROPHIES = 200
WORLD = {
    "gamejolt": {"game_id": 1, "trophies": [{"id": n, "title": f"Trophy {n}"} for n in range(1, TROPHIES + 1)]},
    "sandbox": {"players": [{"username": "ada", "token": "ada-token"}]},
}


@pytest.mark.slow
def test_a_thousand_lost_answers_lose_and_double_nothing(tmp_path: Path) -> None:
    with Sandbox.start(WORLD) as sandbox:
        services = ServiceManager("tests", folder=tmp_path, workers=6)
        gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
        gj.sign_in("ada", "ada-token")
        run_until(services, lambda: gj.user is not None)
        run_until(services, lambda: not services._scheduler.open)
        calls = []
        for wave in range(WAVES):
            # Every request of a wave loses its answer the first time. They go together: one outage, not five.
            sandbox.faults.set(Latency(0.2, count=5), Reset(applied=True, count=5))
            for n in range(wave * 50, wave * 50 + 50):
                calls += [gj.scores.add(f"{n} points", n), gj.scores.add(f"{n} points", 1000 + n, guest="Zoë")]
                calls += [gj.data_store.set(f"key {n}", f"value {n}"), gj.data_store.set(f"key {n}", f"{n}", mine=True)]
                calls.append(gj.trophies.add_achieved(n + 1))
            settle(services, *calls)
            assert [fault["bites"] for fault in sandbox.faults.report()] == [5, 5]
        services.close()
        assert len(calls) == 1000

        assert [call.outcome for call in calls].count("succeeded") == 1000
        scores = Counter((row["sort"], row["guest"] or "") for row in sandbox.dump("gamejolt_scores"))
        assert scores == Counter([(n, "") for n in range(200)] + [(1000 + n, "Zoë") for n in range(200)])
        assert len(sandbox.dump("gamejolt_achieved")) == TROPHIES
        values = {(row["key"], bool(row["player_id"])): row["data"] for row in sandbox.dump("gamejolt_items")}
        game, player = {f"key {n}": f"value {n}" for n in range(200)}, {f"key {n}": f"{n}" for n in range(200)}
        assert {key: data for (key, mine), data in values.items() if not mine} == game
        assert {key: data for (key, mine), data in values.items() if mine} == player
    file = OutboxFile(tmp_path / "outbox.sqlite3")
    assert file.all() == []
    file.close()
