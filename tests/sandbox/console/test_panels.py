"""Each panel in a real browser: it shows what games did, and its forms do what they say."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from pygame_gameservices.sandbox import Latency, Sandbox, ServerError
from tests.sandbox.client import ADA, GRACE, Client, fetch
from tests.sandbox.console.conftest import PANELS, WAIT_MS, Watched, show, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


def rows(page: Page, label: str) -> list[list[str]]:
    """The cells of a table, once the page that a click led to is there."""
    page.wait_for_load_state()
    table = page.get_by_role("table", name=label, exact=True)
    table.wait_for(state="attached")
    cells: list[list[str]] = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    return cells


def open_form(page: Page, drawer: str) -> None:
    page.get_by_text(drawer, exact=True).click()


def test_calls_arrive_while_one_looks(page: Page, sandbox: Sandbox, client: Client) -> None:
    show(page, sandbox, "calls")
    assert page.locator(".calls").inner_text().startswith("No call yet")
    page.wait_for_selector(".pulse[data-state=on]")
    client.get("scores/add", **ADA, score="500 points", sort=500)
    first = page.locator(".calls li").first
    first.get_by_text("scores/add", exact=True).wait_for()
    first.locator("summary").click()
    client.get("trophies/add-achieved", **ADA, trophy_id=101)
    client.get("trophies/add-achieved", **ADA, trophy_id=101)
    sandbox.faults.set(ServerError(503, path="*/time/"))
    client.raw("time")
    page.get_by_text("server-error").wait_for()
    page.get_by_text("1 fault on").wait_for()
    texts = page.locator(".calls summary").all_inner_texts()
    assert [text.split()[-1] for text in texts] == ["503", "refused", "done", "done"]
    # What was unfolded stays so while others come, and shows the parameters without secrets.
    kept = page.locator(".calls li").last
    assert kept.locator("details").get_attribute("open") is not None
    assert "500 points" in kept.inner_text()
    assert "[redacted]" in kept.inner_text()
    assert "ada-token" not in page.content()


def test_a_call_without_answer_is_seen_at_once(page: Page, sandbox: Sandbox, client: Client) -> None:
    show(page, sandbox, "calls")
    page.wait_for_selector(".pulse[data-state=on]")
    sandbox.faults.set("hang")
    with pytest.raises(TimeoutError):
        fetch(client.url("time"), timeout=0.3)
    page.locator(".calls li").get_by_text("no answer").wait_for()


def test_calls_can_be_filtered_paused_and_forgotten(page: Page, sandbox: Sandbox, client: Client) -> None:
    client.get("time")
    client.get("users", username="nobody")
    show(page, sandbox, "calls")
    page.locator("input[type=search]").fill("nobody")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=nobody**")
    assert page.locator(".calls li").count() == 1
    page.get_by_label("Outcome").select_option("ok")
    page.get_by_role("button", name="Filter").click()
    page.get_by_text("No call fits.").wait_for()
    show(page, sandbox, "calls?service=gamejolt")
    page.wait_for_selector(".pulse[data-state=on]")
    page.get_by_role("button", name="Pause").click()
    client.get("time")
    page.wait_for_timeout(400)
    assert page.locator(".calls li").count() == 2
    page.get_by_role("button", name="Resume").click()
    page.locator(".calls li").nth(2).wait_for()
    page.get_by_role("button", name="Forget all").click()
    page.get_by_text("counting begins anew").wait_for()
    assert sandbox.request_count() == 0


def test_players(page: Page, sandbox: Sandbox, client: Client) -> None:
    show(page, sandbox, "players")
    assert [row[1].split()[0] for row in rows(page, "Players")] == ["ada", "linus", "mallory", "grace"]
    open_form(page, "Add a player")
    form = page.locator("#form-players-add")
    form.get_by_label("Username", exact=True).fill("hedy")
    form.get_by_label("E-mail", exact=True).fill("hedy@example.com")
    form.get_by_label("Kind", exact=True).select_option("Moderator")
    form.get_by_role("button").click()
    page.get_by_text("hedy is a player now").wait_for()
    hedy = {"username": "hedy", "user_token": "hedy-token"}
    assert client.get("users/auth", **hedy) == {"success": "true"}
    assert client.get("users", username="hedy")["users"][0]["type"] == "Moderator"
    open_form(page, "Make two players friends")
    form = page.locator("#form-players-befriend")
    form.get_by_label("One", exact=True).fill("hedy")
    form.get_by_label("Other", exact=True).fill("grace")
    form.get_by_role("button").click()
    page.get_by_text("hedy and grace are friends").wait_for()
    assert client.get("friends", **hedy)["friends"] == [{"friend_id": "17441"}]
    open_form(page, "Change a token")
    form = page.locator("#form-players-token")
    form.get_by_label("Username", exact=True).fill("hedy")
    form.get_by_label("New token", exact=True).fill("other")
    form.get_by_role("button").click()
    page.get_by_text("hedy has another token").wait_for()
    assert client.get("users/auth", **hedy)["success"] == "false"
    show(page, sandbox, "players?q=HED")
    assert len(rows(page, "Players")) == 1


def test_a_refused_form_keeps_what_was_written(page: Page, sandbox: Sandbox) -> None:
    show(page, sandbox, "players")
    open_form(page, "Add a player")
    form = page.locator("#form-players-add")
    form.get_by_label("Username", exact=True).fill("ADA")
    form.get_by_label("E-mail", exact=True).fill("second@example.com")
    form.get_by_role("button").click()
    page.get_by_role("alert").get_by_text("is taken; choose another").wait_for()
    assert form.get_by_label("E-mail", exact=True).input_value() == "second@example.com"
    form.get_by_label("Username", exact=True).fill("ada2")
    form.get_by_role("button").click()
    page.get_by_text("ada2 is a player now").wait_for()


def test_trophies(page: Page, sandbox: Sandbox, client: Client) -> None:
    show(page, sandbox, "trophies")
    assert [row[0] for row in rows(page, "Trophies")] == ["101", "102", "103"]
    page.wait_for_selector(".pulse[data-state=on]")
    client.get("trophies/add-achieved", **ADA, trophy_id=103)
    page.get_by_role("table", name="Trophies won lately").get_by_text("ada").wait_for()
    assert rows(page, "Trophies won lately")[0][:2] == ["ada", "Hard"]
    open_form(page, "Add a trophy")
    form = page.locator("#form-trophies-add")
    form.get_by_label("Title", exact=True).fill("Made by hand")
    form.get_by_label("Made of", exact=True).select_option("Silver")
    form.get_by_role("button").click()
    page.get_by_text("Made by hand can be won").wait_for()
    assert client.get("trophies/add-achieved", **GRACE, trophy_id=202) == {"success": "true"}
    open_form(page, "Give or take a trophy")
    form = page.locator("#form-trophies-hand")
    form.get_by_label("Player", exact=True).fill("linus")
    form.get_by_label("Trophy", exact=True).select_option("Made by hand")
    form.get_by_role("button").click()
    page.get_by_text("linus has Made by hand").wait_for()
    linus = {"username": "linus", "user_token": "linus-token"}
    assert client.get("trophies", **linus, achieved="true")["trophies"][0]["id"] == "202"
    page.get_by_role("link", name="Game 2").click()
    assert [row[1] for row in rows(page, "Trophies")] == ["Elsewhere"]


def test_scores_and_tables(page: Page, sandbox: Sandbox, client: Client) -> None:
    for sort in range(120):
        client.get("scores/add", **ADA, score=f"{sort} points", sort=sort // 2)
    show(page, sandbox, "scores")
    seen = []
    for more in (True, True, False):
        seen += [row[0] for row in rows(page, "Scores of Main")]
        if more:
            page.get_by_role("link", name="Next page").click()
            page.get_by_role("link", name="First page").wait_for()
    assert seen == [str(2 * (place // 2) + 1) for place in range(120)]
    assert page.get_by_role("link", name="Next page").count() == 0
    open_form(page, "Add a score table")
    form = page.locator("#form-scores-table")
    form.get_by_label("Name", exact=True).fill("Laps")
    form.get_by_label("Order", exact=True).select_option("ascending")
    form.get_by_role("button").click()
    page.get_by_text("Laps is a score table now, with the id 14").wait_for()
    page.get_by_role("link", name="Laps").click()
    open_form(page, "Add a score")
    for guest, sort in (("Slow", "70"), ("Fast", "50")):
        if not page.locator("#form-scores-score").is_visible():
            open_form(page, "Add a score")
        form = page.locator("#form-scores-score")
        form.get_by_label("Guest", exact=True).fill(guest)
        form.get_by_label("Score", exact=True).fill(f"{sort} s")
        form.get_by_label("Sort value", exact=True).fill(sort)
        form.get_by_role("button").click()
        page.get_by_text("The score has rank 1 in Laps").wait_for()
    assert client.get("scores", table_id=14)["scores"][0]["guest"] == "Fast"
    assert client.get("scores/get-rank", table_id=14, sort=70)["rank"] == 2


def test_sessions(page: Page, sandbox: Sandbox, client: Client) -> None:
    show(page, sandbox, "sessions")
    page.wait_for_selector(".pulse[data-state=on]")
    client.get("sessions/open", **ADA)
    client.get("sessions/ping", **ADA, status="idle")
    page.get_by_role("table", name="Open sessions").get_by_text("idle").wait_for()
    client.get("sessions/close", **ADA)
    page.get_by_role("table", name="Ended sessions").get_by_text("closed").wait_for()
    assert rows(page, "Open sessions") == [["Nobody plays now."]]


def test_stored_keys(page: Page, sandbox: Sandbox, client: Client) -> None:
    client.get("data-store/set", key="for all", data="world")
    for number in range(60):
        client.get("data-store/set", **ADA, key=f"save {number:02}", data="x" * 300)
    show(page, sandbox, "items")
    assert rows(page, "Stored keys")[0][:3] == ["the game", "for all", "world"]
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="First page").wait_for()
    assert [row[1] for row in rows(page, "Stored keys")] == [f"save {number:02}" for number in range(49, 60)]
    page.locator("tbody details summary").first.click()
    assert page.locator("tbody pre").first.inner_text() == "x" * 300
    page.get_by_label("Part of a key").fill("save 33")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=save**")
    assert [row[1] for row in rows(page, "Stored keys")] == ["save 33"]


def test_itchio(page: Page, sandbox: Sandbox) -> None:
    show(page, sandbox, "itchio")
    page.wait_for_selector(".pulse[data-state=on]")
    assert rows(page, "Download keys") == [["Nobody owns anything."]]
    game = sandbox.facts["itchio"]["games"][0]
    wish = urlencode({"username": "ada", "token": "ada-token", "game_id": game["id"]}).encode()
    assert fetch(f"{sandbox.itchio_url}/site/buy", wish)[0] == 200
    page.get_by_role("table", name="Download keys").get_by_text("ada").wait_for()
    assert [row[1:3] for row in rows(page, "Download keys")] == [[game["title"], "ada"]]
    assert rows(page, "Purchases")[0][2] == "1.00 USD"


def test_forge_records_and_quests(page: Page, sandbox: Sandbox) -> None:
    fetch(
        f"{sandbox.forge_url}/site/join",
        json.dumps({"username": "grace", "token": "grace-token", "email": "g@example.com"}).encode(),
        {"Content-Type": "application/json"},
    )
    show(page, sandbox, "forge")
    page.wait_for_selector(".pulse[data-state=on]")
    headers = {"x-api-key": sandbox.forge_key, "Content-Type": "application/json"}
    played = {"last_time_played": "2024-01-01 10:00:00", "total_hours": 0.5, "record_id": "r1"}
    known, unknown = {**played, "user_email": "g@example.com"}, {**played, "user_email": "who@example.com"}
    fetch(f"{sandbox.forge_url}/player/playtime", json.dumps([known, unknown]).encode(), headers)
    page.get_by_role("table", name="Playtime records").get_by_text("who@example.com").wait_for()
    assert [row[2] for row in rows(page, "Playtime records")] == ["0.5", "0.5"]
    assert "archived" in rows(page, "Playtime records")[0][1]
    bars = page.get_by_role("table", name="Quest progress").locator("tr", has_text="0.5 of 1")
    bars.first.wait_for()
    won = {"user_email": "g@example.com", "achievement_title": "First light", "unlocked": True}
    fetch(f"{sandbox.forge_url}/player/achievement", json.dumps(won).encode(), headers)
    page.get_by_role("table", name="Achievement records").get_by_text("First light").wait_for()
    page.get_by_role("table", name="Quest progress").get_by_text("done").wait_for()


def test_easyjam_feed(page: Page, sandbox: Sandbox) -> None:
    show(page, sandbox, "easyjam")
    assert len(rows(page, "Feed")) == 12
    page.wait_for_selector(".pulse[data-state=on]")
    token = next(iter(sandbox.easyjam_tokens.values()))
    fetch(f"{sandbox.easyjam_url}?token={token}&offset=5")
    page.get_by_role("table", name="Pages served").get_by_text("5", exact=True).wait_for()
    page.get_by_role("link", name="linus").click()
    assert len(rows(page, "Feed")) == 3


def test_order_book(page: Page, sandbox: Sandbox) -> None:
    # No order can name the quarter hour that ends at midnight, though one trades in it.
    contract = next(offer for offer in sandbox.dump("trading_orders") if offer["end_time"] != "00:00")
    show(page, sandbox, f"market?{urlencode({'contract': contract['contract']})}")
    page.wait_for_selector(".pulse[data-state=on]")
    assert len(rows(page, "sell side")) == 3
    json_type = {"Content-Type": "application/json"}
    asked = json.dumps({"token": sandbox.trading_token}).encode()
    bearer = json.loads(fetch(f"{sandbox.trading_url}/api/v1/auth/token", asked, json_type)[2])["access_token"]
    order = {key: contract[key] for key in ("date", "start_time", "end_time", "duration")}
    headers = {**json_type, "Authorization": f"Bearer {bearer}"}
    for price, state in ((-50.5, "hidden"), (999, "displayed")):
        sent = json.dumps({**order, "side": "buy", "volume": 2, "price": price, "state": state}).encode()
        status, _, body = fetch(f"{sandbox.trading_url}/api/v1/orders", sent, headers)
        assert status == 200, body
    page.get_by_role("table", name="Trades").get_by_text("You", exact=True).first.wait_for()
    assert "hidden" in rows(page, "buy side")[-1][2]
    assert rows(page, "buy side")[-1][0] == "-50.50"
    assert "You" in [trade[5] for trade in rows(page, "Trades")]


def test_clock_and_reset(page: Page, sandbox: Sandbox, client: Client) -> None:
    show(page, sandbox, "workshop")
    page.get_by_role("button", name="+ 1 day").click()
    page.get_by_text("clock at ").wait_for()
    assert abs(sandbox.now() - time.time() - 86_400) < 30
    page.get_by_label("Set to Unix seconds").fill("1000")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_text("It is 1970-01-01 00:16").wait_for()
    assert client.get("time")["year"] == "1970" or client.get("time")["timestamp"] < 2000
    page.get_by_role("button", name="Back to real time").click()
    page.get_by_text("The clock is right again.").wait_for()
    assert abs(sandbox.now() - time.time()) < 30
    client.get("data-store/set", key="k", data="d")
    sandbox.faults.set(Latency(0.01))
    page.locator("summary", has_text="Reset the sandbox").click()
    page.get_by_role("button", name="Yes, forget everything").click()
    page.get_by_text("as it was at the beginning").wait_for()
    assert sandbox.dump("gamejolt_items") == []
    assert sandbox.faults.report() == []
    assert sandbox.private_key not in page.content()
    page.get_by_role("link", name="Show addresses and keys").click()
    page.locator("summary", has_text="Game Jolt").click()
    assert sandbox.private_key in page.locator("main").inner_text()


def test_keyboard_alone(page: Page, sandbox: Sandbox, client: Client) -> None:
    """From the page's first element to a player who can sign in, without a mouse."""
    show(page, sandbox, "players")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Add a player":
            break
    # The browser draws what is focused.
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("keys")
    page.keyboard.press("Tab")
    page.keyboard.type("my-token")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Add player"
    page.keyboard.press("Space")
    page.get_by_text("keys is a player now").wait_for()
    assert client.get("users/auth", username="keys", user_token="my-token") == {"success": "true"}


