"""Some lives in each test run; many more by ``python -m tests.simulation``."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from pygame_gameservices.core.outbox import opening
from pygame_gameservices.core.outbox import outbox as outbox_module
from tests.simulation.defects import DEFECTS, FOUND_WITHIN, Defect, found_by
from tests.simulation.life import Life
from tests.simulation.lives import live
from tests.simulation.plan import as_text, from_text, plan, shrink

LIVES = 200
"""How many are lived in each test run."""
FAILED_ONCE = (
    10275,
    38075,
    84155,
    146054,
    168440,
    236350,
    240159,
    263198,
    269513,
    294095,
    344726,
    352285,
    685489,
    784629,
    2006717,
)
"""Lives that failed when they were first lived."""


@pytest.fixture(autouse=True)
def real_disks_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A life puts a disk of its own in the place of the real one."""
    for place, name in ((opening, "OutboxFile"), (outbox_module, "open_or_salvage"), (outbox_module, "Instance")):
        monkeypatch.setattr(place, name, getattr(place, name))


@pytest.mark.parametrize("seed", [*range(LIVES), *FAILED_ONCE])
def test_a_life_keeps_all_promises(seed: int, tmp_path: Path) -> None:
    broken = live(seed, tmp_path / "life")
    assert not broken, f"{broken}\nagain: python -m tests.simulation --from {seed} --seeds 1"


def test_a_life_is_the_same_each_time_and_in_files_as_in_memory(tmp_path: Path) -> None:
    alike = 0
    for seed in range(20, 28):
        seen = []
        for real in (False, False, True):
            history: list[str] = []
            Life(msgspec.structs.replace(plan(seed), real_files=real), tmp_path / "life", history).live()
            seen.append([re.sub("0x[0-9a-f]+|'[^']*outbox.sqlite3'", "", line) for line in history])
        assert seen[0] == seen[1]
        if not any("killed" in line or "deleted" in line for line in history):  # in files these hurt more
            assert seen[0] == seen[2]
            alike += len(history)
    assert alike > 100


def test_a_life_without_some_parts_is_the_same_life_otherwise() -> None:
    whole = plan(12)
    acts = [act for run in whole.runs for act in run.acts]
    assert acts
    for part in range(whole.parts):
        less = plan(12, (part,))
        assert less != whole
        assert less.parts == whole.parts
        assert {act.at for run in less.runs for act in run.acts} <= {act.at for act in acts}


def test_what_makes_a_life_fail_is_found() -> None:
    assert shrink(100, lambda without: not {17, 60} & without) == frozenset(range(100)) - {17, 60}
    assert as_text({1, 2, 3, 7, 9, 10}) == "1-3,7,9-10"
    assert from_text("1-3,7,9-10") == {1, 2, 3, 7, 9, 10}
    assert from_text("") == frozenset()


@pytest.mark.parametrize("name", ["a lost wake-up", "an unknown settled twice", "Retry-After ignored"])
def test_a_defect_is_found(name: str, tmp_path: Path) -> None:
    defect = next(one for one in DEFECTS if one.name.startswith(name))
    assert found_by(defect, (defect.finder, *range(FOUND_WITHIN)), tmp_path, most=1)


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_each_defect_is_found(defect: Defect, tmp_path: Path) -> None:
    assert found_by(defect, (defect.finder, *range(FOUND_WITHIN)), tmp_path, most=1)
