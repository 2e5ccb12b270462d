"""The overlay in an Arcade game that does what games do: cameras, views, depth tests, headless runs, unplugged pads."""

from __future__ import annotations

import time
from typing import Any

import pytest
from PIL import ImageChops

from pygame_gameservices.errors import UsageError
from tests.engines.drivers import FRAME, SIZE, ArcadeDriver, Controller
from tests.engines.test_pixels import ROUNDING, _shown
from tests.widgets.samples import HandServices
from tests.widgets.sources import Accounts, Scores


@pytest.fixture
def game() -> Any:
    pytest.importorskip("arcade")
    made = ArcadeDriver()
    yield made
    made.close()


def _apart(game: ArcadeDriver) -> int:
    """How far the screen is from what it should show."""
    difference = ImageChops.difference(game.screen_now(), _shown(game))
    return max(high for _, high in difference.getextrema())  # type: ignore[misc]


def _draw_with(game: ArcadeDriver, prepare: Any) -> None:
    """One more frame, in which the game leaves the context as `prepare` does."""
    game.say("on_update", FRAME)
    game.window.clear(color=(70, 110, 160, 255))
    prepare(game.window.ctx)
    game.overlay.draw()


def test_a_camera_that_sees_half_the_window_does_not_squeeze_the_overlay(game: ArcadeDriver) -> None:
    context = game.window.ctx
    game.overlay.show_leaderboard(Scores())
    game.run(1.0)
    whole = context.viewport

    def split_screen(context: Any) -> None:
        context.viewport = (SIZE[0] // 2, 0, SIZE[0] // 2, SIZE[1])
        context.scissor = (SIZE[0] // 2, 0, 50, 50)

    _draw_with(game, split_screen)
    left = context.viewport, context.scissor
    context.scissor, context.viewport = None, whole
    assert left == ((SIZE[0] // 2, 0, SIZE[0] // 2, SIZE[1]), (SIZE[0] // 2, 0, 50, 50)), "as the game had it"
    assert _apart(game) <= ROUNDING


def test_a_view_in_place_of_the_window_is_pointed_out(game: ArcadeDriver) -> None:
    import arcade

    from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay

    with pytest.raises(UsageError, match="window is View; pass the arcade"):
        ArcadeOverlay(HandServices(), window=arcade.View())


def test_a_game_with_depth_and_culling_still_shows_it(game: ArcadeDriver) -> None:
    context = game.window.ctx
    game.overlay.show_leaderboard(Scores())
    game.run(1.0)
    _draw_with(game, lambda context: context.enable(context.DEPTH_TEST, context.CULL_FACE))
    assert context.is_enabled(context.DEPTH_TEST)
    assert context.is_enabled(context.CULL_FACE)
    context.disable(context.DEPTH_TEST, context.CULL_FACE)
    assert _apart(game) <= ROUNDING


def test_a_view_shown_later_does_not_get_what_the_player_types_into_the_overlay(game: ArcadeDriver) -> None:
    import arcade

    pressed: list[int] = []

    class Level(arcade.View):
        def on_key_press(self, symbol: int, modifiers: int) -> None:
            pressed.append(symbol)

    try:
        for _ in range(2):
            game.window.show_view(Level())
            game.run(0.1)
            game.say("on_key_press", arcade.key.W, 0)
            assert pressed.pop() == arcade.key.W
            login = game.overlay.show_login(Accounts())
            game.run()
            game.say("on_key_press", arcade.key.W, 0)
            assert pressed == []
            game.overlay.hide(login)
    finally:
        game.window.hide_view()


def test_a_view_that_keeps_updates_to_itself_does_not_stop_the_overlay(game: ArcadeDriver) -> None:
    shown: list[Any] = []
    game.overlay.notify("Hello")
    for _ in range(200):
        game.overlay.draw()
        shown = list(game.overlay.toasts.visible)
        if shown:
            break
        time.sleep(0.01)
    assert shown


def test_a_run_without_a_screen_needs_no_update_by_hand(game: ArcadeDriver) -> None:
    """Arcade's own loop for such runs, until the toast is there."""
    import arcade

    class Seen(Exception):
        """The way out of `arcade.run`."""

    class Level(arcade.View):
        frames = 0

        def on_draw(self) -> None:
            self.clear()
            game.overlay.draw()
            self.frames += 1
            assert self.frames < 20_000
            if game.overlay.toasts.visible:
                raise Seen

    game.overlay.notify("Hello")
    try:
        with pytest.raises(Seen):
            arcade.run(Level())
    finally:
        game.window.hide_view()


def test_an_update_by_hand_is_the_only_one_of_its_frame(game: ArcadeDriver) -> None:
    said: list[float] = []
    update = game.overlay.overlay.update

    def counted(dt: float) -> Any:
        said.append(dt)
        return update(dt)

    game.overlay.overlay.update = counted
    for _ in range(5):
        game.overlay.update(FRAME)
        game.overlay.draw()
    game.overlay.disable()
    game.overlay.draw()
    assert said == [FRAME] * 5


def test_what_a_pad_held_ends_when_it_is_unplugged(game: ArcadeDriver) -> None:
    board = game.overlay.show_leaderboard(Scores(1000))
    game.run(0.5)
    game.controller.dispatch_event("on_dpad_motion", game.controller, (0, -1))
    game.run(1.0)
    assert board.focus != "row 0"
    game.overlay.forget(game.controller)
    stopped = board.focus
    game.run(2.0)
    assert board.focus == stopped
    other = Controller()
    game.overlay.listen(other)
    other.dispatch_event("on_dpad_motion", other, (0, -1))
    assert board.focus != stopped


def test_two_pads_do_not_let_go_of_what_the_other_holds(game: ArcadeDriver) -> None:
    board = game.overlay.show_leaderboard(Scores(1000))
    other = Controller()
    game.overlay.listen(other)
    game.run(0.5)
    game.controller.dispatch_event("on_stick_motion", game.controller, "leftstick", (0, -1))
    at = board.focus
    other.dispatch_event("on_stick_motion", other, "leftstick", (0.01, 0.02))
    game.run(1.0)
    assert board.focus != at


def test_a_clipboard_that_fails_is_no_more_than_an_empty_one(
    game: ArcadeDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*given: Any) -> Any:
        raise OSError("another program holds it")

    monkeypatch.setattr(game.window, "get_clipboard_text", locked, raising=False)
    monkeypatch.setattr(game.window, "set_clipboard_text", locked, raising=False)
    clipboard = game.overlay.overlay.clipboard
    clipboard.copy("ada")
    assert clipboard.paste() == "ada"
