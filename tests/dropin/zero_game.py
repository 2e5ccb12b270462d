"""A small game of Pygame Zero that draws only when a key was pressed: it has no ``update``."""

import pgzrun

WIDTH, HEIGHT = 640, 360
steps = 0


def draw():
    screen.fill((30, 60, 40))  # noqa: F821  # Pygame Zero puts it there
    screen.draw.filled_circle((40 + 20 * steps % 560, 250), 16, "orange")  # noqa: F821


def on_key_up(key):
    global steps
    steps += 1


pgzrun.go()
