"""Signing in while somebody is signed in already: a slip of the keyboard takes nothing from whoever plays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pygame_gameservices import GameJolt, ServiceManager, SignedIn, SignedOut, SignInFailed, SignInNeeded
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Refuse
from pygame_gameservices.services.gamejolt import sign_in as sign_in_module
from tests.conftest import run_until, settle
from tests.services.gamejolt.test_presence import Player


@pytest.fixture
def player(services: ServiceManager, sandbox: Sandbox) -> Iterator[Player]:
    player = Player(services, sandbox)
    player.sign_in()
    player.until(lambda: player.gj.presence.is_open)
    yield player
    sandbox.faults.clear()


def signed_out_or_in(happened: list[object]) -> list[object]:
    return [event for event in happened if isinstance(event, SignedIn | SignedOut | SignInNeeded)]


@pytest.mark.parametrize("name", ["ada", "Ada", "grace", "nobody of this name"])
def test_a_mistyped_token_leaves_the_player_and_the_session_as_they_were(player: Player, name: str) -> None:
    happened = settle(player.services, player.gj.sign_in(name, "mistyped"))
    assert sum(isinstance(event, SignInFailed) for event in happened) == 1
    assert signed_out_or_in(happened) == []
    assert player.gj.player is not None
    assert player.gj.player.username == "ada"
    assert player.gj.user is not None
    assert player.gj.user.username == "ada"
    player.ping()
    assert len(player.open_sessions()) == len(player.sessions()) == 1
    player.services.close()
    assert player.open_sessions() == []


def test_the_session_is_pinged_while_nobody_has_answered_yet(player: Player) -> None:
    """The pings go on with the token that the session was opened with."""
    call = player.gj.sign_in("grace", "mistyped")
    player.wait(30)
    settle(player.services, call)
    player.until(lambda: player.sessions()[-1]["pings"] == 1)
    assert len(player.open_sessions()) == len(player.sessions()) == 1


def test_the_players_calls_go_on(player: Player) -> None:
    before = [player.gj.scores.add(f"{n}", n) for n in range(3)]
    attempt = player.gj.sign_in("ada", "mistyped")
    meanwhile = [player.gj.scores.add(f"{n}", n) for n in range(3, 6)]
    settle(player.services, attempt)
    after = [player.gj.scores.add(f"{n}", n) for n in range(6, 9)]
    settle(player.services, *before, *meanwhile, *after)
    assert all(call.succeeded for call in (*before, *meanwhile, *after))
    scores = player.sandbox.dump("gamejolt_scores")
    assert sorted(score["sort"] for score in scores if score["player_id"] == 1001 and score["sort"] < 9) == [*range(9)]


def test_what_was_made_as_somebody_else_does_not_become_the_players(player: Player) -> None:
    attempt = player.gj.sign_in("grace", "mistyped")
    as_grace = player.gj.trophies.add_achieved(1)
    settle(player.services, attempt)
    settle(player.services, player.gj.trophies.add_achieved(2))
    assert not as_grace.done
    player.gj.sign_in("grace", player.sandbox.player("grace").token)
    settle(player.services, as_grace)
    got = {(row["player_id"], row["trophy_id"]) for row in player.sandbox.dump("gamejolt_achieved")}
    assert {(1001, 2), (1002, 1)} <= got
    assert (1001, 1) not in got


def test_what_is_known_of_the_player_is_known_again(player: Player) -> None:
    settle(player.services, player.gj.sign_in("grace", "mistyped"))
    trophies = player.gj.trophies.fetch()
    settle(player.services, trophies)
    assert trophies.succeeded


def test_a_second_slip_before_the_answer_to_the_first_changes_nothing(player: Player) -> None:
    player.gj.sign_in("grace", "mistyped")
    last = player.gj.sign_in("ada", "mistyped, too")
    happened = settle(player.services, last)
    assert signed_out_or_in(happened) == []
    assert player.gj.user is not None
    player.ping()


def test_signing_out_before_the_answer_signs_out_whoever_was_in(player: Player) -> None:
    call = player.gj.sign_in("grace", "mistyped")
    player.gj.sign_out()
    happened = settle(player.services, call)
    assert signed_out_or_in(happened) == [SignedOut("ada")]
    assert player.gj.player is None
    player.until(lambda: not player.open_sessions())


def test_a_new_token_of_the_same_player_takes_the_session_over(player: Player) -> None:
    happened = settle(player.services, player.gj.sign_in("ada", player.sandbox.player("ada").token))
    player.until(lambda: player.sessions()[-1]["pings"] == 1)
    assert not any(isinstance(event, SignedOut) for event in happened)
    assert len(player.open_sessions()) == len(player.sessions()) == 1


def test_a_token_mistyped_without_a_network_is_forgotten_when_the_service_is_back(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_module, "CONFIRM_EVERY_S", 1.0)
    player.sandbox.faults.set(Refuse())
    settle(player.services, player.gj.sign_in("ada", "mistyped"))
    player.sandbox.faults.clear()
    happened: list[object] = []

    def told() -> bool:
        player.clock.advance(0.1)
        happened.extend(player.services.update())
        return any(isinstance(e, SignInFailed) and e.reason.name == "WRONG_CREDENTIALS" for e in happened)

    player.until(told)
    assert player.gj.user is not None
    trophies = player.gj.trophies.fetch(fresh=True)
    settle(player.services, trophies)
    assert trophies.succeeded
    player.ping()


def test_another_player_without_a_network_takes_the_place(player: Player) -> None:
    player.sandbox.faults.set(Refuse())
    call = player.gj.sign_in("grace", player.sandbox.player("grace").token)
    happened = settle(player.services, call)
    assert SignedOut("ada") in happened
    player.sandbox.faults.clear()

    def back() -> bool:
        player.clock.advance(1)
        return player.gj.user is not None

    player.until(back)
    player.until(lambda: [s["player_id"] for s in player.open_sessions()][-1:] == [1002])


def test_an_automatic_sign_in_that_finds_only_wrong_tokens_leaves_the_player(
    ada: GameJolt, services: ServiceManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["game", "gjapi_username=ada", "gjapi_token=old"])
    ada.sign_in()
    happened = run_until(services, lambda: ada._sign_in._search is None and ada._sign_in._attempt is None)
    assert sum(isinstance(event, SignInFailed) for event in happened) == 1
    assert signed_out_or_in(happened) == []
    assert ada.user is not None


def test_a_session_goes_on_after_its_token_was_changed_at_game_jolt(player: Player) -> None:
    """Ada has a new token: the session could not be pinged with the old one, and is with the new one at once."""
    player.sandbox.change_token("ada", "a newer one")
    player.wait(30)
    player.until(lambda: not player.gj.presence.is_open)
    settle(player.services, player.gj.sign_in("ada", "a newer one"))
    player.until(lambda: player.gj.presence.is_open)
    player.ping()
    assert len(player.open_sessions()) == 1
