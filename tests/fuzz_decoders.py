"""Feeds senseless answers to the decoders of all services: by hypothesis in the test run, by atheris for longer.

``python -m tests.fuzz_decoders [-max_total_time=1200]`` needs ``pip install atheris``; its options are libFuzzer's. A
folder among them keeps what it finds worth keeping.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pygame_gameservices.core.calls.endpoint import Answer, Response
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError
from pygame_gameservices.services.gamejolt.client import GameJolt
from pygame_gameservices.services.gamejolt.formats import FORMATS
from pygame_gameservices.services.gamejolt.gateway import PATHS

NAMES = tuple(PATHS)
KEY = "the-private-key"
STATUSES = (200, 200, 200, 400, 404, 429, 500, 503)
SLOWEST_S = 1.0
"""Seconds of processor time, which does not count what other programs take: far more than any answer here needs."""

CLIENTS = tuple(GameJolt(1, KEY, format=form) for form in FORMATS)
OPERATIONS = {
    name: Operation(service="gamejolt", name=name, kind=Kind.SAFE, player="ada", credential=Secret("the-token"))
    for name in NAMES
}


def feed(form: int, status: int, names: list[str], body: bytes) -> None:
    """Decode `body` as the answer to some operations. Raises AssertionError when it is not handled as promised."""
    operations = [OPERATIONS[name] for name in names]
    response = Response(status=status, headers={}, body=body, secrets=(Secret(KEY), Secret("the-token")))
    begun = time.thread_time()
    try:
        answers = CLIENTS[form].answers(operations, response)
    except CallError as error:  # the whole answer makes no sense, or says no
        assert KEY not in str(error)
    else:
        assert len(answers) == 1 or len(operations) > 1
        for got in answers:
            assert isinstance(got, Answer)
            assert got.error is None or isinstance(got.error, CallError)
    took = time.thread_time() - begun
    assert took < SLOWEST_S, f"{took:.1f} s for {len(body)} bytes"


def one_input(data: bytes) -> None:
    """What libFuzzer calls: the first bytes choose the format, the status and the operations."""
    if len(data) < 4:
        return
    form, status, first, count = data[0] % len(FORMATS), STATUSES[data[1] % len(STATUSES)], data[2], data[3] % 4 + 1
    names = [NAMES[(first + n) % len(NAMES)] for n in range(count)]
    feed(form, status, names, data[4:])


def seeds() -> list[bytes]:
    """Sensible answers to begin with, in each format."""
    bodies = {
        0: [
            b'{"response":{"success":"true","scores":[{"score":"5","sort":"5","user":"ada","stored_timestamp":1}]}}',
            b'{"response":{"success":"true","responses":[{"success":"true"},{"success":"false","message":"no"}]}}',
        ],
        1: [b"<?xml version='1.0'?><response><success>true</success><users><user><id>1</id></user></users></response>"],
        2: [b'success:"true"\nscore:"5 \\"points\\""\nsort:"5"\nscore:"6"\nsort:"6"\n'],
        3: [b"SUCCESS\nvalue", b"FAILURE\nwhy"],
    }
    return [
        bytes([form, 0, name, count]) + b
        for form, all_ in bodies.items()
        for b in all_
        for name in (0, 6)
        for count in (0, 1)
    ]


def targets() -> list[Callable[[bytes], object]]:
    """What libFuzzer drives: answers of any bytes here, and the tests of all services that make them of any shape."""
    from tests.services.easyjam import test_documents
    from tests.services.forge import test_answers_fuzzed
    from tests.services.gamejolt import test_decoders_fuzzed
    from tests.services.itchio import test_answers
    from tests.services.trading import test_offers

    modules = (test_decoders_fuzzed, test_answers, test_documents, test_answers_fuzzed, test_offers)
    tests = [test for module in modules for test in vars(module).values() if hasattr(test, "hypothesis")]
    return [one_input, *(test.hypothesis.fuzz_one_input for test in tests)]


def main() -> None:
    import atheris

    drive = targets()

    def choose(data: bytes) -> None:
        """The first byte says which."""
        if data:
            drive[data[0] % len(drive)](data[1:])

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds()):
            Path(corpus, f"seed-{number}").write_bytes(b"\0" + seed)
        for place in range(1, len(drive)):
            for length in (16, 256, 2048):
                Path(corpus, f"shape-{place}-{length}").write_bytes(
                    bytes([place]) + random.Random(place).randbytes(length)
                )
        atheris.instrument_all()
        atheris.Setup([*sys.argv, corpus], choose)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
