"""A small game as beginners write them: each screen has a loop of its own, two are drawn once, one waits for events."""

import random

import pygame

SIZE = (640, 360)


def title(screen):
    screen.fill((20, 30, 60))
    screen.blit(pygame.font.Font(None, 60).render("Catch", True, "white"), (250, 120))
    pygame.display.update()
    while True:
        for event in pygame.event.get(pygame.KEYUP):
            if event.key == pygame.K_SPACE:
                return
        pygame.event.clear()
        pygame.display.update([(0, 0, 10, 10)])
        pygame.time.wait(10)


def play(screen):
    clock = pygame.time.Clock()
    paddle, ball = pygame.Rect(280, 330, 80, 12), pygame.Rect(320, 0, 14, 14)
    score = 0
    while ball.top < SIZE[1]:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                raise SystemExit
        held = pygame.key.get_pressed()
        paddle.x += 8 * (held[pygame.K_RIGHT] - held[pygame.K_LEFT])
        paddle.clamp_ip(screen.get_rect())
        ball.y += 6
        if score < 3 and ball.colliderect(paddle.inflate(SIZE[0], 0)):
            score += 1
            ball.midtop = random.randrange(20, 620), 0
        screen.fill((30, 60, 40))
        pygame.draw.rect(screen, "white", paddle)
        pygame.draw.ellipse(screen, "orange", ball)
        pygame.display.flip()
        clock.tick(60)
    return score


def game_over(screen, score):
    screen.fill((90, 60, 60))
    screen.blit(pygame.font.Font(None, 60).render(f"Game over: {score}", True, "white"), (180, 220))
    pygame.display.flip()
    while pygame.event.wait().type != pygame.KEYUP:
        pass


def main():
    pygame.init()
    screen = pygame.display.set_mode(SIZE)
    while True:
        title(screen)
        game_over(screen, play(screen))


if __name__ == "__main__":
    main()
