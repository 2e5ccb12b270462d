"""Login, leaderboard, trophies and badge over a real Game Jolt service and a real sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.widgets.badge import Status
from pygame_gameservices.widgets.input import Action, Device
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.trouble import Trouble
from tests.conftest import run_until


class _Frames:
    """Lets `run_until` drive an overlay in place of the manager."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay

    def update(self, budget_s: float = 0.0) -> list[object]:
        happened = self._overlay.update(0.01)
        self._overlay.pictures()
        return list(happened)


@pytest.fixture
def overlay(services: ServiceManager) -> Overlay:
    return Overlay(services, size=(640, 360))


def wait(overlay: Overlay, condition: object) -> None:
    run_until(_Frames(overlay), condition)  # type: ignore[arg-type]


def test_signing_in_by_the_form(overlay: Overlay, gj: GameJolt, sandbox: Sandbox) -> None:
    login = overlay.screens.show_login()
    overlay.text("ada")
    overlay.action(Action.NEXT)
    overlay.text("nonsense")
    overlay.action(Action.ACCEPT)
    wait(overlay, lambda: login.trouble is not None)
    assert (login.trouble, gj.player) == ("wrong", None)
    login._fields["token"].text = ""
    login._fields["token"].place(0)
    overlay.text(sandbox.player("ada").token)
    overlay.action(Action.ACCEPT)
    wait(overlay, lambda: not overlay.modal and gj.user is not None)
    assert gj.user is not None
    assert gj.user.username == "ada"


def test_the_form_opens_by_itself_when_nobody_is_found(
    overlay: Overlay, gj: GameJolt, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    gj.sign_in()
    wait(overlay, lambda: overlay.modal)
    (widget,) = overlay._widgets
    assert isinstance(widget, Login)


def test_the_leaderboard_shows_the_tables_ranks_and_portraits(
    overlay: Overlay, ada: GameJolt, services: ServiceManager
) -> None:
    calls = [ada.scores.add(f"{sort} points", sort) for sort in (5_000_000, 300)]
    calls += [ada.scores.add(f"{place} points", place, guest=f"Guest {place}") for place in range(60)]
    run_until(services, lambda: all(call.done for call in calls))
    board = overlay.screens.show_leaderboard()
    wait(overlay, lambda: board.model.listing.known and not board.model.loading)
    rows = board.model.listing.rows
    assert [row.rank for row in rows][:1] == [1]
    assert any(row.own and row.score == "5000000 points" for row in rows)
    assert board.model.listing.own is not None
    count = len(rows)
    assert board.model.listing.more
    for _ in range(count):
        overlay.action(Action.DOWN)
        overlay.action(Action.DOWN, pressed=False)
    wait(overlay, lambda: len(board.model.listing.rows) > count)
    wait(overlay, lambda: board._look(board._top).portraits or any(look for look in board._portraits._known.values()))  # type: ignore[union-attr]
    overlay.action(Action.RIGHT)
    wait(overlay, lambda: board.model.listing.known and not board.model.loading)
    assert any(row.own for row in board.model.listing.rows)
    overlay.action(Action.RIGHT)
    wait(overlay, lambda: board.model.listing.known and not board.model.loading)
    assert overlay.screens.show_leaderboard() is board, "opened again it knows what it knew"


def test_the_trophy_list_shows_what_the_player_has(overlay: Overlay, ada: GameJolt) -> None:
    trophies = overlay.screens.show_trophies()
    wait(overlay, lambda: trophies.shown)
    before = sum(trophy.unlocked for trophy in trophies.shown)
    first = run_first_locked(overlay, ada)
    ada.trophies.add_achieved(first)
    wait(overlay, lambda: sum(trophy.unlocked for trophy in trophies.shown) == before + 1)


def run_first_locked(overlay: Overlay, ada: GameJolt) -> int:
    call = ada.trophies.fetch(achieved=False)
    wait(overlay, lambda: call.done)
    return next(trophy.id for trophy in call.value or () if not trophy.is_hidden)


def test_the_badge_tells_who_is_signed_in(overlay: Overlay, ada: GameJolt) -> None:
    badge = overlay.screens.show_status()
    wait(overlay, lambda: badge.pictures())
    assert badge._now.username == "ada"
    assert not badge._now.offline
    ada.sign_out()
    wait(overlay, lambda: badge._now == Status())


def test_without_game_jolt_it_says_what_to_do(overlay: Overlay) -> None:
    with pytest.raises(UsageError, match=r"services\.add\(GameJolt"):
        overlay.screens.show_leaderboard()
    assert overlay.device is Device.KEYBOARD


def titles(overlay: Overlay) -> list[str]:
    return [toast.title for toast in overlay.toasts.visible]


def test_a_refused_sign_in_of_the_games_own_is_told(overlay: Overlay, gj: GameJolt) -> None:
    gj.sign_in("ada", "wrong")
    wait(overlay, lambda: titles(overlay) == ["Signing in failed"])
    assert not overlay.modal


def test_a_sign_in_that_the_form_shows_or_that_found_nobody_is_not(
    overlay: Overlay, gj: GameJolt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    gj.sign_in()
    wait(overlay, lambda: overlay.modal)
    login = overlay.screens.show_login()
    for word in ("ada", "nonsense"):
        overlay.text(word)
        overlay.action(Action.ACCEPT)
    login.cancel()
    login.submit()
    wait(overlay, lambda: login.trouble is not None)
    for _ in range(30):
        overlay.update(0.05)
    assert overlay.toasts.idle


def test_trophies_of_nobody_offer_to_sign_in(overlay: Overlay, gj: GameJolt, sandbox: Sandbox) -> None:
    overlay.device = Device.PAD
    trophies = overlay.screens.show_trophies()
    wait(overlay, lambda: trophies.focused is not None and trophies.focused.name == "sign_in")
    overlay.action(Action.ACCEPT)
    *_, login = overlay._widgets
    assert isinstance(login, Login)
    overlay.action(Action.CANCEL)
    overlay.update(0.01)
    assert overlay._widgets.modal is trophies, "who does not sign in comes back to the list"
    overlay.action(Action.ACCEPT)
    gj.sign_in("ada", sandbox.player("ada").token)
    wait(overlay, lambda: trophies.shown)


def test_a_table_that_does_not_exist_is_not_silently_another(overlay: Overlay, ada: GameJolt) -> None:
    board = overlay.screens.show_leaderboard(table_id=77)
    wait(overlay, lambda: board.model.trouble is Trouble.NO_TABLE)
    overlay.update(0.01)
    assert board.layout.control("retry") is not None
    assert not board.model.listing.rows
    overlay.action(Action.ACCEPT)
    wait(overlay, lambda: board.model.trouble is Trouble.NO_TABLE and not board.model.loading)
    overlay.action(Action.TAB_RIGHT)
    wait(overlay, lambda: board.model.listing.known and not board.model.loading)
    assert (board.model.table, board.model.trouble) == (0, None)
