"""The endpoints. Each takes an `Ask` and returns the fields of its answer, or raises `Refused`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from pygame_gameservices.sandbox.itchio import messages
from pygame_gameservices.sandbox.itchio.access import Refused, Visitor, admit
from pygame_gameservices.sandbox.itchio.call import Call
from pygame_gameservices.sandbox.itchio.shop import Shop
from pygame_gameservices.sandbox.itchio.views import Views, listed, money
from pygame_gameservices.sandbox.itchio.world import Collection, File, Game, World
from pygame_gameservices.sandbox.players import Player, Players

Answer = dict[str, Any]
_LARGEST_ID = 2**53
_USUAL_PAGE = 50
_MOST_GAMES = 50


@dataclass(frozen=True, slots=True)
class Ask:
    """One call, with what to answer it from."""

    call: Call
    world: World
    players: Players
    sql: Connection
    now: float
    views: Views
    shop: Shop

    def visitor(self, scope: str | None = None) -> Visitor:
        """Who is asking. Raises `Refused` for nobody, and for a credential that is not good for `scope`."""
        visitor = admit(self.call.credential, self.sql, self.players, self.now)
        if scope is not None:
            visitor.need(scope)
        return visitor

    def own_game(self, text: str, visitor: Visitor) -> Game:
        """The game of that number, which must be the visitor's. Raises `Refused`."""
        game = self.world.games.get(number_of(text, messages.GAME_ID_NO_INTEGER))
        if game is None or visitor.player.username != self.world.developer:
            raise Refused(messages.INVALID_GAME)
        return game

    def made_by(self, game: Game) -> dict[str, Any]:
        """A game as others see it, with the one who made it."""
        maker = self.players.by_name(self.world.developer)
        return self.views.game(game) | ({"user": self.views.user(maker)} if maker is not None else {})

    def param(self, name: str) -> str | None:
        """A parameter; None when it is missing or empty."""
        return self.call.params.get(name) or None


def number_of(text: str, complaint: str) -> int:
    """A number of the size that ids have; 0, which nothing has, for larger ones. Raises `Refused` for anything else."""
    if not (text.isascii() and text.isdigit()):
        raise Refused(complaint)
    return int(text) if len(text) < 17 and int(text) < _LARGEST_ID else 0


def credentials_info(ask: Ask) -> Answer:
    """What a credential is good for. Of a key without limits the documentation's sample shows these two scopes."""
    visitor = ask.visitor()
    scopes = ("profile:me", "profile:games") if visitor.scopes is None else visitor.scopes
    answer: Answer = {"scopes": listed(list(scopes))}
    if visitor.expires is not None:
        answer["expires_at"] = ask.views.date(visitor.expires)
    if not ask.call.legacy:
        answer["type"] = visitor.kind
    return answer


def profile(ask: Ask) -> Answer:
    """Whose credential it is."""
    return {"user": ask.views.user(ask.visitor("profile:me").player)}


def games(ask: Ask) -> Answer:
    """All games of the one who asks."""
    visitor = ask.visitor("profile:games")
    mine = ask.world.games.values() if visitor.player.username == ask.world.developer else ()
    rows = []
    for game in mine:
        count, sums = ask.shop.numbers_of(game.id)
        earnings = [
            {"currency": currency, "amount": amount, "amount_formatted": money(amount, currency)}
            for currency, amount in sums
        ]
        rows.append(ask.views.game(game, count, earnings))
    return {"games": listed(rows)}


def download_keys(ask: Ask, game_id: str) -> Answer:
    """The download key that is meant by itself, by its owner or by an address."""
    game = ask.own_game(game_id, ask.visitor("game:view:purchases"))
    rows = ask.shop.keys_of(game.id)
    key, user_id, email = ask.param("download_key"), ask.param("user_id"), ask.param("email")
    if key is not None:
        found = [row for row in rows if row.key == key]
    elif user_id is not None:
        wanted = number_of(user_id, messages.USER_ID_NO_INTEGER)
        found = [row for row in rows if row.owner_id == wanted]
    elif email is not None:
        emails = ask.shop.emails_like(email)
        found = [row for row in rows if row.email.casefold() in emails]
    else:
        raise Refused(messages.MISSING_WHOSE)
    if not found:
        raise Refused(messages.NO_DOWNLOAD_KEY if key is None else messages.INVALID_DOWNLOAD_KEY)
    owner = ask.players.by_id(found[0].owner_id) if found[0].owner_id is not None else None
    return {"download_key": ask.views.download_key(found[0], owner)}


