"""How a sandbox is started: one value that the command line, `Sandbox.start` and the server share. Stdlib only."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """What a server process is told.

    Attributes:
        config: path of a seed, or its content, or None for ``gameservices.toml`` in the working directory.
        database: path of the SQLite file; None keeps everything in memory.
        host: address to listen on.
        port: of the protocols; 0 picks a free one.
        admin_port: of the admin API, always on loopback; 0 picks a free one.
        admin_token: what admin calls must send.
        faults: faults to begin with, as JSON.
        cors: how each protocol deals with pages of other origins, by name; empty is as they usually do.
        tls: serve the protocols over TLS, with a certificate that the server makes itself.
        tls_folder: where certificate and key are kept, so that a restarted server shows the same; None is a fresh one.
        scratch: folder that is deleted when the server ends in good order; the parent may be gone by then.
        parent: process to watch; the server ends when that is gone. None watches nobody.
    """

    config: str | Mapping[str, Any] | None = field(default=None, repr=False)  # it may hold keys and tokens
    database: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    admin_port: int = 0
    admin_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    faults: tuple[Mapping[str, Any], ...] = ()
    cors: Mapping[str, str] = field(default_factory=dict)
    tls: bool = False
    tls_folder: str | None = None
    scratch: str | None = None
    parent: int | None = None

    def to_json(self) -> str:
        """Return the options on one line, for a child's standard input."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Options:
        """Read what `to_json` wrote."""
        values = json.loads(line)
        values["faults"] = tuple(values["faults"])
        return cls(**values)
