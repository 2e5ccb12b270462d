"""Reading Game Jolt's part of ``gameservices.toml``: ``[gamejolt]`` and ``[sandbox.gamejolt]``."""

from __future__ import annotations

from pygame_gameservices.sandbox.gamejolt.world import (
    DIFFICULTIES,
    ORDERS,
    Game,
    ScoreTable,
    SeededScore,
    Trophy,
)
from pygame_gameservices.sandbox.players import Players
from pygame_gameservices.sandbox.seed import Section

DEFAULT_PRIVATE_KEY = "sandbox-private-key"
"""The key of a game whose seed names none. It opens nothing but a sandbox."""

_DEFAULT_TABLES = (
    {"id": 1, "name": "Main", "description": "Most points", "primary": True},
    {"id": 2, "name": "Fastest run", "description": "Seconds, fewer is better", "order": "ascending"},
)
_DEFAULT_TROPHIES = (
    {"id": 1, "title": "First light", "description": "Collect your first light.", "difficulty": "Bronze"},
    {"id": 2, "title": "Lamplighter", "description": "Collect 25 lights in one run.", "difficulty": "Bronze"},
    {"id": 3, "title": "Untouched", "description": "Play a minute without a scratch.", "difficulty": "Silver"},
    {"id": 4, "title": "Constellation", "description": "Collect five lights in two seconds.", "difficulty": "Gold"},
    {"id": 5, "title": "Supernova", "description": "Score 10,000 points.", "difficulty": "Platinum"},
    {
        "id": 6,
        "title": "Stargazer",
        "description": "Do nothing for half a minute.",
        "difficulty": "Silver",
        "secret": True,
    },
)
_DEFAULT_SCORES = (
    {"table": 1, "username": "ada", "score": "4,200 points", "sort": 4200, "extra_data": "level=3"},
    {"table": 1, "username": "grace", "score": "3,100 points", "sort": 3100},
    {"table": 1, "username": "linus", "score": "3,100 points", "sort": 3100},
    {"table": 1, "guest": "Passer-by", "score": "900 points", "sort": 900},
    {"table": 2, "username": "grace", "score": "58 s", "sort": 58},
    {"table": 2, "username": "ada", "score": "64 s", "sort": 64},
)


def read_games(seed: Section) -> dict[int, Game]:
    """Return all games by id, the one of ``[gamejolt]`` first. Raises `ConfigurationError` on a mistake."""
    main = seed.section("gamejolt")
    own = seed.section("sandbox").section("gamejolt")
    own.sections("scores")  # read by `read_scores`
    sections = [main, *own.sections("games")]
    own.finish()
    games: dict[int, Game] = {}
    tables: set[int] = set()
    trophies: set[int] = set()
    for section in sections:
        is_main = section is main
        achievements = seed.sections("achievements") if is_main else []
        game = _read_game(section, is_main, achievements, defaults="gamejolt" not in seed)
        if game.id in games:
            raise section.error("game_id" if is_main else "id", f"{game.id} is the id of a game above; choose another")
        _claim(section, "tables", tables, list(game.tables))
        _claim(section, "trophies", trophies, list(game.trophies))
        games[game.id] = game
    return games


def read_scores(seed: Section, games: dict[int, Game], players: Players) -> list[SeededScore]:
    """Return the scores that a fresh database starts with. Raises `ConfigurationError` on a mistake."""
    gamejolt = seed.section("sandbox").section("gamejolt")
    sections = gamejolt.sections("scores")
    if "gamejolt" not in seed and "scores" not in gamejolt and "players" not in seed.section("sandbox"):
        sections = _defaults("scores", _DEFAULT_SCORES)
    known = {table_id for game in games.values() for table_id in game.tables}
    first = next(iter(games.values())).primary_table.id
    return [_read_score(section, known, first, players) for section in sections]


