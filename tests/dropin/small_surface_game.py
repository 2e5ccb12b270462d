"""A small game of large pixels: it draws to a surface of its own and scales that up to the window."""

import pygame

SIZE, SCALE = (160, 90), 4


def main():
    pygame.init()
    window = pygame.display.set_mode((SIZE[0] * SCALE, SIZE[1] * SCALE))
    canvas = pygame.Surface(SIZE)
    clock = pygame.time.Clock()
    dot = pygame.Rect(0, 60, 6, 6)
    while True:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                return
            if event.type == pygame.MOUSEBUTTONDOWN:
                dot.center = event.pos[0] // SCALE, event.pos[1] // SCALE
        dot.x = (dot.x + 1) % SIZE[0]
        canvas.fill((30, 60, 40))
        pygame.draw.rect(canvas, "orange", dot)
        window.blit(pygame.transform.scale(canvas, window.get_size()), (0, 0))
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()
