"""Painting a toast: once, at its real size, on a helper thread."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PIL import Image

from pygame_gameservices.widgets.painting.brushes import canvas, clipped, horizontal, lay, rim, rounded, shadow, stamp
from pygame_gameservices.widgets.painting.color import Color, with_alpha
from pygame_gameservices.widgets.painting.emblem import locked, medal, sign
from pygame_gameservices.widgets.painting.panel import bleed_of, panel
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.toasts.parts import ToastParts, paint_parts
from pygame_gameservices.widgets.toasts.toast import Toast

_LONGEST = 300
"""Characters of a line that are looked at; what does not fit anyway need not be measured."""
_LABEL_TRACKING = 0.08
_TITLE, _TEXT, _LABEL = 27, 20, 18
_TEXTS = 2
"""Lines of the text at most, however many the title has; what is more ends in an ellipsis."""
_GROWS = {Rarity.UNKNOWN: 1.0, Rarity.BRONZE: 1.0, Rarity.SILVER: 1.02, Rarity.GOLD: 1.1, Rarity.PLATINUM: 1.24}
"""How much larger than its place a medal is: the highest stands out of the line."""
_TINTS = {Rarity.UNKNOWN: 0.2, Rarity.BRONZE: 0.2, Rarity.SILVER: 0.2, Rarity.GOLD: 0.27, Rarity.PLATINUM: 0.34}
"""How strongly a medal colors the bar beside it."""


class _Layout(NamedTuple):
    """The measures of a toast, in units of the 1080p design.

    Attributes:
        width: of the bar; every toast of a stack has the same.
        padding, above: from the edges to what is on it, at the sides and above.
        gap: from the emblem to the words.
        emblem: width and height of the emblem's place.
        titles: sizes of the title's letters that are tried before it is wrapped, the largest first.
        lines: how many lines a title may have.
        words: whether there are a label and a text.
    """

    width: int
    padding: int
    above: int
    gap: int
    emblem: int
    titles: tuple[int, ...]
    lines: int
    words: bool


_USUAL = _Layout(520, 20, 20, 20, 80, (_TITLE, 25, 23), 2, words=True)
_MINI = _Layout(372, 16, 13, 14, 44, (24, 22, 20), 2, words=False)
_NARROW = _Layout(372, 10, 9, 10, 36, (21, 20, 19), 3, words=False)
_CAPS = 20
"""In how many tones a bar's end is painted for its unfolding: so many that none is seen to differ from its bar."""
_ROOMY = 400
"""Units that a bar must have for label, title and text; below, there is the title only."""


@dataclass(frozen=True)
class _Lines:
    """The words of a toast, cut to fit."""

    label: str
    note: str
    title: list[str]
    letters: Lettering
    text: list[str]
    progress: tuple[int, int] | None


