"""One line puts the overlay into a game with loops of its own: what it sees, hears, and gets back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module
from operator import attrgetter
from typing import Any

import pytest

from pygame_gameservices.engines.pygame_attachment import _STILL_S
from pygame_gameservices.engines.pygame_overlay import PygameOverlay
from tests.engines.drivers import GROUND, SIZE
from tests.engines.virtual_pad import VirtualPad
from tests.widgets.samples import HandServices, unlocked
from tests.widgets.sources import Accounts, Scores

PATIENCE_S = 60.0
HELD = ("get_pressed", "get_just_pressed", "get_just_released")
HOOKED = {
    "event": ("get", "poll", "wait", "peek", "clear"),
    "display": ("flip", "update"),
    "key": HELD,
    "mouse": (*HELD, "get_rel"),
    "joystick": ("Joystick",),
    "_sdl2.controller": ("Controller",),
}


@pytest.fixture
def pygame(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    module = pytest.importorskip("pygame")
    module.init()
    module.display.set_mode(SIZE)
    module.event.clear()
    yield module
    module.quit()


@pytest.fixture
def overlay(pygame: Any) -> Iterator[PygameOverlay]:
    made = PygameOverlay(HandServices()).attach()
    yield made
    made.detach()


class Screen:
    """What a player sees: the screen as it was when it was shown."""

    def __init__(self, pygame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pygame = pygame
        self.frames: list[bytes] = []
        self.parts: list[Any] = []
        for name in ("flip", "update"):
            monkeypatch.setattr(pygame.display, name, lambda *given: self._show(*given))

    def _show(self, *given: Any) -> None:
        self.parts.append(given)
        self.frames.append(self.now())

    def now(self) -> bytes:
        pixels: bytes = self.pygame.image.tobytes(self.pygame.display.get_surface(), "RGB")
        return pixels


@pytest.fixture
def screen(pygame: Any, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """To be asked for before the overlay is attached, since it stands in for the screen below it."""
    return Screen(pygame, monkeypatch)


def _until(condition: Any, frame: Any) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        frame()
        time.sleep(0.002)


def _key(pygame: Any, name: str, kind: str = "KEYDOWN") -> Any:
    key = {"key": getattr(pygame, f"K_{name}"), "mod": 0, "unicode": name if len(name) == 1 else "", "scancode": 0}
    return pygame.event.Event(getattr(pygame, kind), **key)


@pytest.mark.parametrize("how", ["flip", "update", "update with parts", "update with one part"])
def test_a_screen_drawn_once_shows_the_overlay_and_is_not_smeared(screen: Screen, pygame: Any, how: str) -> None:
    overlay = PygameOverlay(HandServices()).attach()
    surface = pygame.display.get_surface()
    surface.fill(GROUND)
    pygame.draw.circle(surface, "white", (SIZE[0] - 80, 60), 40)
    surface.set_clip((0, 0, 30, 30))
    drawn = screen.now()
    given = {
        "update with parts": ([(0, 0, 9, 9), None, pygame.Rect(9, 9, 2, 2)],),
        "update with one part": ((0, 0, 9, 9),),
    }
    show = pygame.display.flip if how == "flip" else lambda: pygame.display.update(*given.get(how, ()))
    overlay.notify("Hello")
    _until(lambda: overlay.toasts.visible and screen.frames[-1] != drawn, show)
    assert screen.now() == drawn, "the game's own pixels, after each"
    assert tuple(surface.get_clip()) == (0, 0, 30, 30)
    seen = next(part for part in reversed(screen.parts))
    if how.startswith("update with"):
        (placed, *_) = overlay.overlay.pictures()
        assert any(pygame.Rect(part).collidepoint(placed.x + 40, placed.y + 40) for part in seen[0])
    overlay.toasts.clear()
    show()
    assert screen.frames[-1] == drawn
    if how.startswith("update with"):
        where_it_was = screen.parts[-1][0]
        assert any(pygame.Rect(part).collidepoint(SIZE[0] - 60, 40) for part in where_it_was), "is shown once more"
        count = len(screen.parts)
        show()
        assert screen.parts[count] == given[how], "and then only what the game asked for"
    overlay.detach()


def _hooked(pygame: Any) -> dict[tuple[str, str], Any]:
    import_module("pygame._sdl2.controller")
    homes = {name: attrgetter(name)(pygame) for name in HOOKED}
    names = [(home, name) for home in homes for name in HOOKED[home] if hasattr(homes[home], name)]
    return {(home, name): getattr(homes[home], name) for home, name in names}


def test_detaching_gives_everything_back(pygame: Any) -> None:
    before = _hooked(pygame)
    overlay = PygameOverlay(HandServices())
    assert overlay.attach() is overlay
    overlay.attach()
    assert not any(now is before[name] for name, now in _hooked(pygame).items())
    overlay.detach()
    overlay.detach()
    assert _hooked(pygame) == before


def test_two_attached_overlays_go_in_any_order(pygame: Any) -> None:
    flip = pygame.display.flip
    first, second = PygameOverlay(HandServices()).attach(), PygameOverlay(HandServices()).attach()
    dialogs = first.show_login(Accounts()), second.show_login(Accounts())
    for _ in range(3):
        pygame.display.flip()
    pygame.event.post(_key(pygame, "ESCAPE"))
    assert pygame.event.get(pygame.KEYDOWN) == []
    for _ in range(3):
        pygame.display.flip()
    assert sorted(dialog.closed for dialog in dialogs) == [False, True]
    first.detach()
    assert not pygame.event.get(pygame.KEYDOWN)
    second.detach()
    pygame.display.flip()
    assert pygame.event.get() is not None
    assert pygame.display.flip is flip or pygame.display.flip() is None


@pytest.mark.parametrize(
    "ask", ["get", "get what it wants", "exclude the rest", "poll", "wait", "peek and clear", "never"]
)
def test_a_dialog_gets_its_keys_however_the_game_asks_for_events(pygame: Any, overlay: PygameOverlay, ask: str) -> None:
    login = overlay.show_login(Accounts())
    pygame.display.flip()
    for letter in "ab":
        pygame.event.post(_key(pygame, letter))
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=letter))
        pygame.event.post(_key(pygame, letter, "KEYUP"))
    pygame.event.post(pygame.event.Event(pygame.USEREVENT))
    event = pygame.event
    game = {
        "get": lambda: [each for each in event.get() if each.type in (pygame.KEYUP, pygame.USEREVENT)],
        "get what it wants": lambda: event.get([pygame.KEYUP, pygame.USEREVENT]),
        "exclude the rest": lambda: event.get(
            exclude=[*range(pygame.KEYUP), *range(pygame.KEYUP + 1, pygame.USEREVENT)]
        ),
        "poll": lambda: [event.poll(), event.poll()][:1],
        "wait": lambda: [event.wait(), event.wait(1)][:1],
        "peek and clear": lambda: (
            [each for each in [event.Event(pygame.USEREVENT)] if event.peek(each.type)]
            if not event.peek(pygame.KEYUP)
            else []
        ),
        "never": lambda: [event.Event(pygame.USEREVENT)] if pygame.display.flip() is None else [],
    }[ask]
    event.clear(pygame.ACTIVEEVENT)
    got = [each.type for each in game() if each.type in (pygame.KEYUP, pygame.USEREVENT)]
    assert got == [pygame.USEREVENT]
    assert login.line.text == "ab"


def test_events_that_nobody_took_wait_for_the_game_in_order(pygame: Any, overlay: PygameOverlay) -> None:
    for letter in "abc":
        pygame.event.post(_key(pygame, letter))
        pygame.event.post(_key(pygame, letter, "KEYUP"))
    assert [each.key for each in pygame.event.get(pygame.KEYUP)] == [97, 98, 99]
    assert pygame.event.peek(pygame.KEYDOWN)
    assert pygame.event.poll().key == 97
    pygame.display.flip()
    assert [each.key for each in pygame.event.get((pygame.KEYDOWN, pygame.QUIT))] == [98, 99]
    assert pygame.event.get((pygame.KEYDOWN, pygame.KEYUP)) == []
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    pygame.event.clear()
    assert not pygame.event.peek(pygame.QUIT)


def test_a_game_that_never_asks_for_some_events_still_gets_its_quit(pygame: Any, overlay: PygameOverlay) -> None:
    for _ in range(3000):
        pygame.event.post(pygame.event.Event(pygame.USEREVENT))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert [each.type for each in pygame.event.get(pygame.QUIT)] == [pygame.QUIT]


def test_a_game_that_waits_for_events_sees_the_toast_come(screen: Screen, pygame: Any) -> None:
    overlay = PygameOverlay(HandServices()).attach()
    pygame.display.get_surface().fill(GROUND)
    drawn = screen.now()
    pygame.display.flip()
    overlay.notify("Hello")
    began = time.monotonic()
    _until(lambda: screen.frames[-1] != drawn, lambda: pygame.event.wait(50))
    assert pygame.event.wait(1).type == pygame.NOEVENT
    assert time.monotonic() - began >= 0.05
    assert screen.now() == drawn
    overlay.detach()


def test_nothing_is_held_while_a_dialog_is_open(pygame: Any, overlay: PygameOverlay, monkeypatch: Any) -> None:
    from pygame_gameservices.engines import pygame_attachment

    assert pygame_attachment.FUNCTIONS
    login = overlay.show_login(Accounts())
    assert overlay.modal
    for held in (pygame.key.get_pressed(), pygame.mouse.get_pressed(), pygame.mouse.get_pressed(5)):
        assert not held[0]
        assert not held[-1]
    assert len(pygame.mouse.get_pressed(5)) == 5
    assert not pygame.key.get_pressed()[pygame.K_SPACE]
    assert not pygame.key.get_pressed()[pygame.K_LEFT]
    overlay.hide(login)
    assert not overlay.modal


def test_pads_that_the_game_asks_itself_say_nothing_while_a_dialog_is_open(pygame: Any) -> None:
    pad = VirtualPad(pygame)
    before = pygame.joystick.Joystick(0)
    overlay = PygameOverlay(HandServices()).attach()
    joystick = pygame.joystick.Joystick(0)
    assert isinstance(joystick, pygame.joystick.JoystickType)
    other = PygameOverlay(HandServices()).attach()
    assert isinstance(pygame.joystick.Joystick(0), pygame.joystick.JoystickType)
    assert joystick == pygame.joystick.Joystick(0) == before
    other.detach()
    assert joystick.get_name() == before.get_name()
    trigger = joystick.get_axis(5)
    pad.press(0)
    pad.move(0, 0.9)
    pad.move(5, 1)
    login = overlay.show_login(Accounts())
    pygame.event.pump()
    assert before.get_button(0)
    assert before.get_axis(0) > 0.8
    assert not joystick.get_button(0)
    assert joystick.get_axis(0) == 0
    assert joystick.get_axis(5) == trigger, "it rests where it rested"
    assert joystick.get_hat(0) == (0, 0)
    overlay.hide(login)
    assert joystick.get_button(0)
    assert joystick.get_axis(0) > 0.8
    overlay.show(login)
    overlay.detach()
    assert joystick.get_button(0), "pads that are there say everything again"


def test_controllers_that_the_game_asks_itself_say_nothing_while_a_dialog_is_open(pygame: Any) -> None:
    pad = VirtualPad(pygame)
    overlay = PygameOverlay(HandServices()).attach()
    home = import_module("pygame._sdl2.controller")
    home.init()
    controllers = [home.Controller(0), home.Controller.from_joystick(pygame.joystick.Joystick(0))]
    assert all(isinstance(each, home.Controller) for each in controllers)
    pad.press(0)
    pad.move(0, 0.9)
    pygame.event.pump()
    assert all(each.get_button(0) and each.get_axis(0) > 20000 for each in controllers)
    login = overlay.show_login(Accounts())
    assert not any(each.get_button(0) or each.get_axis(0) for each in controllers)
    overlay.hide(login)
    assert all(each.get_button(0) for each in controllers)
    overlay.detach()


def test_a_mouse_that_turns_the_view_does_not_while_a_dialog_is_open(pygame: Any, monkeypatch: Any) -> None:
    went = [(3, 4)] * 3
    monkeypatch.setattr(pygame.mouse, "get_rel", lambda: went.pop())
    overlay = PygameOverlay(HandServices()).attach()
    login = overlay.show_login(Accounts())
    assert pygame.mouse.get_rel() == (0, 0)
    assert len(went) == 2, "nor does it all at once afterwards"
    overlay.hide(login)
    assert pygame.mouse.get_rel() == (3, 4)
    overlay.detach()


def test_what_the_game_does_itself_is_not_done_twice(pygame: Any, overlay: PygameOverlay) -> None:
    counted: list[object] = []
    update = overlay.overlay.update
    overlay.overlay.update = lambda dt=None: counted.append(dt) or update(dt)  # type: ignore[method-assign,func-returns-value]
    for _ in range(3):
        overlay.update(0.5)
        overlay.draw()
        pygame.display.flip()
    assert counted == [0.5] * 3
    pygame.display.flip()
    assert counted == [0.5] * 3 + [None]


def test_the_game_hears_what_happened_as_events_of_pygame(pygame: Any) -> None:
    services = HandServices()
    overlay = PygameOverlay(services, post_events=True).attach()
    services.coming = [unlocked(5)]
    pygame.display.flip()
    (told,) = pygame.event.get(overlay.event_type)
    assert told.happened.trophy.id == 5
    overlay.detach()


def test_events_can_be_had_filtered_without_attaching(pygame: Any) -> None:
    overlay = PygameOverlay(HandServices())
    login = overlay.show_login(Accounts())
    pygame.event.post(_key(pygame, "a"))
    pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text="a"))
    pygame.event.post(pygame.event.Event(pygame.USEREVENT))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert [each.type for each in overlay.events(pygame.QUIT)] == [pygame.QUIT]
    assert login.line.text == "a"
    assert pygame.USEREVENT in [each.type for each in overlay.events()]


def test_a_window_that_is_closed_and_opened_again_keeps_it(pygame: Any, overlay: PygameOverlay) -> None:
    overlay.show_leaderboard(Scores())
    pygame.display.flip()
    pygame.display.quit()
    pygame.display.init()
    pygame.display.set_mode((320, 180))
    pygame.display.flip()
    assert overlay.overlay.size == (320, 180)


def test_windows_of_their_own_take_part_and_are_given_back(pygame: Any) -> None:
    if not hasattr(pygame, "Window") or not hasattr(pygame.Window, "flip"):
        pytest.skip("pygame has no windows that show frames by themselves")
    pygame.display.quit()
    pygame.display.init()
    before, kind = pygame.Window("Before", SIZE), pygame.Window
    overlay = PygameOverlay(HandServices()).attach()
    assert isinstance(before, pygame.Window), "as a game may ask"
    first, second = pygame.Window("First", SIZE), pygame.Window("Second", SIZE)
    assert isinstance(first, kind)

    class Own(pygame.Window):  # type: ignore[misc,name-defined]
        """A game's own."""

    assert not isinstance(first, Own)
    overlay.notify("Hello")
    for window in (first, second):
        window.get_surface().fill(GROUND)
    drawn = pygame.image.tobytes(first.get_surface(), "RGB")
    counted: list[object] = []
    draw_on = overlay.draw_on
    overlay.draw_on = lambda target, shown: counted.append((target, len(shown))) or draw_on(target, shown)  # type: ignore[method-assign,func-returns-value]

    def frame() -> None:
        first.flip()
        second.flip()

    _until(lambda: overlay.toasts.visible and counted and counted[-1][1], frame)  # type: ignore[index]
    assert {target for target, _ in counted} == {first.get_surface()}, "of several the first"  # type: ignore[misc]
    assert pygame.image.tobytes(first.get_surface(), "RGB") == drawn, "which has its pixels back"
    overlay.detach()
    assert pygame.Window is kind
    shown = len(counted)
    frame()
    assert len(counted) == shown
    for window in (before, first, second):
        window.destroy()


