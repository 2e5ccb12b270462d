"""Makes the pictures of README anew, by the code that they show: ``python -m tests.readme_pictures``.

The widgets are painted as in the tests; the demo's pictures are of a real playthrough against the sandbox.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import GifImagePlugin, Image, ImageDraw, ImageFilter, ImageSequence

from pygame_gameservices.widgets.region import Anchor
from pygame_gameservices.widgets.theme import DARK, LIGHT, Theme
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from tests.contact_sheet import SECTIONS
from tests.widgets.samples import TOASTS
from tests.widgets.scenes import SCENES, shot
from tests.widgets.stagecraft import Scene

FOLDER = Path(__file__).parents[1] / "assets" / "readme"
SIZE = (1280, 720)
WIDGETS = {
    "login": ("login", "filled"),
    "login-error": ("login", "wrong"),
    "login-gamepad": ("keyboard", "letters"),
    "leaderboard": ("leaderboard", "own_in_sight"),
    "trophies": ("trophies", "grid"),
    "shelf": ("shelf", "games"),
    "market": ("market", "open"),
}
COMPACT = (("login", "filled"), ("leaderboard", "own_in_sight"), ("trophies", "grid"), ("market", "open"))
LOW = (320, 180)
FILM_RATE = 20
BEGINS = 0.86
"""Where in the demo's film, which ends among toasts, it begins in README."""
DEMO = {"trophy-wish": "demo-play.jpg", "offline": "demo-offline.jpg", "game-over": "demo-end.jpg"}


def dusk(size: tuple[int, int]) -> Image.Image:
    """A quiet evening sky, for widgets to lie on."""
    top, bottom = (16, 18, 44), (92, 58, 84)
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        part = y / size[1]
        column.putpixel((0, y), tuple(round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True)))
    sky = column.resize(size)
    glow = Image.new("L", size)
    ImageDraw.Draw(glow).ellipse((size[0] * 0.55, size[1] * 0.5, size[0] * 1.2, size[1] * 1.4), fill=90)
    sky.paste((226, 140, 92), mask=glow.filter(ImageFilter.GaussianBlur(120)))
    return sky.convert("RGBA")


def hills(size: tuple[int, int]) -> Image.Image:
    """Hills by night in three flat tones: a film of few colors keeps the others for what moves before them."""
    image = Image.new("RGBA", size, (26, 28, 56, 255))
    draw = ImageDraw.Draw(image)
    for tone, tops in (((36, 35, 68), (420, 300, 380, 250, 400)), ((48, 42, 78), (520, 460, 540, 430, 500))):
        step = size[0] // (2 * (len(tops) - 1))
        line = [(index * step, top) for index, top in enumerate(tops)]
        draw.polygon([(0, size[1]), *line, (size[0], tops[-1]), size], fill=tone)
    return image


def toasts(theme: Theme) -> Image.Image:
    """One toast of each rarity, as they stack in a corner."""
    painter = ToastPainter(theme, theme.scale_for(1080), SIZE[0])
    pictures = [painter.paint(TOASTS[name]) for name in ("bronze", "silver", "gold", "platinum")]
    whole = dusk((max(p.size[0] for p in pictures) + 32, sum(p.size[1] for p in pictures) + 32))
    y = 16
    for picture in pictures:
        whole.alpha_composite(Image.frombytes("RGBA", picture.size, picture.pixels), (16, y))
        y += picture.size[1]
    return whole


def unlock() -> list[Image.Image]:
    """A film of trophies being unlocked, from bronze to platinum, as a game shows them."""
    size, seconds = (608, 620), 7.2
    scene = Scene(replace(DARK, scale=1.5), (1280, 720))
    scene.overlay.toasts.options = ToastOptions(max_visible=4, anchor=Anchor.TOP_LEFT, inset=44, hold=4.6)
    ranks = {0.2: "bronze", 1.1: "silver", 2.0: "gold", 2.9: "platinum"}
    ground, frames = hills((1280, 720)), []
    for frame in range(round(seconds * FILM_RATE)):
        due = [rank for at, rank in ranks.items() if round(at * FILM_RATE) == frame]
        for rank in due:
            scene.overlay.toasts.push(TOASTS[rank])
        scene.overlay.update(1 / FILM_RATE)
        frames.append(scene.onto(ground.copy()).crop((0, 0, *size)).convert("RGB"))
    return frames


