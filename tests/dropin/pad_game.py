"""A small game for a pad alone, which it asks for its sticks and buttons; it never looks at an event."""

import pygame

SIZE = (640, 360)


def main():
    pygame.init()
    screen = pygame.display.set_mode(SIZE)
    pad = pygame.joystick.Joystick(0)
    clock = pygame.time.Clock()
    x, y, shots = 100.0, 250.0, 0
    while not pad.get_button(6):
        pygame.event.pump()
        x, y = (x + 4 * pad.get_axis(0)) % SIZE[0], (y + 4 * pad.get_axis(1)) % SIZE[1]
        shots += pad.get_button(0)
        screen.fill((30, 60, 40))
        pygame.draw.circle(screen, "orange" if shots % 2 else "white", (x, y), 10)
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()
