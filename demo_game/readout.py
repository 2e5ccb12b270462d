"""What is written over the world during a night, and about what was refused: the same words in every engine."""

from __future__ import annotations

from demo_game.look import (
    COMBO_AT,
    DANGER,
    ENERGY_BAR,
    MUTED,
    NIGHT_LINE,
    NOTICE_AT,
    SCORE_AT,
    TEXT,
    chain_colour,
    clock_text,
    mix,
    number,
)
from demo_game.sheets import Figures, Words
from demo_game.world import LOW_ENERGY, World

SCORE_HEIGHT = 28.0
CHAIN_HEIGHT = 26.0
LABEL_SIZE = 14.0


class Readout:
    """The words and figures of a night.

    Attributes:
        shown: the score that is shown; it counts up to the world's, a part of the way each frame.
    """

    def __init__(self) -> None:
        self.shown = 0.0

    def lines(self, world: World) -> list[Words | Figures]:
        """What to write in this frame."""
        self.shown += (world.score - self.shown) * 0.2
        if abs(world.score - self.shown) < 1.0 or world.score < self.shown:
            self.shown = float(world.score)
        x, y = SCORE_AT
        lines: list[Words | Figures] = [
            Words("SCORE", x, y, LABEL_SIZE, MUTED, strong=True),
            Figures(number(round(self.shown)), x + 2, y + 29, SCORE_HEIGHT, TEXT),
        ]
        if world.multiplier > 1:
            x, y = COMBO_AT
            lines.append(Figures(f"x{world.multiplier}", x + 2, y, CHAIN_HEIGHT, chain_colour(world.multiplier)))
        x, y, length = NIGHT_LINE
        left = f"{clock_text(world.seconds - world.time)} until dawn"
        lines.append(Words(left, x + length / 2, y + 13, 15.0, MUTED, align=0.5))
        x, y, *_ = ENERGY_BAR
        low = world.energy < LOW_ENERGY
        label, colour = ("LIGHT IS LOW", mix(DANGER, TEXT, 0.35)) if low else ("LIGHT", MUTED)
        lines.append(Words(label, x, y - 26, LABEL_SIZE, colour, strong=True))
        return lines


def notice_line(text: str) -> Words:
    """The small line at the right lower corner that says what the services refused."""
    return Words(text, *NOTICE_AT, 15.0, MUTED, align=1.0)
