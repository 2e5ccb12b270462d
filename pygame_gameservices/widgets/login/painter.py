"""Where everything on the login is, and how it is painted."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.fit import Fit
from pygame_gameservices.widgets.furniture import Hint, button, checkbox, close_button, footer, header
from pygame_gameservices.widgets.login.qr import qr_code
from pygame_gameservices.widgets.pad import Hands
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, EDGE, OFF, Sheet, faint
from pygame_gameservices.widgets.text.field import FieldLook, paint_field, text_room
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.wording import Wording

FIELDS = ("username", "token")
"""The names of the two fields."""
_ICON = 46
_ABOVE = 32
"""From a field's label to the field: nearer than to the field before, so that nobody takes it for that one's."""
ASIDE = 236
"""Units of the 1080p design that the code for a phone takes at the right."""


class _Places(NamedTuple):
    """Where the parts of a login begin, from above, and how high some are, in units of the 1080p design."""

    username: int
    token: int
    help: int
    remember: int
    sign_in: int
    choices: int
    field: int
    button: int
    choice: int


_USUAL = _Places(130, 226, 282, 318, 368, 436, field=52, button=54, choice=46)
_COMPACT = _Places(84, 84, 134, 170, 214, 272, field=46, button=46, choice=42)
"""In the compact layout the fields stand side by side, and there are no hints at the foot."""


class LoginLook(NamedTuple):
    """All that the picture of a login depends on."""

    layout: Layout
    fields: dict[str, FieldLook]
    masked: bool
    remember: bool
    busy: bool
    choices: tuple[str, ...]
    trouble: str
    bad: tuple[str, ...]
    sign: str
    service: str
    hands: Hands
    page: str = ""

    def __repr__(self) -> str:  # the fields may hold a token that is shown to the player, but to no log
        return "LoginLook(...)"


def login_layout(
    size: tuple[int, int], fit: Fit, theme: Theme, choices: tuple[str, ...], *, busy: bool, aside: int = 0
) -> Layout:
    """Work out where the controls are. While it is busy there is only the one that cancels.

    `aside` are pixels at the right for the code that a phone reads.
    """
    whole = size[0] + aside, size[1]
    px, at = fit.px, _places(fit)
    radius = theme.radii.control * fit.scale
    left, wide = px(fit.padding), size[0] - 2 * px(fit.padding)
    icon, gap = px(_ICON), px(10)
    share = (wide - gap) * 44 // 100 if fit.compact else wide
    beside = left + share + gap if fit.compact else left
    username = Region(left, px(at.username), share, px(at.field))
    token = Region(beside, px(at.token), left + wide - beside, px(at.field))
    sign_in = Region(left, px(at.sign_in), wide, px(at.button))
    secret = token._replace(width=token.width - icon - gap)
    if busy:
        shown = tuple(
            Control(name, box, radius, reachable=False) for name, box in (("username", username), ("token", secret))
        )
        return Layout(whole, (*shown, Control("cancel", sign_in, radius)))
    controls = [
        Control("username", username, radius),
        Control("username keyboard", _within(username, 0, icon), radius, reachable=False),
        Control("token", secret, radius),
        Control("token keyboard", _within(secret, 0, icon), radius, reachable=False),
        Control("reveal", Region(left + wide - icon, token.y, icon, token.height), radius),
        Control(
            "remember", Region(left - px(6), px(at.remember), wide + px(6), px(40 if not fit.compact else 36)), radius
        ),
        Control("sign_in", sign_in, radius),
    ]
    gap = px(12)
    share = (wide - gap * (len(choices) - 1)) // max(1, len(choices))
    for index, name in enumerate(choices):
        box = Region(left + index * (share + gap), px(at.choices), share, px(at.choice))
        controls.append(Control(name, box, radius))
    close = fit.close(whole[0])
    controls.append(Control("close", close, close.height / 2, reachable=False))
    return Layout(whole, tuple(controls))


def login_height(fit: Fit, choices: tuple[str, ...], *, hints: bool) -> int:
    """Pixels, down to the last button and what is below it."""
    at = _places(fit)
    top, high = (at.choices, at.choice) if choices else (at.sign_in, at.button)
    return fit.px(top) + fit.px(high) + fit.px(fit.foot(hints=hints))


def _places(fit: Fit) -> _Places:
    return _COMPACT if fit.compact else _USUAL


def fields_of(layout: Layout, scale: float) -> dict[str, Region]:
    """Where the text of each field is."""
    buttons = round((_ICON - 8) * scale)
    return {name: text_room(_box(layout, name), scale, buttons) for name in FIELDS}


def paint_login(look: LoginLook, theme: Theme, fit: Fit, wording: Wording) -> Picture:
    """Paint the whole login. Helper thread."""
    layout, words = look.layout, wording.login
    sheet = Sheet(theme, fit.scale, layout.size, compact=fit.compact)
    px, colors, at = sheet.px, theme.colors, _places(fit)
    header(sheet, "person", words.title.format(service=look.service), words.subtitle, room=px(40))
    rooms = fields_of(layout, fit.scale)
    for name, label in (("username", words.username), ("token", words.token)):
        box = _box(layout, name)
        _label(sheet, box, label, words.not_password if name == "token" else "")
        paint_field(sheet, box, rooms[name], look.fields[name], bad=name in look.bad, off=look.busy)
    below = Region(px(fit.padding), px(at.help), layout.size[0] - 2 * px(fit.padding), px(28))
    if look.page:
        _code(sheet, look.page, wording)
        below = below._replace(width=below.width - px(ASIDE))
    if look.trouble:
        _trouble(sheet, below, look)
    else:
        sheet.text(below, words.help, 18, colors.muted)
    _controls(sheet, look, wording)
    if look.busy:
        _busy(sheet, layout, wording)
    else:
        button(sheet, _box(layout, "sign_in"), words.sign_in, primary=True)
        close_button(sheet, _box(layout, "close"))
    if not fit.compact:
        hints = [Hint("accept", wording.hints.select), Hint("cancel", wording.hints.close)]
        footer(sheet, hints if not look.busy else [Hint("cancel", words.cancel)], look.hands)
    return sheet.picture()


def _controls(sheet: Sheet, look: LoginLook, wording: Wording) -> None:
    """What else there is to press. While it is busy it stays where it is, greyed: a form that loses its parts jumps."""
    words, off = wording.login, look.busy
    aside = sheet.px(ASIDE) if look.page else 0
    size = look.layout.size[0] - aside, look.layout.size[1]
    form = login_layout(size, sheet.fit, sheet.theme, look.choices, busy=False, aside=aside)
    for name in FIELDS:
        ink = sheet.theme.colors.muted
        sheet.icon(_box(form, f"{name} keyboard"), "keyboard", faint(ink, OFF) if off else ink, 25)
    button(sheet, _box(form, "reveal"), "", icon="eye" if look.masked else "eye_off", off=off)
    checkbox(sheet, _box(form, "remember"), words.remember, look.remember, off=off)
    for name in look.choices:
        button(sheet, _box(form, name), words.guest if name == "guest" else words.offline, off=off)


def _busy(sheet: Sheet, layout: Layout, wording: Wording) -> None:
    """The button while signing in: it says so, and cancels."""
    box = _box(layout, "cancel")
    radius = sheet.theme.radii.control * sheet.scale
    sheet.fill(box, sheet.theme.colors.raised, radius)
    sheet.outline(box, faint(sheet.theme.colors.text, EDGE), radius)
    words = wording.login
    sheet.text(box.inset(sheet.px(66), 0), words.signing_in, 21, sheet.theme.colors.text, bold=True)
    sheet.text(box.inset(sheet.px(22), 0), words.cancel, 21, sheet.theme.colors.accent, bold=True, align=1.0)


def _code(sheet: Sheet, page: str, wording: Wording) -> None:
    """The code at the right, and what it is for."""
    px, colors = sheet.px, sheet.theme.colors
    code = qr_code(page)
    if code is None:
        return
    side = px(ASIDE - 24) // code.width * code.width  # whole pixels a module, so that every phone reads it
    left = sheet.size[0] - px(sheet.fit.padding) - px(ASIDE - 24) + (px(ASIDE - 24) - side) // 2
    box = Region(left, px(_USUAL.username), side, side)
    sheet.fill(box.inset(-px(6)), (255, 255, 255, 255), px(10))
    sheet.paste(code.resize((side, side), Image.Resampling.NEAREST).convert("RGBA"), box.x, box.y)
    room = px(ASIDE - 12)
    lines = sheet.lettering(18).wrap(wording.login.phone, room, 4)
    for place, line in enumerate(lines):
        words = Region(box.x - (room - side) // 2, box.bottom + px(16 + 24 * place), room, px(24))
        sheet.text(words, line, 18, colors.muted, align=CENTER)


def _label(sheet: Sheet, box: Region, label: str, warning: str) -> None:
    """What a field is, and what it is not."""
    px, colors = sheet.px, sheet.theme.colors
    above = Region(box.x, box.y - px(_ABOVE), box.width, px(28))
    end = sheet.text(above, label, 19, colors.text, bold=True)
    if warning:
        wide = round(sheet.lettering(18, bold=True).width(warning)) + px(20)
        tag = Region(end + px(12), above.y + px(1), wide, px(27))
        sheet.fill(tag, faint(colors.accent, 0.1), px(8))
        sheet.text(tag, warning, 18, colors.accent, bold=True, align=CENTER)


def _trouble(sheet: Sheet, box: Region, look: LoginLook) -> None:
    """What went wrong, below the fields, in place of the help."""
    px, bad = sheet.px, sheet.theme.colors.bad
    sheet.icon(Region(box.x, box.y, px(26), box.height), look.sign, bad, 24)
    sheet.text(Region(box.x + px(36), box.y, box.width - px(36), box.height), look.trouble, 20, bad, bold=True)


def _within(box: Region, right: int, side: int) -> Region:
    """A square at the right end of a field, not quite as high."""
    return Region(box.right - right - side, box.y, side, box.height)


def _box(layout: Layout, name: str) -> Region:
    control = layout.control(name)
    assert control is not None
    return control.box
