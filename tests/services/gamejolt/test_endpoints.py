"""Every endpoint of Game Jolt's API against the sandbox: values with honest types, "no" as a value, errors by class."""

from __future__ import annotations

import time

import pytest

from pygame_gameservices import GameJolt, ScoreSubmitted, ServiceManager, TrophyUnlocked, UsageError
from pygame_gameservices.sandbox import Latency, Sandbox
from pygame_gameservices.services.gamejolt import errors
from pygame_gameservices.services.gamejolt.decoding import answer
from pygame_gameservices.services.gamejolt.gateway import PATHS
from pygame_gameservices.services.gamejolt.wire import WireResponse
from tests.conftest import WAIT_S, run_until, settle

AWKWARD = 'naïve #1 & a+b=c? 50% «日本語» \n\t"quotes" \\ /'


class TestUsers:
    def test_by_name(self, gj: GameJolt) -> None:
        (user,) = gj.users.fetch("ada").result(WAIT_S)
        assert (user.username, user.status, user.type) == ("ada", "Active", "User")
        assert user.id > 0
        assert user.signed_up_timestamp > 1_000_000_000
        assert user.avatar_url.startswith("http")

    def test_by_one_and_by_many_numbers(self, gj: GameJolt, sandbox: Sandbox) -> None:
        ids = {player.username: player.id for player in sandbox.players}
        assert gj.users.fetch(user_id=ids["grace"]).result(WAIT_S)[0].username == "grace"
        found = gj.users.fetch(user_id=[ids["linus"], ids["ada"]]).result(WAIT_S)
        assert {user.username for user in found} == {"linus", "ada"}

    def test_nobody_of_that_name(self, gj: GameJolt) -> None:
        with pytest.raises(errors.UserNotFound):
            gj.users.fetch("nobody at all").result(WAIT_S)

    def test_auth(self, gj: GameJolt, sandbox: Sandbox) -> None:
        assert gj.users.auth("ada", sandbox.player("ada").token).result(WAIT_S) is True
        with pytest.raises(errors.InvalidCredentials):
            gj.users.auth("ada", "wrong").result(WAIT_S)
        assert gj.player is None

    def test_wrong_credentials_in_both_official_wordings(self, gj: GameJolt, sandbox: Sandbox) -> None:
        """The page of ``users/auth/`` has one, the page of errors another: both mean the same wherever they come."""
        gj.sign_in("ada", "wrong")
        for call in (
            gj.users.auth("ada", "wrong"),
            gj.sessions.open(),
            gj.sessions.check(),
            gj.trophies.fetch(),
            gj.trophies.add_achieved(1, durable=False),
            gj.scores.add("1", 1, durable=False),
            gj.scores.fetch(mine=True),
            gj.data_store.fetch("k", mine=True),
            gj.data_store.get_keys(mine=True),
            gj.friends.fetch(),
        ):
            with pytest.raises(errors.InvalidCredentials):
                call.result(WAIT_S)

    @pytest.mark.parametrize(
        "message",
        [
            "No such user with the credentials passed in could be found.",
            "No user could be found matching these credentials.",
        ],
    )
    @pytest.mark.parametrize("name", sorted(PATHS))
    def test_no_call_takes_either_wording_for_anything_else(self, name: str, message: str) -> None:
        got = answer(name, WireResponse(success="false", message=message))
        assert (type(got.error), got.value) == (errors.InvalidCredentials, None)

    def test_numbers_as_texts_as_the_api_writes_them(self, gj: GameJolt, sandbox: Sandbox) -> None:
        ids = {player.username: player.id for player in sandbox.players}
        one, other = ids["ada"], ids["grace"]
        for written in (
            f"{one},{other}",
            [one, other],
            [str(one), other],
            f" {one} , {other}",
            (n for n in (one, other)),
        ):
            found = gj.users.fetch(user_id=written).result(WAIT_S)
            assert {user.username for user in found} == {"ada", "grace"}
        assert gj.users.fetch(user_id=str(one)).result(WAIT_S)[0].username == "ada"
        for wrong in ("", " ", "1,", "1,x", ["a"], "-1", "1.5", "9" * 5000, 0, True):
            with pytest.raises(UsageError, match="user_id") as caught:
                gj.users.fetch(user_id=wrong)  # type: ignore[arg-type]
            assert caught.value.fields == ("user_id",)

    def test_neither_or_both_is_a_mistake(self, gj: GameJolt) -> None:
        with pytest.raises(UsageError, match="either username or user_id"):
            gj.users.fetch()
        with pytest.raises(UsageError, match="either username or user_id"):
            gj.users.fetch("ada", user_id=1)
        with pytest.raises(UsageError, match="at least one"):
            gj.users.fetch(user_id=[])


