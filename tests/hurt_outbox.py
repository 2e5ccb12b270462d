"""The outbox when its file is hurt: ``python -m tests.hurt_outbox [--json FILE] [--only TEXT]``.

An outbox of 300 calls is hurt in one place after another: each page of the file, its log and its shared memory is
zeroed, filled with junk, or cut off with all that follows. Then the game starts twice. What SQLite can still read row
by row must be delivered once, the rest counted and said, and new calls be durable in the same run; the command line
lists and exports what can be read.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from pygame_gameservices import Event, FileDamaged, GameJolt, OutboxTrouble, ServiceManager
from pygame_gameservices.cli.outbox import outbox
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.sandbox import Sandbox

NAME = "outbox.sqlite3"
CALLS = 300
LARGE_EVERY = 15
"""One in so many calls is a value that takes several pages."""
FIRST = 10_000
NEW = 90_000
PAGE, FRAME, LOG_HEADER = 4096, 4096 + 24, 32
WAYS = ("zero", "junk", "half", "cut")
DRAIN_S = 60.0

FILL = f"""
import os, sqlite3, sys, time
from pygame_gameservices import GameJolt, ServiceManager
folder, way = sys.argv[1:]
services = ServiceManager("tests", folder=folder)
gj = services.add(GameJolt(1, "sandbox-private-key", base_url="http://127.0.0.1:9/nobody", presence=False))
gj.sign_in("ada", "ada-token")
calls = []
for n in range({CALLS}):
    large = n % {LARGE_EVERY} == 0
    store, scores = gj.data_store, gj.scores
    calls.append(store.set(f"k{{n}}", str(n) * 3000, mine=True) if large else scores.add(str(n), {FIRST} + n))
    services.update()
    if n % 20 == 0:
        time.sleep(0.01)
db = sqlite3.connect(folder + "/{NAME}")
quiet = "SELECT count(*) FROM entries WHERE state = 'waiting' AND attempted_at IS NULL"
while not all(call.durable for call in calls) or db.execute(quiet).fetchone()[0] < {CALLS}:
    services.update()
    time.sleep(0.005)
if way == "killed":
    os._exit(0)
