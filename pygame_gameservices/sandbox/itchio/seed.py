"""Reading itch.io's part of ``gameservices.toml``: ``[itchio]``, ``[sandbox.itchio]`` and each player's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pygame_gameservices.sandbox.itchio.world import (
    PLATFORMS,
    TYPES,
    Collection,
    Game,
    SeededCredential,
    SeededKey,
    SeededPurchase,
    SeededReward,
    World,
)
from pygame_gameservices.sandbox.players import Players
from pygame_gameservices.sandbox.seed import Section

DEFAULT_KEY = "sandbox-itchio-key"
"""The developer's key of a sandbox whose seed names none. It opens nothing else."""

PLAYER_SCOPES = ("profile:me", "profile:owned", "profile:collections", "game:view:ownership", "game:view:uploads")
"""What the seeded token of each player is good for."""

_DEFAULT_GAMES: tuple[dict[str, Any], ...] = (
    {
        "id": 1,
        "title": "Light Harvest",
        "short_text": "Collect the lights before the night does.",
        "platforms": ["windows", "linux", "osx"],
        "channels": {"windows": "1.2.0", "linux": "1.2.0", "osx": ""},
        "min_price": 100,
        "downloads": 109,
        "views": 2682,
    },
    {
        "id": 2,
        "title": "Moonlit Courier",
        "short_text": "Letters do not deliver themselves.",
        "type": "html",
        "downloads": 0,
        "views": 512,
    },
    {"id": 3, "title": "Night Shift", "short_text": "Not out yet.", "published": False},
)
_DEFAULT_PURCHASES: tuple[dict[str, Any], ...] = (
    {"games": [1], "username": "grace", "amount": 100, "source": "amazon"},
    {"games": [1, 2], "username": "ada", "amount": 500, "currency": "EUR", "sale_rate": 20},
    {"games": [2], "username": "linus", "amount": 250, "currency": "JPY", "donation": True},
)
_DEFAULT_KEYS: tuple[dict[str, Any], ...] = (
    {"game": 1, "username": "linus"},
    {"game": 1},
    {"game": 1, "revoked": True},
)
_DEFAULT_COLLECTIONS: tuple[dict[str, Any], ...] = (
    {"title": "To play at night", "username": "ada", "games": [2, 1]},
    {"title": "Nothing yet", "username": "ada", "games": []},
)
_DEFAULT_REWARDS: tuple[dict[str, Any], ...] = ({"game": 1, "title": "Name in the credits", "username": "grace"},)


def read(seed: Section, players: Players) -> World:
    """Return what the seed says about itch.io. Raises `ConfigurationError` on a mistake."""
    main, own = seed.section("itchio"), seed.section("sandbox").section("itchio")
    everyone = [player.username for player in players.all()]
    makers = [player.username for player in players.all() if not player.banned] or everyone
    developer = main.text("developer", makers[-1] if makers else "")
    if everyone or developer:
        _known(main, "developer", developer, players)
    bare = "itchio" not in seed
    game_sections = _or_default(main, "games", _DEFAULT_GAMES if bare else ())
    games = {game.id: game for game in (_game(section) for section in game_sections)}
    if len(games) < len(game_sections):
        raise main.error("games", "names an id twice; ids are unique on the whole site")
    defaults = bare and "players" not in seed.section("sandbox")
    key_sections = _or_default(own, "keys", _DEFAULT_KEYS if defaults else ())
    purchase_sections = _or_default(own, "purchases", _DEFAULT_PURCHASES if defaults else ())
    collection_sections = _or_default(own, "collections", _DEFAULT_COLLECTIONS if defaults else ())
    reward_sections = _or_default(own, "rewards", _DEFAULT_REWARDS if defaults else ())
    world = World(
        developer=developer,
        client_id=main.text("client_id", "sandbox-client"),
        games=games,
        credentials=_credentials(main, own, developer, everyone, players),
        purchases=tuple(_purchase(section, games, players) for section in purchase_sections),
        keys=tuple(_key(section, games, players) for section in key_sections),
        collections=tuple(
            _collection(number, section, games, players) for number, section in enumerate(collection_sections, 1)
        ),
        rewards=tuple(_reward(section, games, players) for section in reward_sections),
        linked=_linked(seed, defaults),
        launch_s=own.integer("launch_seconds", 4 * 3600, least=1),
        most_per_page=own.integer("most_per_page", 50, least=1),
    )
    own.finish()
    return world


def _or_default(section: Section, key: str, default: tuple[Mapping[str, Any], ...]) -> list[Section]:
    if key in section or not default:
        return section.sections(key)
    section.sections(key)  # so that the key is known
    return Section({key: list(default)}, "itchio", "the defaults").sections(key)


