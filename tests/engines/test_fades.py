"""What fades looks as pygame's own blits would make it, and costs no multiple of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops

from pygame_gameservices.engines.pygame_overlay import _swapped
from pygame_gameservices.engines.pygame_surfaces import SurfaceCanvas
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Region

ROUNDING = 2
LARGE, ODD = (700, 660), (701, 660)
"""About as large as a dialog at 720p."""


def _picture(size: tuple[int, int]) -> Picture:
    """Every transparency beside each other, in some colors."""
    across, down = Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size)
    return _swapped(Picture.of(Image.merge("RGBA", (across, down, across.rotate(180), down))))


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
