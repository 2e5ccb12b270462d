"""``gameservices completion``: what a shell needs to complete the command line by Tab."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from pygame_gameservices.cli.group import examples
from pygame_gameservices.cli.output import reported
from pygame_gameservices.errors import UsageError

SHELLS = ("bash", "fish", "zsh")
PROGRAM = "gameservices"
VARIABLE = "_GAMESERVICES_COMPLETE"
"""How click is asked for completions: it derives the name from that of the program."""


@click.command(
    epilog=examples(
        'eval "$(gameservices completion bash)"',
        "gameservices completion fish > ~/.config/fish/completions/gameservices.fish",
    )
)
@click.argument("shell", type=click.Choice(SHELLS), required=False)
def completion(shell: str | None) -> None:
    """Print what bash, zsh or fish needs to complete commands and options by Tab.

    The default is the shell that $SHELL names. Put the first example into ~/.bashrc (or, with zsh, into ~/.zshrc).
    """
    with reported("completion"):
        found = get_completion_class(shell or _own_shell())
        assert found is not None
        source = found.source_template  # click's own method would start a shell to ask for its version
        values = {"prog_name": PROGRAM, "complete_func": f"_{PROGRAM}_completion", "complete_var": VARIABLE}
        click.echo(source % values)


def _own_shell() -> str:
    name = Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        known = ", ".join(f"gameservices completion {one}" for one in SHELLS)
        raise UsageError(f"$SHELL names {name or 'no shell'}; say which one it is: {known}")
    return name
