"""``gameservices relay``: the server of the game's maker that holds the keys."""

from __future__ import annotations

import secrets
import sys
from importlib.resources import files
from pathlib import Path

import click

from pygame_gameservices.cli.group import Group, examples
from pygame_gameservices.cli.output import reported, say
from pygame_gameservices.core.storage.private_file import write_private
from pygame_gameservices.errors import UsageError

_CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("relay.toml"),
    show_default=True,
    help="What it goes by; paths in it are relative to its folder.",
)


@click.group(
    cls=Group,
    epilog=examples("gameservices relay init", "RELAY_GAMEJOLT_KEY=... gameservices relay serve"),
)
def relay() -> None:
    """Run a relay: it holds the keys, checks what games send, signs it and passes it on."""


@relay.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
def init(folder: Path) -> None:
    """Write a relay.toml with comments, and a secret of the relay's own.

    FOLDER is made if it is not there; the default is this one. Files that are there are never overwritten.
    """
    with reported("relay init"):
        target, secret = folder / "relay.toml", folder / "relay.secret"
        for path in (target, secret):
            if path.exists():
                raise UsageError(f"{path} is there already, and is left as it is; name another folder, or move it")
        template = (files("pygame_gameservices.cli") / "templates" / "relay.toml").read_text(encoding="utf-8")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_private(secret, secrets.token_urlsafe(48).encode())
            target.write_text(template, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{error.filename}: {error.strerror}; name another folder") from None
    say(f"wrote {target}\nwrote {secret}, which only you may read")
    say("\nWrite your game's id into relay.toml, then: RELAY_GAMEJOLT_KEY=... gameservices relay serve")


@relay.command()
@_CONFIG
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False), help="Serve https with this certificate.")
@click.option("--certificate-key", type=click.Path(exists=True, dir_okay=False), help="The certificate's key.")
def serve(config: Path, certificate: str | None, certificate_key: str | None) -> None:
    """Run the relay until it is told to stop (Ctrl-C, SIGTERM). Its log is JSON, on the standard error.

    Keys come from the environment (RELAY_GAMEJOLT_KEY, RELAY_SECRET, RELAY_DATABASE) or from files that relay.toml
    names.
    """
    with reported("relay serve"):
        try:
            from pygame_gameservices.relay.reports import log_to_stderr
            from pygame_gameservices.relay.server import serve as run
            from pygame_gameservices.relay.settings import keys, read
        except ImportError as error:
            _missing(error)
        if (certificate is None) != (certificate_key is None):
            raise UsageError("pass both --certificate and --certificate-key, or neither")
        settings = read(config)
        log_to_stderr()
        pair = (certificate, certificate_key) if certificate and certificate_key else None
        run(settings, keys(settings, config.resolve().parent), config, pair)


def _missing(error: ImportError) -> None:
    say(f'gameservices relay needs {error.name}: pip install "pygame_gameservices[relay]"', err=True)
    sys.exit(1)
