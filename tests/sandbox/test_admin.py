"""The admin API: who is let in, and what it shows and does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox import Latency, Sandbox, SandboxError, ServerError
from pygame_gameservices.sandbox.guard import Guard
from tests.sandbox.client import ADA, GRACE, Client, fetch


def call(sandbox: Sandbox, path: str, *, body: object = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    given = {"Authorization": f"Bearer {sandbox.admin_token}", **headers}
    status, _, answer = fetch(f"{sandbox.url}/_sandbox/{path}", data, given)
    return status, json.loads(answer)


def test_health_needs_no_token(sandbox: Sandbox) -> None:
    assert fetch(f"{sandbox.url}/_sandbox/health")[::2] == (200, b'{"ok":true}')


PATHS = ["info", "faults", "clock", "tables", "tables/players", "journal"]


@pytest.mark.parametrize("path", PATHS)
def test_everything_else_does(sandbox: Sandbox, path: str) -> None:
    token = sandbox.admin_token
    for authorization in ("", "Bearer", "Bearer wrong", f"Basic {token}", token, f"Bearer {token}é"):
        status, answer = call(sandbox, path, Authorization=authorization)
        assert status == 401, authorization
        assert "Bearer" in answer["error"]
    assert call(sandbox, path)[0] == 200


def test_the_admin_port_serves_no_protocol(sandbox: Sandbox) -> None:
    assert fetch(f"{sandbox.admin_url}/_sandbox/health")[0] == 200
    assert fetch(f"{sandbox.admin_url}/gamejolt/pictures/trophy-secret-1.jpg")[0] == 404


@pytest.mark.parametrize("path", ["/_sandbox/health", "/gamejolt/pictures/trophy-secret-1.jpg"])
def test_web_pages_are_kept_out(sandbox: Sandbox, path: str) -> None:
    url = sandbox.url + path
    assert fetch(url, headers={"Host": "evil.example"})[0] == 403
    assert fetch(url, headers={"Host": f"evil.example:{sandbox.url.rpartition(':')[2]}"})[0] == 403
    assert fetch(url, headers={"Origin": "https://evil.example"})[0] == 403
    assert fetch(url, headers={"Origin": "null"})[0] == 403
    assert fetch(url, headers={"Host": "localhost:80", "Origin": "http://127.0.0.1:8000"})[0] == 200
    assert sandbox.request_count() == (1 if "gamejolt" in path else 0)


def test_guard_with_other_hosts() -> None:
    host = [(b"host", b"myhost.lan:8080")]
    assert Guard("127.0.0.1", "t").objection(host) is not None
    assert Guard("myhost.lan", "t").objection(host) is None
    assert Guard("0.0.0.0", "t").objection(host) is None
    assert Guard("127.0.0.1", "t").objection([(b"host", b"[::1]:80")]) is None
    assert Guard("127.0.0.1", "t").objection([(b"host", b"[::")]) is not None


def test_journal_shows_what_was_asked_and_no_secret(client: Client, sandbox: Sandbox) -> None:
    client.get("scores/add", **ADA, score="s" * 200, sort=1)
    client.get("users", username="nobody")
    client.batch(client.sub("time"), client.sub("trophies/add-achieved", **GRACE, trophy_id=101))
    first, second, third = sandbox.journal()
    assert (first["number"], first["method"], first["endpoint"]) == (1, "GET", "scores/add")
    assert first["path"] == "/gamejolt/api/game/v1_2/scores/add/"
    assert (first["status"], first["success"], second["success"]) == (200, True, False)
    assert first["params"] == {
        "game_id": "1",
        "username": "ada",
        "user_token": "[redacted]",
        "score": "s" * 80,
        "sort": "1",
    }
    assert third["sub_requests"] == ["time", "trophies/add-achieved"]
    assert "ada-token" not in json.dumps(sandbox.journal())
    assert "grace-token" not in json.dumps(sandbox.journal())
    assert [entry["number"] for entry in sandbox.journal(last=2)] == [2, 3]
    assert sandbox.request_count() == 3
    sandbox.clear_journal()
    assert (sandbox.journal(), sandbox.request_count()) == ([], 0)


def test_journal_is_bounded(sandbox: Sandbox) -> None:
    from pygame_gameservices.sandbox.journal import KEPT, Journal

    journal = Journal()
    for _ in range(KEPT + 5):
        journal.open({"method": "GET", "path": "/"}, 0.0)
    report = journal.report()
    assert (report["total"], len(report["entries"]), report["entries"][0]["number"]) == (KEPT + 5, KEPT, 6)


def test_dump_redacts_secrets(sandbox: Sandbox) -> None:
    players = sandbox.dump("players")
    assert [player["username"] for player in players] == ["ada", "linus", "mallory", "grace"]
    assert {player["token"] for player in players} == {"[redacted]"}
    assert {game["private_key"] for game in sandbox.dump("gamejolt_games")} == {"[redacted]"}
    assert len(sandbox.dump("players", limit=2)) == 2
    assert sandbox.tables()["players"] == 4
    with pytest.raises(SandboxError, match="there is no table 'nonsense'"):
        sandbox.dump("nonsense")


def test_reset_puts_everything_back(client: Client, sandbox: Sandbox) -> None:
    client.get("scores/add", **ADA, score="s", sort=1)
    client.get("data-store/set", key="k", data="d")
    sandbox.change_token("ada", "new")
    sandbox.advance(1000)
    sandbox.faults.set(ServerError())
    sandbox.reset()
    assert client.get("users/auth", **ADA) == {"success": "true"}
    assert client.get("scores") == {"success": "true", "scores": ""}
    assert client.get("scores/get-rank", sort=1)["success"] == "false"
    assert sandbox.dump("gamejolt_items") == []
    assert sandbox.faults.report() == []
    assert call(sandbox, "clock")[1]["offset_s"] == 0


def test_clock_can_be_set(client: Client, sandbox: Sandbox) -> None:
    status, _ = call(sandbox, "clock", body={"now": 1000, "advance_s": 5})
    assert status == 200
    assert 1005 <= sandbox.now() < 1035
    assert 1005 <= client.get("time")["timestamp"] < 1035


def test_change_token_of_nobody(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="there is no player 'nobody/x'"):
        sandbox.change_token("nobody/x", "t")
    with pytest.raises(SandboxError, match="token must be a text"):
        sandbox.change_token("ada", "")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", [1]),
        ("clock", {"advance_s": "soon"}),
        ("faults", {"faults": "reset"}),
        ("faults", {"faults": [{"kind": "nonsense"}]}),
        ("faults", {"faults": [{"kind": "latency", "seconds": "long"}]}),
    ],
)
def test_senseless_bodies_are_explained(sandbox: Sandbox, path: str, body: object) -> None:
    status, answer = call(sandbox, path, body=body)
    assert status == 400
    assert answer["error"]
    assert sandbox.faults.report() == []


def test_faults_are_reported_with_their_settings(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Latency(0.01, count=1, path="*/time/"), "reset:path=/nothing,probability=0.5")
    client.get("time")
    first, second = sandbox.faults.report()
    assert (first["kind"], first["seconds"], first["bites"], first["spent"]) == ("latency", 0.01, 1, True)
    assert (second["kind"], second["probability"], second["bites"], second["spent"]) == ("reset", 0.5, 0, False)
    with pytest.raises(UsageError, match="there is no fault 'nonsense'"):
        sandbox.faults.set("nonsense")
