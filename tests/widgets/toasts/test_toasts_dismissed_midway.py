"""A toast that is dismissed while it comes, or while its show goes on, goes from where it is: nothing jumps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from PIL import Image, ImageChops, ImageStat

from pygame_gameservices.widgets.picture import Placed
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.theme import ToastAnimation
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.toast import Toast
from tests.widgets.samples import TOASTS, wishes
from tests.widgets.stagecraft import Scene

FRAME = 1 / 60
FADE, HOLD = 0.25, 0.6
ITS_TIME = round((FADE + HOLD) / FRAME)
"""The frames until a toast goes by itself."""
ROOM = Region(820, 0, 460, 240)
"""The part of the screen where toasts are seen that stand at the top right."""


class Look(NamedTuple):
    """What the player sees of a toast in a frame: its bar, and the screen there."""

    left: int
    right: int
    top: int
    alpha: int
    screen: Image.Image


Steps = dict[str, float]
"""By what: the largest change between two frames."""


def look(pieces: Sequence[Placed], screen: Image.Image) -> Look:
    """The pieces of the bar are those with a shadow, and its end."""
    bar = [piece for piece in pieces if piece.alpha and (piece.part is not None or piece.picture.bleed)]
    if not bar:
        return Look(0, 0, 0, 0, screen)
    ends = [piece.x + (piece.part.width if piece.part else piece.picture.size[0]) for piece in bar]
    return Look(min(piece.x for piece in bar), max(ends), bar[0].y, bar[0].alpha, screen)


def steps(film: Sequence[Look]) -> Steps:
    """The largest change of each kind. What is not there has no place."""
    pairs = list(pairwise(film))
    there = [pair for pair in pairs if all(each.alpha for each in pair)]
    return {
        "left": max((abs(one.left - other.left) for one, other in there), default=0),
        "right": max((abs(one.right - other.right) for one, other in there), default=0),
        "top": max((abs(one.top - other.top) for one, other in there), default=0),
        "alpha": max(abs(one.alpha - other.alpha) for one, other in pairs),
        "light": max(sum(ImageStat.Stat(ImageChops.difference(a.screen, b.screen)).sum) for a, b in pairs),
    }


def stage(
    animation: ToastAnimation,
    *,
    anchor: Anchor = Anchor.TOP_RIGHT,
    fade: float = FADE,
    slide: float = 72.0,
    still: bool = False,
) -> Scene:
    scene = Scene(wishes(animation))
    scene.overlay.reduced_motion = still
    scene.overlay.toasts.options = ToastOptions(
        anchor=anchor, hold=HOLD, longest_hold=HOLD, gather=0, fade=fade, slide=slide
    )
    return scene


def film(
    scene: Scene,
    toast: Toast,
    *,
    going: Toast | None = None,
    at: int = 0,
    room: Region = ROOM,
) -> list[Look]:
    """A toast from the frame before it is seen to the one in which it is gone.

    Where another one, or itself, is `going`, that one is dismissed once the player has seen frame `at` of the toast,
    and the film begins with that frame.
    """
    toasts = scene.overlay.toasts
    toasts.push(toast)
    shown: list[Look] = []
    frame, there = -1, True
    while there:
        scene.overlay.pictures()
        pieces = [piece for standing in toasts.standing if standing.toast is toast for piece in standing.frame]
        there = toast in (*toasts.visible, *toasts.waiting)
        frame += toast in toasts.visible
        if frame >= at or going is None or not there:
            shown.append(look(pieces, scene.cut(room).convert("RGB")))
        if going is not None and frame == at:
            toasts.dismiss(going)
        scene.overlay.update(FRAME)
    return shown


def jumps(usual: Steps, films: dict[int, list[Look]]) -> dict[int, dict[str, tuple[float, float]]]:
    """By the frame of dismissal: what changes by more between two frames than it usually does, and by how much.

    A little more may be: a light that runs on and a bar that fades may fall together.
    """
    found = {at: steps(film) for at, film in films.items()}
    return {
        at: larger
        for at, each in found.items()
        if (larger := {kind: (step, usual[kind]) for kind, step in each.items() if step > 1.05 * usual[kind]})
    }


@pytest.mark.parametrize(
    "how", [{}, {"fade": 0.0}, {"slide": 0.0}, {"still": True}], ids=["usual", "no fade", "in place", "still"]
)
@pytest.mark.parametrize("animation", ToastAnimation)
def test_nothing_jumps_in_whatever_frame_a_toast_is_dismissed(animation: ToastAnimation, how: dict[str, Any]) -> None:
    scene, toast = stage(animation, **how), TOASTS["gold"]
    usual = film(scene, toast)
    seen = sum(bool(each.alpha) for each in usual)
    assert seen > 30
    assert not jumps(steps(usual), {at: film(scene, toast, going=toast, at=at) for at in range(seen)})


@pytest.mark.parametrize(
    ("anchor", "room"),
    [(Anchor.BOTTOM_LEFT, Region(0, 560, 460, 160)), (Anchor.TOP, Region(400, 0, 480, 160))],
    ids=str,
)
def test_nor_where_it_unfolds_to_another_side(anchor: Anchor, room: Region) -> None:
    scene, toast = stage(ToastAnimation.UNFOLD, anchor=anchor), TOASTS["platinum"]
    usual = steps(film(scene, toast, room=room))
    assert not jumps(usual, {at: film(scene, toast, going=toast, at=at, room=room) for at in range(ITS_TIME)})


@pytest.mark.parametrize("animation", ToastAnimation)
def test_nor_while_it_moves_up_to_fill_the_place_of_another(animation: ToastAnimation) -> None:
    first, second = TOASTS["gold"], TOASTS["silver"]
    scene = stage(animation)

    def both(going: Toast | None = None, at: int = 0) -> list[Look]:
        """The film of the second, which comes 20 frames after the first."""
        scene.overlay.toasts.clear()
        scene.overlay.toasts.push(first)
        for _ in range(20):
            scene.overlay.update(FRAME)
            scene.overlay.pictures()
        return film(scene, second, going=going, at=at)

    usual = steps(both())
    assert usual["top"] > 10, "it moves up by itself, too"
    usual["top"] += steps(film(scene, second))["top"]  # it may move up while it leaves
    assert not jumps(usual, {at: both(first, at) for at in range(0, ITS_TIME - 20, 2)})
    assert not jumps(usual, {at: both(second, at) for at in range(0, ITS_TIME, 2)})


@pytest.mark.parametrize("at", range(7, ITS_TIME, 3))
def test_what_has_unfolded_leaves_as_wide_as_it_is(at: int) -> None:
    toast = TOASTS["gold"]
    going = film(stage(ToastAnimation.UNFOLD), toast, going=toast, at=at)[:-1]
    assert len({each.right - each.left for each in going}) == 1
    away = [each.left - going[0].left for each in going]
    assert away == sorted(away)
    assert away[-1] > 10


def test_the_light_on_an_emblem_that_leaves_runs_on() -> None:
    """There is a light on it for a while once the bar is unfolded."""
    scene, toast = stage(ToastAnimation.UNFOLD), TOASTS["gold"]
    scene.overlay.toasts.push(toast)
    pieces: list[int] = []
    while toast in (*scene.overlay.toasts.visible, *scene.overlay.toasts.waiting):
        pieces.append(len(scene.overlay.pictures()))
        if len(pieces) == 40:
            assert pieces[-1] == 2
            scene.overlay.toasts.dismiss(toast)
        scene.overlay.update(FRAME)
    assert set(pieces[40:]) == {2}
