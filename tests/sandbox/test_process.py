"""The child process: how it starts, ends, comes back, and what its handle gives away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pygame_gameservices.sandbox import Sandbox, SandboxError, process
from tests.sandbox.client import ADA, Client, fetch

ROOT = Path(process.__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def started_as_everybody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "subprocess", subprocess)


def python(code: str, **env: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(pid: int, timeout: float = 60.0) -> None:
    deadline = time.monotonic() + timeout
    while alive(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.05)


def test_importing_and_starting_needs_the_standard_library_alone() -> None:
    code = """if 1:
        import sys
        from pygame_gameservices.sandbox import Sandbox
        with Sandbox.start({}) as sandbox:
            sandbox.journal()
        heavy = {"starlette", "uvicorn", "sqlalchemy", "PIL", "requests", "click", "rich", "asyncio"}
        print(sorted(heavy & set(sys.modules)))
    """
    child = python(code)
    assert child.communicate(timeout=60)[0].strip() == "[]"


def test_the_handle_tells_everything_but_secrets_in_its_repr(sandbox: Sandbox) -> None:
    assert sandbox.game_id == 1
    assert sandbox.private_key == "sandbox-private-key"
    assert sandbox.gamejolt_url == f"{sandbox.url}/gamejolt/api/game/v1_2"
    assert sandbox.player("grace").id == 17441
    assert sandbox.player("grace").token == "grace-token"
    assert sandbox.ca_file is None
    shown = f"{sandbox!r} {sandbox.players!r} {sandbox._options!r}"
    for secret in (sandbox.admin_token, "grace-token", "ada-token"):
        assert secret not in shown
    with pytest.raises(KeyError):
        sandbox.player("nobody")


@pytest.mark.skipif(os.name != "posix", reason="priorities are asked for with POSIX calls")
def test_it_gives_way_to_the_game(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAMESERVICES_SANDBOX_GIVES_WAY")
    with Sandbox.start() as sandbox:
        theirs = os.getpriority(os.PRIO_PROCESS, sandbox.pid)
        assert theirs > os.getpriority(os.PRIO_PROCESS, os.getpid()) or theirs == 19
        sandbox.kill()
        sandbox.restart()
        assert os.getpriority(os.PRIO_PROCESS, sandbox.pid) == theirs


def test_kill_and_restart_keep_address_and_data() -> None:
    with Sandbox.start({}) as sandbox:
        client = Client(sandbox)
        url = sandbox.url
        assert client.get("data-store/set", key="k", data="kept")["success"] == "true"
        sandbox.kill()
        assert not sandbox.running
        with pytest.raises(ConnectionRefusedError):
            client.get("time")
        with pytest.raises(SandboxError, match="does not answer"):
            sandbox.journal()
        sandbox.restart()
        assert sandbox.url == url
        assert client.get("data-store", key="k")["data"] == "kept"
        assert client.get("users/auth", **ADA) == {"success": "true"}


def test_stop_leaves_nothing_behind() -> None:
    sandbox = Sandbox.start({})
    folder, pid = sandbox._folder, sandbox.pid
    assert list(folder.iterdir())
    sandbox.stop()
    sandbox.stop()
    assert not folder.exists()
    assert not alive(pid)
    assert "stopped" in repr(sandbox)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("fork", [False, True])
def test_the_child_dies_with_its_parent(fork: bool) -> None:
    """Also when a forked process still holds the other end of the pipe."""
    code = f"""if 1:
        import os, time
        from pygame_gameservices.sandbox import Sandbox
        sandbox = Sandbox.start({{}})
        other = os.fork() if {fork} else -1
        if other != 0:
            print(sandbox.pid, other, sandbox._folder, flush=True)
        time.sleep(60)
    """
    parent = python(code)
    assert parent.stdout is not None
    words = parent.stdout.readline().split()
    child, other, folder = int(words[0]), int(words[1]), Path(words[2])
    assert alive(child)
    assert folder.exists()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    try:
        wait_until_gone(child)
        assert not folder.exists()
    finally:
        if other > 0:
            os.kill(other, signal.SIGKILL)
        parent.stdout.close()


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError(\"No module named 'uvicorn'\", name='uvicorn')")
    with pytest.raises(SandboxError, match=r'needs uvicorn: pip install "pygame_gameservices\[tools\]"'):
        Sandbox.start({}, env={"PYTHONPATH": str(tmp_path)})


def test_a_port_that_is_taken_is_named(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(SandboxError, match=f"cannot listen on 127.0.0.1:{port}"):
        Sandbox.start({}, port=port)


def test_modules_in_the_working_directory_do_not_disturb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemError")
    monkeypatch.chdir(tmp_path)
    with Sandbox.start({}) as sandbox:
        assert sandbox.running


def test_faults_from_the_start_are_gone_after_a_restart() -> None:
    with Sandbox.start({}, faults=["server-error:status=503"]) as sandbox:
        client = Client(sandbox)
        assert fetch(client.url("time"))[0] == 503
        sandbox.restart()
        assert fetch(client.url("time"))[0] == 200


def test_a_given_admin_token_is_used() -> None:
    with Sandbox.start({}, admin_token="my-own") as sandbox:
        assert sandbox.admin_token == "my-own"
        assert fetch(f"{sandbox.url}/_sandbox/info", headers={"Authorization": "Bearer my-own"})[0] == 200


def test_a_frozen_game_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert process._command() == [sys.executable, process.CHILD_FLAG]
    monkeypatch.undo()
    child = subprocess.run(
        [sys.executable, "-c", "from pygame_gameservices import sandbox\nsandbox.run_if_child()", process.CHILD_FLAG],
        input=json.dumps({"config": {"gamejolt": {"game_id": "x"}}, "faults": []}) + "\n",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert child.returncode == 2
    assert "gamejolt.game_id must be a whole number" in json.loads(child.stdout)["error"]


def test_pictures(client: Client, sandbox: Sandbox) -> None:
    from io import BytesIO

    from PIL import Image

    users = client.get("users", username="ada,grace")["users"]
    trophies = client.get("trophies", **ADA)["trophies"]
    urls = [user["avatar_url"] for user in users] + [trophy["image_url"] for trophy in trophies]
    bodies = []
    for url in urls:
        status, headers, body = fetch(url)
        assert status == 200
        assert headers["Content-Type"] == ("image/jpeg" if url.endswith(".jpg") else "image/png")
        with Image.open(BytesIO(body)) as picture:
            assert picture.format == "PNG"  # also the one that says it is a JPEG, as on the real service
            assert picture.size in ((100, 100), (75, 75))
        bodies.append(body)
    assert len(set(bodies)) == len(urls)
    assert fetch(urls[0])[2] == bodies[0]
    assert fetch(f"{sandbox.url}/gamejolt/pictures/avatars/nobody.png")[0] == 404
    assert fetch(f"{sandbox.url}/gamejolt/pictures/trophies/999.png")[0] == 404
