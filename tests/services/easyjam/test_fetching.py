"""Fetching from the sandbox's jam site: pages, many tokens, memory, manners, and a shelf of what was found."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import pytest

from pygame_gameservices import (
    BackOnline,
    EasyJam,
    GameJolt,
    ItchioGame,
    JamDocument,
    JamInfo,
    Kind,
    Operation,
    QuietHours,
    QuietTime,
    RateLimited,
    Secret,
    ServiceManager,
    ShelfGame,
    TokenResult,
    UsageError,
    WentOffline,
    is_web_url,
    read_shelf,
    shelf_of_easyjam,
    shelf_of_itchio,
    write_shelf,
)
from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.easyjam.client import tokens_from
from pygame_gameservices.services.easyjam.errors import JamError, JamForbidden, JamUnauthorized
from pygame_gameservices.services.easyjam.fetching import Fetching
from pygame_gameservices.services.easyjam.manners import LUDUM_DARE_QUIET_HOURS, Manners
from pygame_gameservices.services.easyjam.models import JamItem
from pygame_gameservices.services.easyjam.producer import write_document
from pygame_gameservices.services.easyjam.reading import MOST_PAGES
from pygame_gameservices.services.easyjam.remembering import Remembering
from pygame_gameservices.services.easyjam.site import Site
from tests.conftest import WAIT_S, settle


@pytest.fixture(scope="module")
def own() -> Iterator[Sandbox]:
    """A site with a key, posts only, fitting statuses, and one token at a time."""
    config = {
        "easyjam": {"key": "jam-key"},
        "sandbox": {"easyjam": {"methods": "post", "statuses": True, "multi": False, "vague": True}},
    }
    with Sandbox.start(config) as sandbox:
        yield sandbox


def test_all_pages_of_all_makers_are_read(jam: EasyJam, sandbox: Sandbox) -> None:
    document = jam.fetch(sandbox.easyjam_tokens.values()).result(WAIT_S)
    assert [len(result.items) for result in document.results.values()] == [12, 3, 1, 0]
    assert [row["offset"] for row in sandbox.dump("easyjam_asked")] == [0, 5, 10, 0, 0, 0]
    ids = [item.id for item in document.items]
    assert len(set(ids)) == len(ids)
    assert document.problems == ()
    user = document[sandbox.easyjam_tokens["ada"]].user
    assert user is not None
    assert user.name == "ada"


def test_several_tokens_at_once_ask_again_only_for_those_with_more(
    services: ServiceManager, sandbox: Sandbox, jam: EasyJam, tmp_path: Path
) -> None:
    multi = services.add(EasyJam(sandbox.easyjam_url, multi=True, spacing_s=0, memory=False, name="multi"))
    together = multi.fetch(sandbox.easyjam_tokens.values()).result(WAIT_S)
    rows = [(row["maker_id"], row["offset"]) for row in sandbox.dump("easyjam_asked")]
    assert rows == [(1, 0), (2, 0), (3, 0), (4, 0), (1, 5), (1, 10)]
    assert together.results == jam.fetch(sandbox.easyjam_tokens.values()).result(WAIT_S).results


def test_one_bad_token_spoils_nothing(jam: EasyJam, sandbox: Sandbox) -> None:
    document = jam.fetch(["nobody", sandbox.easyjam_tokens["grace"]]).result(WAIT_S)
    assert document["nobody"].error == "Bad Token"
    assert len(document[sandbox.easyjam_tokens["grace"]].items) == 3


def test_a_fetch_runs_along_with_the_frames(jam: EasyJam, services: ServiceManager, sandbox: Sandbox) -> None:
    pending = jam.fetch(sandbox.easyjam_tokens["ada"])
    seen: list[int] = []
    pending.then(lambda done: seen.append(len(done.value.items if done.value else ())))
    settle(services, pending)
    assert seen == [12]
    assert pending.succeeded


def test_a_fetch_can_be_awaited(jam: EasyJam, sandbox: Sandbox) -> None:
    import asyncio

    async def main() -> JamDocument:
        return await jam.fetch(sandbox.easyjam_tokens["ada"])

    assert len(asyncio.run(main()).items) == 12


def test_what_was_fetched_is_remembered_for_a_day_and_no_longer(
    services: ServiceManager, sandbox: Sandbox, tmp_path: Path
) -> None:
    now = [1_000_000.0]

    def client(name: str) -> EasyJam:
        path = tmp_path / "folder" / "memory.sqlite3"
        return services.add(
            EasyJam(sandbox.easyjam_url, spacing_s=0, memory=path, clock=lambda: now[0], quiet_hours=(), name=name)
        )

    tokens = [sandbox.easyjam_tokens["ada"], sandbox.easyjam_tokens["grace"]]
    first = client("a").fetch(tokens).result(WAIT_S)
    asked = sandbox.request_count()
    later = client("b")
    now[0] += 23 * 3600
    assert later.fetch(tokens).result(WAIT_S).results == first.results
    assert sandbox.request_count() == asked
    assert later.fetch(tokens, again=True).result(WAIT_S).results == first.results
    assert sandbox.request_count() == 2 * asked
    now[0] += 25 * 3600
    later.fetch(tokens).result(WAIT_S)
    assert sandbox.request_count() == 3 * asked
    stored = (tmp_path / "folder" / "memory.sqlite3").read_bytes()
    assert all(token.encode() not in stored for token in tokens)


def test_a_refused_token_is_not_remembered(jam: EasyJam, sandbox: Sandbox) -> None:
    jam.fetch("nobody").result(WAIT_S)
    before = sandbox.request_count()
    jam.fetch("nobody").result(WAIT_S)
    assert sandbox.request_count() == before + 1


def test_a_broken_memory_is_started_anew(services: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "memory").write_bytes(b"no database at all" * 100)
    jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0, memory=tmp_path / "memory"))
    assert len(jam.fetch(sandbox.easyjam_tokens["grace"]).result(WAIT_S).items) == 3


def test_the_spec_asks_for_ten_seconds_between_requests() -> None:
    now = [0.0]
    manners = Manners(clock=lambda: now[0])
    assert manners.wait_s() == 0
    manners.took()
    assert manners.wait_s() == 10
    now[0] = 4
    assert manners.wait_s() == 6
    now[0] = 10
    assert manners.wait_s() == 0


def test_the_pause_holds_from_one_run_to_the_next_and_a_wrong_clock_costs_one_pause_at_most() -> None:
    now = [100.0]
    manners = Manners(clock=lambda: now[0])
    manners.remember(95.0)
    assert manners.wait_s() == 5
    manners.remember(5000.0)
    assert manners.wait_s() == 10
    now[0] = 50
    assert manners.wait_s() == 10
    now[0] = 60
    assert manners.wait_s() == 0


def test_requests_really_wait_for_each_other(services: ServiceManager, sandbox: Sandbox) -> None:
    jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.5, memory=False))
    jam.fetch("warmed_up").result(WAIT_S)  # the first request of all takes a site longer to note
    jam.fetch(sandbox.easyjam_tokens["ada"]).result(WAIT_S)
    times = [row["time"] for row in sandbox.dump("easyjam_asked")][-3:]
    assert len(times) == 3
    assert all(later - earlier >= 0.4 for earlier, later in itertools.pairwise(times))


@pytest.mark.parametrize(
    ("hours", "at", "over_in"),
    [
        (QuietHours(time(22), time(5)), "23:30", 5.5),
        (QuietHours(time(22), time(5)), "04:00", 1),
        (QuietHours(time(22), time(5)), "05:00", 0),
        (QuietHours(time(22), time(5)), "21:59", 0),
        (QuietHours(time(8), time(9)), "08:30", 0.5),
        (QuietHours(time(8), time(9)), "09:30", 0),
    ],
)
def test_quiet_hours(hours: QuietHours, at: str, over_in: float) -> None:
    now = datetime.fromisoformat(f"2017-12-04T{at}:00+00:00").timestamp()
    assert hours.over_in_s(now) == over_in * 3600


def test_nothing_is_asked_in_quiet_hours(services: ServiceManager, sandbox: Sandbox) -> None:
    midnight = datetime(2017, 12, 4, 1, tzinfo=UTC).timestamp()
    jam = services.add(
        EasyJam(sandbox.easyjam_url, memory=False, quiet_hours=LUDUM_DARE_QUIET_HOURS, clock=lambda: midnight)
    )
    before = sandbox.request_count()
    with pytest.raises(QuietTime, match="05:00 UTC") as quiet:
        jam.fetch("anybody").result(WAIT_S)
    assert quiet.value.retry_after == 4 * 3600
    assert isinstance(quiet.value, RateLimited)
    assert sandbox.request_count() == before


def test_a_request_that_waited_for_its_turn_into_the_quiet_hours_is_not_sent() -> None:
    now = [datetime(2017, 12, 4, 21, 59, 58, tzinfo=UTC).timestamp()]
    jam = EasyJam("https://jam.example", memory=False, quiet_hours=LUDUM_DARE_QUIET_HOURS, clock=lambda: now[0])
    waiting = Operation(service="easyjam", name="fetch", kind=Kind.SAFE, credential=Secret("myjam_ada"))
    assert jam.request([waiting]).url.endswith("?token=myjam_ada")
    now[0] += 10
    with pytest.raises(QuietTime, match="05:00 UTC"):
        jam.request([waiting])


def test_what_waits_when_quiet_hours_begin_ends_at_once_and_holds_up_nothing_else(
    services: ServiceManager, gj: GameJolt, sandbox: Sandbox
) -> None:
    """It was tried four times, up to a quarter of an hour, and so long nothing else was sent to the host."""
    now = [datetime(2017, 12, 4, 21, 59, 58, tzinfo=UTC).timestamp()]
    jam = services.add(
        EasyJam(
            sandbox.easyjam_url,
            memory=False,
            spacing_s=1.0,
            quiet_hours=LUDUM_DARE_QUIET_HOURS,
            clock=lambda: now[0],
        )
    )
    first, *waiting = [jam.fetch_page(token) for token in sandbox.easyjam_tokens.values()]
    settle(services, first)
    assert first.succeeded
    before = sandbox.request_count()
    now[0] += 2.0
    started = monotonic()
    happened = settle(services, *waiting)
    assert monotonic() - started < 5.0
    assert waiting
    for call in waiting:
        assert isinstance(call.error, QuietTime)
        assert call.error.retry_after == 7 * 3600
        assert "05:00 UTC; ask again then" in str(call.error)
    assert not any(isinstance(event, WentOffline | BackOnline) for event in happened)
    assert sandbox.request_count() == before
    gj.time.fetch().result(WAIT_S)


def test_ludum_dares_quiet_hours_are_known() -> None:
    jam = EasyJam("https://api.ludumdare.com/v1/easyjam", memory=False)
    assert jam.manners._quiet_hours == LUDUM_DARE_QUIET_HOURS
    assert EasyJam("https://jam.example", memory=False).manners._quiet_hours == ()


def test_a_site_with_a_key_that_takes_posts_only(own: Sandbox, services: ServiceManager) -> None:
    token = own.easyjam_tokens["ada"]
    jam = services.add(EasyJam(own.easyjam_url, key="jam-key", spacing_s=0, memory=False))
    assert len(jam.fetch([token, "nobody"]).result(WAIT_S).items) == 12
    without = services.add(EasyJam(own.easyjam_url, method="POST", spacing_s=0, memory=False, name="without"))
    with pytest.raises(JamUnauthorized, match="API key required"):
        without.fetch(token).result(WAIT_S)
    wrong = services.add(EasyJam(own.easyjam_url, key="x", spacing_s=0, memory=False, name="wrong"))
    with pytest.raises(JamForbidden, match="Bad API key"):
        wrong.fetch(token).result(WAIT_S)
    get = services.add(EasyJam(own.easyjam_url, key="jam-key", method="GET", spacing_s=0, memory=False, name="get"))
    with pytest.raises(JamError, match="method"):
        get.fetch(token).result(WAIT_S)


def test_the_sandbox_serves_what_the_producer_wrote_in_pages(services: ServiceManager, tmp_path: Path) -> None:
    games = tuple(
        JamItem(
            id=number,
            name=f"Game {number}",
            released=datetime(2015, 1, 28 - number, tzinfo=UTC),
            images=("https://jam.example/a.png",),
            links={"Web": f"https://jam.example/{number}"},
        )
        for number in range(12)
    )
    (tmp_path / "games.json").write_bytes(
        write_document({"myjam_a": TokenResult(items=games), "myjam_b": TokenResult()})
    )
    config = {"sandbox": {"easyjam": {"document": str(tmp_path / "games.json")}}}
    with Sandbox.start(config) as sandbox:
        jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0, memory=False))
        document = jam.fetch(["myjam_a", "myjam_b", "myjam_c"]).result(WAIT_S)
        assert document["myjam_a"].items == games
        assert (document["myjam_b"].items, document["myjam_c"].error) == ((), "Bad Token")
        assert sandbox.request_count() == 5


def test_a_top_level_error_ends_the_whole_fetch(services: ServiceManager) -> None:
    with Sandbox.start({"sandbox": {"easyjam": {"error": "The database is on fire"}}}) as sandbox:
        jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0, memory=False))
        with pytest.raises(JamError, match="on fire"):
            jam.fetch(["a", "b"]).result(WAIT_S)


# pages from sites that go in circles, by hand


class Kept:
    """A memory that knows nothing, and takes down what it is told to keep."""

    def __init__(self, kept: dict[str, TokenResult]) -> None:
        self._kept = kept

    def recall(self, tokens: Any) -> dict[str, TokenResult]:
        return {}

    def keep(self, results: Any) -> None:
        self._kept.update(results)


def at_once(work: Any) -> Any:
    task: Call[Any] = Call(Operation(service="s", name="n", kind=Kind.SAFE), lambda call: None)
    task.settle(work())
    return task


def read_by_hand(
    pages: Any, tokens: tuple[str, ...] = ("t",), kept: dict[str, TokenResult] | None = None
) -> tuple[JamDocument, int]:
    """Run a reading against a function from (tokens, offset) to a document, without a network.

    What it would remember goes to `kept`.
    """
    asked = 0

    def fetch_page(tokens: Any, *, offset: Any = None) -> Call[JamDocument]:
        nonlocal asked
        asked += 1
        call: Call[JamDocument] = Call(Operation(service="s", name="n", kind=Kind.SAFE), lambda call: None)
        call.settle(pages(tuple(tokens), offset))
        return call

    memory: Any = Kept({} if kept is None else kept)
    steps = Fetching(tokens, Site(fetch_page, Remembering(memory, at_once), len(tokens)), False, None).steps()
    value: Any = None
    while True:
        try:
            value = steps.send(value).result(0)
        except StopIteration as stop:
            return stop.value, asked


def page(*ids: int, more: Any = None) -> JamDocument:
    items = tuple(JamItem(id=number, name="n") for number in ids)
    return JamDocument(results={"t": TokenResult(items=items, more=more)})


@pytest.mark.parametrize("more", [25, "cursor"])
def test_a_site_that_says_the_same_offset_for_ever_is_left(more: Any) -> None:
    kept: dict[str, TokenResult] = {}
    document, asked = read_by_hand(lambda tokens, offset: page(1, more=more), kept=kept)
    assert kept == {}
    assert asked == 2
    assert [item.id for item in document.items] == [1]
    assert len(document.problems) == 1


def test_a_site_that_goes_back_is_left() -> None:
    document, asked = read_by_hand(lambda tokens, offset: page(offset or 0, more=20 if offset is None else 10))
    assert (asked, len(document.problems)) == (2, 1)


def test_a_site_without_an_end_is_left() -> None:
    kept: dict[str, TokenResult] = {}
    document, asked = read_by_hand(lambda tokens, offset: page(offset or 0, more=(offset or 0) + 1), kept=kept)
    assert kept == {}
    assert asked == MOST_PAGES
    assert len(document.items) == MOST_PAGES
    assert len(document.problems) == 1


def test_equal_ids_on_several_pages_count_once_and_the_first_wins() -> None:
    document, _ = read_by_hand(lambda tokens, offset: page(1, 2, more=2) if offset is None else page(2, 3))
    assert [item.id for item in document.items] == [1, 2, 3]


def test_a_token_that_is_not_answered_is_no_empty_list() -> None:
    document, _ = read_by_hand(lambda tokens, offset: JamDocument(), ("a", "b"))
    assert not document["a"].answered
    assert not document["a"].ok


def test_more_in_the_info_alone_means_every_token() -> None:
    def pages(tokens: tuple[str, ...], offset: Any) -> JamDocument:
        items = (JamItem(id=offset or 0, name="n"),)
        info = JamInfo(more=5) if offset is None else None
        return JamDocument(results={token: TokenResult(items=items) for token in tokens}, info=info)

    document, asked = read_by_hand(pages, ("a", "b"))
    assert asked == 2
    assert [len(result.items) for result in document.results.values()] == [2, 2]


def test_what_the_info_alone_says_is_cut_short_is_not_remembered() -> None:
    """A site that goes in circles, and says so for all tokens at once: the next fetch asks it again."""

    def pages(tokens: tuple[str, ...], offset: Any) -> JamDocument:
        return JamDocument(results={"t": TokenResult(items=(JamItem(id=1, name="n"),))}, info=JamInfo(more=5))

    kept: dict[str, TokenResult] = {}
    document, asked = read_by_hand(pages, kept=kept)
    assert (asked, len(document.problems), kept) == (2, 1, {})
    assert document["t"].more == 5


def test_what_the_info_alone_says_has_more_is_remembered_when_it_came_to_its_end() -> None:
    def pages(tokens: tuple[str, ...], offset: Any) -> JamDocument:
        info = JamInfo(more=5) if offset is None else None
        return JamDocument(results={"t": TokenResult(items=(JamItem(id=offset or 0, name="n"),))}, info=info)

    kept: dict[str, TokenResult] = {}
    document, _ = read_by_hand(pages, kept=kept)
    assert kept == dict(document.results)
    assert document["t"].more is None


def test_a_later_page_that_fails_leaves_what_came_before() -> None:
    refused = JamDocument(results={"t": TokenResult(error="Too much")})
    document, _ = read_by_hand(lambda tokens, offset: page(1, more=5) if offset is None else refused)
    assert [item.id for item in document.items] == [1]
    assert document["t"].error == "Too much"
    assert not document["t"].ok


# tokens and arguments


def test_tokens_from_a_file() -> None:
    assert tokens_from("# mine\na\n\n  b  # that one\n") == ("a", "b")
    with pytest.raises(UsageError, match="line 2"):
        tokens_from("a\nb c\n")


@pytest.mark.parametrize("tokens", [[], ["a", "b c"], "Info", ["Error"], [7]])
def test_wrong_tokens_are_refused_at_once(tokens: Any, jam: EasyJam) -> None:
    with pytest.raises(UsageError):
        jam.fetch(tokens)


# links and shelves


@pytest.mark.parametrize("url", ["https://a.example", "http://a.example:80/x?y=z#w", "HTTPS://A.EXAMPLE/ä"])
def test_web_addresses(url: str) -> None:
    assert is_web_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//a.example",
        "a.example",
        "https://",
        "ftp://a.example",
        "https://user:pw@a.example",
        "https://a.example/\n",
        " https://a.example",
        "https://a b.example",
        None,
        7,
        "https:\\\\a.example",
        "https://a.example:99999",
        "https://[::1",
        "data:text/html,x",
    ],
)
def test_what_is_no_web_address(url: Any) -> None:
    assert not is_web_url(url)


def test_a_shelf_of_a_jam_site(jam: EasyJam, sandbox: Sandbox) -> None:
    shelf = shelf_of_easyjam(jam.fetch(sandbox.easyjam_tokens["ada"]).result(WAIT_S))
    assert len(shelf) == 12
    assert (shelf[0].title, shelf[0].maker) == ("Light Harvest 1", "ada")
    assert shelf[0].cover_url.startswith(f"{sandbox.easyjam_url}pictures/")
    assert [game.released for game in shelf] == sorted((game.released for game in shelf), reverse=True)  # type: ignore[type-var]
    import requests

    assert requests.get(shelf[0].cover_url, timeout=20).content.startswith(b"\x89PNG")


def test_a_shelf_drops_what_must_not_be_opened(tmp_path: Path) -> None:
    item = JamItem(id=1, name="Evil", links={"Web": "javascript:alert(1)", "Download": "https://good.example"})
    (game,) = shelf_of_easyjam(JamDocument(results={"t": TokenResult(items=(item,))}))
    assert (game.url, game.cover_url) == ("https://good.example", "")
    (tmp_path / "shelf.json").write_bytes(write_shelf([ShelfGame(title="T", url="file:///etc/passwd")]))
    assert read_shelf(tmp_path / "shelf.json") == (ShelfGame(title="T"),)


def test_a_shelf_of_itch_leaves_out_the_game_itself_and_the_unpublished(tmp_path: Path) -> None:
    games = [
        ItchioGame(id=1, title="This", url="https://a.itch.io/this", published=True),
        ItchioGame(id=2, title="Older", url="https://a.itch.io/b", published_at=datetime(2012, 1, 1, tzinfo=UTC)),
        ItchioGame(id=3, title="Newer", url="https://a.itch.io/c", published_at=datetime(2020, 1, 1, tzinfo=UTC)),
        ItchioGame(id=4, title="Secret", url="https://a.itch.io/d", published=False),
    ]
    shelf = shelf_of_itchio(games, maker="A", but=1)
    assert [game.title for game in shelf] == ["Newer", "Older"]
    (tmp_path / "shelf.json").write_bytes(write_shelf(shelf))
    assert read_shelf(tmp_path / "shelf.json") == shelf
    with pytest.raises(UsageError):
        read_shelf(tmp_path / "nothing.json")
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(UsageError):
        read_shelf(tmp_path / "bad.json")
    assert msgspec.json.decode(write_shelf([])) == []
