"""The speed suite runs and says what it promises to say; how fast anything is, is not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.benchmarks.row import ROWS
from tests.benchmarks.suite import ORDER

ROOT = Path(__file__).resolve().parents[1]
KEYS = {"name", "ours", "peer", "ratio", "target", "holds"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_rows_can_be_chosen_printed_saved_and_drawn(tmp_path: Path) -> None:
    figures, picture, table = (tmp_path / f"figures.{kind}" for kind in ("json", "png", "md"))
    files = ("--json", str(figures), "--plot", str(picture), "--markdown", str(table))
    done = run("import", "call_vs_socket", "--quick", *files)
    rows = json.loads(figures.read_text())
    assert [(row["name"], row["variant"]) for row in rows] == [
        ("import", ""),
        ("call_vs_socket", ""),
        ("call_vs_socket", "cpu"),
    ]
    for row in rows:
        assert row.keys() >= KEYS
        assert row["ours"] > 0
        assert row["peer"] > 0
        assert isinstance(row["holds"], bool)
    assert done.returncode == (0 if all(row["holds"] for row in rows) else 1), done.stderr
    for word in ("name", "ours", "peer", "ratio", "target", "holds", "import", "call_vs_socket"):
        assert word in done.stdout
    lines = [line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert len(lines) == 2 + len(rows)
    assert len({line.count("|") for line in lines}) == 1
    for line, row in zip(lines[2:], rows, strict=True):
        assert row["name"] in line
        assert line.endswith("| yes |" if row["holds"] else "| **no** |")
    with Image.open(picture) as image:
        assert image.format == "PNG"
        assert image.width > 1000


def test_no_row_is_left_out_of_the_table() -> None:
    assert sorted(ORDER) == sorted(ROWS)


def test_a_row_that_is_not_there_is_wrong_use() -> None:
    done = run("flying")
    assert done.returncode == 2
    assert "flying" in done.stderr
