"""The file of achievements when the disk fails for a moment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pygame_gameservices.services.achievement_store import NOBODY, ProfileFile

EARNED = {"hidden": {"progress": 1, "unlocked_at": "2026-01-02T03:04:05Z", "reached": []}}


def test_a_write_that_failed_does_not_forget_what_was_told(tmp_path: Path) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"
    kept = ProfileFile(folder / "achievements.json")
    kept.save(json.dumps({NOBODY: EARNED}).encode())
    folder.rename(away)
    folder.write_text("in the way")
    handed_over = json.dumps({NOBODY: {}, "ada": EARNED}).encode()
    with pytest.raises(OSError):
        kept.save(handed_over)
    folder.unlink()
    away.rename(folder)
    kept.save(handed_over)
    there = json.loads((folder / "achievements.json").read_bytes())
    assert there[NOBODY] == {}
    assert there["ada"]["hidden"]["unlocked_at"]
    assert sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock")) == ["achievements.json"]
