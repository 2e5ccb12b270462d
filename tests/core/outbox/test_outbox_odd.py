"""What else can lie where the outbox should be, and what can happen to it in the middle of a run."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from pygame_gameservices import FileDamaged, OutboxTrouble, Postponed
from pygame_gameservices.core.outbox.salvage import MOST_ASIDE, read, salvage
from pygame_gameservices.core.outbox.store import PATIENCE_S, OutboxFile
from pygame_gameservices.sandbox import Refuse, Sandbox
from tests.conftest import WAIT_S, run_until, settle
from tests.core.outbox.test_outbox import Game, entries, outboxes_with, sorts
from tests.core.outbox.test_outbox_trouble import left_behind, nobody
from tests.core.outbox.test_outbox_vanishes import NAME, kept_sorts
from tests.thinned import thinned

SIZE = 4096
OLD = list(range(10_000, 10_300))


def play(sandbox: Sandbox, folder: Path, number: int = 20_000) -> tuple[list, bool]:
    """A run that makes one more call; returns what happened, and whether the call was on disk."""
    game = Game(sandbox, folder)
    call = game.gj.scores.add(str(number), number)
    happened = settle(game.services, call)
    happened += game.until(lambda: not game.services.undelivered)
    return happened + game.services.close(), call.durable


def damaged(happened: list) -> list[FileDamaged]:
    return [event for event in happened if isinstance(event, FileDamaged)]


def pages_of(path: Path, name: str) -> list[int]:
    """The places of the pages of a table or index that hold its rows."""
    with closing(sqlite3.connect(path)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    content = path.read_bytes()
    kind = content[(root - 1) * SIZE]
    if kind in (10, 13):
        return [root - 1]
    count = int.from_bytes(content[(root - 1) * SIZE + 3 : (root - 1) * SIZE + 5])
    cells = [(root - 1) * SIZE + 12 + 2 * n for n in range(count)]
    starts = [(root - 1) * SIZE + int.from_bytes(content[cell : cell + 2]) for cell in cells]
    return [int.from_bytes(content[start : start + 4]) - 1 for start in starts]


@pytest.mark.parametrize("table", ["entries", "entries_by_player"])
def test_damage_in_the_middle_of_a_run_is_healed_in_it(
    sandbox: Sandbox, tmp_path: Path, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows when the process reads what it has not read so far: the player signs in only then."""
    left_behind(sandbox, tmp_path, range(10_000, 10_300))
    path = tmp_path / NAME
    hurt = pages_of(path, table)[-2:]
    outboxes_with(monkeypatch, "cache_size=1")  # or SQLite would know the pages still
    services, gj = nobody(sandbox, tmp_path)
    run_until(services, lambda: services.undelivered == 300)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        for page in hurt:
            file.seek(page * SIZE)
            file.write(bytes(SIZE))
    gj.sign_in("ada", sandbox.player("ada").token)
    call = gj.scores.add("20,000", 20_000)
    happened = settle(services, call)
    assert call.durable
    happened += run_until(services, lambda: services.undelivered == 0)
    happened += services.close()
    more, durable = play(sandbox, tmp_path, 20_001)
    assert durable
    (said,) = damaged(happened + more)
    there = set(sorts(sandbox)) & set(OLD)
    assert len(sorts(sandbox)) == len(set(sorts(sandbox)))
    assert said.lost is not None
    assert len(there) >= 300 - said.lost
    assert table == "entries" or said.lost == 0


def test_a_folder_in_its_place_is_set_aside(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "something").write_text("of somebody")
    happened, durable = play(sandbox, tmp_path)
    assert durable
    (said,) = damaged(happened)
    assert (Path(said.aside) / "something").read_text() == "of somebody"


def test_an_empty_file_is_no_fresh_start(sandbox: Sandbox, tmp_path: Path) -> None:
    """A power cut leaves one: nobody can know what was in it, so the game hears that it may have been something."""
    (tmp_path / NAME).touch()
    happened, durable = play(sandbox, tmp_path)
    assert durable
    (said,) = damaged(happened)
    assert (said.saved, said.lost, "empty" in said.reason) == (0, None, True)
    assert damaged(play(sandbox, tmp_path, 20_001)[0]) == [], "said once"


def test_another_programs_database_is_set_aside_as_it_is(sandbox: Sandbox, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / NAME)) as db, db:
        db.execute("CREATE TABLE entries_of_a_diary (text)")
        db.execute("INSERT INTO entries_of_a_diary VALUES ('dear diary')")
    happened, durable = play(sandbox, tmp_path)
    assert durable
    (said,) = damaged(happened)
    assert (said.saved, said.lost, "another program" in said.reason) == (0, 0, True)
    with closing(sqlite3.connect(said.aside)) as db:
        assert db.execute("SELECT * FROM entries_of_a_diary").fetchall() == [("dear diary",)]


