"""Any unicode key, value, name and token: through this client, through the sandbox, and through another client."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.storage.invisible import without_invisible
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.gamejolt.formats import FORMATS
from tests.conftest import WAIT_S
from tests.thinned import examples

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
SOME_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
NOT_IN_XML = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
"""XML 1.0 has no control characters, and reads a carriage return as a line feed."""
AWKWARD = "#&=+%?/\\\"'<>\t\n\r\x00\x7f\u2028\ufeff\U0001f3ae e\u0301 \u202e"
FEW = examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def peer(sandbox: Sandbox) -> Iterator[Any]:
    """The other Python client, pointed at the sandbox. Importing it turns TLS checks off, so that is undone."""
    verified = ssl._create_default_https_context
    import gamejoltapi

    ssl._create_default_https_context = verified
    api = gamejoltapi.GameJoltAPI(sandbox.game_id, sandbox.private_key, "ada", sandbox.player("ada").token)
    api.operations = {
        name: url.replace("https://api.gamejolt.com/api/game/v1_2", sandbox.gamejolt_url)
        for name, url in api.operations.items()
    }
    yield api
    ssl._create_default_https_context = verified


@FEW
@given(key=SOME_TEXT, value=TEXT, mine=st.booleans())
@example(key=AWKWARD, value=AWKWARD, mine=True)
@example(key=" ", value="", mine=False)
def test_any_key_and_value(ada: GameJolt, sandbox: Sandbox, key: str, value: str, mine: bool) -> None:
    ada.data_store.set(key, value, mine=mine, durable=False).result(WAIT_S)
    assert ada.data_store.fetch(key, mine=mine).result(WAIT_S) == value
    assert key in ada.data_store.get_keys(mine=mine).result(WAIT_S)
    (row,) = [row for row in sandbox.dump("gamejolt_items") if row["key"] == key and bool(row["player_id"]) == mine]
    assert row["data"] == value
    assert ada.data_store.remove(key, mine=mine, durable=False).result(WAIT_S) is True


def as_meant(text: str) -> str:
    """What the other client makes of a text: it reads JSON as if it were Python, where ``\\/`` stands for both
    characters and a character beyond 16 bits stays in two halves."""
    return text.replace("\\/", "/").encode("utf-16", "surrogatepass").decode("utf-16")


@FEW
@given(text=TEXT, key=SOME_TEXT)
@example(text=AWKWARD, key=AWKWARD)
def test_both_clients_mean_the_same(ada: GameJolt, peer: Any, key: str, text: str) -> None:
    ada.data_store.set(key, text, mine=True, durable=False).result(WAIT_S)
    assert as_meant(peer.dataStoreFetch(key)["data"]) == text
    peer.dataStoreSet(key, text + "!")
    assert ada.data_store.fetch(key, mine=True).result(WAIT_S) == text + "!"
    peer.dataStoreRemove(key)
    assert ada.data_store.fetch(key, mine=True).result(WAIT_S) is None


def meant_token(text: str) -> str:
    """What a player means who pastes a token: blanks around it and what nobody sees come along unasked."""
    return without_invisible(text).strip()


@FEW
@given(guest=SOME_TEXT, score=SOME_TEXT, token=SOME_TEXT)
@example(guest=AWKWARD, score=AWKWARD, token=AWKWARD)
def test_names_and_tokens_of_the_other_client(
    ada: GameJolt, peer: Any, sandbox: Sandbox, guest: str, score: str, token: str
) -> None:
    sandbox.change_token("ada", token)
    peer.userToken = token
    assert peer.usersAuth()["success"] == "true"
    peer.scoresAdd(score, 7, guest=guest)
    rows = ada.scores.fetch(guest=guest, limit=100).result(WAIT_S)
    assert score in {row.score for row in rows}
    ada.scores.add(score + "!", 8, guest=guest, durable=False).result(WAIT_S)
    assert score + "!" in {as_meant(row["score"]) for row in peer.scoresFetch(limit=100, guest=guest)["scores"]}


@pytest.mark.slow
@FEW
@given(guest=SOME_TEXT, score=SOME_TEXT, extra=TEXT, sort=st.integers(-(2**62), 2**62))
@example(guest=AWKWARD, score=AWKWARD, extra=AWKWARD, sort=0)
def test_any_name_and_score(ada: GameJolt, guest: str, score: str, extra: str, sort: int) -> None:
    ada.scores.add(score, sort, guest=guest, extra_data=extra, durable=False).result(WAIT_S)
    rows = ada.scores.fetch(guest=guest, limit=100).result(WAIT_S)
    assert (score, sort, extra) in {(row.score, row.sort, row.extra_data) for row in rows}
    assert {row.guest for row in rows} == {guest}


@pytest.mark.slow
@FEW
@given(token=SOME_TEXT.filter(lambda token: meant_token(token) != ""))
@example(token=AWKWARD)
@example(token="a#b")
def test_any_token(gj: GameJolt, sandbox: Sandbox, token: str) -> None:
    sandbox.change_token("ada", meant_token(token))
    assert gj.users.auth("ada", meant_token(token)).result(WAIT_S) is True
    gj.sign_in("ada", token).result(WAIT_S)
    assert gj.sessions.check().result(WAIT_S) is False
    assert gj.data_store.set("k", token, mine=True, durable=False).result(WAIT_S) is True
    gj.sign_out()


@FEW
@given(value=st.text(NOT_IN_XML, max_size=60), key=st.text(NOT_IN_XML, min_size=1, max_size=30).filter(str.strip))
@example(key="]]>", value='"\\ ]]> &amp; <a/> success:"false"')
def test_the_four_formats_carry_the_same(services: ServiceManager, sandbox: Sandbox, key: str, value: str) -> None:
    clients = [_client(services, sandbox, format_name) for format_name in FORMATS]
    clients[0].data_store.set(key, value, durable=False).result(WAIT_S)
    for gj in clients:
        assert gj.data_store.fetch(key).result(WAIT_S) == value, gj.name
        assert key in gj.data_store.get_keys().result(WAIT_S), gj.name
    clients[0].data_store.remove(key, durable=False).result(WAIT_S)


def _client(services: ServiceManager, sandbox: Sandbox, format_name: str) -> GameJolt:
    known = services._services.get(format_name)
    if isinstance(known, GameJolt):
        return known
    return services.add(
        GameJolt(
            sandbox.game_id,
            sandbox.private_key,
            base_url=sandbox.gamejolt_url,
            name=format_name,
            format=format_name,
            presence=False,
        )
    )


@pytest.mark.slow
@FEW
@given(value=TEXT)
@example(value="\r\n\x00\x1b")
def test_all_formats_but_xml_carry_everything(services: ServiceManager, sandbox: Sandbox, value: str) -> None:
    for format_name in ("json", "keypair", "dump"):
        gj = _client(services, sandbox, format_name)
        gj.data_store.set("k", value, durable=False).result(WAIT_S)
        assert gj.data_store.fetch("k").result(WAIT_S) == value, format_name
