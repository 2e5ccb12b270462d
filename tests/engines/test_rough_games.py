"""The overlay in pygame games that do not sit still: clips, new display modes, unplugged pads, slow helper threads."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import ImageChops

from pygame_gameservices.engines.pygame_overlay import PygameOverlay
from pygame_gameservices.widgets.theme import DARK
from tests.engines.drivers import FRAME, GROUND, SIZE, PygameDriver
from tests.engines.test_pixels import ROUNDING, _shown
from tests.widgets.samples import HandServices
from tests.widgets.sources import Accounts, Cabinet, Scores


@pytest.fixture
def game() -> Any:
    pytest.importorskip("pygame")
    made = PygameDriver()
    yield made
    made.close()


def _apart(game: PygameDriver) -> int:
    difference = ImageChops.difference(game.screen_now(), _shown(game))
    return max(high for _, high in difference.getextrema())  # type: ignore[misc]


def test_a_clip_that_the_game_left_on_its_surface_does_not_cut_the_overlay(game: PygameDriver) -> None:
    game.overlay.show_leaderboard(Scores())
    game.run(1.0)
    game.screen.fill(GROUND)
    game.screen.set_clip((0, 0, 100, 100))
    game.overlay.draw(game.screen)
    assert tuple(game.screen.get_clip()) == (0, 0, 100, 100), "as the game had it"
    assert _apart(game) <= ROUNDING


@pytest.mark.parametrize("how", ["SCALED", "RESIZABLE", "NOFRAME", "again"])
def test_another_display_mode_in_the_middle_of_it_all(
    game: PygameDriver, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_RENDER_DRIVER", "software")
    pygame = game.pygame
    game.overlay.show_leaderboard(Scores())
    game.overlay.notify("Hello")
    game.run(1.0)
    if how == "again":
        pygame.display.quit()
        game.overlay.update(FRAME)
        pygame.display.init()
    try:
        game.screen = pygame.display.set_mode((320, 180) if how == "SCALED" else (800, 600), getattr(pygame, how, 0))
    except pygame.error as error:
        pytest.skip(f"no such mode without a screen: {error}")
    game.run(1.0)
    game.screen = pygame.display.set_mode(SIZE)
    game.run(1.0)
    assert _apart(game) <= ROUNDING


def test_pictures_of_a_widget_are_never_converted_on_a_frame(game: PygameDriver) -> None:
    """What the helper thread has laid out needs no conversion; that goes for frames and spinners too."""
    game.overlay.show_leaderboard(Scores(instant=False))
    game.overlay.show_trophies(Cabinet())
    game.overlay.notify("Hello")
    game.run(1.0)
    game.click(5, 5)
    assert len(game.overlay.overlay.pictures()) >= 4
    assert [picture.size for picture, *_ in game.overlay.overlay.pictures() if picture.swapped is None] == []


def test_what_a_pad_held_ends_when_it_is_unplugged(game: PygameDriver) -> None:
    board = game.overlay.show_leaderboard(Scores(1000))
    game.run(0.5)
    game.say("JOYHATMOTION", joy=0, instance_id=7, hat=0, value=(0, -1))
    game.run(1.0)
    assert board.focus != "row 0"
    assert not game.say("JOYDEVICEREMOVED", instance_id=7), "the game has to know as well"
    stopped = board.focus
    game.run(2.0)
    assert board.focus == stopped
    game.key("DOWN")
    assert board.focus != stopped, "and the keys are free"


@pytest.mark.parametrize(("button", "focus"), [(12, "row 1"), (10, None)], ids=["down", "right shoulder"])
def test_pads_whose_cross_is_buttons_work_without_the_controller_module(
    game: PygameDriver, button: int, focus: str | None
) -> None:
    """As pygame's documentation tells of the pads of PlayStation 4 and Switch."""
    board = game.overlay.show_leaderboard(Scores())
    game.run(0.5)
    game.say("JOYBUTTONDOWN", joy=0, instance_id=3, button=button)
    game.say("JOYBUTTONUP", joy=0, instance_id=3, button=button)
    assert board.focus == (focus or "row 0")
    assert board.model.table == (0 if focus else 1)


def test_two_overlays_share_a_screen(game: PygameDriver) -> None:
    second = PygameOverlay(HandServices(), theme=DARK)
    first = game.overlay.show_login(Accounts())
    second.show_login(Accounts())
    for _ in range(30):
        game.frame()
        second.update(FRAME)
        second.draw(game.screen)
    game.key("ESCAPE")
    game.run(0.5)
    assert first.closed
    assert second.overlay.modal


def test_a_widget_opened_by_a_callback_of_another_gets_the_input(game: PygameDriver) -> None:
    source = Scores(instant=False)
    game.overlay.notify("Look", on_click=lambda: game.overlay.show_leaderboard(source))
    game.run(1.0)
    (placed,) = game.overlay.overlay.pictures()
    assert game.click(placed.x + placed.picture.size[0] // 2, placed.y + placed.picture.size[1] // 2)
    assert game.open == 1
    for _ in range(30):
        game.overlay.show_leaderboard(source)
        game.key("ESCAPE")
    game.run(0.5)
    assert game.open == 0


@pytest.mark.parametrize(("visible", "grab"), [(False, False), (False, True), (True, True)])
def test_a_dialog_shows_the_pointer_and_gives_it_back(game: PygameDriver, visible: bool, grab: bool) -> None:
    pygame = game.pygame
    pygame.mouse.set_visible(visible)
    pygame.event.set_grab(grab)
    before = _pointer(game)
    login = game.overlay.show_login(Accounts())
    game.run(0.1)
    assert pygame.mouse.get_visible()
    held = before[1] and visible  # without a screen some do not hold it at all
    assert pygame.event.get_grab() is held, "a pointer that is held and can be seen does point at something"
    pygame.mouse.set_visible(visible)  # as games do that say so each frame
    game.run(0.1)
    assert pygame.mouse.get_visible()
    game.overlay.hide(login)
    game.run(0.1)
    assert _pointer(game) == before


def test_a_pointer_in_relative_mode_points_again_in_a_dialog(game: PygameDriver) -> None:
    mouse = game.pygame.mouse
    if not hasattr(mouse, "set_relative_mode"):
        pytest.skip("only pygame-ce has it")
    mouse.set_relative_mode(True)
    before = _pointer(game)
    login = game.overlay.show_login(Accounts())
    game.run(0.1)
    assert not mouse.get_relative_mode()
    assert mouse.get_visible()
    game.overlay.hide(login)
    game.run(0.1)
    assert _pointer(game) == before


def _pointer(game: PygameDriver) -> tuple[object, ...]:
    mouse = game.pygame.mouse
    return mouse.get_visible(), game.pygame.event.get_grab(), getattr(mouse, "get_relative_mode", bool)()