class TestSessions:
    def test_a_session_from_start_to_end(self, ada: GameJolt) -> None:
        assert ada.sessions.check().result(WAIT_S) is False
        assert ada.sessions.open().result(WAIT_S) is True
        assert ada.sessions.check().result(WAIT_S) is True
        assert ada.sessions.ping(active=False).result(WAIT_S) is True
        assert ada.sessions.close().result(WAIT_S) is True
        assert ada.sessions.check().result(WAIT_S) is False

    def test_a_session_dies_without_pings(self, ada: GameJolt, sandbox: Sandbox) -> None:
        ada.sessions.open().result(WAIT_S)
        sandbox.advance(121)
        with pytest.raises(errors.SessionNotOpen):
            ada.sessions.ping().result(WAIT_S)

    def test_the_status_is_told(self, ada: GameJolt, sandbox: Sandbox) -> None:
        ada.sessions.open().result(WAIT_S)
        ada.sessions.ping(active=False).result(WAIT_S)
        assert sandbox.dump("gamejolt_sessions")[0]["status"] == "idle"
        ada.sessions.ping().result(WAIT_S)
        assert sandbox.dump("gamejolt_sessions")[0]["status"] == "active"


class TestScores:
    def test_a_score_is_added_said_and_found(self, ada: GameJolt, services: ServiceManager) -> None:
        call = ada.scores.add("9,999 points", 9999, extra_data=AWKWARD)
        happened = settle(services, call)
        assert ScoreSubmitted("9,999 points", 9999, None, "") in happened
        best = ada.scores.fetch(limit=1).result(WAIT_S)[0]
        assert (best.score, best.sort, best.extra_data, best.name) == ("9,999 points", 9999, AWKWARD, "ada")
        assert not best.is_guest
        assert ada.scores.get_rank(9999).result(WAIT_S) == 1
        assert ada.scores.get_rank(4200).result(WAIT_S) == 2

    def test_a_guest_needs_no_account(self, gj: GameJolt) -> None:
        gj.scores.add("1 point", 1, guest="Zoë #2").result(WAIT_S)
        (score,) = gj.scores.fetch(guest="Zoë #2").result(WAIT_S)
        assert (score.name, score.is_guest, score.user_id) == ("Zoë #2", True, None)

    def test_mine_limit_better_and_worse(self, ada: GameJolt) -> None:
        assert {s.user for s in ada.scores.fetch(mine=True).result(WAIT_S)} == {"ada"}
        assert len(ada.scores.fetch(limit=2).result(WAIT_S)) == 2
        assert {s.sort for s in ada.scores.fetch(better_than=3100).result(WAIT_S)} == {4200}
        assert {s.sort for s in ada.scores.fetch(worse_than=3100).result(WAIT_S)} == {900}

    def test_a_table_where_less_is_better(self, gj: GameJolt) -> None:
        assert [s.sort for s in gj.scores.fetch(table_id=2).result(WAIT_S)] == [58, 64]
        assert gj.scores.get_rank(60, table_id=2).result(WAIT_S) == 2

    def test_nothing_found_is_an_empty_tuple(self, gj: GameJolt) -> None:
        assert gj.scores.fetch(guest="nobody").result(WAIT_S) == ()

    def test_tables(self, gj: GameJolt) -> None:
        main, fastest = gj.scores.tables().result(WAIT_S)
        assert (main.id, main.name, main.primary) == (1, "Main", True)
        assert (fastest.id, fastest.primary) == (2, False)

    def test_a_table_that_is_not_there(self, ada: GameJolt) -> None:
        with pytest.raises(errors.TableNotFound):
            ada.scores.add("1", 1, table_id=777).result(WAIT_S)

    def test_a_rank_that_cannot_be_told(self, gj: GameJolt) -> None:
        with pytest.raises(errors.RankNotFound, match="Could not get a rank for the parameters you entered"):
            gj.scores.get_rank(1, table_id=777).result(WAIT_S)

    @pytest.mark.parametrize(
        ("arguments", "hint"),
        [
            ({"limit": 0}, "from 1 to 100"),
            ({"limit": 101}, "from 1 to 100"),
            ({"limit": True}, "whole number"),
            ({"better_than": 1, "worse_than": 2}, "not both"),
            ({"mine": True, "guest": "g"}, "not both"),
            ({"table_id": "one"}, "whole number"),
        ],
    )
    def test_wrong_arguments_are_told_at_once(self, gj: GameJolt, arguments: dict, hint: str) -> None:
        with pytest.raises(UsageError, match=hint):
            gj.scores.fetch(**arguments)

    @pytest.mark.parametrize("sort", [1.5, "1", None, True])
    def test_sort_is_a_whole_number(self, gj: GameJolt, sort: object) -> None:
        with pytest.raises(UsageError, match=r"sort is .* pass a whole number"):
            gj.scores.add("1", sort)  # type: ignore[arg-type]

    @pytest.mark.parametrize("sort", [2**63, -(2**63), 10**5000], ids=["above", "below", "far above"])
    def test_a_number_that_no_service_can_keep_is_not_kept_for_one(self, gj: GameJolt, sort: int) -> None:
        with pytest.raises(UsageError, match=r"sort has \d+ bits"):
            gj.scores.add("1", sort, guest="Zoë")
        with pytest.raises(UsageError, match=r"value has \d+ bits"):
            gj.data_store.update("n", "add", sort)

    def test_the_largest_numbers(self, gj: GameJolt) -> None:
        largest = 2**63 - 2
        for sort in (largest, -largest):
            assert gj.scores.add("1", sort, guest="Zoë").result(WAIT_S) is True
        rows = gj.scores.fetch(guest="Zoë").result(WAIT_S)
        assert [row.sort for row in rows] == [largest, -largest]
        around = gj.leaderboard(guest="Zoë").around
        around.refresh()
        run_until(gj.manager, lambda: not around.loading)
        assert (around.error, around.own and around.own.sort) == (None, largest)
        with pytest.raises(UsageError, match="sort is"):
            gj.scores.add("1", largest + 1, guest="Zoë")

    def test_a_table_keeps_its_order_whether_it_is_named_or_not(self, gj: GameJolt, sandbox: Sandbox) -> None:
        (primary,) = [table.id for table in gj.scores.tables().result(WAIT_S) if table.primary]
        gj.manager.update()
        sandbox.faults.set(Latency(seconds=0.2, path="*/scores/add/"))
        gj.scores.add("1", 99_999, guest="Zoë")
        (best,) = gj.scores.fetch(limit=1, table_id=primary).result(WAIT_S)
        sandbox.faults.clear()
        assert best.sort == 99_999

    def test_a_tables_number_as_a_text(self, gj: GameJolt, services: ServiceManager) -> None:
        assert [s.sort for s in gj.scores.fetch(table_id="2").result(WAIT_S)] == [58, 64]
        assert gj.scores.get_rank(60, table_id="2").result(WAIT_S) == 2
        happened = settle(services, gj.scores.add("60 s", 60, table_id="2", guest="Zoë"))
        assert ScoreSubmitted("60 s", 60, 2, "Zoë") in happened
        assert gj.leaderboard("2") is gj.leaderboard(2)

    def test_a_score_needs_text(self, gj: GameJolt) -> None:
        with pytest.raises(UsageError, match="score is empty"):
            gj.scores.add("", 1)
        with pytest.raises(UsageError, match="surrogate"):
            gj.scores.add("\ud800", 1)


