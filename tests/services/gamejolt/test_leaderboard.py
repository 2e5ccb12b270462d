"""Leaderboards as pages against the sandbox: paging, ranks, ties, directions, guests, friends, and few requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pygame_gameservices import GameJolt, Offline, ServiceManager, UsageError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Refuse
from pygame_gameservices.services.gamejolt import errors
from pygame_gameservices.services.gamejolt.board_views import BoardView
from pygame_gameservices.services.gamejolt.leaderboard import Leaderboard
from tests.conftest import WAIT_S, run_until, settle

FASTEST = 2
"""The seeded table in which less is better."""


def fill(gj: GameJolt, services: ServiceManager, sorts: list[int], table_id: int | None = None) -> None:
    settle(
        services,
        *(gj.scores.add(f"{s}", s, guest=f"g{n}", table_id=table_id, durable=False) for n, s in enumerate(sorts)),
    )


def refresh(services: ServiceManager, view: BoardView) -> BoardView:
    view.refresh()
    run_until(services, lambda: not view.loading)
    return view


def to_the_end(services: ServiceManager, board: Leaderboard) -> None:
    refresh(services, board.top)
    while not board.top.complete:
        assert board.top.error is None
        board.top.more()
        run_until(services, lambda: not board.top.loading)


def table(sandbox: Sandbox, table_id: int, ascending: bool = False) -> list[tuple[int, int]]:
    """Rank and sort value of every row of a table, straight from the server's database."""
    sorts = [row["sort"] for row in sandbox.dump("gamejolt_scores") if row["table_id"] == table_id]
    better: Callable[[int, int], bool] = (lambda a, b: a < b) if ascending else (lambda a, b: a > b)
    return sorted((1 + sum(better(other, sort) for other in sorts), sort) for sort in sorts)


def ranked(view: BoardView) -> list[tuple[int, int]]:
    return [(row.rank, row.sort) for row in view.rows]


