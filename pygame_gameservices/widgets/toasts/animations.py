"""How toasts come and go: the animations, and the one place that chooses among them (`animation_for`).

To add one:

1. Write it here: a class with what `Animation` asks for, or only a `Slide` from another side.
2. Name it in `ToastAnimation` in ``widgets/theme.py``.
3. Pair the two in `_ANIMATIONS` below.
4. Describe it where people read of them: `ToastAnimation`, ``theme_file.py``, ``widgets/README.md``.
5. Film it in ``tests/widgets/toasts/test_toast_animations.py``. ``test_toasts_dismissed_midway.py`` dismisses each one
   in whatever frame and says where it jumps.

Themes can choose it then for each kind of toast, as ``Theme(animations=ToastAnimations(message=ToastAnimation.RISE))``,
and so can theme files, as ``[animations]`` with ``message = "rise"``. No other code knows which animations there are.

What it can move by:

* `presence` brings a toast in and takes it away again, and the bar is as transparent as it says. It is fast at first,
  so that little is seen of a curve of one's own on top of it.
* `time` is for what happens besides, also longer than `fade`, such as a bounce or a light. It goes on while the toast
  leaves.
* `before_leaving` is the same for what shall stop there: what `Unfold` has unfolded leaves as wide as it is.
* None of them ever leaps, also where a toast is dismissed midway: what follows from them goes on from where it is. What
  moves otherwise on its way out than on its way in must begin from there, as `Unfold` does.
* `distance` is the game's `ToastOptions.slide`, whatever the animation, and may be 0.
* `fade` may be 0, too: the toast is there at once, and nothing can be divided by it.

A click is taken where the toast comes to rest, wherever it is shown.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pygame_gameservices.widgets.easing import ease_out
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.theme import Theme, ToastAnimation
from pygame_gameservices.widgets.toasts.parts import COVERS, ToastParts
from pygame_gameservices.widgets.toasts.toast import ToastKind

_POP, _UNFOLD_AT, _UNFOLD, _FLASH_AT, _FLASH, _GLINT = 1.0, 0.5, 1.7, 0.45, 1.7, 2.2
"""When what of `Unfold` begins and how long it takes, in the seconds that a toast takes to fade in."""
_BRIGHT = 0.65
"""The presence from which on the emblem and the flash are not transparent: sooner than the bar."""


class AnimationState(NamedTuple):
    """How far a toast is with coming, staying or going.

    Attributes:
        anchor: the place on the screen where it stands.
        time: seconds of its time line that are over, see `Shown`: from 0 to `fade` it comes.
        before_leaving: those of them before it began to leave; stands still while it leaves.
        fade: seconds that it takes to come, and to go; 0 where it is there at once.
        presence: `Shown.share`, eased: 0 before it comes and after it went, 1 while it stays.
        distance: `ToastOptions.slide` in pixels of this screen: how far one moves that moves on its way in or out.
        parts: its parts as pictures of their own, where the animation asks for them and they could be painted.
    """

    anchor: Anchor
    time: float
    before_leaving: float
    fade: float
    presence: float
    distance: float
    parts: ToastParts | None


class Animation(Protocol):
    """A way to come and go. It keeps nothing: all toasts share it. Frame thread."""

    @property
    def needs_parts(self) -> bool:
        """Whether a toast's parts must be painted before it can come."""

    def frame(self, bar: Placed, state: AnimationState) -> tuple[Placed, ...]:
        """What to show of a toast in this frame, the lowest first. Paints nothing.

        Args:
            bar: the whole toast where it comes to rest, as transparent as it is now.
            state: how far it is, and all else that is known of the toast.
        """


class Fade:
    """In place."""

    needs_parts = False

    def frame(self, bar: Placed, state: AnimationState) -> tuple[Placed, ...]:
        """The whole toast where it rests."""
        return (bar,)


class Slide:
    """From a side, and back there. `side` is across and down, -1 to 1 each, as in `Anchor`; None: the nearest edge."""

    needs_parts = False

    def __init__(self, side: tuple[int, int] | None = None) -> None:
        self._side = side

    def frame(self, bar: Placed, state: AnimationState) -> tuple[Placed, ...]:
        """The whole toast on its way."""
        return (_aside(bar, self._side or _nearest_edge(state.anchor), (1 - state.presence) * state.distance),)


def _aside(bar: Placed, side: tuple[int, int], away: float) -> Placed:
    """So many pixels from where it rests."""
    return bar._replace(x=bar.x + round(side[0] * away), y=bar.y + round(side[1] * away))


