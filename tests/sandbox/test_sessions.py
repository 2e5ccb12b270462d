"""``sessions/`` and ``time/``."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.client import ADA, GRACE, Client, refused

OK = {"success": "true"}
NO_SESSION = refused("Could not find an open session. You must open a new one.")


def test_a_session_from_open_to_close(client: Client, sandbox: Sandbox) -> None:
    assert client.get("sessions/check", **ADA) == {"success": "false"}
    assert client.get("sessions/open", **ADA) == OK
    assert client.get("sessions/check", **ADA) == OK
    assert client.get("sessions/check", **GRACE) == {"success": "false"}
    assert client.get("sessions/ping", **ADA, status="idle") == OK
    (session,) = sandbox.dump("gamejolt_sessions")
    assert (session["status"], session["pings"], session["closed"]) == ("idle", 1, None)
    assert client.get("sessions/ping", **ADA, status="active") == OK
    assert sandbox.dump("gamejolt_sessions")[0]["status"] == "active"
    assert client.get("sessions/close", **ADA) == OK
    assert client.get("sessions/check", **ADA) == {"success": "false"}
    assert client.get("sessions/close", **ADA) == NO_SESSION
    assert sandbox.dump("gamejolt_sessions")[0]["closed"] is not None


def test_ping_without_a_session(client: Client) -> None:
    assert client.get("sessions/ping", **ADA) == NO_SESSION


def test_a_session_dies_120_seconds_after_the_last_ping(client: Client, sandbox: Sandbox) -> None:
    client.get("sessions/open", **ADA)
    sandbox.advance(115)
    assert client.get("sessions/ping", **ADA) == OK
    sandbox.advance(115)
    assert client.get("sessions/check", **ADA) == OK
    sandbox.advance(6)
    assert client.get("sessions/check", **ADA) == {"success": "false"}
    assert client.get("sessions/ping", **ADA) == NO_SESSION


def test_opening_again_closes_the_old_one(client: Client, sandbox: Sandbox) -> None:
    client.get("sessions/open", **ADA)
    client.get("sessions/open", **ADA)
    assert [row["closed"] is None for row in sandbox.dump("gamejolt_sessions")] == [False, True]


def test_sessions_are_per_game(client: Client, sandbox: Sandbox) -> None:
    client.get("sessions/open", **ADA)
    assert Client(sandbox, 2, "other-key").get("sessions/check", **ADA) == {"success": "false"}


def test_time(client: Client, sandbox: Sandbox) -> None:
    sandbox.advance(1_502_471_604 - sandbox.now())
    answer = client.get("time")
    assert isinstance(answer["timestamp"], int)
    assert 0 <= answer["timestamp"] - 1_502_471_604 < 30
    moment = datetime.fromtimestamp(answer["timestamp"], ZoneInfo(answer["timezone"]))
    parts = [answer[part] for part in ("year", "month", "day", "hour", "minute", "second")]
    assert parts == moment.strftime("%Y %m %d %H %M %S").split()
    assert parts[:3] == ["2017", "08", "11"]
