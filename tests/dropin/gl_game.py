"""A small game that draws with OpenGL, by bare calls of its library."""

from ctypes import CDLL, c_float
from ctypes.util import find_library

import pygame

SIZE = (640, 360)
COLOR = 0x4000


def main():
    pygame.init()
    pygame.display.set_mode(SIZE, pygame.OPENGL | pygame.DOUBLEBUF)
    gl = CDLL(find_library("GL") or "libGL.so.1")
    clock = pygame.time.Clock()
    frame = 0
    while not pygame.event.get(pygame.QUIT):
        frame += 1
        gl.glClearColor(c_float(0.1), c_float(0.2 + frame % 60 / 600), c_float(0.15), c_float(1))
        gl.glClear(COLOR)
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()