class TestTrophies:
    def test_all_achieved_and_missing(self, ada: GameJolt) -> None:
        everything = ada.trophies.fetch().result(WAIT_S)
        assert [t.difficulty for t in everything] == ["Bronze", "Bronze", "Silver", "Silver", "Gold", "Platinum"]
        assert ada.trophies.add_achieved(1).result(WAIT_S) is True
        assert [t.id for t in ada.trophies.fetch(achieved=True).result(WAIT_S)] == [1]
        assert {t.id for t in ada.trophies.fetch(achieved=False).result(WAIT_S)} == {2, 3, 4, 5, 6}
        (one,) = ada.trophies.fetch(trophy_id=1).result(WAIT_S)
        assert (one.achieved, one.title) == (True, "First light")
        assert one.achieved_when
        assert {t.id for t in ada.trophies.fetch(trophy_id=[2, 5]).result(WAIT_S)} == {2, 5}

    def test_numbers_as_texts_as_the_api_writes_them(self, ada: GameJolt, services: ServiceManager) -> None:
        for written in ("2,5", ["2", 5], [2, 5], {2, 5}):
            assert {t.id for t in ada.trophies.fetch(trophy_id=written).result(WAIT_S)} == {2, 5}
        settle(services, ada.trophies.fetch())
        assert {t.id for t in ada.trophies.fetch(trophy_id="2, 5").result(WAIT_S)} == {2, 5}, "what is remembered"
        happened = settle(services, ada.trophies.add_achieved("2"), ada.trophies.fetch())
        assert [event.trophy.id for event in happened if isinstance(event, TrophyUnlocked)] == [2]
        assert ada.trophies.add_achieved(2).result(WAIT_S) is False
        assert ada.trophies.remove_achieved("2").result(WAIT_S) is True
        with pytest.raises(UsageError, match="trophy_id is '2,5'; pass a whole number"):
            ada.trophies.add_achieved("2,5")

    def test_achieved_is_yes_or_no(self, ada: GameJolt) -> None:
        with pytest.raises(UsageError, match="achieved is 'false'"):
            ada.trophies.fetch(achieved="false")  # type: ignore[arg-type]

    def test_a_trophy_is_said_once(self, ada: GameJolt, services: ServiceManager) -> None:
        happened = settle(services, ada.trophies.add_achieved(2), ada.trophies.add_achieved(2))
        happened += settle(services, ada.trophies.add_achieved(2), ada.trophies.fetch())
        unlocked = [e for e in happened if isinstance(e, TrophyUnlocked)]
        assert [(e.trophy.id, e.trophy.title, e.trophy.achieved) for e in unlocked] == [(2, "Lamplighter", True)]

    def test_having_it_already_is_no_error(self, ada: GameJolt) -> None:
        assert ada.trophies.add_achieved(1).result(WAIT_S) is True
        assert ada.trophies.add_achieved(1).result(WAIT_S) is False

    def test_a_secret_is_revealed_when_it_is_unlocked(self, ada: GameJolt, services: ServiceManager) -> None:
        (secret,) = ada.trophies.fetch(trophy_id=6).result(WAIT_S)
        assert secret.is_hidden
        assert "Stargazer" not in secret.title
        ada.trophies.add_achieved(6)
        seen: list[TrophyUnlocked] = []
        until = time.monotonic() + WAIT_S
        while not seen and time.monotonic() < until:
            seen += [e for e in services.update() if isinstance(e, TrophyUnlocked)]
            time.sleep(0.002)
        assert seen[0].trophy.title == "Stargazer"

    def test_taking_it_back(self, ada: GameJolt) -> None:
        assert ada.trophies.remove_achieved(1).result(WAIT_S) is False
        ada.trophies.add_achieved(1)
        assert ada.trophies.remove_achieved(1).result(WAIT_S) is True

    def test_no_such_trophy(self, ada: GameJolt) -> None:
        with pytest.raises(errors.TrophyNotFound):
            ada.trophies.add_achieved(777).result(WAIT_S)

    def test_nobody_signed_in_ends_the_call_and_not_the_game(self, gj: GameJolt, services: ServiceManager) -> None:
        call = gj.trophies.add_achieved(1, durable=False)
        settle(services, call)
        assert call.outcome == "rejected"
        assert isinstance(call.error, errors.NotSignedIn)
        assert "sign_in" in str(call.error)