def save_film(frames: list[Image.Image], path: Path) -> None:
    """Write a film as a GIF whose colors are the same in all frames, so that nothing flickers."""
    middle = frames[len(frames) // 2]
    common = middle.quantize(176, method=Image.Quantize.MEDIANCUT).getpalette() or []
    rare = middle.quantize(80, method=Image.Quantize.MAXCOVERAGE).getpalette() or []  # the metals of small medals
    colors = Image.new("P", (1, 1))
    colors.putpalette(common[: 3 * 176] + rare[: 3 * 80])
    flat = [frame.quantize(palette=colors, dither=Image.Dither.NONE) for frame in frames]
    flat[0].save(path, save_all=True, append_images=flat[1:], duration=round(1000 / FILM_RATE), loop=0, optimize=True)


def overview() -> Image.Image:
    """All states of all widgets in the dark theme, small, side by side."""
    shots = [image for section in SECTIONS for image in section(DARK, SIZE)]
    cells = [image.convert("RGB") for image in shots]
    for cell in cells:
        cell.thumbnail((320, 220), Image.Resampling.LANCZOS)
    columns = 5
    rows = [cells[i : i + columns] for i in range(0, len(cells), columns)]
    heights = [max(cell.height for cell in row) + 10 for row in rows]
    whole = Image.new("RGB", (columns * 330 + 10, sum(heights) + 10), (18, 20, 30))
    y = 10
    for row, height in zip(rows, heights, strict=True):
        for number, cell in enumerate(row):
            whole.paste(cell, (10 + number * 330, y))
        y += height
    return whole


def compact() -> Image.Image:
    """Dialogs on a screen of 320x180, each of its pixels as four."""
    whole = dusk((4 * LOW[0], 4 * LOW[1]))
    for place, (widget, state) in enumerate(COMPACT):
        image = shot(SCENES[widget][state], DARK, LOW, dusk(LOW))
        image = image.resize((2 * image.width, 2 * image.height), Image.Resampling.NEAREST)
        left, top = 2 * LOW[0] * (place % 2), 2 * LOW[1] * (place // 2)
        whole.paste(image, (left + LOW[0] - image.width // 2, top + LOW[1] - image.height // 2))
    return whole


def demo() -> None:
    """Play the demo and keep some of its pictures."""
    from demo_game.playthrough import Options, playthrough

    with tempfile.TemporaryDirectory() as folder:
        playthrough(Options(out=Path(folder)))
        keep(Path(folder))


def keep(folder: Path) -> None:
    """Keep the film and a few moments of a playthrough's pictures."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".gif":
            turn(path, FOLDER / "demo.gif")
        moment = path.stem.partition("-")[2]
        if moment in DEMO:
            _save(Image.open(path), DEMO[moment])


def turn(film: Path, path: Path) -> None:
    """Write a film that goes round and round so that it begins where toasts stand: some readers show no more."""
    GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_AFTER_DIFFERENT_PALETTE_ONLY  # as it stands
    with Image.open(film) as opened:
        frames, step = [frame.copy() for frame in ImageSequence.Iterator(opened)], opened.info["duration"]
    first = round(len(frames) * BEGINS)
    turned = [*frames[first:], *frames[:first]]
    turned[0].save(path, save_all=True, append_images=turned[1:], duration=step, loop=0)


def _save(image: Image.Image, name: str) -> None:
    image.convert("RGB").save(FOLDER / name, optimize=True, quality=88)


def main() -> None:
    """Make them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (widget, state) in WIDGETS.items():
        _save(shot(SCENES[widget][state], DARK, SIZE, dusk(SIZE)), f"{name}.png")
    _save(shot(SCENES["leaderboard"]["own_in_sight"], LIGHT, SIZE, dusk(SIZE)), "leaderboard-light.png")
    _save(toasts(DARK), "toasts.png")
    save_film(unlock(), FOLDER / "unlock.gif")
    _save(compact(), "compact.png")
    _save(overview(), "contact-sheet.png")
    demo()


if __name__ == "__main__":
    main()
