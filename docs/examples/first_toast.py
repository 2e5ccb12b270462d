"""One window, one toast: a trophy from a Game Jolt of your own, which this file starts by itself. No account needed."""

import pygame

from pygame_gameservices import GameJolt, PygameOverlay, ServiceManager
from pygame_gameservices.sandbox import Sandbox

pygame.init()
screen = pygame.display.set_mode((960, 540))

# The sandbox takes some seconds to start.
with Sandbox.start({}) as sandbox, ServiceManager("first-toast") as services:
    gj = GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url)
    services.add(gj)
    overlay = PygameOverlay(services)
    gj.sign_in("ada", sandbox.player("ada").token)
    gj.trophies.add_achieved(1)  # anywhere in the game: enough for a toast
    clock, running = pygame.time.Clock(), True
    while running:
        dt = clock.tick(60) / 1000
        for event in pygame.event.get():
            if not overlay.process_event(event):  # True: a widget took it
                running = event.type != pygame.QUIT and running
        overlay.update(dt)  # brings the results home
        screen.fill("midnightblue")
        overlay.draw(screen)
        pygame.display.flip()
