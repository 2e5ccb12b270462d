"""Players: who can sign in, and who is whose friend."""

from __future__ import annotations

from sqlalchemy import func, select

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.console.desk import Desk, Fields, Panel, Visit
from pygame_gameservices.sandbox.console.forms import Form, drawer, search
from pygame_gameservices.sandbox.console.listing import code, pages, pill, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.players import KINDS, Player, players_table

SHOWN = 50

_C = players_table.c


def _show(visit: Visit) -> Child:
    desk = visit.desk
    wanted = visit.query.get("q", "")
    query = select(_C.id, _C.last_logged_in).where(_C.id > (visit.number("after") or 0)).order_by(_C.id)
    if wanted:
        query = query.where(func.instr(func.lower(_C.username), wanted.lower()) > 0)
    with desk.ground.database.transaction() as sql:
        found = sql.execute(query.limit(SHOWN + 1)).all()
        count = sql.execute(select(func.count()).select_from(players_table)).scalar_one()
    now = desk.ground.clock.now()
    rows = []
    for row in found[:SHOWN]:
        player = desk.ground.players.by_id(row.id)
        if player is not None:
            rows.append((player.id, _cells(desk, player, row.last_logged_in, now)))
    return [
        search(visit, "players", placeholder="Username"),
        table(
            "player",
            ("#Id", "Player", "Kind", "Friends", "E-mail", "Token", "Last seen"),
            rows,
            empty="Nobody is called that.",
            label="Players",
        ),
        pages(visit, "players", {"after": found[SHOWN - 1].id} if len(found) > SHOWN else None),
        Node("p", f"{count:,} player{'' if count == 1 else 's'} in all", class_="count"),
        Node("div", _add_form(visit), _befriend_form(visit), _token_form(visit), class_="drawers"),
    ]


def _cells(desk: Desk, player: Player, seen: float, now: float) -> list[Child]:
    friends = desk.ground.players.friends(player)
    shown = [pill(friend.username) for friend in friends[:8]]
    more = f"and {len(friends) - 8} more" if len(friends) > 8 else None
    full_name = Node("span", player.name, class_="muted") if player.name != player.username else None
    return [
        player.id,
        [Node("strong", player.username), full_name, pill("banned", "bad") if player.banned else None],
        player.kind,
        [shown, Node("span", more, class_="muted") if more else None]
        if friends
        else Node("span", "none", class_="muted"),
        player.email or Node("span", "none", class_="muted"),
        Node("details", Node("summary", "show"), code(player.token), class_="secret"),
        when(seen, now),
    ]


def _add_form(visit: Visit) -> Node:
    form = Form(visit, "players", "add")
    return drawer(
        "Add a player",
        form.build(
            form.text("Username", "username", required=True),
            form.text("Token", "token", hint="empty makes username-token"),
            form.text("E-mail", "email"),
            form.text("Name", "name", hint="as shown to others"),
            form.choice("Kind", "kind", [(kind, kind) for kind in KINDS], "User"),
            submit="Add player",
        ),
        open_=visit.form == "players-add",
    )


def _befriend_form(visit: Visit) -> Node:
    form = Form(visit, "players", "befriend")
    return drawer(
        "Make two players friends",
        form.build(
            form.text("One", "one", required=True), form.text("Other", "other", required=True), submit="Make friends"
        ),
        open_=visit.form == "players-befriend",
    )


def _token_form(visit: Visit) -> Node:
    form = Form(visit, "players", "token")
    return drawer(
        "Change a token",
        form.build(
            form.text("Username", "username", required=True),
            form.text("New token", "token", required=True, hint="the old one is refused from now on"),
            submit="Change token",
        ),
        open_=visit.form == "players-token",
    )


def _add(desk: Desk, sent: Fields) -> str:
    player = desk.by_hand.player(
        sent.get("username", ""),
        sent.get("token", ""),
        email=sent.get("email", ""),
        name=sent.get("name", ""),
        kind=sent.get("kind", "User"),
    )
    return f"{player.username} is a player now, with the id {player.id}."


def _befriend(desk: Desk, sent: Fields) -> str:
    one, other = sent.get("one", "").strip(), sent.get("other", "").strip()
    desk.by_hand.friends(one, other)
    return f"{one} and {other} are friends."


def _change_token(desk: Desk, sent: Fields) -> str:
    username, token = sent.get("username", "").strip(), sent.get("token", "").strip()
    if not token:
        raise UsageError("token is empty; write one")
    try:
        desk.ground.players.change_token(username, token)
    except KeyError:
        raise UsageError(f"there is no player {username!r}; add them first") from None
    return f"{username} has another token."


PANEL = Panel(
    "players",
    "Players",
    "One set of people for all services. Sign in as any of them with username and token.",
    _show,
    {"add": _add, "befriend": _befriend, "token": _change_token},
)
