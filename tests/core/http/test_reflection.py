"""A server that repeats whole requests in whatever it answers gets no secret into anything that a game could show."""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

import msgspec
import pytest
from rich.console import Console
from rich.traceback import Traceback

from pygame_gameservices import CallError, EasyJam, Forge, GameJolt, Itchio, ServiceManager, Trading
from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.http.line import Line
from pygame_gameservices.core.http.transport import HttpTransport, tls_context
from pygame_gameservices.core.runners.threads import carry
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.services.gamejolt.formats import FORMATS
from tests.conftest import run_until
from tests.thinned import WHOLE, share

KEY = "planted/key+of=this~game"
TOKEN = "planted/token+of&ada"
PERSONAL = "planted-personal-token/1"
ACCESS = "planted-access-token/2"
FORGE_SECRET = "plantedfrg12"
FORGE_KEY = base64.b64encode(f"maker:game:7:{FORGE_SECRET}".encode()).decode()
PLANTED = (KEY, TOKEN, PERSONAL, ACCESS, FORGE_KEY, FORGE_SECRET)
STATUSES = (200, 400, 401, 429, 503)


def full(body: bytes, status: int = 200, reason: str = "So", headers: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode(
            "latin-1"
        )
        + body
    )


def no(said: str, errors: Any) -> bytes:
    """A no in JSON, in the words of all five services."""
    game_jolt = {"success": "false", "message": said}
    return json.dumps({"response": game_jolt, "errors": errors, "Error": said, "detail": said}).encode()


def yes(said: str) -> bytes:
    """A yes in JSON with the request wherever a text may stand."""
    row = {"id": "1", "score": said, "sort": "1", "title": said, "username": said, "key": said, "side": "buy"}
    whole = {"success": "true", "message": said, "data": said, "scores": [row], "users": [row], "trophies": [row]}
    user = {"id": 1, "username": said, "display_name": said, "echo": said}
    return json.dumps(
        {
            "response": {**whole, "responses": [whole, whole]},
            "user": user,
            "records_processed": 1,
            "errors": [],
            "Info": {"Version": said, "Echo": said},
            "Echo": said,
        }
    ).encode()


def one_line(text: str) -> str:
    return re.sub(r"[\r\n]+", " ", text)


KINDS: Mapping[str, Callable[[str, int], bytes]] = {
    "no": lambda said, status: full(no(said, [said]), status),
    "no-forge": lambda said, status: full(no(said, [{"message": said, "record_id": said}]), status),
    "no-list": lambda said, status: full(
        json.dumps({"detail": [{"loc": ["body", said], "msg": said}]}).encode(), status
    ),
    "yes": lambda said, status: full(yes(said), status),
    "rows": lambda said, status: full(json.dumps([{"id": 1, "state": said}]).encode(), status),
    "slashes": lambda said, status: full(no(said, [said]).replace(b"/", b"\\/"), status),
    "encoded": lambda said, status: full(no(quote(said), [quote(said, safe="")]), status),
    "twice-encoded": lambda said, status: full(no(quote(quote(said)), [quote(quote(said))]), status),
    "base64": lambda said, status: full(no(base64.b64encode(said.encode()).decode(), []), status),
    "xml": lambda said, status: full(
        f"<response><success>false</success><message>{escape(said)}</message></response>".encode(), status
    ),
    "keypair": lambda said, status: full(
        'success:"false"\nmessage:"{}"\n'.format(said.replace("\\", "\\\\").replace('"', '\\"')).encode(), status
    ),
    "dump": lambda said, status: full(f"FAILURE\n{said}".encode(), status),
    "html": lambda said, status: full(f"<!DOCTYPE html><title>No</title><pre>{escape(said)}</pre>".encode(), status),
    "text": lambda said, status: full(said.encode(), status),
    "reason": lambda said, status: full(b"{}", status, one_line(said)),
    "headers": lambda said, status: full(
        b"{}",
        status,
        headers="".join(f"{name}: {one_line(said)}\r\n" for name in ("X-Echo", "Retry-After", "Date", "Set-Cookie")),
    ),
    "redirect": lambda said, status: full(b"", 302, headers=f"Location: http://{one_line(said)}/\r\n"),
    "status-line": lambda said, status: f"{one_line(said)}\r\n\r\n".encode(),
    "bad-header": lambda said, status: f"HTTP/1.1 {status} So\r\n{one_line(said)}\r\nX: y\r\n\r\n".encode(),
    "bad-chunk": lambda said, status: (
        f"HTTP/1.1 {status} So\r\nTransfer-Encoding: chunked\r\n\r\n{one_line(said)}\r\n".encode()
    ),
    "bad-gzip": lambda said, status: full(said.encode(), status, headers="Content-Encoding: gzip\r\n"),
    "cut-off": lambda said, status: full(said.encode(), status)[:-5],
}
"""What an address below ``/<kind>/<status>`` answers, given the whole request."""


