"""Draws the whole picture of the game with pygame: world, instruments, and the screens' sheets above them."""

from __future__ import annotations

import pygame

from demo_game.art import plate, shade
from demo_game.game import Game, Screen
from demo_game.hud import ADD, Hud
from demo_game.lettering import neon_width
from demo_game.look import LIGHT, Layout
from demo_game.pictures import Pictures, laid
from demo_game.readout import notice_line
from demo_game.sheets import FIGURE_HEIGHT, HEADS, Figures, Glow, Known, Neon, Panel, Place, Words, sheet_of
from demo_game.view import View

DIM = (156, 148, 164)


class Screens:
    """Draws a `Game` into a window of one size. Make a new one when the size changes."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.layout = Layout(*size)
        self.pictures = Pictures(self.layout)
        self.view = View(self.layout, self.pictures)
        self.hud = Hud(self.layout, self.pictures)
        self._places: list[Place] = []
        self._panels: dict[tuple[tuple[int, int], bool], pygame.Surface] = {}
        for text, height, colour in HEADS:
            self.pictures.neon(text, height, colour)
        for figure in "0123456789.,":
            self.pictures.neon(figure, FIGURE_HEIGHT, LIGHT)
        self.rehearse()

    def draw(self, window: pygame.Surface, game: Game, online: Known | None, *, ahead: float = 0.0) -> None:
        """Draw everything but the overlay. Where the window is wider or higher than the picture, it stays black."""
        origin, size = self.layout.origin, self.layout.size
        surface = window if size == window.get_size() else window.subsurface((*origin, *size))
        if surface is not window:
            window.fill((0, 0, 0))
        self.view.draw(
            surface,
            game.world,
            game.effects,
            ahead=ahead if game.moving else 0.0,
            calm=game.screen in (Screen.OVER, Screen.MARKET),
            golden=online is not None and online.supporter,
        )
        if game.screen in (Screen.PLAY, Screen.PAUSE):
            self.hud.draw(surface, game.world, game.effects)
        sheet = sheet_of(game, online)
        self._places = sheet.places
        if sheet.dim:
            surface.blit(self.pictures.veil(DIM), (0, 0), special_flags=pygame.BLEND_RGB_MULT)
        for item in sheet.items:
            match item:
                case Words():
                    self.hud.words(surface, item)
                case Neon():
                    self._neon(surface, item)
                case Figures():
                    self.hud.figures(surface, item)
                case Panel():
                    self._panel(surface, item)
                case Glow():
                    self._glow(surface, item)
        if online is not None and online.notice:
            self.hud.words(surface, notice_line(online.notice))

    def choice_at(self, position: tuple[float, float]) -> int | None:
        """Which line of the menu is at a place in the window, as last drawn; for the mouse."""
        left, top = self.layout.origin
        x, y = (position[0] - left) / self.layout.scale, (position[1] - top) / self.layout.scale
        return next((number for number, place in enumerate(self._places) if place.holds(x, y)), None)

    def rehearse(self) -> None:
        """Draw every screen once, unseen, so that nothing is drawn for the first time while somebody plays."""
        scratch = pygame.Surface((self.layout.width, self.layout.height))
        game = Game()
        for screen in Screen:
            game.screen = screen
            for selected in range(max(1, len(game.choices))):
                game.selected = selected
                self.draw(scratch, game, None)

    def _glow(self, surface: pygame.Surface, item: Glow) -> None:
        picture, scale = self.pictures.orbs["light"][4], self.layout.scale
        at = round(item.x * scale) - picture.get_width() // 2, round(item.y * scale) - picture.get_height() // 2
        surface.blit(picture, at, special_flags=ADD)

    def _neon(self, surface: pygame.Surface, item: Neon) -> None:
        scale = self.layout.scale
        left = item.x - neon_width(item.text, item.height) / 2 - item.height
        picture = self.pictures.neon(item.text, item.height, item.colour)
        surface.blit(picture, (round(left * scale), round((item.y - item.height) * scale)), special_flags=ADD)

    def _panel(self, surface: pygame.Surface, item: Panel) -> None:
        scale = self.layout.scale
        size = round(item.wide * scale), round(item.high * scale)
        if (size, item.soft) not in self._panels:
            self._panels[size, item.soft] = laid(shade(size) if item.soft else plate(size, scale))
        surface.blit(self._panels[size, item.soft], (round(item.x * scale), round(item.y * scale)))
