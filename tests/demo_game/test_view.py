"""What can be seen, at two sizes of window: pixels where things are, and only there."""

from __future__ import annotations

import time

import pygame
import pytest
from PIL import Image, ImageChops

from demo_game.bodies import Orb, OrbKind, Rock
from demo_game.bot import Bot
from demo_game.effects import Effects
from demo_game.game import Game, Screen
from demo_game.look import LIGHT, Layout, clock_text
from demo_game.screens import Screens
from demo_game.window import open_window
from demo_game.world import World

SIZES = [(1280, 720), (640, 360)]


def lightness(surface: pygame.Surface, x: float, y: float, scale: float) -> int:
    return sum(surface.get_at((round(x * scale), round(y * scale)))[:3])


def changed(a: pygame.Surface, b: pygame.Surface, area: pygame.Rect) -> int:
    """How many of a grid of pixels in `area` differ clearly."""
    size = (-(-area.width // 3), -(-area.height // 3))
    one, other = (
        Image.frombytes("RGB", area.size, pygame.image.tobytes(surface.subsurface(area), "RGB")).resize(
            size, Image.Resampling.NEAREST
        )
        for surface in (a, b)
    )
    red, green, blue = ImageChops.difference(one, other).split()
    apart = ImageChops.add(ImageChops.add(red, green), blue)
    return sum(apart.histogram()[25:])


def empty_world() -> World:
    world = World(1)
    world.orbs.clear()
    world.rocks.clear()
    return world


@pytest.mark.parametrize("size", SIZES)
def test_lights_glow_rocks_cover_and_the_ship_is_there(screens, size):
    surface, made = open_window(size, visible=False), screens[size]
    scale, effects, world = made.layout.scale, Effects(reduced_motion=True), empty_world()
    made.view.draw(surface, world, effects)
    before = surface.copy()
    world.orbs.append(Orb(300.0, 200.0, 0, 0, OrbKind.LIGHT, life=9.0, age=1.0))
    world.rocks.append(Rock(1, 900.0, 300.0, 0, 0, 2, 0, 0.3, 0.0))
    made.view.draw(surface, world, effects)
    red, green, blue, _ = surface.get_at((round(300 * scale), round(200 * scale)))
    assert red > 200, "the heart of an orb is bright"
    assert lightness(surface, 300 + 24, 200, scale) > lightness(before, 300 + 24, 200, scale), "it has a halo"
    assert red >= green >= blue - 40, "and it is warm"
    assert lightness(surface, 300, 500, scale) == lightness(before, 300, 500, scale), "the rest is as it was"
    rock = pygame.Rect(round(860 * scale), round(260 * scale), round(80 * scale), round(80 * scale))
    assert changed(before, surface, rock) > 0.8 * (rock.width // 3) * (rock.height // 3)
    world.ship.x += 300.0
    after = surface.copy()
    made.view.draw(surface, world, effects)
    ship = pygame.Rect(0, 0, round(50 * scale), round(50 * scale))
    ship.center = round(640 * scale), round(720 * 0.62 * scale)
    assert changed(after, surface, ship) > 20, "the ship left its place"


@pytest.mark.parametrize("size", SIZES)
def test_instruments_show_score_light_and_chain(screens, size):
    surface, made = open_window(size, visible=False), screens[size]
    scale, world = made.layout.scale, World(1)
    top_left = pygame.Rect(round(30 * scale), round(50 * scale), round(200 * scale), round(45 * scale))

    def shown(score: int, energy: float, multiplier: int) -> pygame.Surface:
        surface.fill((0, 0, 0))
        world.score, world.energy, world.multiplier, world.chain_left = score, energy, multiplier, 1.0
        made.hud.readout.shown = float(score)
        made.hud.draw(surface, world, Effects(reduced_motion=True))
        return surface.copy()

    one, other = shown(1111, 100.0, 1), shown(8888, 40.0, 5)
    assert changed(one, other, top_left) > 10
    bar_end = round(320 * scale), round(679 * scale)
    assert one.get_at(bar_end)[0] > 150 > other.get_at(bar_end)[0]
    chain = pygame.Rect(round(30 * scale), round(110 * scale), round(90 * scale), round(36 * scale))
    assert changed(one, other, chain) > 10


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_looks_different(screens, size):
    surface, made = open_window(size, visible=False), screens[size]
    game, pictures = Game(seed=3), []
    game.start()
    for _ in range(90):
        game.step()
    for game.screen in Screen:
        made.draw(surface, game, None)
        pictures.append(surface.copy())
    whole = surface.get_rect()
    for number, one in enumerate(pictures):
        for other in pictures[number + 1 :]:
            assert changed(one, other, whole) > 300


def test_the_mouse_finds_the_lines_of_the_menu(screens):
    surface, made = open_window((640, 360), visible=False), screens[(640, 360)]
    game = Game()
    made.draw(surface, game, None)
    places = [made.choice_at((320, y)) for y in range(360)]
    assert [number for number in dict.fromkeys(places) if number is not None] == list(range(len(game.choices)))
    game.start()
    made.draw(surface, game, None)
    assert made.choice_at((320, 200)) is None


def test_a_window_of_another_shape_has_bars_and_no_stretching():
    layout = Layout(800, 800)
    assert layout.size == (800, 450)
    assert layout.origin == (0, 175)
    window = open_window((400, 400), visible=False)
    made = Screens((400, 400))
    window.fill((255, 0, 0))
    made.draw(window, Game(), None)
    assert window.get_at((200, 20))[:3] == (0, 0, 0)
    assert window.get_at((200, 390))[:3] == (0, 0, 0)
    assert window.get_at((200, 200))[:3] != (255, 0, 0)


def test_dawn_comes(screens):
    surface, made = open_window((640, 360), visible=False), screens[(640, 360)]
    world, effects = empty_world(), Effects(reduced_motion=True)
    made.view.draw(surface, world, effects)
    night = lightness(surface, 640, 712, made.layout.scale)
    world.time = world.seconds
    made.view.draw(surface, world, effects)
    assert lightness(surface, 640, 712, made.layout.scale) > night + 150


@pytest.mark.slow
def test_frames_are_quick(screens):
    """The whole frame of world and view, on the processor's clock, so that a busy machine does not count."""
    surface, made = open_window((1280, 720), visible=False), screens[(1280, 720)]
    game, bot, spent = Game(seed=8), Bot(), []
    game.start()
    for number in range(2400):
        measured = number % 4 == 0
        began = time.thread_time()
        game.step(bot.decide(game.world))
        if measured:
            made.draw(surface, game, None)
            spent.append(time.thread_time() - began)
    spent.sort()
    assert spent[len(spent) // 2] < 0.016


def test_texts():
    assert clock_text(120.0) == "2:00"
    assert clock_text(59.2) == "1:00"
    assert clock_text(-1.0) == "0:00"
    assert LIGHT[0] > LIGHT[2]
