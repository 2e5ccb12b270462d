"""What many tests share: one sandbox in a child process, and a signed-in client of it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from PIL import Image

from pygame_gameservices import CallError, Event, GameJolt, ServiceManager
from pygame_gameservices.core import manager as manager_module
from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.core.outbox.outbox import Outbox
from pygame_gameservices.core.runners import threads
from pygame_gameservices.sandbox import Sandbox
from tests.forked import quick_sandboxes
from tests.threadless import without_threads

# Tests start some hundred Pythons, and each worker imports all tests: nobody shall compile what another one has.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# They wait for the sandbox, which else would stand behind everything that runs beside them.
os.environ["GAMESERVICES_SANDBOX_GIVES_WAY"] = "0"

# Where OpenGL is drawn by software its threads spend most of their time waiting for each other, at full load.
os.environ.setdefault("LP_NUM_THREADS", "0")

# Neither shall they ask the developer's keyring, nor one that a test has made: each class of one enlists itself.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

# What threads would load in the middle of a test makes loggers, and pytest goes through all loggers when one starts.
Image.preinit()
for loaded_late in ("keyring", "requests"):
    with contextlib.suppress(ImportError):
        importlib.import_module(loaded_late)

gc.disable()  # while tests are collected: nothing of it may go, and going through it takes a fifth of the time

settings.register_profile("long", max_examples=100, deadline=None)
settings.register_profile("short", max_examples=10, deadline=None)
settings.load_profile("short")

ROOT = Path(__file__).parents[1]
WAIT_S = 45.0
"""How long a test waits for what should come at once; the machines that run it are slow now and then."""


NO_MAKER = {"sandbox": {"trading": {"market_maker": False}}}
"""The default seed without the market maker, whose orders take most of a reset."""


@pytest.fixture(scope="session", autouse=True)
def forked_sandboxes() -> Iterator[None]:
    """Have sandboxes start quickly; `tests.sandbox.test_process` and commands start them as everybody does."""
    with quick_sandboxes():
        yield


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(NO_MAKER) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    """A sandbox as if just started: default seed but for the market maker, no faults."""
    shared_sandbox.reset()
    return shared_sandbox


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every pause before a retry come out short. Each is a random share of the longest that it may be."""
    monkeypatch.setattr(
        manager_module, "random", SimpleNamespace(uniform=lambda low, high: low + (high - low) * random.random() / 8)
    )


@pytest.fixture(autouse=True)
def patience_with_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a manager wait for its outbox however slow the machine is: before that nobody knows what it holds.

    Its outbox waits for one that was closed at the same place: that is still another process's as long as it writes.
    """
    closed: list[Outbox] = []
    opens, closes = Outbox.open, Outbox.close

    def open_after(self: Outbox, patience_s: float | None = None) -> None:
        for other in closed if patience_s is None else ():  # given by who has no threads: there all is over by now
            if other.path == self.path:
                other.over.wait(WAIT_S)
        opens(self, patience_s)

    def close_noted(self: Outbox, *how: float) -> None:
        closed.append(self)
        closes(self, *how)

    monkeypatch.setattr(threads, "OPENING_S", WAIT_S)
    monkeypatch.setattr(Outbox, "open", open_after)
    monkeypatch.setattr(Outbox, "close", close_noted)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Paths for one test each, on which there is nothing yet: most tests store nothing, so no folder is made."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path]) -> Path:
    """Keep what tests store out of the developer's home, and out of each other's way."""
    home = next(homes)
    for variable in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home))
    return home


def pytest_sessionstart(session: pytest.Session) -> None:
    """Have each worker import the tests from another place on: what one has compiled the next ones read.

    On a fresh checkout compiling is most of collecting, and in one order all workers would compile the same file at the
    same time.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    here = Path(__file__).parent
    beforehand, tests = sorted(here.rglob("conftest.py")), sorted(here.rglob("test_*.py"))
    first = len(tests) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    for file in beforehand + tests[first:] + tests[:first]:  # some of the former set what a library reads when imported
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        with contextlib.suppress(Exception, pytest.skip.Exception):  # collecting says what is wrong with it
            importlib.import_module(name)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


RUNNER = os.environ.get("GAMESERVICES_TEST_RUNNER", "threads")
"""What managers run with that tests make: ``threads``, or ``cooperative``, with which no thread may start."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is about threads where there are none."""
    if RUNNER == "cooperative":
        for item in items:
            if item.get_closest_marker("threads"):
                item.add_marker(pytest.mark.skip("it is about threads, of which there are none"))


@pytest.fixture(autouse=True)
def runner_asked_for(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the test's managers with the runner that the environment, or the mark ``cooperative``, asks for."""
    if RUNNER == "cooperative" or request.node.get_closest_marker("cooperative"):
        with without_threads():
            yield
    else:
        yield


@pytest.fixture
def services() -> Iterator[ServiceManager]:
    manager = ServiceManager("tests")
    yield manager
    manager.close(timeout=1.0)


@pytest.fixture
def gj(services: ServiceManager, sandbox: Sandbox) -> GameJolt:
    """A client with nobody signed in, which opens no session by itself."""
    key, url = sandbox.private_key, sandbox.gamejolt_url
    return services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=False))


@pytest.fixture
def ada(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> GameJolt:
    """A client with the player ada signed in and confirmed."""
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user is not None)
    return gj


def run_until(services: ServiceManager, condition: Callable[[], Any], timeout: float = WAIT_S) -> list[Event]:
    """Run frames until `condition` holds, and return what happened meanwhile. Fails when it never does."""
    happened: list[Event] = []
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until, f"waited {timeout} s in vain; so far: {happened}"
        happened += services.update()
        time.sleep(0.002)
    return happened + services.update(budget_s=1.0)


def settle(services: ServiceManager, *calls: Pending[Any]) -> list[Event]:
    """Run frames until all `calls` have been delivered, and return what happened meanwhile."""
    return run_until(services, lambda: all(call.done for call in calls))


class _SecretWatch(logging.Handler):
    """Looks at every log line and every error text of a test for the secrets that the tests use."""

    SECRETS = ("ada-token", "grace-token", "linus-token", "hedy-token", "sandbox-private-key")

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.found: list[str] = []

    def look(self, text: str) -> None:
        if any(secret in text for secret in self.SECRETS):
            self.found.append(text)

    def emit(self, record: logging.LogRecord) -> None:
        self.look(record.getMessage())


@pytest.fixture(autouse=True)
def no_secret_in_any_log_or_error(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail any test during which a token or a private key showed in a log line or in the text of an error."""
    watch = _SecretWatch()
    made = CallError.__init__

    def init(self: CallError, message: str = "", **how: Any) -> None:
        made(self, message, **how)
        watch.look(f"{self!s} {self!r}")

    monkeypatch.setattr(CallError, "__init__", init)
    root = logging.getLogger()
    level = root.level
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(watch)
    root.setLevel(level)
    assert watch.found == []
