"""``gameservices itchio``: who a key belongs to, your games, who owns them, the newest build, a launch by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from pygame_gameservices.cli.group import Group, examples, json_option
from pygame_gameservices.cli.output import Rows, echo_json, reported, say, secret_from, wait_for
from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.core.storage.credentials import Hidden
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.itchio.client import Itchio
from pygame_gameservices.services.itchio.download_urls import download_key_from_url
from pygame_gameservices.services.itchio.launch import API_KEY, fake_launch
from pygame_gameservices.services.itchio.models import Credentials, ItchioBuild, ItchioGame, ItchioUser
from pygame_gameservices.services.shelf import shelf_of_itchio, write_shelf

Command = Callable[..., Any]

KEYS_PAGE = "https://itch.io/user/settings/api-keys"


@click.group(cls=Group)
def itchio() -> None:
    """Ask itch.io about your games, their owners and their builds.

    The key comes from --key-file or from ITCHIO_API_KEY, never from an argument. Exit status: 0 done (or yes), 1 failed
    (or no), 2 wrong use.
    """


def _client_options(command: Command) -> Command:
    """The options of all commands that ask."""
    options = [
        click.option("--key-file", metavar="FILE", help=f"File with the API key, - for input; default: ${API_KEY}."),
        click.option("--base-url", envvar="ITCHIO_BASE_URL", help="Where the API is; default: itch.io's own."),
        click.option("--dialect", type=click.Choice(["modern", "legacy"]), default="modern", show_default=True),
        json_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _client(manager: ServiceManager, key_file: str | None, base_url: str | None, dialect: str) -> Itchio:
    key = secret_from("--key-file", key_file, API_KEY)
    if key is None:
        raise UsageError(f"there is no API key; set {API_KEY} or pass --key-file. Yours is made at {KEYS_PAGE}")
    return manager.add(Itchio(key, base_url=base_url, dialect=dialect))


@itchio.command(epilog=examples("gameservices itchio whoami", "gameservices itchio whoami --key-file itch.key"))
@_client_options
def whoami(key_file: str | None, base_url: str | None, dialect: str, as_json: bool) -> None:
    """Show whose the key is, and what it is good for."""
    with reported("itchio whoami"), ServiceManager("gameservices") as manager:
        itch = _client(manager, key_file, base_url, dialect)
        asked = itch.credentials_info()
        user = wait_for(manager, itch.profile(), "Asking itch.io")
        credentials = wait_for(manager, asked, "Asking itch.io")
    if as_json:
        echo_json({"user": user, "credentials": credentials})
    else:
        _print_user(user, credentials)


@itchio.command(epilog=examples("gameservices itchio games", "gameservices itchio games --shelf > shelf.toml"))
@_client_options
@click.option("--shelf", is_flag=True, help="Print the published ones as a file for a shelf of games.")
def games(key_file: str | None, base_url: str | None, dialect: str, as_json: bool, shelf: bool) -> None:
    """List the games you uploaded or may edit."""
    with reported("itchio games"), ServiceManager("gameservices") as manager:
        found = wait_for(manager, _client(manager, key_file, base_url, dialect).games(), "Asking itch.io")
    if shelf:
        click.echo(write_shelf(shelf_of_itchio(found)))
    elif as_json:
        echo_json(found)
    else:
        _print_games(found)


@itchio.command(
    epilog=examples(
        "gameservices itchio owns 123456 --email ada@example.com",
        "gameservices itchio owns 123456 --download-key https://hedy.itch.io/game/download/AbC123",
    )
)
@click.argument("game_id", type=click.IntRange(1))
@click.option("--user-id", type=click.IntRange(1), help="Whether this account owns it.")
@click.option("--email", help="Whether this address owns it; make sure first that it is theirs.")
@click.option("--download-key", metavar="KEY", help="Whether this key opens it; a buyer's download address will do.")
@_client_options
def owns(
    game_id: int,
    user_id: int | None,
    email: str | None,
    download_key: str | None,
    key_file: str | None,
    base_url: str | None,
    dialect: str,
    as_json: bool,
) -> None:
    """Check whether somebody bought or claimed a game. Exit status 0 for yes, 1 for no."""
    with reported("itchio owns"), ServiceManager("gameservices") as manager:
        if sum(given is not None for given in (user_id, email, download_key)) != 1:
            raise UsageError("whose copy? Pass one of --email, --user-id, --download-key")
        if download_key is not None and "/" in download_key:
            download_key = download_key_from_url(download_key)
        itch = _client(manager, key_file, base_url, dialect)
        asked = itch.owns(game_id, user_id=user_id, email=email, download_key=download_key)
        yes = wait_for(manager, asked, "Asking itch.io")
    if as_json:
        echo_json({"game_id": game_id, "owns": yes})
    else:
        click.echo("yes" if yes else "no")
    sys.exit(0 if yes else 1)


@itchio.command(epilog=examples("gameservices itchio owned", "gameservices itchio owned --game-id 123456"))
@_client_options
@click.option("--game-id", "game_ids", type=click.IntRange(1), multiple=True, help="Only this game; may be repeated.")
def owned(key_file: str | None, base_url: str | None, dialect: str, as_json: bool, game_ids: tuple[int, ...]) -> None:
    """List what the key's account owns. Status 1 when none of the games asked for is among it."""
    with reported("itchio owned"), ServiceManager("gameservices") as manager:
        asked = _client(manager, key_file, base_url, dialect).owned_keys(game_ids=game_ids or None)
        keys = wait_for(manager, asked, "Asking itch.io")
    if as_json:
        echo_json(keys)
    else:
        rows = [(key.game_id, key.game.title if key.game else "-", _day(key.created_at), key.id) for key in keys]
        _print_rows(("game", "title", "since", "key"), rows, "owns nothing" if not game_ids else "owns none of them")
    sys.exit(1 if game_ids and not keys else 0)


