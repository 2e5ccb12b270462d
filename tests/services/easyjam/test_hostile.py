"""Odd sites, odd disks and odd arguments: a fetch ends with what came, and no token is written anywhere."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import (
    EasyJam,
    Forbidden,
    JamItem,
    Kind,
    Operation,
    ProtocolError,
    RateLimited,
    Secret,
    ServiceManager,
    ServiceUnavailable,
    TokenResult,
    UsageError,
)
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.easyjam import memory as memory_module
from pygame_gameservices.services.easyjam.catalogue import Catalogue, Left
from pygame_gameservices.services.easyjam.producer import write_document
from pygame_gameservices.services.easyjam.validator import validate
from tests.conftest import WAIT_S
from tests.services.easyjam.conftest import TOKEN, item
from tests.services.outside import answered as through_all

SECRET_KEY = "the-key-of-this-site"


def answered(content: Any, status: int = 200, headers: Mapping[str, str] = {}, token: str = TOKEN) -> Any:
    """What a client makes of an answer to a question about a token."""
    jam = EasyJam("https://jam.example", key=SECRET_KEY)
    operation = Operation(service="easyjam", name="fetch", kind=Kind.SAFE, credential=Secret(token))
    return through_all(jam, operation, Response(status=status, headers=headers, body=json.dumps(content).encode()))


def test_a_site_that_repeats_the_token_or_the_key_in_its_errors_does_not_spread_them() -> None:
    got = answered({TOKEN: {"Error": f"Bad Token {TOKEN}"}})
    assert got.value[TOKEN].error == "Bad Token ***"
    for status in (200, 401, 429):
        error = answered({"Error": f"bad key {SECRET_KEY} for {TOKEN}"}, status).error
        assert SECRET_KEY not in str(error)
        assert TOKEN not in str(error)
        assert "bad key ***" in str(error)


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (401, {"message": "Unauthorized"}, Forbidden),
        (404, {"detail": "Not Found"}, ProtocolError),
        (429, {"message": "Too many requests"}, RateLimited),
        (503, {"error": "maintenance"}, ServiceUnavailable),
        (503, {"someone_else": {"Error": "Bad Token"}}, ServiceUnavailable),
        (404, {TOKEN: "Not Found"}, ProtocolError),
        (404, {TOKEN: {"status": 404}}, ProtocolError),
    ],
)
def test_another_programs_json_is_no_answer(status: int, content: Any, kind: type[Exception]) -> None:
    """A proxy or a framework stands before many a site, and says no in words of its own."""
    error = answered(content, status, {"retry-after": "60"}).error
    assert isinstance(error, kind)
    assert error.status == status  # type: ignore[attr-defined]
    if status in (429, 503):
        assert error.retry_after == 60  # type: ignore[attr-defined]


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (500, ServiceUnavailable), (503, ServiceUnavailable)])
def test_a_site_that_wants_to_be_asked_later_is(status: int, kind: type[Exception]) -> None:
    error = answered({"Error": "maintenance"}, status, {"retry-after": "60"}).error
    assert isinstance(error, kind)
    assert (error.message, error.retry_after) == ("maintenance", 60)  # type: ignore[attr-defined]
    assert answered({"Error": "maintenance"}, status).error.retry_after is None


def test_another_programs_json_is_no_answer_about_a_token_called_like_its_field() -> None:
    assert isinstance(answered({"message": "Unauthorized"}, 401, token="message").error, Forbidden)


@pytest.mark.parametrize("said", [{"Error": "Bad Token"}, {"Item": []}, {"User": {"Name": "ada"}, "Item": [item()]}])
def test_an_answer_about_the_token_counts_whatever_its_status(said: Any) -> None:
    for status in (200, 400, 404):
        assert answered({TOKEN: said}, status).value[TOKEN].answered


def test_a_refused_token_is_not_in_the_catalogue(tmp_path: Path) -> None:
    got = answered({TOKEN: {"Error": f"Bad Token {TOKEN}"}})
    with Catalogue(tmp_path / "catalogue", "https://jam.example") as catalogue:
        catalogue.add([Left(TOKEN)], got.value.results, {}, 1.0)
        assert "Bad Token" in catalogue.error_of(TOKEN)
    for file in tmp_path.iterdir():
        assert TOKEN.encode() not in file.read_bytes()


@pytest.mark.parametrize("broken", ["folder", "no folder", "schema"])
def test_a_memory_that_cannot_be_used_costs_no_games(
    services: ServiceManager, sandbox: Sandbox, tmp_path: Path, broken: str
) -> None:
    path = tmp_path / "memory.sqlite3"
    if broken == "folder":
        path.mkdir()
    elif broken == "no folder":
        path.touch()
        path = path / "memory.sqlite3"
    else:
        with sqlite3.connect(path) as sql:
            sql.execute("CREATE TABLE results (other)")
        sql.close()
    jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0, memory=path))
    document = jam.fetch(sandbox.easyjam_tokens["grace"]).result(WAIT_S)
    assert len(document.items) == 3


def test_a_memory_that_another_process_is_using_is_not_deleted(
    services: ServiceManager, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "PATIENCE_S", 0.2)
    path = tmp_path / "memory.sqlite3"
    first = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0, memory=path))
    first.fetch(sandbox.easyjam_tokens["grace"]).result(WAIT_S)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    second = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0, memory=path, name="second"))
    assert len(second.fetch(sandbox.easyjam_tokens["linus"]).result(WAIT_S).items) == 1
    other.execute("COMMIT")
    assert other.execute("SELECT count(*) FROM results").fetchone() == (1,)
    other.close()
    with sqlite3.connect(path) as sql:
        assert sql.execute("SELECT count(*) FROM results").fetchone() == (1,)
    sql.close()


def test_a_site_that_nests_without_end_is_still_read(services: ServiceManager, tmp_path: Path) -> None:
    deep: Any = 1
    for _ in range(400):
        deep = {"a": [deep]}
    got = answered({TOKEN: {"Item": [item(MyJam={"Deep": deep})]}})
    assert len(got.value.items) == 1


@pytest.mark.parametrize("spacing", [float("nan"), float("inf"), -1.0])
def test_a_pause_must_be_a_number_of_seconds(spacing: float) -> None:
    with pytest.raises(UsageError, match="spacing_s"):
        EasyJam("https://jam.example", spacing_s=spacing)


@pytest.mark.parametrize(
    "changes",
    [
        {"event_id": "2015.1"},
        {"event_id": True},
        {"sections": {"MyJam": 3}},
        {"images": None},
        {"images": "https://jam.example/a.png"},
        {"released": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))},
    ],
)
def test_what_the_validator_would_refuse_is_not_written(changes: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"id": 1, "name": "x", "released": datetime(2020, 1, 1, tzinfo=UTC)}
    game = JamItem(**fields | changes)
    with pytest.raises(UsageError):
        write_document({TOKEN: TokenResult(items=(game,))})


@pytest.mark.parametrize(
    "name",
    ["\U0001f642\U0001f468\u200d\U0001f469", "\u202edesrever", "a\u2028b", "\x00", "\u05e9\u05dc", "\u540d\u3000"],
)
def test_any_text_is_written_and_valid(name: str) -> None:
    game = JamItem(id=name, name=name, released=datetime(2020, 1, 1, tzinfo=UTC), event_id=Decimal("2015.10"))
    document = write_document({TOKEN: TokenResult(items=(game,))})
    assert validate(document) == ()
    assert json.loads(document)[TOKEN]["Item"][0]["Name"] == name


def test_an_endless_event_number_is_a_problem() -> None:
    body = json.dumps({TOKEN: {"Item": [item(EventId=1)]}}).replace('"EventId": 1', '"EventId": 1e999').encode()
    assert [problem.place for problem in validate(body)] == [f"{TOKEN}.Item[0].EventId"]


def test_a_file_with_other_tables_is_no_catalogue(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other") as sql:
        sql.execute("CREATE TABLE items (mine)")
    sql.close()
    with pytest.raises(UsageError, match="catalogue"):
        Catalogue(tmp_path / "other", "https://jam.example")


def test_what_a_site_says_at_length_is_clipped() -> None:
    assert len(answered({TOKEN: {"Error": "x" * 10_000}}).value[TOKEN].error) == 500
    for status in (200, 400, 429):
        assert len(str(answered({"Error": "x" * 10_000}, status).error)) < 600


@pytest.mark.parametrize("tokens", [5, None, b"myjam_a", 1.5])
def test_what_is_no_list_of_tokens_is_refused(jam: EasyJam, tokens: Any) -> None:
    with pytest.raises(UsageError, match="pass one token, or a list of tokens"):
        jam.fetch(tokens)
    with pytest.raises(UsageError, match="pass one token, or a list of tokens"):
        jam.fetch_page(tokens)


def test_tokens_and_keys_may_be_pasted_with_their_line_end(jam: EasyJam, sandbox: Sandbox) -> None:
    token = sandbox.easyjam_tokens["grace"]
    assert len(jam.fetch([f" {token}\r\n"]).result(WAIT_S)[token].items) == 3
    for key in (f" {SECRET_KEY}\n", Secret(f"{SECRET_KEY}\n")):
        operation = Operation(service="easyjam", name="fetch", kind=Kind.SAFE, credential=Secret(TOKEN))
        request = EasyJam("https://jam.example", key=key).request([operation])
        assert (request.body or b"").endswith(f"key={SECRET_KEY}".encode())
    with pytest.raises(UsageError, match="key is empty"):
        EasyJam("https://jam.example", key=" \n")
    assert repr(jam) == f"<EasyJam 'easyjam', no key, at {sandbox.easyjam_url.rstrip('/')}>"
    assert SECRET_KEY not in repr(EasyJam("https://jam.example", key=SECRET_KEY))
