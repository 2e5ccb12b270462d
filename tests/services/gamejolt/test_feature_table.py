"""What clients of Game Jolt's API can do, row by row, and the test that shows that this one can.

The rows are those of a survey of nineteen clients in twelve languages; none of them has all of it.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
HERE = "services/gamejolt"

TABLE: dict[str, tuple[str, ...]] = {
    "users: fetch by name and id": (
        f"{HERE}/test_endpoints.py::TestUsers::test_by_name",
        f"{HERE}/test_endpoints.py::TestUsers::test_by_one_and_by_many_numbers",
    ),
    "users/auth": (f"{HERE}/test_endpoints.py::TestUsers::test_auth",),
    "sessions open, ping, close": (f"{HERE}/test_endpoints.py::TestSessions::test_a_session_from_start_to_end",),
    "sessions: the status of a ping": (f"{HERE}/test_endpoints.py::TestSessions::test_the_status_is_told",),
    "sessions/check": (f"{HERE}/test_endpoints.py::TestSessions::test_a_session_from_start_to_end",),
    "scores add, of players and guests": (
        f"{HERE}/test_endpoints.py::TestScores::test_a_score_is_added_said_and_found",
        f"{HERE}/test_endpoints.py::TestScores::test_a_guest_needs_no_account",
    ),
    "scores fetch": (f"{HERE}/test_endpoints.py::TestScores::test_mine_limit_better_and_worse",),
    "scores/tables": (f"{HERE}/test_endpoints.py::TestScores::test_tables",),
    "scores/get-rank": (f"{HERE}/test_endpoints.py::TestScores::test_a_score_is_added_said_and_found",),
    "better_than and worse_than": (f"{HERE}/test_endpoints.py::TestScores::test_mine_limit_better_and_worse",),
    "trophies fetch and add": (f"{HERE}/test_endpoints.py::TestTrophies::test_all_achieved_and_missing",),
    "trophies remove": (f"{HERE}/test_endpoints.py::TestTrophies::test_taking_it_back",),
    "data store set, fetch, remove, keys": (f"{HERE}/test_endpoints.py::TestDataStore::test_set_fetch_remove",),
    "data store update with each operation": (f"{HERE}/test_endpoints.py::TestDataStore::test_update",),
    "get-keys by pattern": (f"{HERE}/test_endpoints.py::TestDataStore::test_keys_by_pattern",),
    "friends and time": (f"{HERE}/test_endpoints.py::test_friends", f"{HERE}/test_endpoints.py::test_time"),
    "batch by hand": (f"{HERE}/test_batch.py::test_each_call_has_its_own_typed_outcome_in_order",),
    "automatic batching": (f"{HERE}/test_batching.py::test_a_frame_full_of_calls_travels_in_a_few_requests",),
    "auto-ping": (f"{HERE}/test_presence.py::test_it_opens_after_sign_in_and_pings_every_30_seconds",),
    "reopens a dead session": (f"{HERE}/test_presence.py::test_a_session_that_died_in_its_sleep_is_opened_again",),
    "closes the session on quit": (f"{HERE}/test_presence.py::test_it_closes_at_exit",),
    "automatic idle detection": (f"{HERE}/test_presence.py::test_no_input_is_idle_and_input_is_active_again",),
    ".gj-credentials": (
        f"{HERE}/test_sign_in_sources.py::TestTheFile::test_any_version_and_line_end",
        f"{HERE}/test_sign_in_sources.py::TestTheSearch::test_it_signs_in_with_what_it_finds",
    ),
    "web parameters": (f"{HERE}/test_sign_in_sources.py::TestTheWeb::test_parameters_of_the_page",),
    "remember me": (
        f"{HERE}/test_sign_in_sources.py::TestRemembering::test_the_next_start_is_signed_in_and_forgetting_ends_that",
        "core/storage/test_credential_store.py::test_only_the_player_may_read_the_file",
    ),
    "widgets: login, toasts, leaderboard, trophies": (
        "widgets/toasts/test_toasts.py::test_an_unlocked_trophy_is_shown_and_goes",
        "widgets/test_golden.py::test_toasts_look_as_they_should",
        "widgets/test_golden_widgets.py::test_widgets_look_as_they_should",
    ),
    "caches of tables, trophies, pictures": (
        f"{HERE}/test_cache.py::test_tables_are_fetched_once",
        f"{HERE}/test_cache.py::test_trophies_are_known_from_the_sign_in",
        "core/pictures/test_remote.py::TestFetching::test_it_is_kept_on_disk_over_restarts_and_outages",
    ),
    "retry, backoff, rate limit": (
        "core/scheduling/test_scheduler.py::test_what_surely_did_not_arrive_is_sent_again",
        "core/scheduling/test_scheduler.py::test_retry_after_is_honoured_for_the_whole_service",
        "core/scheduling/test_scheduler.py::test_an_outage_costs_one_probe_at_a_time_and_is_said_once",
    ),
    "offline queue": ("core/outbox/test_outbox.py::test_what_was_not_delivered_goes_out_the_next_time",),
    "explicit request timeout": (f"{HERE}/test_trouble.py::test_slowness_ends_at_the_deadline",),
    "typed results": (f"{HERE}/test_endpoints.py::TestUsers::test_by_name",),
    "error classes per message": (f"{HERE}/test_trouble.py::test_wrong_key_unknown_game_wrong_token",),
    "POST for large data": (f"{HERE}/test_endpoints.py::TestDataStore::test_what_is_long_travels_as_post",),
    "values beyond 1 MB in pieces": (
        f"{HERE}/test_saves.py::test_a_large_save_travels_in_pieces_and_says_how_far_it_is",
        f"{HERE}/test_saves.py::test_killed_in_the_middle_the_old_save_is_whole",
    ),
    "full URL-encoding": (
        f"{HERE}/test_round_trips.py::test_any_key_and_value",
        f"{HERE}/test_round_trips.py::test_any_token",
    ),
    "signature": (
        f"{HERE}/test_signing.py::test_get",
        f"{HERE}/test_signing.py::test_post",
        f"{HERE}/test_signing.py::test_batch",
    ),
    "typed values in the data store": (f"{HERE}/test_values.py::test_through_the_service",),
    "pagination helper": (f"{HERE}/test_leaderboard.py::TestTop::test_past_the_limit_of_100_to_the_very_end",),
    "secret trophies": (f"{HERE}/test_endpoints.py::TestTrophies::test_a_secret_is_revealed_when_it_is_unlocked",),
    "events other than the callback": (f"{HERE}/test_endpoints.py::TestTrophies::test_a_trophy_is_said_once",),
    "offline test-suite": (f"{HERE}/test_answer_formats.py::test_the_four_formats_decode_alike",),
    "mock for the game's own tests": (
        "test_testing.py::test_the_example_has_ten_lines_and_runs",
        "test_testing.py::test_the_longest_end_of_a_path_answers",
    ),
    "no secret in any log or error": (f"{HERE}/test_trouble.py::test_no_secret_shows_in_logs_or_errors",),
    "one answer per cause of a failed sign-in": (
        f"{HERE}/test_sign_in_sources.py::TestFiveAnswersForFiveCauses::test_wrong_credentials",
        f"{HERE}/test_sign_in_sources.py::TestFiveAnswersForFiveCauses::test_what_passes",
        f"{HERE}/test_sign_in_sources.py::TestFiveAnswersForFiveCauses::test_a_misconfigured_game",
    ),
}


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests in a file, those in classes as ``Class::test``."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
    return frozenset(names)


@pytest.mark.parametrize("row", TABLE)
def test_each_row_has_tests_that_are_there(row: str) -> None:
    assert TABLE[row]
    for name in TABLE[row]:
        file, _, test = name.partition("::")
        assert test.rpartition("::")[2].startswith("test_")
        assert test in names_in(TESTS / file), name


def test_no_row_was_dropped() -> None:
    assert len(TABLE) >= 41
