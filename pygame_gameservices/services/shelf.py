"""What a shelf of games shows: "more games by these makers", from itch.io, from a jam site, or from a file.

A shipped game has no key for its maker's itch.io account, and must have none. So the list is made beforehand, with
``gameservices itchio games --json > more-games.json``, and shipped; or it comes from a jam site by EasyJam.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from os import PathLike
from pathlib import Path

import msgspec

from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.easyjam.models import JamDocument
from pygame_gameservices.services.itchio.models import ItchioGame
from pygame_gameservices.services.web import is_web_url


class ShelfGame(msgspec.Struct, frozen=True, kw_only=True):
    """A game to look at.

    Attributes:
        title: its name.
        url: its page; empty when it has none that may be opened. Ask the player before opening it.
        cover_url: where its picture is; empty when it has none. Fetch it like any picture of a stranger.
        text: one line about it; may be empty.
        maker: who made it; may be empty.
        released: when it came out; None when not known.
    """

    title: str
    url: str = ""
    cover_url: str = ""
    text: str = ""
    maker: str = ""
    released: datetime | None = None


def shelf_of_itchio(games: Iterable[ItchioGame], *, maker: str = "", but: int | None = None) -> tuple[ShelfGame, ...]:
    """Turn your published itch.io games into a shelf, newest first. Any thread.

    Args:
        games: from `Itchio.games`.
        maker: whose they are.
        but: the id of a game to leave out: the one that shows the shelf.
    """
    shown = [
        ShelfGame(
            title=game.title,
            url=_web(game.url),
            cover_url=_web(game.still_cover_url or game.cover_url),
            text=game.short_text or "",
            maker=maker,
            released=game.published_at,
        )
        for game in games
        if game.published is not False and game.id != but
    ]
    return _newest_first(shown)


def shelf_of_easyjam(document: JamDocument) -> tuple[ShelfGame, ...]:
    """Turn what a jam site said into a shelf, newest first. Any thread."""
    shown = [
        ShelfGame(
            title=item.name,
            url=_first_web(item.origin_url, item.embed_origin_url, *item.links.values()),
            cover_url=_first_web(item.picture, item.icon),
            text=item.description.strip().partition("\n")[0],
            maker=(result.user.name if result.user else None) or "",
            released=item.released,
        )
        for result in document.results.values()
        for item in result.items
        if item.name
    ]
    return _newest_first(shown)


def write_shelf(games: Iterable[ShelfGame]) -> bytes:
    """A shelf as a JSON file to ship with a game."""
    return msgspec.json.format(msgspec.json.encode(list(games)), indent=2)


def read_shelf(path: str | PathLike[str]) -> tuple[ShelfGame, ...]:
    """Read a shelf from a file that `write_shelf` made. Touches the disk: before the frame loop, or in the background.

    Raises:
        UsageError: the file is missing, or is something else.
    """
    try:
        games = msgspec.json.decode(Path(path).read_bytes(), type=list[ShelfGame])
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); check the path") from None
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path} is no shelf ({error}); make it with write_shelf") from None
    safe = (msgspec.structs.replace(game, url=_web(game.url), cover_url=_web(game.cover_url)) for game in games)
    return tuple(safe)


def _newest_first(games: list[ShelfGame]) -> tuple[ShelfGame, ...]:
    return tuple(sorted(games, key=lambda game: game.released.timestamp() if game.released else 0.0, reverse=True))


def _web(url: str | None) -> str:
    return url if url is not None and is_web_url(url) else ""


def _first_web(*urls: str | None) -> str:
    return next((url for url in urls if _web(url)), "") or ""
