"""Clients of the sandbox's itch.io in both dialects, and answers decoded without a network."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pygame_gameservices import Itchio, Kind, Operation, Secret, ServiceManager
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.errors import CallError
from pygame_gameservices.sandbox import Sandbox


@pytest.fixture(params=["modern", "legacy"])
def itch(request: pytest.FixtureRequest, services: ServiceManager, sandbox: Sandbox) -> Itchio:
    """The developer's client, once in each dialect."""
    url = sandbox.itchio_url if request.param == "modern" else sandbox.itchio_legacy_url
    return services.add(Itchio(sandbox.itchio_key, base_url=url, dialect=request.param))


@pytest.fixture
def player(services: ServiceManager, sandbox: Sandbox) -> Itchio:
    """The client of the player ada, with an OAuth token."""
    return services.add(Itchio(sandbox.itchio_tokens["ada"], base_url=sandbox.itchio_url))


def answer(
    call: str,
    body: object,
    *,
    status: int = 200,
    dialect: str = "modern",
    game_id: int = 3,
    client: Itchio | None = None,
) -> Any:
    """What a client makes of an answer: the value, or the error raised."""
    client = Itchio("a-key", dialect=dialect)
    needs_game = "{game_id}" in client.dialect.paths[call]
    arguments = {"game_id": str(game_id)} if needs_game else {}
    operation = Operation(
        service="itchio", name=call, kind=Kind.SAFE, arguments=arguments, credential=client._key or Secret("a-key")
    )
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        (got,) = client.answers([operation], Response(status=status, headers={}, body=encoded))
    except CallError as error:
        raise AssertionError(f"one call's error must not be raised for all: {error!r}") from error
    if got.error is not None:
        raise got.error
    return got.value
