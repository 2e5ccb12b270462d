"""What earlier runs left comes before what is made now, whether that is kept on disk or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.outbox.loading import UNREAD_S
from pygame_gameservices.core.outbox.outbox import TRY_AGAIN_S, Outbox
from pygame_gameservices.core.scheduling import effects as do
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.messages import Loaded, Message, Stored
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.sandbox import Refuse, Sandbox, ServerError
from tests.conftest import settle
from tests.core.outbox.test_outbox import Game, entries
from tests.core.outbox.test_outbox_trouble import held


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


class ByTurns:
    """An outbox by hand: `said` is what the scheduler is told of values, in order."""

    def __init__(self, folder: Path) -> None:
        self.now = 0.0
        self.said: list[str] = []
        self.outbox = Outbox(folder / "outbox.sqlite3", EventQueue(), self._tell, clock=lambda: self.now)
        self.outbox.open(0.0)

    def _tell(self, message: Message) -> None:
        if isinstance(message, (Loaded, Stored)):
            deliveries = [message.delivery] if isinstance(message, Loaded) else message.deliveries
            word = type(message).__name__.lower()
            self.said += [f"{word} {one.operation.arguments['value']}" for one in deliveries]

    def store(self, value: str) -> None:
        how = {"kind": Kind.ADDITIVE, "arguments": {"value": value}, "lane": "key", "durable": True}
        operation = Operation(service="game", name="update", player="ada", **how)
        self.outbox.carry_out(do.Store(Delivery(operation, Call(operation, lambda call: None))))

    def sign_in(self) -> None:
        self.outbox.carry_out(do.LoadPlayer("game", "ada", Secret("token")))

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now = min(until, self.now + TRY_AGAIN_S)
            self.outbox.turn()

    def close(self) -> None:
        self.outbox.close(0.0)
        self.outbox.turn()


@pytest.fixture
def with_an_older_one(tmp_path: Path) -> Iterator[ByTurns]:
    first = ByTurns(tmp_path)
    first.store("older")
    first.close()
    hand = ByTurns(tmp_path)
    yield hand
    hand.close()


def test_what_is_made_while_the_disk_refuses_waits_for_what_is_known_to_be_older(
    with_an_older_one: ByTurns, tmp_path: Path
) -> None:
    hand = with_an_older_one
    with held(tmp_path):
        hand.sign_in()
        hand.store("newer")
        hand.wait(UNREAD_S / 2)
        assert hand.said == []
    hand.wait(TRY_AGAIN_S)
    assert hand.said == ["loaded older", "stored newer"]


def test_but_not_for_ever(with_an_older_one: ByTurns, tmp_path: Path) -> None:
    hand = with_an_older_one
    with held(tmp_path):
        hand.sign_in()
        hand.store("newer")
        hand.wait(UNREAD_S + TRY_AGAIN_S)
        assert hand.said == ["stored newer"]
        hand.store("newest")
        hand.wait(TRY_AGAIN_S)
        assert hand.said == ["stored newer", "stored newest"]
    hand.store("last")
    hand.wait(TRY_AGAIN_S)
    assert hand.said == ["stored newer", "stored newest", "loaded older", "stored last"]


def test_nor_where_nothing_is_older(tmp_path: Path) -> None:
    hand = ByTurns(tmp_path)
    with held(tmp_path):
        hand.sign_in()
        hand.store("newer")
        hand.wait(TRY_AGAIN_S)
        assert hand.said == ["stored newer"]
    hand.close()
