"""The speed suite runs and says what it promises to say; how fast anything is, is not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
KEYS = {"name", "ours", "peer", "ratio", "target", "holds"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_rows_can_be_chosen_printed_saved_and_drawn(tmp_path: Path) -> None:
    figures, picture = tmp_path / "figures.json", tmp_path / "figures.png"
    done = run("import", "construct", "--quick", "--json", str(figures), "--plot", str(picture))
    rows = json.loads(figures.read_text())
    assert [row["name"] for row in rows] == ["import", "construct"]
    for row in rows:
        assert row.keys() >= KEYS
        assert row["ours"] > 0
        assert row["peer"] > 0
        assert isinstance(row["holds"], bool)
    assert done.returncode == (0 if all(row["holds"] for row in rows) else 1), done.stderr
    for word in ("name", "ours", "peer", "ratio", "target", "holds", "import", "construct"):
        assert word in done.stdout
    with Image.open(picture) as image:
        assert image.format == "PNG"
        assert image.width > 1000


def test_a_row_that_is_not_there_is_wrong_use() -> None:
    done = run("flying")
    assert done.returncode == 2
    assert "flying" in done.stderr
