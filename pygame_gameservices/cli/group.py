"""How every group of commands behaves: it guesses what a mistyped name meant, and its help cuts nothing."""

from __future__ import annotations

from difflib import get_close_matches

import click

ALIKE = 0.5
"""How alike a name must be to be suggested; a command line may guess more boldly than a configuration is read."""
WIDEST = 100
"""Columns that help takes at most."""
WHOLE = 10_000
"""A length of summary that is never reached, so that none is cut."""


class Group(click.Group):
    """A group whose unknown commands are answered with what was probably meant, and whose summaries are whole."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with, or say which one may have been meant."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            raise click.UsageError(unknown(name, self.list_commands(ctx), ctx.command_path), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with its summary, which is never cut."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summary(ctx, name)) for name in self.list_commands(ctx)])

    def summary(self, ctx: click.Context, name: str) -> str:
        """The line about a command in its group's help: the first sentence of its own."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str(WHOLE) if command is not None else ""


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""The option of every command that says something a program may want to know."""


def unknown(name: str, known: list[str], path: str) -> str:
    """What to say of a command that there is not."""
    meant = get_close_matches(name.casefold(), known, 1, ALIKE) or [one for one in known if one.startswith(name[:3])]
    if meant:
        return f"there is no command {name!r}; did you mean {path} {meant[0]}?"
    return f"there is no command {name!r}; there are {', '.join(known)}"


def examples(*lines: str) -> str:
    """The end of a command's help: what people type, each on a line of its own."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