def _game(section: Section) -> Game:
    title = section.text("title")
    platforms = section.texts("platforms")
    for platform in platforms:
        if platform not in PLATFORMS:
            raise section.error("platforms", f"names {platform!r}; known are {', '.join(PLATFORMS)}")
    channels = section.section("channels")
    game = Game(
        id=section.integer("id", least=1),
        slug=section.text("slug", _slug(title)),
        title=title,
        short_text=section.text("short_text", ""),
        type=section.choice("type", TYPES, "default"),
        classification=section.text("classification", "game"),
        platforms=tuple(platforms),
        min_price=section.integer("min_price", 0, least=0),
        published=section.flag("published", True),
        downloads=section.integer("downloads", 0, least=0),
        views=section.integer("views", 0, least=0),
        channels={name: channels.text(name) for name in channels.names()},
    )
    section.finish()
    return game


def _slug(title: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in title.lower()).strip("-") or "game"


def _purchase(section: Section, games: Mapping[int, Game], players: Players) -> SeededPurchase:
    ids = tuple(section.integers("games"))
    for game_id in ids:
        _known_game(section, "games", game_id, games)
    purchase = SeededPurchase(
        game_ids=ids,
        username=section.text("username", ""),
        email=section.text("email", ""),
        amount=section.integer("amount", 100, least=0),
        currency=section.text("currency", "USD"),
        source=section.text("source", "paypal"),
        sale_rate=section.integer("sale_rate", 0, least=0),
        donation=section.flag("donation", False),
    )
    section.finish()
    if not ids or bool(purchase.username) == bool(purchase.email):
        raise section.error("username", "or email must be given, not both, and games must name at least one game")
    if purchase.username:
        _known(section, "username", purchase.username, players)
    return purchase


def _key(section: Section, games: Mapping[int, Game], players: Players) -> SeededKey:
    key = SeededKey(
        game_id=section.integer("game", least=1),
        username=section.text("username", ""),
        revoked=section.flag("revoked", False),
    )
    section.finish()
    _known_game(section, "game", key.game_id, games)
    if key.username:
        _known(section, "username", key.username, players)
    return key


def _collection(number: int, section: Section, games: Mapping[int, Game], players: Players) -> Collection:
    found = Collection(number, section.text("title"), section.text("username"), tuple(section.integers("games")))
    section.finish()
    _known(section, "username", found.username, players)
    for game_id in found.game_ids:
        _known_game(section, "games", game_id, games)
    return found


def _reward(section: Section, games: Mapping[int, Game], players: Players) -> SeededReward:
    found = SeededReward(section.integer("game", least=1), section.text("title"), section.text("username"))
    section.finish()
    _known_game(section, "game", found.game_id, games)
    _known(section, "username", found.username, players)
    return found


def _credentials(
    main: Section, own: Section, developer: str, everyone: list[str], players: Players
) -> tuple[SeededCredential, ...]:
    """The developer's key first, then the seed's own, then a token for each player."""
    api_key = main.text("api_key", DEFAULT_KEY) or DEFAULT_KEY
    found = [SeededCredential(api_key, developer)] if developer else []
    for section in own.sections("credentials"):
        username = section.text("username", developer)
        _known(section, "username", username, players)
        scopes = tuple(section.texts("scopes")) if "scopes" in section else None
        found.append(SeededCredential(section.text("api_key"), username, scopes))
        section.finish()
    taken = {credential.api_key for credential in found}
    if len(taken) < len(found):
        raise own.error("credentials", "names an api_key twice")
    for username in everyone:
        if f"{username}-itchio-token" not in taken:
            found.append(SeededCredential(f"{username}-itchio-token", username, PLAYER_SCOPES))
    return tuple(found)


def _linked(seed: Section, defaults: bool) -> dict[str, tuple[str, ...]]:
    if defaults:
        return {"grace": ("grace@home.example",)}
    linked = {}
    for player in seed.section("sandbox").sections("players"):
        section = player.section("itchio")
        linked[player.text("username")] = tuple(section.texts("linked_emails"))
        section.finish()
    return linked


def _known(section: Section, key: str, username: str, players: Players) -> None:
    if players.by_name(username) is None:
        raise section.error(key, f"{username!r} is no player; add them under [[sandbox.players]]")


def _known_game(section: Section, key: str, game_id: int, games: Mapping[int, Game]) -> None:
    if game_id not in games:
        raise section.error(key, f"names {game_id}, which is no game; add it under [[itchio.games]]")