def test_a_window_that_the_game_closes_and_still_holds_is_let_go_of(pygame: Any) -> None:
    if not hasattr(pygame, "Window") or not hasattr(pygame.Window, "flip"):
        pytest.skip("pygame has no windows that show frames by themselves")
    pygame.display.quit()
    pygame.display.init()
    overlay = PygameOverlay(HandServices()).attach()
    closed = pygame.Window("Closed", SIZE)
    closed.get_surface()
    closed.flip()
    closed.destroy()
    time.sleep(_STILL_S)
    pygame.event.get()
    following = pygame.Window("Following", (320, 180))
    following.get_surface()
    following.flip()
    assert overlay.overlay.size == (320, 180), "the next one shows the overlay"
    overlay.detach()
    following.destroy()


def test_a_screen_that_is_drawn_once_shows_the_toast_when_events_are_asked_for(screen: Screen, pygame: Any) -> None:
    overlay = PygameOverlay(HandServices()).attach()
    pygame.display.get_surface().fill(GROUND)
    drawn = screen.now()
    pygame.display.flip()
    overlay.notify("Hello")
    _until(lambda: screen.frames[-1] != drawn, pygame.event.get)
    assert screen.now() == drawn
    overlay.toasts.clear()
    _until(lambda: screen.frames[-1] == drawn, pygame.event.poll)
    count = len(screen.frames)
    for _ in range(10):
        pygame.event.get()
    assert len(screen.frames) == count, "and nothing is shown where there is nothing new"
    overlay.detach()
