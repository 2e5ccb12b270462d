"""Faults as text and JSON."""

from __future__ import annotations

import json

import pytest

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox import Drip, Fault, Latency, Refuse, Reset, ServerError, parse_fault
from pygame_gameservices.sandbox.faults.kinds import KINDS
from pygame_gameservices.sandbox.faults.spec import fault_from_json, fault_to_json


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ("reset", Reset()),
        ("reset:applied=true,count=3", Reset(applied=True, count=3)),
        ("latency:seconds=0.2,jitter=.1,path=/gamejolt/*", Latency(0.2, 0.1, path="/gamejolt/*")),
        ("refuse: for_s = 5", Refuse(for_s=5.0)),
        ("server-error:status=503,retry_after=2", ServerError(503, 2)),
        ("server-error:retry_after=none", ServerError()),
        ("server-error:status=502,body=service", ServerError(502, body="service")),
        ("drip:bytes_per_s=5,part=headers", Drip(5.0, "headers")),
    ],
)
def test_text(spec: str, fault: Fault) -> None:
    assert parse_fault(spec) == fault


@pytest.mark.parametrize("kind", KINDS)
def test_json_goes_there_and_back(kind: str) -> None:
    fault = KINDS[kind](path="/x", count=2, probability=0.5, for_s=1.5, seed=3)
    assert fault_from_json(json.loads(json.dumps(fault_to_json(fault)))) == fault


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("", "there is no fault ''"),
        ("rest", "there is no fault 'rest'; known are latency"),
        ("reset:applied", "'applied' must be written KEY=VALUE"),
        ("reset:seconds=1", "there is no 'seconds'; known are path"),
        ("latency:seconds=long", "seconds must be a number, not 'long'"),
        ("reset:applied=maybe", "applied must be true or false"),
        ("reset:count=1.5", "count must be a whole number"),
        ("reset:count=0", "count must be at least 1"),
        ("reset:probability=2", "probability must be from 0 to 1"),
        ("reset:for_s=0", "for_s must be more than 0"),
        ("reset:path=", "path must be a pattern"),
        ("server-error:body=xml", "body must be one of html, service, not 'xml'"),
        ("server-error:count=0", "count must be at least 1"),
    ],
)
def test_mistakes_are_explained(spec: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_fault(spec)
    assert complaint in str(caught.value)
