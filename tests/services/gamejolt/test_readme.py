"""The page of this service: its example runs as it stands there."""

from __future__ import annotations

from pathlib import Path

import pygame_gameservices.services.gamejolt as package
from tests.services.readme_examples import examples, run_example

README = Path(package.__file__).parent / "README.md"


def test_the_example_runs(tmp_path: Path) -> None:
    code, *_ = examples(README)
    out = run_example(code, tmp_path)
    assert "1 ada 5,000 points" in out
    assert "saved 1" in out
