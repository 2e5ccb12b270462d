"""A small game in asyncio, so that it also runs in a page: each screen is a coroutine with a loop of its own."""

import asyncio

import pygame

SIZE = (640, 360)


class Game:
    def __init__(self):
        pygame.init()
        self.screen = pygame.display.set_mode(SIZE)
        self.clock = pygame.time.Clock()

    async def run(self):
        while True:
            await self.title()
            await self.fall()

    async def frame(self):
        pygame.display.update()
        await asyncio.sleep(0)
        self.clock.tick(60)

    async def title(self):
        while not any(event.type == pygame.KEYDOWN for event in pygame.event.get()):
            self.screen.fill((60, 50, 20))
            await self.frame()

    async def fall(self):
        y = 0
        while y < SIZE[1]:
            for event in pygame.event.get():
                if event.type == pygame.KEYDOWN:
                    y = max(0, y - 60)
            y += 3
            self.screen.fill((30, 60, 40))
            pygame.draw.circle(self.screen, "orange", (120, y), 10)
            await self.frame()


if __name__ == "__main__":
    asyncio.run(Game().run())
