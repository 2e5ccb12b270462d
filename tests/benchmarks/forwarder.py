"""A bare endpoint that forwards: Starlette, uvicorn and requests, which is the least that a relay could be made of.

``python -m tests.benchmarks.forwarder ADDRESS`` passes each request on to the same path there, as it came, and its
answer back. It signs nothing, checks nothing, and notes nothing.
"""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import AbstractContextManager

import requests
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.benchmarks.peers import server


def forwarder(upstream: str) -> AbstractContextManager[int]:
    """Run one in front of `upstream`; yields its port."""
    return server("tests.benchmarks.forwarder", upstream)


def _app(upstream: str) -> Starlette:
    own = threading.local()

    def ask(method: str, address: str, body: bytes) -> requests.Response:
        if not hasattr(own, "session"):
            own.session = requests.Session()
            own.session.trust_env = False
        answer: requests.Response = own.session.request(method, address, data=body or None, timeout=15)
        return answer

    async def forward(request: Request) -> Response:
        query = request.scope["query_string"].decode("ascii")
        address = f"{upstream}{request.url.path}?{query}"
        answer = await run_in_threadpool(ask, request.method, address, await request.body())
        kept = {"content-type": answer.headers.get("content-type", "")}
        return Response(answer.content, status_code=answer.status_code, headers=kept)

    return Starlette(routes=[Route("/{path:path}", forward, methods=["GET", "POST"])])


def _serve(upstream: str) -> None:
    with socket.socket(proto=socket.IPPROTO_TCP) as bound:  # or asyncio leaves answers to wait for one another
        bound.bind(("127.0.0.1", 0))
        bound.listen(512)
        print(bound.getsockname()[1], flush=True)
        server = uvicorn.Server(uvicorn.Config(_app(upstream), log_level="warning", access_log=False))
        server.run(sockets=[bound])


if __name__ == "__main__":
    _serve(sys.argv[1])
