"""HTTPS, and a handshake that takes its time."""

from __future__ import annotations

import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from pygame_gameservices.sandbox import Reset, Sandbox, SlowTls
from tests.conftest import NO_MAKER
from tests.sandbox.client import Client


@pytest.fixture(scope="module")
def secure() -> Iterator[Sandbox]:
    pytest.importorskip("trustme")
    with Sandbox.start(NO_MAKER, tls=True) as sandbox:
        yield sandbox


def get(sandbox: Sandbox, context: ssl.SSLContext) -> dict[str, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    with opener.open(Client(sandbox).url("scores/tables"), timeout=10) as response:
        answer: dict[str, str] = json.load(response)["response"]
        return answer


def trusting(sandbox: Sandbox) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(sandbox.ca_file))


def test_the_certificate_is_good_for_those_who_trust_its_authority(secure: Sandbox) -> None:
    assert secure.url.startswith("https://127.0.0.1:")
    assert get(secure, trusting(secure))["success"] == "true"
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        get(secure, ssl.create_default_context())


def test_pictures_are_linked_over_https(secure: Sandbox) -> None:
    url = Client(secure).url("users", username="ada")
    with urllib.request.urlopen(url, context=trusting(secure), timeout=10) as response:
        assert json.load(response)["response"]["users"][0]["avatar_url"].startswith(secure.url)


def test_a_restarted_server_shows_the_same_certificate(secure: Sandbox) -> None:
    context = trusting(secure)
    secure.restart()
    assert get(secure, context)["success"] == "true"


def test_slow_handshake(secure: Sandbox) -> None:
    secure.faults.set(SlowTls(3.0, count=1))
    begun = time.monotonic()
    assert get(secure, trusting(secure))["success"] == "true"
    assert time.monotonic() - begun >= 3.0
    begun = time.monotonic()
    assert get(secure, trusting(secure))["success"] == "true"
    assert time.monotonic() - begun < 3.0


def test_reset_goes_through_tls(secure: Sandbox) -> None:
    """Seen below TLS, since OpenSSL reports any end without a goodbye as an end of file."""
    secure.faults.set(Reset(count=1))
    parts = urlsplit(Client(secure).url("time"))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = trusting(secure).wrap_bio(incoming, outgoing, server_hostname=parts.hostname)
    with socket.create_connection((parts.hostname, parts.port), 10) as wire:
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                wire.sendall(outgoing.read())
                incoming.write(wire.recv(65536))
        session.write(f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        wire.sendall(outgoing.read())
        with pytest.raises(ConnectionResetError):
            read_to_end(wire)


def read_to_end(wire: socket.socket) -> None:
    while wire.recv(65536):
        pass


def test_plain_text_gets_no_answer(secure: Sandbox) -> None:
    with pytest.raises((ConnectionError, urllib.error.URLError)):
        urllib.request.urlopen(secure.url.replace("https", "http") + "/_sandbox/health", timeout=5)
    assert get(secure, trusting(secure))["success"] == "true"


def test_slow_tls_without_tls_delays_the_first_answer() -> None:
    with Sandbox.start(NO_MAKER, faults=[SlowTls(0.4, count=1)]) as sandbox:
        client = Client(sandbox)
        begun = time.monotonic()
        assert client.get("time")["success"] == "true"
        assert time.monotonic() - begun >= 0.4
