"""What the dialogs do with what players and services tell them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from pygame_gameservices.errors import AuthError, CallError, NetworkError, RateLimited, ServiceUnavailable
from pygame_gameservices.services.gamejolt.errors import NotSignedIn, UnknownGame
from pygame_gameservices.widgets.badge import Status, StatusBadge
from pygame_gameservices.widgets.input import Action, Device, Edit, Pointer, Press
from pygame_gameservices.widgets.leaderboard.board import View
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login, PlayAsGuest, PlayOffline
from pygame_gameservices.widgets.login.screen_keyboard import ScreenKeyboard
from pygame_gameservices.widgets.market.market import MarketBoard
from pygame_gameservices.widgets.market.model import Market, Offer, TradeLine
from pygame_gameservices.widgets.painting.color import Color, contrast, over
from pygame_gameservices.widgets.painting.portrait import tint
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, LEFT, RIGHT, Sheet, ink_on
from pygame_gameservices.widgets.shelf.shelf import GamesShelf, LinkOpened
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme
from pygame_gameservices.widgets.trophies.trophies import Trophies
from pygame_gameservices.widgets.trouble import Trouble
from tests.widgets.scenes import SCENES
from tests.widgets.sources import NAMES, Accounts, Cabinet, Games, Prices, Scores
from tests.widgets.stagecraft import Scene

BLACK, WHITE = (0, 0, 0, 255), (255, 255, 255, 255)
THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (AuthError(), Trouble.WRONG),
        (NetworkError(), Trouble.OFFLINE),
        (ServiceUnavailable(), Trouble.DOWN),
        (RateLimited(), Trouble.BUSY),
        (UnknownGame(), Trouble.SETUP),
        (NotSignedIn(), Trouble.SIGN_IN),
    ],
)
def test_each_trouble_of_a_sign_in_is_told_in_its_own_words(error: CallError, trouble: Trouble) -> None:
    scene = Scene()
    accounts = Accounts("ada")
    login = Login(accounts)
    scene.show(login)
    scene.overlay.text("token")
    login.submit()
    accounts.answer(error)
    scene.run()
    assert login.trouble is trouble
    words = {login._trouble_words()}
    for other in Trouble:
        if other is not trouble:
            login.trouble = other
            words.add(login._trouble_words())
    assert len(words) == len(Trouble), "no two sound alike"


def test_a_missing_field_is_asked_for_and_nothing_is_sent() -> None:
    scene = Scene()
    accounts = Accounts()
    login = Login(accounts)
    scene.show(login)
    login.submit()
    assert (login.focus, accounts.asked) == ("username", [])
    scene.overlay.text("ada")
    login.submit()
    assert (login.focus, accounts.asked) == ("token", [])


def test_an_answer_that_comes_after_cancelling_does_nothing() -> None:
    scene = Scene()
    accounts = Accounts("ada")
    login = Login(accounts)
    scene.show(login)
    scene.overlay.text("token")
    login.submit()
    scene.overlay.action(Action.CANCEL)
    accounts.answer(AuthError())
    scene.run()
    assert (login.trouble, login.busy, login.closed) == (None, False, False)


def test_the_form_is_locked_while_it_is_busy() -> None:
    scene = Scene()
    login = Login(Accounts("ada"))
    scene.show(login)
    scene.overlay.text("token")
    login.submit()
    assert scene.overlay.text_area is None
    scene.overlay.text("more")
    for action in Action:
        if action is not Action.CANCEL and action is not Action.ACCEPT:
            scene.overlay.action(action)
    assert (login.busy, login.focus) == (True, "cancel")


def test_closing_forgets_the_token_and_keeps_the_name() -> None:
    scene = Scene()
    login = Login(Accounts())
    scene.show(login)
    scene.overlay.text("ada")
    scene.overlay.action(Action.NEXT)
    scene.overlay.text("secret")
    scene.overlay.action(Action.CANCEL)
    scene.run()
    assert not scene.overlay.modal
    scene.show(login)
    assert (login._fields["username"].text, login._fields["token"].text) == ("ada", "")
    assert "secret" not in repr(vars(login))


@pytest.mark.parametrize(("name", "event"), [("guest", PlayAsGuest), ("offline", PlayOffline)])
def test_choosing_to_play_without_an_account_is_told_to_the_game(name: str, event: type) -> None:
    scene = Scene()
    login = Login(Accounts())
    scene.show(login)
    login.activate(name)
    assert [type(each) for each in scene.overlay.update(0.02)] == [event]
    assert not scene.overlay.modal


def test_a_painting_job_never_shows_the_token_in_a_log() -> None:
    scene = Scene()
    login = Login(Accounts("ada"))
    scene.show(login)
    scene.overlay.text("s3cr3t")
    login.activate("reveal")
    assert "s3cr3t" not in repr(login.painter())
    scene.overlay.device = Device.PAD
    login.activate("token")
    (*_, keyboard) = scene.overlay._widgets
    assert isinstance(keyboard, ScreenKeyboard)
    scene.run()
    keyboard.activate("reveal")
    assert "s3cr3t" not in repr(keyboard.painter())


def test_a_click_puts_the_caret_and_dragging_selects() -> None:
    scene = Scene()
    login = Login(Accounts("ada_lovelace"))
    scene.show(login)
    room = login.rooms()["username"].moved(*login.origin)
    middle = room.y + room.height / 2
    scene.overlay.pointer(Pointer(Press.DOWN, room.x + 1, middle))
    assert login._fields["username"].caret == 0
    scene.overlay.pointer(Pointer(Press.MOVE, room.right, middle))
    scene.overlay.pointer(Pointer(Press.UP, room.right, middle))
    assert login._fields["username"].selection == (0, 12)
    scene.run(1.0)
    for _ in range(2):
        scene.overlay.pointer(Pointer(Press.DOWN, room.x + 1, middle))
        scene.overlay.pointer(Pointer(Press.UP, room.x + 1, middle))
    assert login._fields["username"].selection == (0, 3), "a double click selects a word"


def test_touch_opens_the_keyboard_on_the_screen() -> None:
    scene = Scene(device=Device.TOUCH)
    login = Login(Accounts())
    scene.show(login)
    room = login.rooms()["token"].moved(*login.origin)
    scene.overlay.pointer(Pointer(Press.DOWN, room.x + 5, room.y + 5))
    *_, top = scene.overlay._widgets
    assert isinstance(top, ScreenKeyboard)
    scene.run()
    assert not login.pictures(), "the form does not show behind it"
    scene.overlay.edit(Edit.PASTE)
    scene.overlay.action(Action.CANCEL)
    scene.run()
    assert login.opacity == 1.0


def test_a_late_answer_for_another_tab_does_not_show() -> None:
    scene = Scene()
    source = Scores(instant=False)
    board = Leaderboard(source)
    scene.show(board)
    source.answer()
    scene.overlay.action(Action.TAB_RIGHT)
    scene.overlay.action(Action.RIGHT)
    assert [question for question, _ in source.questions] == [
        ("Endless", View.TOP, 0, 25),
        ("Time attack", View.TOP, 0, 25),
        ("Time attack", View.AROUND, 0, 25),
    ]
    source.answer(2)
    rows = board.model.listing.rows
    assert len(rows) == 9
    source.answer()
    source.answer()
    assert board.model.listing.rows is rows


def test_rows_go_on_without_an_end_and_the_old_ones_stay_while_more_come() -> None:
    scene = Scene()
    source = Scores(instant=False, count=200)
    board = Leaderboard(source)
    scene.show(board)
    source.answer()
    source.answer()
    assert len(board.model.listing.rows) == 25
    for _ in range(20):
        scene.overlay.action(Action.DOWN)
        scene.overlay.action(Action.DOWN, pressed=False)
    assert [question for question, _ in source.questions] == [("Endless", View.TOP, 25, 25)]
    assert len(board.model.listing.rows) == 25
    source.answer()
    assert [row.rank for row in board.model.listing.rows] == list(range(1, 51))


def test_an_error_keeps_tabs_and_rows_and_can_be_tried_again() -> None:
    scene = Scene()
    source = Scores()
    board = Leaderboard(source)
    scene.show(board)
    source.trouble = NetworkError("no")
    scene.overlay.action(Action.TAB_RIGHT)
    assert board.model.listing.trouble is Trouble.OFFLINE
    scene.run()
    assert board.layout.control("retry") is not None
    assert board.layout.control("table 2") is not None
    source.trouble = None
    board.activate("retry")
    assert len(board.model.listing.rows) == 25
    scene.overlay.action(Action.TAB_LEFT)
    assert len(board.model.listing.rows) == 25, "what was known of the other table is still there"


def test_the_player_cannot_hammer_the_service() -> None:
    clock = [0.0]
    source = Scores()
    board = Leaderboard(source)
    board.model._clock = lambda: clock[0]
    asked: list[object] = []
    page = source.page
    source.page = lambda *question: (asked.append(question), page(*question))  # type: ignore[method-assign]
    scene = Scene().show(board)
    for _ in range(10):
        scene.overlay.action(Action.REFRESH)
    assert len(asked) == 1
    clock[0] = 6.0
    scene.overlay.action(Action.REFRESH)
    assert len(asked) == 2


def test_the_own_row_is_pinned_exactly_while_it_is_out_of_sight() -> None:
    scene = Scene()
    board = Leaderboard(Scores(own=33))
    scene.show(board)
    assert board._look(board._top).pinned is not None
    for _ in range(33):
        scene.overlay.action(Action.DOWN)
        scene.overlay.action(Action.DOWN, pressed=False)
        look = board._look(board._top)
        assert (look.pinned is None) == any(row.own for row in look.rows)
        assert board.layout.control(board.focus) is not None, "the focus is in sight"
    assert board._look(board._top).pinned is None


def test_a_view_that_the_source_does_not_have_is_not_offered() -> None:
    board = Leaderboard(Scores(views=(View.TOP,)))
    Scene().show(board)
    assert [control.name for control in board.layout.controls if control.name.startswith("view")] == []


def test_trophies_are_sorted_filtered_and_keep_their_secrets() -> None:
    scene = Scene()
    trophies = Trophies(Cabinet())
    scene.show(trophies)
    assert [trophy.rarity for trophy in trophies.shown if trophy.rarity] == sorted(
        trophy.rarity for trophy in trophies.shown if trophy.rarity
    )
    scene.overlay.action(Action.TAB_RIGHT)
    assert all(trophy.unlocked for trophy in trophies.shown)
    scene.overlay.action(Action.TAB_RIGHT)
    assert not any(trophy.unlocked for trophy in trophies.shown)


def test_a_badge_takes_only_clicks_on_itself_and_only_if_asked_to() -> None:
    scene = Scene()
    clicked: list[int] = []
    badge = StatusBadge(lambda: Status("ada"))
    scene.show(badge)
    (placed,) = scene.overlay.pictures()
    on_it = Pointer(Press.DOWN, placed.x + placed.picture.bleed + 5, placed.y + placed.picture.bleed + 5)
    assert not scene.overlay.pointer(on_it)
    badge.on_click = lambda: clicked.append(1)
    assert not scene.overlay.pointer(on_it._replace(x=1000))
    assert scene.overlay.pointer(on_it)
    assert clicked == [1]
    assert not scene.overlay.action(Action.ACCEPT)


def test_a_badge_is_painted_anew_only_when_something_changed() -> None:
    scene = Scene()
    status = [Status("ada")]
    scene.show(StatusBadge(lambda: status[0]))
    (before,) = scene.overlay.pictures()
    scene.run()
    assert scene.overlay.pictures()[0].picture is before.picture
    status[0] = Status("ada", waiting=3)
    scene.run()
    assert scene.overlay.pictures()[0].picture.body[0] > before.picture.body[0]


@pytest.mark.parametrize("allowed", [True, False])
def test_a_link_opens_only_if_the_game_and_the_player_agree(allowed: bool) -> None:
    scene = Scene()
    asked: list[str] = []
    opened: list[str] = []
    shelf = GamesShelf(Games(), lambda url: asked.append(url) or allowed, browse=opened.append)  # type: ignore[func-returns-value]
    scene.show(shelf)
    scene.overlay.action(Action.ACCEPT)
    assert (asked, opened) == (["https://moth.example/lantern"], [])
    assert shelf.focus == ("stay" if allowed else "cell 0")
    scene.overlay.action(Action.LEFT)
    scene.overlay.action(Action.LEFT, pressed=False)
    scene.overlay.action(Action.ACCEPT)
    happened = scene.overlay.update(0.02)
    scene.run()
    assert opened == (["https://moth.example/lantern"] if allowed else [])
    assert [event for event in happened if isinstance(event, LinkOpened)] == (
        [LinkOpened("https://moth.example/lantern")] if allowed else []
    )


def test_what_is_no_web_page_is_never_opened() -> None:
    scene = Scene()
    asked: list[str] = []
    shelf = GamesShelf(Games(), lambda url: bool(asked.append(url)) or True)  # type: ignore[func-returns-value]
    scene.show(shelf)
    shelf.activate("cell 4")
    assert asked == []


def test_a_market_is_fetched_every_now_and_then_and_never_twice_at_once() -> None:
    source = Prices(instant=False)
    scene = Scene().show(MarketBoard(source, every=2.0), seconds=5.0)
    assert len(source.questions) == 1
    source.answer()
    scene.run(2.5)
    assert len(source.questions) == 1


@THEMES
def test_every_ink_can_be_read_on_what_it_is_written_on(theme: Theme) -> None:
    colors = theme.colors
    for panel in (colors.panel_top, colors.panel_bottom):
        for game in (BLACK, WHITE):
            ground = over(panel, game)
            for back in (ground, over(colors.well, ground), over(colors.raised, ground)):
                assert contrast(colors.text, back) >= 4.5
                assert contrast(colors.muted, back) >= 4.5
            for ink in (colors.accent, colors.good, colors.bad):
                assert contrast(ink, ground) >= 4.5
    assert contrast(ink_on(colors.accent, theme), colors.accent) >= 4.5


def test_initials_can_be_read_on_everybodys_color() -> None:
    assert all(contrast(WHITE, tint(name)) >= 4.5 for name in NAMES)


@pytest.mark.parametrize("widget", SCENES)
def test_no_letter_is_smaller_than_18_pixels_at_1080p(widget: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes are given in pixels at 1080p; what is painted on a small screen is the same, smaller."""
    large = Scene(size=(1920, 1080))
    large.services.slow = True
    next(iter(SCENES[widget].values()))(large)
    assert getattr([*large.overlay._widgets][-1], "scale", 1.0) == 1.0
    sizes: set[float] = set()
    lettering = Sheet.lettering

    def watched(sheet: Sheet, size: float, **how: object) -> object:
        sizes.add(size)
        return lettering(sheet, size, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Sheet, "lettering", watched)
    for act in SCENES[widget].values():
        act(scene := Scene(size=(640, 360)))
        scene.run()
    assert sizes
    assert min(sizes) >= 18


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
@pytest.mark.parametrize("widget", ["leaderboard", "trophies", "shelf", "market"])
def test_numbers_below_one_another_end_together_and_have_digits_of_one_width(
    widget: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns: dict[tuple[int, int], set[tuple[int, float, float, bool]]] = {}
    write = Sheet.text

    def watched(sheet: Sheet, box: Region, words: str, size: float, *ink: Color, **how: Any) -> int:
        if re.fullmatch(r"[+-]?[\d.,:]+", words) and how.get("align") != CENTER:
            column = columns.setdefault((box.x, box.right), set())
            column.add((box.y, size, how.get("align", LEFT), how.get("tabular", False)))
        return write(sheet, box, words, size, *ink, **how)

    monkeypatch.setattr(Sheet, "text", watched)
    for act in SCENES[widget].values():
        columns.clear()
        act(scene := Scene(size=size))
        scene.run()
        for column in columns.values():
            if len({y for y, *_ in column}) > 1:
                assert len({size for _, size, _, _ in column}) == 1
                assert {tuple(how) for _, _, *how in column} == {(RIGHT, True)}


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (320, 180)])
@pytest.mark.parametrize("factor", [1, 10])
def test_no_price_or_amount_of_a_market_is_cut(
    size: tuple[int, int], factor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = Sheet.text

    def watched(sheet: Sheet, box: Region, words: str, size: float, *ink: Color, **how: Any) -> int:
        if how.get("tabular"):
            written.append(words)
            assert sheet.lettering(size, bold=how.get("bold", False), tabular=True).width(words) <= box.width, words
        return write(sheet, box, words, size, *ink, **how)

    monkeypatch.setattr(Sheet, "text", watched)
    offers = [Offer(f"{128.88 * factor:,.2f}", f"{88 * factor:,}", share / 9) for share in range(9)]
    trades = [TradeLine(offer.price, offer.amount, "12:08:48", up=True) for offer in offers]
    Scene(size=size).show(MarketBoard(Prices(Market("Gold", "1", asks=offers, bids=offers, trades=trades))))
    assert {offers[0].price, offers[0].amount} <= set(written)


@pytest.mark.parametrize("widget", SCENES)
def test_with_reduced_motion_nothing_moves(widget: str) -> None:
    for act in SCENES[widget].values():
        scene = Scene(size=(640, 360))
        scene.overlay.reduced_motion = True
        act(scene)
        scene.run(1.0)
        places = set()
        for _ in range(30):
            scene.run(0.05)
            places.add(tuple((placed.picture, placed.x, placed.y) for placed in scene.overlay.pictures()))
        assert len(places) == 1, "nothing turns, blinks or slides"


def test_what_comes_does_so_in_one_place_with_reduced_motion() -> None:
    scene = Scene()
    scene.overlay.reduced_motion = True
    scene.overlay.show(Trophies(Cabinet()))
    places = set()
    for _ in range(30):
        scene.run(0.05)
        places |= {(placed.x, placed.y) for placed in scene.overlay.pictures()[:1]}
    assert len(places) == 1


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("size", [(640, 360), (800, 600), (1280, 720), (1080, 1920), (3840, 2160), (320, 180)])
@pytest.mark.parametrize("widget", SCENES)
def test_nothing_is_ever_larger_than_the_screen(widget: str, size: tuple[int, int], scale: float) -> None:
    if size[0] > 2000 and scale > 1:
        pytest.skip("as large as it gets, and slow")
    act = next(iter(SCENES[widget].values()))
    scene = Scene(replace(DARK, scale=scale), size)
    scene.services.slow = True  # the layout alone, without the painting
    act(scene)
    *_, top = scene.overlay._widgets
    if hasattr(top, "layout"):
        width, height = top.layout.size
        assert width <= size[0]
        assert height <= size[1]
        for control in top.layout.controls:
            assert control.box.x >= 0
            assert control.box.right <= width
            assert control.box.bottom <= height
