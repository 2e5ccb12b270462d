"""A row about the trading API: what a trader waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tests.benchmarks.ground import far_sandbox
from tests.benchmarks.peers import Child, environment
from tests.benchmarks.row import Bench, Measured, row

PEER = "game-api-client"
VERSION = "0.1.2"
AT_A_TIME = 3
"""Calls in turn: fewer than may be made at once, so that the pace that ours keeps to (10 a second) is never felt."""


@row(
    "trading_call",
    target=2.5,
    judged="peer/ours",
    at_least=True,
    unit="ms",
    what="orders placed, and fetched, one after another, 50 ms round trip, TLS: game-api-client / ours",
)
def trading_call(bench: Bench) -> Iterator[Measured]:
    """Ours keeps its connection and verifies the certificate; the peer does neither."""
    taken: dict[str, dict[str, list[float]]] = {name: {"ours": [], "peer": []} for name in ("placed", "fetched")}
    python = environment(bench.venvs, PEER, [f"{PEER}=={VERSION}"])
    with far_sandbox() as (running, origin), Child("trading_side") as us, Child("game_api_side", python=python) as them:
        account = {"base_url": origin + urlsplit(running.trading_url).path, "token": running.trading_token}
        us.ask("connect", **account, ca_file=str(running.ca_file))
        them.ask("connect", **account)
        for child in (us, them):
            child.ask("listed", times=1)  # fetches the access token, which both keep
        for _ in range(bench.rounds(8, 3)):
            for side, child in (("ours", us), ("peer", them)):
                taken["placed"][side] += child.ask("place", orders=_orders(AT_A_TIME))
                taken["fetched"][side] += child.ask("listed", times=AT_A_TIME)
        us.ask("close")
    for name, seconds in taken.items():
        ours, peer = ([one * 1e3 for one in seconds[side]] for side in ("ours", "peer"))
        yield Measured(ours=ours, peer=peer, peer_name=PEER, variant=name)


def _orders(count: int) -> list[dict[str, object]]:
    """Orders to buy tomorrow's power, each at another price."""
    day = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    when = {"date": day, "start_time": "14:00", "end_time": "14:15", "duration": "15m", "tz_offset_hours": 0}
    return [{"side": "buy", "price": 50.0 + number, "volume": 1.0, **when} for number in range(count)]