def test_without_script(browser: Browser, sandbox: Sandbox, client: Client) -> None:
    context = browser.new_context(java_script_enabled=False)
    watched = Watched(context)
    page = sign_in(context, sandbox)
    client.get("time")
    page.reload()
    assert page.locator(".calls li").count() == 1
    assert page.get_by_text("not live").is_visible()
    show(page, sandbox, "faults")
    page.locator("#form-faults-add-too-many-requests").get_by_role("button").click()
    page.get_by_text("too-many-requests is on").wait_for()
    assert client.raw("time")[0] == 429
    page.get_by_role("button", name="Switch all off").click()
    page.get_by_text("All faults are off").wait_for()
    assert client.raw("time")[0] == 200
    context.close()
    assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_themes_and_phones(browser: Browser, sandbox: Sandbox, client: Client, scheme: str) -> None:
    """Every panel fits a screen 360 px wide, follows the system's theme, and can be told otherwise."""
    client.get("data-store/set", key="k" * 200, data="d" * 5000)
    client.get("scores/add", guest="g" * 100, score="s" * 100, sort=1, extra_data="e" * 100)
    client.get("x" * 300)
    sandbox.faults.set(Latency(0.001, path="/" + "y" * 100 + "*"))
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    watched = Watched(context)
    page = sign_in(context, sandbox)
    for panel in PANELS:
        show(page, sandbox, panel)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, panel
        assert contrast(page) > 7, panel
    assert (lightness(page) > 0.5) is (scheme == "light")
    other = "Dark" if scheme == "light" else "Light"
    page.get_by_role("button", name=other).click()
    page.wait_for_selector(f"html[data-theme={other.lower()}]")
    assert (lightness(page) > 0.5) is (scheme == "dark")
    assert contrast(page) > 7
    context.close()
    assert watched.complaints == []


