"""A few seconds of the soak; ``python -m tests.soak --seconds 1800`` is the long version."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import soak


@pytest.mark.slow
def test_nothing_is_late_lost_or_grown_while_everything_goes_wrong(tmp_path: Path) -> None:
    report = soak.run(7, tmp_path)
    assert report["calls"] > 60
    assert report["outcomes"] == report["calls"], report
    assert (report["without_outcome"], report["outcomes_twice"]) == (0, 0)
    assert report["threads_grown"] <= 0, report
    assert report["handles_grown"] <= 8, report  # two per connection, of which each worker may have one
    assert report["rss_grown_mib"] < 20, report
    late = report["late_for_the_machine"]  # where that makes many late, some are for want of a millisecond of ours
    assert report["late_frames"] <= 1 + late // 5, report
