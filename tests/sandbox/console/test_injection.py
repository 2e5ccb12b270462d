"""Script in everything that a game can store stays text: no dialog, no element of its own, no policy breached."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.client import Client, fetch
from tests.sandbox.console.conftest import PANELS, WAIT_MS, Watched
from tests.sandbox.console.test_door import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2) class=evil>',
    "'><svg onload=alert(3) class=evil>",
    "</textarea></title></style><b class=evil>x</b>",
    "javascript:alert(4)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "]]><!--<iframe srcdoc='<script>parent.alert(5)</script>' class=evil>",
)
ALL = " ".join(EVIL)
NAME = "<img src=x onerror=alert(9) class=evil>"

CONFIG = {
    "gamejolt": {
        "game_id": 1,
        "name": ALL,
        "tables": [{"id": 1, "name": ALL, "description": ALL}],
        "trophies": [{"id": 1, "title": ALL, "description": ALL}],
    },
    "itchio": {"games": [{"id": 3, "slug": "evil", "title": ALL}]},
    "sandbox": {
        "players": [
            {"username": NAME, "token": "t", "email": "a@example.com", "name": ALL, "friends": [NAME + "2"]},
            {"username": NAME + "2", "token": ALL, "email": "b@example.com"},
        ],
        "gamejolt": {"games": [{"id": 2, "name": ALL}]},
        "easyjam": {"makers": [{"name": ALL, "token": "maker", "games": list(EVIL)}]},
        "forge": {"joined": [NAME], "quests": [{"id": "q", "title": ALL, "kind": "hours"}]},
        "trading": {"accounts": [{"trader": ALL, "token": "evil", "groupe_e": True}]},
    },
}


def store(sandbox: Sandbox) -> None:
    client = Client(sandbox, key=sandbox.private_key)
    me = {"username": NAME, "user_token": "t"}
    assert client.get("sessions/open", **me)["success"] == "true"
    client.get("trophies/add-achieved", **me, trophy_id=1)
    for evil in (*EVIL, ALL):
        assert client.get("scores/add", **me, score=evil, sort=1, extra_data=evil)["success"] == "true"
        assert client.get("scores/add", guest=evil, score="s", sort=2)["success"] == "true"
        assert client.get("data-store/set", key=evil, data=evil)["success"] == "true"
        assert client.get("data-store/set", **me, key=evil, data=evil * 30)["success"] == "true"
        fetch(f"{sandbox.url}/{quote(evil, safe='')}/{quote(evil)}")
        fetch(f"{sandbox.gamejolt_url}/{quote(evil)}")
    client.batch(*EVIL, *(f"/{quote(evil)}/?x=1" for evil in EVIL))
    key = {"x-api-key": sandbox.forge_key, "Content-Type": "application/json"}
    record = {"user_email": "a@example.com", "record_id": NAME}
    played = {**record, "last_time_played": "2024-01-01 00:00:00", "total_hours": 1}
    won = {**record, "achievement_title": ALL, "achievement_description": ALL, "unlocked": True}
    unknown = {**played, "user_email": "<b/class=evil>@example.com"}
    chained = {**played, "user_email": "", "wallet_address": "0x" + "a" * 40, "blockchain": ALL}
    for path, body in (("playtime", [played, unknown, chained]), ("achievement", [won])):
        assert fetch(f"{sandbox.forge_url}/player/{path}", json.dumps(body).encode(), key)[0] == 200
    fetch(f"{sandbox.easyjam_url}?{urlencode({'token': 'maker', ALL: ALL})}")
    trade(sandbox)


def trade(sandbox: Sandbox) -> None:
    json_type = {"Content-Type": "application/json"}
    asked = json.dumps({"token": "evil"}).encode()
    bearer = json.loads(fetch(f"{sandbox.trading_url}/api/v1/auth/token", asked, json_type)[2])["access_token"]
    begin = (int(time.time()) // 900 + 2) * 900
    times = [time.strftime("%H:%M", time.gmtime(begin + part)) for part in (0, 900)]
    if times[1] == "00:00":  # an order may not end at midnight
        begin += 900
        times = [time.strftime("%H:%M", time.gmtime(begin + part)) for part in (0, 900)]
    order = {
        "volume": 1,
        "date": time.strftime("%Y-%m-%d", time.gmtime(begin)),
        "start_time": times[0],
        "end_time": times[1],
        "duration": "15m",
        "options": {"trader_suffixe": NAME},
    }
    for side, price in (("buy", 1), ("buy", 900), ("sell", 901)):
        sent = json.dumps({**order, "side": side, "price": price}).encode()
        headers = {**json_type, "Authorization": f"Bearer {bearer}"}
        assert fetch(f"{sandbox.trading_url}/api/v1/orders", sent, headers)[0] == 200


@pytest.mark.parametrize("with_script", [True, False], ids=["live", "without script"])
def test_everything_stored_stays_text(browser: Browser, with_script: bool) -> None:
    with Sandbox.start(CONFIG) as sandbox:
        visitor = Visitor(sandbox)
        for evil in EVIL:
            fields = {"csrf": visitor.csrf, "game": "1", "username": evil, "title": evil, "name": evil, "email": evil}
            for path in ("players/add", "trophies/add", "scores/table"):
                assert visitor.post(path, {**fields, "description": evil})[0] == 303
        context = browser.new_context(java_script_enabled=with_script)
        watched = Watched(context)
        page = context.new_page()
        page.goto(sandbox.console_link())
        page.wait_for_url("**/console/calls", timeout=WAIT_MS)
        store(sandbox)  # while the page is open: what arrives live is text, too
        if with_script:
            page.wait_for_selector(".calls .service.trading")
        for panel in PANELS:
            page.goto(f"{sandbox.admin_url}/console/{panel}?{urlencode({'q': '', 'game': '1', EVIL[1]: EVIL[1]})}")
            page.locator("main details").evaluate_all("drawers => drawers.forEach(drawer => { drawer.open = true; })")
            if with_script:
                page.wait_for_timeout(250)
            assert page.locator(".evil, img, iframe, main script, main svg, [onerror], [onload], [style]").count() == 0
            assert page.locator("script").count() == 1
            text = page.locator("body").text_content() or ""
            assert "<img src=x" in text, panel
            assert "49" not in [word for word in text.split() if "7*7" in word]
        page.goto(f"{sandbox.admin_url}/console/items?{urlencode({'q': EVIL[1]})}")
        assert page.locator("input[type=search]").input_value() == EVIL[1]
        assert page.locator("tbody tr").count() == 4
        context.close()
        assert watched.complaints == []


def test_what_a_refused_form_held_stays_text(sandbox: Sandbox) -> None:
    visitor = Visitor(sandbox)
    fields = {"csrf": visitor.csrf, "form": "players-befriend", "back": f"q={quote(ALL)}", "one": ALL, "other": ALL}
    status, page = visitor.post("players/befriend", fields)
    assert status == 400
    assert "<img" not in page and "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3
