"""What every protocol of the sandbox gets to work with, and what it must offer in return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from pygame_gameservices.sandbox.clock import Clock
from pygame_gameservices.sandbox.database import Database
from pygame_gameservices.sandbox.players import Players
from pygame_gameservices.sandbox.seed import Section


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground that all protocols stand on: one database, one clock, one set of players, one seed file."""

    database: Database
    clock: Clock
    players: Players
    seed: Section


class ServedProtocol(Protocol):
    """One service's protocol, served under ``/<name>``.

    A protocol is built with the `Ground`, reads its sections of the seed there (raising `ConfigurationError`), and
    declares its SQL tables on `database.metadata` at import.
    """

    name: str
    """The first part of its paths, and the prefix of its tables: ``gamejolt``, ``itchio``, ..."""

    def plant(self, fresh: bool) -> None:
        """Write definitions (games, tables, ...) to the database, and the seed's data too if it is `fresh`."""

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes below ``/<name>``."""

    def failure(self, request: Request, status: int) -> Response:
        """Return what the service says, in its own words, when it fails with `status`; do not read the body."""

    def facts(self) -> dict[str, Any]:
        """Return what a developer must know to call it: base path, ids and keys, as JSON."""
