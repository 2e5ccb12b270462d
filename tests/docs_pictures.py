"""Paints the pictures of the pages under docs, by the lines that stand above them: ``python -m tests.docs_pictures``.

The gallery shows each widget as the tests know it; the page about themes is run, block by block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from tests.readme_pictures import dusk
from tests.widgets.samples import TOASTS
from tests.widgets.scenes import SCENES
from tests.widgets.stagecraft import Scene

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "assets" / "docs"
PAGE = ROOT / "docs" / "theming.md"
GALLERY = ROOT / "docs" / "gallery.md"
SIZE = (960, 540)
COLORS = 256
"""A picture with a palette takes a third, and the dusk hides its steps."""
_BLOCK = re.compile(
    r"^```python\n(?P<code>.*?)^```\n\n!\[[^\]]*\]\(\.\./assets/docs/(?P<name>[\w-]+)\.png\)$", re.M | re.S
)
_SHOWN = re.compile(r"!\[[^\]]*\]\(\.\./assets/docs/gallery-(?P<widget>[a-z]+)-(?P<state>[a-z_]+)\.png\)")


def settings() -> Iterator[tuple[str, str]]:
    """The name of each picture of the page, and the lines above it."""
    for found in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        yield found["name"], found["code"]


def set_by(code: str, name: str) -> Image.Image:
    """The screen of a game that has run these lines: with the board, the login, or toasts."""
    scene = Scene(size=SIZE)
    here: dict[str, Any] = {"overlay": scene.overlay}
    exec(compile(code, str(PAGE), "exec"), here)
    if name.startswith(("theme", "own")):
        SCENES["leaderboard"]["own_in_sight"](scene)
    elif name == "wording":
        SCENES["login"]["filled"](scene)
    else:
        for rank in ("gold", "silver", "bronze"):
            scene.overlay.toasts.push(TOASTS[rank])
    scene.run(2.0)
    return scene.onto(dusk(SIZE))


def gallery() -> Iterator[tuple[str, str, str]]:
    """The name of each picture of the gallery, with the widget and the state that it shows."""
    for found in _SHOWN.finditer(GALLERY.read_text(encoding="utf-8")):
        yield f"gallery-{found['widget']}-{found['state']}", found["widget"], found["state"]


def shown(widget: str, state: str) -> Image.Image:
    """A widget on the screen of a game."""
    scene = Scene(size=SIZE)
    SCENES[widget][state](scene)
    scene.run(1.0)
    return scene.onto(dusk(SIZE))


def main() -> None:
    """Paint all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, code in settings():
        _save(set_by(code, name), name)
    for name, widget, state in gallery():
        _save(shown(widget, state), name)


def _save(image: Image.Image, name: str) -> None:
    image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
