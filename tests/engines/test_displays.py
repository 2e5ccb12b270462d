"""What is no plain window: OpenGL of each profile, SDL's renderer, pygame-ce's windows, and surfaces of 256 colors."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from PIL import Image

from pygame_gameservices.engines.pygame_overlay import PygameOverlay
from pygame_gameservices.errors import UsageError
from tests.engines.drivers import FRAME, SIZE, PygameDriver
from tests.engines.test_pixels import ROUNDING
from tests.on_a_screen import on_a_screen, printed_on_a_screen
from tests.thinned import thinned
from tests.widgets.samples import HandServices
from tests.widgets.sources import Scores

KINDS = ["legacy", "compatibility", "core", "es", "renderer", "window", "plain", "scaled"]


@pytest.mark.parametrize("kind", thinned(KINDS, lambda kind: kind in ("core", "renderer", "window", "plain", "scaled")))
def test_the_display_shows_exactly_the_pictures_and_keeps_its_state(kind: str) -> None:
    pygame = pytest.importorskip("pygame")
    if kind == "window" and not hasattr(pygame, "Window"):
        pytest.skip("only pygame-ce has windows of this kind")
    old = {"MESA_GL_VERSION_OVERRIDE": "2.1"} if kind == "legacy" else {}
    done = on_a_screen(["-m", "tests.engines.show_on", kind], **old)
    if "Could not" in done.stderr and "pygame.error" in done.stderr:
        pytest.skip(f"no such display here: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert max(said["apart"]) <= ROUNDING
    assert said["kept"], "what the game had set is as it was"
    assert said["held"] <= said["shown"] + 2, "one texture per picture that is shown, and no more"


@pytest.mark.parametrize("flags", ["0", "SCALED"])
def test_attached_it_is_on_a_screen_that_sdl_draws_with_opengl_and_not_in_the_games_pixels(flags: str) -> None:
    pytest.importorskip("pygame")
    code = (
        "import os, time\n"
        "os.environ['SDL_VIDEO_WINDOW_POS'] = '0,0'\n"
        "import pygame; from pygame import SCALED\n"
        "from PIL import ImageGrab\n"
        "from pygame_gameservices.engines.pygame_overlay import PygameOverlay\n"
        "from tests.widgets.samples import HandServices\n"
        "from tests.widgets.sources import Scores\n"
        f"pygame.init(); screen = pygame.display.set_mode((640, 360), {flags})\n"
        "overlay = PygameOverlay(HandServices()); overlay.attach(); overlay.show_leaderboard(Scores())\n"
        "screen.fill((200, 30, 30)); before = pygame.image.tobytes(screen, 'RGB')\n"
        "until, others = time.monotonic() + 20, 0\n"
        "while others < 100_000 and time.monotonic() < until:\n"
        "    pygame.event.pump(); pygame.display.flip(); time.sleep(0.01)\n"
        "    seen = ImageGrab.grab((0, 0, 640, 360), xdisplay=os.environ['DISPLAY']).convert('RGB')\n"
        "    others = sum(count for count, color in seen.getcolors(640 * 360) if color != (200, 30, 30))\n"
        "print(others >= 100_000, pygame.image.tobytes(screen, 'RGB') == before)\n"
    )
    assert printed_on_a_screen(code)[-1] == "True True"


def test_on_an_opengl_display_of_another_size_it_fills_the_window() -> None:
    """pygame leaves the surface of such a display as large as it was, when it is resized and when it is set anew."""
    pytest.importorskip("pygame")
    code = (
        "import os, time\n"
        "os.environ['SDL_VIDEO_WINDOW_POS'] = '0,0'\n"
        "import pygame\n"
        "from pygame._sdl2.video import Window\n"
        "from PIL import Image, ImageChops, ImageGrab\n"
        "from tests.engines.show_on import FRAME, GROUND, GLGame\n"
        "from tests.widgets.sources import Scores\n"
        "pygame.init(); game = GLGame('compatibility'); game.overlay.show_leaderboard(Scores())\n"
        "def shown(size):\n"
        "    ground, until, middle = Image.new('RGB', size, GROUND), time.monotonic() + 20, False\n"
        "    while not middle and time.monotonic() < until:\n"
        "        pygame.event.get(); game.overlay.update(FRAME); game.draw(); game.overlay.draw(); game.show()\n"
        "        seen = ImageGrab.grab((0, 0, *size), xdisplay=os.environ['DISPLAY']).convert('RGB')\n"
        "        box = ImageChops.difference(seen, ground).getbbox() or (0, 0, 0, 0)\n"
        "        middle = box[0] > 0 and box[0] + box[2] == size[0] and abs(box[1] + box[3] - size[1]) < 40\n"
        "    print(game.overlay.overlay.size == size, middle)\n"
        "window = Window.from_display_module(); window.size = (900, 600); shown((900, 600))\n"
        "pygame.display.set_mode((800, 500), pygame.OPENGL | pygame.DOUBLEBUF); shown((800, 500))\n"
    )
    assert printed_on_a_screen(code)[-2:] == ["True True"] * 2


def test_a_display_without_a_usable_opengl_says_so_when_the_overlay_is_made() -> None:
    pytest.importorskip("pygame")
    code = (
        "import pygame; pygame.init()\n"
        "pygame.display.set_mode((320, 180), pygame.OPENGL)\n"
        "from pygame_gameservices.engines.pygame_overlay import PygameOverlay\n"
        "from tests.widgets.samples import HandServices\n"
        "try: PygameOverlay(HandServices())\n"
        "except ValueError as error: print(error)\n"
    )
    said = "\n".join(printed_on_a_screen(code, MESA_GL_VERSION_OVERRIDE="1.4"))
    assert "cannot draw with OpenGL 1.4" in said
    assert "as a texture of your own" in said


@pytest.fixture
def game() -> Any:
    pytest.importorskip("pygame")
    made = PygameDriver()
    yield made
    made.close()


def test_draw_without_an_argument_takes_the_display(game: PygameDriver) -> None:
    game.overlay.show_leaderboard(Scores())
    game.run(1.0)
    with_it = game.screen_now()
    game.screen.fill((70, 110, 160))
    game.overlay.draw()
    assert game.screen_now().tobytes() == with_it.tobytes()
    game.pygame.display.quit()
    with pytest.raises(UsageError, match="surface is None"):
        game.overlay.draw()


@pytest.mark.parametrize("palette", ["pygame's own", "sixteen grays"])
def test_a_board_can_be_read_on_a_surface_of_256_colors(game: PygameDriver, palette: str) -> None:
    surface = game.pygame.Surface(SIZE, 0, 8)
    if palette == "sixteen grays":
        surface.set_palette([(value * 17,) * 3 for value in range(16)] + [(0, 0, 0)] * 240)
    overlay = PygameOverlay(HandServices())
    overlay.show_leaderboard(Scores())
    for _ in range(30):
        overlay.update(FRAME)
        surface.fill((70, 110, 160))
        overlay.draw(surface)
    game.overlay.show_leaderboard(Scores())
    game.run(1.0)
    gray = [
        Image.frombytes("RGB", SIZE, game.pygame.image.tobytes(each, "RGB")).convert("L")
        for each in (surface, game.screen)
    ]
    inside = [each.crop((60, 110, 580, 320)).resize((130, 52)) for each in gray]
    apart = [abs(a - b) for a, b in zip(inside[0].tobytes(), inside[1].tobytes(), strict=True)]
    assert sum(apart) / len(apart) < 24, "as bright where it is bright, and as dark where it is dark"
    assert max(inside[0].tobytes()) - min(inside[0].tobytes()) > 80, "light on dark"
    if os.environ.get("SHOW_ON_PICTURE"):
        gray[0].save(os.environ["SHOW_ON_PICTURE"])
