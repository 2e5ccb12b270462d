"""Painting a toast: once, at its real size, on a helper thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PIL import Image

from pygame_gameservices.widgets.color import Color, with_alpha
from pygame_gameservices.widgets.emblem import medal, sign
from pygame_gameservices.widgets.lettering import Lettering
from pygame_gameservices.widgets.painting import clipped, glow, horizontal, lay, rounded, shadow
from pygame_gameservices.widgets.panel import bleed_of, panel
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.toast import Toast

_NARROWEST, _WIDEST = 470, 600
_LEAST = 200
_PADDING, _GAP, _EMBLEM, _SMALL_EMBLEM = 22, 20, 84, 44
_TITLE, _TEXT, _LABEL = 27, 21, 18
_LABEL_TRACKING = 0.08
_TEXT_LINES = 2
_LONGEST = 300
"""Characters of a line that are looked at; what does not fit anyway need not be measured."""


@dataclass(frozen=True)
class _Lines:
    """The words of a toast, cut to fit, and how wide the widest is."""

    label: str
    title: str
    text: list[str]
    width: float


class ToastPainter:
    """Paints toasts for one theme and screen. Immutable; any thread; about 10 ms a toast at 1080p."""

    def __init__(self, theme: Theme, scale: float, room: int, *, mini: bool = False) -> None:
        """Choose how to paint.

        Args:
            theme: colors and fonts.
            scale: pixels per pixel of the 1080p design.
            room: pixels that a toast may be wide; very little is not kept to.
            mini: whether to leave out the label and the text.
        """
        self._theme = theme
        self._scale = scale
        self._mini = mini
        self._widest = max(self._px(_LEAST), min(self._px(_WIDEST), room))
        self._narrowest = 0 if mini else min(self._px(_NARROWEST), self._widest)
        self._title = theme.lettering(_TITLE * self._scale, bold=True)
        self._text = theme.lettering(_TEXT * self._scale)
        self._label = theme.lettering(_LABEL * self._scale, bold=True, tracking=_LABEL_TRACKING)

    def paint(self, toast: Toast, icon: Picture | None = None) -> Picture:
        """Paint `toast`, with `icon` or its own in place of the emblem when there is one."""
        icon = icon or toast.icon
        side = self._px(_SMALL_EMBLEM if self._mini else _EMBLEM)
        padding, gap = self._px(_PADDING), self._px(_GAP)
        around = 2 * padding + side + gap
        lines = self._lines(toast, self._widest - around)
        width = max(self._narrowest, around + ceil(lines.width))
        height = max(side, self._height(lines)) + 2 * (self._px(14) if self._mini else padding)
        ink = self._ink(toast)
        image = panel((width, height), self._theme, self._scale)
        bleed = bleed_of(self._theme, self._scale)
        self._light(image, (width, height), bleed, padding + side / 2, ink)
        self._accent(image, (width, height), bleed, ink)
        self._mount(image, toast, icon, (bleed + padding, bleed + (height - side) // 2), side)
        left, middle = bleed + padding + side + gap, bleed + height / 2
        self._write(image, lines, left, middle - self._height(lines) / 2, ink)
        return Picture.of(image, bleed=bleed)

    def _lines(self, toast: Toast, width: float) -> _Lines:
        label = "" if self._mini else self._label.fit(toast.label[:_LONGEST].upper(), width)
        title = self._title.fit(toast.title[:_LONGEST], width)
        text = [] if self._mini else self._text.wrap(toast.text[:_LONGEST], width, _TEXT_LINES)
        widths = [self._label.width(label), self._title.width(title), *map(self._text.width, text)]
        return _Lines(label, title, text, max(widths))

    def _height(self, lines: _Lines) -> int:
        """From the top of the first capital to the baseline of the last line, in pixels."""
        rows = self._rows(lines)
        return sum(row.cap_height for row, _ in rows) + sum(space for _, space in rows)

    def _rows(self, lines: _Lines) -> list[tuple[Lettering, int]]:
        """The lettering of each line, and the space above its capitals."""
        rows: list[tuple[Lettering, int]] = []
        if lines.label:
            rows.append((self._label, 0))
        rows.append((self._title, self._px(15) if rows else 0))
        for index in range(len(lines.text)):
            rows.append((self._text, self._px(13) if index else self._px(16)))
        return rows

    def _write(self, image: Image.Image, lines: _Lines, left: int, top: float, ink: Color) -> None:
        colors = self._theme.colors
        words = [line for line in (lines.label, lines.title, *lines.text) if line]
        y = top
        for (lettering, space), line in zip(self._rows(lines), words, strict=False):
            y += space + lettering.cap_height
            color = {self._label: ink, self._title: colors.text}.get(lettering, colors.muted)
            lettering.draw(image, (left, y), line, color)

    def _mount(self, image: Image.Image, toast: Toast, icon: Picture | None, xy: tuple[int, int], side: int) -> None:
        """Set the emblem on the glass; what is solid throws a little shadow of its own."""
        if icon is not None:
            emblem = self._framed(toast, icon, side)
        elif toast.rarity is not None:
            emblem = _medal(side, toast.rarity, self._theme.colors)
        else:
            lay(image, sign(side, toast.sign, self._ink(toast)), xy)
            return
        color = with_alpha(self._theme.colors.shadow, 0.75)
        lay(image, shadow(emblem.getchannel("A"), 2.5 * self._scale, color), (xy[0], xy[1] + max(1, self._px(2.5))))
        lay(image, emblem, xy)

    def _framed(self, toast: Toast, icon: Picture, side: int) -> Image.Image:
        """A picture with round corners; a trophy keeps its medal, small, in the corner."""
        source = Image.frombytes("RGBA", icon.size, icon.pixels)
        shorter = min(source.size)
        left, top = (source.width - shorter) // 2, (source.height - shorter) // 2
        square = source.crop((left, top, left + shorter, top + shorter))
        fitted = square.resize((side, side), Image.Resampling.LANCZOS)
        image = clipped(fitted, rounded((side, side), self._theme.radii.picture * self._scale))
        if toast.rarity is not None:
            small = side * 9 // 20
            lay(image, _medal(small, toast.rarity, self._theme.colors), (side - small, side - small))
        return image

    def _light(self, image: Image.Image, size: tuple[int, int], bleed: int, x: float, ink: Color) -> None:
        """The light that the emblem throws on the glass around it."""
        shine = glow(size, (x, size[1] / 2), size[1] * 0.95, with_alpha(ink, self._theme.colors.glow))
        lay(image, clipped(shine, rounded(size, self._radius)), (bleed, bleed))

    def _accent(self, image: Image.Image, size: tuple[int, int], bleed: int, ink: Color) -> None:
        """A thin bright line along the upper edge, fading to the right."""
        thick = max(2, self._px(3))
        line = horizontal(size, [(0, with_alpha(ink, 0.95)), (0.35, with_alpha(ink, 0.7)), (0.9, with_alpha(ink, 0))])
        edge = rounded(size, self._radius)
        edge.paste(0, (0, thick, size[0], size[1]))
        lay(image, clipped(line, edge), (bleed, bleed))

    def _ink(self, toast: Toast) -> Color:
        colors = self._theme.colors
        if toast.rarity is not None:
            return colors.metal(toast.rarity).label
        return {"online": colors.good, "offline": colors.bad}.get(toast.sign, colors.accent)

    @property
    def _radius(self) -> float:
        return self._theme.radii.panel * self._scale

    def _px(self, length: float) -> int:
        return round(length * self._scale)


_medal = lru_cache(maxsize=32)(medal)  # painted once per size; callers only read it
