"""Live one life by its seed, and make one that fails as small as it gets."""

from __future__ import annotations

import traceback
from collections.abc import Collection
from pathlib import Path

from tests.simulation.checks import Violation
from tests.simulation.life import Life
from tests.simulation.plan import plan, shrink


def live(seed: int, folder: Path, without: Collection[int] = (), history: list[str] | None = None) -> str:
    """Live one life. Returns what went wrong, or nothing.

    Args:
        seed: which.
        folder: where its outbox is, if that is in real files.
        without: the parts of it that are left out.
        history: takes what happens, in words.
    """
    try:
        Life(plan(seed, without), folder, history).live()
    except Violation as broken:
        return str(broken)
    except Exception as error:
        return f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
    return ""


def smallest(seed: int, folder: Path) -> frozenset[int]:
    """The parts without which the life of `seed` still fails in the same way, if there are any."""
    how = live(seed, folder).partition(":")[0]
    return shrink(plan(seed).parts, lambda without: live(seed, folder, without).partition(":")[0] == how)
