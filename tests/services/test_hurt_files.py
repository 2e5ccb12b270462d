"""Files of what is remembered that were damaged, or left half written: the game hears of it, and keeps what it can."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pygame_gameservices import Achievement, Achievements, FileDamaged, ServiceManager
from pygame_gameservices.core.storage.private_file import sweep, write_private
from pygame_gameservices.sandbox import Refuse, Sandbox
from pygame_gameservices.services.gamejolt.models import Trophy
from pygame_gameservices.services.gamejolt.trophy_file import Kept, read_trophies, write_trophies
from tests.conftest import WAIT_S
from tests.core.outbox.test_outbox import Game

NAMES = ("first", "second", "third")


def achievements(services: ServiceManager) -> Achievements:
    return services.add(Achievements([Achievement(id=name, title=name.title()) for name in NAMES]))


def hurt_end(path: Path) -> None:
    """As a power cut does: the last bytes were never written."""
    content = path.read_bytes()
    path.write_bytes(content[:-20] + bytes(20))


def damaged(happened: list) -> list[FileDamaged]:
    return [event for event in happened if isinstance(event, FileDamaged)]


def test_damaged_trophies_are_remembered_up_to_the_damage(tmp_path: Path) -> None:
    path, said = tmp_path / "trophies-1.json", []
    write_trophies(path, Kept(tuple(Trophy(id=n, title=f"Trophy {n}") for n in range(1, 20))))
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"Trophy 11")])
    kept = read_trophies(path, said.append)
    assert [trophy.id for trophy in kept.trophies][:10] == list(range(1, 11))
    assert [(event.path, event.saved >= 10) for event in damaged(said)] == [(str(path), True)]


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 400, b"[" * 100_000, b'{"version":1,"trophies":' + b"[" * 90_000], ids=len
)
def test_trophies_of_which_nothing_can_be_read_are_learned_anew(content: bytes, tmp_path: Path) -> None:
    said: list[object] = []
    (tmp_path / "trophies-1.json").write_bytes(content)
    assert read_trophies(tmp_path / "trophies-1.json", said.append) == Kept()
    assert len(damaged(said)) == 1


def test_a_damaged_kept_save_is_said(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(Refuse())
    save = game.gj.saves.save("slot", {"level": 1})
    game.until(lambda: save.done)
    game.services.close(timeout=0.5)
    (file,) = (tmp_path / "saves").glob("*.save")
    hurt_end(file)
    sandbox.faults.clear()
    again = Game(sandbox, tmp_path)
    loaded = again.gj.saves.load("slot")
    happened = again.until(lambda: loaded.done)
    happened += again.services.close()
    assert loaded.value is None
    (said,) = damaged(happened)
    assert (said.path, said.lost, Path(said.aside).exists()) == (str(file), 1, True)


KILLED = """
import os, sys
from pathlib import Path
from pygame_gameservices.core.storage import private_file
private_file.os.replace = lambda *_: os.kill(os.getpid(), 9)
private_file.write_private(Path(sys.argv[1]), b"half")
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("name", ["achievements.json", "trophies-1.json", "credentials.json", "0a1b.save"])
def test_what_a_killed_process_left_half_written_goes_at_the_next_start(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    subprocess.run([sys.executable, "-c", KILLED, str(path)], timeout=WAIT_S)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(f"{name}.")
    (tmp_path / f"{name}.broken").write_bytes(b"for a person")
    sweep(tmp_path, name if name.endswith("json") else "*.save")
    assert [one.name for one in tmp_path.iterdir()] == [f"{name}.broken"]


WRITER = """
import sys, time
from pathlib import Path
from pygame_gameservices.core.storage.private_file import write_private
until = time.monotonic() + 1.0
while time.monotonic() < until:
    write_private(Path(sys.argv[1]), b"whole" * 100)
print("written", flush=True)
"""


def test_what_another_process_is_writing_stays(tmp_path: Path) -> None:
    path = tmp_path / "achievements.json"
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while child.poll() is None:
        sweep(tmp_path, path.name)
        time.sleep(0.0005)
    said, wrong = child.communicate()
    assert (said.strip(), wrong) == (b"written", b"")
    write_private(path, b"mine")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_damaged_achievements_are_kept_up_to_the_damage(tmp_path: Path) -> None:
    services = ServiceManager("tests", folder=tmp_path)
    mine = achievements(services)
    for name in NAMES:
        mine.unlock(name)
    services.close()
    hurt_end(tmp_path / "achievements.json")
    for start in range(2):
        services = ServiceManager("tests", folder=tmp_path)
        mine = achievements(services)
        happened = services.update() + services.close()
        assert [mine.status(name).unlocked_at is not None for name in NAMES][:2] == [True, True]
        assert len(damaged(happened)) == (1 if start == 0 else 0)
    assert (tmp_path / "achievements.json.broken").exists()
