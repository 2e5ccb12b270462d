"""Uploading a file of any size while the uploader is killed at random, and counting what the sandbox then holds.

    python -m tests.services.forge.long_upload --records 1000000 --kills 20 [--kind playtime] [--json FILE]

Prints the counts; exit status 0 when every record was counted once. Playtime runs with ``--resend-unclear`` against a
sandbox that counts a ``record_id`` once, since nothing else could tell what a killed request did.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from pygame_gameservices.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[3]
BATCH = 100

# The peak of one run, told on stderr when it ends by itself.
RUN = """
import atexit, resource, sys
from pygame_gameservices.cli.main import main
atexit.register(lambda: print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr))
main()
"""


def write_records(path: Path, kind: str, count: int) -> None:
    """Write a CSV of `count` records, all different."""
    with path.open("w", encoding="utf-8") as file:
        if kind == "playtime":
            file.write("last_time_played,total_hours,user_email\n")
            for number in range(count):
                file.write(f"2026-01-{number % 28 + 1:02d} 12:00:00,0.5,p{number}@example.com\n")
        else:
            file.write("achievement_title,unlocked,unlock_time,user_email\n")
            for number in range(count):
                file.write(f"First light,true,1508053252,p{number}@example.com\n")


def command(path: Path, kind: str, url: str) -> list[str]:
    arguments = [str(path), "--kind", kind, "--batch", str(BATCH), "--base-url", url, "--json"]
    if kind == "playtime":
        arguments.append("--resend-unclear")
    return [sys.executable, "-c", RUN, "forge", "upload", *arguments]


def environment(sandbox: Sandbox) -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "FORGE_API_KEY": sandbox.forge_key, "PYTHONPATH": path}


def upload(path: Path, kind: str, sandbox: Sandbox, kill_after: float | None = None) -> tuple[int, dict[str, Any], int]:
    """Run the command once, killed after so many seconds if it still runs. Returns status, totals and peak in KiB."""
    with subprocess.Popen(
        command(path, kind, sandbox.forge_url),
        env=environment(sandbox),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        killer = threading.Timer(kill_after or 0, lambda: process.send_signal(signal.SIGKILL))
        if kill_after is not None:
            killer.start()
        out, err = process.communicate()
        killer.cancel()
    totals = json.loads(out) if out.strip() else {}
    peak = next((int(line.split()[1]) for line in err.splitlines() if line.startswith("peak ")), 0)
    return process.returncode, totals, peak


def run(records: int, kills: int, kind: str, seed: int = 1, span: tuple[float, float] = (0.6, 3.0)) -> dict[str, Any]:
    """Upload `records` through `kills` kills, and count."""
    chance = random.Random(seed)
    config = {"sandbox": {"forge": {"repeated_record_ids": "ignore"}}}
    with tempfile.TemporaryDirectory() as folder, Sandbox.start(config) as sandbox:
        small, path = Path(folder) / "small.csv", Path(folder) / "records.csv"
        write_records(small, kind, 1000)
        _, _, small_peak = upload(small, kind, sandbox)
        sandbox.reset()
        write_records(path, kind, records)
        began, killed = time.monotonic(), 0
        for _ in range(kills):
            status, _, _ = upload(path, kind, sandbox, chance.uniform(*span))
            killed += status == -signal.SIGKILL
        status, totals, peak = upload(path, kind, sandbox)
        table = "forge_playtime" if kind == "playtime" else "forge_achievements"
        rows = sandbox.dump(table) if records <= 50_000 else []
        distinct = len({row["email"] for row in rows}) if rows else None
        return {
            "records": records,
            "killed": killed,
            "status": status,
            "counted": sandbox.tables()[table],
            "distinct": distinct,
            "requests": sandbox.request_count(),
            "totals": totals,
            "peak_kib": peak,
            "peak_of_1000_records_kib": small_peak,
            "seconds": round(time.monotonic() - began, 1),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--kind", choices=("playtime", "achievement"), default="playtime")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = run(options.records, options.kills, options.kind)
    print(json.dumps(found, indent=2))
    if options.json:
        options.json.write_text(json.dumps(found), encoding="utf-8")
    sys.exit(0 if found["counted"] == options.records else 1)


if __name__ == "__main__":
    main()
