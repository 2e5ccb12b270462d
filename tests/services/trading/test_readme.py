"""The example of the README page works."""

from __future__ import annotations

from pathlib import Path

from tests.services.readme_examples import ROOT, examples, run_example


def test_example(tmp_path: Path) -> None:
    (code,) = examples(ROOT / "pygame_gameservices/services/trading/README.md")
    lines = run_example(code, tmp_path).splitlines()
    assert lines[0].count("at") == 2
    assert lines[-2].startswith("ord_")
    assert lines[-1] == "deleted"
