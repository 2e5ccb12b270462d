"""A cloud save: SPACE lights a lamp, each lamp is saved at once, and the next start has them again.

The Game Jolt that it starts keeps what it is told in ``saves-example.sqlite3`` in the folder where it is started.
"""

import pygame

from pygame_gameservices import Call, GameJolt, PygameOverlay, SaveKept, ServiceManager
from pygame_gameservices.sandbox import Sandbox

pygame.init()
screen = pygame.display.set_mode((1280, 720))
hint = pygame.font.Font(None, 36).render("SPACE light a lamp", True, "orange")
clock = pygame.time.Clock()
lamps = 0


def loaded(call: Call) -> None:
    global lamps
    if call.value is not None:  # None: nothing was saved yet
        lamps = call.value.value["lamps"]
        overlay.notify("Welcome back", f"lamps: {lamps}")


with (
    Sandbox.start({}, database="saves-example.sqlite3") as sandbox,
    ServiceManager("saves-example") as services,
):
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
    overlay = PygameOverlay(services)
    gj.sign_in("ada", sandbox.player("ada").token)
    gj.saves.load("slot 1").then(loaded)
    running = True
    while running:
        for event in overlay.events():
            if event.type == pygame.QUIT:
                running = False
            elif event.type == pygame.KEYDOWN and event.key == pygame.K_SPACE:
                lamps += 1
                gj.saves.save("slot 1", {"lamps": lamps})  # on disk at once, in the cloud when the network is there
        for happened in overlay.update():
            if isinstance(happened, SaveKept):
                overlay.notify("Saved", f"lamps: {lamps}")  # from here on nothing can lose it
        screen.fill("black")
        for lamp in range(lamps):
            pygame.draw.circle(screen, "orange", (80 + lamp % 14 * 86, 120 + lamp // 14 * 86), 30)
        screen.blit(hint, hint.get_rect(center=(640, 660)))
        overlay.draw(screen)
        pygame.display.flip()
        clock.tick(60)