class TestDataStore:
    @pytest.mark.parametrize("mine", [False, True])
    def test_set_fetch_remove(self, ada: GameJolt, mine: bool) -> None:
        store = ada.data_store
        assert store.fetch(AWKWARD, mine=mine).result(WAIT_S) is None
        assert store.set(AWKWARD, AWKWARD, mine=mine).result(WAIT_S) is True
        assert store.fetch(AWKWARD, mine=mine).result(WAIT_S) == AWKWARD
        assert store.fetch(AWKWARD, mine=not mine).result(WAIT_S) is None
        assert store.get_keys(mine=mine).result(WAIT_S) == (AWKWARD,)
        assert store.remove(AWKWARD, mine=mine).result(WAIT_S) is True
        assert store.remove(AWKWARD, mine=mine).result(WAIT_S) is False

    def test_the_empty_text_and_the_word_false_are_values(self, gj: GameJolt) -> None:
        for value in ("false", "0", "null", " "):
            gj.data_store.set("k", value).result(WAIT_S)
            assert gj.data_store.fetch("k").result(WAIT_S) == value

    @pytest.mark.parametrize(
        ("operation", "value", "expected"),
        [
            ("add", 5, "15"),
            ("subtract", 4, "6"),
            ("multiply", 3, "30"),
            ("divide", 2, "5"),
            ("append", "x", "10x"),
            ("prepend", "x", "x10"),
            ("add", 1.5, "11.5"),
            ("multiply", 0.25, "2.5"),
            ("divide", 2.5, "4"),
            ("subtract", "0.5", "9.5"),
            ("append", 1.5, "101.5"),
        ],
    )
    def test_update(self, gj: GameJolt, operation: str, value: object, expected: str) -> None:
        gj.data_store.set("n", "10").result(WAIT_S)
        assert gj.data_store.update("n", operation, value).result(WAIT_S) == expected  # type: ignore[arg-type]
        assert gj.data_store.fetch("n").result(WAIT_S) == expected

    def test_update_that_cannot_be(self, gj: GameJolt) -> None:
        gj.data_store.set("n", "10").result(WAIT_S)
        with pytest.raises(errors.DividedByZero):
            gj.data_store.update("n", "divide", 0).result(WAIT_S)
        with pytest.raises(errors.ItemNotFound):
            gj.data_store.update("nothing here", "add", 1).result(WAIT_S)
        gj.data_store.set("n", "ten").result(WAIT_S)
        with pytest.raises(errors.NotNumeric):
            gj.data_store.update("n", "add", 1).result(WAIT_S)
        with pytest.raises(UsageError, match="add, subtract"):
            gj.data_store.update("n", "power", 2)  # type: ignore[arg-type]

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), True, None, [1]])
    def test_update_by_what_is_no_number(self, gj: GameJolt, value: object) -> None:
        with pytest.raises(UsageError, match="pass a text or a number") as caught:
            gj.data_store.update("n", "add", value)  # type: ignore[arg-type]
        assert caught.value.fields == ("value",)

    def test_an_item_of_the_game_that_one_player_guards(
        self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox
    ) -> None:
        store = ada.data_store
        assert store.set("door", "1", restricted=True).result(WAIT_S) is True
        (row,) = sandbox.dump("gamejolt_items")
        assert (row["player_id"], row["restricted_to"]) == (0, sandbox.player("ada").id)
        assert store.fetch("door", restricted=True).result(WAIT_S) == "1"
        assert store.update("door", "add", 1, restricted=True).result(WAIT_S) == "2"
        for refused in (
            store.fetch("door"),
            store.set("door", "x"),
            store.update("door", "add", 1),
            store.remove("door"),
        ):
            with pytest.raises(errors.ItemRestricted):
                refused.result(WAIT_S)
        ada.sign_in("grace", sandbox.player("grace").token)
        run_until(services, lambda: ada.user is not None and ada.user.username == "grace")
        with pytest.raises(errors.ItemRestricted):
            store.set("door", "x", restricted=True).result(WAIT_S)
        ada.sign_in("ada", sandbox.player("ada").token)
        assert store.remove("door", restricted=True).result(WAIT_S) is True

    def test_a_guarded_item_waits_for_its_player_and_its_token_is_on_no_disk(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox
    ) -> None:
        call = gj.data_store.set("door", "1", restricted=True)
        with pytest.raises(errors.NotSignedIn):
            gj.data_store.fetch("door", restricted=True).result(WAIT_S)
        run_until(services, lambda: call.durable)
        gj.sign_in("ada", sandbox.player("ada").token)
        settle(services, call)
        assert call.value is True
        assert sandbox.dump("gamejolt_items")[0]["restricted_to"] == sandbox.player("ada").id
        kept = b"".join(path.read_bytes() for path in services.folder.glob("outbox.sqlite3*"))
        assert b"ada-token" not in kept

    def test_an_item_is_the_players_or_guarded(self, ada: GameJolt) -> None:
        with pytest.raises(UsageError, match="either mine=True or restricted=True") as caught:
            ada.data_store.fetch("door", mine=True, restricted=True)
        assert caught.value.fields == ("mine", "restricted")

    def test_keys_by_pattern(self, gj: GameJolt) -> None:
        for key in ("level-1", "level-2", "other"):
            gj.data_store.set(key, "x").result(WAIT_S)
        assert set(gj.data_store.get_keys("level-*").result(WAIT_S)) == {"level-1", "level-2"}
        assert gj.data_store.get_keys("nothing*").result(WAIT_S) == ()

    def test_what_is_long_travels_as_post(self, gj: GameJolt, sandbox: Sandbox) -> None:
        value = AWKWARD * 400
        gj.data_store.set("long", value).result(WAIT_S)
        assert gj.data_store.fetch("long").result(WAIT_S) == value
        methods = {e["method"] for e in sandbox.journal() if e["path"].endswith("/data-store/set/")}
        assert methods == {"POST"}

    def test_sixteen_megabytes_fit_and_no_more(self, gj: GameJolt) -> None:
        value = "x" * (16 << 20)
        gj.data_store.set("huge", value).result(60)
        assert gj.data_store.fetch("huge").result(60) == value
        with pytest.raises(UsageError, match="16,777,216 at most"):
            gj.data_store.set("huge", value + "x")


