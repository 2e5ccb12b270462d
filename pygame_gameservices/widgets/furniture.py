"""What widgets are furnished with: titles, buttons, fields, tabs, messages, and the hints at their feet.

Each function paints one piece on a `Sheet`, as it looks without the focus: that is a picture of its own on top, so that
it can move at once. Any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from pygame_gameservices.widgets.fit import ABOVE_HINTS, Fit
from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.pad import Hands, Pad
from pygame_gameservices.widgets.painting.brushes import (
    canvas,
    clipped,
    glow,
    horizontal,
    lay,
    rim,
    rounded,
    shadow,
    stamp,
    vertical,
)
from pygame_gameservices.widgets.painting.color import Color, mix, with_alpha
from pygame_gameservices.widgets.painting.pad_glyphs import button_width, paint_button
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, EDGE, OFF, RIGHT, Sheet, faint, ink_on
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.trouble import Age, Trouble
from pygame_gameservices.widgets.wording import Wording

_KEYS = {
    "accept": "Enter",
    "cancel": "Esc",
    "tabs": "Q  E",
    "views": "←  →",
    "refresh": "F5",
    "filter": "Q  E",
}
_COMING = 130
"""Units of the 1080p design of the bar that stands for a subtitle."""
_BUTTONS = {"accept": "A", "cancel": "B", "tabs": "LB RB", "views": "cross", "refresh": "Y", "filter": "LB RB"}


@dataclass(frozen=True)
class Hint:
    """A key or button and what it does.

    Attributes:
        what: ``"accept"``, ``"cancel"``, ``"tabs"``, ``"views"``, ``"refresh"`` or ``"filter"``.
        words: what it does.
    """

    what: str
    words: str


def header(sheet: Sheet, emblem: str, title: str, subtitle: str, *, room: int = 0, coming: bool = False) -> None:
    """Paint the title of a widget, with an emblem that throws some light, and a line under it.

    Args:
        sheet: what to paint on.
        emblem: an icon's name.
        title: in large letters.
        subtitle: below it; may be empty.
        room: pixels at the right that belong to something else.
        coming: whether there will be a subtitle: a grey bar stands for it.
    """
    px, colors, fit = sheet.px, sheet.theme.colors, sheet.fit
    _accent(sheet)
    if fit.compact:
        _title(sheet, title, subtitle, room, coming=coming)
        return
    side, left, top = px(52), px(fit.padding), px(24)
    _light(sheet, left + side / 2, top + side / 2, px(190))
    box = Region(left, top, side, side)
    sheet.fill(box, faint(colors.accent, 0.2), px(14))
    sheet.outline(box, faint(colors.accent, 0.55), px(14))
    sheet.icon(box, emblem, colors.accent, 32)
    words = Region(left + side + px(18), top, sheet.size[0] - left - side - px(18 + fit.padding) - room, side)
    if not (subtitle or coming):
        sheet.text(words, title, 30, colors.text, bold=True)
        return
    sheet.text(words._replace(y=top - px(1), height=px(30)), title, 30, colors.text, bold=True)
    below = words._replace(y=top + px(31), height=px(24))
    if coming:
        skeleton(sheet, below._replace(width=px(_COMING)), 1.0)
    else:
        sheet.text(below, subtitle, 19, colors.muted)


def _title(sheet: Sheet, title: str, subtitle: str, room: int, *, coming: bool) -> None:
    """Both in one line, and no emblem."""
    px, colors, left = sheet.px, sheet.theme.colors, sheet.px(sheet.fit.padding)
    words = Region(left, px(4), sheet.size[0] - left - room, px(sheet.fit.header - 6))
    end = sheet.text(words, title, 23, colors.text, bold=True) + px(14)
    if coming:
        skeleton(sheet, Region(end, words.y, px(_COMING), words.height), 1.0)
    elif words.right - end > px(60):
        sheet.text(Region(end, words.y, words.right - end, words.height), subtitle, 19, colors.muted)


def paint_ground(size: tuple[int, int], theme: Theme, fit: Fit) -> Picture:
    """Paint a panel with nothing but a title's light on it, to be seen between what moves over it."""
    sheet = Sheet(theme, fit.scale, size, compact=fit.compact)
    header(sheet, "close", "", "")
    return sheet.picture()


