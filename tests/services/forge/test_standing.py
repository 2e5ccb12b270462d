"""What a player has earned on Forge, and whom the player brought along."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from pygame_gameservices import (
    DailyQuotaExceeded,
    Forge,
    ForgePlayer,
    ForgePoints,
    ForgeReferrals,
    KeyMissing,
    KeyRefused,
    NotFound,
    ProtocolError,
    ServiceManager,
    ServiceUnavailable,
    UsageError,
)
from pygame_gameservices.cli.forge import forge as command
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.forge.answers import refused_by_key_or_quota
from pygame_gameservices.services.forge.standing import standing
from tests.conftest import WAIT_S
from tests.services.forge.conftest import ADA
from tests.services.forge.test_client import NOON

WALLET = ForgePlayer(wallet_address="0x7adc9fe7c666b84cc8726e208888812345678901", blockchain="base")


def test_points(forge: Forge, sandbox: Sandbox) -> None:
    assert forge.points().result(WAIT_S) == ForgePoints()
    forge.achievement("First light").result(WAIT_S)
    points = forge.points().result(WAIT_S)
    assert points == ForgePoints(action=100, total=100)
    assert forge.points(player=ForgePlayer(email="linus@example.com")).result(WAIT_S) is None, "has not joined"
    assert forge.points(player=WALLET).result(WAIT_S) is None
    entry = next(one for one in sandbox.journal() if one["endpoint"] == "points")
    assert (entry["method"], entry["status"]) == ("GET", 200)


def test_referrals(services: ServiceManager) -> None:
    brought = [{"username": "ada", "first_level": 2, "second_level": 3}]
    with Sandbox.start({"sandbox": {"forge": {"referrals": brought}}}) as own:
        forge = services.add(Forge(own.forge_key, base_url=own.forge_url, player=ADA))
        assert forge.referrals().result(WAIT_S) == ForgeReferrals(
            first_level=2, second_level=3, first_level_points=100, second_level_points=30, total_points=130
        )
        assert forge.points().result(WAIT_S) == ForgePoints(referral=130, total=130)


def test_by_a_wallet(forge: Forge, sandbox: Sandbox) -> None:
    import urllib.request

    fields = {"username": "ada", "token": "ada-token", "wallet_address": WALLET.wallet_address, "blockchain": "base"}
    request = urllib.request.Request(f"{sandbox.forge_url}/site/wallets", json.dumps(fields).encode())
    urllib.request.urlopen(request, timeout=20).read()
    assert forge.points(player=WALLET).result(WAIT_S) == ForgePoints()


def test_without_a_key_the_game_has_to_be_named(services: ServiceManager, sandbox: Sandbox) -> None:
    bare = services.add(Forge(base_url=sandbox.forge_url, player=ADA))
    with pytest.raises(UsageError, match="pass game_name") as caught:
        bare.points()
    assert caught.value.fields == ("game_name",)
    with pytest.raises(KeyMissing):
        bare.points(game_name="Light Harvest").result(WAIT_S)
    with pytest.raises(UsageError, match="nobody plays"):
        services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, name="nobody")).points()


def answered(body: Any, status: int = 200) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status=status, headers={}, body=raw)


def test_numbers_as_texts_and_what_is_missing() -> None:
    records = {"action_points": "12.5", "total_points": 20, "bonus_points": None, "referral_points": "?"}
    assert standing("points", answered({"status": "Success", "records": records})) == ForgePoints(action=12.5, total=20)
    assert standing("referrals", answered({"status": "success", "records": {}})) == ForgeReferrals()
    assert standing("referrals", answered({"status": "failure"})) is None
    assert standing("points", answered({"status": "failure", "message": "no user"}, 404)) is None


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"status": "success"}, 200, ProtocolError),
        ({"records": {}}, 200, ProtocolError),
        ([], 200, ProtocolError),
        (b"<html>", 200, ProtocolError),
        ({"records_processed": 0, "errors": [{"message": "Not Found"}]}, 404, NotFound),
        (b"", 503, ServiceUnavailable),
    ],
)
def test_answers_that_are_none(body: Any, status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        standing("points", answered(body, status))


@pytest.mark.parametrize(("status", "kind"), [(401, KeyMissing), (403, KeyRefused), (429, DailyQuotaExceeded)])
def test_the_key_and_the_quota_are_refused_as_elsewhere(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        refused_by_key_or_quota(answered({"records_processed": 0, "errors": [{"message": "no"}]}, status), NOON)


def run(*arguments: str, **environment: str) -> Any:
    return CliRunner().invoke(command, ["points", *arguments], env={"COLUMNS": "200", **environment})


@pytest.mark.threads  # the terminal's spinner
def test_from_the_command_line(sandbox: Sandbox) -> None:
    there = {"FORGE_API_KEY": sandbox.forge_key, "FORGE_BASE_URL": sandbox.forge_url}
    shown = run("ada@example.com", **there)
    assert (shown.exit_code, "for what was done" in shown.stdout) == (0, True), shown.output
    told = json.loads(run("ada@example.com", "--json", GAMESERVICES_SANDBOX=sandbox.url).stdout)
    assert (told["points"]["total"], told["referrals"]["first_level"]) == (0, 0)
    unknown = run("who@example.com", **there)
    assert (unknown.exit_code, "does not know this player" in unknown.stderr) == (1, True)
    assert run(**there).exit_code == 2
