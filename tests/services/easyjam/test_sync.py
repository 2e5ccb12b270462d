"""The catalogue: resumed after SIGKILL at random points, incremental, and never half there."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from pygame_gameservices import EasyJam, QuietHours, QuietTime, ServiceManager, UsageError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.easyjam.catalogue import Catalogue
from pygame_gameservices.services.easyjam.errors import JamError
from pygame_gameservices.services.easyjam.manners import SPACING_S
from pygame_gameservices.services.easyjam.memory import digest
from pygame_gameservices.services.easyjam.sync import Progress, sync

MAKERS, GAMES, PAGE = 200, 13, 5
KILLS = 12


def committed(path: Path, url: str, tokens: dict[str, str]) -> set[tuple[str, int]]:
    """The pages that a catalogue has for good: (maker, offset)."""
    if not path.exists():
        return set()
    sql = sqlite3.connect(path)
    try:
        rows = dict(sql.execute("SELECT whose, pages FROM makers"))
    except sqlite3.OperationalError:  # killed before the tables were there
        return set()
    finally:
        sql.close()
    names = {digest(url, token): name for name, token in tokens.items()}
    return {(names[whose], PAGE * page) for whose, pages in rows.items() for page in range(pages)}


@pytest.mark.slow
def test_200_makers_of_three_pages_killed_at_random_points(tmp_path: Path) -> None:
    chance = random.Random(6)
    config = {"sandbox": {"easyjam": {"crowd": MAKERS, "crowd_games": GAMES, "page_size": PAGE}}}
    with Sandbox.start(config) as sandbox:
        tokens = sandbox.easyjam_tokens
        (tmp_path / "tokens").write_text("\n".join(tokens.values()))
        paths = [str(tmp_path / name) for name in ("catalogue.sqlite3", "tokens", "clock", "log")]
        module = "tests.services.easyjam.sync_child"
        command = [sys.executable, "-m", module, sandbox.easyjam_url, *paths]
        had: set[tuple[str, int]] = set()
        kills = 0
        while True:
            before = len(sandbox.dump("easyjam_asked"))
            child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            if kills < KILLS:
                # killed when some more pages have been served, wherever the child is by then
                wanted = before + chance.randrange(1, 45)
                while child.poll() is None and sandbox.tables()["easyjam_asked"] < wanted:
                    time.sleep(chance.random() * 0.01)
                child.kill()
                kills += 1
            out, _ = child.communicate(timeout=120)
            asked = [(f"maker{row['maker_id']}", row["offset"]) for row in sandbox.dump("easyjam_asked")[before:]]
            assert not had & set(asked), "asked again for what it had"
            had = committed(Path(paths[0]), sandbox.easyjam_url.rstrip("/"), tokens)
            if child.returncode == 0:
                assert out.strip() == f"{MAKERS} of {MAKERS}"
                break
        assert kills == KILLS
        everything = Counter((row["maker_id"], row["offset"]) for row in sandbox.dump("easyjam_asked"))
        assert len(everything) == MAKERS * 3
        assert sum(everything.values()) - len(everything) <= KILLS, "a kill costs one page at most"
        with Catalogue(paths[0], sandbox.easyjam_url.rstrip("/")) as catalogue:
            ids = [item.id for item in catalogue.items()]
            assert len(ids) == len(set(ids)) == MAKERS * GAMES
            assert len(list(catalogue.items(tokens["maker7"]))) == GAMES
        rounds = sqlite3.connect(paths[0]).execute("SELECT DISTINCT round, pages, state FROM makers").fetchall()
        assert rounds == [(1, 3, "done")]
        times = [float(line) for line in (tmp_path / "log").read_text().splitlines()]
        assert times[-1] - times[0] >= (MAKERS * 3 - KILLS - 1) * SPACING_S, "the simulated pauses were kept"


class Simulated:
    """A clock that sleeping moves."""

    def __init__(self, now: float = 1_500_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def client(services: ServiceManager, sandbox: Sandbox, clock: Simulated, name: str = "easyjam") -> EasyJam:
    return services.add(EasyJam(sandbox.easyjam_url, memory=False, clock=clock, quiet_hours=(), name=name))


def test_a_sync_is_polite_and_incremental(services: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> None:
    clock = Simulated()
    jam = client(services, sandbox, clock)
    tokens = list(sandbox.easyjam_tokens.values())
    told: list[Progress] = []
    with Catalogue(tmp_path / "c", jam.base_url) as catalogue:
        report = sync(jam, catalogue, tokens, sleep=clock.sleep, on_progress=told.append)
        assert (report.done, report.requests, report.changed, report.gone) == (4, 6, 16, 0)
        assert clock.slept == [SPACING_S] * 5
        assert [one.done for one in told] == sorted(one.done for one in told)
        assert told[-1].done == 4
        again = sync(jam, catalogue, tokens, sleep=clock.sleep)
        assert (again.done, again.requests) == (4, 0)
        clock.now += 25 * 3600
        next_day = sync(jam, catalogue, tokens, sleep=clock.sleep)
        assert (next_day.requests, next_day.changed, next_day.gone) == (6, 0, 0)
        assert len(list(catalogue.items())) == 16


def test_the_pause_holds_over_a_restart(services: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> None:
    clock = Simulated()
    tokens = list(sandbox.easyjam_tokens.values())
    with Catalogue(tmp_path / "c", sandbox.easyjam_url) as catalogue:
        sync(client(services, sandbox, clock), catalogue, tokens[3:], sleep=clock.sleep)
        assert clock.slept == []
        clock.now += 3
        sync(client(services, sandbox, clock, "after a restart"), catalogue, tokens[2:3], sleep=clock.sleep)
        assert clock.slept == [SPACING_S - 3]


def test_what_the_site_no_longer_tells_of_goes_and_what_changed_is_changed(
    services: ServiceManager, tmp_path: Path
) -> None:
    clock = Simulated()

    def day(games: list[str], port: int = 0) -> tuple[Sandbox, str]:
        makers = [{"name": "ada", "token": "myjam_ada", "games": games}]
        sandbox = Sandbox.start({"sandbox": {"easyjam": {"makers": makers, "page_size": 2}}}, port=port)
        return sandbox, sandbox.easyjam_url

    first, url = day(["A", "B", "C"])
    port = int(first.facts["port"])
    jam = services.add(EasyJam(url, memory=False, clock=clock, quiet_hours=()))
    with Catalogue(tmp_path / "c", jam.base_url) as catalogue:
        with first:
            assert sync(jam, catalogue, ["myjam_ada"], sleep=clock.sleep).changed == 3
        clock.now += 25 * 3600
        second, _ = day(["A", "B2"], port)
        with second:
            report = sync(jam, catalogue, ["myjam_ada"], sleep=clock.sleep)
        assert (report.changed, report.gone) == (1, 1)
        assert [item.name for item in catalogue.items()] == ["A", "B2"]


def test_a_refused_token_is_told_and_asked_again_the_next_day(
    services: ServiceManager, sandbox: Sandbox, tmp_path: Path
) -> None:
    clock = Simulated()
    jam = client(services, sandbox, clock)
    with Catalogue(tmp_path / "c", jam.base_url) as catalogue:
        assert sync(jam, catalogue, ["nobody"], sleep=clock.sleep).failed == 1
        assert catalogue.error_of("nobody") == "Bad Token"
        assert sync(jam, catalogue, ["nobody"], sleep=clock.sleep).requests == 0
        clock.now += 25 * 3600
        assert sync(jam, catalogue, ["nobody"], sleep=clock.sleep).requests == 1


def test_several_tokens_at_once(services: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> None:
    clock = Simulated()
    jam = client(services, sandbox, clock)
    with Catalogue(tmp_path / "c", jam.base_url) as catalogue:
        report = sync(jam, catalogue, sandbox.easyjam_tokens.values(), sleep=clock.sleep, at_once=3)
        assert (report.done, report.changed, report.requests) == (4, 16, 4)


def test_a_site_that_refuses_everything_ends_the_sync_and_nothing_is_lost(
    services: ServiceManager, tmp_path: Path
) -> None:
    clock = Simulated()
    with Sandbox.start({"sandbox": {"easyjam": {"error": "closed"}}}) as sandbox:
        jam = client(services, sandbox, clock)
        with Catalogue(tmp_path / "c", jam.base_url) as catalogue, pytest.raises(JamError, match="closed"):
            sync(jam, catalogue, ["a"], sleep=clock.sleep)


def test_quiet_hours_end_the_sync(services: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> None:
    from datetime import time as moment

    clock = Simulated()
    quiet = QuietHours(moment(0), moment(0))
    jam = services.add(EasyJam(sandbox.easyjam_url, memory=False, clock=clock, quiet_hours=[quiet]))
    with Catalogue(tmp_path / "c", jam.base_url) as catalogue, pytest.raises(QuietTime):
        sync(jam, catalogue, ["a"], sleep=clock.sleep)


def test_a_catalogue_holds_no_tokens(services: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> None:
    clock = Simulated()
    jam = client(services, sandbox, clock)
    token = sandbox.easyjam_tokens["grace"]
    with Catalogue(tmp_path / "c", jam.base_url) as catalogue:
        sync(jam, catalogue, [token], sleep=clock.sleep)
    assert token.encode() not in (tmp_path / "c").read_bytes()


def test_another_file_is_not_taken_for_a_catalogue(tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(b"something else entirely" * 50)
    with pytest.raises(UsageError, match="catalogue"):
        Catalogue(tmp_path / "c", "https://jam.example")