def test_a_table_of_the_same_name_but_other_columns_is_another_programs(sandbox: Sandbox, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / NAME)) as db, db:
        db.execute("CREATE TABLE entries (word, meaning)")
    happened, durable = play(sandbox, tmp_path)
    assert durable
    assert [event.saved for event in damaged(happened)] == [0]


def test_a_later_versions_file_is_left_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    left_behind(sandbox, tmp_path, range(10_000, 10_001))
    with closing(sqlite3.connect(tmp_path / NAME)) as db, db:
        db.execute("PRAGMA user_version = 3")
    before = (tmp_path / NAME).read_bytes()
    game = Game(sandbox, tmp_path)
    call = game.gj.scores.add("20,000", 20_000)
    happened = settle(game.services, call)
    assert (call.durable, game.services.undelivered) == (False, None)
    happened += game.services.close()
    assert any(isinstance(event, OutboxTrouble) and "newer version" in event.reason for event in happened)
    assert damaged(happened) == []
    assert (tmp_path / NAME).read_bytes() == before
    assert sorts(sandbox) == [20_000]


@pytest.mark.skipif(os.name != "posix", reason="links need rights there")
def test_a_link_is_followed_and_replaced_only_when_what_it_leads_to_is_hurt(sandbox: Sandbox, tmp_path: Path) -> None:
    real, folder = tmp_path / "elsewhere", tmp_path / "data"
    left_behind(sandbox, real, range(10_000, 10_300))
    folder.mkdir()
    (folder / NAME).symlink_to(real / NAME)
    happened, durable = play(sandbox, folder)
    assert (durable, damaged(happened), sorted(sorts(sandbox))) == (True, [], [*OLD, 20_000])