_CHANNELS = """name => getComputedStyle(document.body)[name].match(/[0-9.]+/g).slice(0, 3).map(Number)"""


def luminance(channels: list[float]) -> float:
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lightness(page: Page) -> float:
    """How bright the ground of the page is, from 0 to 1."""
    channels = page.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/[0-9.]+/g).map(Number)")
    return luminance(channels[:3])


def contrast(page: Page) -> float:
    """Between the page's text and its ground, as accessibility guidelines reckon it; 7 is their highest demand."""
    text, ground = luminance(page.evaluate(_CHANNELS, "color")), lightness(page)
    return (max(text, ground) + 0.05) / (min(text, ground) + 0.05)


def test_signing_out_in_one_tab(context: BrowserContext, page: Page, sandbox: Sandbox) -> None:
    show(page, sandbox, "calls")
    assert page.evaluate("document.cookie") == ""
    (cookie,) = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/console/")
    assert sandbox.admin_token not in cookie["value"]
    second = context.new_page()
    second.goto(f"{sandbox.admin_url}/console/players")
    second.get_by_role("button", name="Sign out").click()
    second.get_by_text("Sandbox console").wait_for()
    page.get_by_text("signed out").wait_for(timeout=WAIT_MS)
    page.reload()
    page.get_by_label("Admin token").fill(sandbox.admin_token)
    page.keyboard.press("Enter")
    page.wait_for_selector(".pulse[data-state=on]")


