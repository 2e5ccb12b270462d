"""Trophies of Game Jolt: what can be won, and who has."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.console.desk import Desk, Fields, Panel, Visit
from pygame_gameservices.sandbox.console.forms import Form, drawer
from pygame_gameservices.sandbox.console.listing import card, chooser, pill, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.gamejolt import tables
from pygame_gameservices.sandbox.gamejolt.world import DIFFICULTIES, Game

SHOWN = 50

_HELD = tables.achieved


def chosen_game(visit: Visit) -> Game:
    """Return the game that the address names, else the main one."""
    games = visit.desk.gamejolt.games
    return games.get(visit.number("game") or 0) or next(iter(games.values()))


def game_chooser(visit: Visit, panel: str) -> Node | None:
    """Return links to all games, if there are several."""
    games, chosen = visit.desk.gamejolt.games, chosen_game(visit)
    if len(games) < 2:
        return None
    return chooser(panel, "Game", [({"game": one.id}, one.name, one is chosen) for one in games.values()])


def _show(visit: Visit) -> Child:
    desk, game = visit.desk, chosen_game(visit)
    ids = list(game.trophies)
    counted = select(_HELD.c.trophy_id, func.count()).where(_HELD.c.trophy_id.in_(ids)).group_by(_HELD.c.trophy_id)
    newest = select(_HELD).where(_HELD.c.trophy_id.in_(ids)).order_by(_HELD.c.achieved.desc()).limit(SHOWN)
    with desk.ground.database.transaction() as sql:
        holders: dict[int, int] = {row[0]: row[1] for row in sql.execute(counted)}
        won = sql.execute(newest).all()
    rows: list[tuple[int, list[Child]]] = [
        (
            one.id,
            [
                one.id,
                [Node("strong", one.title), pill("secret", "accent") if one.secret else None],
                one.description,
                Node("span", one.difficulty, class_=f"metal {one.difficulty.lower()}"),
                holders.get(one.id, 0),
            ],
        )
        for one in game.trophies.values()
    ]
    now = desk.ground.clock.now()
    recent: list[tuple[str, list[Child]]] = []
    for row in won:
        player = desk.ground.players.by_id(row.player_id)
        name = player.username if player else f"player {row.player_id}"
        cells: list[Child] = [name, game.trophies[row.trophy_id].title, when(row.achieved, now)]
        recent.append((f"{row.player_id}-{row.trophy_id}", cells))
    return [
        game_chooser(visit, "trophies"),
        table(
            "trophy",
            ("#Id", "Trophy", "Description", "Made of", "#Holders"),
            rows,
            empty="This game has no trophy.",
            label="Trophies",
        ),
        card(
            "Won lately",
            table(
                "won",
                ("Player", "Trophy", "When"),
                recent,
                empty="Nobody has won one yet.",
                label="Trophies won lately",
            ),
        ),
        Node("div", _add_form(visit, game), _give_form(visit, game), class_="drawers"),
    ]


def _add_form(visit: Visit, game: Game) -> Node:
    form = Form(visit, "trophies", "add")
    return drawer(
        "Add a trophy",
        form.build(
            form.text("Title", "title", required=True),
            form.text("Description", "description"),
            form.choice("Made of", "difficulty", [(one, one) for one in DIFFICULTIES], "Bronze"),
            form.flag("Secret until it is won", "secret"),
            submit="Add trophy",
            hidden={"game": game.id},
        ),
        open_=visit.form == "trophies-add",
    )


def _give_form(visit: Visit, game: Game) -> Node:
    form = Form(visit, "trophies", "hand")
    options = [(str(one.id), one.title) for one in game.trophies.values()]
    return drawer(
        "Give or take a trophy",
        form.build(
            form.text("Player", "player", required=True),
            form.choice("Trophy", "trophy", options),
            form.choice("Do", "do", [("give", "Give it"), ("take", "Take it away")], "give"),
            submit="Do it",
            hidden={"game": game.id},
        ),
        open_=visit.form == "trophies-hand",
    )


def number_of(sent: Fields, key: str) -> int:
    """Return a whole number that a form holds. Raises `UsageError`."""
    text = sent.get(key, "").strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise UsageError(f"{key} must be a whole number of at most 18 digits, not {text!r}")
    return int(text)


def _add(desk: Desk, sent: Fields) -> str:
    trophy = desk.by_hand.trophy(
        number_of(sent, "game"),
        sent.get("title", ""),
        description=sent.get("description", ""),
        difficulty=sent.get("difficulty", "Bronze"),
        secret="secret" in sent,
    )
    return f"{trophy.title} can be won, with the id {trophy.id}."


def _hand(desk: Desk, sent: Fields) -> str:
    player = desk.ground.players.by_name(sent.get("player", "").strip())
    if player is None:
        raise UsageError(f"there is no player {sent.get('player')!r}; add them first")
    game = desk.gamejolt.games.get(number_of(sent, "game"))
    trophy = None if game is None else game.trophies.get(number_of(sent, "trophy"))
    if trophy is None:
        raise UsageError("the game has no such trophy; take one of the list")
    mine = (_HELD.c.player_id == player.id, _HELD.c.trophy_id == trophy.id)
    with desk.ground.database.transaction() as sql:
        if sent.get("do") == "take":
            changed = sql.execute(delete(_HELD).where(*mine)).rowcount
            return f"{trophy.title} is taken from {player.username}." if changed else f"{player.username} had none."
        row = {"player_id": player.id, "trophy_id": trophy.id, "achieved": desk.ground.clock.now()}
        sql.execute(_HELD.insert().prefix_with("OR IGNORE"), row)
    return f"{player.username} has {trophy.title}."


PANEL = Panel(
    "trophies",
    "Trophies",
    "What can be won on Game Jolt, easy ones first, and who has won it.",
    _show,
    {"add": _add, "hand": _hand},
)
