"""The maker's page: who gets in, what it shows, and what it never does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from pygame_gameservices.relay import page
from pygame_gameservices.relay.doors import Session
from pygame_gameservices.sandbox import Sandbox
from tests.relay.conftest import Relays
from tests.relay.running import RunningRelay, wait_until
from tests.relay.wire import Raw, new_id


@pytest.fixture(scope="module")
def shown(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    game = {"game_id": shared_sandbox.game_id, "base_url": shared_sandbox.gamejolt_url, "tables": {"1": {"most": 100}}}
    environment = {"RELAY_GAMEJOLT_KEY": shared_sandbox.private_key}
    with RunningRelay(tmp_path_factory.mktemp("shown"), {"gamejolt": game}, environment) as relay:
        yield relay


def new_link(relay: RunningRelay) -> str:
    return str(json.loads(relay.command("link", "--json", "--url", relay.url))["link"])


@pytest.fixture
def browser(shown: RunningRelay) -> requests.Session:
    """A browser that the maker has opened a link in."""
    session = requests.Session()
    session.headers["x-marked"] = "yes"  # sessions share no state with other tests
    assert session.get(new_link(shown), timeout=30).status_code == 200
    return session


def csrf_of(text: str) -> str:
    return text.partition('name="csrf" value="')[2].partition('"')[0]


def test_a_link_lets_one_browser_in_once(shown: RunningRelay) -> None:
    link = new_link(shown)
    assert requests.head(link, timeout=30).status_code == 200, "a look ahead does not spend it"
    first, second = requests.Session(), requests.Session()
    came = first.get(link, timeout=30)
    assert came.status_code == 200
    cookie = came.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert first.get(f"{shown.url}/maker", timeout=30).status_code == 200
    assert second.get(link, timeout=30).status_code == 403
    assert second.get(f"{shown.url}/maker", timeout=30).status_code == 401
    assert second.get(f"{shown.url}/maker/enter/{'x' * 43}", timeout=30).status_code == 403
    kept = str(shown.query("SELECT * FROM doors"))
    assert link.rpartition("/")[2] not in kept
    assert first.cookies["relay-maker"] not in kept


def test_links_and_sessions_end_in_time(shown: RunningRelay, browser: requests.Session) -> None:
    late = new_link(shown)
    shown.query("UPDATE doors SET until = until - 601 WHERE kind = 'code'")
    assert requests.get(late, timeout=30).status_code == 403
    assert browser.get(f"{shown.url}/maker", timeout=30).status_code == 200
    shown.query("UPDATE doors SET until = until - 43201 WHERE kind = 'session'")
    assert browser.get(f"{shown.url}/maker", timeout=30).status_code == 401


def test_who_signs_out_is_out(shown: RunningRelay, browser: requests.Session) -> None:
    csrf = csrf_of(browser.get(f"{shown.url}/maker", timeout=30).text)
    name = browser.cookies["relay-maker"]
    browser.post(f"{shown.url}/maker/leave", {"csrf": csrf}, timeout=30)
    again = requests.get(f"{shown.url}/maker", cookies={"relay-maker": name}, timeout=30)
    assert again.status_code == 401


def test_it_is_there_for_operators_alone(relays: Relays) -> None:
    relay = relays(operators=["203.0.113.9"])
    link = new_link(relay)
    for address in (link, f"{relay.url}/maker", f"{relay.url}/maker/static/maker.css"):
        assert requests.get(address, timeout=30).status_code == 404
    assert requests.post(f"{relay.url}/maker/release", {"id": "x"}, timeout=30).status_code == 404


def test_refusals_can_be_read_and_released(shown: RunningRelay, browser: requests.Session, sandbox: Sandbox) -> None:
    guest, bad = Raw(shown, sandbox.game_id), new_id()
    add = {"score": "x", "sort": 101, "guest": "<b>Me</b>", "write_id": bad}
    assert "more than 100" in guest.said("scores/add", **add)
    shown.query(f"UPDATE refusals SET reason = '<script>alert(1)</script> ' || char(27) WHERE id = '{bad}'")
    text = browser.get(f"{shown.url}/maker", timeout=30).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \u241b" in text
    assert "<script>alert" not in text
    url, csrf = f"{shown.url}/maker/release", csrf_of(text)
    assert browser.post(url, {"id": bad, "csrf": "another"}, timeout=30).status_code == 403
    assert browser.post(url, {"id": bad}, timeout=30).status_code == 403
    assert requests.post(url, {"id": bad, "csrf": csrf}, timeout=30).status_code == 401
    assert browser.post(url, b"csrf=" + b"x" * 5000, timeout=30).status_code == 400
    assert shown.query("SELECT released FROM refusals") == [(0,)]
    assert "released" in browser.post(url, {"id": bad, "csrf": csrf}, timeout=30).text
    wait_until(lambda: 101 in {row["sort"] for row in sandbox.dump("gamejolt_scores")})


def test_calls_are_shown_without_who_made_them(
    shown: RunningRelay, browser: requests.Session, sandbox: Sandbox
) -> None:
    ada = Raw(shown, sandbox.game_id, "ada", sandbox.player("ada").token)
    ada.said("scores/add", score="secret text", sort=1, write_id=new_id())
    ada.said("trophies/add-achieved", trophy_id=424_242, write_id=new_id())
    text = browser.get(f"{shown.url}/maker", timeout=30).text
    calls = text.partition('data-live="calls"')[2]
    assert "scores/add" in calls
    assert 'class="mark yes"' in calls
    assert 'class="mark no"' in calls
    for hidden in ("secret text", sandbox.player("ada").token, sandbox.private_key, "127.0.0.1"):
        assert hidden not in text
    assert "ada" not in calls
    assert 'class="yes"' in text.partition('data-live="rates"')[2], "a bar of the plot"


def test_no_other_page_uses_it(shown: RunningRelay, browser: requests.Session) -> None:
    headers = browser.get(f"{shown.url}/maker", timeout=30).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    for name in ("maker.css", "maker.js"):
        assert browser.get(f"{shown.url}/maker/static/{name}", timeout=30).status_code == 200
    for name in ("app.py", "..%2Fapp.py", "maker.css%00", ""):
        assert browser.get(f"{shown.url}/maker/static/{name}", timeout=30).status_code == 404


def test_the_plot_has_a_bar_for_each_minute_and_answer() -> None:
    now = 60.0 * 1_000_000
    rates = {(1_000_000, "yes"): 30, (1_000_000, "refused"): 10, (999_941, "later"): 20, (999_940, "yes"): 99}
    text = page.overview(Session("csrf"), now, rates, [], []).decode()
    assert text.count("<rect") == 3, "what is older than an hour is left out"
    assert "40 at most" in text
    assert 'height="67.5"' in text, "30 of 40 on 90 points"
    assert page.overview(Session("csrf"), now, {}, [], []).decode().count("<rect") == 0


def test_its_files_come_with_the_package() -> None:
    assert {path.name for path in Path(page.__file__).with_name("static").iterdir()} == {"maker.css", "maker.js"}