def test_a_page_of_another_server_cannot_reach_in(browser: Browser, sandbox: Sandbox) -> None:
    """What a page on another port, to which the browser hands the same cookies, can and cannot do."""
    context = browser.new_context()
    sign_in(context, sandbox)
    elsewhere = context.new_page()
    elsewhere.goto(f"{sandbox.url}/gamejolt/pictures/trophy-secret-1.jpg")
    target = f"{sandbox.admin_url}/console/players"
    tried = elsewhere.evaluate(
        """async (target) => {
            const said = [];
            for (const mode of ["cors", "no-cors"]) {
                try {
                    const answer = await fetch(target, { credentials: "include", mode });
                    said.push(await answer.text());
                } catch (error) { said.push("refused"); }
            }
            const frame = document.createElement("iframe");
            frame.src = target;
            const framed = new Promise((done) => { frame.onload = done; });
            document.body.append(frame);
            await framed;
            try { said.push(frame.contentDocument.body.textContent); } catch (error) { said.push("refused"); }
            return said;
        }""",
        target,
    )
    assert [text for text in tried if text not in ("", "refused")] == []
    elsewhere.evaluate(
        """(target) => {
            const form = document.createElement("form");
            form.method = "post";
            form.action = target + "/add";
            const field = document.createElement("input");
            field.name = "username";
            field.value = "forged";
            form.append(field);
            document.body.append(form);
            form.submit();
        }""",
        target,
    )
    elsewhere.get_by_text("takes no requests from other pages").wait_for()
    assert all(row["username"] != "forged" for row in sandbox.dump("players"))
    context.close()
