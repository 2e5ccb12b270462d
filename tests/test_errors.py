"""Errors can be copied and pickled, each class of them, and take no secret along."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import pygame_gameservices
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError, GameServicesError, Offline, OutcomeUnknown, ProtocolError
from pygame_gameservices.services.forge.errors import RecordsRejected
from pygame_gameservices.services.forge.models import RecordFailure
from pygame_gameservices.services.gamejolt.errors import SaveConflict

SECRET = "planted-token-of-ada"
OPERATION = Operation(
    service="gamejolt", name="x", kind=Kind.SAFE, arguments={"a": "1"}, player="ada", credential=Secret(SECRET)
)
FAILURE = RecordFailure(index=0, record_id="r", message="why")
WAYS = {"deepcopy": copy.deepcopy, "pickle": lambda error: pickle.loads(pickle.dumps(error))}

for module in pkgutil.walk_packages([f"{pygame_gameservices.__path__[0]}/services"], "pygame_gameservices.services."):
    importlib.import_module(module.name)


def kinds(base: type[GameServicesError]) -> Iterator[type[GameServicesError]]:
    yield base
    for kind in base.__subclasses__():
        if kind.__module__.startswith("pygame_gameservices"):
            yield from kinds(kind)


def made(kind: type[GameServicesError]) -> GameServicesError:
    """An error as it hangs on a call: of any class, whatever it is made of."""
    error = kind.__new__(kind, "it said no")
    vars(error).update(message="it said no", service="gamejolt", excerpt="<html>", retry_after=3.0, expected="JSON")
    if issubclass(kind, CallError):
        vars(error)["operation"] = OPERATION
    error.__cause__ = Offline("no network", sent=True)
    return error


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", sorted(set(kinds(GameServicesError)), key=lambda kind: kind.__name__))
def test_every_class_is_copied_with_all_it_says_and_without_the_secret(kind: type[GameServicesError], way: str) -> None:
    error = made(kind)
    twin: Any = WAYS[way](error)
    assert type(twin) is kind
    assert str(twin) == str(error)
    assert twin.args == error.args
    assert {n: v for n, v in vars(twin).items() if n != "operation"} == {
        n: v for n, v in vars(error).items() if n != "operation"
    }
    assert type(twin.__cause__) is Offline
    assert twin.__cause__.sent
    if issubclass(kind, CallError):
        assert twin.operation.credential is None
        assert (twin.operation.name, twin.operation.arguments) == ("x", {"a": "1"})
    assert SECRET.encode() not in pickle.dumps(error)


@pytest.mark.parametrize("way", [*WAYS, "copy"])
@pytest.mark.parametrize(
    "error",
    [
        SaveConflict("slot", generation=3, saved_at=5.0),
        ProtocolError("JSON", "<html>", status=200),
        RecordsRejected(
            "no", failures=(RecordFailure(index=0, record_id="r", message="why"),), reasons=("x",), status=400
        ),
        OutcomeUnknown("perhaps"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_those_with_arguments_of_their_own_are_copied_as_they_were_made(error: CallError, way: str) -> None:
    twin = {**WAYS, "copy": copy.copy}[way](error.about(OPERATION))
    assert str(twin) == str(error)
    assert vars(twin).keys() == vars(error).keys()


def test_an_operation_is_pickled_without_its_credential() -> None:
    twin = pickle.loads(pickle.dumps(OPERATION))
    assert twin.credential is None
    assert twin.player == "ada"
    assert SECRET.encode() not in pickle.dumps(OPERATION)
