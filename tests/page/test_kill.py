"""A browser that is killed loses nothing that was said to be durable, and sends nothing twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.page.browser import missing
from tests.page.kill import SOME

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_what_was_durable_is_delivered_once_whenever_the_browser_is_killed() -> None:
    command = [sys.executable, "-m", "tests.page.kill", "--rounds", "4", "--seed", "1"]  # its browsers are its own
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr or done.stdout
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts["durable"] >= 2 * SOME, "two of four rounds wait for so many"
    assert counts["delivered_once"] + len(counts["unknown"]) >= counts["durable"]