class _Mirror(socketserver.StreamRequestHandler):
    """Reads one request to its end and answers with it."""

    def handle(self) -> None:
        lines = list(iter(self.rfile.readline, b"\r\n"))
        if not lines or b"" in lines:
            return
        head = b"".join(lines)
        found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        body = self.rfile.read(int(found[1])) if found else b""
        said = (head + b"\r\n" + body).decode("latin-1")
        _, kind, status, *_, last = head.split(b" ")[1].decode().partition("?")[0].split("/")
        if last == "token" and not kind.startswith("exchange"):
            self.wfile.write(full(json.dumps({"access_token": ACCESS, "expires_in": 3600}).encode()))
        else:
            self.wfile.write(KINDS[kind.removeprefix("exchange-")](said, int(status)))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    """The address of the server."""
    with _Server(("127.0.0.1", 0), _Mirror) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def leaks(text: str) -> set[str]:
    """The planted secrets that stand in `text`, as they are or encoded in some way."""
    plain = text.replace("\\\\/", "/").replace("\\/", "/")
    readings = {text, plain, unquote(plain), unquote(unquote(plain)), plain.replace("&amp;", "&")}
    for run in re.findall(r"[A-Za-z0-9+/_-]{12,}", text):
        for start in range(4):
            part = run[start:]
            even = part[: len(part) // 4 * 4].replace("-", "+").replace("_", "/")
            readings.add(base64.b64decode(even).decode("latin-1"))
    return {secret for secret in PLANTED for reading in readings if secret in reading}


def everything(thing: Any, seen: set[int] | None = None) -> Iterator[str]:
    """All text that can be reached from a value, an error or an event; a `Secret` is its own affair."""
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, Secret):
        return
    seen.add(id(thing))
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, bytes):
        yield thing.decode("latin-1")
    elif isinstance(thing, Mapping):
        for name, one in thing.items():
            yield from everything(name, seen)
            yield from everything(one, seen)
    elif isinstance(thing, (tuple, list, set, frozenset)):
        for one in thing:
            yield from everything(one, seen)
    elif isinstance(thing, msgspec.Struct):
        yield repr(thing)
        for name in thing.__struct_fields__:
            yield from everything(getattr(thing, name), seen)
    elif isinstance(thing, BaseException):
        yield from (str(thing), repr(thing))
        for part in (vars(thing), thing.args, thing.__cause__, thing.__context__):
            yield from everything(part, seen)
        frame = thing.__traceback__
        while frame is not None:
            if frame.tb_frame.f_globals["__name__"].startswith("pygame_gameservices"):
                yield from (repr(value) for value in frame.tb_frame.f_locals.values())
            frame = frame.tb_next
    elif isinstance(thing, Call):
        yield from everything(thing.outcome_now(), seen)
        yield repr(thing)


def shown_by_rich(error: BaseException) -> str:
    """What a developer who shows local values sees of an error that a call's `result` raised."""
    call: Call[Any] = Call(Operation(service="x", name="x", kind=Kind.SAFE), lambda call: None)
    call.settle(error=error)  # type: ignore[arg-type]
    out = io.StringIO()
    try:
        call.result(0)
    except CallError as raised:
        trace = Traceback.from_exception(type(raised), raised, raised.__traceback__, show_locals=True)
        Console(file=out, width=400).print(trace)
    return out.getvalue()


