"""``gameservices forge upload``: forms, constant memory, quota, resuming, and the report."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.forge.upload.source import LONGEST_LINE, Source
from tests.forked import ran
from tests.services.forge import long_upload

MAIN = "from pygame_gameservices.cli.main import main; main()"


def upload(sandbox: Sandbox, path: Path, *arguments: str, kind: str = "playtime") -> subprocess.CompletedProcess[str]:
    command = ["forge", "upload", str(path), "--kind", kind, *arguments, "--base-url", sandbox.forge_url]
    return ran(*command, env=long_upload.environment(sandbox), cwd=str(path.parent))


def totals(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert ended.stdout, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def report(path: Path) -> list[dict[str, str]]:
    with path.with_name(f"{path.name}.report.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = [
    {"last_time_played": "2026-01-05 12:00:00", "total_hours": 1.5, "user_email": f"p{n}@example.com"} for n in range(7)
]


def as_csv(path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ROWS[0])
        writer.writeheader()
        writer.writerows(ROWS)
    return path


def as_json_lines(path: Path) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    return path


def as_parquet(path: Path) -> Path:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    return path


@pytest.mark.parametrize(("name", "write"), [("r.csv", as_csv), ("r.jsonl", as_json_lines), ("r.parquet", as_parquet)])
def test_forms_of_files(sandbox: Sandbox, tmp_path: Path, name: str, write: Any) -> None:
    path = write(tmp_path / name)
    ended = upload(sandbox, path, "--batch", "3", "--json")
    assert ended.returncode == 0, ended.stderr
    assert totals(ended)["processed"] == 7
    rows = sandbox.dump("forge_playtime")
    assert sorted(row["email"] for row in rows) == [f"p{n}@example.com" for n in range(7)]
    assert {row["hours"] for row in rows} == {1.5}
    assert sandbox.request_count() == 3
    assert report(path) == []


def test_playtime_goes_one_record_per_request_unless_told_otherwise(sandbox: Sandbox, tmp_path: Path) -> None:
    assert upload(sandbox, as_csv(tmp_path / "r.csv")).returncode == 0
    assert sandbox.request_count() == 7
    assert {row["record_id"] for row in sandbox.dump("forge_playtime")} == {""}


def test_every_failed_record_is_in_the_report(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "achievement_title,unlocked,unlock_time,user_email,wallet_address,blockchain\n"
        "First light,true,1508053252,a@example.com,,\n"
        "First light,perhaps,1508053252,b@example.com,,\n"
        "First light,true,,c@d,,\n"
        "First light,true,2026-01-01 00:00:00,,0x12,base\n"
        "First light,true\n"
        ",true,,e@example.com,,\n"
        "Wish,no,,f@example.com,,\n",
        encoding="utf-8",
    )
    ended = upload(sandbox, path, "--json", kind="achievement")
    assert ended.returncode == 1
    found = totals(ended)
    assert (found["processed"], found["failed"], found["invalid"]) == (2, 2, 3)
    assert [(row["row"], row["outcome"]) for row in report(path)] == [
        ("2", "invalid"),
        ("5", "invalid"),
        ("6", "invalid"),
        ("3", "rejected"),
        ("4", "rejected"),
    ]
    assert report(path)[3]["message"] == "Invalid email address."


def test_an_upload_that_is_done_sends_nothing_again(sandbox: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    upload(sandbox, path, "--batch", "100")
    ended = upload(sandbox, path, "--batch", "100", "--json")
    assert totals(ended)["processed"] == 7
    assert sandbox.request_count() == 1


def test_another_file_under_the_same_name_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    upload(sandbox, path)
    path.write_text(path.read_text(encoding="utf-8").replace("1.5", "2.5"), encoding="utf-8")
    ended = upload(sandbox, path)
    assert ended.returncode == 2
    assert "--restart" in ended.stderr
    assert upload(sandbox, path, "--restart").returncode == 0


@pytest.fixture
def small_quota() -> Iterator[Sandbox]:
    with Sandbox.start({"sandbox": {"forge": {"daily_requests": 2}}}) as sandbox:
        yield sandbox


def test_the_daily_quota_stops_it_and_it_goes_on_the_next_day(small_quota: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    ended = upload(small_quota, path, "--batch", "2", "--json")
    assert ended.returncode == 1
    assert "used up" in totals(ended)["stopped"]
    assert len(small_quota.dump("forge_playtime")) == 4
    small_quota.advance(86_400)
    assert totals(upload(small_quota, path, "--batch", "2", "--json"))["stopped"] == ""
    assert sorted(row["email"] for row in small_quota.dump("forge_playtime")) == [r["user_email"] for r in ROWS]


def test_a_limit_of_ones_own_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    ended = upload(sandbox, path, "--requests-per-day", "3", "--json")
    assert "used up" in totals(ended)["stopped"]
    assert sandbox.request_count() == 3


def test_playtime_whose_answer_was_lost_is_not_sent_again_but_reported(sandbox: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    sandbox.faults.set("reset:path=/forge/*,applied=true,count=1")
    ended = upload(sandbox, path, "--batch", "3", "--json")
    assert (totals(ended)["processed"], totals(ended)["unclear"]) == (4, 3)
    assert [(row["row"], row["outcome"]) for row in report(path)] == [(str(n), "unclear") for n in (1, 2, 3)]
    assert len(sandbox.dump("forge_playtime")) == 7


def test_a_wrong_key_stops_it_and_is_not_shown(sandbox: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    key = "cGl4ZWw6cGl4ZWw6cGl4ZWwtMDE6Y0hxMTJFWGV1WnZQ"
    environment = {**long_upload.environment(sandbox), "FORGE_API_KEY": key}
    command = [sys.executable, "-c", MAIN, "forge", "upload", str(path), "--kind", "playtime"]
    command += ["--base-url", sandbox.forge_url]
    ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "Forbidden" in ended.stdout
    assert key not in ended.stdout + ended.stderr


def test_the_key_may_stand_in_the_configuration(sandbox: Sandbox, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "r.csv")
    config = tmp_path / "gameservices.toml"
    config.write_text(f'[forge]\napi_key = "{sandbox.forge_key}"\nbase_url = "{sandbox.forge_url}"\n', encoding="utf-8")
    environment = {k: v for k, v in long_upload.environment(sandbox).items() if k != "FORGE_API_KEY"}
    command = [sys.executable, "-c", MAIN, "forge", "upload", str(path), "--kind", "playtime", "--batch", "9"]
    ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("arguments", [["missing.csv"], ["r.txt"], ["r.csv", "--batch", "0"]])
def test_wrong_use(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "r.txt").write_text("x", encoding="utf-8")
    as_csv(tmp_path / "r.csv")
    root = str(long_upload.ROOT)
    environment = {**os.environ, "PYTHONPATH": root, "FORGE_API_KEY": ""}
    command = [sys.executable, "-c", MAIN, "forge", "upload", "--kind", "playtime", *arguments]
    ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2


def test_lines_without_end_and_rows_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'{"a":1}\n' + b"x" * (LONGEST_LINE * 2 + 5) + b'\n[1]\n\xff\xfe\n\n{"b":2}')
    rows = [row for _, row in Source(path).rows()]
    assert rows[0] == {"a": 1}
    assert rows[-1] == {"b": 2}
    assert all(isinstance(row, str) for row in rows[1:-1])
    assert len(rows) == 5


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("kind", ["playtime", "achievement"])
def test_killed_at_random_every_record_is_counted_once_in_constant_memory(kind: str) -> None:
    found = long_upload.run(records=20_000, kills=4, kind=kind, seed=7, span=(0.7, 1.6))
    assert found["status"] == 0
    assert found["killed"] >= 1
    assert found["distinct"] == 20_000
    assert found["counted"] == 20_000
    assert found["requests"] <= 20_000 / 50
    assert found["peak_kib"] - found["peak_of_1000_records_kib"] < 30 * 1024
