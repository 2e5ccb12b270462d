"""Who comes in, and how: codes, cookies, forged requests. With http.client, since a browser would not even try."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlencode, urlsplit

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.client import fetch
from tests.sandbox.console.conftest import PANELS

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Visitor:
    """Somebody with a cookie."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.origin = sandbox.admin_url
        status, headers, _ = fetch(sandbox.console_link())
        assert status == 200
        self.cookie_line = headers["Set-Cookie"]
        self.cookie = self.cookie_line.partition(";")[0]
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("players")[1])
        assert found is not None
        self.csrf = found[1]

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        given = {"Cookie": self.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        status, _, body = fetch(f"{self.origin}/console/{path}", headers=given)
        return status, body.decode()

    def post(self, path: str, fields: dict[str, str], **headers: str | None) -> tuple[int, str]:
        given = {"Cookie": self.cookie, "Origin": self.origin}
        given |= {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        given = {name: value for name, value in given.items() if headers.get(name, "") is not None}
        status, _, body = fetch(f"{self.origin}/console/{path}", urlencode(fields).encode(), given)
        return status, body.decode()

    def add_mallory(self, csrf: str | None = None, **headers: str | None) -> int:
        fields = {"csrf": self.csrf if csrf is None else csrf, "username": "mallory2"}
        return self.post("players/add", fields, **headers)[0]

    @property
    def mallory_is_in(self) -> bool:
        return any(row["username"] == "mallory2" for row in self.sandbox.dump("players"))


@pytest.fixture
def visitor(sandbox: Sandbox) -> Visitor:
    return Visitor(sandbox)


def test_the_cookie(visitor: Visitor, sandbox: Sandbox) -> None:
    name, *flags = visitor.cookie_line.split("; ")
    assert {flag.lower() for flag in flags} == {"httponly", "samesite=strict", "path=/console/"}
    assert str(urlsplit(sandbox.admin_url).port) in name.partition("=")[0]
    assert sandbox.admin_token not in name


def test_a_link_works_once(sandbox: Sandbox) -> None:
    link = sandbox.console_link()
    parts = urlsplit(link)
    ahead = http.client.HTTPConnection(parts.netloc, timeout=10)
    ahead.request("HEAD", parts.path)
    assert ahead.getresponse().getheader("Set-Cookie") is None
    ahead.close()
    status, headers, _ = fetch(link)
    assert (status, headers["Referrer-Policy"]) == (200, "no-referrer")
    status, headers, body = fetch(link)
    assert (status, headers["Set-Cookie"]) == (403, None)
    assert b"used before" in body
    assert fetch(f"{sandbox.admin_url}/console/enter/nonsense")[0] == 403


def test_the_link_that_is_printed_works(process: Sandbox) -> None:
    assert process.facts["console_url"].startswith(f"{process.admin_url}/console/enter/")
    assert process.admin_token not in process.facts["console_url"]


def test_the_admin_token_opens_it_too(sandbox: Sandbox) -> None:
    def enter(token: str) -> tuple[int, str | None]:
        data = urlencode({"token": token}).encode()
        status, headers, _ = fetch(f"{sandbox.admin_url}/console/enter", data, {"Origin": sandbox.admin_url})
        return status, headers["Set-Cookie"]

    assert enter("wrong") == (403, None)
    assert enter("") == (403, None)
    status, cookie = enter(sandbox.admin_token)
    assert status == 303
    assert cookie is not None and sandbox.admin_token not in cookie


@pytest.mark.parametrize("path", ["", *PANELS, "live"])
def test_strangers_see_nothing(sandbox: Sandbox, path: str) -> None:
    for cookie in ("", f"gameservices-console-{urlsplit(sandbox.admin_url).port}=wrong"):
        status, _, body = fetch(f"{sandbox.admin_url}/console/{path}", headers={"Cookie": cookie})
        assert status == 401
        assert b"Light Harvest" not in body


def test_a_form_that_is_in_order(visitor: Visitor) -> None:
    assert visitor.add_mallory() == 303
    assert visitor.mallory_is_in


@pytest.mark.parametrize(
    ("expected", "csrf", "headers"),
    [
        (403, "", {}),
        (403, "wrong", {}),
        (401, None, {"Cookie": None}),
        (401, None, {"Cookie": "gameservices-console-1=x"}),
        (403, None, {"Origin": None}),
        (403, None, {"Origin": "null"}),
        (403, None, {"Origin": "https://evil.example"}),
        (403, None, {"Origin": "http://127.0.0.1:1"}),
        (403, None, {"Origin": "http://localhost"}),
        (403, None, {"Sec_Fetch_Site": "cross-site"}),
        (403, None, {"Sec_Fetch_Site": "same-site"}),
        (403, None, {"Host": "evil.example"}),
    ],
)
def test_forged_forms(visitor: Visitor, expected: int, csrf: str | None, headers: dict[str, str | None]) -> None:
    assert visitor.add_mallory(csrf, **headers) == expected
    assert not visitor.mallory_is_in


def test_the_token_of_another_session(visitor: Visitor, sandbox: Sandbox) -> None:
    other = Visitor(sandbox)
    assert visitor.add_mallory(other.csrf) == 403
    assert not visitor.mallory_is_in


def test_forms_cannot_be_sent_as_links(visitor: Visitor) -> None:
    assert visitor.get(f"players/add?csrf={visitor.csrf}&username=mallory2")[0] == 405
    assert not visitor.mallory_is_in


def test_pages_of_other_servers_on_this_machine(visitor: Visitor) -> None:
    fetched = {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "script"}
    assert visitor.get("players", **fetched)[0] == 403
    framed = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}
    assert visitor.get("players", **framed)[0] == 403
    followed = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert visitor.get("players", **followed)[0] == 200


def test_the_cookie_is_no_key_to_the_admin_api(visitor: Visitor, sandbox: Sandbox) -> None:
    value = visitor.cookie.partition("=")[2]
    for headers in ({"Cookie": visitor.cookie}, {"Authorization": f"Bearer {value}"}):
        assert fetch(f"{sandbox.admin_url}/_sandbox/info", headers=headers)[0] == 401


def test_signing_out(visitor: Visitor) -> None:
    assert visitor.post("leave", {"csrf": "wrong"})[0] == 403
    assert visitor.get("players")[0] == 200
    assert visitor.post("leave", {"csrf": visitor.csrf})[0] == 200
    assert visitor.get("players")[0] == 401


@pytest.mark.parametrize(
    "path", ["", "calls", "nonsense", "static/console.css", "static/nonsense", "static/..%2fapp.py"]
)
def test_headers_are_on_everything(visitor: Visitor, path: str) -> None:
    for cookie in (visitor.cookie, ""):
        status, headers, _ = fetch(f"{visitor.origin}/console/{path}", headers={"Cookie": cookie})
        assert {name: headers[name] for name in HEADERS} == HEADERS, status
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
        assert headers["Cache-Control"] in ("no-store", "no-cache")


def test_it_is_on_the_admin_port_alone(sandbox: Sandbox) -> None:
    assert fetch(f"{sandbox.url}/console/")[0] == 404
    assert fetch(f"{sandbox.admin_url}/")[0] == 307
    assert fetch(f"{sandbox.admin_url}/console")[0] == 401
    assert fetch(f"{sandbox.admin_url}/console/", headers={"Host": "evil.example"})[0] == 403


def test_looking_changes_nothing(visitor: Visitor, sandbox: Sandbox) -> None:
    before = sandbox.tables()
    for panel in PANELS:
        assert visitor.get(panel)[0] == 200
    assert sandbox.tables() == before
    assert sandbox.request_count() == 0


def test_no_secret_of_the_admin_is_on_any_page(visitor: Visitor, sandbox: Sandbox) -> None:
    assert all(sandbox.admin_token not in visitor.get(panel)[1] for panel in PANELS)


def test_queries_of_no_use(visitor: Visitor) -> None:
    odd = "?game=x&table=-5&after=9" + "9" * 30 + "&from=%00&q=%ff%00'\"<&maker=&contract=%27&service=x&outcome=y"
    for panel in PANELS:
        assert visitor.get(panel + odd)[0] == 200
        assert visitor.get(panel + "?after=99&from=x&game=1&table=10&maker=2")[0] == 200
