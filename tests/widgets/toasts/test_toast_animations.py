"""How toasts come and go: each as the theme wants it, and a trophy with more of a show the rarer it is."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Anchor
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme, ToastAnimation, ToastAnimations
from pygame_gameservices.widgets.theme_file import load_theme
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind
from tests.widgets.samples import TOASTS, checkered, wishes
from tests.widgets.stagecraft import Scene

FRAME = 1 / 60
RANKS = ("bronze", "silver", "gold", "platinum")


def film(
    toast: Toast,
    seconds: float = 1.5,
    *,
    still: bool = False,
    anchor: Anchor = Anchor.TOP_RIGHT,
    theme: Theme = DARK,
    hold: float = 5.0,
) -> list[Scene]:
    scene = Scene(theme)
    scene.overlay.reduced_motion = still
    scene.overlay.toasts.options = ToastOptions(anchor=anchor, hold=hold, longest_hold=hold)
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


def ways(shown: list[tuple[Placed, ...]]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """How far a toast in one piece is from where it rests, each frame: on its way in, and on its way out."""
    places = [(pieces[0].x, pieces[0].y) for pieces in shown if pieces]
    rest = max(places, key=places.count)
    away = [(x - rest[0], y - rest[1]) for x, y in places]
    first, last = places.index(rest), len(places) - 1 - places[::-1].index(rest)
    return away[:first], away[last + 1 :]


@pytest.mark.parametrize(
    ("animation", "anchor", "across", "down"),
    [
        (ToastAnimation.SLIDE, Anchor.TOP_RIGHT, 1, 0),
        (ToastAnimation.SLIDE, Anchor.BOTTOM_LEFT, -1, 0),
        (ToastAnimation.SLIDE, Anchor.LEFT, -1, 0),
        (ToastAnimation.SLIDE, Anchor.TOP, 0, -1),
        (ToastAnimation.SLIDE, Anchor.BOTTOM, 0, 1),
        (ToastAnimation.SLIDE, Anchor.CENTER, 0, -1),
        (ToastAnimation.RISE, Anchor.TOP_RIGHT, 0, 1),
        (ToastAnimation.RISE, Anchor.BOTTOM_LEFT, 0, 1),
        (ToastAnimation.DROP, Anchor.TOP_RIGHT, 0, -1),
        (ToastAnimation.DROP, Anchor.BOTTOM, 0, -1),
        (ToastAnimation.FADE, Anchor.TOP_RIGHT, 0, 0),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["message", "offline", "signed_in", "progress", "gold"])
def test_a_toast_of_any_kind_comes_from_and_goes_to_the_side_that_its_theme_says(
    name: str, animation: ToastAnimation, anchor: Anchor, across: int, down: int
) -> None:
    shown = frames(TOASTS[name], 1.2, anchor=anchor, theme=wishes(animation), hold=0.4)
    assert {len(pieces) for pieces in shown if pieces} == {1}
    alphas = [pieces[0].alpha for pieces in shown if pieces]
    assert alphas[0] < 200 > alphas[-1]
    coming, going = ways(shown)
    for way in (coming, going[::-1]):
        assert bool(way) is bool(across or down)
        far = [x * across + y * down for x, y in way]
        assert far == sorted(far, reverse=True)
        assert all(each > 0 for each in far)
        assert way == [(distance * across, distance * down) for distance in far]


def test_by_themselves_trophies_unfold_and_all_others_slide() -> None:
    assert DARK.animations == LIGHT.animations == HIGH_CONTRAST.animations
    for name, toast in TOASTS.items():
        unfolds = any(piece.part is not None for pieces in frames(toast, 0.5) for piece in pieces)
        assert unfolds is (toast.kind is ToastKind.TROPHY), name


@pytest.mark.parametrize("name", TOASTS)
def test_what_is_no_trophy_can_unfold_too(name: str) -> None:
    shown = frames(TOASTS[name], theme=wishes(ToastAnimation.UNFOLD))
    first = next(pieces for pieces in shown if pieces)
    assert first[0].picture.size[0] < 60, "the emblem alone, and small"
    assert any(piece.part is not None for pieces in shown for piece in pieces)
    assert shown[-1][0].part is None


class Library:
    """A source of pictures that delivers when the test says so."""

    def __init__(self) -> None:
        self.deliver: Callable[[Picture], object] | None = None

    def request(self, url: str, deliver: Callable[[Picture], object]) -> None:
        self.deliver = deliver


def test_a_picture_that_arrives_while_a_toast_unfolds_lets_it_unfold() -> None:
    scene, library = Scene(), Library()
    scene.overlay.toasts.pictures = library
    scene.overlay.toasts.push(replace(TOASTS["gold"], icon_url="https://example.org/a.png"))
    widths: list[int] = []
    while len(widths) < 15:
        if len(widths) == 5:
            assert library.deliver is not None
            scene.services.slow = True  # painting it anew takes a few frames
            library.deliver(checkered())
        if len(widths) == 10:
            scene.services.slow = False
        scene.overlay.update(FRAME)
        width = bar(tuple(scene.overlay.pictures()))
        if width or widths:
            widths.append(width)
    assert 0 < widths[0] < widths[-1]
    assert widths == sorted(widths)
    scene.run(1.0)
    (whole, *_) = scene.overlay.pictures()
    painted = ToastPainter(DARK, scene.overlay._stage.scale, 1280).paint(TOASTS["gold"], checkered())
    assert whole.picture.pixels == painted.pixels, "with the picture that arrived"


def test_each_unfolds_from_its_own_emblem() -> None:
    scene = Scene(wishes(ToastAnimation.UNFOLD))
    emblems = []
    for name in ("signed_in", "online", "offline"):
        scene.overlay.toasts.push(TOASTS[name])
        while TOASTS[name] not in scene.overlay.toasts.visible:
            scene.overlay.update(FRAME)
        first, *_ = scene.overlay.toasts.standing[-1].frame
        emblems.append(first.picture.pixels)
        scene.run(1.0)
    assert len(set(emblems)) == 3


def test_a_trophy_that_unfolded_slides_out() -> None:
    shown = [pieces for pieces in frames(TOASTS["bronze"], 2.0, hold=1.0) if pieces]
    assert shown[-1][0].x > shown[-20][0].x
    assert shown[-1][0].alpha < 128
    assert [piece.part for piece in shown[-1]] == [None]


def test_a_theme_file_chooses(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[animations]\nmessage = "rise"\ntrophy = "drop"\n')
    theme = load_theme(file)
    assert theme.animations == ToastAnimations(message=ToastAnimation.RISE, trophy=ToastAnimation.DROP)
    (x, y), *_ = ways(frames(TOASTS["message"], theme=theme))[0]
    assert x == 0 < y
    (x, y), *_ = ways(frames(TOASTS["gold"], theme=theme))[0]
    assert x == 0 > y


def test_another_theme_counts_from_the_next_frame_on() -> None:
    (scene, *_) = film(TOASTS["message"])
    scene.overlay.theme = wishes(ToastAnimation.FADE)
    rest = scene.overlay.toasts.standing[0].whole
    scene.overlay.update(FRAME)
    ((piece,),) = [standing.frame for standing in scene.overlay.toasts.standing]
    assert (piece.x, piece.y) == (rest.x, rest.y)
    assert piece.alpha < 255


@pytest.mark.parametrize("animation", ToastAnimation)
@pytest.mark.parametrize("name", ["message", "platinum"])
def test_whoever_wants_nothing_to_move_sees_one_picture_that_fades_in_where_it_stays(
    name: str, animation: ToastAnimation
) -> None:
    shown = [pieces for pieces in frames(TOASTS[name], still=True, theme=wishes(animation)) if pieces]
    assert {len(pieces) for pieces in shown} == {1}
    assert len({(pieces[0].x, pieces[0].y, pieces[0].part) for pieces in shown}) == 1
    assert len({pieces[0].alpha for pieces in shown}) > 3


def test_a_trophy_whose_parts_cannot_be_painted_slides_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: ToastPainter, toast: Toast, icon: Picture | None) -> None:
        raise RuntimeError("no paint")

    monkeypatch.setattr(ToastPainter, "parts", broken)
    shown = frames(TOASTS["gold"])
    assert {len(pieces) for pieces in shown if pieces} == {1}
    assert ways(shown)[0][0][0] > 0


class Upload:
    """A graphics card that takes each picture whole."""

    def __init__(self) -> None:
        self.has: set[Picture] = set()

    def upload(self, picture: Picture, most: int) -> int:
        self.has.add(picture)
        return picture.size[0] * picture.size[1]


def test_no_picture_is_shown_that_was_not_uploaded_before() -> None:
    scene, card = Scene(), Upload()
    scene.overlay.upload_with(card)
    scene.overlay.toasts.push(TOASTS["platinum"])
    shown: set[Picture] = set()
    for _ in range(200):
        scene.overlay.update(FRAME)
        shown |= {piece.picture for piece in scene.overlay.pictures()}
        assert shown <= card.has
    assert len(shown) > 30


def test_the_parts_of_a_toast_that_went_are_let_go() -> None:
    (scene, *_) = film(TOASTS["picture"], hold=0.5)
    assert len(scene.overlay.toasts._parts) == 1
    scene.run(3.0)
    assert scene.overlay.toasts.idle
    gc.collect()
    assert len(scene.overlay.toasts._parts) == 0


def test_the_show_and_the_emblem_grow_with_the_rank() -> None:
    painter = ToastPainter(DARK, 1.0, 1920)
    shows = [painter.parts(TOASTS[rank], None) for rank in RANKS]
    flashes = [parts.flash[0].size[0] if parts.flash else 0 for parts in shows]
    assert flashes == sorted(set(flashes)), "none for bronze, and a larger one for each rank"
    emblems = [parts.emblem[4].size[0] for parts in shows]
    assert emblems == sorted(emblems)
    assert emblems[0] < emblems[-1]
    assert [bool(parts.again) for parts in shows] == [False, False, False, True]


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
