"""This package's trading client in a child interpreter, as a tool would use it: one call after another."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from collections.abc import Callable
from typing import Any

from pygame_gameservices import ServiceManager, Trading
from pygame_gameservices.core.calls.call import Call

_services: ServiceManager
_trading: Trading


def connect(base_url: str, token: str, ca_file: str) -> None:
    """Make a manager with the market."""
    global _services, _trading
    folder = tempfile.mkdtemp(prefix="gameservices-benchmark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _services = ServiceManager("benchmark", folder=folder, ca_file=ca_file)
    _trading = _services.add(Trading(token, base_url, allow_trading=True, ca_file=ca_file))


def close() -> None:
    """End the manager."""
    _services.close()


def place(orders: list[dict[str, Any]]) -> list[float]:
    """Place orders one after another. Returns the seconds of each."""
    return [_taken(lambda order=order: _trading.orders.create(order)) for order in orders]


def listed(times: int) -> list[float]:
    """Fetch all orders so many times. Returns the seconds of each."""
    return [_taken(_trading.orders.list) for _ in range(times)]


def _taken(make: Callable[[], Call[Any]]) -> float:
    before = time.perf_counter()
    make().result(30.0)
    taken = time.perf_counter() - before
    _services.update()
    return taken