def footer(sheet: Sheet, hints: Sequence[Hint], hands: Hands, *, room: int = 0) -> int:
    """Paint what keys or buttons do, along the lower edge, and the line above that. Nothing for touch.

    Args:
        sheet: what to paint on.
        hints: what to say, the most important last.
        hands: whose keys to name.
        room: pixels at the left that belong to something else. Hints for which there is no room are left out.

    Returns:
        Where the first one begins.
    """
    px, colors, fit, pad = sheet.px, sheet.theme.colors, sheet.fit, hands.pad
    top, left = sheet.size[1] - px(fit.footer), px(fit.padding)
    right, gap = sheet.size[0] - left, px(16 if fit.compact else 26)
    if hands.device is Device.TOUCH:
        return right
    sheet.fill(Region(left, top - px(ABOVE_HINTS), sheet.size[0] - 2 * left, max(1, px(1))), faint(colors.text, 0.14))
    for hint in reversed(hints):
        names = (_BUTTONS if hands.device is Device.PAD else _KEYS)[hint.what].split()
        wide = [button_width(sheet, pad, name) if hands.device is Device.PAD else _chip(sheet, name) for name in names]
        chips = list(zip(names, wide, strict=True))
        words = round(sheet.lettering(18).width(hint.words)) + 1
        if right - words - px(10) - sum(wide + px(5) for _, wide in chips) < left + room:
            break
        sheet.text(Region(right - words, top, words, px(fit.footer)), hint.words, 18, colors.muted)
        right = _keys(sheet, chips, right - words - px(10), top, pad if hands.device is Device.PAD else None) - gap
    return right


def _key_height(fit: Fit) -> int:
    """Units of the 1080p design; in the compact layout a key would else touch the lower edge of the panel."""
    return 24 if fit.compact else 28


def _chip(sheet: Sheet, name: str) -> int:
    """How wide a key is that has `name` on it."""
    return max(sheet.px(28), round(sheet.lettering(18, bold=True).width(name)) + sheet.px(16))


