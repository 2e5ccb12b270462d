"""Checking items strictly: the core fields that all have, and the extended ones that they may have."""

from __future__ import annotations

import math
from typing import Any

from pygame_gameservices.services.easyjam.fields import CORE, EXTENDED
from pygame_gameservices.services.easyjam.inspection import Inspector, Pairs

_URLS = ("OriginURL", "Icon", "Banner", "EmbedURL", "EmbedOriginURL")
_TEXTS = ("Event", "Type", "SubType", "SubSubType", "EmbedType")
_SIZES = ("EmbedWidth", "EmbedHeight")


def inspect_items(value: Any, here: Inspector) -> None:
    """Check what stands under ``Item``."""
    if not isinstance(value, list):
        here.say("must be a list of objects")
        return
    seen: dict[str, int] = {}
    for number, row in enumerate(value):
        if not here.at(number).is_object(row):
            continue
        _inspect_item(row, here.at(number))
        number_of = str(row.get("Id"))
        if "Id" in row and number_of in seen:
            here.at(number).at("Id").say(f"is that of item {seen[number_of]}, too; ids are unique on a site")
        seen.setdefault(number_of, number)


def _inspect_item(row: Pairs, here: Inspector) -> None:
    here.unknown(row, (*CORE, *EXTENDED))
    for name in CORE:
        if name not in row:
            here.at(name).say("is missing; every item has it")
    if "Id" in row:
        here.id(row, "Id")
    if "Name" in row:
        here.text(row, "Name")
    if "Released" in row:
        here.date(row, "Released")
    if "Description" in row:
        here.text(row, "Description", empty=True)
    if "Image" in row:
        _inspect_images(row["Image"], here.at("Image"))
    if "Link" in row:
        _inspect_links(row["Link"], here.at("Link"))
    _inspect_extended(row, here)


def _inspect_images(value: Any, here: Inspector) -> None:
    if not isinstance(value, list):
        here.say("must be a list of addresses")
        return
    for number, url in enumerate(value):
        here.url(url, here.at(number))


def _inspect_links(value: Any, here: Inspector) -> None:
    if not here.is_object(value):
        return
    for platform, url in value.items():
        if not platform:
            here.say("has a link without a platform; call it Download")
        here.url(url, here.at(platform))


def _inspect_extended(row: Pairs, here: Inspector) -> None:
    for name in _URLS:
        if name in row:
            here.url(row[name], here.at(name))
    for name in _TEXTS:
        if name in row:
            here.text(row, name)
    for name in _SIZES:
        if name in row and (isinstance(row[name], bool) or not isinstance(row[name], int) or row[name] < 1):
            here.at(name).say("must be a whole number of pixels")
    event = row.get("EventId", 0)
    if isinstance(event, bool) or not isinstance(event, (int, float)) or event in (math.inf, -math.inf):
        here.at("EventId").say("must be a number; it may have decimals")
