"""What a relay that is open to the internet puts up with."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import time
from collections.abc import Callable

import pytest
import requests

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.relay.tickets import Tickets
from pygame_gameservices.sandbox import DeepJson, Flood, Garbage, HtmlPage, Sandbox
from tests.relay.conftest import Relays
from tests.relay.running import SECRET, RunningRelay
from tests.relay.wire import Raw, new_id


@pytest.mark.parametrize(
    "path",
    [
        "/gamejolt/",
        "/gamejolt/nothing/",
        "/gamejolt//scores/add/",
        "/gamejolt/../gamejolt/scores/",
        "/gamejolt/%2e%2e/health",
        "/gamejolt/http://example.com/",
        "/gamejolt/scores/add/extra/",
        "/gamejolt/scores%00/",
        "/forge/player/playtime",
        "//example.com/",
    ],
)
def test_paths_lead_nowhere_else(relay: RunningRelay, sandbox: Sandbox, path: str) -> None:
    before = sandbox.request_count()
    answer = raw_request(
        relay, f"GET {path}?game_id={sandbox.game_id} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert answer.split()[1] in (b"404", b"400")
    assert sandbox.request_count() == before


def raw_request(relay: RunningRelay, text: str) -> bytes:
    with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as connection:
        connection.sendall(text.encode("latin-1"))
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"sort": ["1", "2"]}, "there twice"),
        ({"sort": "1", "sort[]": "2"}, "does not know"),
        ({"sort": "1e3"}, "no whole number"),
        ({"sort": " 1"}, "no whole number"),
        ({"sort": "１"}, "no whole number"),
        ({"sort": "1", "table_id": "1 OR 1"}, "no whole number"),
        ({"sort": "1", "format": "xml"}, "JSON"),
        ({"sort": "1", "write_id": "short"}, "no such id"),
        ({"sort": "1", "username": "ada"}, "go together"),
        ({"sort": "1", "requests[]": "/time/"}, "does not know"),
    ],
)
def test_what_the_rules_do_not_see_is_not_passed_on(
    relay: RunningRelay, sandbox: Sandbox, given: dict[str, str], reason: str
) -> None:
    before = sandbox.request_count()
    answer = Raw(relay, sandbox.game_id).ask("scores/add", score="x", **given)
    assert answer.status_code == 400
    assert reason in answer.json()["response"]["message"]
    assert sandbox.request_count() == before


def test_another_game_is_not_ours(relay: RunningRelay, sandbox: Sandbox) -> None:
    assert Raw(relay, 2).ask("time").status_code == 400


def test_bodies_have_a_limit(relay: RunningRelay, sandbox: Sandbox) -> None:
    head = "POST /gamejolt/time/?game_id=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n"
    assert b" 413 " in raw_request(relay, f"{head}Content-Length: 99999999999\r\n\r\n")
    chunk = "10000\r\n" + "x" * 0x10000 + "\r\n"
    with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        sent = 0
        try:
            while sent < 50 << 20:
                connection.sendall(chunk.encode())
                sent += 0x10000
        except OSError:
            pass
    assert sent < 30 << 20
    query = "k=" + "x" * 20_000
    assert requests.get(f"{relay.url}/gamejolt/time/?game_id=1&{query}", timeout=30).status_code == 413


def test_slow_clients_are_hung_up_on(relays: Relays) -> None:
    relay = relays(limits={"head_s": 0.5, "body_s": 0.5})
    post = b"POST /gamejolt/time/?game_id=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    for beginning in (b"", b"GET /health HTTP/1.1\r\nHost: x\r\nX: ", post):
        with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as connection:
            connection.sendall(beginning)
            assert over(connection, lambda: connection.sendall(b"x"))
    with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as connection:  # the second request is slow
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in connection.recv(65536)
        connection.sendall(b"GET /health HT")
        assert over(connection, lambda: connection.sendall(b"T"))


def test_who_does_not_read_is_hung_up_on(relays: Relays) -> None:
    relay = relays(limits={"body_s": 0.5})
    ask = b"GET /maker/static/maker.css HTTP/1.1\r\nHost: x\r\n\r\n" * 50
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(0.2)
        connection.connect(("127.0.0.1", relay.port))
        until = time.monotonic() + 60
        try:
            while time.monotonic() < until:
                with contextlib.suppress(TimeoutError):  # it takes no more requests while answers lie about
                    connection.send(ask)
        except OSError:
            return
    raise AssertionError("nobody hung up")


def over(connection: socket.socket, drip: Callable[[], None]) -> bool:
    """Whether the other side ends it, while a byte is sent now and then."""
    connection.settimeout(0.05)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            drip()
            if connection.recv(65536) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def test_tickets_are_nobodys_to_make(relay: RunningRelay, sandbox: Sandbox) -> None:
    guest = Raw(relay, sandbox.game_id)
    add = {"score": "x", "sort": 1, "guest": "Me"}
    number = hashlib.sha256(b"x").hexdigest()[:24]
    now = int(time.time())
    forged = [
        f"{number}.{now}.{'A' * 43}",
        Tickets(Secret("another secret"), time.time).new(),
        Tickets(Secret(SECRET), lambda: time.time() - 25 * 3600).new(),
        Tickets(Secret(SECRET), lambda: time.time() + 3600).new(),
        "x" * 5000,
    ]
    for ticket in forged:
        guest.headers = {"x-relay-ticket": ticket}
        assert guest.ask("scores/add", **add, write_id=new_id()).status_code == 401
    guest.headers = {"x-relay-ticket": Tickets(Secret(SECRET), time.time).new()}
    assert guest.ask("scores/add", **add, write_id=new_id()).status_code == 200


@pytest.mark.parametrize("fault", [Garbage(), HtmlPage(), DeepJson(), Flood(gigabytes=1.0)])
def test_senseless_answers_stay_behind_the_relay(relay: RunningRelay, sandbox: Sandbox, fault: object) -> None:
    sandbox.faults.set(fault)  # type: ignore[arg-type]
    answer = Raw(relay, sandbox.game_id).ask("time")
    assert answer.status_code == 503
    assert len(answer.content) < 1000
    sandbox.faults.clear()
    assert Raw(relay, sandbox.game_id).ask("time").status_code == 200


def test_nobody_writes_under_anothers_name(relay: RunningRelay, sandbox: Sandbox) -> None:
    ada = Raw(relay, sandbox.game_id, "ada", sandbox.player("ada").token)
    used = new_id()
    assert ada.call("data-store/set", key="k", data="1", write_id=used)["success"] == "true"
    thief = Raw(relay, sandbox.game_id, "ada", "a guess")
    for write_id in (used, new_id()):
        answer = thief.call("data-store/set", key="k", data="1", write_id=write_id)
        assert answer["success"] == "false"
        assert "credentials" in answer["message"]


def test_the_metrics_are_for_operators_and_the_proxys_word_counts_for_proxies_alone(relays: Relays) -> None:
    mine = relays(operators=["203.0.113.9"], folder="mine")
    assert requests.get(f"{mine.url}/metrics", timeout=30).status_code == 404
    pretended = {"X-Forwarded-For": "203.0.113.9"}
    assert requests.get(f"{mine.url}/metrics", headers=pretended, timeout=30).status_code == 404
    proxied = relays(operators=["203.0.113.9"], proxies=["127.0.0.1"], folder="proxied")
    answer = requests.get(f"{proxied.url}/metrics", headers=pretended, timeout=30)
    assert answer.status_code == 200
    assert "relay_requests_total" in answer.text or "relay_requests" in answer.text


def test_blocked_addresses_get_nothing(relays: Relays, sandbox: Sandbox) -> None:
    relay = relays(proxies=["127.0.0.1"], limits={"blocked_addresses": ["203.0.113.0/24"]})
    url = f"{relay.url}/gamejolt/time/?game_id={sandbox.game_id}"
    for address, status in (("203.0.113.255", 403), ("203.0.114.0", 200)):
        assert requests.get(url, headers={"X-Forwarded-For": address}, timeout=30).status_code == status


def test_pages_of_others_may_not_read(relays: Relays, sandbox: Sandbox) -> None:
    relay = relays(origins=["https://game.example"])
    url = f"{relay.url}/gamejolt/time/?game_id={sandbox.game_id}"
    for origin, allowed in (("https://game.example", "https://game.example"), ("https://evil.example", None)):
        answer = requests.get(url, headers={"Origin": origin}, timeout=30)
        assert answer.headers.get("access-control-allow-origin") == allowed
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        asked["Access-Control-Request-Headers"] = "x-relay-ticket"
        assert (requests.options(url, headers=asked, timeout=30).status_code == 200) is (allowed is not None)


def test_health_and_readiness(relay: RunningRelay) -> None:
    assert requests.get(f"{relay.url}/health", timeout=30).text == "alive\n"
    assert requests.get(f"{relay.url}/ready", timeout=30).text == "ready\n"