class ToastPainter:
    """Paints toasts for one theme and screen. Immutable; any thread; about 10 ms a toast at 1080p."""

    def __init__(self, theme: Theme, scale: float, room: int, *, mini: bool = False) -> None:
        """Choose how to paint.

        Args:
            theme: colors and fonts.
            scale: pixels per pixel of the 1080p design.
            room: pixels that a toast may be wide. Where that is little, there is a layout for narrow ones.
            mini: whether to leave out the label and the text.
        """
        self._theme = theme
        self._scale = scale
        narrow = room < round(_ROOMY * scale)
        self._layout = _NARROW if narrow else _MINI if mini else _USUAL
        self._width = max(1, min(round(self._layout.width * scale), room))
        self._text = theme.lettering(_TEXT * scale)
        self._label = theme.lettering(_LABEL * scale, bold=True, tracking=_LABEL_TRACKING)
        self._note = theme.lettering(_LABEL * scale)

    def paint(self, toast: Toast, icon: Picture | None = None) -> Picture:
        """Paint `toast`, with `icon` or its own in place of the emblem when there is one."""
        size, lines = self._measured(toast)
        image = panel(size, self._theme, self._scale)
        bleed = bleed_of(self._theme, self._scale)
        self._tint(image, size, bleed, toast)
        x, y = self._place(size)
        self._mount(image, toast, icon or toast.icon, (bleed + x, bleed + y))
        left = bleed + self._px(self._layout.padding + self._layout.emblem + self._layout.gap)
        self._write(image, lines, left, bleed + (size[1] - self._height(lines)) / 2, self._ink(toast))
        return Picture.of(image, bleed=bleed)

    def parts(self, toast: Toast, icon: Picture | None) -> ToastParts:
        """Paint what moves on its own while `toast` comes: its emblem in several sizes, a flash and a glint."""
        size, _ = self._measured(toast)
        x, y = self._place(size)
        side = self._px(self._layout.emblem)
        rarity = toast.rarity or Rarity.UNKNOWN
        folded = min(size[0], side + 2 * x)
        return paint_parts(
            self._emblem(toast, icon),
            rarity,
            self._theme.colors.metal(rarity),
            (x + side / 2, y + side / 2),
            folded=folded,
            caps=tuple(self._caps(toast, size, folded)),
        )

    def parts_key(self, toast: Toast, icon: Picture | None) -> Hashable:
        """What two toasts have in common whose parts are the same."""
        size, _ = self._measured(toast)
        return toast.rarity, toast.sign, toast.progress is None, icon, size, self._layout

    def _caps(self, toast: Toast, size: tuple[int, int], folded: int) -> Iterator[Picture]:
        """The bar's end as it looks where the bar is cut: no words on it, and the tint of that place."""
        cap = min(size[0] // 2, self._px(self._layout.padding))  # no words are there
        bleed = bleed_of(self._theme, self._scale)
        bare = panel(size, self._theme, self._scale)
        bare = bare.crop((bleed + size[0] - cap, 0, *bare.size))
        tints = [(tint, mask.crop((size[0] - cap, 0, *size))) for tint, mask in self._tints(size, toast)]
        for step in range(_CAPS):
            cut = folded - cap + round((size[0] - folded) * (step + 0.5) / _CAPS)
            image = bare.copy()
            for tint, mask in tints:
                red, green, blue, alpha = tint.getpixel((cut, 0))  # type: ignore[misc]
                stamp(image, mask, (red, green, blue, alpha), (0, bleed))
            yield Picture.of(image)

    def _measured(self, toast: Toast) -> tuple[tuple[int, int], _Lines]:
        """Width and height of the bar, and the words on it."""
        layout = self._layout
        room = self._width - self._px(layout.padding + layout.emblem + layout.gap) - self._px(layout.padding)
        lines = self._lines(toast, max(1, room))
        height = max(self._px(layout.emblem), self._height(lines)) + 2 * self._px(layout.above)
        return (self._width, height), lines

    def _lines(self, toast: Toast, room: int) -> _Lines:
        label = note = ""
        text: list[str] = []
        title, letters = self._titled(toast.title[:_LONGEST], room)
        if self._layout.words:
            note = toast.note[:_LONGEST] if toast.label else ""
            beside = self._note.width(note) + self._px(16) if note else 0
            label = self._label.fit(toast.label[:_LONGEST].upper(), max(1, room - beside))
            if toast.progress is None:
                text = self._text.wrap(toast.text[:_LONGEST], room, _TEXTS)
        return _Lines(label, note, title, letters, text, toast.progress)

    def _titled(self, title: str, room: int) -> tuple[list[str], Lettering]:
        """The title in one line, in smaller letters if need be; else in several; cut only after that."""
        for size in self._layout.titles:
            letters = self._theme.lettering(size * self._scale, bold=True)
            if letters.width(title) <= room:
                return [title], letters
        return letters.wrap(title, room, self._layout.lines), letters

    def _height(self, lines: _Lines) -> int:
        """From the top of the first capital to the baseline of the last line, in pixels."""
        return sum(space + lettering.cap_height for lettering, _, space in self._rows(lines)) + (
            self._px(26) if lines.progress else 0
        )

    def _rows(self, lines: _Lines) -> list[tuple[Lettering, str, int]]:
        """Each line: its lettering, its words and the space above its capitals."""
        rows = [(self._label, lines.label, 0)] if lines.label else []
        for index, line in enumerate(lines.title):
            rows.append((lines.letters, line, round(lines.letters.size * 0.55) if index else self._px(15 * len(rows))))
        for index, line in enumerate(lines.text):
            rows.append((self._text, line, self._px(12) if index else self._px(16)))
        return rows

    def _write(self, image: Image.Image, lines: _Lines, left: int, top: float, ink: Color) -> None:
        colors = self._theme.colors
        right = image.width - bleed_of(self._theme, self._scale) - self._px(self._layout.padding)
        y = top
        for lettering, line, space in self._rows(lines):
            y += space + lettering.cap_height
            color = {self._label: ink, lines.letters: colors.text}.get(lettering, colors.muted)
            lettering.draw(image, (left, y), line, color)
            if lettering is self._label and lines.note:
                self._note.draw(image, (right - self._note.width(lines.note), y), lines.note, colors.muted)
        if lines.progress is not None:
            self._progress(image, (left, round(y) + self._px(13)), right - left, lines.progress, ink)

    def _progress(
        self, image: Image.Image, xy: tuple[int, int], width: int, progress: tuple[int, int], ink: Color
    ) -> None:
        """How far it is, as a bar and in digits beside it."""
        done, goal = progress
        digits, colors = f"{done:,} / {goal:,}", self._theme.colors
        letters = self._theme.lettering(_LABEL * self._scale, bold=True)
        height, wide = max(3, self._px(8)), round(width - letters.width(digits)) - self._px(14)
        middle = xy[1] + self._px(7)
        letters.draw(
            image, (xy[0] + width - letters.width(digits), middle + letters.cap_height / 2), digits, colors.text
        )
        if wide > 2 * height:
            at = xy[0], middle - height // 2
            stamp(image, rounded((wide, height), height / 2), with_alpha(colors.text, 0.22), at)
            filled = max(height, round(wide * min(1.0, done / max(1, goal))))
            stamp(image, rounded((filled, height), height / 2), ink, at)

    def _place(self, size: tuple[int, int]) -> tuple[int, int]:
        """Where the emblem's place is on the bar."""
        return self._px(self._layout.padding), (size[1] - self._px(self._layout.emblem)) // 2

    def _mount(self, image: Image.Image, toast: Toast, icon: Picture | None, xy: tuple[int, int]) -> None:
        """Set the emblem on the glass; what is solid throws a little shadow of its own."""
        side, emblem = self._px(self._layout.emblem), self._emblem(toast, icon)
        xy = xy[0] + (side - emblem.width) // 2, xy[1] + (side - emblem.height) // 2
        if icon is not None or toast.rarity is not None:
            color = with_alpha(self._theme.colors.shadow, 0.75)
            lay(image, shadow(emblem.getchannel("A"), 2.5 * self._scale, color), (xy[0], xy[1] + max(1, self._px(2.5))))
        lay(image, emblem, xy)

    def _emblem(self, toast: Toast, icon: Picture | None) -> Image.Image:
        """The medal, larger than its place where it is a high one; a picture; or a sign."""
        side = self._px(self._layout.emblem)
        if icon is not None:
            return self._framed(toast, icon, side)
        if toast.rarity is not None:
            image = _medal(round(side * _GROWS[toast.rarity]), toast.rarity, self._theme.colors)
            return image if toast.progress is None else locked(image, self._theme.colors)
        return sign(side, toast.sign, self._ink(toast))

    def _framed(self, toast: Toast, icon: Picture, side: int) -> Image.Image:
        """A picture with round corners; a trophy keeps its medal, small, in the corner."""
        source = Image.frombytes("RGBA", icon.size, icon.pixels)
        shorter = min(source.size)
        left, top = (source.width - shorter) // 2, (source.height - shorter) // 2
        square = source.crop((left, top, left + shorter, top + shorter))
        fitted = square.resize((side, side), Image.Resampling.LANCZOS)
        framed = clipped(fitted, rounded((side, side), self._theme.radii.picture * self._scale))
        if toast.rarity is None:
            return framed
        small, over = side // 2, side // 10
        image = canvas((side + 2 * over, side + 2 * over))
        lay(image, framed, (over, over))
        lay(image, _medal(small, toast.rarity, self._theme.colors), (image.width - small, image.width - small))
        return image

    def _tint(self, image: Image.Image, size: tuple[int, int], bleed: int, toast: Toast) -> None:
        """The color that the emblem throws on the bar and on the bar's edge."""
        for tint, mask in self._tints(size, toast):
            lay(image, clipped(tint, mask), (bleed, bleed))

    def _tints(self, size: tuple[int, int], toast: Toast) -> tuple[tuple[Image.Image, Image.Image], ...]:
        """The light on the bar, gone before its middle, and on its edge, each with the mask of where it falls."""
        colors = self._theme.colors
        ink = colors.metal(toast.rarity).base if toast.rarity is not None else self._ink(toast)
        strength = (_TINTS[toast.rarity] if toast.rarity is not None else 0.13) * colors.glow / 0.2
        light = horizontal(
            size, [(0, with_alpha(ink, strength)), (0.22, with_alpha(ink, strength * 0.7)), (0.62, with_alpha(ink, 0))]
        )
        edge = self._ink(toast)
        reach = 0.95 if toast.rarity is Rarity.PLATINUM else 0.55
        rest = with_alpha(edge, 0.3)  # all around: where it ended, a bright bar would look as if its edge was slanted
        line = horizontal(size, [(0, edge), (0.2, with_alpha(edge, 0.8)), (reach, rest), (1, rest)])
        width = max(1.0, max(2.0, colors.border_width) * self._scale)
        return (light, rounded(size, self._radius)), (line, rim(size, self._radius, width))

    def _ink(self, toast: Toast) -> Color:
        colors = self._theme.colors
        if toast.rarity is not None:
            return colors.metal(toast.rarity).label
        return {"online": colors.good, "offline": colors.bad, "warning": colors.bad}.get(toast.sign, colors.accent)

    @property
    def _radius(self) -> float:
        return self._theme.radii.panel * self._scale

    def _px(self, length: float) -> int:
        return round(length * self._scale)


_medal = lru_cache(maxsize=32)(medal)  # painted once per size; callers only read it
