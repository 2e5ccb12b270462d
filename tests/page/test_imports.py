"""Core and services import where there is neither requests nor Pillow: nobody installs them in a page."""

from __future__ import annotations

import json
import subprocess
import sys


def test_core_and_services_need_no_library_but_msgspec() -> None:
    command = [sys.executable, "-m", "tests.page.bare_imports"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(done.stdout) == {}
