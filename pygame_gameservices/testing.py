"""Test kit: test a game's online side with no network, no account and no keys.

Ten lines, with pytest or without::

    from pygame_gameservices import GameJolt, ServiceManager
    from pygame_gameservices.testing import run_until, sandbox

    def test_the_first_orb_is_a_trophy():
        with sandbox() as local, ServiceManager("my-game") as services:
            gj = services.add(GameJolt(local.game_id, local.private_key, base_url=local.gamejolt_url))
            gj.sign_in("ada", local.player("ada").token)
            run_until(services, lambda: gj.user)
            call = gj.trophies.add_achieved(1)
            run_until(services, lambda: call.done)
            assert call.value is True

* `sandbox` is a whole server on this machine, in a process of its own; it needs the extra ``tools``. It can be told to
  be slow, to break and to lie: ``local.faults.set(Latency(seconds=0.5))``.
* `FakeTransport` answers requests from within the test, for answers that no server gives, and for games that want
  neither processes nor sockets in their tests.
* `FakeClock` is a clock that goes when it is told to: sessions die and retries come due without waiting.
* `run_until` runs frames until something holds.

None of it needs pytest. As fixtures: ``@pytest.fixture`` on a function that does ``with sandbox() as s: yield s``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.calls.patience import duration_s, patience_s
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.turns.compute_lock import aside
from pygame_gameservices.errors import GameServicesError, Offline

if TYPE_CHECKING:
    from pygame_gameservices.core.http.line import Line
    from pygame_gameservices.core.manager import ServiceManager
    from pygame_gameservices.sandbox import Sandbox

__all__ = ["FakeClock", "FakeTransport", "SentRequest", "run_until", "sandbox"]


@contextmanager
def sandbox(config: Any = None, **options: Any) -> Iterator[Sandbox]:
    """A local server that speaks all protocols of this package, for the length of a ``with`` block.

    Args:
        config: as for `Sandbox.start`; None is the defaults, whatever file lies in the working directory.
        options: as for `Sandbox.start`.

    Raises:
        SandboxError: it did not start, such as when the extra ``tools`` is not installed.
    """
    from pygame_gameservices.sandbox import Sandbox

    with Sandbox.start({} if config is None else config, **options) as local:
        yield local


def run_until(services: ServiceManager, condition: Callable[[], Any], timeout: float = 10.0) -> list[Event]:
    """Run frames until `condition` holds, and return what happened meanwhile.

    Args:
        services: what to update.
        condition: looked at before each frame.
        timeout: real seconds after which it is hopeless.

    Raises:
        AssertionError: `timeout` seconds passed; the text says what happened so far.
        UsageError: `timeout` is no finite number.
    """
    happened: list[Event] = []
    timeout = patience_s("timeout", timeout)
    until = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"waited {timeout:g} s in vain; so far: {happened}")
        happened += services.update()
        time.sleep(0.001)
    return happened + services.update(budget_s=1.0)


class FakeClock:
    """A clock that stands still until it is told to go. Pass it as ``ServiceManager(..., clock=FakeClock())``.

    Safe to read from any thread. It starts well above zero, as real clocks do.
    """

    def __init__(self, now: float = 1000.0) -> None:
        self._now = patience_s("now", now)

    def __call__(self) -> float:
        """The time now, in seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once.

        Raises:
            UsageError: `seconds` is no finite number, or negative: a monotonic clock does not go back.
        """
        self._now += duration_s("seconds", seconds)


class SentRequest:
    """A request that a `FakeTransport` got, taken apart.

    Attributes:
        method: ``"GET"``, ``"POST"``, ...
        path: of the address, such as ``"/api/game/v1_2/time/"``.
        params: the parameters of the address and of a form in the body.
        request: the request itself.
    """

    def __init__(self, request: Request) -> None:
        parts = urlsplit(request.url)
        form = request.headers.get("Content-Type", "") == "application/x-www-form-urlencoded"
        body = (request.body or b"").decode() if form else ""
        self.request = request
        self.method = request.method
        self.path = parts.path
        self.params: dict[str, str] = dict(parse_qsl(f"{parts.query}&{body}", keep_blank_values=True))

    def __repr__(self) -> str:
        return f"<SentRequest {self.method} {self.path}>"


Answer = Response | GameServicesError | bytes | str


class FakeTransport:
    """Answers requests without a network. Pass it as ``ServiceManager(..., transport=FakeTransport(...))``.

    ::

        answers = FakeTransport({"/time/": '{"response": {"success": "true", "timestamp": 5}}'})
        services = ServiceManager("my-game", transport=answers)

    Args:
        answers: for each end of a path what to answer: text or bytes of a body (with status 200), a `Response`, an
            error to raise, or a function that gets the `SentRequest` and returns one of these. The longest end that
            fits counts; what fits none ends as `Offline`.

    Attributes:
        sent: the requests so far, oldest first. Safe to read from any thread.
        answers: may be changed at any time.
    """

    def __init__(self, answers: Mapping[str, Answer | Callable[[SentRequest], Answer]] | None = None) -> None:
        self.answers = dict(answers or {})
        self.sent: list[SentRequest] = []

    def __call__(self) -> FakeTransport:
        """Be the transport of one more worker: all of them share this one."""
        return self

    def send(self, request: Request, line: Line) -> Response:
        """Answer `request`; see `Transport.send`. Worker threads."""
        sent = SentRequest(request)
        self.sent.append(sent)
        fitting = [end for end in self.answers if sent.path.endswith(end)]
        if not fitting:
            raise Offline(f"this FakeTransport has no answer for {sent.path}", sent=False)
        line.sent = True
        answer = self.answers[max(fitting, key=len)]
        if callable(answer):
            with aside:  # it may wait, as a server would
                answer = answer(sent)
        if isinstance(answer, GameServicesError):
            raise answer
        if isinstance(answer, Response):
            return answer
        body = answer.encode() if isinstance(answer, str) else answer
        return Response(status=200, headers={}, body=body, secrets=request.secrets)

    def close(self) -> None:
        """Nothing to drop."""