@itchio.command(epilog=examples("gameservices itchio collections", "gameservices itchio collections 17"))
@click.argument("collection_id", type=click.IntRange(1), required=False)
@_client_options
def collections(
    collection_id: int | None, key_file: str | None, base_url: str | None, dialect: str, as_json: bool
) -> None:
    """List the key's own collections, or the games of the one with that number."""
    with reported("itchio collections"), ServiceManager("gameservices") as manager:
        itch = _client(manager, key_file, base_url, dialect)
        if collection_id is None:
            found: Any = wait_for(manager, itch.collections(), "Asking itch.io")
        else:
            found = wait_for(manager, itch.collection_games(collection_id), "Asking itch.io")
    if as_json:
        echo_json(found)
    elif collection_id is None:
        rows = [(one.id, one.title, "-" if one.games_count is None else one.games_count) for one in found]
        _print_rows(("id", "title", "games"), rows, "no collections")
    else:
        games = [(one.game_id, one.game.title if one.game else "-", one.game.url if one.game else "-") for one in found]
        _print_rows(("id", "title", "page"), games, "no games in it")


@itchio.command(epilog=examples("gameservices itchio uploads 123456 --builds"))
@click.argument("game_id", type=click.IntRange(1))
@click.option("--builds", "with_builds", is_flag=True, help="Also each file's builds, newest first.")
@_client_options
def uploads(
    game_id: int, with_builds: bool, key_file: str | None, base_url: str | None, dialect: str, as_json: bool
) -> None:
    """List the files of a game that the key may download, with their newest builds."""
    with reported("itchio uploads"), ServiceManager("gameservices") as manager:
        itch = _client(manager, key_file, base_url, dialect)
        files = wait_for(manager, itch.uploads(game_id), "Asking itch.io")
        asked = [itch.builds(file.id) for file in files if with_builds and file.build is not None]
        builds = [wait_for(manager, call, "Asking itch.io") for call in asked]
    if as_json:
        echo_json({"uploads": files, "builds": builds} if with_builds else files)
        return
    rows: list[tuple[Any, ...]] = []
    told = iter(builds)
    for file in files:
        rows.append(
            (file.id, file.filename, _size(file.size), ", ".join(sorted(file.platforms)) or "-", _version(file.build))
        )
        if with_builds and file.build is not None:
            rows += [("", f"build {one.id}", "", one.state or "-", _version(one)) for one in next(told)]
    _print_rows(("id", "file", "size", "for", "version"), rows, "no files that this key may download")


@itchio.command(epilog=examples("gameservices itchio rewards 123456 --json"))
@click.argument("game_id", type=click.IntRange(1))
@_client_options
def rewards(game_id: int, key_file: str | None, base_url: str | None, dialect: str, as_json: bool) -> None:
    """List the claimed rewards of a game of yours. itch.io does not document this; --json shows all that came."""
    with reported("itchio rewards"), ServiceManager("gameservices") as manager:
        found = wait_for(
            manager, _client(manager, key_file, base_url, dialect).claimed_rewards(game_id), "Asking itch.io"
        )
    if as_json:
        echo_json([one.raw for one in found])
    else:
        rows = [
            (one.title or "-", one.user.name if one.user else one.email or "-", _day(one.created_at)) for one in found
        ]
        _print_rows(("reward", "claimed by", "on"), rows, "nobody has claimed a reward")


