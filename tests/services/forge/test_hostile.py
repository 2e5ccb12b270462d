"""Odd answers, odd files and odd moments: no record is lost, counted twice, or counted for somebody else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import (
    CallError,
    Forge,
    ForgePlayer,
    PlaytimeRecord,
    PlaytimeUnclear,
    RecordsRejected,
    Secret,
    ServiceManager,
    UsageError,
)
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.forge.answers import receipt
from pygame_gameservices.services.forge.errors import DailyQuotaExceeded, KeyRefused
from pygame_gameservices.services.forge.wire import playtime_fields
from tests.conftest import WAIT_S, run_until
from tests.services.forge import long_upload
from tests.services.forge.conftest import ADA
from tests.services.forge.test_tracker import Frames
from tests.services.forge.test_tracker import frames as frames  # a fixture
from tests.services.forge.test_upload import MAIN, as_csv, report, totals, upload

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
GRACE = ForgePlayer(email="grace@example.com")


def refused(status: int, content: Any, **headers: str) -> Any:
    """The error that an answer stands for."""
    body = json.dumps(content).encode()
    secrets = (Secret("the-key-of-this-game"),)
    with pytest.raises(CallError) as caught:
        receipt(Redactor(secrets).response(Response(status=status, headers=headers, body=body)), [""], NOW)
    return caught.value


def test_a_yes_that_took_no_record_is_no_success() -> None:
    error = refused(200, {"records_processed": 0})
    assert isinstance(error, RecordsRejected)
    assert str(error).count("no record was taken") == 1
    told = refused(200, {"records_processed": 0, "errors": [{"message": "Unknown game."}]})
    assert (told.message, told.failures[0].index) == ("Unknown game.", 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "99999999999999999999"},
        {"retry-after": "9" * 400},
        {"retry-after": "²"},
        {"date": "Fri, 31 Dec 9999 23:59:59 GMT"},
        {"date": "Mon, 01 Jan 0001 00:00:00 +2300"},
        {"date": "Mon, 05 Jan 2026 12:00:00 -0000"},
    ],
)
def test_the_quota_is_parked_for_a_day_at_most_whatever_the_headers_say(headers: dict[str, str]) -> None:
    error = refused(429, {"records_processed": 0, "errors": [{"message": "Quota exceeded"}]}, **headers)
    assert isinstance(error, DailyQuotaExceeded)
    assert error.retry_after is not None
    assert 0 < error.retry_after <= 86_400


def test_a_complaint_without_a_message_is_still_a_complaint() -> None:
    error = refused(400, {"records_processed": 0, "records_failed": 1, "errors": [{"message": None}]})
    assert isinstance(error, RecordsRejected)


def test_what_forge_says_is_told_without_the_key() -> None:
    error = refused(403, {"records_processed": 0, "errors": [{"message": "no key the-key-of-this-game"}]})
    assert isinstance(error, KeyRefused)
    assert "the-key" not in str(error)
    rejected = refused(400, {"records_processed": 0, "errors": [{"message": "no key the-key-of-this-game"}]})
    assert "the-key" not in f"{rejected!s} {rejected.failures!r} {rejected.reasons!r}"


@pytest.mark.parametrize("hours", [10**400, 10**30, 1e300])
def test_hours_beyond_all_measure_are_refused(hours: float) -> None:
    with pytest.raises(UsageError, match="hours"):
        playtime_fields(PlaytimeRecord(player=ADA, hours=hours, ended=NOW))


def test_a_key_from_a_file_with_its_line_end_works(services: ServiceManager, sandbox: Sandbox) -> None:
    forge = services.add(Forge(Secret(f"{sandbox.forge_key}\r\n"), base_url=sandbox.forge_url, player=ADA))
    assert forge.playtime(1).result(WAIT_S).processed == 1


def test_an_achievement_taken_back_is_taken_back_last(services: ServiceManager, sandbox: Sandbox, forge: Forge) -> None:
    sandbox.faults.set("server-error:path=/forge/*,count=1")
    calls = [forge.achievement("First light", unlocked=unlocked) for unlocked in (True, False)]
    run_until(services, lambda: all(call.done for call in calls))
    assert all(call.succeeded for call in calls)
    assert [bool(row["unlocked"]) for row in sandbox.dump("forge_achievements")] == [True, False]


def test_a_new_player_does_not_get_the_last_ones_hours(
    services: ServiceManager, sandbox: Sandbox, frames: Frames
) -> None:
    (forge,) = services.services
    assert isinstance(forge, Forge)
    frames.play(3600)
    forge.player = ForgePlayer(email=ADA.email)  # the same one
    frames.play(3600)
    forge.player = GRACE
    assert frames.tracker.seconds == 0
    frames.play(1800)
    forge.player = None  # signed out: who plays now is not known yet
    frames.play(1800)
    frames.tracker.report()
    run_until(services, lambda: sandbox.tables()["forge_playtime"] == 2)
    forge.player = ADA
    frames.tracker.pause()
    frames.play(700)  # until it is tried again
    run_until(services, lambda: sandbox.tables()["forge_playtime"] == 3)
    hours: dict[str, float] = {}
    for row in sandbox.dump("forge_playtime"):
        hours[row["email"]] = hours.get(row["email"], 0) + row["hours"]
    assert hours[ADA.email] == pytest.approx(2.5, abs=0.01)
    assert hours[GRACE.email] == pytest.approx(0.5, abs=0.01)


def test_a_session_that_another_run_took_over_is_not_reported_here_too(
    services: ServiceManager, sandbox: Sandbox, frames: Frames
) -> None:
    frames.play(60)  # saved on the way
    run_until(services, lambda: list(services.folder.glob("playtime/run-*/*.json")))
    for run in services.folder.glob("playtime/run-*"):
        shutil.rmtree(run)  # as when another run took this one for dead
    frames.tracker.report()
    until = time.monotonic() + 0.3
    run_until(services, lambda: time.monotonic() > until)
    frames.play(700)  # long past the next try
    run_until(services, lambda: time.monotonic() > until + 0.5)
    assert sandbox.dump("forge_playtime") == []


def test_an_unclear_session_in_the_outbox_is_not_offered_to_settle(
    services: ServiceManager, sandbox: Sandbox, frames: Frames
) -> None:
    sandbox.faults.set("reset:path=/forge/*,applied=true")
    frames.play(60)
    frames.tracker.report()
    happened = run_until(services, lambda: sandbox.request_count() == 1)
    until = time.monotonic() + 0.5
    happened += run_until(services, lambda: time.monotonic() > until)
    (unclear,) = [event for event in happened if isinstance(event, PlaytimeUnclear)]
    assert (unclear.session_id, frames.tracker.unclear) == ("", ())


def test_records_of_one_id_go_out_in_requests_of_their_own(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    lines = [f"2026-01-05 12:00:00,1,p{n}@example.com,{n // 2}" for n in range(6)]
    path.write_text("last_time_played,total_hours,user_email,record_id\n" + "\n".join(lines), encoding="utf-8")
    ended = upload(sandbox, path, "--batch", "100", "--json")
    assert (ended.returncode, totals(ended)["processed"], totals(ended)["unclear"]) == (0, 6, 0), ended.stderr
    assert len(sandbox.dump("forge_playtime")) == 6


def test_bytes_that_are_no_text_are_not_sent_as_something_else(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    header = b"achievement_title,user_email\n"
    path.write_bytes(header + "Première lumière,a@example.com\n".encode("latin-1") + b"First light,b@example.com\n")
    found = totals(upload(sandbox, path, "--json", kind="achievement"))
    assert (found["processed"], found["invalid"]) == (1, 1)
    assert "UTF-8" in report(path)[0]["message"]
    lines = tmp_path / "r.jsonl"
    lines.write_bytes(b'{"achievement_title":"Premi\xe8re","user_email":"c@example.com"}\n')
    assert totals(upload(sandbox, lines, "--json", kind="achievement"))["invalid"] == 1
    assert {row["title"] for row in sandbox.dump("forge_achievements")} == {"First light"}


def test_an_outage_does_not_make_the_whole_file_unclear(sandbox: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    sandbox.faults.set("reset:path=/forge/*,applied=false")
    found = totals(upload(sandbox, path, "--json"))
    assert found["unclear"] == 2
    assert "answers" in found["stopped"]
    sandbox.faults.clear()
    assert totals(upload(sandbox, path, "--json"))["processed"] == 5


def test_two_uploads_of_one_file_at_once_are_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    journal = path.with_name("r.csv.upload")
    command = [sys.executable, "-c", MAIN, "forge", "upload", str(path), "--kind", "playtime"]
    command += ["--base-url", sandbox.forge_url, "--requests-per-day", "1", "--wait"]  # it has the file until tomorrow
    with subprocess.Popen(command, env=long_upload.environment(sandbox), cwd=tmp_path) as first:
        until = time.monotonic() + WAIT_S
        while not (journal.exists() and b'"done"' in journal.read_bytes()) and time.monotonic() < until:
            time.sleep(0.05)
        second = upload(sandbox, path, "--json")
        restarted = upload(sandbox, path, "--json", "--restart")
        assert first.poll() is None
        first.kill()
    for other in (second, restarted):
        assert other.returncode == 1
        assert "already" in other.stderr
    assert len(sandbox.dump("forge_playtime")) == 1
    assert totals(upload(sandbox, path, "--json"))["processed"] == 7
    assert len(sandbox.dump("forge_playtime")) == 7


def test_the_day_of_the_quota_ends_by_forges_clock() -> None:
    error = refused(429, {"records_processed": 0}, date="Mon, 05 Jan 2026 23:00:00 GMT")
    assert error.retry_after == 3600
    assert error.until == datetime(2026, 1, 6, tzinfo=UTC)
    assert refused(429, {"records_processed": 0}).until == NOW + timedelta(hours=12)


def test_reporting_after_the_end_does_not_report_it_again(sandbox: Sandbox, tmp_path: Path) -> None:
    for playing in (True, False):
        with ServiceManager("ending", folder=tmp_path) as services:
            forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
            tracker = forge.track_playtime()
            tracker.pause(not playing)
            until = time.monotonic() + 1.5
            while time.monotonic() < until:
                services.update()
                time.sleep(0.01)
        tracker.report()
        forge.player = GRACE
    assert len(sandbox.dump("forge_playtime")) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 429, 503])
def test_what_a_server_says_at_length_is_clipped(status: int) -> None:
    long = {"records_processed": 0, "errors": [{"message": f"{number} " + "x" * 10_000} for number in range(1000)]}
    error = refused(status, long)
    assert len(str(error)) < 6_000
    assert str(error).count("x; ") <= 9
    assert all(len(reason) <= 500 for reason in getattr(error, "reasons", ()))
    assert len(getattr(error, "reasons", ())) <= 100


def test_a_session_of_nobody_waits_on_disk_for_the_first_who_plays(
    frames: Frames, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Nobody is no `ForgePlayer`: what the folder holds for them must be readable all the same."""
    from pygame_gameservices.services.forge.sessions import READY, SENT, Session, SessionFolder

    folder = SessionFolder(tmp_path / "sessions")
    folder.save(Session(id="a", state=SENT, seconds=60.0, ended=1.0, player=None))
    folder.close()
    (heir,) = SessionFolder(tmp_path / "sessions").inherit()
    assert (heir.player, heir.state) == (None, READY), "it cannot have been sent"
