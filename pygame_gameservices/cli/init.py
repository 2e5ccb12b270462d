"""``gameservices init``: the two files that a game begins with."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

import click

from pygame_gameservices.cli.group import examples, json_option
from pygame_gameservices.cli.output import echo_json, ourselves, pasted, python, reported, say
from pygame_gameservices.errors import UsageError

KINDS = {"pygame": "pygame", "pygame-ce": "pygame", "arcade": "arcade", "page": "page"}
"""What a game can be made for, and which template it begins with."""
CONFIG, MAIN = "gameservices.toml", "main.py"
_STAND_IN = 'app = "my-game"'
_SANDBOX = """
# Where the game finds the sandbox, also in a page. Take it out to play against the real Game Jolt.
[sandbox]
url = "http://127.0.0.1:8765"
"""


@click.command(
    epilog=examples(
        "gameservices init",
        "gameservices init asteroids",
        "gameservices init --engine arcade",
        "gameservices init --engine page",
    )
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option(
    "--engine",
    type=click.Choice(tuple(KINDS)),
    help="What draws the game, or page for one that is played in a browser; default: the engine that is installed.",
)
@click.option("--app", metavar="NAME", help="Name of the game; default: the folder's.")
@json_option
def init(folder: Path, engine: str | None, app: str | None, as_json: bool) -> None:
    """Begin a game: write a gameservices.toml and a main.py that runs at once.

    FOLDER is made if it is not there; the default is this one. Files that are there are never overwritten. The game
    plays against a sandbox that it starts by itself, until you write your own id and key into gameservices.toml; one
    for a page looks for the sandbox that `gameservices sandbox` runs.
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
        if engine == "page":
            before, rest, after = config.partition("\n# From here on for the sandbox alone")
            config = before + _SANDBOX + rest + after
        main = (templates / f"main_{KINDS[engine]}.py.in").read_text(encoding="utf-8")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for target, text in zip(targets, (config, main), strict=True):
                target.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{error.filename}: {error.strerror}; name another folder") from None
    into = "" if folder == Path() else f"cd {pasted(str(folder))} && "
    steps = [f"{into}{python()} {MAIN}"]
    if engine == "page":
        steps = [f"{into}{ourselves()} sandbox", *steps, f"{into}{ourselves()} web --out site {MAIN}"]
    if as_json:
        echo_json({"engine": engine, "app": name, "wrote": [str(target) for target in targets], "next": steps})
        return
    for target in targets:
        say(f"wrote {target}")
    say("")
    if engine == "page":
        for label, step in zip(("Start a sandbox", "Play in a window", "Make a page of it"), steps, strict=True):
            say(f"{label + ':':<19}{step}")
    else:
        say(f"Play it: {steps[0]}")


def _installed() -> str:
    """The engine that is installed; pygame where none is, or both families are."""
    return next((engine for engine in ("pygame", "pygame-ce", "arcade") if _there(engine)), "pygame")


def _there(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


def _name(text: str) -> str:
    """A name that `ServiceManager` takes."""
    return re.sub(r"[^\w-]+", "-", text.strip().casefold()).strip("-") or "my-game"
