"""What the relay tells its maker: structured log lines and Prometheus metrics, neither of which holds a secret.

No player's name, token, address or parameter goes into either; what was refused is in the database.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

LOGGER = logging.getLogger("pygame_gameservices.relay")
METRICS_TYPE = CONTENT_TYPE_LATEST


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, what happened, and the fields that were passed as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`."""
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:  # the text of an error may hold what a client sent
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line)


def _where(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "pygame_gameservices" in code.co_filename:
            place = f"{code.co_filename.rpartition('pygame_gameservices')[2]}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return place


def log_to_stderr() -> None:
    """Have what the relay says, and what the rest of the package warns of, written to the standard error, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    package = logging.getLogger("pygame_gameservices")
    package.addHandler(handler)
    package.propagate = False
    LOGGER.setLevel(logging.INFO)


def say(event: str, level: int = logging.INFO, **fields: object) -> None:
    """Log that something happened. `fields` must hold no secret."""
    LOGGER.log(level, event, extra={"fields": fields})


class Metrics:
    """Counts of this process. Any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        requests = Counter(
            "relay_requests", "Requests by service and outcome.", ["service", "outcome"], registry=self._registry
        )
        seconds = Histogram(
            "relay_request_seconds", "Seconds until a request was answered.", ["service"], registry=self._registry
        )
        calls = Counter(
            "relay_calls", "Calls by endpoint and answer.", ["service", "endpoint", "answer"], registry=self._registry
        )
        # each is looked up once: that takes as long as all the rest
        self._requests_of, self._seconds_of = cache(requests.labels), cache(seconds.labels)
        self._calls_of = cache(calls.labels)

    def request(self, service: str, outcome: str, seconds: float) -> None:
        """Count a request."""
        self._requests_of(service, outcome).inc()
        self._seconds_of(service).observe(seconds)

    def call(self, service: str, endpoint: str, answer: str) -> None:
        """Count a call: its answer was ``"yes"``, ``"no"`` or ``"refused"``."""
        self._calls_of(service, endpoint, answer).inc()

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)
