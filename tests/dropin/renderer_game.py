"""A small game that draws with SDL's renderer."""

import pygame
from pygame._sdl2.video import Renderer, Window

SIZE = (640, 360)


def main():
    pygame.init()
    renderer = Renderer(Window("Dot", SIZE))
    clock = pygame.time.Clock()
    dot = pygame.Rect(0, 250, 20, 20)
    while not any(event.type == pygame.QUIT for event in pygame.event.get()):
        dot.x = (dot.x + 40) % SIZE[0]
        renderer.draw_color = (30, 60, 40, 255)
        renderer.clear()
        renderer.draw_color = (255, 160, 0, 255)
        renderer.fill_rect(dot)
        renderer.present()
        clock.tick(60)


if __name__ == "__main__":
    main()
