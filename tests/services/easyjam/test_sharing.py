"""Several fetches at a time, and shelves opened meanwhile: each maker is asked about once, at the site's pace."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from pygame_gameservices import Cancelled, EasyJam, GamesShelf, JamDocument, JamShelf, ServiceManager
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import run_until, settle
from tests.widgets.stagecraft import Scene

SPACING_S = 0.4


@pytest.fixture
def slow(services: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> EasyJam:
    return services.add(EasyJam(sandbox.easyjam_url, spacing_s=SPACING_S, memory=tmp_path / "memory.sqlite3"))


def asked(sandbox: Sandbox) -> list[tuple[int, int]]:
    return [(row["maker_id"], row["offset"]) for row in sandbox.dump("easyjam_asked")]


ONCE = [(1, 0), (1, 5), (1, 10), (2, 0), (3, 0), (4, 0)]


def test_fetches_at_the_same_time_share_their_requests(
    slow: EasyJam, services: ServiceManager, sandbox: Sandbox
) -> None:
    tokens = tuple(sandbox.easyjam_tokens.values())
    first = slow.fetch(tokens)
    run_until(services, lambda: len(asked(sandbox)) >= 2)
    second, third = slow.fetch(tokens), slow.fetch(reversed(tokens))
    settle(services, first, second, third)
    assert first.value is not None
    assert second.value == first.value
    assert third.value is not None
    assert third.value.results == first.value.results
    assert sorted(asked(sandbox)) == ONCE
    times = [row["time"] for row in sandbox.dump("easyjam_asked")]
    # the first may have been long on its way to a busy machine
    assert all(later - earlier >= 0.5 * SPACING_S for earlier, later in itertools.pairwise(sorted(times)))


def test_without_a_memory_too(services: ServiceManager, sandbox: Sandbox) -> None:
    jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.05, memory=False))
    tokens = tuple(sandbox.easyjam_tokens.values())
    settle(services, jam.fetch(tokens), jam.fetch(tokens))
    assert sorted(asked(sandbox)) == ONCE


def test_several_tokens_a_request_are_shared_too(services: ServiceManager, sandbox: Sandbox) -> None:
    jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.05, memory=False, multi=True))
    tokens = tuple(sandbox.easyjam_tokens.values())
    some, everyone = jam.fetch(tokens[:2]), jam.fetch(tokens)
    settle(services, some, everyone)
    assert some.value is not None
    assert everyone.value is not None
    assert (tuple(some.value.results), tuple(everyone.value.results)) == (tokens[:2], tokens)
    assert sorted(asked(sandbox)) == ONCE


def test_the_memory_is_asked_again_at_each_makers_turn(
    services: ServiceManager, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Two clients of one site, as two programs would be, that share a file alone."""
    path, tokens = tmp_path / "memory.sqlite3", tuple(sandbox.easyjam_tokens.values())
    slow = services.add(EasyJam(sandbox.easyjam_url, spacing_s=1.0, memory=path))
    quick = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0, memory=path, name="quick"))
    begun = slow.fetch(tokens[1:])
    run_until(services, lambda: asked(sandbox) == [(2, 0)])
    settle(services, quick.fetch(tokens[3:]))
    settle(services, begun)
    assert asked(sandbox) == [(2, 0), (4, 0), (3, 0)]


def test_asking_again_is_not_answered_from_memory(jam: EasyJam, services: ServiceManager, sandbox: Sandbox) -> None:
    tokens = tuple(sandbox.easyjam_tokens.values())[1:]
    settle(services, jam.fetch(tokens))
    settle(services, jam.fetch(tokens), jam.fetch(tokens, again=True), jam.fetch(tokens, again=True))
    assert sorted(asked(sandbox)) == sorted(2 * ONCE[3:])


def test_whoever_takes_a_fetch_back_spoils_no_other(slow: EasyJam, services: ServiceManager, sandbox: Sandbox) -> None:
    tokens = tuple(sandbox.easyjam_tokens.values())[:2]
    taken_back, other = slow.fetch(tokens), slow.fetch(tokens)
    run_until(services, lambda: len(asked(sandbox)) >= 1)
    taken_back.cancel()  # type: ignore[attr-defined]
    settle(services, taken_back, other)
    assert isinstance(taken_back.error, Cancelled)
    assert other.succeeded
    assert asked(sandbox) == ONCE[:4]
    last, lonely = len(asked(sandbox)), slow.fetch(tokens, again=True)
    run_until(services, lambda: len(asked(sandbox)) > last)
    lonely.cancel()  # type: ignore[attr-defined]
    until = time.monotonic() + 3 * SPACING_S
    run_until(services, lambda: time.monotonic() > until)
    assert len(asked(sandbox)) == last + 1
    settle(services, slow.fetch(tokens, again=True))


