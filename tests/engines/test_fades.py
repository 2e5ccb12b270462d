"""What fades looks as pygame's own blits would make it, and costs no multiple of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops

from pygame_gameservices.engines.pygame_pictures import laid
from pygame_gameservices.engines.pygame_surfaces import SurfaceCanvas
from pygame_gameservices.engines.pygame_textures import RendererCanvas
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Region

ROUNDING = 2
LARGE, ODD = (700, 660), (701, 660)
"""About as large as a dialog at 720p."""


def _picture(size: tuple[int, int]) -> Picture:
    """Every transparency beside each other, in some colors."""
    across, down = Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size)
    return laid(Picture.of(Image.merge("RGBA", (across, down, across.rotate(180), down))))


def _shot(pygame: Any, surface: Any) -> Image.Image:
    mode = "RGBA" if surface.get_masks()[3] else "RGB"
    return Image.frombytes(mode, surface.get_size(), pygame.image.tobytes(surface, mode))


def _blitted(pygame: Any, surface: Any, placed: Placed) -> None:
    image = pygame.image.frombuffer(placed.picture.pixels, placed.picture.size, "RGBA").convert_alpha()
    image.set_alpha(placed.alpha)
    surface.blit(image, (placed.x, placed.y), placed.part)


def _targets(pygame: Any) -> dict[str, Any]:
    faint, keyed = pygame.Surface((320, 180)), pygame.Surface((320, 180))
    faint.set_alpha(90)
    keyed.set_colorkey((10, 20, 30))
    return {
        "display": pygame.display.get_surface(),
        "layer": pygame.Surface((320, 180), pygame.SRCALPHA),
        "faint layer": faint,
        "layer with a color that is left out": keyed,
    }


@pytest.mark.parametrize("alpha", [0, 1, 60, 128, 254, 255])
@pytest.mark.parametrize(
    "placed",
    [
        Placed(_picture((120, 150)), 30, 20),
        Placed(_picture((121, 150)), -40, -30),
        Placed(_picture((90, 200)), 280, 100),
        Placed(_picture((90, 90)), 400, 100),
        Placed(_picture((121, 150)), 30, 20, part=Region(20, 10, 61, 100)),
    ],
    ids=["whole", "cut by a corner", "cut by the other corner", "outside", "a part"],
)
def test_what_fades_looks_as_a_blit_with_its_alpha(pygame: Any, placed: Placed, alpha: int) -> None:
    pygame.display.set_mode((320, 180))
    canvas = SurfaceCanvas(pygame)
    for name, surface in _targets(pygame).items():
        seen = []
        for draw in (lambda each, surface=surface: canvas.draw(surface, [each]),
                     lambda each, surface=surface: _blitted(pygame, surface, each)):  # fmt: skip
            surface.fill((10, 20, 30))
            surface.fill((200, 120, 40), (40, 40, 90, 90))
            draw(placed._replace(alpha=alpha))
            seen.append(_shot(pygame, surface))
        apart = ImageChops.difference(*seen).getextrema()
        assert max(high for _, high in apart) <= ROUNDING, name


def test_a_picture_that_has_faded_in_is_drawn_in_full(pygame: Any) -> None:
    canvas, screen, placed = SurfaceCanvas(pygame), pygame.display.get_surface(), Placed(_picture((64, 64)), 0, 0)
    for surface in (pygame.Surface((64, 64), pygame.SRCALPHA), screen):
        canvas.draw(surface, [placed._replace(alpha=20)])
    screen.fill((0, 0, 0))
    canvas.draw(screen, [placed])
    full = _shot(pygame, screen)
    screen.fill((0, 0, 0))
    _blitted(pygame, screen, placed)
    assert full.tobytes() == _shot(pygame, screen).tobytes()


def test_while_a_dialog_fades_a_frame_pays_a_few_blits_of_it_at_most(pygame: Any) -> None:
    """pygame's own blit with both kinds of transparency takes five times as long as one with either."""
    canvas, screen = SurfaceCanvas(pygame), pygame.display.get_surface()
    placed = Placed(_picture(LARGE), 30, 20)
    fading, plain = placed._replace(alpha=100), placed
    cost = _least(lambda: canvas.draw(screen, [fading]), lambda: canvas.draw(screen, [plain]))
    assert cost[0] <= 3.6 * cost[1]


