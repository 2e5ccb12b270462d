"""The test kit that games get: its own example runs, its clock stands still, its transport answers."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import GameJolt, NetworkError, Offline, RateLimited, ServiceManager, testing
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.services.gamejolt.gateway import BASE_URL
from pygame_gameservices.testing import FakeClock, FakeTransport, SentRequest, run_until, sandbox
from tests.conftest import settle


def example() -> str:
    """The example of the module's docstring, as code."""
    assert testing.__doc__ is not None
    block = testing.__doc__.split("::\n", 1)[1].split("\n* `sandbox`", 1)[0]
    return textwrap.dedent(block).strip()


def test_the_example_has_ten_lines_and_runs() -> None:
    code = example()
    assert len([line for line in code.splitlines() if line.strip()]) == 10
    names: dict[str, Any] = {}
    exec(compile(code, "example", "exec"), names)
    names["test_the_first_orb_is_a_trophy"]()


def test_the_page_about_tests_has_it_too() -> None:
    page = Path(__file__).parents[1] / "docs" / "testing.md"
    assert example() in page.read_text(encoding="utf-8")


def test_the_sandbox_ignores_a_configuration_that_lies_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gameservices.toml").write_text("[gamejolt]\ngame_id = 77\n")
    monkeypatch.chdir(tmp_path)
    with sandbox() as local:
        assert local.game_id != 77
    with sandbox({"gamejolt": {"game_id": 78, "private_key": "k"}}) as local:
        assert local.game_id == 78


def test_the_clock_goes_when_told_to() -> None:
    clock = FakeClock(5.0)
    assert (clock(), clock()) == (5.0, 5.0)
    clock.advance(0.5)
    assert clock() == 5.5
    with pytest.raises(ValueError, match="pass seconds"):
        clock.advance(-1)


def test_waiting_in_vain_says_what_happened() -> None:
    with ServiceManager("tests", transport=FakeTransport()) as services:
        gj = services.add(GameJolt(1, "k"))
        gj.time.fetch()
        with pytest.raises(AssertionError, match=r"0\.3 s in vain"):
            run_until(services, lambda: False, timeout=0.3)


def play(answers: FakeTransport) -> tuple[ServiceManager, GameJolt]:
    services = ServiceManager("tests", transport=answers)
    return services, services.add(GameJolt(1, "secret key", presence=False))


def test_the_longest_end_of_a_path_answers() -> None:
    answers = FakeTransport(
        {
            "/": '{"response": {"success": "false", "message": "something else"}}',
            "/scores/get-rank/": b'{"response": {"success": "true", "rank": 7}}',
        }
    )
    services, gj = play(answers)
    with services:
        call = gj.scores.get_rank(5)
        settle(services, call)
        assert call.value == 7
        (sent,) = answers.sent
        assert (sent.method, sent.path) == ("GET", f"{BASE_URL.partition('.com')[2]}/scores/get-rank/")
        assert (sent.params["sort"], sent.params["game_id"]) == ("5", "1")
        assert "sort" not in repr(sent)


def test_answers_may_be_errors_responses_and_functions() -> None:
    def rank(sent: SentRequest) -> str:
        return f'{{"response": {{"success": "true", "rank": {int(sent.params["sort"]) * 2}}}}}'

    answers = FakeTransport({"/get-rank/": rank, "/time/": RateLimited("slow down")})
    answers.answers["/tables/"] = Response(status=404, headers={}, body=b"nothing")
    services, gj = play(answers)
    with services:
        ranks = [gj.scores.get_rank(21)]
        settle(services, *ranks)
        limited, missing = gj.time.fetch(), gj.scores.tables()
        settle(services, limited, missing)
        assert ranks[0].value == 42
        assert limited.error is not None
        assert missing.outcome == "failed"


def test_what_has_no_answer_is_offline() -> None:
    services, gj = play(FakeTransport())
    with services:
        call = gj.users.fetch("ada")
        settle(services, call)
        assert isinstance(call.error, Offline | NetworkError)


def test_long_requests_have_their_form_taken_apart() -> None:
    answers = FakeTransport({"/set/": '{"response": {"success": "true"}}'})
    services, gj = play(answers)
    with services:
        settle(services, gj.data_store.set("k", "ü" * 5000, durable=False))
        assert answers.sent[0].method == "POST"
        assert answers.sent[0].params["data"] == "ü" * 5000
