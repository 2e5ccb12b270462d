"""A small game on a window of pygame-ce's own, without ``pygame.display``; its last screen is drawn once."""

import pygame

SIZE = (640, 360)


def main():
    pygame.init()
    window = pygame.Window("Dot", SIZE)
    screen = window.get_surface()
    clock = pygame.time.Clock()
    dot = pygame.Rect(0, 250, 20, 20)
    while dot.right < SIZE[0]:
        if pygame.event.get(pygame.QUIT):
            return
        dot.x += 40
        screen.fill((30, 60, 40))
        pygame.draw.ellipse(screen, "orange", dot)
        window.flip()
        clock.tick(60)
    screen.fill((90, 60, 60))
    window.flip()
    while not any(event.type == pygame.QUIT for event in pygame.event.get()):
        clock.tick(60)


if __name__ == "__main__":
    main()
