"""The overlay in an Arcade game that does what games do: cameras, views, depth tests, headless runs, unplugged pads."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
import weakref
from typing import Any

import pytest
from PIL import ImageChops

from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.picture import Placed
from tests.engines.drivers import FRAME, SIZE, ArcadeDriver, Controller
from tests.engines.test_pixels import ROUNDING, _shown
from tests.widgets.samples import HandServices, checkered, unlocked
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


def test_a_picture_of_the_frame_is_as_opaque_as_the_game_drew_it(game: ArcadeDriver) -> None:
    import arcade

    game.overlay.show_leaderboard(Scores())
    game.overlay.notify("Saved")
    game.run(1.0)
    before = game.window.ctx.blend_func
    _draw_with(game, lambda context: None)
    assert arcade.get_image().getchannel("A").getextrema() == (255, 255), "else a saved PNG has a halo"
    assert game.window.ctx.blend_func == before


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


@pytest.mark.parametrize("when", ["before the dialog", "while the dialog is open"])
def test_handlers_pushed_later_get_nothing_of_what_a_dialog_takes(game: ArcadeDriver, when: str) -> None:
    """As ``arcade.gui.UIManager.enable()`` pushes its own; it takes what it gets, so it must not be asked at all."""
    heard: list[str] = []

    def taker(name: str) -> Any:
        return lambda *given: heard.append(name) or True

    names = ("on_key_press", "on_text", "on_mouse_press", "on_mouse_motion", "on_mouse_scroll", "on_text_motion")
    handlers = {name: taker(name) for name in names}
    try:
        if when == "before the dialog":
            game.window.push_handlers(**handlers)
        login = game.overlay.show_login(Accounts())
        game.run()
        if when != "before the dialog":
            game.window.push_handlers(**handlers)
            game.run(0.1)
        heard.clear()
        game.click(SIZE[0] // 2, SIZE[1] // 2)
        game.wheel(1)
        login.focus = "token"
        game.type("secret")
        assert login.line.text == "secret"
        assert heard == []
        game.overlay.hide(login)
        game.run(0.3)
        game.window.remove_handlers(**handlers)
        game.window.push_handlers(**handlers)
        game.click(SIZE[0] // 2, SIZE[1] // 2)
        assert "on_mouse_press" in heard, "and without a dialog the others may have it first, as they asked for"
    finally:
        game.window.remove_handlers(**handlers)


def test_a_handler_put_in_the_place_of_ours_does_not_hear_what_is_typed(game: ArcadeDriver) -> None:
    pressed: list[int] = []
    login = game.overlay.show_login(Accounts())
    game.run(0.1)

    def on_key_press(symbol: int, modifiers: int) -> None:
        pressed.append(symbol)

    game.window.event(on_key_press)
    try:
        game.run(0.1)
        game.say("on_key_press", game.arcade.key.W, 0)
        assert pressed == []
        game.overlay.hide(login)
        game.run(0.3)
        game.say("on_key_press", game.arcade.key.W, 0)
        assert pressed == [game.arcade.key.W]
    finally:
        game.window.remove_handlers(on_key_press=on_key_press)


def test_two_overlays_with_dialogs_leave_each_other_their_places(game: ArcadeDriver) -> None:
    from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay

    other = ArcadeOverlay(HandServices(), window=game.window)
    other.enable()
    try:
        first, second = game.overlay.show_login(Accounts()), other.show_login(Accounts())
        game.run(0.2)
        for letter in "abcdef":
            game.say("on_key_press", ord(letter), 0)
            game.say("on_text", letter)
            game.say("on_key_release", ord(letter), 0)
            game.run(0.1)
        assert sorted([first.line.text, second.line.text]) == ["", "abcdef"]
    finally:
        other.disable()


def test_the_window_and_its_view_hear_events_by_name_once(game: ArcadeDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    import arcade

    heard: list[tuple[str, int]] = []

    class Level(arcade.View):
        def on_trophy_unlocked(self, event: Any) -> None:
            heard.append(("view", event.trophy.id))

    def on_trophy_unlocked(event: Any) -> None:
        heard.append(("window", event.trophy.id))

    monkeypatch.setattr(game.window, "on_trophy_unlocked", on_trophy_unlocked, raising=False)
    level = Level()
    game.window.show_view(level)
    try:
        game.services.coming = [unlocked(7)]
        game.run(0.1)
        assert heard == [("view", 7), ("window", 7)]
        heard.clear()
        game.overlay.push_handlers(level)
        game.services.coming = [unlocked(8)]
        game.run(0.1)
        game.overlay.remove_handlers(level)
        assert heard == [("view", 8), ("window", 8)]
    finally:
        game.window.hide_view()


def test_no_event_of_ours_has_the_name_of_one_of_the_windows(game: ArcadeDriver) -> None:
    assert not {*type(game.overlay).event_types} & {*game.window.event_types}


@pytest.mark.parametrize(("visible", "exclusive"), [(False, False), (False, True), (True, False)])
def test_a_dialog_shows_the_pointer_and_gives_it_back(
    game: ArcadeDriver, visible: bool, exclusive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = game.window
    monkeypatch.setattr(window, "set_exclusive_mouse", lambda held=True: setattr(window, "_mouse_exclusive", held))
    monkeypatch.setattr(window, "set_mouse_visible", lambda shown=True: setattr(window, "_mouse_visible", shown))
    monkeypatch.setattr(window, "_mouse_visible", visible)
    monkeypatch.setattr(window, "_mouse_exclusive", exclusive)
    login = game.overlay.show_login(Accounts())
    game.run(0.1)
    assert (window._mouse_visible, window._mouse_exclusive) == (True, False)
    window.set_mouse_visible(visible)  # as games do that say so each frame
    game.run(0.1)
    assert window._mouse_visible
    game.overlay.hide(login)
    game.run(0.1)
    assert (window._mouse_visible, window._mouse_exclusive) == (visible, exclusive)


def test_the_first_toast_does_not_wait_for_a_shader() -> None:
    """What a driver compiles for the first picture is compiled when the overlay is enabled; nothing is drawn by it."""
    pytest.importorskip("arcade")
    code = (
        "import os, time; os.environ.update(ARCADE_HEADLESS='True', MESA_SHADER_CACHE_DISABLE='true')\n"
        "import arcade\n"
        "from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay\n"
        "from tests.widgets.samples import HandServices\n"
        "window = arcade.Window(640, 360, 't'); window.clear(); window.ctx.finish()\n"
        "overlay = ArcadeOverlay(HandServices()); times = []\n"
        "def timed(do):\n"
        "    began = time.thread_time(); do(); window.ctx.finish(); times.append(time.thread_time() - began)\n"
        "timed(overlay.enable)\n"
        "assert set(arcade.get_image(0, 0, 640, 360).convert('RGB').tobytes()) == {0}\n"
        "overlay.notify('Hello')\n"
        "while not overlay.overlay.pictures(): overlay.update(1 / 30)\n"
        "for _ in range(9): overlay.update(1 / 30); timed(overlay.draw)\n"
        "print(times[0], times[1], sorted(times[2:])[3])\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    enabling, first, usual = map(float, said.split())
    if max(enabling, first) < 5 * usual:
        pytest.skip(f"this driver compiles nothing that would be noticed: {said}")
    assert first < max(enabling / 3, 4 * usual), said


def test_a_canvas_that_is_done_with_is_let_go_though_its_window_stays(game: ArcadeDriver) -> None:
    from pygame_gameservices.engines.arcade_canvas import ArcadeCanvas

    canvas = ArcadeCanvas(game.window.ctx)
    canvas.draw((Placed(checkered(8), 0, 0, 255),), (64, 64))
    seen = weakref.ref(canvas)
    del canvas
    gc.collect()
    assert seen() is None
