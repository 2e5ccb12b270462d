"""A browser that is killed loses nothing that was said to be durable, and sends nothing twice."""

from __future__ import annotations

import pytest

from tests.page.browser import missing

pytestmark = pytest.mark.slow


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_what_was_durable_is_delivered_once_whenever_the_browser_is_killed() -> None:
    from tests.page.kill import run

    counts = run(rounds=4, seed=1)
    assert (counts["lost"], counts["doubled"]) == ([], [])
    assert counts["durable"] > 10
    assert counts["delivered_once"] + len(counts["unknown"]) >= counts["durable"]
