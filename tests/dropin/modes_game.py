"""A small game that SDL scales up (SCALED), and whose window becomes another one again and again."""

import pygame

SIZES = ((640, 360), (960, 540), (800, 450))
EVERY = 40
"""Frames from one window to the next."""


def main():
    pygame.init()
    clock = pygame.time.Clock()
    frame = 0
    while not pygame.event.get(pygame.QUIT):
        if frame % EVERY == 0:
            window = frame // EVERY
            flags = pygame.SCALED | (pygame.FULLSCREEN if window % 2 else 0)
            screen = pygame.display.set_mode(SIZES[window % len(SIZES)], flags)
        frame += 1
        screen.fill((30, 60, 40))
        pygame.draw.circle(screen, "orange", (frame * 3 % screen.get_width(), 200), 10)
        pygame.display.update()
        clock.tick(60)


if __name__ == "__main__":
    main()
