"""Commands with arguments, files, answers and terminals that nobody would choose: a line, a status, no traceback."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pygame_gameservices import Forge, ForgePlayer, ServiceManager
from pygame_gameservices.sandbox import Sandbox
from tests.cli.conftest import Run

NOBODY = "http://127.0.0.1:9"
HUGE = "9" * 5000
EVIL = "\x1b[31mred [/b] :bomb: \x9b2J"


class Site:
    """A web server that answers every question with the same JSON."""

    def __init__(self) -> None:
        site = self
        self.body = b"{}"

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(site.body)))
                self.end_headers()
                self.wfile.write(site.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("itchio", "latest", HUGE, "windows"), 2),
        (("itchio", "owns", "1", "--download-key", "http://[::1/download/k"), 2),
        (("itchio", "launch", "--expires-in", "nan", "--key-file", "key", "--", "true"), 2),
        (("itchio", "launch", "--expires-in", "1e30", "--key-file", "key", "--", "true"), 2),
        (("easyjam", "fetch", NOBODY, "t", "--spacing", "nan"), 2),
        (("easyjam", "fetch", NOBODY, "t", "--spacing", "inf"), 2),
        (("easyjam", "validate", "http://[::1"), 1),
        (("easyjam", "validate", "half.json"), 1),
        (("easyjam", "build", "latin.toml"), 2),
        (("easyjam", "build", "bom.toml"), 0),
        (("easyjam", "sync", NOBODY, "other.sqlite3", "t"), 2),
        (("outbox", "show", HUGE, "--folder", "."), 2),
        (("outbox", "retry", "9223372036854775808", "--folder", "."), 2),
        (("outbox", "discard", "1", "-1", "--folder", "."), 2),
        (("forge", "upload", "r.csv", "--kind", "playtime"), 2),
        (("forge", "upload", "r.csv", "--kind", "playtime", "--config", "forge.toml"), 2),
        (("forge", "upload", "r.csv", "--kind", "playtime", "--config", "nothing.toml"), 2),
        (("sandbox", "--database", "no/such/folder/x.db"), 1),
        (("sandbox", "--database", "r.csv"), 1),
        (("--version",), 0),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else str(value),
)
def test_one_line_and_a_status(run: Run, tmp_path: Path, command: tuple[str, ...], status: int) -> None:
    game = 'makers = [{{token = "a", games = [{{id = 1, name = "{}", released = 2020-01-01T00:00:00Z}}]}}]'
    (tmp_path / "key").write_text("a.b.c")
    (tmp_path / "half.json").write_text('{"\\ud800": {"Item": []}}')
    (tmp_path / "latin.toml").write_bytes(game.format("Café").encode("latin-1"))
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf" + game.format("Café").encode())
    (tmp_path / "forge.toml").write_text("forge = 3")
    (tmp_path / "r.csv").write_text("last_time_played,total_hours,user_email\n")
    with sqlite3.connect(tmp_path / "other.sqlite3") as sql:
        sql.execute("CREATE TABLE items (mine)")
    sql.close()
    done = run(*command, ITCHIO_BASE_URL=NOBODY, ITCHIO_API_KEY="k")
    assert done.returncode == status, done.stderr
    if status:
        assert len((done.stderr or done.stdout).strip().splitlines()) <= 4


def test_an_empty_key_says_where_it_belongs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("last_time_played,total_hours,user_email\n")
    assert "FORGE_API_KEY" in run("forge", "upload", "r.csv", "--kind", "playtime", FORGE_API_KEY="").stderr


def test_titles_of_others_are_shown_and_not_obeyed(run: Run, site: Site) -> None:
    game = {"id": 1, "title": EVIL, "url": "u", "published": True, "earnings": {}}
    site.body = json.dumps({"games": [game]}).encode()
    shown = run("itchio", "games", ITCHIO_BASE_URL=site.url, ITCHIO_API_KEY="k").stdout
    assert "red [/b] :bomb:" in shown
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    site.body = json.dumps({"errors": [EVIL]}).encode()
    refused = run("itchio", "games", ITCHIO_BASE_URL=site.url, ITCHIO_API_KEY="k")
    assert (refused.returncode, "\x1b" in refused.stderr) == (1, False)
    site.body = json.dumps({"latest": EVIL}).encode()
    assert "\x1b" not in run("itchio", "latest", "1", "windows", ITCHIO_BASE_URL=site.url).stdout
    site.body = json.dumps({"t": {"Item": [{"Id": 1, "Name": EVIL, EVIL: 1}]}}).encode()
    shown = run("easyjam", "fetch", site.url, "t", "--spacing", "0").stdout
    assert "red [/b] :bomb:" in shown
    assert "\x1b" not in shown
    assert "\x1b" not in run("easyjam", "validate", site.url).stdout


def test_a_document_without_end_is_not_read_to_its_end(run: Run, site: Site) -> None:
    site.body = b" " * (20 << 20)
    done = run("easyjam", "validate", site.url)
    assert (done.returncode, "larger" in done.stderr) == (1, True)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    with ServiceManager("kept", folder=folder) as services:
        forge = services.add(Forge(base_url=NOBODY, player=ForgePlayer(email="ada@example.com")))
        call = forge.achievement(EVIL)
        while not call.durable:
            services.update()
        services.close(timeout=0.2)
    return folder


@pytest.mark.parametrize("width", ["40", "60", "200"])
def test_nothing_of_a_table_is_hidden_in_a_narrow_terminal(run: Run, outbox: Path, width: str) -> None:
    shown = run("outbox", "list", "--folder", str(outbox), COLUMNS=width).stdout
    assert max(map(len, shown.splitlines())) <= int(width)
    assert "…" not in shown
    assert "waiting" in "".join(shown.split()).replace("\n", "") or width == "40"
    assert "1 waiting" in shown


def test_games_in_a_narrow_terminal(run: Run, sandbox: Sandbox) -> None:
    env = {"ITCHIO_API_KEY": sandbox.itchio_key, "ITCHIO_BASE_URL": sandbox.itchio_url, "COLUMNS": "50"}
    assert "…" not in run("itchio", "games", **env).stdout
