"""How Light Harvest looks, in numbers and words: colours, sizes, places, texts. Every view reads these."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]

TITLE = "LIGHT HARVEST"
TAGLINE = "Gather the light before dawn."
MARKET_LINE = "The valleys burn the light you bring home. Sell them a quarter hour of it."
BASE_WIDTH, BASE_HEIGHT = 1280, 720
MARGIN = 34

NIGHT_TOP: Colour = (6, 7, 20)
NIGHT_LOW: Colour = (21, 16, 50)
NEBULA_COLD: Colour = (18, 66, 104)
NEBULA_WARM: Colour = (104, 42, 116)
DAWN_TOP: Colour = (28, 24, 66)
DAWN_MIDDLE: Colour = (122, 58, 104)
DAWN_LOW: Colour = (246, 148, 92)

LIGHT: Colour = (255, 186, 70)
EMBER: Colour = (255, 124, 36)
RARE: Colour = (92, 232, 214)
STAR: Colour = (196, 210, 255)
ENGINE: Colour = (112, 168, 255)
DANGER: Colour = (255, 72, 92)
DUST: Colour = (120, 110, 168)
TEXT: Colour = (238, 236, 250)
MUTED: Colour = (158, 156, 194)
ROCK_DARK: Colour = (22, 19, 40)
ROCK_LIT: Colour = (132, 120, 172)
HULL_DARK: Colour = (64, 74, 118)
HULL_LOW: Colour = (112, 124, 172)
HULL: Colour = (150, 164, 214)
HULL_LIT: Colour = (226, 232, 252)
GOLD_DARK: Colour = (118, 70, 22)
GOLD: Colour = (206, 138, 44)
GOLD_LIT: Colour = (255, 226, 142)

HUES: dict[str, Colour] = {
    "light": LIGHT,
    "ember": EMBER,
    "rare": RARE,
    "star": STAR,
    "engine": ENGINE,
    "danger": DANGER,
    "dust": DUST,
}
"""The colours that glow, by the name that effects use."""

HELP_LINES = (
    ("MOVE", "arrows / WASD / stick"),
    ("PULSE", "space / button A: shatter rocks, costs light"),
    ("PAUSE", "P or Esc / Start"),
)

SCORE_AT = (MARGIN, 28)
COMBO_AT = (MARGIN, 116)
NIGHT_LINE = (460, 42, 360)
"""Left end, height and length of the line that the moon walks until dawn."""
ENERGY_BAR = (MARGIN, 674, 300, 10)
NOTICE_AT = (BASE_WIDTH - MARGIN, 640)
"""Right upper corner of the small line that says what was refused, above the badge in the corner."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the 1280x720 picture lies in a window of any size: centred, as large as fits, never stretched."""

    width: int
    height: int

    @property
    def scale(self) -> float:
        """Window pixels per world unit."""
        return min(self.width / BASE_WIDTH, self.height / BASE_HEIGHT)

    @property
    def size(self) -> tuple[int, int]:
        """Size of the picture in window pixels."""
        return max(1, round(BASE_WIDTH * self.scale)), max(1, round(BASE_HEIGHT * self.scale))

    @property
    def origin(self) -> tuple[int, int]:
        """Where the picture's left upper corner lies in the window."""
        width, height = self.size
        return (self.width - width) // 2, (self.height - height) // 2

    def text_size(self, size: float) -> int:
        """Pixels for text of `size` at 1280x720; never so small that it cannot be read."""
        return max(11, round(size * self.scale))


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` of the way from `a` to `b`."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def chain_colour(multiplier: int) -> Colour:
    """The multiplier warms up as it grows."""
    return mix(RARE, LIGHT, (multiplier - 1) / 8)


def number(value: float, decimals: int = 0) -> str:
    """How every number is written, wherever one stands: ``57,380``, ``1,234.50``. Not by the machine's locale."""
    return f"{value:,.{decimals}f}"


def clock_text(seconds: float) -> str:
    """Seconds as ``1:07``."""
    whole = max(0, int(seconds + 0.999))
    return f"{whole // 60}:{whole % 60:02}"