def purchases(ask: Ask, game_id: str) -> Answer:
    """The purchases of a person; of an address, also those by other addresses of the same account."""
    game = ask.own_game(game_id, ask.visitor("game:view:purchases"))
    rows = ask.shop.purchases_of(game.id)
    user_id, email = ask.param("user_id"), ask.param("email")
    if email is not None:
        emails = ask.shop.emails_like(email)
        rows = [row for row in rows if row.email.casefold() in emails]
    elif user_id is not None:
        wanted = number_of(user_id, messages.USER_ID_NO_INTEGER)
        rows = [row for row in rows if row.user_id == wanted]
    else:
        raise Refused(messages.MISSING_BUYER)
    return {"purchases": listed([ask.views.purchase(row, ask.shop.games_of(row.id)) for row in rows])}


def wharf_latest(ask: Ask) -> Answer:
    """The newest version of a channel. Anybody may ask, about games that everybody can see."""
    target, game_id = ask.param("target"), ask.param("game_id")
    if target is not None:
        user, _, slug = target.partition("/")
        found = [game for game in ask.world.games.values() if user == ask.world.developer and slug == game.slug]
    elif game_id is not None:
        number = number_of(game_id, messages.GAME_ID_NO_INTEGER)
        found = [ask.world.games[number]] if number in ask.world.games else []
    else:
        found = []
    if not found or not found[0].published:
        raise Refused(messages.INVALID_GAME)
    channel = ask.param("channel_name")
    if channel is None:
        raise Refused(messages.MISSING_CHANNEL)
    if channel not in found[0].channels:
        raise Refused(messages.INVALID_CHANNEL)
    version = found[0].channels[channel]
    return {"latest": version} if version else {}


def owned_keys(ask: Ask) -> Answer:
    """A page of what the player owns. However many are asked for, pages are cut short.

    Only ``game_ids`` narrows it, a list with commas; nothing is known of a ``game_id``. For somebody who owns nothing
    at all the address does not exist.
    """
    player: Player = ask.visitor("profile:owned").player
    page = max(1, _count(ask.param("page"), 1))
    per_page = min(max(1, _count(ask.param("per_page"), _USUAL_PAGE)), ask.world.most_per_page)
    if not ask.shop.owned(player, None, 0, 1):
        raise Refused(messages.INVALID_ENDPOINT, 404)
    game_ids = ask.param("game_ids")
    only = None if game_ids is None else [number_of(one, messages.GAME_ID_NO_INTEGER) for one in game_ids.split(",")]
    if only is not None and len(only) > _MOST_GAMES:
        raise Refused(messages.TOO_MANY_GAMES)
    rows = []
    for row in ask.shop.owned(player, only, min((page - 1) * per_page, _LARGEST_ID), per_page):
        view = {
            "id": row.id,
            "game_id": row.game_id,
            "downloads": row.downloads,
            "created_at": ask.views.date(row.created),
            "updated_at": ask.views.date(row.created),
            "game": ask.made_by(ask.world.games[row.game_id]),
        }
        rows.append(view if row.purchase_id is None else {**view, "purchase_id": row.purchase_id})
    return {"page": page, "per_page": per_page, "owned_keys": listed(rows)}


def ownership(ask: Ask, game_id: str) -> Answer:
    """Whether the player owns a game of the one who made the OAuth application."""
    player = ask.visitor("game:view:ownership").player
    number = number_of(game_id, messages.GAME_ID_NO_INTEGER)
    if number not in ask.world.games:
        raise Refused(messages.INVALID_GAME)
    return {"owns": bool(ask.shop.owned(player, [number], 0, 1))}


def collections(ask: Ask) -> Answer:
    """The collections of the player."""
    player = ask.visitor("profile:collections").player
    mine = [one for one in ask.world.collections if one.username == player.username]
    return {"collections": listed([ask.views.collection(one) for one in mine])}


def collection(ask: Ask, collection_id: str) -> Answer:
    """A collection, whoever keeps it."""
    return {"collection": ask.views.collection(_collection(ask, collection_id))}


def collection_games(ask: Ask, collection_id: str) -> Answer:
    """A page of a collection's games."""
    found = _collection(ask, collection_id)
    page, per_page = max(1, _count(ask.param("page"), 1)), ask.world.most_per_page
    start = (page - 1) * per_page
    rows = [
        ask.views.collected(found, position, ask.made_by(ask.world.games[found.game_ids[position]]))
        for position in range(start, min(start + per_page, len(found.game_ids)))
    ]
    return {"page": page, "per_page": per_page, "collection_games": listed(rows)}