@itchio.command(
    epilog=examples(
        "gameservices itchio latest hedy/light-harvest linux",
        "gameservices itchio latest 123456 windows --installed 1.2.0",
    )
)
@click.argument("game", metavar="GAME")
@click.argument("channel")
@click.option("--installed", metavar="VERSION", help="Exit with status 1 when this is not the newest version.")
@click.option("--base-url", envvar="ITCHIO_BASE_URL", help="Where the API is; default: itch.io's own.")
@click.option("--dialect", type=click.Choice(["modern", "legacy"]), default="modern", show_default=True)
@json_option
def latest(game: str, channel: str, installed: str | None, base_url: str | None, dialect: str, as_json: bool) -> None:
    """Show the newest version of a channel. GAME is a number or user/game. Needs no key."""
    with reported("itchio latest"), ServiceManager("gameservices") as manager:
        itch = manager.add(Itchio(base_url=base_url, dialect=dialect))
        is_number = game.isascii() and game.isdecimal() and len(game) < 19
        which: dict[str, Any] = {"game_id": int(game)} if is_number else {"target": game}
        version = wait_for(manager, itch.latest_build(channel, **which), "Asking itch.io")
    if as_json:
        echo_json({"channel": channel, "latest": version})
    else:
        say(version if version is not None else "pushed without a version")
    sys.exit(1 if installed is not None and version != installed else 0)


@itchio.command(
    context_settings={"ignore_unknown_options": True},
    epilog=examples(
        "gameservices itchio launch -- python main.py",
        "gameservices itchio launch --key-file player.token -- python main.py",
    ),
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--key-file", metavar="FILE", help="File with the player's token, such as a sandbox makes; - for input.")
@click.option("--expires-in", metavar="SECONDS", type=float, default=4 * 3600.0, show_default=True)
@click.option("--offline", is_flag=True, help="As when the app has no network: no token.")
@click.option("--sandboxed", is_flag=True, help="As when the app runs the game in its sandbox.")
def launch(command: tuple[str, ...], key_file: str | None, expires_in: float, offline: bool, sandboxed: bool) -> None:
    """Start a game as the itch app would.

    Ends with the game's own exit status.
    """
    with reported("itchio launch"):
        if not abs(expires_in) < 1e9:
            raise UsageError(f"--expires-in is {expires_in}; pass seconds")
        key = secret_from("--key-file", key_file, "")
        expires_at = datetime.now(UTC) + timedelta(seconds=expires_in) if key is not None else None
        variables = Hidden(fake_launch(key, expires_at=expires_at, offline=offline, sandboxed=sandboxed))
        kept = Hidden({name: value for name, value in os.environ.items() if not name.startswith("ITCHIO_")})
        try:
            status = subprocess.run(command, env=kept.reveal() | variables.reveal(), check=False).returncode
        except OSError as error:
            raise UsageError(f"{command[0]} cannot be started ({error.strerror}); check the command") from None
    sys.exit(status)


def _print_user(user: ItchioUser, credentials: Credentials) -> None:
    table = Rows()
    table.add("name", user.name)
    table.add("id", user.id)
    table.add("page", user.url)
    kinds = (("gamer", user.gamer), ("developer", user.developer), ("press", user.press_user))
    held = [kind for kind, holds in kinds if holds]
    table.add("is", ", ".join(held) or "-")
    table.add("scopes", ", ".join(credentials.scopes) or "-")
    if credentials.expires_at is not None:
        table.add("ends", f"{credentials.expires_at:%Y-%m-%d %H:%M:%S} UTC")
    table.show()


def _day(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d}"


def _size(size: int | None) -> str:
    return "-" if size is None else f"{size / 1e6:,.1f} MB"


def _version(build: ItchioBuild | None) -> str:
    if build is None:
        return "-"
    return build.user_version or (f"#{build.version}" if build.version is not None else "-")


def _print_rows(names: tuple[str, ...], rows: list[tuple[Any, ...]], nothing: str) -> None:
    if not rows:
        click.echo(nothing)
        return
    table = Rows(*names)
    for row in rows:
        table.add(*row)
    table.show()


def _print_games(found: tuple[ItchioGame, ...]) -> None:
    if not found:
        click.echo("no games")
        return
    table = Rows("id", "title", "published", "platforms", "views", "downloads", "purchases", "earned")
    for game in found:
        table.add(
            game.id,
            game.title,
            f"{game.published_at:%Y-%m-%d}" if game.published_at else "no",
            ", ".join(sorted(game.platforms)) or "-",
            *("-" if n is None else f"{n:,}" for n in (game.views_count, game.downloads_count, game.purchases_count)),
            ", ".join(money.formatted for money in game.earnings) or "-",
        )
    table.show()
