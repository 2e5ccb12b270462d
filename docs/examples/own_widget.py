"""A widget of your own: a pause menu in the style of all the others, for mouse, keyboard and pad. ESC opens it."""

from collections.abc import Callable
from functools import partial

import pygame

from pygame_gameservices import PygameOverlay, ServiceManager
from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.furniture import button, header
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import Sheet
from pygame_gameservices.widgets.theme import Theme

CHOICES = {"resume": "Resume", "scores": "Leaderboard", "quit": "Quit"}


class PauseMenu(Dialog):
    """Three buttons; `chosen` is called with the name of the one that the player takes."""

    needs = (420, 330)

    def __init__(self, chosen: Callable[[str], object]) -> None:
        super().__init__()
        self.focus = "resume"
        self._chosen = chosen

    def arrange(self) -> Layout:
        size = self.room(*self.needs)
        wide, high = size[0] - self.px(64), self.px(54)
        tops = {name: self.px(112) + place * self.px(66) for place, name in enumerate(CHOICES)}
        return Layout(size, tuple(Control(name, Region(self.px(32), y, wide, high), 10) for name, y in tops.items()))

    def painter(self) -> Callable[[], Picture]:
        return partial(paint, self.layout, self.stage.theme, self.scale)

    def activate(self, name: str) -> None:
        self.close()
        self._chosen(name)


def paint(layout: Layout, theme: Theme, scale: float) -> Picture:  # runs on a helper thread
    sheet = Sheet(theme, scale, layout.size)
    header(sheet, "games", "Paused", "")
    for control in layout.controls:
        button(sheet, control.box, CHOICES[control.name], primary=control.name == "resume")
    return sheet.picture()


def main() -> None:
    pygame.init()
    screen = pygame.display.set_mode((1280, 720))
    clock = pygame.time.Clock()
    running = True
    with ServiceManager("own-widget") as services:  # no service is needed
        overlay = PygameOverlay(services)

        def chosen(name: str) -> None:
            nonlocal running
            running = name != "quit"
            overlay.notify(f"You chose {name}")

        overlay.show(PauseMenu(chosen))
        while running:
            for event in overlay.events():
                if event.type == pygame.QUIT:
                    running = False
                elif event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
                    overlay.show(PauseMenu(chosen))
            overlay.update()
            screen.fill("darkolivegreen")
            overlay.draw(screen)
            pygame.display.flip()
            clock.tick(60)


if __name__ == "__main__":
    main()