def _keys(sheet: Sheet, chips: Sequence[tuple[str, int]], right: int, top: int, pad: Pad | None) -> int:
    """Paint keys, or buttons of a pad, each with its width, that end at `right`. Returns where they begin."""
    px, colors = sheet.px, sheet.theme.colors
    x = right
    for name, wide in reversed(chips):
        high = px(_key_height(sheet.fit)) if pad is None else px(_key_height(sheet.fit) + 2)
        chip = Region(x - wide, top + (px(sheet.fit.footer) - high) // 2, wide, high)
        if pad is not None:
            paint_button(sheet, pad, name, chip)
        else:
            sheet.fill(chip, colors.raised, px(7))
            sheet.outline(chip, faint(colors.text, 0.6), px(7))
            sheet.text(chip, name, 18, colors.text, bold=True, align=CENTER)
        x -= wide + px(5)
    return x


def button(sheet: Sheet, box: Region, words: str, *, primary: bool = False, icon: str = "", off: bool = False) -> None:
    """Paint a button; the one that matters most is filled with the accent, one that cannot be used now is greyed."""
    px, colors = sheet.px, sheet.theme.colors
    radius = sheet.theme.radii.control * sheet.scale
    if primary:
        _raise(sheet, box, radius)
        ink = ink_on(colors.accent, sheet.theme)
    else:
        ink = colors.muted if off else colors.text
        sheet.fill(box, faint(colors.raised, OFF) if off else colors.raised, radius)
        sheet.outline(box, faint(colors.text, EDGE * OFF if off else EDGE), radius)
    if not icon:
        sheet.text(box.inset(px(10), 0), words, 21, ink, bold=True, align=CENTER)
        return
    if not words:
        sheet.icon(box, icon, faint(ink, OFF) if off else ink, 26)
        return
    wide = min(box.width - px(60), round(sheet.lettering(21, bold=True).width(words)) + 1)
    left = box.x + (box.width - wide - px(34)) // 2
    sheet.icon(Region(left, box.y, px(26), box.height), icon, ink, 24)
    sheet.text(Region(left + px(34), box.y, wide, box.height), words, 21, ink, bold=True)


def close_button(sheet: Sheet, box: Region) -> None:
    """Paint the cross in the upper corner."""
    sheet.icon(box, "close", sheet.theme.colors.muted, 28)


def checkbox(sheet: Sheet, box: Region, words: str, checked: bool, *, off: bool = False) -> None:
    """Paint a box to tick, and what it means; greyed where it cannot be used now."""
    px, colors = sheet.px, sheet.theme.colors
    side = px(28)
    square = Region(box.x + px(6), box.y + (box.height - side) // 2, side, side)
    if checked:
        ground = colors.muted if off else colors.accent
        sheet.fill(square, ground, px(7))
        sheet.icon(square, "check", ink_on(ground, sheet.theme), 24)
    else:
        sheet.fill(square, colors.well, px(7))
        sheet.outline(square, faint(colors.text, 0.6 * OFF if off else 0.6), px(7), max(1.0, 2 * sheet.scale))
    room = Region(square.right + px(12), box.y, box.right - square.right - px(12), box.height)
    sheet.text(room, words, 20, colors.muted if off else colors.text)


def tabs(sheet: Sheet, boxes: Sequence[tuple[Region, str]], chosen: int | None) -> None:
    """Paint a row of tabs. The chosen one has a bar below it and heavier letters, not only another color."""
    px, colors = sheet.px, sheet.theme.colors
    for index, (box, words) in enumerate(boxes):
        here = index == chosen
        sheet.text(box.inset(px(12), 0), words, 21, colors.text if here else colors.muted, bold=here, align=CENTER)
        if here:
            bar = Region(box.x + px(12), box.bottom - px(4), box.width - px(24), px(4))
            sheet.fill(bar, colors.accent, px(2))


def segments(sheet: Sheet, boxes: Sequence[tuple[Region, str, str]], chosen: int) -> None:
    """Paint a switch between a few views, each with an icon: the chosen one is raised and framed.

    In a compact layout the icons stand alone.
    """
    px, colors = sheet.px, sheet.theme.colors
    radius = sheet.theme.radii.control * sheet.scale
    first, last = boxes[0][0], boxes[-1][0]
    sheet.fill(Region(first.x, first.y, last.right - first.x, first.height), colors.well, radius)
    sheet.outline(Region(first.x, first.y, last.right - first.x, first.height), faint(colors.text, EDGE), radius)
    for index, (box, words, icon) in enumerate(boxes):
        here = index == chosen
        if here:
            sheet.fill(box, faint(colors.accent, 0.24), radius)
            sheet.outline(box, faint(colors.accent, 0.9), radius)
        ink = colors.text if here else colors.muted
        if sheet.fit.compact:
            sheet.icon(box, icon, ink, 24)
            continue
        wide = round(sheet.lettering(19, bold=here).width(words)) + 1
        left = box.x + max(px(8), (box.width - wide - px(30)) // 2)
        sheet.icon(Region(left, box.y, px(22), box.height), icon, ink, 21)
        sheet.text(Region(left + px(30), box.y, box.right - left - px(36), box.height), words, 19, ink, bold=here)


def message(sheet: Sheet, box: Region, name: str, title: str, text: str, *, bad: bool = False) -> None:
    """Paint a sign and a few words in the middle of `box`, where there is nothing else to show."""
    px, colors, compact = sheet.px, sheet.theme.colors, sheet.fit.compact
    side, gap = (px(48), px(10)) if compact else (px(76), px(18))
    total = side + gap + px(36) + (px(28) if text else 0)
    top = box.y + max(0, (box.height - total) // 2)
    ink = colors.bad if bad else colors.accent
    x = box.x + (box.width - side) // 2
    ring = Region(x, top, side, side)
    sheet.fill(ring, faint(ink, 0.16), side / 2)
    sheet.outline(ring, faint(ink, 0.7), side / 2)
    sheet.icon(ring, name, ink, 27 if compact else 42)
    y = top + side + gap
    sheet.text(Region(box.x, y, box.width, px(34)), title, 25, colors.text, bold=True, align=CENTER)
    if text:
        sheet.text(Region(box.x, y + px(36), box.width, px(26)), text, 20, colors.muted, align=CENTER)


def staleness(sheet: Sheet, right: int, age: Age, wording: Wording, *, busy: bool) -> None:
    """Paint at the foot, left of `right`, that what is shown is old. Nothing while it is fresh.

    Where there is no room for all of it, the time is what is said: sign and color tell of the trouble. While it is
    `busy` it has no sign: something turns there.
    """
    if not age:
        return
    trouble, as_of = age
    offline = trouble is Trouble.OFFLINE
    words = [wording.offline if offline else wording.stale] if trouble is not None else []
    words += [wording.board.as_of.format(time=as_of)] if as_of else []
    px, letters = sheet.px, sheet.lettering(18, bold=True)
    left = px(sheet.fit.padding)
    room = right - left - px(52)
    line = " · ".join(words)
    line = line if letters.width(line) <= room else letters.fit(words[-1], room)
    ink = sheet.theme.colors.accent if trouble is None else sheet.theme.colors.bad
    high, foot = px(_key_height(sheet.fit)), px(sheet.fit.footer)
    top = sheet.size[1] - foot + (foot - high) // 2
    box = Region(left, top, round(letters.width(line)) + px(52), high)
    sheet.fill(box, faint(ink, 0.08), high / 2)
    sheet.outline(box, faint(ink, 0.55), high / 2)
    icon = "refresh" if trouble is None else "offline" if offline else "warning"
    if not busy:
        sheet.icon(Region(box.x + px(12), box.y, px(20), box.height), icon, ink, 20)
    sheet.text(Region(box.x + px(38), box.y, box.width - px(48), box.height), line, 18, ink, bold=True)


def rule(sheet: Sheet, x: int, y: int, width: int) -> None:
    """Paint a thin line across."""
    sheet.fill(Region(x, y, width, max(1, sheet.px(1))), faint(sheet.theme.colors.text, 0.16))


def progress(sheet: Sheet, box: Region, share: float, ink: Color | None = None) -> None:
    """Paint a bar that is filled to `share`, 0 to 1, with the accent unless told otherwise."""
    colors = sheet.theme.colors
    sheet.fill(box, faint(colors.text, 0.2), box.height / 2)
    width = round(box.width * share)
    if share > 0:
        sheet.fill(box._replace(width=max(box.height, width)), ink or colors.accent, box.height / 2)


def ring_reach(theme: Theme, scale: float) -> int:
    """Pixels that the frame of the focus goes beyond what it is around."""
    return round((2 if theme.colors.shadow[3] else 4) * scale)


def ring_picture(size: tuple[int, int], radius: float, theme: Theme, scale: float) -> Picture:
    """Paint the frame that shows where the focus is, around a control of `size` pixels."""
    colors, soft = theme.colors, bool(theme.colors.shadow[3])
    ground = with_alpha(mix(colors.panel_top, colors.panel_bottom, 0.5), 1.0)  # keeps it off what is at its sides
    width, gap = max(2.0, 2.5 * scale), ring_reach(theme, scale)
    apart = max(1.0, scale if soft else gap - width)  # where edges are as bright as words, a control's own stays whole
    bleed = round(12 * scale)
    image = canvas((size[0] + 2 * bleed, size[1] + 2 * bleed))
    outer = size[0] + 2 * gap, size[1] + 2 * gap
    corner = bleed - gap
    frame = rim(outer, radius + gap, width)
    if soft:
        light = Image.new("L", image.size, 0)
        light.paste(frame, (corner, corner))
        lay(image, shadow(light, 3 * scale, with_alpha(colors.shadow, 1.0)), (0, 0))
    else:
        line = max(1, round(1.5 * scale))
        around = rim((outer[0] + 2 * line, outer[1] + 2 * line), radius + gap + line, line)
        stamp(image, around, ground, (corner - line, corner - line))
    stamp(image, rim(outer, radius + gap, apart, width), ground, (corner, corner))
    stamp(image, frame, colors.text, (corner, corner))
    return Picture.of(image, bleed=bleed)


def hover_picture(size: tuple[int, int], radius: float, theme: Theme, scale: float) -> Picture:
    """Paint the faint light over what the pointer is on."""
    image = canvas(size)
    stamp(image, rounded(size, radius), with_alpha(theme.colors.text, 0.08))
    stamp(image, rim(size, radius, max(1.0, 1.5 * scale)), with_alpha(theme.colors.text, 0.25))
    return Picture.of(image)


def lifted(sheet: Sheet, radius: float, *, focus: bool) -> Picture:
    """What has been painted on a sheet that lies over other things, with the frame of the focus or what the pointer
    brings around it."""
    mark = (ring_picture if focus else hover_picture)(sheet.size, radius, sheet.theme, sheet.scale)
    below = sheet.picture()
    bleed = max(mark.bleed, below.bleed)
    image = canvas((sheet.size[0] + 2 * bleed, sheet.size[1] + 2 * bleed))
    for each in (below, mark):
        corner = bleed - each.bleed
        lay(image, Image.frombytes("RGBA", each.size, each.pixels), (corner, corner))
    return Picture.of(image, bleed=bleed)


def pale(theme: Theme) -> Color:
    """The grey of what stands for something that has not come yet."""
    return faint(theme.colors.text, 0.13 if theme.colors.shadow[3] else 0.24)


def skeleton(sheet: Sheet, box: Region, share: float, thick: float = 16) -> None:
    """Paint a grey bar where words will be, `share` of the width of `box`."""
    height = sheet.px(thick)
    bar = Region(box.x, box.y + (box.height - height) // 2, round(box.width * share), height)
    sheet.fill(bar, pale(sheet.theme), height / 2)


def column(sheet: Sheet, box: Region, words: str, *, align: float = RIGHT) -> None:
    """Write the small heading over a column."""
    sheet.text(box, words.upper(), 18, sheet.theme.colors.muted, bold=True, align=align, tracking=0.04)


def _raise(sheet: Sheet, box: Region, radius: float) -> None:
    """A filled button: a little brighter above than below, so that it looks raised."""
    accent = sheet.theme.colors.accent
    sheet.fill(box, accent, radius)
    if sheet.theme.colors.shadow[3]:
        upper = mix(accent, (255, 255, 255, 255), 0.35)
        sheet.outline(box, with_alpha(upper, 0.8), radius)


def _accent(sheet: Sheet) -> None:
    """The bright line along the upper edge that toasts have too, gone where the sides begin. It goes from corner to
    corner: where it ended before, a bright panel would look as if its edge was slanted."""
    size, ink = sheet.size, sheet.theme.colors.accent
    radius = sheet.theme.radii.panel * sheet.scale
    strip = size[0], max(2, round(radius))
    line = horizontal(strip, [(0, with_alpha(ink, 0.95)), (0.35, with_alpha(ink, 0.75)), (1, with_alpha(ink, 0.4))])
    down = vertical(strip, [(0, with_alpha(ink, 1)), (0.4, with_alpha(ink, 0.8)), (1, with_alpha(ink, 0))])
    edge = rim((size[0], 4 * strip[1]), radius, max(2, sheet.px(3))).crop((0, 0, *strip))
    sheet.paste(clipped(clipped(line, down.getchannel("A")), edge), 0, 0)


def _light(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """The light that an emblem throws on the panel around it; none where edges alone tell things apart."""
    colors = sheet.theme.colors
    if not colors.shadow[3]:
        return
    reach = round(max(x, y) + radius)
    size = min(reach, sheet.size[0]), min(reach, sheet.size[1])
    shine = glow(size, (x, y), radius, with_alpha(colors.accent, colors.glow))
    mask = rounded(sheet.size, sheet.theme.radii.panel * sheet.scale).crop((0, 0, *size))
    sheet.paste(clipped(shine, mask), 0, 0)


def scrollbar(sheet: Sheet, box: Region, top: int, seen: int, total: int) -> None:
    """Paint how far down one is, beside `box`, when there are more rows than can be seen."""
    if total <= seen:
        return
    size = max(sheet.px(28), box.height * seen // total)
    y = box.y + (box.height - size) * top // max(1, total - seen)
    bar = Region(box.right + sheet.px(6 if sheet.fit.compact else 13), y, max(3, sheet.px(5)), size)
    sheet.fill(bar, faint(sheet.theme.colors.text, 0.4), bar.width / 2)
