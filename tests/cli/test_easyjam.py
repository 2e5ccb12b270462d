"""``gameservices easyjam``: tables, JSON, and the exit status 0, 1 or 2."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.easyjam.tokens import is_token
from tests.cli.conftest import Run

GAMES = """
[[makers]]
token = "myjam_a"
name = "ada"

[[makers.games]]
id = 1
name = "One"
released = 2012-11-25T15:52:01Z
links = { Web = "https://jam.example/1" }
event_id = 2015.10
"""


def test_fetch(run: Run, sandbox: Sandbox) -> None:
    tokens = sandbox.easyjam_tokens
    done = run("easyjam", "fetch", sandbox.easyjam_url, tokens["grace"], tokens["linus"], "--spacing", "0")
    assert done.returncode == 0
    assert "Moonlit Courier 1" in done.stdout
    assert "2012-11-25" in done.stdout
    told = json.loads(run("easyjam", "fetch", sandbox.easyjam_url, tokens["grace"], "--json").stdout)
    assert len(told["results"][tokens["grace"]]["items"]) == 3


def test_fetch_remembers_for_a_day(run: Run, sandbox: Sandbox) -> None:
    command = ("easyjam", "fetch", sandbox.easyjam_url, sandbox.easyjam_tokens["grace"])
    run(*command)
    run(*command)
    assert sandbox.request_count() == 1
    run(*command, "--again", "--spacing", "0")
    assert sandbox.request_count() == 2


def test_fetch_tells_of_refused_tokens_and_wrong_use(run: Run, sandbox: Sandbox) -> None:
    refused = run("easyjam", "fetch", sandbox.easyjam_url, "nobody")
    assert refused.returncode == 1
    assert "Bad Token" in refused.stdout
    assert run("easyjam", "fetch", sandbox.easyjam_url).returncode == 2
    assert run("easyjam", "fetch", sandbox.easyjam_url, "not a token").returncode == 2
    assert run("easyjam", "fetch", "nonsense", "token").returncode == 2
    assert run("easyjam", "fetch", "http://127.0.0.1:9/", "token", "--spacing", "0").returncode == 1


def test_build_and_validate(run: Run, tmp_path: Path) -> None:
    (tmp_path / "games.toml").write_text(GAMES)
    done = run("easyjam", "build", "games.toml", "-o", "games.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 game of 1 maker" in done.stderr
    assert '"EventId": 2015.10' in (tmp_path / "games.json").read_text()
    assert run("easyjam", "validate", "games.json").stdout == "no problems\n"
    assert run("easyjam", "validate", "-", stdin=run("easyjam", "build", "games.toml").stdout).returncode == 0


def test_build_tells_of_mistakes(run: Run, tmp_path: Path) -> None:
    for change, told in (
        (("id = 1", ""), "`id`"),
        (("id = 1", "idd = 1"), "idd"),
        (("https://jam.example/1", "C:/game"), "links"),
        (('"myjam_a"', '"my jam"'), "token"),
        (("[[makers]]", "[[makers"), "TOML"),
        (('name = "One"', "name = 1"), "name"),
    ):
        (tmp_path / "games.toml").write_text(GAMES.replace(*change))
        done = run("easyjam", "build", "games.toml")
        assert done.returncode == 2, change
        assert told in done.stderr
    assert run("easyjam", "build", "nothing.toml").returncode == 2


def test_validate_names_each_problem(run: Run, tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "bad.json").write_text('{"t": {"Item": [{"Id": 1}]}}')
    done = run("easyjam", "validate", "bad.json")
    assert done.returncode == 1
    assert "t.Item[0].Name: is missing; every item has it" in done.stdout
    assert "5 problems" in done.stdout
    told = json.loads(run("easyjam", "validate", "bad.json", "--json").stdout)
    assert {problem["place"] for problem in told} >= {"t.Item[0].Name", "t.Item[0].Link"}
    good = run("easyjam", "validate", f"{sandbox.easyjam_url}?token={sandbox.easyjam_tokens['ada']}")
    assert good.returncode == 0
    assert run("easyjam", "validate", "http://127.0.0.1:9/").returncode == 1
    assert run("easyjam", "validate", "nothing.json").returncode == 2


def test_token(run: Run) -> None:
    done = run("easyjam", "token", "myjam", "ada")
    assert done.stdout.startswith("myjam_ada_")
    assert is_token(done.stdout.strip())
    assert run("easyjam", "token", "my jam").returncode == 2


def test_sync(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("# makers\n" + "\n".join(sandbox.easyjam_tokens.values()))
    command = ("easyjam", "sync", sandbox.easyjam_url, "catalogue", "--tokens-file", "tokens")
    done = run(*command, "--spacing", "0")
    assert done.returncode == 0
    assert "4 of 4 makers up to date after 6 requests" in done.stdout
    again = json.loads(run(*command, "--json").stdout)
    assert (again["report"]["requests"], again["refused"]) == (0, [])
    refused = run("easyjam", "sync", sandbox.easyjam_url, "catalogue", "nobody", "--spacing", "0")
    assert refused.returncode == 1
    assert run("easyjam", "sync", sandbox.easyjam_url, "catalogue").returncode == 2


def test_sync_goes_on_after_ctrl_c(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    tokens = list(sandbox.easyjam_tokens.values())
    heard = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # who runs beside a shell hears none
    )
    code = f"{heard}; from pygame_gameservices.cli.main import main; main()"
    arguments = ["easyjam", "sync", sandbox.easyjam_url, str(tmp_path / "catalogue"), *tokens]
    environment = {"XDG_DATA_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path), "PATH": ""}
    child = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 30
    while sandbox.tables()["easyjam_asked"] < 1 and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)  # it now waits out the 10 s
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=20)
    assert child.returncode == 1
    assert "stopped" in told
    done = run(*arguments, "--spacing", "0")
    assert "after 5 requests" in done.stdout, "the first page was had already"


def test_gallery(run: Run, tmp_path: Path) -> None:
    games = [{"Id": 1, "Name": "<b>Bold</b>", "Image": ["https://jam.example/a.png"]}]
    (tmp_path / "games.json").write_text(json.dumps({"secret-token": {"Item": games}}))
    done = run("easyjam", "gallery", "games.json", "--out", "public/games", "--title", "Our jam")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "public" / "games" / "index.html").read_text()
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "Our jam" in page
    assert "secret-token" not in page + (tmp_path / "public" / "games" / "feed.xml").read_text() + done.stderr
    assert run("easyjam", "gallery", "-", "--out", "public", stdin="{}").returncode == 0
    (tmp_path / "taken").write_text("")
    assert run("easyjam", "gallery", "games.json", "--out", "taken").returncode == 2
    assert run("easyjam", "gallery", "nothing.json", "--out", "public").returncode == 2
    assert run("easyjam", "gallery", "games.json", "--out", "public", "--url", "javascript:x").returncode == 2
    no_document = run("easyjam", "gallery", "-", "--out", "public", stdin="[")
    assert (no_document.returncode, "Traceback" in no_document.stderr) == (1, False)
    said = run("easyjam", "gallery", "-", "--out", "public", stdin='{"Error": "Something is wrong"}')
    assert (said.returncode, "Something is wrong" in said.stderr) == (1, True)


def test_fetch_of_a_subset(run: Run, sandbox: Sandbox) -> None:
    token = next(iter(sandbox.easyjam_tokens.values()))
    command = ("easyjam", "fetch", sandbox.easyjam_url, token, "--spacing", "0", "--json")
    everything = json.loads(run(*command).stdout)["results"][token]["items"]
    mini = json.loads(run(*command, "--subset", "minild").stdout)["results"][token]["items"]
    assert {item["event"] for item in mini} == {"MiniLD 58"}
    assert 0 < len(mini) < len(everything)
    assert run(*command, "--subset", "..").returncode == 2
