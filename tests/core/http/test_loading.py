"""The network's libraries are loaded beside the first frames: not where the game waits, and not in its way."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from pygame_gameservices import GameJolt, Offline, Postponed, ServiceManager
from pygame_gameservices.core.http.line import Transport
from pygame_gameservices.core.runners import threads
from pygame_gameservices.testing import FakeTransport
from tests.conftest import settle

pytestmark = pytest.mark.threads
LONG_S = 120
LOOK_S = 0.2


def python(code: str, folder: Path) -> str:
    """Run a program in a fresh interpreter, and return what it printed."""
    program = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(code), str(folder)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=LONG_S)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_who_makes_a_manager_does_not_wait_for_them(tmp_path: Path) -> None:
    without_workers = """
        import sys, threading
        from pathlib import Path
        from pygame_gameservices import GameJolt, ServiceManager
        threading.Thread.start = lambda thread: None
        ServiceManager("loading", folder=Path(sys.argv[1])).add(GameJolt(1, "key"))
        network = {"requests", "urllib3", "certifi", "ssl", "socket", "asyncio"}
        later = {"hashlib", "secrets", "base64", "json", "html", "xml.parsers.expat", "tempfile", "shutil", "tomllib"}
        print(sorted((network | later) & sys.modules.keys()))
    """
    assert python(without_workers, tmp_path) == "[]"


def test_what_the_first_answer_needs_is_loaded_with_them(tmp_path: Path) -> None:
    loads = """
        import sys
        from pygame_gameservices.core.http.loading import Transports
        Transports(None)()
        before = set(sys.modules)
        from pygame_gameservices.core.http.redaction import Redactor
        from pygame_gameservices.core.storage.credentials import Secret
        print(Redactor([Secret("a <private> key")]).whole("a &lt;private&gt; key"))
        print(sorted(sys.modules.keys() - before))
    """
    assert python(loads, tmp_path) == "***\n[]"


def test_they_wait_until_all_else_of_the_manager_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = threading.Event()
    too_early = []

    def make() -> Transport:
        made.set()
        return FakeTransport()

    monkeypatch.setattr(threads, "go_through_once", lambda: too_early.append(made.wait(LOOK_S)))
    with ServiceManager("loading", folder=tmp_path, transport=make):
        assert made.wait(LONG_S)
    assert too_early == [False]


def test_the_frame_thread_gets_its_turn_in_between(tmp_path: Path) -> None:
    counted = """
        import sys, threading
        from pygame_gameservices.core.http import loading
        rests, breathe = [], loading.breathe
        def counts():
            rests.append(threading.current_thread().name)
            breathe()
        loading.breathe = counts
        finders, interval = list(sys.meta_path), sys.getswitchinterval()
        worker = threading.Thread(target=loading.Transports(None), name="worker")
        worker.start()
        worker.join()
        assert (sys.meta_path, sys.getswitchinterval()) == (finders, interval)
        print(len(rests) > 30, set(rests))
    """
    assert python(counted, tmp_path) == "True {'worker'}"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_a_fork_waits_until_they_are_loaded(tmp_path: Path) -> None:
    forks = """
        import os, sys, threading
        from pygame_gameservices.core.http.loading import Transports
        reached, goes_on = threading.Event(), threading.Event()
        class Slow:
            def find_spec(self, name, path, target=None):
                if name == "urllib3.connectionpool":
                    reached.set()
                    goes_on.wait()
        sys.meta_path.insert(0, Slow())
        worker = threading.Thread(target=Transports(None))
        worker.start()
        reached.wait()
        threading.Timer(0.3, goes_on.set).start()
        if (child := os.fork()) == 0:
            import requests
            os._exit(0 if requests.Session() else 1)
        worker.join()
        print(os.waitpid(child, 0)[1])
    """
    assert python(forks, tmp_path) == "0"


def test_without_them_it_is_said_at_once(tmp_path: Path) -> None:
    lacking = """
        import sys
        from pathlib import Path
        sys.modules["requests"] = None
        from pygame_gameservices import ServiceManager
        try:
            ServiceManager("loading", folder=Path(sys.argv[1]))
        except ImportError as error:
            print(error)
    """
    assert "pip install requests" in python(lacking, tmp_path)


def test_where_they_cannot_be_loaded_calls_say_so_and_what_is_durable_is_kept(tmp_path: Path) -> None:
    def broken() -> Transport:
        raise OSError("no cacert.pem")

    with ServiceManager("loading", folder=tmp_path, transport=broken) as services:
        gj = services.add(GameJolt(1, "key", base_url="http://127.0.0.1:9", presence=False))
        settle(services, read := gj.time.fetch())
        assert isinstance(read.error, Offline)
        assert "cacert.pem" in str(read.error)
        gj.sign_in("ada", "token")
        kept = gj.scores.add("1", 1)
    assert isinstance(kept.error, (Postponed, Offline))
    assert kept.durable
