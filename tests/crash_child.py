"""The game that `tests.crash` kills: one that issues a stream of calls until it is killed, and one that drains."""

from __future__ import annotations

import itertools
import json
import os
import random
import time
from typing import Any

import msgspec

from pygame_gameservices import CallDurable, GameJolt, SaveKept, ServiceManager
from pygame_gameservices.core.outbox.store import OutboxFile

FIRST_SORT = 1_000_000
SORTS_PER_ROUND = 10_000
TROPHIES_PER_ROUND = 5
DRAIN_S = 60.0


class Plan(msgspec.Struct, frozen=True):
    """What a process needs to know to play a round."""

    number: int
    folder: str
    url: str
    key: str
    player: str
    token: str
    log: str
    first_trophy: int


def issue(plan: Plan, started: Any) -> None:
    """Issue calls, and log each as soon as it is said to be durable, until somebody kills this process."""
    log = os.open(plan.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    services, gj = _game(plan)
    gj.sign_in(plan.player, plan.token)
    saved: list[int] = []
    stream = _stream(gj, plan, saved)
    chance = random.Random(plan.number)
    started.send(True)
    while True:
        for _ in range(chance.randint(0, 4)):
            next(stream)()
        for happened in services.update():
            if isinstance(happened, CallDurable):
                os.write(log, _line(happened))
            elif isinstance(happened, SaveKept):
                os.write(log, _save_line("saves.save", plan, saved.pop(0)))
        time.sleep(0.005)


def drain(plan: Plan, started: Any) -> None:
    """Deliver what earlier processes left, then say how much of it could not be."""
    services, gj = _game(plan)
    started.send(True)
    until = time.monotonic() + DRAIN_S
    signing_in = gj.sign_in(plan.player, plan.token)
    while services.undelivered != 0 and time.monotonic() < until:
        services.update()
        if signing_in.done and signing_in.error is not None:  # no more than a player would do when the network is back
            signing_in = gj.sign_in(plan.player, plan.token)
        time.sleep(0.002)
    level = _level_in_the_cloud(services, gj, plan, until)
    log = os.open(plan.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(log, _save_line("saves.load", plan, level))
    services.close(timeout=5)
    file = OutboxFile(services.folder / "outbox.sqlite3")
    started.send([(entry.state, entry.operation.name, entry.operation.arguments) for entry in file.all()])
    file.close()


def _level_in_the_cloud(services: ServiceManager, gj: GameJolt, plan: Plan, until: float) -> int:
    """Wait until no save is on this machine only; return which one the cloud has, -1 for none."""
    while True:
        kept, loaded = gj.saves.kept(_slot(plan)), gj.saves.load(_slot(plan))
        while not (kept.done and loaded.done):
            services.update()
            time.sleep(0.002)
        if (loaded.error is None and kept.error is None and kept.value is None) or time.monotonic() > until:
            return loaded.value.value["level"] if loaded.error is None and loaded.value is not None else -1


def _slot(plan: Plan) -> str:
    return f"round {plan.number}"


def _game(plan: Plan) -> tuple[ServiceManager, GameJolt]:
    services = ServiceManager("crash", folder=plan.folder)
    gj = services.add(GameJolt(1, plan.key, base_url=plan.url, presence=False))
    return services, gj


def _stream(gj: GameJolt, plan: Plan, saved: list[int]) -> Any:
    """Distinct calls without end: scores of the player and of guests in two tables, trophies, values and saves."""
    first = FIRST_SORT + plan.number * SORTS_PER_ROUND
    trophies = iter(range(plan.first_trophy, plan.first_trophy + TROPHIES_PER_ROUND))

    def save(n: int) -> None:
        saved.append(n)
        gj.saves.save(_slot(plan), {"level": n}, overwrite=True)

    for n in itertools.count():
        sort = first + n
        yield lambda s=sort: gj.scores.add(f"{s} points", s)
        yield lambda n=n: gj.data_store.set(f"r{plan.number}/{n}", f"value {n}")
        yield lambda s=sort + 3000: gj.scores.add(f"{s} points", s, guest="Zoë & co", extra_data=str(s))
        yield lambda n=n: gj.data_store.set(f"r{plan.number}/latest", str(n), mine=True)
        yield lambda s=sort + 6000: gj.scores.add(f"{s} s", s, table_id=2)
        if n % 4 == 1 and (trophy := next(trophies, None)) is not None:
            yield lambda t=trophy: gj.trophies.add_achieved(t)
        if n % 8 == 2:
            yield lambda n=n: save(n)


def _line(event: CallDurable) -> bytes:
    operation = event.call.operation
    return json.dumps([operation.name, operation.player, operation.arguments]).encode() + b"\n"


def _save_line(what: str, plan: Plan, level: int) -> bytes:
    return json.dumps([what, plan.player, {"slot": _slot(plan), "level": level}]).encode() + b"\n"
