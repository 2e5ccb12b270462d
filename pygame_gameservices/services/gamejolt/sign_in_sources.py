"""Where a player's name and token may come from without the player typing them. Off the frame thread.

In order: ``.gj-credentials``, which Game Jolt's desktop client puts beside the game; the parameters of the page or of
the command line; what was remembered.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import msgspec

from pygame_gameservices.core.page.bridge import in_a_page, shim
from pygame_gameservices.core.storage.credential_store import CredentialStore
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.core.storage.invisible import without_invisible

FILE_NAME = ".gj-credentials"
LARGEST_FILE = 4096
_NAME, _TOKEN = "gjapi_username", "gjapi_token"
_HOSTS = ("gamejolt.net", "gamejolt.com", "localhost", "127.0.0.1")


class SignInSource(StrEnum):
    """Where a name and a token came from."""

    EXPLICIT = "explicit"
    """The game passed them."""
    CREDENTIALS_FILE = "credentials file"
    """Game Jolt's client wrote them beside the game."""
    WEB = "web"
    """They were in the page's address or on the command line."""
    REMEMBERED = "remembered"
    """The player asked for it last time."""


class Candidate(NamedTuple):
    """A name and a token that may be right."""

    source: SignInSource
    username: str
    token: Secret


class Search(NamedTuple):
    """What a search came to.

    Attributes:
        candidates: what was found, best first.
        problems: what was there but of no use, in words for the developer.
    """

    candidates: tuple[Candidate, ...]
    problems: tuple[str, ...]


def search(
    store: CredentialStore, kept_as: str, folders: Iterable[Path], address: str, arguments: Sequence[str]
) -> Search:
    """Look everywhere. Blocks for disk and keyring; background thread.

    Args:
        store: what is remembered.
        kept_as: under which name.
        folders: where ``.gj-credentials`` may be.
        address: the address of the page that the game runs in; empty when there is none.
        arguments: the command line.
    """
    candidates: list[Candidate] = []
    problems: list[str] = []
    for folder in dict.fromkeys(folders):
        found = read_file(folder / FILE_NAME)
        if isinstance(found, Candidate):
            candidates.append(found)
        elif found is not None:
            problems.append(found)
    web = from_address(address) or from_arguments(arguments)
    if web is not None:
        candidates.append(web)
    remembered = store.load(kept_as)
    if remembered is not None:
        candidates.append(Candidate(SignInSource.REMEMBERED, *remembered))
    different = {(c.username, c.token): c for c in reversed(candidates)}
    return Search(tuple(c for c in candidates if different[c.username, c.token] is c), tuple(problems))


def read_file(path: Path) -> Candidate | str | None:
    """Read a ``.gj-credentials`` file: a version of any kind, the name and the token, each on a line.

    Returns:
        What it holds; the reason why it is of no use; or None when there is no such file.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    if len(content) > LARGEST_FILE:
        return f"{path} is too large to be a credentials file"
    try:
        lines = [without_invisible(line).strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        return f"{path} is not text"
    if not any(lines):
        return f"{path} is empty"
    username, token = [*lines, "", "", ""][1:3]
    if not username:
        return f"{path} has no user name on its second line"
    if not token:
        return f"{path} has no token on its third line"
    if not (username.isprintable() and token.isprintable()):
        return f"{path} is not text"
    return Candidate(SignInSource.CREDENTIALS_FILE, username, Secret(token))


def from_address(address: str) -> Candidate | None:
    """Take name and token out of a page's address, if it is one of Game Jolt's pages or of this machine.

    Any other site could link to a game with its own account in the address.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    if not any(host == one or host.endswith(f".{one}") for one in _HOSTS):
        return None
    query = parse_qs(parts.query)
    return _web(query.get(_NAME, [""])[0], query.get(_TOKEN, [""])[0])


def from_arguments(arguments: Sequence[str]) -> Candidate | None:
    """Take name and token out of a command line such as ``gjapi_username=ada gjapi_token=...``."""
    given = dict(argument.lstrip("-").partition("=")[::2] for argument in arguments)
    return _web(given.get(_NAME, ""), given.get(_TOKEN, ""))


def page_address() -> str:
    """The address of the page that the game runs in; empty outside a browser. Frame thread."""
    if not in_a_page():
        return ""
    return _page_address().reveal()


@cache
def _page_address() -> Secret:
    """As the page was opened. What signs in leaves the address bar, and so the history and bookmarks, at once."""
    page = shim()
    address = Secret(page.address())
    page.forget(msgspec.json.encode([_NAME, _TOKEN]).decode())
    return address


def game_folders() -> tuple[Path, ...]:
    """The folders that a credentials file may be in: the working directory, and the game's own."""
    own = sys.executable if getattr(sys, "frozen", False) else sys.argv[0] if sys.argv else ""
    folders = [Path(own).resolve().parent] if own else []
    with contextlib.suppress(OSError):  # somebody may have deleted it
        folders.insert(0, Path.cwd())
    return tuple(folders)


def _web(username: str, token: str) -> Candidate | None:
    username, token = without_invisible(username).strip(), without_invisible(token).strip()
    return Candidate(SignInSource.WEB, username, Secret(token)) if username and token else None