class TestTop:
    def test_the_first_page_costs_one_request(self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
        board = ada.leaderboard()
        settle(services, ada.time.fetch())
        sandbox.clear_journal()
        refresh(services, board.top)
        paths = [entry["endpoint"] for entry in sandbox.journal()]
        assert paths[0] == "batch", "the rows and my own row travel together"
        assert paths[1:] in ([], ["users"])
        assert [(r.rank, r.name, r.mine) for r in board.top.rows] == [
            (1, "ada", True),
            (2, "grace", False),
            (2, "linus", False),
            (4, "Passer-by", False),
        ]
        assert board.top.own is not None
        assert (board.top.own.rank, board.top.complete, board.ascending) == (1, True, False)

    def test_players_have_faces_and_guests_have_none(self, ada: GameJolt, services: ServiceManager) -> None:
        board = ada.leaderboard()
        refresh(services, board.top)
        run_until(services, lambda: board.top.rows[0].avatar_url)
        assert [bool(row.avatar_url) for row in board.top.rows] == [True, True, True, False]
        assert board.top.own is not None
        assert board.top.own.avatar_url == board.top.rows[0].avatar_url

    def test_past_the_limit_of_100_to_the_very_end(
        self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox
    ) -> None:
        fill(ada, services, [n // 3 for n in range(260)])
        board = ada.leaderboard(page_size=100)
        to_the_end(services, board)
        assert ranked(board.top) == table(sandbox, 1)
        assert len({row.name for row in board.top.rows}) == 264
        assert board.top.omitted == 0

    def test_ties_at_every_page_border(self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
        fill(ada, services, [5] * 7 + [4] * 30 + [3] + [2] * 9)
        board = ada.leaderboard(page_size=4)
        to_the_end(services, board)
        assert ranked(board.top) == table(sandbox, 1)
        assert len({row.name for row in board.top.rows}) == 51

    @pytest.mark.parametrize(("ties", "omitted"), [(150, 0), (230, 30)])
    def test_more_ties_than_the_api_gives(
        self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox, ties: int, omitted: int
    ) -> None:
        fill(ada, services, [100] * ties + [50, 40])
        board = ada.leaderboard(page_size=50)
        to_the_end(services, board)
        assert board.top.omitted == omitted
        assert len({row.name for row in board.top.rows}) == len(board.top.rows) == ties + 6 - omitted
        assert ranked(board.top)[-2:] == table(sandbox, 1)[-2:]

    def test_nothing_but_ties(self, ada: GameJolt, services: ServiceManager) -> None:
        fill(ada, services, [7] * 198, table_id=FASTEST)
        board = ada.leaderboard(FASTEST, page_size=20)
        to_the_end(services, board)
        assert [row.sort for row in board.top.rows] == [7] * 198 + [58, 64]
        assert board.ascending is True

    def test_a_table_where_less_is_better(self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
        fill(ada, services, [60, 60, 3, 99], table_id=FASTEST)
        board = ada.leaderboard(FASTEST, page_size=2)
        to_the_end(services, board)
        assert ranked(board.top) == table(sandbox, FASTEST, ascending=True)
        assert board.ascending is True
        assert board.top.own is not None
        assert (board.top.own.sort, board.top.own.rank) == (64, 5)

    def test_an_empty_table(self, services: ServiceManager) -> None:
        with Sandbox.start({"gamejolt": {"game_id": 5, "private_key": "k"}}) as empty:
            gj = services.add(GameJolt(5, "k", base_url=empty.gamejolt_url, presence=False))
            gj.sign_in("ada", empty.player("ada").token)
            run_until(services, lambda: gj.user is not None)
            board = gj.leaderboard()
            for view in board.views:
                refresh(services, view)
                assert (view.rows, view.own, view.error) == ((), None, None)
                assert view.complete
                assert view.as_of is not None

    def test_my_own_row_is_known_though_it_is_far_below(self, ada: GameJolt, services: ServiceManager) -> None:
        fill(ada, services, [5000 + n for n in range(30)])
        board = ada.leaderboard(page_size=5)
        refresh(services, board.top)
        assert len(board.top.rows) == 5
        assert not any(row.mine for row in board.top.rows)
        assert board.top.own is not None
        assert (board.top.own.rank, board.top.own.mine) == (31, True)

    def test_what_was_there_stays_while_it_is_refreshed(
        self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox
    ) -> None:
        fill(ada, services, list(range(20)))
        board = ada.leaderboard(page_size=5)
        to_the_end(services, board)
        before = board.top.rows
        ada.scores.add("9999", 9999, durable=False).result(WAIT_S)
        board.top.refresh()
        assert board.top.loading
        seen = set()
        run_until(services, lambda: seen.add(len(board.top.rows)) or not board.top.loading)
        assert seen == {24, 25}, "as deep as before, and never half of it"
        assert board.top.rows[0].sort == 9999
        assert board.top.rows != before

    def test_without_a_network_the_old_rows_stay_and_it_says_why(
        self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox
    ) -> None:
        board = ada.leaderboard()
        refresh(services, board.top)
        rows, version = ranked(board.top), board.top.version
        sandbox.faults.set(Refuse())
        try:
            refresh(services, board.top)
            assert isinstance(board.top.error, Offline)
            assert ranked(board.top) == rows
            assert board.top.version > version
        finally:
            sandbox.faults.clear()


class TestAround:
    @pytest.mark.parametrize("ascending", [False, True])
    def test_those_just_above_and_below(
        self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox, ascending: bool
    ) -> None:
        table_id = FASTEST if ascending else 1
        fill(ada, services, [*range(1, 60), 64, 64, *range(4000, 4600, 7), 4200], table_id=table_id)
        board = ada.leaderboard(table_id, page_size=20)
        refresh(services, board.around)
        everybody = table(sandbox, table_id, ascending)
        rows = ranked(board.around)
        start = everybody.index(rows[0])
        assert rows == everybody[start : start + len(rows)], "a gapless piece of the table, its ranks right"
        assert sum(row.mine for row in board.around.rows) == 1
        assert board.around.own is not None
        above = [row for row in rows if row[0] < board.around.own.rank]
        assert 8 <= len(above) <= 11
        assert board.ascending is ascending

    def test_at_the_top_and_alone(self, ada: GameJolt, services: ServiceManager) -> None:
        board = ada.leaderboard()
        refresh(services, board.around)
        assert [row.rank for row in board.around.rows] == [1, 2, 2, 4]

    def test_it_costs_two_requests(self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
        board = ada.leaderboard()
        settle(services, ada.time.fetch())
        sandbox.clear_journal()
        refresh(services, board.around)
        assert [entry["endpoint"] for entry in sandbox.journal()][:2] == ["scores", "batch"]

    def test_without_a_score_there_is_nothing_to_be_around(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox
    ) -> None:
        gj.sign_in("hedy", sandbox.player("hedy").token)
        run_until(services, lambda: gj.user is not None)
        view = refresh(services, gj.leaderboard().around)
        assert (view.rows, view.own, view.complete) == ((), None, True)


class TestFriendsAndGuests:
    def test_friends_have_their_ranks_in_the_whole_table(self, ada: GameJolt, services: ServiceManager) -> None:
        names = {user.username for user in ada.users.fetch(user_id=ada.friends.fetch().result(WAIT_S)).result(WAIT_S)}
        fill(ada, services, [9000, 3500, 1])
        view = refresh(services, ada.leaderboard().friends)
        everybody = refresh(services, ada.leaderboard().top)
        expected = [(row.rank, row.name) for row in everybody.rows if row.mine or row.name in names]
        assert [(row.rank, row.name) for row in view.rows] == expected
        assert view.own is not None
        assert view.own.rank == 2
        assert view.complete

    def test_nobody_signed_in_sees_the_top_alone(self, gj: GameJolt, services: ServiceManager) -> None:
        board = gj.leaderboard()
        assert [view.name for view in board.views] == ["top"]
        refresh(services, board.top)
        assert (len(board.top.rows), board.top.own) == (4, None)
        refresh(services, board.friends)
        assert isinstance(board.friends.error, errors.NotSignedIn)

    def test_a_guest_has_a_row_of_its_own(self, gj: GameJolt, services: ServiceManager) -> None:
        board = gj.leaderboard(guest="Passer-by")
        assert [view.name for view in board.views] == ["top", "around"]
        refresh(services, board.top)
        refresh(services, board.around)
        for view in board.views:
            assert view.own is not None
            assert (view.own.rank, view.own.guest) == (4, True)
        assert [row.mine for row in board.around.rows] == [False, False, False, True]


class TestTheObject:
    def test_opened_again_it_shows_what_it_showed(self, ada: GameJolt, services: ServiceManager) -> None:
        refresh(services, ada.leaderboard(FASTEST).top)
        assert ada.leaderboard(FASTEST) is ada.leaderboard(FASTEST)
        assert len(ada.leaderboard(FASTEST).top.rows) == 2

    def test_signing_out_forgets_it(self, ada: GameJolt, services: ServiceManager) -> None:
        board = ada.leaderboard()
        refresh(services, board.top)
        board.around.refresh()
        ada.sign_out()
        assert (board.top.rows, board.top.own, board.top.as_of) == ((), None, None)
        assert not board.around.loading
        services.update(1.0)
        assert board.around.rows == ()

    def test_a_table_that_is_not_there(self, ada: GameJolt, services: ServiceManager) -> None:
        view = refresh(services, ada.leaderboard(777).top)
        assert isinstance(view.error, errors.TableNotFound)

    @pytest.mark.parametrize("table_id", ["", "five", "5.0", "-5", "0", 0, True, 2.0, [1]])
    def test_a_table_is_a_number(self, gj: GameJolt, table_id: Any) -> None:
        with pytest.raises(UsageError, match="table_id is"):
            gj.leaderboard(table_id)

    def test_the_number_may_be_a_text(self, gj: GameJolt) -> None:
        assert gj.leaderboard("5") is gj.leaderboard(5)

    @pytest.mark.parametrize("page_size", [0, 1, 101])
    def test_a_page_has_2_to_100_rows(self, gj: GameJolt, page_size: int) -> None:
        with pytest.raises(UsageError, match="from 2 to 100"):
            gj.leaderboard(page_size=page_size)

    @pytest.mark.parametrize("page_size", ["50", 2.5, None])
    def test_a_page_has_a_whole_number_of_rows(self, gj: GameJolt, page_size: Any) -> None:
        with pytest.raises(UsageError, match=r"page_size is .* pass a whole number"):
            gj.leaderboard(page_size=page_size)
