"""What the commands share: errors as one line and an exit status, tables for people, JSON for programs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pygame_gameservices.cli.progress import waiting
from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.core.http.redaction import fit_to_print
from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import GameServicesError, UsageError

T = TypeVar("T")

STDIN = "-"
_UNFIT_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """A text of somebody else, fit for a terminal: what would steer it, or cannot be written, is spelt out."""
    return "\n".join(map(fit_to_print, text.split("\n")))


def clean_json(encoded: bytes) -> str:
    """JSON, fit for a terminal and still the same JSON: what would steer it is written as its number."""
    return _UNFIT_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode())


def say(text: str, *, err: bool = False) -> None:
    """Print a line that holds other people's words."""
    click.echo(clean(text), err=err)


def python() -> str:
    """What starts the interpreter that has this package: its path where plain ``python`` is another one, or none."""
    return "python" if _on_path("python") else pasted(sys.executable)


def ourselves() -> str:
    """What starts this program, also where its folder is not on the path."""
    return "gameservices" if _on_path("gameservices") else f"{python()} -m pygame_gameservices"


def pasted(word: str) -> str:
    """A word as this system's command line takes it."""
    return subprocess.list2cmdline([word]) if sys.platform == "win32" else shlex.quote(word)


def _on_path(name: str) -> bool:
    """Whether the bare name starts what lies beside the interpreter: an environment has links of several names."""
    found = shutil.which(name)
    if found is None or not Path(found).absolute().parent.samefile(Path(sys.executable).parent):
        return False
    return name != "python" or Path(found).samefile(sys.executable)


def counted(number: int, thing: str, things: str = "") -> str:
    """A number and what it counts: ``1 problem``, ``2 problems``."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


class Rows(Table):
    """A table of other people's words: shown as they are, and folded rather than cut where there is little room.

    Args:
        names: of the columns; none for a list of facts, with their names first.
    """

    def __init__(self, *names: str) -> None:
        super().__init__(show_header=bool(names), box=None, pad_edge=False)
        for name in names or ("", ""):
            self.add_column(name, overflow="fold", style=None if names or self.columns else "bold")

    def add(self, *cells: object) -> None:
        """Add a row."""
        self.add_row(*(Text(clean(str(cell))) for cell in cells))

    def show(self) -> None:
        """Print it."""
        Console(highlight=False).print(self)


@contextmanager
def reported(command: str) -> Iterator[None]:
    """End the command with one line and status 1 when something failed, 2 when it was used wrongly."""
    try:
        yield
    except GameServicesError as error:
        say(f"gameservices {command}: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        click.echo(f"gameservices {command}: stopped", err=True)
        sys.exit(1)


def wait_for(manager: ServiceManager, pending: Pending[T], doing: str, tell: Callable[[], str] = lambda: "") -> T:
    """Run the manager until `pending` has an outcome, with a spinner for people who wait.

    Args:
        doing: what is being done.
        tell: more about it, asked again and again.
    """
    with waiting(doing) as spinner:
        while not pending.done:
            manager.update()
            spinner.tell(tell())
            time.sleep(0.01)
    return pending.result(0)


def echo_json(value: Any) -> None:
    """Print a value as JSON: frozen values with their fields, what the service sent besides left out."""
    click.echo(clean_json(msgspec.json.format(_encoder.encode(_bare(value)), indent=2)))


def secret_from(option: str, file: str | None, variable: str) -> Secret | None:
    """A key from a file (``-`` is the standard input) or from an environment variable, if it has a name: never from an
    argument, which every program on the machine can see.

    Raises:
        UsageError: the file cannot be read, or holds nothing.
    """
    if file is None:
        return Secret(os.environ.get(variable, "").strip()) or None
    key = Secret(text_from(option, file).strip())
    if not key:
        raise UsageError(f"{option}: {file} is empty; write the key into it")
    return key


def text_from(option: str, file: str) -> str:
    """The text of a file, or of the standard input for ``-``. Raises `UsageError` when it cannot be read."""
    try:
        return bytes_from(option, file).decode("utf-8-sig")  # some editors begin a file with a mark
    except UnicodeDecodeError as error:
        raise UsageError(f"{option}: {file} is no UTF-8 (byte {error.start}); save it as UTF-8") from None


def bytes_from(option: str, file: str) -> bytes:
    """The bytes of a file, or of the standard input for ``-``. Raises `UsageError` when it cannot be read."""
    try:
        return sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{option}: {file} cannot be read ({error.strerror}); check the path") from None


def _bare(value: Any) -> Any:
    """`value` without what the service sent besides."""
    if isinstance(value, msgspec.Struct):
        return {name: _bare(getattr(value, name)) for name in value.__struct_fields__ if name != "raw"}
    if isinstance(value, Mapping):
        return {str(name): _bare(one) for name, one in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    return [_bare(one) for one in value] if isinstance(value, (list, tuple)) else value


_encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="number")
