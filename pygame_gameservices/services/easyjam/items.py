"""Reading one item: its core fields, its links in the three shapes that sites write them, its extended fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pygame_gameservices.services.easyjam.fields import CORE, EXTENDED
from pygame_gameservices.services.easyjam.models import JamItem
from pygame_gameservices.services.easyjam.notes import Notes
from pygame_gameservices.services.raw import Raw


def item(row: Any, notes: Notes) -> JamItem | None:
    """Read an item; None when it cannot be told from others."""
    if not isinstance(row, dict):
        notes.say("is no object; it was passed over")
        return None
    number = notes.id(row, "Id", needed=True)
    if number is None:
        return None
    return JamItem(
        id=number,
        name=notes.text(row, "Name", needed=True) or "",
        released=notes.date(row, "Released", needed=True),
        description=notes.text(row, "Description", needed=True) or "",
        images=_images(row.get("Image"), notes.at("Image")),
        links=Raw(_links(row.get("Link"), notes.at("Link"))),
        origin_url=notes.text(row, "OriginURL"),
        icon=notes.text(row, "Icon"),
        banner=notes.text(row, "Banner"),
        event=notes.text(row, "Event"),
        event_id=notes.decimal(row, "EventId"),
        type=notes.text(row, "Type"),
        sub_type=notes.text(row, "SubType"),
        sub_sub_type=notes.text(row, "SubSubType"),
        embed_url=notes.text(row, "EmbedURL"),
        embed_origin_url=notes.text(row, "EmbedOriginURL"),
        embed_width=notes.size(row, "EmbedWidth"),
        embed_height=notes.size(row, "EmbedHeight"),
        embed_type=notes.text(row, "EmbedType"),
        sections=notes.sections(row, (*CORE, *EXTENDED)),
    )


def _images(value: Any, notes: Notes) -> tuple[str, ...]:
    if isinstance(value, str) and value:
        notes.say("is a text and should be a list of texts")
        return (value,)
    if value is None:
        notes.say("is missing")
        return ()
    if value == {}:
        return ()
    rows = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        notes.say("is no list; it was passed over")
        return ()
    for number, row in enumerate(rows):
        if not isinstance(row, str) or not row:
            notes.at(number).say("is no address; it was passed over")
    return tuple(row for row in rows if isinstance(row, str) and row)


def _links(value: Any, notes: Notes) -> dict[str, str]:
    if value is None:
        notes.say("is missing")
        return {}
    if isinstance(value, str) and value:
        notes.say("is a text and should be an object by platform")
        return {"Download": value}
    if isinstance(value, dict):
        return _by_platform(value, notes)
    if not isinstance(value, list):
        notes.say("is no object; it was passed over")
        return {}
    if value:
        notes.say("is a list and should be an object by platform")
    links: dict[str, str] = {}
    for number, row in enumerate(value):
        if isinstance(row, str) and row:
            links[_free_name("Download", links)] = row
        elif isinstance(row, dict):
            for platform, url in _by_platform(row, notes.at(number)).items():
                links[_free_name(platform, links)] = url
        else:
            notes.at(number).say("is no link; it was passed over")
    return links


def _by_platform(pairs: Mapping[str, Any], notes: Notes) -> dict[str, str]:
    for platform, url in pairs.items():
        if not isinstance(url, str) or not url:
            notes.at(platform).say("is no address; it was passed over")
    return {platform: url for platform, url in pairs.items() if isinstance(url, str) and url}


def _free_name(name: str, taken: Mapping[str, str]) -> str:
    """`name`, or with a number behind it: ``Download``, ``Download2``, ..."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}{number}"
    return free
