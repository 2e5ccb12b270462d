"""Nothing in the environment keeps a game from starting, and nothing sends what is for this machine elsewhere."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.http.line import Line
from pygame_gameservices.core.http.transport import HttpTransport, log_keys, proxies_for, tls_context
from pygame_gameservices.errors import CallError
from tests.core.raw_server import RawServer, reply
from tests.thinned import thinned

FILES = (
    "SSLKEYLOGFILE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "OPENSSL_ENGINES",
    "NETRC",
    "REQUEST_METHOD",
)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")
GAME = """
import sys
from pathlib import Path
from pygame_gameservices import Itchio, ServiceManager
with ServiceManager("environment", folder=sys.argv[1]) as services:
    itch = services.add(Itchio("key", base_url=sys.argv[2]))
    print(itch.profile().result(60).username)
"""


def place(kind: str, folder: Path) -> str:
    """What a variable is set to."""
    spoilt = folder / "spoilt"
    spoilt.write_bytes(b"\x00\xff garbage = [ \n" * 10)
    closed = folder / "closed"
    closed.write_text("x")
    closed.chmod(0)
    pipe = folder / "pipe"
    if kind == "a pipe" and hasattr(os, "mkfifo"):
        os.mkfifo(pipe)
    values = {"no file": folder / "none" / "such", "a folder": folder, "garbage": spoilt, "closed": closed}
    return str({**values, "a pipe": pipe, "no text": "\x01 :// [", "nothing": ""}[kind])


KINDS = ["no file", "a folder", "garbage", "closed", "a pipe", "no text", "nothing"]


@pytest.mark.parametrize("kind", thinned(KINDS, lambda kind: kind in ("a folder", "a pipe", "no text")))
def test_no_variable_of_the_libraries_keeps_a_game_from_starting_and_calling(kind: str, tmp_path: Path) -> None:
    value = place(kind, tmp_path)
    names = [name for name in FILES if kind != "a pipe" or name != "OPENSSL_CONF"]  # Python itself waits for that one
    set_to = {**dict.fromkeys(names, value), **dict.fromkeys(PROXIES, value)}
    answer = b'{"user":{"id":1,"username":"ada","display_name":"Ada"}}'
    with RawServer(reply(answer)) as server:
        ran = subprocess.run(
            [sys.executable, "-c", GAME, str(tmp_path / "data"), f"http://127.0.0.1:{server.port}"],
            env={**os.environ, **set_to},
            capture_output=True,
            timeout=120,
            text=True,
        )
    assert ran.stdout.strip() == "ada", ran.stderr


def test_a_key_log_that_takes_no_keys_is_told_and_one_that_does_is_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    context = tls_context()
    for useless in (tmp_path, tmp_path / "none" / "such", "\0"):
        log_keys(context, str(useless))
        assert not context.keylog_filename
    assert len(caplog.records) == 3
    assert all(record.levelno == logging.WARNING for record in caplog.records)
    log_keys(context, str(tmp_path / "keys"))
    assert context.keylog_filename == str(tmp_path / "keys")
    context.keylog_filename = None


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "game.localhost", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_reached_without_a_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://school.example:3128")
    assert proxies_for(f"http://{host}:8000/x") == {}
    assert proxies_for("https://api.itch.io/profile")["https"] == "http://school.example:3128"
    monkeypatch.setenv("NO_PROXY", "itch.io")
    assert proxies_for("https://api.itch.io/profile") == {}


def test_what_is_for_others_goes_to_the_proxy_and_what_is_for_this_machine_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with RawServer(reply(b"the proxy")) as proxy, RawServer(reply(b"the service")) as service:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        transport = HttpTransport(tls_context())
        try:
            assert transport.send(Request(method="GET", url=service.url), Line()).body == b"the service"
            assert transport.send(Request(method="GET", url="http://far.example/x"), Line()).body == b"the proxy"
            with pytest.raises(CallError):  # it answers CONNECT with a yes and then speaks no TLS
                transport.send(Request(method="GET", url="https://far.example/x", timeout_s=1.0), Line())
        finally:
            transport.close()
        heads = [request.split(b"\r\n")[0] for request in proxy.requests]
    assert [head.rpartition(b" ")[0] for head in heads[:2]] == [b"GET http://far.example/x", b"CONNECT far.example:443"]
