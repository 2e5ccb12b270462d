"""``gameservices web``: a game as a page that any web server, itch.io or Game Jolt can show."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import click

import pygame_gameservices
from pygame_gameservices.cli.group import examples, json_option
from pygame_gameservices.cli.output import echo_json, python, reported, say
from pygame_gameservices.errors import UsageError

PYODIDE = "https://cdn.jsdelivr.net/pyodide/v314.0.7/full"
"""Where the page gets CPython from, unless it is told another place."""
PACKAGES = ("msgspec", "pillow", "pygame-ce")
"""What is loaded from there: each is part of Pyodide."""
PAGE, ARCHIVE = "index.html", "game.zip"
_NOT_IN_A_PAGE = ("cli", "relay", "sandbox", "_pyinstaller", "testing.py")
"""Parts of this package that a page has no use for."""
_LEFT_OUT = re.compile(r"^(\.|__pycache__$|build$|dist$|node_modules$|venv$)|\.(pyc|sqlite3|zip)$")
"""Names of what is beside a game and no part of it."""


@click.command(
    epilog=examples(
        "gameservices web --out site main.py",
    )
)
@click.argument("main", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the page.")
@click.option("--title", help="Title of the page; default: the name of the game's folder.")
@click.option("--pyodide", metavar="URL", default=PYODIDE, show_default=True, help="Where Pyodide is.")
@click.option(
    "--package",
    "packages",
    metavar="NAME",
    multiple=True,
    default=PACKAGES,
    show_default=True,
    help="What to load: a name that Pyodide knows, or the address of a wheel. Give all that the game needs.",
)
@json_option
def web(main: Path, out: Path, title: str | None, pyodide: str, packages: tuple[str, ...], as_json: bool) -> None:
    """Make a page of a game: MAIN and all that lies in its folder, with this package inside.

    The game's loop must be a coroutine that gives the browser its turn, as for pygbag: ``await asyncio.sleep(0)`` once
    a frame. Whoever plays it can read all of it: a private key in a page is public.
    """
    with reported("web"):
        write_page(main, out, title=title, pyodide=pyodide, packages=packages)
    play = f"{python()} -m http.server --directory {out}"
    if as_json:
        echo_json({"wrote": [str(out / PAGE), str(out / ARCHIVE)], "next": [play]})
        return
    say(f"wrote {out / PAGE} and {out / ARCHIVE}")
    say(f"\nPlay it: {play}")


def write_page(
    main: Path, out: Path, *, title: str | None = None, pyodide: str = PYODIDE, packages: Iterable[str] = PACKAGES
) -> None:
    """Write the two files of a page.

    Args:
        main: the file that starts the game; all that lies in its folder goes with it.
        out: where the page goes; made if need be.
        title: of the page; the name of the game's folder by default.
        pyodide: address of the folder that ``pyodide.mjs`` is in.
        packages: what is loaded into it.

    Raises:
        UsageError: a file cannot be read or written.
    """
    game = main.resolve().parent
    page = (files("pygame_gameservices.cli") / "templates" / "page.html").read_text(encoding="utf-8")
    for stand_in, text in (
        ("@TITLE@", html.escape(title or game.name)),
        ("@PYODIDE@", html.escape(pyodide.rstrip("/"))),
        ("@PACKAGES@", _for_script(list(packages))),
        ("@MAIN@", _for_script(main.name)),
    ):
        page = page.replace(stand_in, text)
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / PAGE).write_text(page, encoding="utf-8")
        with zipfile.ZipFile(out / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, name in (*_game_files(game, out.resolve()), *_our_files()):
                archive.write(path, name)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}; name another folder") from None


def _for_script(value: object) -> str:
    """A value as JavaScript that ends no script element."""
    return json.dumps(value).replace("<", "\\u003c")


def _game_files(folder: Path, out: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.iterdir()):
        if _LEFT_OUT.search(path.name) or path == out or path.name == "pygame_gameservices":
            continue
        if path.is_dir():
            yield from ((one, f"{path.name}/{name}") for one, name in _game_files(path, out))
        elif path.is_file():
            yield path, path.name


def _our_files() -> Iterator[tuple[Path, str]]:
    package = Path(pygame_gameservices.__file__).parent
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.is_file() and inside.parts[0] not in _NOT_IN_A_PAGE and "__pycache__" not in inside.parts:
            yield path, f"{package.name}/{inside.as_posix()}"
