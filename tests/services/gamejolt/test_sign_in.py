"""Signing in and out, and the different answers that different troubles give."""

from __future__ import annotations

import time

import pytest

from pygame_gameservices import (
    AuthError,
    CallRejected,
    GameJolt,
    Offline,
    RateLimited,
    ServiceManager,
    ServiceUnavailable,
    SignedIn,
    SignedOut,
    SignInFailed,
)
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Refuse, ServerError, TooManyRequests
from pygame_gameservices.services.gamejolt import errors
from pygame_gameservices.services.gamejolt import sign_in as sign_in_module
from tests.conftest import run_until, settle


def failure(services: ServiceManager, gj: GameJolt, username: str, token: str) -> Exception:
    happened = settle(services, gj.sign_in(username, token))
    (failed,) = [e for e in happened if isinstance(e, SignInFailed)]
    assert gj.user is None
    assert not any(isinstance(e, SignedIn) for e in happened)
    return failed.error


def test_signing_in_says_who(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    gj.sign_in("ada", sandbox.player("ada").token)
    happened = run_until(services, lambda: gj.user is not None)
    (signed_in,) = [e for e in happened if isinstance(e, SignedIn)]
    assert signed_in.user.username == "ada"
    assert gj.user == signed_in.user


def test_calls_need_not_wait_for_it(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    gj.sign_in("ada", sandbox.player("ada").token)
    call = gj.trophies.add_achieved(1)
    settle(services, call)
    assert call.value is True


def test_wrong_credentials(gj: GameJolt, services: ServiceManager) -> None:
    error = failure(services, gj, "ada", "not the token")
    assert isinstance(error, errors.InvalidCredentials)
    assert isinstance(error, AuthError)
    assert gj.player is None
    call = gj.trophies.add_achieved(1, durable=False)
    assert any(isinstance(e, CallRejected) for e in settle(services, call))


def test_no_network(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    sandbox.faults.set(Refuse())
    try:
        assert isinstance(failure(services, gj, "ada", "t"), Offline)
        assert gj.player is not None, "the player stays: the token was not refused"
    finally:
        sandbox.faults.clear()


def test_server_down(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    sandbox.faults.set(ServerError(status=503))
    assert isinstance(failure(services, gj, "ada", "t"), ServiceUnavailable | Offline)


def test_rate_limited(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    sandbox.faults.set(TooManyRequests(retry_after=1))
    assert isinstance(failure(services, gj, "ada", "t"), RateLimited)


def test_misconfigured_game(services: ServiceManager, sandbox: Sandbox) -> None:
    token = sandbox.player("ada").token
    wrong_key = services.add(GameJolt(sandbox.game_id, "wrong", base_url=sandbox.gamejolt_url, name="wrong key"))
    assert isinstance(failure(services, wrong_key, "ada", token), errors.SignatureError)
    no_game = services.add(GameJolt(999, "any", base_url=sandbox.gamejolt_url, name="no game"))
    assert isinstance(failure(services, no_game, "ada", token), errors.UnknownGame)


def test_signing_out(ada: GameJolt, services: ServiceManager) -> None:
    ada.sign_out()
    assert SignedOut("ada") in services.update()
    assert (ada.user, ada.player) == (None, None)
    ada.sign_out()
    assert services.update() == []


def test_another_player_takes_over(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    ada.sign_in("grace", sandbox.player("grace").token)
    happened = run_until(services, lambda: ada.user is not None)
    kinds = [type(e) for e in happened if isinstance(e, SignedIn | SignedOut)]
    assert kinds == [SignedOut, SignedIn]
    assert ada.user is not None
    assert ada.user.username == "grace"


def test_an_answer_that_comes_after_signing_out_signs_nobody_in(
    gj: GameJolt, services: ServiceManager, sandbox: Sandbox
) -> None:
    call = gj.sign_in("ada", sandbox.player("ada").token)
    gj.sign_out()
    happened = settle(services, call)
    assert not any(isinstance(e, SignedIn) for e in happened)
    assert gj.user is None


def test_looking_around_does_not_break_off_a_sign_in_that_is_under_way(
    gj: GameJolt, services: ServiceManager, sandbox: Sandbox
) -> None:
    gj.sign_in("ada", sandbox.player("ada").token)
    search = gj.sign_in()
    happened = run_until(services, lambda: search.done and gj.user is not None)
    assert sum(isinstance(e, SignedIn) for e in happened) == 1


def test_the_manager_closes_while_a_player_waits_to_be_confirmed(
    gj: GameJolt, services: ServiceManager, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_module, "CONFIRM_EVERY_S", 0.3)
    sandbox.faults.set(Refuse())
    try:
        settle(services, gj.sign_in("ada", sandbox.player("ada").token))
        time.sleep(0.4)
        services.close(timeout=0.5)
    finally:
        sandbox.faults.clear()


def test_blanks_around_what_was_pasted_do_no_harm(services: ServiceManager, sandbox: Sandbox) -> None:
    gj = services.add(GameJolt(sandbox.game_id, f" {sandbox.private_key}\n", base_url=sandbox.gamejolt_url))
    gj.sign_in("ada ", f"{sandbox.player('ada').token}\n")
    run_until(services, lambda: gj.user is not None)
    assert gj.player is not None
    assert gj.player.username == "ada"


def test_characters_that_nobody_sees_are_not_sent(services: ServiceManager, sandbox: Sandbox) -> None:
    """They come along when a token is copied from a page or a chat."""
    key, url = sandbox.private_key, sandbox.gamejolt_url
    gj = services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=False))
    gj.sign_in("\u200eada\u200b", f"\ufeff{sandbox.player('ada').token}\u2060")
    run_until(services, lambda: gj.user is not None)
    assert gj.player is not None
    assert (gj.player.username, gj.player.token.reveal()) == ("ada", sandbox.player("ada").token)