def uploads(ask: Ask, game_id: str) -> Answer:
    """The files of a game that the one who asks may download: none of a game that they would have to buy first."""
    visitor = ask.visitor("game:view:uploads")
    game = ask.world.games.get(number_of(game_id, messages.GAME_ID_NO_INTEGER))
    if game is None or not _may_see(ask, game, visitor):
        raise Refused(messages.INVALID_GAME)
    files = game.files() if _may_download(ask, game, visitor) else ()
    return {"uploads": listed([ask.views.upload(one) for one in files])}


def upload(ask: Ask, upload_id: str) -> Answer:
    """A file."""
    return {"upload": ask.views.upload(_file(ask, upload_id))}


def builds(ask: Ask, upload_id: str) -> Answer:
    """The builds of a file, newest first."""
    return {"builds": listed([ask.views.build(one) for one in reversed(_file(ask, upload_id).builds())])}


def build(ask: Ask, build_id: str) -> Answer:
    """A build."""
    number = number_of(build_id, messages.INVALID_BUILD)
    visitor = ask.visitor("game:view:uploads")
    for game in ask.world.games.values():
        for one in (made for file in game.files() for made in file.builds()):
            if one.id == number and _may_download(ask, game, visitor):
                return {"build": ask.views.build(one)}
    raise Refused(messages.INVALID_BUILD)


def claimed_rewards(ask: Ask, game_id: str) -> Answer:
    """All rewards of a game that were claimed, for those who made it."""
    game = ask.own_game(game_id, ask.visitor("game:view:rewards"))
    rows = []
    for number, reward in enumerate(ask.world.rewards, 1):
        player = ask.players.by_name(reward.username)
        if reward.game_id == game.id and player is not None:
            rows.append(ask.views.claimed_reward(number, reward, player))
    return {"claimed_rewards": listed(rows)}


def _collection(ask: Ask, text: str) -> Collection:
    ask.visitor("profile:collections")
    number = number_of(text, messages.INVALID_COLLECTION)
    found = next((one for one in ask.world.collections if one.id == number), None)
    if found is None:
        raise Refused(messages.INVALID_COLLECTION)
    return found


def _file(ask: Ask, text: str) -> File:
    number = number_of(text, messages.INVALID_UPLOAD)
    visitor = ask.visitor("game:view:uploads")
    for game in ask.world.games.values():
        for one in game.files():
            if one.id == number and _may_see(ask, game, visitor):
                if not _may_download(ask, game, visitor):
                    raise Refused(messages.NOT_BOUGHT, 403)
                return one
    raise Refused(messages.INVALID_UPLOAD)


def _may_see(ask: Ask, game: Game, visitor: Visitor) -> bool:
    return game.published or visitor.player.username == ask.world.developer


def _may_download(ask: Ask, game: Game, visitor: Visitor) -> bool:
    if visitor.player.username == ask.world.developer:
        return True
    return game.published and (game.min_price == 0 or bool(ask.shop.owned(visitor.player, [game.id], 0, 1)))


def _count(text: str | None, default: int) -> int:
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 10):
        return default
    return int(text)


MODERN: dict[tuple[str, ...], Callable[..., Answer]] = {
    ("credentials", "info"): credentials_info,
    ("profile",): profile,
    ("profile", "games"): games,
    ("games", "*", "download_keys"): download_keys,
    ("games", "*", "purchases"): purchases,
    ("games", "*", "ownership"): ownership,
    ("wharf", "latest"): wharf_latest,
    ("profile", "owned-keys"): owned_keys,
    ("profile", "collections"): collections,
    ("collections", "*"): collection,
    ("collections", "*", "collection-games"): collection_games,
    ("games", "*", "uploads"): uploads,
    ("uploads", "*"): upload,
    ("uploads", "*", "builds"): builds,
    ("builds", "*"): build,
    ("games", "*", "claimed-rewards"): claimed_rewards,
}
LEGACY: dict[tuple[str, ...], Callable[..., Answer]] = {
    ("credentials", "info"): credentials_info,
    ("me",): profile,
    ("my-games",): games,
    ("game", "*", "download_keys"): download_keys,
    ("game", "*", "purchases"): purchases,
    ("wharf", "latest"): wharf_latest,
}
"""The endpoints of each dialect by their path, in which ``*`` is a number."""


def find(call: Call) -> tuple[str, Callable[[Ask], Answer]] | None:
    """The endpoint that a call is for, and its name; None when there is none."""
    for pattern, endpoint in (LEGACY if call.legacy else MODERN).items():
        if len(pattern) == len(call.path) and all(a in ("*", b) for a, b in zip(pattern, call.path, strict=True)):
            caught = [b for a, b in zip(pattern, call.path, strict=True) if a == "*"]
            return "/".join(pattern), lambda ask, endpoint=endpoint, caught=caught: endpoint(ask, *caught)
    return None
