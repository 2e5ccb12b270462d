"""How a trophy's toast comes: the emblem first, then the bar unfolds, with more of a show for the rarer ones."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import Image

from pygame_gameservices.widgets.picture import Placed
from pygame_gameservices.widgets.region import Anchor
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from pygame_gameservices.widgets.toasts.toast import Toast
from tests.widgets.samples import TOASTS
from tests.widgets.stagecraft import Scene

FRAME = 1 / 60
RANKS = ("bronze", "silver", "gold", "platinum")


def film(toast: Toast, seconds: float = 1.5, *, still: bool = False, anchor: Anchor = Anchor.TOP_RIGHT) -> list[Scene]:
    scene = Scene()
    scene.overlay.reduced_motion = still
    scene.overlay.toasts.options = ToastOptions(anchor=anchor)
    scene.overlay.toasts.push(toast)
    for _ in range(100):
        if scene.overlay.toasts.visible:
            break
        scene.overlay.update(FRAME)
    return [scene] * round(seconds / FRAME)


def frames(toast: Toast, seconds: float = 1.5, **how: object) -> list[tuple[Placed, ...]]:
    """What is shown from the first frame on."""
    shown = []
    for scene in film(toast, seconds, **how):  # type: ignore[arg-type]
        shown.append(tuple(scene.overlay.pictures()))
        scene.overlay.update(FRAME)
    return shown


def bar(shown: tuple[Placed, ...]) -> int:
    """Pixels of the toast's bar, shadow included."""
    return sum(placed.part.width for placed in shown if placed.part is not None)


def test_the_emblem_comes_first_and_the_bar_unfolds_from_it_to_its_whole_width() -> None:
    shown = frames(TOASTS["gold"])
    first = next(pieces for pieces in shown if pieces)
    assert [piece.part for piece in first] == [None]
    assert first[0].picture.size[0] < 60, "the emblem alone, and small"
    widths = [bar(pieces) for pieces in shown if bar(pieces)]
    assert all(before <= after for before, after in pairwise(widths))
    (whole,) = shown[-1]
    assert widths[0] < 0.45 * whole.picture.size[0]
    assert widths[-1] > 0.95 * whole.picture.size[0]
    assert whole.part is None


@pytest.mark.parametrize("anchor", [Anchor.TOP_RIGHT, Anchor.TOP_LEFT, Anchor.TOP], ids=str)
def test_it_unfolds_away_from_the_edge_it_stands_at(anchor: Anchor) -> None:
    shown = frames(TOASTS["silver"], anchor=anchor)
    parts = [[piece for piece in pieces if piece.part is not None] for pieces in shown]
    parts = [each for each in parts if each]
    lefts = [each[0].x for each in parts]
    rights = [each[1].x + each[1].part.width for each in parts if each[1].part is not None]
    assert (len(set(rights)) == 1) is (anchor is Anchor.TOP_RIGHT)
    assert (len(set(lefts)) == 1) is (anchor is Anchor.TOP_LEFT)
    assert all(each[0].x + each[0].part.width == each[1].x for each in parts if each[0].part is not None), "no gap"


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST], ids=["dark", "light", "contrast"])
@pytest.mark.parametrize("rank", RANKS)
def test_no_seam_is_seen_where_the_moving_end_begins(rank: str, theme: Theme) -> None:
    scene = Scene(theme)
    scene.overlay.toasts.push(TOASTS[rank])
    seams = []
    for _ in range(60):
        scene.overlay.update(FRAME)
        parts = [piece for piece in scene.overlay.pictures() if piece.part is not None]
        if parts:
            first, end = map(_shown, parts)
            below = parts[0].picture.size[1] - parts[0].picture.bleed - 6  # no words are there
            tones = first.getpixel((first.width - 1, below)), end.getpixel((0, below))
            seams.append(max(abs(one - other) for one, other in zip(*tones, strict=True)))
    assert len(seams) > 10
    assert max(seams) <= 4, "of 255"


def _shown(piece: Placed) -> Image.Image:
    """The part of a picture that is shown."""
    image = Image.frombytes("RGBA", piece.picture.size, piece.picture.pixels)
    assert piece.part is not None
    x, y, width, height = piece.part
    return image.crop((x, y, x + width, y + height))


def test_no_picture_is_painted_while_it_moves() -> None:
    scene = film(TOASTS["platinum"])[0]
    scene.services.slow = True
    for _ in range(200):
        scene.overlay.update(FRAME)
    assert scene.services.pending == []


def test_whoever_wants_nothing_to_move_sees_one_picture_that_fades_in_where_it_stays() -> None:
    shown = [pieces for pieces in frames(TOASTS["platinum"], still=True) if pieces]
    assert {len(pieces) for pieces in shown} == {1}
    assert len({(pieces[0].x, pieces[0].y, pieces[0].part) for pieces in shown}) == 1


def test_the_show_and_the_emblem_grow_with_the_rank() -> None:
    painter = ToastPainter(DARK, 1.0, 1920)
    motions = [painter.motion(TOASTS[rank]) for rank in RANKS]
    flashes = [motion.flash[0].size[0] if motion.flash else 0 for motion in motions]
    assert flashes == sorted(set(flashes)), "none for bronze, and a larger one for each rank"
    emblems = [motion.emblem[4].size[0] for motion in motions]
    assert emblems == sorted(emblems)
    assert emblems[0] < emblems[-1]
    assert [bool(motion.again) for motion in motions] == [False, False, False, True]


@pytest.mark.parametrize("name", TOASTS)
@pytest.mark.parametrize(("scale", "room"), [(1.0, 1920), (2 / 3, 1280), (0.6, 198), (0.6, 150)])
def test_all_are_equally_wide_and_a_title_is_not_cut_while_it_can_be_wrapped(
    name: str, scale: float, room: int
) -> None:
    painter = ToastPainter(DARK, scale, room)
    size, lines = painter._measured(TOASTS[name])
    assert size[0] == min(room, round((520 if room > 400 * scale else 372) * scale))
    assert " ".join(lines.title) == TOASTS[name].title
    assert max(map(lines.letters.width, lines.title)) < size[0]


@pytest.mark.parametrize(("size", "share"), [((160, 120), 0.95), ((288, 512), 0.65), ((320, 180), 0.65)])
def test_on_a_tiny_screen_a_toast_is_read_and_leaves_the_game_in_sight(size: tuple[int, int], share: float) -> None:
    scene = Scene(size=size)
    scene.overlay.toasts.push(TOASTS["signed_in"])
    scene.run(1.0)
    (standing,) = scene.overlay.toasts.standing
    assert standing.whole.picture.body[0] <= share * size[0]
    assert standing.whole.picture.body[1] <= size[1] / 3.5
    assert standing.whole.x + standing.whole.picture.bleed >= 0


@pytest.mark.parametrize(("size", "right"), [((3440, 1440), 3000), ((5120, 1440), 3840), ((1920, 1080), 1920)])
def test_on_a_very_wide_screen_toasts_stand_where_a_usual_one_would_end(size: tuple[int, int], right: int) -> None:
    scene = Scene(size=size)
    scene.overlay.toasts.push(TOASTS["signed_in"])
    (standing,) = scene.run(1.0).overlay.toasts.standing
    picture = standing.whole.picture
    end = standing.whole.x + picture.size[0] - picture.bleed
    assert end == right - round(36 * scene.overlay._stage.scale)
    scene.overlay.widest = float("inf")
    (standing,) = scene.run(0.2).overlay.toasts.standing
    assert standing.whole.x + picture.size[0] - picture.bleed == size[0] - round(36 * scene.overlay._stage.scale)