def asked(name: str, where: str) -> Iterator[tuple[Any, list[Operation]]]:
    """A service whose address is `where`, and operations of its that are sent as one request."""

    def operation(call: str, kind: Kind = Kind.SAFE, token: str = "", **arguments: str) -> Operation:
        secret = Secret(token) if token else None
        return Operation(service=name, name=call, kind=kind, arguments=arguments, player="ada", credential=secret)

    if name == "gamejolt":
        for form in FORMATS:
            service = GameJolt(1, KEY, base_url=where, format=form)
            fetch = operation("data_store.fetch", token=TOKEN, key="k")
            add = operation("trophies.add_achieved", Kind.IDEMPOTENT, TOKEN, trophy_id="1")
            for operations in ([fetch], [add], [fetch, add], [operation("scores.fetch", token=TOKEN)]):
                yield service, operations
    elif name == "itchio":
        for call in ("profile", "games", "owned_keys"):
            yield Itchio(KEY, base_url=where), [operation(call, token=KEY)]
    elif name == "easyjam":
        for method in ("GET", "POST"):
            yield EasyJam(where, key=KEY, method=method), [operation("fetch", token=TOKEN)]
    elif name == "forge":
        yield Forge(FORGE_KEY, base_url=where), [operation("playtime", Kind.ADDITIVE, records='{"hours":1}')]
    elif name == "trading":
        for call in ("orders.list", "market", "status"):
            yield Trading(PERSONAL, where), [operation(call)]


NAMES = ["gamejolt", "itchio", "easyjam", "forge", "trading"]


@pytest.mark.parametrize("whole", WHOLE)
@pytest.mark.parametrize("name", NAMES)
def test_whatever_repeats_a_request_gives_no_secret_away(
    name: str, whole: bool, mirror: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    transport = HttpTransport(tls_context())
    ways = [(kind, status) for kind in KINDS for status in ((200, 503) if name == "gamejolt" else STATUSES)]
    if name == "trading":
        ways += [(f"exchange-{kind}", status) for kind in KINDS for status in (200, 503)]
    errors = 0
    for kind, status in share(ways, NAMES.index(name), 3, whole=whole):
        for service, operations in asked(name, f"{mirror}/{kind}/{status}"):
            deliveries = [Delivery(operation, None) for operation in operations]
            done = carry(Batch(service, deliveries, 0.0), transport, Line())
            for text in everything((done.error, [(got.value, got.error) for got in done.answers])):
                own = {TOKEN} if name == "easyjam" and done.error is None else set()  # its answers go by token
                assert leaks(text) <= own, (kind, status, operations, text)
            for error in {id(e): e for e in (done.error, *(got.error for got in done.answers)) if e}.values():
                errors += 1
                if errors % 25 == 1:
                    assert not leaks(shown_by_rich(error)), (kind, status)
    transport.close()
    assert errors > 8
    for record in caplog.records:
        assert not leaks(f"{record.getMessage()} {record.exc_text or ''}"), record
        assert record.exc_info is None


def test_nothing_of_it_gets_into_events_logs_the_outbox_and_reports(
    mirror: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    happened: list[Any] = []
    with ServiceManager("mirror", folder=tmp_path) as services:
        gj = services.add(GameJolt(1, KEY, base_url=f"{mirror}/no/200"))
        forge = services.add(Forge(FORGE_KEY, base_url=f"{mirror}/no-forge/400"))
        calls: list[Call[Any]] = [
            gj.sign_in("ada", TOKEN),
            gj.trophies.add_achieved(1),
            gj.scores.add("5", 5),
            gj.data_store.set("k", "v"),
            gj.data_store.fetch("k"),
            forge_call(forge),
            services.add(Itchio(KEY, base_url=f"{mirror}/no/403")).profile(),
            services.add(EasyJam(f"{mirror}/no/401/", key=KEY)).fetch_page(["maker-token"]),
            services.add(Trading(PERSONAL, f"{mirror}/no/422")).market(),
        ]
        happened += run_until(services, lambda: all(call.done for call in calls[3:]))
        happened += services.close()
    texts = list(everything(happened))
    assert any("***" in text for text in texts)
    for text in texts:
        assert not leaks(text), text
    for record in caplog.records:
        assert not leaks(f"{record.getMessage()} {record.exc_text or ''}"), record
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert not leaks(path.read_bytes().decode("latin-1")), path
    for command in (["list"], ["list", "--json"], ["export", "-"]):
        shown = subprocess.run(
            [sys.executable, "-m", "pygame_gameservices", "outbox", *command, "--folder", str(tmp_path)],
            capture_output=True,
            timeout=120,
        )
        assert b"***" in shown.stdout
        assert not leaks((shown.stdout + shown.stderr).decode())


def forge_call(forge: Forge) -> Call[Any]:
    from pygame_gameservices import ForgePlayer

    return forge.playtime(1.0, player=ForgePlayer(email="ada@example.com"))
