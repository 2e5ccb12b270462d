"""`itchio` 1.1.3 from PyPI against the sandbox: a client that was written against the real service.

It speaks the legacy dialect with the key as a part of the address. Every method that works is called here. Broken in
the client itself, each shown below to be so:

* ``Game.download_keys``: asks rightly, then fails with TypeError, since ``DownloadKey.parse_from_dict`` calls
  ``User.parse_from_dict`` without its session. What it asks for, and its exception for a refusal, are checked.
* ``Game.purchases(User)``: asks for ``user_id=<member 'id' ...>``: the class attribute in place of the user's. (`User`
  has no such attribute, so it is an AttributeError.) Numbers and addresses work.
* ``GameCollection.get_by_id``: calls ``game/ID``, which neither the documentation nor the sandbox knows.
* ``Game.purchase_count``: reads a field that the service does not send (``purchases_count``), so it is always None.
* ``GameCollection.all`` with the modern dialect's ``traits``: KeyError, which is why it is used with the legacy one.
* A refusal with HTTP 200 is a KeyError in all methods but ``download_keys``.
* Parameters are not encoded: an address with ``+`` or ``&`` asks for another person.
* An empty list, which comes as ``{}``, works, since iterating over both gives nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices.sandbox import Sandbox

itchio: Any = pytest.importorskip("itchio", reason="needs the third-party client: pip install itchio==1.1.3")


@pytest.fixture
def session(sandbox: Sandbox) -> Any:
    return itchio.Session(sandbox.itchio_key, sandbox.itchio_legacy_url)


@pytest.fixture
def game(session: Any) -> Any:
    return itchio.GameCollection(session).all()[0]


def test_session_get(session: Any) -> None:
    assert session.get("credentials/info") == {"scopes": ["profile:me", "profile:games"]}


def test_session_get_of_an_unknown_address_raises(session: Any) -> None:
    with pytest.raises(Exception, match="404"):
        session.get("nothing/here")


def test_user_collection_me(session: Any, sandbox: Sandbox) -> None:
    user = itchio.UserCollection(session).me()
    assert (user.username, user.display_name, user.developer, user.gamer) == ("hedy", "hedy", True, True)
    assert user.id == sandbox.player("hedy").id


def test_user_sync(session: Any) -> None:
    user = itchio.UserCollection(session).me()
    user.username = "somebody else"
    user.sync()
    assert user.username == "hedy"


def test_game_collection_all(session: Any) -> None:
    games = itchio.GameCollection(session).all()
    assert [game.title for game in games] == ["Light Harvest", "Moonlit Courier", "Night Shift"]
    assert [game.published for game in games] == [True, True, False]
    first = games[0]
    assert (first.p_windows, first.p_linux, first.p_osx, first.p_android) == (True, True, True, False)
    assert (first.downloads_count, first.views_count, first.min_price, first.type) == (109, 2682, 100, "default")
    assert first.created_at == "2013-03-03 23:02:14"


def test_game_earnings(session: Any) -> None:
    games = itchio.GameCollection(session).all()
    (earned,) = games[0].earnings
    assert (earned.currency, earned.amount, earned.amount_formatted) == ("USD", 100, "$1.00")
    assert games[2].earnings == []


@pytest.mark.parametrize("who", ["grace@example.com", "grace@home.example", 1002])
def test_game_purchases_by_address_and_number(who: Any, game: Any) -> None:
    (purchase,) = game.purchases(who)
    assert (purchase.price, purchase.currency, purchase.source, purchase.donation) == ("$1.00", "USD", "amazon", False)
    assert (purchase.game_id, purchase.email) == (1, "grace@example.com")


def test_game_purchases_of_nobody_is_an_empty_list(game: Any) -> None:
    assert game.purchases("nobody@example.com") == []


def test_game_purchases_of_something_else_is_refused_by_the_client(game: Any) -> None:
    with pytest.raises(ValueError, match="Parameter user"):
        game.purchases(1.5)


@pytest.mark.parametrize("who", ["nobody@example.com", 99, "no-such-key"])
def test_game_download_keys_of_nobody_raises_what_the_service_said(who: Any, game: Any) -> None:
    with pytest.raises(Exception, match=r"no download key found|invalid download key"):
        game.download_keys(who)


# what is broken in the client


def test_broken_download_keys_asks_rightly_and_cannot_read_the_answer(game: Any, sandbox: Sandbox) -> None:
    with pytest.raises(TypeError):
        game.download_keys("grace@example.com")
    last = sandbox.journal()[-1]
    assert (last["endpoint"], last["success"]) == ("game/*/download_keys", True)
    assert last["params"] == {"email": "grace@example.com"}


def test_broken_purchases_of_a_user_object(game: Any, session: Any) -> None:
    with pytest.raises(AttributeError):
        game.purchases(itchio.UserCollection(session).me())


def test_broken_get_by_id_calls_an_unknown_address(session: Any) -> None:
    with pytest.raises(Exception, match="404"):
        itchio.GameCollection(session).get_by_id(1)


def test_broken_purchase_count_reads_another_field(game: Any, session: Any) -> None:
    assert game.purchase_count is None
    assert session.get("my-games")["games"][0]["purchases_count"] == 1


def test_broken_refusals_with_status_200(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError):
        itchio.UserCollection(itchio.Session("wrong", sandbox.itchio_legacy_url)).me()
