"""How everything looks and sounds: one frozen value that a game replaces in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pygame_gameservices.widgets.checks import check_is, check_number
from pygame_gameservices.widgets.painting.color import Color, color
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.text.typeface import BOLD, REGULAR, Typeface

REFERENCE_HEIGHT = 1080
"""The screen height in pixels for which sizes are given; everything scales with the real one."""

SMALLEST_SCALE = 0.6
"""Below this share of their size at 1080p, letters would no longer be readable, so nothing gets smaller."""

_LEAST_SCALE = 0.01


@dataclass(frozen=True)
class Metal:
    """The colors of one rarity: `light`, `base` and `dark` paint its medal, `label` its words on a panel."""

    light: Color
    base: Color
    dark: Color
    label: Color


def _metal(light: str, base: str, dark: str, label: str) -> Metal:
    return Metal(color(light), color(base), color(dark), color(label))


_SHADE, _SHINE = color("#00000052"), color("#ffffff12")


@dataclass(frozen=True)
class Colors:
    """The colors of a theme.

    Attributes:
        panel_top, panel_bottom: the ends of the fade behind every widget; the game shines through where they are
            slightly transparent.
        border: the hairline around a panel; its upper edge is painted brighter.
        border_width: how wide it is, in pixels at 1080p.
        shadow: what a panel throws on the game.
        text, muted: titles, and the text below them.
        accent: what is selected or asks for attention.
        glow: how strongly an emblem lights the glass around it, 0 to 1.
        well: what is sunk into a panel, such as a text field.
        raised: what stands out of it, such as a button or every other row.
        good, bad: what went well, and what did not.
        bronze, silver, gold, platinum, unknown: the medals, see `Metal`.
    """

    panel_top: Color
    panel_bottom: Color
    border: Color
    shadow: Color
    text: Color
    muted: Color
    accent: Color
    good: Color
    bad: Color
    bronze: Metal
    silver: Metal
    gold: Metal
    platinum: Metal
    unknown: Metal
    border_width: float = 1.5
    glow: float = 0.2
    well: Color = _SHADE
    raised: Color = _SHINE

    def metal(self, rarity: Rarity) -> Metal:
        """The colors of a rarity's medal."""
        metal: Metal = getattr(self, rarity.name.lower())
        return metal


@dataclass(frozen=True)
class Radii:
    """How round corners are, in pixels at 1080p."""

    panel: float = 18
    control: float = 10
    picture: float = 12


@dataclass(frozen=True)
class Fonts:
    """Font files. None is the bundled font, which covers Latin, Greek and Cyrillic.

    Attributes:
        regular, bold: the files of the two weights.
        fallback: files asked in order for what the others lack, before the fonts of the player's system.
    """

    regular: Path | None = None
    bold: Path | None = None
    fallback: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Sounds:
    """What is heard: each a sound file, or a name that the game's own player knows; empty is silence."""

    bronze: str = ""
    silver: str = ""
    gold: str = ""
    platinum: str = ""
    unknown: str = ""
    account: str = ""
    connection: str = ""
    message: str = ""

    def names(self) -> set[str]:
        """All sounds that are not silence."""
        return {getattr(self, each.name) for each in fields(self)} - {""}


def _own(name: str) -> str:
    return str(Path(__file__).parent / "sounds" / f"{name}.wav")


CHIMES = Sounds(bronze=_own("bronze"), silver=_own("silver"), gold=_own("gold"), platinum=_own("platinum"))
"""The package's own sounds, one for each rank; the built-in themes have them. ``Sounds()`` is silence."""


class ToastAnimation(StrEnum):
    """How a toast comes and goes. With reduced motion each is `FADE`.

    Each is written in ``widgets/toasts/animations.py``, which says how to add one.

    Attributes:
        SLIDE: from the edge of the screen at which it stands, and back.
        RISE: from below.
        DROP: from above.
        UNFOLD: the emblem first, then the bar unfolds from it; the rarer the trophy the more light. It goes as `SLIDE`.
        FADE: in place.
    """

    SLIDE = "slide"
    RISE = "rise"
    DROP = "drop"
    UNFOLD = "unfold"
    FADE = "fade"


_PASS_AN_ANIMATION = f"pass one of {', '.join(map(str, ToastAnimation.__members__))} of ToastAnimation"


@dataclass(frozen=True)
class ToastAnimations:
    """How toasts come and go, by what they are about.

    Raises:
        UsageError: one of them is no `ToastAnimation`.
    """

    trophy: ToastAnimation = ToastAnimation.UNFOLD
    progress: ToastAnimation = ToastAnimation.SLIDE
    account: ToastAnimation = ToastAnimation.SLIDE
    connection: ToastAnimation = ToastAnimation.SLIDE
    message: ToastAnimation = ToastAnimation.SLIDE

    def __post_init__(self) -> None:
        for each in fields(self):
            check_is(f"ToastAnimations: {each.name}", getattr(self, each.name), ToastAnimation, _PASS_AN_ANIMATION)


