"""A small game that asks which keys are held and never looks at an event."""

import pygame

SIZE = (640, 360)


def main():
    pygame.init()
    screen = pygame.display.set_mode(SIZE)
    clock = pygame.time.Clock()
    dot = pygame.Rect(100, 250, 20, 20)
    while True:
        pygame.event.pump()
        held = pygame.key.get_pressed()
        if held[pygame.K_q]:
            return
        dot.x = (dot.x + 4 * (held[pygame.K_RIGHT] - held[pygame.K_LEFT]) + 1) % SIZE[0]
        screen.fill((30, 60, 40))
        pygame.draw.rect(screen, "orange", dot)
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()