def test_friends(ada: GameJolt, sandbox: Sandbox) -> None:
    ids = {player.id: player.username for player in sandbox.players}
    assert {ids[friend] for friend in ada.friends.fetch().result(WAIT_S)} == {"grace", "linus"}


def test_time(gj: GameJolt, sandbox: Sandbox) -> None:
    now = gj.time.fetch().result(WAIT_S)
    assert abs(now.timestamp - sandbox.now()) < 5
    assert now.utc.tzinfo is not None
    assert (now.timezone, now.utc.year) == ("America/New_York", now.utc.year)


def test_sha1_signatures(services: ServiceManager, sandbox: Sandbox) -> None:
    gj = services.add(
        GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url, signature="sha1", name="sha1")
    )
    assert gj.scores.tables().result(WAIT_S)
    gj.data_store.set("k", AWKWARD * 200).result(WAIT_S)
    assert gj.data_store.fetch("k").result(WAIT_S) == AWKWARD * 200


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"game_id": 0, "private_key": "k"}, "game_id is no number"),
        ({"game_id": "one", "private_key": "k"}, "game_id is no number"),
        ({"game_id": 1, "private_key": ""}, "private_key is empty"),
        ({"game_id": 1, "private_key": "k", "signature": "sha256"}, "'md5' or 'sha1'"),
        ({"game_id": 1, "private_key": "k", "base_url": "http://example.com/api"}, "use https"),
        ({"game_id": 1, "private_key": "k", "base_url": "api.gamejolt.com"}, "pass an address"),
    ],
)
def test_a_game_that_cannot_be_is_refused_at_once(arguments: dict, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        GameJolt(**arguments)


def test_a_key_that_was_set_offline_and_then_removed_was_there(
    gj: GameJolt, services: ServiceManager, sandbox: Sandbox
) -> None:
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user is not None)
    calls = gj.data_store.set("k", "v", mine=True), gj.data_store.remove("k", mine=True)
    settle(services, *calls)
    assert [call.value for call in calls] == [True, True]
    assert sandbox.dump("gamejolt_items") == []