def test_an_error_ends_all_who_wait_and_the_next_fetch_asks_anew(services: ServiceManager, sandbox: Sandbox) -> None:
    token = sandbox.easyjam_tokens["grace"]
    jam = services.add(EasyJam(f"{sandbox.url}/nowhere", spacing_s=0.0, memory=False))
    pair = jam.fetch(token), jam.fetch(token)
    settle(services, *pair)
    assert all(one.error is not None for one in pair)
    again = jam.fetch(token)
    settle(services, again)
    assert again.error is not None
    assert again.error is not pair[0].error


def test_progress_tells_of_each_page_and_of_each_maker(
    slow: EasyJam, services: ServiceManager, sandbox: Sandbox
) -> None:
    seen: list[tuple[int, ...]] = []

    def note(document: JamDocument) -> None:
        seen.append(tuple(len(result.items) for result in document.results.values()))

    tokens = tuple(sandbox.easyjam_tokens.values())
    settle(services, slow.fetch(tokens, on_progress=note))
    assert seen == [(5,), (10,), (12,), (12, 3), (12, 3, 1), (12, 3, 1, 0)]
    seen.clear()
    settle(services, slow.fetch(tokens, on_progress=note))
    assert seen == [(12, 3, 1, 0)]


def test_progress_that_raises_harms_nothing(jam: EasyJam, services: ServiceManager, sandbox: Sandbox) -> None:
    asked = jam.fetch(sandbox.easyjam_tokens["ada"], on_progress=lambda document: 1 / 0)
    settle(services, asked)
    assert asked.succeeded


@pytest.mark.parametrize("prefetched", [False, True])
def test_a_shelf_shows_each_makers_games_as_soon_as_they_are_there(
    prefetched: bool, slow: EasyJam, services: ServiceManager, sandbox: Sandbox
) -> None:
    source = JamShelf(slow, sandbox.easyjam_tokens.values())
    if prefetched:
        source.refresh()
    scene = Scene()
    shelf = GamesShelf(source, lambda url: True)
    scene.overlay.show(shelf)
    seen: list[int] = []
    spinning: list[bool] = []

    def frame() -> bool:
        scene.overlay.update(0.02)
        seen.append(shelf.cells[0])
        spinning.append(shelf.busy_at is not None)
        return not spinning[-1]

    run_until(services, frame)
    counts = [count for count, _ in itertools.groupby(seen)]
    pages = [0, 5, 10, 12, 15, 16]
    assert [count for count in pages if count in counts] == counts  # a frame that is long in coming may miss one
    assert len(counts) > 2
    assert counts[-1] == pages[-1]
    assert asked(sandbox) == ONCE


def test_a_shelf_closed_and_opened_anew_asks_nothing_twice(
    slow: EasyJam, services: ServiceManager, sandbox: Sandbox
) -> None:
    source = JamShelf(slow, sandbox.easyjam_tokens.values())
    for _ in range(3):
        scene = Scene()
        shelf = GamesShelf(source, lambda url: True)
        scene.overlay.show(shelf)
        run_until(services, lambda shelf=shelf: shelf.cells[0] > 0)  # type: ignore[misc]
        shelf.close()
        scene.run()
    scene = Scene()
    shelf = GamesShelf(source, lambda url: True)
    scene.overlay.show(shelf)
    assert shelf.cells[0] > 0, "what is known already shows at once"
    run_until(services, lambda: shelf.busy_at is None)
    assert shelf.cells[0] == 16
    assert asked(sandbox) == ONCE


def test_the_focus_stays_on_its_game_when_newer_ones_come(slow: EasyJam, services: ServiceManager) -> None:
    from pygame_gameservices import ShelfItem

    class Growing:
        service = "easyjam"

        def games(self, deliver: object, /) -> None:
            raise AssertionError

        def growing_games(self, deliver: object, show: object, /) -> None:
            self.show = show

    source = Growing()
    scene = Scene()
    shelf = GamesShelf(source, lambda url: True)
    scene.overlay.show(shelf)

    def show(titles: str) -> Sequence[str]:
        source.show([ShelfItem(title, f"https://jam.example/{title}") for title in titles])  # type: ignore[operator]
        return titles

    show("cdef")
    shelf.go_to(2)
    titles = show("abcdefghijklmnopqrstuvwxyz")
    assert shelf.cell is not None
    assert titles[shelf.cell] == "e"
    shelf.go_to(0)
    show("01abc")
    assert shelf.cell == 0
