"""A server that has one large answer ready: a batch of fifty boards of a hundred rows, about a megabyte.

The sandbox would spend the second core on making it each time. A child process (``python -m
tests.benchmarks.big_server``), which ends with its standard input.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.benchmarks.peers import ROOT

BOARDS, ROWS = 50, 100


@contextmanager
def big_server() -> Iterator[str]:
    """Run the server; yields its address."""
    command = [sys.executable, "-m", "tests.benchmarks.big_server"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def _document() -> bytes:
    pages = [{"success": "true", "scores": [_row(board, row) for row in range(ROWS)]} for board in range(BOARDS)]
    return json.dumps({"response": {"success": "true", "responses": pages}}).encode()


def _row(board: int, row: int) -> dict[str, object]:
    points = 1_000_000 - 1000 * board - row
    return {
        "score": f"{points:,} points",
        "sort": str(points),
        "extra_data": f"level={board};seed={points * 7919}",
        "user": f"player-{points}",
        "user_id": str(points),
        "guest": "",
        "stored": f"{row + 1} days ago",
        "stored_timestamp": 1_790_000_000 - row,
    }


def _serve() -> None:
    document = _document()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve()
