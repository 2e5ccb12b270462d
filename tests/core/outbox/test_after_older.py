"""What earlier runs left comes before what is made now, whether that is kept on disk or not."""

from __future__ import annotations

from pathlib import Path

from pygame_gameservices.sandbox import Refuse, Sandbox, ServerError
from tests.conftest import settle
from tests.core.outbox.test_outbox import Game, entries


def leaves(sandbox: Sandbox, folder: Path, values: int) -> None:
    """A run without a network: many values, and in the end that of a key."""
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder)
    calls = [game.gj.data_store.set(f"k{number}", "1", mine=True) for number in range(values)]
    calls.append(game.gj.data_store.set("k", "old", mine=True))
    game.until(lambda: all(call.durable for call in calls))
    game.services.close(timeout=0.3)
    sandbox.faults.clear()


def test_a_value_that_is_not_kept_on_disk_is_not_overwritten_by_an_older_one(sandbox: Sandbox, tmp_path: Path) -> None:
    leaves(sandbox, tmp_path, 1100)
    game = Game(sandbox, tmp_path)
    new = game.gj.data_store.set("k", "new", mine=True, durable=False)
    game.until(lambda: new.done and game.services.undelivered == 0)
    found = game.gj.data_store.fetch("k", mine=True)
    settle(game.services, found)
    assert new.outcome == "succeeded"
    assert found.value == "new"
    game.services.close()
    assert entries(tmp_path) == []


def test_what_is_read_is_what_the_last_run_wrote(sandbox: Sandbox, tmp_path: Path) -> None:
    leaves(sandbox, tmp_path, 20)
    game = Game(sandbox, tmp_path)
    found = game.gj.data_store.fetch("k", mine=True)
    settle(game.services, found)
    assert found.value == "old"
    game.services.close()


def test_a_read_does_not_wait_until_thousands_have_been_delivered(sandbox: Sandbox, tmp_path: Path) -> None:
    leaves(sandbox, tmp_path, 1100)
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(ServerError(503, path="*/data-store/set/"))
    found = game.gj.data_store.fetch("something else", mine=True)
    settle(game.services, found)
    assert found.outcome == "succeeded"
    game.services.close(timeout=0.3)