db.close()
services.close()
"""


class Hurt(NamedTuple):
    """What is done to which file of which outbox."""

    left: str
    file: str
    place: int
    way: str

    def __str__(self) -> str:
        return f"{self.left} {self.file} {self.place} {self.way}"


def fill(folder: Path) -> None:
    """Make two outboxes as runs without a network leave them: one that ended, and one that was killed."""
    for left in ("closed", "killed"):
        subprocess.run([sys.executable, "-c", FILL, str(folder / left), left], check=True, timeout=120)
        assert len(_sorts_and_keys(folder / left / NAME)) == CALLS
        with contextlib.closing(sqlite3.connect(f"file:{folder / left / NAME}?mode=ro", uri=True)) as db:
            assert db.execute("SELECT min(id), max(id) FROM entries").fetchone() == (1, CALLS)


def trials(folder: Path) -> list[Hurt]:
    """Every page of every file, in every way."""
    found = []
    for left in ("closed", "killed"):
        for file in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
            path = folder / left / file
            size = path.stat().st_size if path.exists() else 0
            pages = -(-(size - LOG_HEADER) // FRAME) + 1 if file.endswith("-wal") and size else size // PAGE
            step = 3 if file.endswith("-wal") else 1
            whole = range(pages) if left == "closed" or file != NAME else range(0, pages, 8)
            found += [Hurt(left, file, page, way) for page in whole[::step] for way in WAYS]
    return found


def hurt(folder: Path, how: Hurt) -> None:
    """Do it."""
    path = folder / how.file
    content = bytearray(path.read_bytes())
    if how.file.endswith("-wal"):
        start, end = (0, LOG_HEADER) if how.place == 0 else (LOG_HEADER + (how.place - 1) * FRAME, 0)
        end = end or start + FRAME
    else:
        start, end = how.place * PAGE, (how.place + 1) * PAGE
    if how.way == "half":
        start = (start + end) // 2
    if how.way == "cut":
        del content[start:]
    else:
        content[start:end] = random.Random(str(how)).randbytes(end - start) if how.way == "junk" else bytes(end - start)
    path.write_bytes(content)


def _sorts_and_keys(path: Path) -> set[str]:
    """What SQLite reads row by row, without any code of ours: the scores and the names of the values."""
    found = set()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / NAME
        for ending in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{ending}", f"{copy}{ending}")
        with contextlib.closing(sqlite3.connect(copy)) as db:
            for id_ in range(1, CALLS + 1):
                with contextlib.suppress(sqlite3.Error, ValueError, KeyError, TypeError):
                    row = db.execute("SELECT service, player, body, state FROM entries WHERE id = ?", (id_,)).fetchone()
                    if row is not None and row[:2] == ("gamejolt", "ada") and row[3] == "waiting":
                        arguments = json.loads(bytes(row[2]).decode())["arguments"]
                        found.add(arguments["sort"] if "sort" in arguments else arguments["key"])
    return found


def _list_and_export(folder: Path, readable: int) -> None:
    for command in (("list", "--json"), ("export",)):  # a table of 300 rows takes as long as all else
        result = CliRunner().invoke(outbox, [*command, "--folder", str(folder)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code in (0, 1)
    exported = len(result.stdout.splitlines())
    assert exported >= readable, f"{exported} of {readable} exported"
    said = "damaged" in result.stderr
    assert said is (result.exit_code == 1), result.stderr


def _play(sandbox: Sandbox, folder: Path, new: int) -> list[Event]:
    """A run of the game that makes one more call and plays until all is delivered."""
    services = ServiceManager("tests", folder=folder)
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    gj.sign_in("ada", sandbox.player("ada").token)
    call = gj.scores.add(str(new), new)
    happened: list[Event] = []
    until = time.monotonic() + DRAIN_S
    durable = False
    while not (call.done and services.undelivered == 0):
        assert time.monotonic() < until, f"{services.undelivered} are still undelivered: {happened}"
        happened += services.update()
        durable = durable or call.durable
        time.sleep(0.002)
    assert call.value is True
    assert durable, "a new call was not kept on disk"
    return happened + services.update(1.0) + services.close()


def attempt(sandbox: Sandbox, outboxes: Path, how: Hurt, folder: Path) -> dict[str, Any]:
    """One trial. Raises AssertionError where something is not as it must be."""
    shutil.copytree(outboxes / how.left, folder)
    hurt(folder, how)
    readable = _sorts_and_keys(folder / NAME)
    _list_and_export(folder, len(readable))
    sandbox.reset()
    happened = _play(sandbox, folder, NEW) + _play(sandbox, folder, NEW + 1)
    sorts = [str(row["sort"]) for row in sandbox.dump("gamejolt_scores") if FIRST <= row["sort"] <= NEW + 1]
    values = {row["key"]: row["data"] for row in sandbox.dump("gamejolt_items") if row["key"].startswith("k")}
    assert len(sorts) == len(set(sorts)), "doubled"
    assert all(value == key[1:] * 3000 for key, value in values.items())
    delivered = {*sorts, *values} - {str(NEW), str(NEW + 1)}
    assert readable <= delivered, f"{len(readable - delivered)} that SQLite reads are lost: {happened}"
    lost = CALLS - len(delivered)
    said = [event for event in happened if isinstance(event, FileDamaged)]
    set_aside = sum(isinstance(e, OutboxTrouble) and "is set aside" in e.reason for e in happened)
    if lost > set_aside:
        assert said, f"{lost} are lost, and nobody said so"
        assert any(event.lost is None for event in said) or sum(e.lost or 0 for e in said) + set_aside >= lost
    with contextlib.closing(OutboxFile(folder / NAME)) as file:
        assert [entry for entry in file.all() if entry.state != "unreadable"] == []
    return {"trial": str(how), "readable": len(readable), "delivered": len(delivered), "lost": lost, "said": bool(said)}


def run(
    outboxes: Path, some: list[Hurt], scratch: Path, *, tell: Any = print
) -> tuple[list[dict[str, Any]], list[str]]:
    """Carry out trials; return what became of each, and what went wrong."""
    done, wrong = [], []
    with Sandbox.start({"sandbox": {"trading": {"market_maker": False}}}) as sandbox:
        for number, how in enumerate(some):
            folder = scratch / str(number)
            try:
                done.append(attempt(sandbox, outboxes, how, folder))
            except AssertionError as error:
                wrong.append(f"{how}: {error}")
                tell(wrong[-1])
            shutil.rmtree(folder, ignore_errors=True)
            if number % 20 == 19:
                tell(f"{number + 1} of {len(some)}, {len(wrong)} wrong")
    return done, wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hurt_outbox", description="Hurt an outbox everywhere.")
    parser.add_argument("--json", metavar="FILE", help="where to write the report")
    parser.add_argument("--only", metavar="TEXT", default="", help="only trials whose name holds this")
    given = parser.parse_args()
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    with tempfile.TemporaryDirectory(prefix="gameservices-hurt-") as name:
        folder = Path(name)
        fill(folder)
        some = [how for how in trials(folder) if given.only in str(how)]
        done, wrong = run(folder, some, folder / "trials", tell=lambda text: print(text, file=sys.stderr, flush=True))
    report = {
        "trials": len(some),
        "wrong": len(wrong),
        "readable": sum(one["readable"] for one in done),
        "delivered": sum(one["delivered"] for one in done),
        "lost": sum(one["lost"] for one in done),
        "details": wrong[:50],
    }
    print(json.dumps(report, indent=2))
    if given.json:
        Path(given.json).write_text(json.dumps({**report, "each": done}, indent=2) + "\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
