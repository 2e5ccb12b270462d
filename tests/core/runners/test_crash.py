"""A few rounds of the kill -9 harness; ``python -m tests.crash --rounds 300`` is the long version."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import crash


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL and a fork server")
def test_what_was_durable_is_delivered_exactly_once_whenever_the_game_is_killed(tmp_path: Path) -> None:
    report = crash.run(8, tmp_path, lanes=8, seed=int.from_bytes(os.urandom(2)))
    assert report["durable"] > 100
    assert (report["lost"], report["doubled"], report["unknown"]) == (0, 0, 0), report
    assert report["delivered_once"] == report["durable"]
    assert report["saves_kept"] > 5