def test_a_picture_of_odd_width_costs_no_more_than_an_even_one(pygame: Any) -> None:
    """pygame takes twice as long for rows of an odd number of pixels."""
    canvas, screen = SurfaceCanvas(pygame), pygame.display.get_surface()
    odd, even = Placed(_picture(ODD), 30, 20), Placed(_picture(LARGE), 30, 20)
    cost = _least(lambda: canvas.draw(screen, [odd]), lambda: canvas.draw(screen, [even]))
    assert cost[0] <= 1.5 * cost[1]


def _least(*functions: Callable[[], object]) -> list[float]:
    """The least processor time that each took, in turn: what others do on this machine only adds to it."""
    least = [float("inf")] * len(functions)
    for _ in range(60):
        for number, function in enumerate(functions):
            began = time.thread_time()
            function()
            function()
            least[number] = min(least[number], time.thread_time() - began)
    return least


def _frame(size: tuple[int, int], side: int, middle: tuple[int, int] = (0, 0)) -> Picture:
    """A frame as around what has the focus, with something in its middle."""
    image = Image.new("RGBA", size, (200, 120, 40, 180))
    image.paste((0, 0, 0, 0), (side, side, size[0] - side, size[1] - side))
    place = (size[0] - middle[0]) // 2, (size[1] - middle[1]) // 3
    image.paste((20, 200, 90, 130), (*place, place[0] + middle[0], place[1] + middle[1]))
    return laid(Picture.of(image))


@pytest.mark.parametrize("alpha", [120, 255])
@pytest.mark.parametrize("part", [None, Region(5, 3, 90, 40), Region(50, 20, 40, 9)], ids=str)
@pytest.mark.parametrize("middle", [(0, 0), (3, 2), (60, 40)], ids=str)
@pytest.mark.parametrize(("size", "side"), [((211, 57), 5), ((64, 64), 8), ((40, 40), 19), ((9, 120), 2)], ids=str)
def test_of_a_frame_the_sides_are_drawn_and_nothing_is_left_out(
    pygame: Any, size: tuple[int, int], side: int, middle: tuple[int, int], part: Region | None, alpha: int
) -> None:
    picture, screen = _frame(size, side, middle), pygame.display.get_surface()
    placed = Placed(picture, 30, 20, alpha, part and part.common(Region(0, 0, *size)))
    shots = []
    for draw in (lambda: SurfaceCanvas(pygame).draw(screen, [placed]), lambda: _blitted(pygame, screen, placed)):
        screen.fill((10, 20, 30))
        draw()
        shots.append(_shot(pygame, screen))
    assert max(high for _, high in ImageChops.difference(*shots).getextrema()) <= ROUNDING
    assert picture.seen is not None
    if middle == (0, 0) and size[0] > 200:
        assert sum(each.width * each.height for each in picture.seen) < 0.4 * size[0] * size[1]


@pytest.mark.parametrize("alpha", [120, 255])
@pytest.mark.parametrize("part", [None, Region(5, 3, 90, 40), Region(50, 20, 40, 9)], ids=str)
@pytest.mark.parametrize(("size", "side"), [((211, 57), 5), ((40, 40), 19), ((9, 120), 2), ((30, 30), 0)], ids=str)
def test_a_renderer_draws_what_there_is_to_see_as_if_it_drew_all(
    pygame: Any, size: tuple[int, int], side: int, part: Region | None, alpha: int
) -> None:
    video = pytest.importorskip("pygame._sdl2.video")
    window = video.Window("frame", size=(320, 200))
    renderer, picture = video.Renderer(window), _frame(size, side, (0, 0))
    shots = []
    for each in (picture, Picture(picture.pixels, size)):
        renderer.draw_color = (10, 20, 30, 255)
        renderer.clear()
        RendererCanvas(pygame, renderer).draw(
            renderer, [Placed(each, 30, 20, alpha, part and part.common(Region(0, 0, *size)))]
        )
        shots.append(_shot(pygame, renderer.to_surface()))
    window.destroy()
    assert max(high for _, high in ImageChops.difference(*shots).getextrema()) <= ROUNDING
