"""A Game Jolt client of twenty lines, written for these tests alone, so that they trust nobody else's signing."""

from __future__ import annotations

import hashlib
import http.client
import json
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pygame_gameservices.sandbox import Sandbox

ADA = {"username": "ada", "user_token": "ada-token"}
GRACE = {"username": "grace", "user_token": "grace-token"}


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


class Client:
    """Signed calls for one game; every answer comes back as the inner ``response``, or raw with `raw`."""

    def __init__(self, sandbox: Sandbox, game_id: int = 1, key: str = "sandbox-private-key") -> None:
        self.base = sandbox.gamejolt_url
        self.game_id = game_id
        self.key = key

    def url(self, endpoint: str, **params: object) -> str:
        """A signed URL."""
        url = f"{self.base}/{endpoint}/?{urlencode({'game_id': self.game_id, **params})}"
        return f"{url}&signature={md5(url + self.key)}"

    def sub(self, endpoint: str, **params: object) -> str:
        """A signed sub-request of a batch, not encoded."""
        path = f"/{endpoint}/?{urlencode({'game_id': self.game_id, **params})}"
        return f"{path}&signature={md5(path + self.key)}"

    def raw(self, endpoint: str, **params: object) -> tuple[int, http.client.HTTPMessage, bytes]:
        return fetch(self.url(endpoint, **params))

    def get(self, endpoint: str, **params: object) -> dict[str, Any]:
        return unwrap(self.raw(endpoint, **params)[2])

    def post(self, endpoint: str, fields: dict[str, object], **params: object) -> dict[str, Any]:
        """Send `fields` in the body, and sign them as the documentation says."""
        url = f"{self.base}/{endpoint}/?{urlencode({'game_id': self.game_id, **params})}"
        signed = url + "".join(f"{key}{fields[key]}" for key in sorted(fields)) + self.key
        return unwrap(fetch(f"{url}&signature={md5(signed)}", urlencode(fields).encode())[2])

    def batch(self, *requests: str, **params: object) -> dict[str, Any]:
        """Send a batch in the query."""
        return unwrap(fetch(self.batch_url(*requests, **params))[2])

    def batch_url(self, *requests: str, **params: object) -> str:
        query = urlencode({"game_id": self.game_id, **params})
        query += "".join(f"&requests[]={quote(request, safe='')}" for request in requests)
        url = f"{self.base}/batch/?{query}"
        return f"{url}&signature={md5(url + self.key)}"


def fetch(
    url: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    timeout: float = 45.0,
    method: str | None = None,
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request on a connection of its own, with http.client."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    given = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"} if body is not None else {}
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method or ("GET" if body is None else "POST"), path, body, {**given, **(headers or {})})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def unwrap(body: bytes) -> dict[str, Any]:
    response: dict[str, Any] = json.loads(body)["response"]
    return response


def refused(message: str) -> dict[str, str]:
    """The answer that says no with `message`."""
    return {"success": "false", "message": message}
