"""OAuth: the address, the loopback page, copy and paste; and the whole way through a real browser, if there is one."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from pygame_gameservices import (
    Itchio,
    ItchioAuthorizationFailed,
    ItchioAuthorized,
    ServiceManager,
    UsageError,
)
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.itchio.oauth import COPY_AND_PASTE
from tests.chromium import CHROMIUM, NO_CHROMIUM
from tests.conftest import WAIT_S, run_until, settle


@pytest.fixture
def itch(services: ServiceManager, sandbox: Sandbox) -> Itchio:
    return services.add(Itchio(base_url=sandbox.itchio_url))


def post(url: str, fields: dict[str, str], **headers: str) -> int:
    request = urllib.request.Request(url, urlencode(fields).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def redirect(url: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(url).query)
    return query["redirect_uri"][0], query["state"][0]


def closed(url: str) -> bool:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.URLError:
            return True
        except ConnectionError:
            pass  # it was just closing, and broke off what it had let in
        time.sleep(0.02)
    return False


def test_the_address_says_all_that_itch_asks_for(itch: Itchio) -> None:
    asked = itch.authorize("the-client", scopes=["profile:me", "profile:owned"])
    parts = urlsplit(asked.url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://itch.io/user/oauth"
    query = parse_qs(parts.query)
    assert query["client_id"] == ["the-client"]
    assert query["scope"] == ["profile:me profile:owned"]
    assert query["response_type"] == ["token"]
    assert query["redirect_uri"] == [COPY_AND_PASTE]
    assert len(query["state"][0]) >= 32


def test_every_try_has_a_state_of_its_own(itch: Itchio) -> None:
    states = {redirect(itch.authorize("c").url)[1] for _ in range(5)}
    assert len(states) == 5


@pytest.mark.threads
def test_the_page_takes_one_answer_and_closes(itch: Itchio, services: ServiceManager, sandbox: Sandbox) -> None:
    asked = itch.authorize("c", port=0)
    page, state = redirect(asked.url)
    with urllib.request.urlopen(page, timeout=10) as shown:
        assert shown.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert b"location.hash" in shown.read()
    token = sandbox.itchio_tokens["ada"]
    assert post(page, {"access_token": token, "state": state}) == 200
    assert asked.result(WAIT_S).reveal() == token
    (event,) = run_until(services, lambda: True)
    assert isinstance(event, ItchioAuthorized)
    assert token not in repr(event)
    assert closed(page)
    settle(services, itch.sign_in(event.token))
    assert itch.user is not None
    assert itch.user.username == "ada"


@pytest.mark.threads
@pytest.mark.parametrize("state", ["", "wrong", "ä"])
def test_an_answer_with_a_wrong_state_is_refused_and_the_right_one_still_taken(state: str, itch: Itchio) -> None:
    asked = itch.authorize("c", port=0)
    page, right = redirect(asked.url)
    assert post(page, {"access_token": "stolen", "state": state}) == 403
    assert post(page, {"access_token": "good", "state": right}) == 200
    assert asked.result(WAIT_S).reveal() == "good"


@pytest.mark.threads
def test_only_the_page_itself_may_post(itch: Itchio) -> None:
    asked = itch.authorize("c", port=0)
    page, state = redirect(asked.url)
    fields = {"access_token": "t", "state": state}
    assert post(page, fields, Origin="https://evil.example") == 403
    assert post(page, fields, Host="evil.example") == 403
    assert post(page, {"access_token": "t" * 10_000, "state": state}) == 413
    asked.cancel()
    assert closed(page)


@pytest.mark.threads
def test_it_listens_on_loopback_only(itch: Itchio) -> None:
    page, _ = redirect((asked := itch.authorize("c", port=0)).url)
    assert urlsplit(page).hostname == "127.0.0.1"
    asked.cancel()


@pytest.mark.threads
def test_a_player_who_says_no_is_an_event(itch: Itchio, services: ServiceManager) -> None:
    asked = itch.authorize("c", port=0)
    page, state = redirect(asked.url)
    assert post(page, {"error": "access_denied", "state": state}) == 200
    with pytest.raises(UsageError, match="access_denied"):
        asked.result(WAIT_S)
    assert ItchioAuthorizationFailed("access_denied") in run_until(services, lambda: True)


@pytest.mark.threads
def test_nobody_answers(itch: Itchio, services: ServiceManager) -> None:
    asked = itch.authorize("c", port=0, timeout_s=0.2)
    with pytest.raises(UsageError, match="nobody answered"):
        asked.result(WAIT_S)
    assert closed(redirect(asked.url)[0])


def test_a_token_can_be_pasted(itch: Itchio, services: ServiceManager) -> None:
    asked = itch.authorize("c")
    with pytest.raises(UsageError):
        asked.paste("two words")
    asked.paste("  a-token\n")
    asked.paste("another")
    happened = run_until(services, lambda: True)
    assert [event.token.reveal() for event in happened if isinstance(event, ItchioAuthorized)] == ["a-token"]


@pytest.mark.threads
def test_a_taken_port_is_told(itch: Itchio) -> None:
    asked = itch.authorize("c", port=0)
    port = urlsplit(redirect(asked.url)[0]).port
    with pytest.raises(UsageError, match="port"):
        itch.authorize("c", port=port)
    asked.cancel()


@pytest.mark.parametrize("wrong", [{"client_id": ""}, {"client_id": "c", "scopes": []}, {"client_id": "c", "port": -1}])
def test_wrong_arguments_are_refused_at_once(wrong: dict[str, object], itch: Itchio) -> None:
    with pytest.raises(UsageError):
        itch.authorize(**wrong)  # type: ignore[arg-type]


def test_the_sandboxes_page_checks_what_itch_checks(sandbox: Sandbox) -> None:
    good = {
        "client_id": sandbox.itchio_client_id,
        "scope": "profile:me",
        "redirect_uri": "http://127.0.0.1:1/",
        "response_type": "token",
    }
    for change, problem in (
        ({"response_type": ""}, "invalid response_type"),
        ({"scope": "game:view:purchases"}, "invalid scope"),
        ({"client_id": "nobody"}, "invalid client_id"),
        ({"redirect_uri": "https://evil.example/"}, "invalid redirect_uri"),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{sandbox.itchio_oauth_url}?{urlencode(good | change)}", timeout=10)
        assert problem in refused.value.read().decode()
    with urllib.request.urlopen(f"{sandbox.itchio_oauth_url}?{urlencode(good)}", timeout=10) as page:
        assert "Let it in as ada" in page.read().decode()


@pytest.mark.threads
@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
def test_the_whole_way_through_a_real_browser(
    itch: Itchio, services: ServiceManager, sandbox: Sandbox, tmp_path: Path
) -> None:
    asked = itch.authorize(sandbox.itchio_client_id, port=0, authorize_url=sandbox.itchio_oauth_url)
    assert CHROMIUM is not None
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={tmp_path}"]
    browser = subprocess.Popen(
        [CHROMIUM, *options, f"{asked.url}&as=grace"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        token = asked.result(45)
    finally:
        browser.terminate()
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
    assert itch.sign_in(token).result(WAIT_S).username == "grace"
