"""A runner without threads: the same outcomes, no thread anywhere, and no wait where none may be.

With ``GAMESERVICES_TEST_RUNNER=cooperative`` in the environment the other tests of core and services run with it, too.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import GameJolt, Itchio, ServiceManager, UsageError
from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http.polled import PolledHttp
from pygame_gameservices.core.http.transport import tls_context
from pygame_gameservices.core.runners.cooperative import CooperativeRunner
from pygame_gameservices.errors import Offline, Postponed
from pygame_gameservices.sandbox import Latency, Sandbox
from pygame_gameservices.testing import FakeClock, FakeTransport
from tests.conftest import WAIT_S, run_until, settle

pytestmark = pytest.mark.cooperative
TURNS = 100


def unwaiting(sandbox: Sandbox, folder: Path) -> tuple[ServiceManager, GameJolt]:
    """A manager as in a page, where nothing may wait."""
    runner = CooperativeRunner(PolledHttp(tls_context()), None)
    services = ServiceManager("tests", folder=folder, runner=runner)
    url = sandbox.gamejolt_url
    return services, services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=url, presence=False))


def test_calls_come_home_and_no_thread_is_there(ada: GameJolt, services: ServiceManager) -> None:
    before = set(threading.enumerate())
    score, trophy = ada.scores.add("500 points", 500), ada.trophies.add_achieved(1)
    settle(services, score, trophy)
    assert (score.value, trophy.value) == (True, True)
    assert 500 in [score.sort for score in ada.scores.fetch().result(WAIT_S)]
    assert set(threading.enumerate()) <= before


def test_frames_go_on_while_a_service_is_silent(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    sandbox.faults.set(Latency(seconds=0.5))
    call, frames = gj.time.fetch(), services.updates
    settle(services, call)
    assert call.succeeded
    assert services.updates - frames > 10


class AtOnce:
    """Answers every request at once."""

    sent = True

    def begin(self, request: Request) -> AtOnce:
        return self

    def poll(self) -> Response:
        return Response(status=200, headers={}, body=b'{"response": {"success": "true", "timestamp": 5}}')

    def abort(self) -> None:
        pass

    def close(self) -> None:
        pass

    def forked(self) -> None:
        pass


def test_what_follows_from_a_message_that_took_all_of_a_turn_is_done_in_the_next(tmp_path: Path) -> None:
    runner = CooperativeRunner(AtOnce(), None)
    services = ServiceManager("tests", workers=1, folder=tmp_path, runner=runner, clock=FakeClock())
    gj = services.add(GameJolt(1, "key", presence=False))
    for _ in range(2):
        call = gj.time.fetch()
        for _ in range(TURNS):
            services.update(0.0)  # in which one thing is done
        assert call.done
    asyncio.run(services.aclose())


def test_a_batch_is_as_large_as_with_threads(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    before = sandbox.request_count()
    calls = [ada.data_store.set(f"key {number}", "value") for number in range(50)]
    settle(services, *calls)
    assert all(call.succeeded for call in calls)
    assert sandbox.request_count() - before < 10


def test_close_sends_what_can_still_go_out_and_keeps_the_rest(sandbox: Sandbox, tmp_path: Path) -> None:
    with ServiceManager("tests", folder=tmp_path) as services:
        url = sandbox.gamejolt_url
        gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=url, presence=False))
        gj.sign_in("ada", sandbox.player("ada").token)
        run_until(services, lambda: gj.user is not None)
        sent = gj.trophies.add_achieved(1)
    assert sent.value is True
    with ServiceManager("tests", folder=tmp_path) as services:
        gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url="http://127.0.0.1:9", presence=False))
        gj.sign_in("ada", sandbox.player("ada").token)
        kept = gj.trophies.add_achieved(2)
    assert isinstance(kept.error, (Postponed, Offline))
    assert kept.durable


def test_asyncio_gives_it_its_turns(sandbox: Sandbox, tmp_path: Path) -> None:
    services, gj = unwaiting(sandbox, tmp_path)

    async def play() -> int:
        asked = await asyncio.gather(*(asyncio.wait_for(_awaited(gj.time.fetch()), WAIT_S) for _ in range(3)))
        await services.aclose()
        return len(asked)

    assert asyncio.run(play()) == 3
    assert services.is_closed


async def _awaited(call):
    return await call


def test_nothing_waits_where_nothing_may(sandbox: Sandbox, tmp_path: Path) -> None:
    services, gj = unwaiting(sandbox, tmp_path)
    call = gj.time.fetch()
    with pytest.raises(UsageError, match="await"):
        call.result()
    with pytest.raises(UsageError, match="aclose"):
        services.close()
    assert not services.is_closed
    settle(services, call)
    assert call.succeeded
    asyncio.run(services.aclose())


@pytest.mark.parametrize("besides", [{"transport": FakeTransport()}, {"ca_file": "our-network.pem"}], ids=list)
def test_what_would_carry_requests_besides_a_runner_is_refused(tmp_path: Path, besides: dict[str, Any]) -> None:
    (name,) = besides
    with pytest.raises(UsageError, match=f"leave {name} out, and make the runner with it"):
        ServiceManager("tests", folder=tmp_path / "none", runner=CooperativeRunner(AtOnce(), None), **besides)
    assert not list(tmp_path.iterdir())


def test_what_needs_a_thread_is_refused(services: ServiceManager) -> None:
    itch = services.add(Itchio())
    with pytest.raises(UsageError, match="thread"):
        itch.authorize("client", port=0)
    assert "oob" in itch.authorize("client", port=None).url
