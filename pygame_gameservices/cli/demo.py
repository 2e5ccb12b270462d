"""``gameservices demo``: the demo that lies beside the package in a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

import pygame_gameservices
from pygame_gameservices.cli.group import examples
from pygame_gameservices.cli.output import reported
from pygame_gameservices.errors import GameServicesError

CHECKOUT = Path(pygame_gameservices.__file__).parents[1]


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=examples("gameservices demo", "gameservices demo --engine arcade"),
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def demo(arguments: tuple[str, ...]) -> None:
    """Play the demo: a game with all five services against a sandbox of its own.

    What follows is the demo's own, such as --engine arcade or --playthrough. Without a screen it plays itself and
    leaves pictures in playthrough/. Ends with the demo's own exit status.
    """
    with reported("demo"):
        if not (CHECKOUT / "demo_game" / "__main__.py").is_file():
            raise GameServicesError(
                "the demo comes with a checkout of the repository, not with an installed package;"
                " gameservices init my-game writes a game that plays at once"
            )
        paths = [str(CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        status = subprocess.run(
            [sys.executable, "-m", "demo_game", *arguments], env=environment, check=False
        ).returncode
    sys.exit(status)