def _nearest_edge(anchor: Anchor) -> tuple[int, int]:
    """The one at the side, if it stands at one; else the one above or below; from the middle of the screen above."""
    return (anchor.across, 0) if anchor.across else (0, anchor.down or -1)


class Unfold:
    """The emblem first; then the bar unfolds from it, with a flash and a glint that tell how rare the trophy is.

    It goes to the side as with `Slide`, as wide as it is, and comes so too where its parts could not be painted.
    """

    needs_parts = True

    def __init__(self) -> None:
        self._otherwise = Slide()

    def frame(self, bar: Placed, state: AnimationState) -> tuple[Placed, ...]:
        """The emblem in one of its sizes, and of the bar as much as is unfolded."""
        parts, anchor, time, fade = state.parts, state.anchor, state.time, state.fade
        if parts is None or fade <= 0:
            return self._otherwise.frame(bar, state)
        past = state.before_leaving / fade
        gone = ease_out(past) - state.presence  # since it began to leave, perhaps before it was there wholly
        bar = _aside(bar, _nearest_edge(anchor), gone * state.distance)
        pop = min(len(parts.emblem), int(past / _POP * len(parts.emblem)))
        share = ease_out((past - _UNFOLD_AT) / _UNFOLD)
        if share >= 1 and pop >= len(parts.emblem):
            return (bar, *_glint(bar, parts, time - (_UNFOLD_AT + _UNFOLD) * fade, fade))
        whole = bar.picture.body[0]
        width = round(parts.folded + (whole - parts.folded) * share)
        shift = (whole - width) * (anchor.across + 1) // 2
        shown: list[Placed] = []
        if pop >= COVERS:
            clear = max(0.0, min(1.0, (past - _UNFOLD_AT + 0.1) / 0.35))
            shown += _unfolding(bar._replace(x=bar.x + shift, alpha=round(bar.alpha * clear)), parts, width)
        x, y = _middle(bar, parts)
        light = round(255 * min(1.0, state.presence / _BRIGHT))
        flash = int((time / fade - _FLASH_AT) / _FLASH * len(parts.flash)) if past >= _FLASH_AT else -1
        if 0 <= flash < len(parts.flash):
            shown.append(_centered(parts.flash[flash], x + shift, y, light))
        if pop < len(parts.emblem):
            shown.append(_centered(parts.emblem[pop], x + shift, y, light))
        return tuple(shown)


def _unfolding(bar: Placed, parts: ToastParts, width: int) -> tuple[Placed, Placed]:
    """The bar's beginning and its end, as far apart as it is unfolded."""
    picture, opened = bar.picture, (width - parts.folded) / max(1, bar.picture.body[0] - parts.folded)
    cap = parts.caps[min(len(parts.caps) - 1, int(opened * len(parts.caps)))]
    left = Region(0, 0, width + 2 * picture.bleed - cap.size[0], picture.size[1])
    return bar._replace(part=left), bar._replace(picture=cap, x=bar.x + left.width, part=Region(0, 0, *cap.size))


def _glint(bar: Placed, parts: ToastParts, since: float, fade: float) -> tuple[Placed, ...]:
    if parts.again:
        since %= parts.again
    frame = int(since / (_GLINT * fade) * len(parts.glint))
    return (_centered(parts.glint[frame], *_middle(bar, parts), bar.alpha),) if 0 <= frame < len(parts.glint) else ()


def _middle(bar: Placed, parts: ToastParts) -> tuple[float, float]:
    """The emblem's middle on the screen."""
    return bar.x + bar.picture.bleed + parts.middle[0], bar.y + bar.picture.bleed + parts.middle[1]


def _centered(picture: Picture, x: float, y: float, alpha: int = 255) -> Placed:
    return Placed(picture, round(x - picture.size[0] / 2), round(y - picture.size[1] / 2), alpha)


_ANIMATIONS: dict[ToastAnimation, Animation] = {
    ToastAnimation.SLIDE: Slide(),
    ToastAnimation.RISE: Slide((0, 1)),
    ToastAnimation.DROP: Slide((0, -1)),
    ToastAnimation.UNFOLD: Unfold(),
    ToastAnimation.FADE: Fade(),
}


def animation_for(kind: ToastKind, theme: Theme, *, reduced_motion: bool) -> Animation:
    """How toasts of a kind come and go: as the theme wants it, unless the player wants nothing to move."""
    return _ANIMATIONS[ToastAnimation.FADE if reduced_motion else getattr(theme.animations, kind)]
