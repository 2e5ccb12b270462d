"""Rows about starting: what the import and the first objects cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.benchmarks.peers import ROOT
from tests.benchmarks.row import Bench, Measured, row

_CONSTRUCT = """
import tempfile, time
import pygame_gameservices
before = time.perf_counter()
from pygame_gameservices import GameJolt, ServiceManager
services = ServiceManager("benchmark", folder=tempfile.mkdtemp(prefix="gameservices-benchmark-"))
services.add(GameJolt(1, "a private key"))
print((time.perf_counter() - before) * 1e3)
services.close()
__import__("shutil").rmtree(services.folder)
"""
_REQUESTS = """
import time
before = time.perf_counter()
import requests
requests.Session()
print((time.perf_counter() - before) * 1e3)
"""


@row(
    "import",
    target=1.1,
    judged="ours/peer",
    unit="ms",
    what="import pygame_gameservices in a fresh interpreter / bare Python",
)
def import_(bench: Bench) -> Measured:
    """Whole processes, from start to end."""
    ours: list[float] = []
    peer: list[float] = []
    for _ in range(bench.rounds(40, 15)):
        ours.append(_process("import pygame_gameservices"))
        peer.append(_process("pass"))
    return Measured(ours=ours, peer=peer, peer_name="bare Python")


@row(
    "construct",
    target=1.0,
    judged="ours/peer",
    unit="ms",
    what="ServiceManager(...) with Game Jolt in a fresh interpreter / import requests; requests.Session()",
)
def construct(bench: Bench) -> Measured:
    """From the first name used to the service added. What carries requests is loaded beside the frames that follow."""
    ours: list[float] = []
    peer: list[float] = []
    for _ in range(bench.rounds(15, 3)):
        ours.append(float(_output(_CONSTRUCT)))
        peer.append(float(_output(_REQUESTS)))
    return Measured(ours=ours, peer=peer, peer_name="requests.Session()")


def _process(code: str) -> float:
    before = time.perf_counter()
    _output(code)
    return (time.perf_counter() - before) * 1e3


def _output(code: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