@dataclass(frozen=True)
class Theme:
    """Everything that makes one game's widgets look unlike another's. Frozen; ``dataclasses.replace`` makes variants.

    Attributes:
        name: what it is called, in messages.
        colors, radii, fonts, sounds: see there.
        animations: how toasts come and go, see `ToastAnimations`.
        scale: how much larger than usual everything is; 2.0 for players who need large text.

    Raises:
        UsageError: one of them is something else, such as a font's file in place of `Fonts`.
    """

    name: str
    colors: Colors
    radii: Radii = field(default_factory=Radii)
    fonts: Fonts = field(default_factory=Fonts)
    sounds: Sounds = field(default_factory=Sounds)
    scale: float = 1.0
    animations: ToastAnimations = field(default_factory=ToastAnimations)

    def __post_init__(self) -> None:
        kinds = {"colors": Colors, "radii": Radii, "fonts": Fonts, "sounds": Sounds, "animations": ToastAnimations}
        for name, kind in kinds.items():
            check_is(name, getattr(self, name), kind)
        check_number("scale", self.scale, _LEAST_SCALE, "pass a number above 0, such as 1.5")

    @cached_property
    def typeface(self) -> Typeface:
        """The theme's fonts as one. Any thread.

        Raises:
            ConfigurationError: a font file is not there, or is not a font.
        """
        return Typeface(self.fonts.regular, self.fonts.bold, self.fonts.fallback)

    def scale_for(self, height: int) -> float:
        """Pixels per pixel of the 1080p design, on a screen `height` pixels high."""
        return max(height / REFERENCE_HEIGHT, SMALLEST_SCALE) * self.scale

    def lettering(self, size: float, *, bold: bool = False, tracking: float = 0.0, tabular: bool = False) -> Lettering:
        """Letters of `size` real pixels (rounded) in this theme's typeface; `tabular` for a column of numbers."""
        return Lettering(self.typeface, max(1, round(size)), BOLD if bold else REGULAR, tracking, tabular=tabular)


DARK = Theme(
    "dark",
    Colors(
        panel_top=color("#252b3af2"),
        panel_bottom=color("#12151ef5"),
        border=color("#ffffff24"),
        shadow=color("#00000099"),
        text=color("#ffffff"),
        muted=color("#b9c1d1"),
        accent=color("#6cb6ff"),
        good=color("#5fdc94"),
        bad=color("#ff8a80"),
        bronze=_metal("#f6c39a", "#c67c45", "#6e3a19", "#f0a874"),
        silver=_metal("#ffffff", "#aab6c6", "#566377", "#ccd6e4"),
        gold=_metal("#fff3b0", "#f2b51d", "#9a5c06", "#ffcf4d"),
        platinum=_metal("#f4feff", "#8fd8e8", "#3f7fa6", "#a5ecf7"),
        unknown=_metal("#e3d8ff", "#9a83e6", "#4d3b94", "#c9b8ff"),
    ),
    sounds=CHIMES,
)
"""Dark glass; the default."""

LIGHT = Theme(
    "light",
    Colors(
        panel_top=color("#fffffff7"),
        panel_bottom=color("#eef1f6f7"),
        border=color("#1a22331f"),
        shadow=color("#0b14265c"),
        text=color("#141926"),
        muted=color("#4b5568"),
        accent=color("#0b5cad"),
        good=color("#0a6b3b"),
        bad=color("#b3261e"),
        bronze=_metal("#f6c39a", "#c67c45", "#7a431f", "#8a4a1c"),
        silver=_metal("#e6ecf3", "#a3b0c0", "#4f5c6f", "#4d596b"),
        gold=_metal("#fff0a3", "#f0b016", "#9a5c06", "#7d5200"),
        platinum=_metal("#f0fdff", "#86d3e6", "#33749c", "#0f5f7d"),
        unknown=_metal("#e3d8ff", "#9a83e6", "#4d3b94", "#5a3fc0"),
        glow=0.12,
        well=color("#1226480d"),
        raised=color("#1226480f"),
    ),
    sounds=CHIMES,
)
"""White paper, for bright games."""

HIGH_CONTRAST = Theme(
    "high contrast",
    Colors(
        panel_top=color("#000000"),
        panel_bottom=color("#000000"),
        border=color("#ffffff"),
        shadow=color("#00000000"),
        text=color("#ffffff"),
        muted=color("#ffffff"),
        accent=color("#ffff00"),
        good=color("#00ff80"),
        bad=color("#ff9d94"),
        bronze=_metal("#ffd9bb", "#e09a62", "#6e3a19", "#ffb98a"),
        silver=_metal("#ffffff", "#d5dee9", "#566377", "#ffffff"),
        gold=_metal("#fff7c9", "#ffd02e", "#8a5200", "#ffe14d"),
        platinum=_metal("#ffffff", "#a8f0ff", "#3f7fa6", "#a8f5ff"),
        unknown=_metal("#efe8ff", "#b9a6ff", "#4d3b94", "#d6c9ff"),
        border_width=3.0,
        well=color("#000000"),
        raised=color("#262626"),
    ),
    sounds=CHIMES,
)
"""Black, white and yellow, nothing transparent; for players who need it."""

THEMES = {"dark": DARK, "light": LIGHT, "high_contrast": HIGH_CONTRAST}
"""The built-in themes by the name that a theme file's ``base`` takes."""


def scaled(theme: Theme, scale: float) -> Theme:
    """The same theme with everything `scale` times its usual size."""
    return replace(theme, scale=scale)
