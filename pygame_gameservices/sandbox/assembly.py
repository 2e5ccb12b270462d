"""Putting the parts of a sandbox together. To add a protocol, add its class to `PROTOCOLS`."""

from __future__ import annotations

from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from pygame_gameservices.sandbox.admin import Admin
from pygame_gameservices.sandbox.by_hand import ByHand
from pygame_gameservices.sandbox.clock import Clock
from pygame_gameservices.sandbox.console.app import Console
from pygame_gameservices.sandbox.console.desk import Desk
from pygame_gameservices.sandbox.console.markup import BASE
from pygame_gameservices.sandbox.cors import Cors
from pygame_gameservices.sandbox.cors_modes import cors_modes
from pygame_gameservices.sandbox.database import Database
from pygame_gameservices.sandbox.easyjam.service import EasyJam
from pygame_gameservices.sandbox.faults.active import ActiveFaults
from pygame_gameservices.sandbox.faults.gate import FaultGate
from pygame_gameservices.sandbox.forge.service import Forge
from pygame_gameservices.sandbox.front import Front
from pygame_gameservices.sandbox.gamejolt.service import GameJolt
from pygame_gameservices.sandbox.ground import Ground, ServedProtocol
from pygame_gameservices.sandbox.guard import Guard
from pygame_gameservices.sandbox.itchio.service import Itchio
from pygame_gameservices.sandbox.journal import Journal
from pygame_gameservices.sandbox.options import Options
from pygame_gameservices.sandbox.players import Players, players_table
from pygame_gameservices.sandbox.seed import load
from pygame_gameservices.sandbox.trading.service import Trading
from pygame_gameservices.sandbox.wire import Connections

P = TypeVar("P")

PROTOCOLS = (GameJolt, Forge, Trading, Itchio, EasyJam)
"""The classes of all protocols, each a `ServedProtocol` that is built with the `Ground`."""


class Assembly:
    """Everything that runs in the server process, apart from its ports.

    Args:
        options: see there. Reading the seed raises `ConfigurationError`.
        connections: those of the port that the protocols are served on.
    """

    def __init__(self, options: Options, connections: Connections) -> None:
        seed = load(options.config)
        clock = Clock()
        # What the seed says must be known to be right before the database is touched.
        self.database = Database(options.database)
        players = Players(seed, self.database, clock)
        self._ground = Ground(self.database, clock, players, seed)
        self._protocols: list[ServedProtocol] = [protocol(self._ground) for protocol in PROTOCOLS]
        gamejolt, forge = self._only(GameJolt), self._only(Forge)
        self._by_hand = ByHand(self._ground, gamejolt)
        self.faults = ActiveFaults()
        self._journal = journal = Journal()
        guard = Guard(options.host, options.admin_token)
        admin = Admin(
            self._ground,
            self.faults,
            journal,
            guard,
            facts=self.facts,
            reset=self.reset,
            console_path=self.console_path,
        ).app()
        desk = Desk(
            ground=self._ground,
            faults=self.faults,
            journal=journal,
            gamejolt=gamejolt,
            forge=forge,
            by_hand=self._by_hand,
            facts=self.facts,
            reset=self.reset,
        )
        self._console = Console(desk, options.admin_token)
        served = Starlette(routes=[Mount(f"/{one.name}", routes=one.routes()) for one in self._protocols])
        gate = Cors(FaultGate(served, self.faults, connections, clock, self._failure), cors_modes(options.cors))
        self.app: ASGIApp = Front(admin, gate, guard, journal, clock)
        """For the port of the protocols; it answers admin calls, too."""
        # The console is on this port alone: the other may be open to the network.
        desks = _beside(self._console.app(), admin)
        self.admin_app: ASGIApp = Front(desks, None, Guard("127.0.0.1", options.admin_token), journal, clock)
        """For the admin port, which stays open when the other refuses connections."""
        self.plant()

    def plant(self) -> None:
        """Write the seed; scores and other data only if the database is new."""
        fresh = self.database.count(players_table.name) == 0
        self._ground.players.plant()
        for protocol in self._protocols:
            protocol.plant(fresh)
        self._by_hand.replay()

    def facts(self) -> dict[str, Any]:
        """Return players and what each protocol has to tell, as JSON."""
        players = [{"id": one.id, "username": one.username, "token": one.token} for one in self._ground.players.all()]
        return {"players": players} | {protocol.name: protocol.facts() for protocol in self._protocols}

    def reset(self) -> None:
        """Go back to the beginning: seeded data, right clock, no faults, empty journal."""
        self.faults.replace([])
        self._journal.clear()
        self._ground.clock.reset()
        self.database.empty()
        self.plant()

    def console_path(self) -> str:
        """Return a path on the admin port that opens the console for whoever has it, once."""
        return self._console.new_path()

    def _failure(self, scope: Scope, status: int) -> Response | None:
        name = scope["path"].split("/")[1]
        found = next((one for one in self._protocols if one.name == name), None)
        return None if found is None else found.failure(Request(scope), status)

    def _only(self, kind: type[P]) -> P:
        return next(one for one in self._protocols if isinstance(one, kind))


def _beside(console: ASGIApp, admin: ASGIApp) -> ASGIApp:
    """The console on its own paths and at the root, where people look first; the admin API everywhere else."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/":
            await RedirectResponse(BASE)(scope, receive, send)
        elif path.startswith(BASE) or path == BASE.rstrip("/"):
            await console(scope, receive, send)
        else:
            await admin(scope, receive, send)

    return app
