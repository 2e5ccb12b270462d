"""``trophies/``: https://gamejolt.com/game-api/doc/trophies"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from pygame_gameservices.sandbox.gamejolt import messages, tables
from pygame_gameservices.sandbox.gamejolt.ages import age
from pygame_gameservices.sandbox.gamejolt.ask import Answer, Ask, Refused, as_flag, as_integer
from pygame_gameservices.sandbox.gamejolt.world import Trophy

_HELD = select(tables.achieved.c.trophy_id, tables.achieved.c.achieved).where(
    tables.achieved.c.player_id == bindparam("player")
)
_GIVE = tables.achieved.insert().prefix_with("OR IGNORE")
_TAKE = tables.achieved.delete().where(
    tables.achieved.c.player_id == bindparam("player"), tables.achieved.c.trophy_id == bindparam("trophy")
)


def fetch(ask: Ask) -> Answer:
    """Return trophies, easy ones first: all, those achieved or not, or those named (then ``achieved`` is ignored)."""
    player = ask.player()
    rows = ask.sql.execute(_HELD, {"player": player.id})
    held: dict[int, float] = {row.trophy_id: row.achieved for row in rows}
    named = ask.params.get("trophy_id")
    if named:
        chosen = [_named(ask, one) for one in named.split(",")]
    else:
        wanted = as_flag(ask.params.get("achieved"))
        chosen = [one for one in ask.game.trophies.values() if wanted is None or (one.id in held) == wanted]
    return {"trophies": [_describe(ask, trophy, held.get(trophy.id)) for trophy in chosen]}


def add_achieved(ask: Ask) -> Answer:
    """Give the player a trophy."""
    player, trophy = ask.player(), _required(ask)
    row = {"player_id": player.id, "trophy_id": trophy.id, "achieved": ask.now}
    if ask.sql.execute(_GIVE, row).rowcount == 0:
        raise Refused(messages.TROPHY_OWNED)
    return {}


def remove_achieved(ask: Ask) -> Answer:
    """Take a trophy away from the player."""
    player, trophy = ask.player(), _required(ask)
    if ask.sql.execute(_TAKE, {"player": player.id, "trophy": trophy.id}).rowcount == 0:
        raise Refused(messages.TROPHY_NOT_OWNED)
    return {}


def _named(ask: Ask, text: str) -> Trophy:
    number = as_integer(text.strip())
    trophy = None if number is None else ask.game.trophies.get(number)
    if trophy is None:
        raise Refused(messages.FOREIGN_TROPHY)
    return trophy


def _required(ask: Ask) -> Trophy:
    number = as_integer(ask.params.get("trophy_id"))
    trophy = None if number is None else ask.game.trophies.get(number)
    if trophy is None:
        raise Refused(messages.BAD_TROPHY)
    return trophy


def _describe(ask: Ask, trophy: Trophy, achieved: float | None) -> Answer:
    hidden = trophy.secret and achieved is None
    # The real secret picture is a PNG with this misleading name, too.
    picture = "trophy-secret-1.jpg" if hidden else f"trophies/{trophy.id}.png"
    return {
        "id": str(trophy.id),
        "title": "???" if hidden else trophy.title,
        "difficulty": trophy.difficulty,
        "description": "???" if hidden else trophy.description,
        "image_url": f"{ask.pictures_url}/{picture}",
        "achieved": "false" if achieved is None else age(achieved, ask.now),
    }
