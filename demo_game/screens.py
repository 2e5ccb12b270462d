"""Draws the whole picture of the game: world, instruments, and the title, pause and last screens above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame
from PIL import Image, ImageDraw

from demo_game.game import Game, Screen
from demo_game.hud import ADD, Hud
from demo_game.lettering import neon_width
from demo_game.look import (
    BASE_WIDTH,
    DANGER,
    HELP_LINES,
    LIGHT,
    MARGIN,
    MUTED,
    RARE,
    TAGLINE,
    TEXT,
    TITLE,
    Colour,
    Layout,
)
from demo_game.pictures import Pictures, laid
from demo_game.view import View

if TYPE_CHECKING:
    from demo_game.online import Online

MIDDLE = BASE_WIDTH / 2
LINE = 46
DIM = (156, 148, 164)
TITLE_HEIGHT = 78.0
FINAL_HEIGHT = 40.0


class Screens:
    """Draws a `Game` into a window of one size. Make a new one when the size changes."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.layout = Layout(*size)
        self.pictures = Pictures(self.layout)
        self.view = View(self.layout, self.pictures)
        self.hud = Hud(self.layout, self.pictures)
        self._places: list[pygame.Rect] = []
        self._panels: dict[tuple[int, int], pygame.Surface] = {}
        for text, height, colour in ((TITLE, TITLE_HEIGHT, LIGHT), ("PAUSED", 54.0, RARE),
                                     ("DAYBREAK", 50.0, LIGHT), ("DARKNESS", 50.0, DANGER)):  # fmt: skip
            self.pictures.neon(text, height, colour)
        for figure in "0123456789 ":
            self.pictures.neon(figure, FINAL_HEIGHT, LIGHT)
        self.rehearse()

    def draw(self, window: pygame.Surface, game: Game, online: Online | None, *, ahead: float = 0.0) -> None:
        """Draw everything but the overlay. Where the window is wider or higher than the picture, it stays black."""
        origin, size = self.layout.origin, self.layout.size
        surface = window if size == window.get_size() else window.subsurface((*origin, *size))
        if surface is not window:
            window.fill((0, 0, 0))
        moving = game.screen in (Screen.PLAY, Screen.TITLE) and not game.world.ended
        self.view.draw(
            surface, game.world, game.effects, ahead=ahead if moving else 0.0, calm=game.screen is Screen.OVER
        )
        match game.screen:
            case Screen.TITLE:
                self._dim(surface)
                self._draw_title(surface, game, online)
            case Screen.PLAY:
                self._places = []
                self.hud.draw(surface, game.world, game.effects)
            case Screen.PAUSE:
                self.hud.draw(surface, game.world, game.effects)
                self._dim(surface)
                self._draw_pause(surface, game)
            case Screen.OVER:
                self._dim(surface)
                self._draw_over(surface, game, online)
        self.hud.notice(surface, online.notice if online is not None else "")

    def choice_at(self, position: tuple[float, float]) -> int | None:
        """Which line of the menu is at a place in the window, as last drawn; for the mouse."""
        left, top = self.layout.origin
        at = (position[0] - left) / self.layout.scale, (position[1] - top) / self.layout.scale
        return next((number for number, place in enumerate(self._places) if place.collidepoint(at)), None)

    def rehearse(self) -> None:
        """Draw every screen once, unseen, so that nothing is drawn for the first time while somebody plays."""
        scratch = pygame.Surface((self.layout.width, self.layout.height))
        game = Game()
        for screen in Screen:
            game.screen = screen
            for selected in range(max(1, len(game.choices))):
                game.selected = selected
                self.draw(scratch, game, None)

    def _dim(self, surface: pygame.Surface) -> None:
        surface.blit(self.pictures.veil(DIM), (0, 0), special_flags=pygame.BLEND_RGB_MULT)

    def _draw_title(self, surface: pygame.Surface, game: Game, online: Online | None) -> None:
        self._neon(surface, TITLE, MIDDLE, 132, TITLE_HEIGHT, LIGHT)
        self._text(surface, TAGLINE, MIDDLE, 252, 22.0, TEXT, align=0.5)
        self._menu(surface, game, 372)
        if online is not None and online.player is not None:
            self._text(surface, f"Signed in as {online.player}", BASE_WIDTH - MARGIN, 690 - 14, 16.0, MUTED, align=1.0)
        x = MARGIN
        for number, (key, words) in enumerate(HELP_LINES):
            y = 690 - 14 - (len(HELP_LINES) - 1 - number) * 24
            self._text(surface, key, x, y, 14.0, RARE, strong=True)
            self._text(surface, words, x + 66, y, 14.0, MUTED)
        if game.best:
            self._text(surface, f"Best tonight  {game.best:,}", MIDDLE, 300, 16.0, MUTED, align=0.5)

    def _draw_pause(self, surface: pygame.Surface, game: Game) -> None:
        self._neon(surface, "PAUSED", MIDDLE, 200, 54.0, RARE)
        self._menu(surface, game, 352)

    def _draw_over(self, surface: pygame.Surface, game: Game, online: Online | None) -> None:
        survived = game.world.survived
        self._neon(surface, "DAYBREAK" if survived else "DARKNESS", MIDDLE, 62, 50.0, LIGHT if survived else DANGER)
        story = "You carried the light until dawn." if survived else "The light went out before dawn."
        self._text(surface, story, MIDDLE, 146, 19.0, TEXT, align=0.5)
        self._panel(surface, 210, 196, 410, 350)
        self._panel(surface, 660, 196, 410, 350)
        self._text(surface, "THIS NIGHT", 240, 218, 14.0, MUTED, strong=True)
        self.hud.number(surface, f"{game.final:,}".replace(",", " "), 242, 256, FINAL_HEIGHT, LIGHT)
        tally = game.world.tally
        facts = (
            ("Lights harvested", f"{tally.orbs}"),
            ("Rocks shattered", f"{tally.shattered}"),
            ("Highest multiplier", f"x{tally.best_multiplier}"),
            ("Close calls", f"{tally.grazes}"),
            ("Times hit", f"{tally.hits}"),
        )
        for row, (name, value) in enumerate(facts):
            y = 334 + row * 38
            self._text(surface, name, 240, y, 18.0, MUTED)
            self._text(surface, value, 590, y, 18.0, TEXT, strong=True, align=1.0)
        self._draw_board(surface, game, online)
        self._menu(surface, game, 586)

    def _draw_board(self, surface: pygame.Surface, game: Game, online: Online | None) -> None:
        self._text(surface, "LEADERBOARD", 690, 218, 14.0, MUTED, strong=True)
        if online is None or online.player is None:
            self._text(surface, "Sign in on the title screen", 690, 260, 18.0, MUTED)
            self._text(surface, "to see where you stand.", 690, 286, 18.0, MUTED)
            return
        if online.rank is not None:
            self._text(surface, f"You are #{online.rank}", 1040, 218, 15.0, LIGHT, strong=True, align=1.0)
        if not online.board:
            self._text(surface, "Sending your score ...", 690, 260, 18.0, MUTED)
        for row, score in enumerate(online.board[:8]):
            y = 254 + row * 35
            own = score.user == online.player
            mine = own and score.sort == game.final
            colour = LIGHT if own else TEXT
            self._text(surface, f"{row + 1}", 714, y, 18.0, LIGHT if own else MUTED, strong=own, align=1.0)
            self._text(surface, score.name, 732, y, 18.0, colour, strong=own)
            self._text(surface, f"{score.sort:,}", 1040, y, 18.0, colour, strong=own, align=1.0)
            if mine:
                self._light(surface, 682, y + 12)

    def _menu(self, surface: pygame.Surface, game: Game, y: float) -> None:
        choices = game.choices
        selected = min(game.selected, len(choices) - 1)
        self._places = []
        across = game.screen is Screen.OVER
        for number, choice in enumerate(choices):
            chosen = number == selected
            x = MIDDLE + (number - (len(choices) - 1) / 2) * 220 if across else MIDDLE
            top = y if across else y + number * LINE
            wide = self._text(surface, choice.label, x, top, 24.0, TEXT if chosen else MUTED, strong=chosen, align=0.5)
            self._places.append(pygame.Rect(x - wide / 2 - 30, top - 4, wide + 60, LINE - 4))
            if chosen:
                for side in (-1, 1):
                    self._light(surface, x + side * (wide / 2 + 28), top + 17)

    def _light(self, surface: pygame.Surface, x: float, y: float) -> None:
        picture, scale = self.pictures.orbs["light"][4], self.layout.scale
        at = round(x * scale) - picture.get_width() // 2, round(y * scale) - picture.get_height() // 2
        surface.blit(picture, at, special_flags=ADD)

    def _text(
        self, surface: pygame.Surface, text: str, x: float, y: float, size: float, colour: Colour, *,
        strong: bool = False, align: float = 0.0,
    ) -> float:  # fmt: skip
        """Words at (x, y); `align` 0 to the right of it, 1 to the left. Returns their width in units."""
        picture = self.pictures.text(text, size, colour, strong=strong)
        picture.set_alpha(255)
        scale = self.layout.scale
        surface.blit(picture, (round(x * scale - picture.get_width() * align), round(y * scale)))
        return picture.get_width() / scale

    def _neon(self, surface: pygame.Surface, text: str, x: float, y: float, height: float, colour: Colour) -> None:
        scale = self.layout.scale
        left = x - neon_width(text, height) / 2 - height
        picture = self.pictures.neon(text, height, colour)
        surface.blit(picture, (round(left * scale), round((y - height) * scale)), special_flags=ADD)

    def _panel(self, surface: pygame.Surface, x: float, y: float, wide: float, high: float) -> None:
        scale = self.layout.scale
        size = round(wide * scale), round(high * scale)
        if size not in self._panels:
            big = Image.new("RGBA", (size[0] * 2, size[1] * 2), (90, 80, 150, 0))
            box = (1, 1, size[0] * 2 - 2, size[1] * 2 - 2)
            corner = round(28 * scale)
            ImageDraw.Draw(big).rounded_rectangle(box, corner, (12, 10, 32, 196), (126, 116, 190, 120), 2)
            self._panels[size] = laid(big.resize(size, Image.Resampling.BOX))
        surface.blit(self._panels[size], (round(x * scale), round(y * scale)))