def _read_game(section: Section, is_main: bool, achievements: list[Section], defaults: bool) -> Game:
    game_id = section.integer("game_id", 1, least=1) if is_main else section.integer("id", least=1)
    name = section.text("name", f"Game {game_id}")
    private_key = section.text("private_key", DEFAULT_PRIVATE_KEY)
    if not private_key:
        raise section.error("private_key", "is empty; write the key or leave the line out")
    table_sections = section.sections("tables")
    trophy_sections = section.sections("trophies")
    if is_main and defaults:
        table_sections = _defaults("tables", _DEFAULT_TABLES)
        trophy_sections = _defaults("trophies", _DEFAULT_TROPHIES)
    trophies = [_read_trophy(item, game_id) for item in trophy_sections]
    known = {trophy.id for trophy in trophies}
    earned = [_read_achievement(item, game_id) for item in achievements if "gamejolt_trophy" in item]
    trophies += [trophy for trophy in earned if trophy.id not in known]
    # "On Game Jolt, trophies are always listed in order from easiest to most difficult to achieve."
    trophies.sort(key=lambda trophy: DIFFICULTIES.index(trophy.difficulty))
    if not is_main:
        section.finish()
    return Game(
        id=game_id,
        name=name,
        private_key=private_key,
        tables=_read_tables(section, table_sections, game_id),
        trophies={trophy.id: trophy for trophy in trophies},
    )


def _read_tables(game: Section, sections: list[Section], game_id: int) -> dict[int, ScoreTable]:
    tables = [_read_table(section, game_id) for section in sections]
    primaries = sum(table.primary for table in tables)
    if primaries > 1:
        raise game.error("tables", "has more than one primary table; set primary = true on one of them")
    if not tables:
        # Each game has a table on Game Jolt. Its id is made from the game's, since table ids are unique on the site.
        tables = [ScoreTable(id=game_id, game_id=game_id, name="Main", primary=True)]
    elif primaries == 0:
        first = tables[0]
        tables[0] = ScoreTable(
            first.id, game_id, first.name, first.description, True, first.order, first.guests, first.unique
        )
    return {table.id: table for table in tables}


def _read_table(section: Section, game_id: int) -> ScoreTable:
    table = ScoreTable(
        id=section.integer("id", least=1),
        game_id=game_id,
        name=section.text("name"),
        description=section.text("description", ""),
        primary=section.flag("primary", False),
        order=section.choice("order", ORDERS, "descending"),
        guests=section.flag("guests", True),
        unique=section.flag("unique", False),
    )
    section.finish()
    return table


def _read_trophy(section: Section, game_id: int) -> Trophy:
    trophy = Trophy(
        id=section.integer("id", least=1),
        game_id=game_id,
        title=section.text("title"),
        description=section.text("description", ""),
        difficulty=section.choice("difficulty", DIFFICULTIES, "Bronze"),
        secret=section.flag("secret", False),
    )
    section.finish()
    return trophy


def _read_achievement(section: Section, game_id: int) -> Trophy:
    """The trophy that an achievement names, so that a developer declares it once. Other keys are other readers'."""
    return Trophy(
        id=section.integer("gamejolt_trophy", least=1),
        game_id=game_id,
        title=section.text("title"),
        description=section.text("text", ""),
        difficulty=section.choice("difficulty", DIFFICULTIES, "Bronze"),
        secret=section.flag("secret", False),
    )


def _read_score(section: Section, tables: set[int], primary: int, players: Players) -> SeededScore:
    score = SeededScore(
        table_id=section.integer("table", primary),
        score=section.text("score"),
        sort=section.integer("sort"),
        username=section.text("username", ""),
        guest=section.text("guest", ""),
        extra_data=section.text("extra_data", ""),
    )
    section.finish()
    if score.table_id not in tables:
        raise section.error("table", f"{score.table_id} is no table of any game; add it or use another id")
    if bool(score.username) == bool(score.guest):
        raise section.error("username", "or guest must be given, and not both")
    if score.username and players.by_name(score.username) is None:
        raise section.error("username", f"{score.username!r} is no player; add them under [[sandbox.players]]")
    return score


def _claim(section: Section, key: str, taken: set[int], ids: list[int]) -> None:
    for one in ids:
        if one in taken:
            raise section.error(key, f"uses the id {one}, which another game has; ids are unique on the whole site")
        taken.add(one)


def _defaults(key: str, items: tuple[dict[str, object], ...]) -> list[Section]:
    return Section({key: list(items)}, "gamejolt", "the defaults").sections(key)
