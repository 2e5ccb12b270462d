"""Reading the jam site's part of ``gameservices.toml``: ``[easyjam]`` and ``[sandbox.easyjam]``."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from pygame_gameservices.sandbox.easyjam.document import is_token, read_document
from pygame_gameservices.sandbox.easyjam.world import METHODS, MORES, Maker, Site
from pygame_gameservices.sandbox.players import Players
from pygame_gameservices.sandbox.seed import Section

UNIQUE = "sandboxjam"
"""What the site's tokens start with."""

_FIRST = datetime(2012, 11, 25, 15, 52, 1, tzinfo=UTC)
_TITLES = ("Light Harvest", "Moonlit Courier", "Night Shift", "Paper Lanterns", "The Last Tram", "Tidewater")
_LINES = {
    "Light Harvest": "Home before dawn.",
    "Moonlit Courier": "Every letter, tonight.",
    "Night Shift": "Keep the city lit.",
    "Owl Post": "Feathers and stamps.",
    "Paper Lanterns": "Light it, let it go.",
    "The Last Tram": "Miss it and walk.",
    "Tidewater": "The sea comes back.",
}
"""What is said of a game beneath its picture, where there is little room."""
_PLATFORMS = ("Windows", "Linux", "Web", "Source")
_EVENTS: tuple[dict[str, Any], ...] = (
    {"Event": "Ludum Dare 32", "EventId": 32},
    {"Event": "MiniLD 58", "EventId": 58},
    {"Event": "1GAM 2015.07", "EventId": 2015.07},
    {"Event": "Ludum Dare 32.5", "EventId": 32.5},
)


def read(seed: Section, players: Players) -> Site:
    """Return what the seed says about the jam site. Raises `ConfigurationError` on a mistake."""
    main, own = seed.section("easyjam"), seed.section("sandbox").section("easyjam")
    document = read_document(own)
    makers = [*_written(own), *document.makers, *_crowd(own)]
    if not makers and not document.error:
        makers = [
            _generated(player.username, player.id, count)
            for player, count in zip(players.all(), (12, 3, 1, 0), strict=False)
        ]
    tokens = [maker.token for maker in makers]
    if len(set(tokens)) < len(tokens):
        raise own.error("makers", "has a token twice; each maker needs one of their own")
    site = Site(
        makers=tuple(makers),
        page_size=own.integer("page_size", 5, least=1),
        multi=own.flag("multi", True),
        most_tokens=own.integer("most_tokens", 50, least=1),
        methods=own.choice("methods", METHODS, "both"),
        more=own.choice("more", MORES, "both"),
        key=main.text("key", ""),
        statuses=own.flag("statuses", False),
        error=own.text("error", "") or document.error,
        info=document.info,
        vague=own.flag("vague", False),
    )
    own.finish()
    return site


def _written(own: Section) -> list[Maker]:
    """Makers with a name, a token and the titles of their games."""
    makers = []
    for number, section in enumerate(own.sections("makers"), 1):
        name = section.text("name")
        token = section.text("token", _token(name))
        if not is_token(token):
            raise section.error("token", "must be 1 to 190 letters, digits, '_', '-' and '.', and no reserved name")
        titles = section.texts("games")
        section.finish()
        items = [_item(title, 1000 * number + place, place) for place, title in enumerate(titles)]
        makers.append(Maker(name, token, {"User": _user(name, number)}, items))
    return makers


def _crowd(own: Section) -> list[Maker]:
    """Many makers with equally many games, to sync."""
    crowd, each = own.integer("crowd", 0, least=0), own.integer("crowd_games", 13, least=0)
    return [_generated(f"maker{number}", number, each) for number in range(1, crowd + 1)]


def _generated(name: str, number: int, count: int) -> Maker:
    items = [
        _item(f"{_TITLES[place % len(_TITLES)]} {place // len(_TITLES) + 1}", 1000 * number + place, place)
        for place in range(count)
    ]
    return Maker(name, _token(name), {"User": _user(name, number)}, items)


def _token(name: str) -> str:
    """A token that looks random and is the same in every sandbox."""
    safe = re.sub(r"[^A-Za-z0-9.-]", "-", name)[:100]
    return f"{UNIQUE}_{safe}_{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def _user(name: str, number: int) -> dict[str, Any]:
    return {
        "Id": number,
        "Name": name,
        "OriginURL": f"sandbox:makers/{number}",
        "Icon": f"sandbox:pictures/{number}.png",
        "SandboxJam": {"Cookies": number % 5},
    }


def _item(title: str, number: int, place: int) -> dict[str, Any]:
    """An item: the first ones with every extended field, later ones with the core alone. Newest first."""
    item: dict[str, Any] = {
        "Id": number,
        "Name": title,
        "Released": (_FIRST - timedelta(days=90 * place)).isoformat(),
        "Description": f"{_LINES.get(title, 'Made in a weekend.')}\nIt has lights in it.",
        "Image": [f"sandbox:pictures/{number}.png", f"sandbox:pictures/{number + 1}.png"],
        "Link": {platform: f"sandbox:games/{number}/{platform.lower()}" for platform in _PLATFORMS[: 1 + place % 4]},
    }
    if place % 2 == 0:
        item |= {
            "OriginURL": f"sandbox:games/{number}",
            "Icon": f"sandbox:pictures/{number}.png",
            "Banner": f"sandbox:pictures/{number + 6}.png",
            **_EVENTS[place // 2 % len(_EVENTS)],
            "Type": "game",
            "SubType": "jam",
            "SubSubType": "late",
            "EmbedURL": f"sandbox:games/{number}/embed",
            "EmbedOriginURL": f"sandbox:games/{number}",
            "EmbedWidth": 800,
            "EmbedHeight": 450,
            "EmbedType": "html",
            "SandboxJam": {"Ratings": 3 + place, "Cool": 1.5},
        }
    return item
