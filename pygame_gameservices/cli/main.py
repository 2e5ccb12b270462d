"""The command ``gameservices``: a group whose sub-commands are imported only when they are called.

Exit status: 0 done, 1 what was checked or attempted failed, 2 wrong use.
"""

from __future__ import annotations

import importlib
import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

COMMANDS = {
    "init": (
        "pygame_gameservices.cli.init",
        "Begin a game: write a gameservices.toml and a main.py that runs at once.",
    ),
    "demo": ("pygame_gameservices.cli.demo", "Play the demo: a game with all five services, against a sandbox."),
    "doctor": ("pygame_gameservices.cli.doctor", "Check this machine and the configuration, and say what to do."),
    "outbox": ("pygame_gameservices.cli.outbox", "Look after calls that are kept on disk until they are delivered."),
    "forge": ("pygame_gameservices.cli.forge", "Upload files of playtime and achievements to Forge."),
    "easyjam": ("pygame_gameservices.cli.easyjam", "Read, write and check lists of games by their makers (EasyJam)."),
    "itchio": ("pygame_gameservices.cli.itchio", "Ask itch.io about your games, their owners and their builds."),
    "trading": (
        "pygame_gameservices.cli.trading",
        "Look at your orders and the market: tables, CSV, charts (GAME trading).",
    ),
    "relay": ("pygame_gameservices.cli.relay", "Run a server of yours that holds the keys, so that no game does."),
    "web": ("pygame_gameservices.cli.web", "Make a page of a game, to be played in a browser."),
    "sandbox": ("pygame_gameservices.cli.sandbox", "Run a local server that speaks the services' protocols."),
    "completion": ("pygame_gameservices.cli.completion", "Print what bash, zsh or fish needs to complete by Tab."),
}
"""Sub-commands by name: the module that holds the click command of the same name, and its line in the help."""


def main() -> None:
    """Run the command line and exit. Without click and rich it says what to install and exits with 1."""
    try:
        command = _group()
    except ImportError as error:
        needed = 'pip install "pygame_gameservices[tools]"'
        print(f"gameservices needs {error.name or 'more libraries'}: {needed}", file=sys.stderr)
        sys.exit(1)
    # What fails is said once, by the command that tried it; the log would say it a second time.
    logging.getLogger("pygame_gameservices").setLevel(logging.CRITICAL)
    command(prog_name="gameservices")


def _group() -> click.Group:
    from importlib.metadata import PackageNotFoundError, version

    import click
    import rich  # noqa: F401  # needed by most commands: say so before one of them has half begun
    from click.shell_completion import CompletionItem

    from pygame_gameservices.cli.group import WIDEST, Group, examples

    class LazyGroup(Group):
        """A group that knows names and help lines of its commands, and imports one to run it."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            return sorted(COMMANDS)

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            if cmd_name not in COMMANDS:
                return None
            command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
            return command

        def summary(self, ctx: click.Context, name: str) -> str:
            return COMMANDS[name][1]

        def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
            """Complete a name by the table, without importing each command: somebody waits who pressed Tab."""
            if incomplete.startswith("-"):
                return super().shell_complete(ctx, incomplete)
            names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
            return [CompletionItem(name, help=self.summary(ctx, name)) for name in names]

    try:
        own = version("pygame_gameservices")
    except PackageNotFoundError:
        own = "not installed, run from its sources"
    group = LazyGroup(
        name="gameservices",
        help="Tools for games that use pygame_gameservices.",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
        epilog=examples(
            "gameservices init                    begin a game",
            "gameservices sandbox --open          play without accounts",
            "gameservices doctor                  what is wrong here?",
        ),
    )
    return click.version_option(own, message="%(prog)s %(version)s")(group)
