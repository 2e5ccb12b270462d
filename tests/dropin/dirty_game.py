"""A small game that draws its background once, and from then on shows only what has changed."""

import pygame

SIZE = (640, 360)


def main():
    pygame.init()
    screen = pygame.display.set_mode(SIZE)
    background = pygame.Surface(SIZE)
    background.fill((30, 60, 40))
    screen.blit(background, (0, 0))
    pygame.display.flip()
    clock = pygame.time.Clock()
    dot = pygame.Rect(0, 250, 20, 20)
    while not any(event.type == pygame.QUIT for event in pygame.event.get()):
        old = screen.blit(background, dot, dot)
        dot.x = (dot.x + 4) % SIZE[0]
        new = pygame.draw.ellipse(screen, "orange", dot)
        pygame.display.update([old, new])
        clock.tick(60)


if __name__ == "__main__":
    main()
