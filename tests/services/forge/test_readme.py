"""The example of the README page works."""

from __future__ import annotations

from pathlib import Path

from tests.services.readme_examples import ROOT, examples, run_example


def test_example(tmp_path: Path) -> None:
    code, *_ = examples(ROOT / "pygame_gameservices/services/forge/README.md")
    assert run_example(code, tmp_path) == "1 Invalid wallet address.\n"
