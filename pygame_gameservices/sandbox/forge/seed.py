"""Reading Forge's part of ``gameservices.toml``: ``[forge]`` and ``[sandbox.forge]``."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pygame_gameservices.sandbox.forge.world import QUEST_KINDS, ApiKey, Forge, Quest, Referrals
from pygame_gameservices.sandbox.players import Players
from pygame_gameservices.sandbox.seed import Section

DEFAULT_KEY = b64encode(b"sandbox:Light Harvest:light-harvest-01:sandboxkey01").decode()
"""The key of a sandbox whose seed names none. It opens nothing else."""

_DEFAULT_QUESTS: tuple[dict[str, object], ...] = (
    {"id": "an-hour", "title": "Play for an hour", "kind": "hours", "goal": 1},
    {"id": "regular", "title": "Play on three days of a week", "kind": "days-in-week", "goal": 3},
    {"id": "streak", "title": "Play on three days in a row", "kind": "days-in-row", "goal": 3},
    {"id": "first-light", "title": "See the first light", "kind": "achievement", "achievement": "First light"},
    {"id": "collector", "title": "Unlock three achievements", "kind": "achievements", "goal": 3},
)


def read(seed: Section, players: Players) -> Forge:
    """Return what the seed says about Forge. Raises `ConfigurationError` on a mistake."""
    main, own = seed.section("forge"), seed.section("sandbox").section("forge")
    texts = own.texts("keys") or [main.text("api_key", DEFAULT_KEY) or DEFAULT_KEY]
    quests = own.sections("quests")
    if "quests" not in own:
        quests = Section({"quests": list(_DEFAULT_QUESTS)}, "sandbox.forge", "the defaults").sections("quests")
    everyone = [player.username for player in players.all()]
    joined = own.texts("joined") if "joined" in own else everyone[:2]
    for name in joined:
        if players.by_name(name) is None:
            raise own.error("joined", f"names {name!r}, who is no player; add them or take the name out")
    keys = tuple(_key(own, text) for text in texts)
    forge = Forge(
        keys=keys,
        quests=tuple(_quest(section, [key.game_id for key in keys]) for section in quests),
        daily_requests=own.integer("daily_requests", 500_000, least=1),
        largest_batch=own.integer("largest_batch", 1000, least=1),
        ignores_repeats=own.choice("repeated_record_ids", ("count", "ignore"), "count") == "ignore",
        joined=tuple(joined),
        referrals=dict(_referrals(section, players) for section in own.sections("referrals")),
    )
    own.finish()
    return forge


def _key(section: Section, text: str) -> ApiKey:
    try:
        parts = b64decode(text, validate=True).decode().split(":")
    except (binascii.Error, UnicodeDecodeError):
        parts = []
    if len(parts) != 4 or len(parts[3]) != 12 or not all(parts):
        raise section.error("keys", "must hold base64 of partner:game:game-id:secret, the secret 12 characters long")
    return ApiKey(partner=parts[0], game=parts[1], game_id=parts[2], text=text)


def _referrals(section: Section, players: Players) -> tuple[str, Referrals]:
    name = section.text("username")
    counted = Referrals(section.integer("first_level", 0, least=0), section.integer("second_level", 0, least=0))
    section.finish()
    if players.by_name(name) is None:
        raise section.error("username", f"{name!r} is no player; add them or take the entry out")
    return name.casefold(), counted


def _quest(section: Section, games: list[str]) -> Quest:
    quest = Quest(
        id=section.text("id"),
        title=section.text("title", section.text("id")),
        kind=section.choice("kind", QUEST_KINDS, "hours"),
        goal=section.integer("goal", 1, least=1),
        achievement=section.text("achievement", ""),
        time_zone=section.text("time_zone", "UTC"),
        game_id=section.text("game_id", games[0]),
    )
    section.finish()
    if quest.game_id not in games:
        raise section.error("game_id", f"must be that of a key, one of {', '.join(games)}, not {quest.game_id!r}")
    if (quest.kind == "achievement") != bool(quest.achievement):
        raise section.error("achievement", "must be given for the kind 'achievement', and for no other")
    try:
        ZoneInfo(quest.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise section.error("time_zone", f"{quest.time_zone!r} is not known; write one like 'Europe/Zurich'") from None
    return quest
