"""``gameservices init``: the two files that a game begins with."""

from __future__ import annotations

import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

import click

from pygame_gameservices.cli.group import examples
from pygame_gameservices.cli.output import reported, say
from pygame_gameservices.errors import UsageError

ENGINES = ("pygame", "arcade")
CONFIG, MAIN = "gameservices.toml", "main.py"
_STAND_IN = 'app = "my-game"'


@click.command(epilog=examples("gameservices init", "gameservices init asteroids", "gameservices init --engine arcade"))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--engine", type=click.Choice(ENGINES), help="What draws the game; default: the one that is installed.")
@click.option("--app", metavar="NAME", help="Name of the game; default: the folder's.")
def init(folder: Path, engine: str | None, app: str | None) -> None:
    """Begin a game: write a gameservices.toml and a main.py that runs at once.

    FOLDER is made if it is not there; the default is this one. Files that are there are never overwritten. The game
    plays against a sandbox that it starts by itself, until you write your own id and key into gameservices.toml.
    """
    with reported("init"):
        engine = engine or _installed()
        name = _name(app or folder.resolve().name)
        targets = [folder / CONFIG, folder / MAIN]
        for target in targets:
            if target.exists():
                raise UsageError(f"{target} is there already, and is left as it is; name another folder, or move it")
        templates = files("pygame_gameservices.cli") / "templates"
        config = (templates / CONFIG).read_text(encoding="utf-8").replace(_STAND_IN, f'app = "{name}"', 1)
        main = (templates / f"main_{engine}.py.in").read_text(encoding="utf-8")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for target, text in zip(targets, (config, main), strict=True):
                target.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{error.filename}: {error.strerror}; name another folder") from None
    for target in targets:
        say(f"wrote {target}")
    into = "" if folder == Path() else f"cd {folder} && "
    say(f"\nPlay it: {into}{_python()} {MAIN}")


def _python() -> str:
    """What starts the interpreter that has this package: its path where plain ``python`` is another one, or none."""
    found = shutil.which("python")
    return "python" if found is not None and Path(found).absolute() == Path(sys.executable) else sys.executable


def _installed() -> str:
    """Arcade where it alone is installed, else pygame."""
    return "arcade" if _there("arcade") and not (_there("pygame") or _there("pygame-ce")) else "pygame"


def _there(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


def _name(text: str) -> str:
    """A name that `ServiceManager` takes."""
    return re.sub(r"[^\w-]+", "-", text.strip().casefold()).strip("-") or "my-game"
