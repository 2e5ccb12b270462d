"""Talking to the admin API of a sandbox from another process, with the standard library alone."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from pygame_gameservices.errors import GameServicesError
from pygame_gameservices.sandbox.faults.kinds import Fault
from pygame_gameservices.sandbox.faults.spec import fault_to_json, parse_fault

# Without proxies: they are for the internet, and this goes to this machine.
_opener = build_opener(ProxyHandler({}))


class SandboxError(GameServicesError):
    """The sandbox could not be started, does not answer, or refused an admin call."""


class AdminClient:
    """Calls of the admin API. Safe to use from any thread; each call blocks for its round trip, a few milliseconds."""

    def __init__(self, url: str, token: str, *, timeout: float = 30.0) -> None:
        self._url = url
        self._token = token
        self._timeout = timeout

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Send `body` as JSON to ``/_sandbox/<path>`` and return the decoded answer.

        Raises:
            SandboxError: the sandbox does not answer, or it refused the call; the text says why.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = Request(f"{self._url}/_sandbox/{path}", data, headers, method=method)
        try:
            with _opener.open(request, timeout=self._timeout) as response:
                return json.load(response)
        except HTTPError as error:
            with error:
                raise SandboxError(f"the sandbox refused {method} {path}: {_reason(error.read())}") from None
        except (URLError, OSError) as error:
            raise SandboxError(f"the sandbox does not answer {method} {path}: {error}") from None


class FaultSwitch:
    """Sets and lifts faults. Each is a `Fault` or its text form, such as ``"latency:seconds=0.2"``."""

    def __init__(self, admin: AdminClient) -> None:
        self._admin = admin

    def set(self, *faults: Fault | str) -> None:
        """Make these the faults, in place of all others. They bite from the next request on."""
        self._admin.call("PUT", "faults", {"faults": as_json(faults)})

    def add(self, *faults: Fault | str) -> None:
        """Set these in addition to what is set."""
        self._admin.call("POST", "faults", {"faults": as_json(faults)})

    def clear(self) -> None:
        """Lift all faults. Requests that hang are reset, stalled ones answered at once."""
        self._admin.call("DELETE", "faults")

    def report(self) -> list[dict[str, Any]]:
        """Return the faults in the order they were set, each with ``bites`` and ``spent``."""
        faults: list[dict[str, Any]] = self._admin.call("GET", "faults")["faults"]
        return faults


def as_json(faults: tuple[Fault | str, ...]) -> list[dict[str, Any]]:
    """Return the JSON form of faults given as values or texts. Raises `UsageError` for a text of no use."""
    return [fault_to_json(parse_fault(fault) if isinstance(fault, str) else fault) for fault in faults]


def in_path(text: str) -> str:
    """Encode `text` as one part of an admin path."""
    return quote(text, safe="")


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode("utf-8", "replace")
