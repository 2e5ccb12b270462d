"""The fixed things of the jam site: what it is like, and who made what. They come from the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

METHODS = ("both", "get", "post")
MORES = ("both", "token", "info")


@dataclass(frozen=True, slots=True)
class Maker:
    """One user of the site, with a token and items as they are served (addresses may start with ``sandbox:``).

    Attributes:
        beside: what stands beside the items under the token: ``User``, or an ``Error``.
        items: None when the token has an error in place of items.
    """

    name: str
    token: str = field(repr=False)
    beside: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]] | None


@dataclass(frozen=True, slots=True)
class Site:
    """What the site is like.

    Attributes:
        page_size: most items per maker and answer.
        multi: whether several tokens may come in one request, and `most_tokens` how many.
        methods: one of `METHODS`.
        more: where it says that there is more, one of `MORES`.
        key: an API key to ask for; empty for none.
        statuses: whether errors come with a fitting HTTP status; else with 200.
        error: what is wrong with the whole site, or true for something; empty for nothing.
        info: what ``Info`` says beside, or in place of, what every site says.
        vague: whether bad tokens are answered with ``true`` in place of a reason.
    """

    makers: tuple[Maker, ...]
    page_size: int
    multi: bool
    most_tokens: int
    methods: str
    more: str
    key: str = field(repr=False)
    statuses: bool
    error: str | bool
    info: Mapping[str, Any]
    vague: bool