@pytest.mark.skipif(os.name != "posix", reason="links need rights there")
def test_a_link_that_leads_nowhere_keeps_no_promise(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(tmp_path / "a drive" / "that is not there")
    happened, durable = play(sandbox, tmp_path)
    assert not durable
    assert any(isinstance(event, OutboxTrouble) for event in happened)


READ_ONLY = """
import os, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
os.chmod(folder, 0o777)
for path in (*folder.rglob("*"),):
    os.chmod(path, 0o777 if path.is_dir() else 0o666)
os.chmod(folder / sys.argv[5], int(sys.argv[6], 8))
from pygame_gameservices import CallDurable, GameJolt, OutboxTrouble, ServiceManager
warm_up = ServiceManager("warm up", folder=folder.parent / "warm up")
warm_up.add(GameJolt(1, sys.argv[3], base_url=sys.argv[2], presence=False)).time.fetch().result(30)
warm_up.close()
if os.geteuid() == 0:  # after all is imported, which may lie where nobody else may read
    os.setgid(65534)
    os.setuid(65534)
services = ServiceManager("tests", folder=folder)
gj = services.add(GameJolt(1, sys.argv[3], base_url=sys.argv[2], presence=False))
gj.sign_in("ada", sys.argv[4])
call = gj.scores.add("20000", 20_000)
happened = []
while not call.done:
    happened += services.update()
    time.sleep(0.002)
undelivered = services.undelivered
happened += services.close()
print(call.durable, undelivered, any(type(e) is OutboxTrouble for e in happened))
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions as on POSIX")
@pytest.mark.parametrize(
    ("what", "mode"),
    thinned(
        [(NAME, "444"), (NAME, "000"), (".", "555"), ("running", "000")], lambda what, mode: mode in ("444", "555")
    ),
)
def test_what_may_not_be_written_or_read_is_said_and_nothing_is_promised(
    sandbox: Sandbox, tmp_path: Path, what: str, mode: str
) -> None:
    left_behind(sandbox, tmp_path / "data", range(10_000, 10_001))
    facts = [str(tmp_path / "data"), sandbox.gamejolt_url, sandbox.private_key, sandbox.player("ada").token]
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == "root" and folder.stat().st_mode & 0o001 == 0:
            folder.chmod(folder.stat().st_mode | 0o011)
    ended = subprocess.run(
        [sys.executable, "-c", READ_ONLY, *facts, what, mode], capture_output=True, text=True, timeout=WAIT_S
    )
    (tmp_path / "data" / what).chmod(0o700)
    assert ended.stdout.split() == ["False", "None", "True"], ended.stderr
    assert kept_sorts(tmp_path / "data") == [10_000]


def test_few_damaged_files_are_kept(tmp_path: Path) -> None:
    path = tmp_path / NAME
    for number in range(MOST_ASIDE + 3):
        path.write_bytes(b"junk %d " % number * 1000)
        salvage(path)
    aside = sorted(tmp_path.glob(f"{NAME}.damaged-*"))
    assert [one.read_bytes()[:6] for one in aside] == [b"junk %d" % n for n in range(3, MOST_ASIDE + 3)]
    assert sorted(one.name for one in tmp_path.iterdir()) == [NAME, *(one.name for one in aside)]


KILLED = """
import os, sys
from pathlib import Path
from pygame_gameservices.core.outbox import salvage as outbox_salvage
steps = [0]
def counted(real):
    def step(*how, **more):
        steps[0] += 1
        if steps[0] > int(sys.argv[2]):
            os.kill(os.getpid(), 9)
        return real(*how, **more)
    return step
os.replace, Path.rename, Path.unlink = counted(os.replace), counted(Path.rename), counted(Path.unlink)
outbox_salvage.salvage(Path(sys.argv[1]))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.slow
def test_a_process_that_is_killed_while_it_salvages_loses_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    left_behind(sandbox, tmp_path / "data", range(10_000, 10_300))
    content = bytearray((tmp_path / "data" / NAME).read_bytes())
    content[:SIZE] = bytes(SIZE)
    for steps in range(9):
        folder = tmp_path / str(steps)
        folder.mkdir()
        (folder / NAME).write_bytes(content)
        (folder / f"{NAME}-wal").write_bytes(b"")
        subprocess.run([sys.executable, "-c", KILLED, str(folder / NAME), str(steps)], timeout=WAIT_S)
        sandbox.reset()
        _, durable = play(sandbox, folder)
        assert durable
        assert sorted(sorts(sandbox)) == [*OLD, 20_000]


def test_the_log_stays_short(tmp_path: Path) -> None:
    """On a disk of 1 MB it must not fill it by itself."""
    sizes = []
    with closing(OutboxFile(tmp_path / NAME)) as file:
        for number in range(600):
            file.begin()
            file.note_delivered("me", [(f"{number}" * 40, time.time())] * 4, time.time())
            file.forget_delivered(time.time() + 60)
            file.commit()
            sizes.append((tmp_path / f"{NAME}-wal").stat().st_size)
    assert max(sizes) < 600_000
    assert PATIENCE_S > 0


SMALL_DISK = """
import os, sys
sys.path.insert(0, os.getcwd())
from tests.core.outbox.test_outbox_odd import on_a_small_disk
on_a_small_disk(*sys.argv[1:])
"""


def on_a_small_disk(folder: str, *facts: str) -> None:
    """Many values, one after another, on a disk that holds 1 MB: in a child with a mount of its own."""
    from pygame_gameservices import GameJolt, ServiceManager

    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    url, key, token = facts
    services = ServiceManager("tests", folder=folder)
    gj = services.add(GameJolt(1, key, base_url=url, presence=False))
    gj.sign_in("ada", token)
    durable = troubles = 0
    for number in range(400):
        call = gj.data_store.set(f"k{number % 5}", f"{number} " * 1000)
        while not call.done:
            troubles += sum(isinstance(event, OutboxTrouble) for event in services.update())
            time.sleep(0.001)
        durable += call.durable
    services.close()
    print(durable, troubles)


@pytest.mark.skipif(not hasattr(os, "unshare") and not Path("/usr/bin/unshare").exists(), reason="needs a mount")
def test_a_disk_of_1_mb_is_enough_for_what_leaves_it_again(sandbox: Sandbox, tmp_path: Path) -> None:
    facts = [str(tmp_path), sandbox.gamejolt_url, sandbox.private_key, sandbox.player("ada").token]
    try:
        ended = subprocess.run(
            ["unshare", "-m", sys.executable, "-c", SMALL_DISK, *facts], capture_output=True, text=True, timeout=120
        )
    except FileNotFoundError:
        pytest.skip("no unshare")
    if "mount" in ended.stderr or "unshare" in ended.stderr:
        pytest.skip("no mount of one's own is allowed here")
    assert ended.stdout.split() == ["400", "0"], ended.stderr


def test_reading_changes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    left_behind(sandbox, tmp_path, range(10_000, 10_010))
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    call = game.gj.scores.add("20,000", 20_000)
    game.until(lambda: call.durable)
    found = read(tmp_path / NAME)
    assert (len(found.entries), found.lost, found.damaged) == (11, 0, False)
    game.services.close(timeout=0.5)
    assert isinstance(call.error, Postponed)
    assert len(entries(tmp_path)) == 11
