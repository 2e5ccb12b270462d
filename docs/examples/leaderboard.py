"""A leaderboard over a game: SPACE scores, and L opens and closes the board. It starts a Game Jolt of its own."""

import pygame

from pygame_gameservices import GameJolt, PygameOverlay, ServiceManager
from pygame_gameservices.sandbox import Sandbox

pygame.init()
screen = pygame.display.set_mode((1280, 720))
large, small = pygame.font.Font(None, 200), pygame.font.Font(None, 36)
clock = pygame.time.Clock()

with Sandbox.start({}) as sandbox, ServiceManager("leaderboard") as services:
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
    overlay = PygameOverlay(services)
    overlay.bind("L", "leaderboard")  # or "trophies", "login", or a function of yours
    gj.sign_in("ada", sandbox.player("ada").token)
    points, running = 0, True
    while running:
        for event in overlay.events():  # what no dialog took
            if event.type == pygame.QUIT:
                running = False
            elif event.type == pygame.KEYDOWN and event.key == pygame.K_SPACE:
                points += 700
                gj.scores.add(f"{points:,} points", points)  # the text that is shown, and the number that ranks
        overlay.update()
        screen.fill("darkslateblue")
        for font, text, y in ((large, f"{points:,}", 340), (small, "SPACE score    L leaderboard", 660)):
            words = font.render(text, True, "gold")
            screen.blit(words, words.get_rect(center=(640, y)))
        overlay.draw(screen)
        pygame.display.flip()
        clock.tick(60)
