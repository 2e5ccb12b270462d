"""The names that the specification gives to fields, and which names are left for a site's own sections."""

from __future__ import annotations

import re

TOKEN = ("User", "More", "Item", "Error", "Info")
"""What stands under a token."""

USER = ("Id", "Name", "OriginURL", "Icon")
"""The fields of a ``User``."""

INFO = ("Version", "ResponseTime", "More")
"""The fields of an ``Info``."""

CORE = ("Id", "Name", "Released", "Description", "Image", "Link")
"""The fields that every item has."""

EXTENDED = (
    "OriginURL",
    "Icon",
    "Banner",
    "Event",
    "EventId",
    "Type",
    "SubType",
    "SubSubType",
    "EmbedURL",
    "EmbedOriginURL",
    "EmbedWidth",
    "EmbedHeight",
    "EmbedType",
)
"""The fields that an item may have."""

_SECTION = re.compile(r"[A-Za-z0-9]+")


def is_section_name(name: str) -> bool:
    """Whether a section may be called that: letters A-Z, a-z and digits only."""
    return _SECTION.fullmatch(name) is not None
