"""Games and their makers in EasyJam's words. The reader returns these values and the producer takes them.

All values are immutable and safe to hand between threads. Moments are aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from pygame_gameservices.services.raw import Raw

More = int | str
"""Where the next items start. Not to be understood, only to be passed back."""

Sections = Mapping[str, Raw]
"""What a site adds of its own, by section name."""

NO_SECTIONS: Sections = Raw()


class Problem(msgspec.Struct, frozen=True):
    """Something in a document that is not as the specification wants it.

    Attributes:
        place: where, such as ``myjam_pov.Item[2].Released``; empty for the whole document.
        text: what is wrong, and what should stand there.
    """

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place or 'document'}: {self.text}"


class JamItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item, usually a game. The producer needs the first six; what a reader did not find is None or empty.

    Addresses are data from other people: show them, but ask `is_web_url` and the player before opening one.

    Attributes:
        id: the site's own number or name of it.
        name: its title.
        released: when it came out.
        description: its text.
        images: addresses of pictures; the first is the banner unless there is one of its own.
        links: where to get it, by platform (or ``Download``, ``Download2``, ``Source``).
        origin_url: its page on the site it comes from.
        icon, banner: addresses of a square and of a wide picture.
        event: the event it belongs to, such as "Ludum Dare 32".
        event_id: the event's number; ordered as a decimal number, its text kept (``str`` of 2015.10 ends in 0).
        type, sub_type, sub_sub_type: the site's own classes.
        embed_url: what to embed; embed_origin_url: its page; embed_width, embed_height: pixels; embed_type: ``swf``,
            ``unity``, ``java``, ``silverlight``, ``html``, or another.
        sections: what the site adds of its own.
    """

    id: int | str
    name: str = ""
    released: datetime | None = None
    description: str = ""
    images: tuple[str, ...] = ()
    links: Mapping[str, str] = Raw()
    origin_url: str | None = None
    icon: str | None = None
    banner: str | None = None
    event: str | None = None
    event_id: Decimal | None = None
    type: str | None = None
    sub_type: str | None = None
    sub_sub_type: str | None = None
    embed_url: str | None = None
    embed_origin_url: str | None = None
    embed_width: int | None = None
    embed_height: int | None = None
    embed_type: str | None = None
    sections: Sections = NO_SECTIONS

    @property
    def picture(self) -> str | None:
        """The address of the picture that stands for it: the banner, else the first image."""
        return self.banner or (self.images[0] if self.images else None)


class JamUser(msgspec.Struct, frozen=True, kw_only=True):
    """Who made the items.

    Attributes:
        id: the site's own number or name of the account.
        name: what the account is called.
        origin_url: its page.
        icon: the address of its picture.
        sections: what the site adds of its own.
    """

    id: int | str | None = None
    name: str | None = None
    origin_url: str | None = None
    icon: str | None = None
    sections: Sections = NO_SECTIONS


class JamInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to no user.

    Attributes:
        version: of the specification, as the site writes it.
        response_time: when the answer was made.
        more: that some token has more items, for sites that say it here.
        sections: what the site adds of its own.
    """

    version: str | None = None
    response_time: datetime | None = None
    more: More | None = None
    sections: Sections = NO_SECTIONS


class TokenResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a site says about one token.

    Attributes:
        items: the games, in the site's order.
        user: who made them; None when not told.
        error: why there are none, as the site says it; None when nothing is wrong.
        answered: False when the site's answer does not mention the token at all.
        more: where the next items start; None when these are all.
    """

    items: tuple[JamItem, ...] = ()
    user: JamUser | None = None
    error: str | None = None
    answered: bool = True
    more: More | None = None

    @property
    def ok(self) -> bool:
        """Whether the site knows the token and said what belongs to it."""
        return self.answered and self.error is None


class JamDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One EasyJam document: results by token, or an error about all of it.

    Attributes:
        results: what the site says, by token.
        info: what belongs to no user; None when not told.
        error: why there are no results; None when nothing is wrong.
        problems: what was wrong with the document and was passed over.
    """

    results: Mapping[str, TokenResult] = Raw()
    info: JamInfo | None = None
    error: str | None = None
    problems: tuple[Problem, ...] = ()

    def __getitem__(self, token: str) -> TokenResult:
        """The result of one token. Raises KeyError when it was not asked for."""
        return self.results[token]

    def __repr__(self) -> str:
        """Counts only: tokens are their users' secrets."""
        return f"<JamDocument: {len(self.results)} tokens, {len(self.items)} items>"

    @property
    def items(self) -> tuple[JamItem, ...]:
        """The games of all tokens."""
        return tuple(item for result in self.results.values() for item in result.items)


def plain(value: Any) -> Any:
    """`value` with `Raw` views turned into dicts, for writing it."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value
