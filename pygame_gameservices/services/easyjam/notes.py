"""Reading fields while keeping notes of what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pygame_gameservices.services.dates import parse_date
from pygame_gameservices.services.easyjam.fields import is_section_name
from pygame_gameservices.services.easyjam.models import Sections
from pygame_gameservices.services.easyjam.place import Place
from pygame_gameservices.services.raw import Raw


class Notes(Place):
    """A place in a document. Its readers of fields never raise."""

    __slots__ = ()

    @staticmethod
    def shown(value: Any) -> str:
        """A value for people, clipped."""
        return repr(value)[:60]

    def object(self, value: Any) -> dict[str, Any] | None:
        """An object. None for nothing, which may be written as an empty list, too."""
        if value is None or value in ([], {}):
            return None
        if not isinstance(value, dict):
            self.say("is no object; it was passed over")
            return None
        return value

    def text(self, row: Mapping[str, Any], name: str, *, needed: bool = False) -> str | None:
        """A text. Numbers are taken for one."""
        value = row.get(name)
        if value is None:
            if needed:
                self.at(name).say("is missing")
            return None
        if isinstance(value, str):
            return value
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            self.at(name).say("is a number and should be a text")
            return str(value)
        self.at(name).say(f"is {self.shown(value)} and should be a text; it was passed over")
        return None

    def id(self, row: Mapping[str, Any], name: str, *, needed: bool) -> int | str | None:
        """A whole number or a text, as it came."""
        value = row.get(name)
        if isinstance(value, (int, str)) and not isinstance(value, bool) and value != "":
            return value
        if value is not None or needed:
            self.at(name).say("is missing" if value is None else f"is {self.shown(value)}, which names nothing")
        return None

    def date(self, row: Mapping[str, Any], name: str, *, needed: bool = False) -> datetime | None:
        """A date in any of the usual forms."""
        text = self.text(row, name, needed=needed)
        moment = parse_date(text) if text else None
        if text is not None and moment is None:
            self.at(name).say(f"is {self.shown(text)}, which is no date; it was passed over")
        return moment

    def decimal(self, row: Mapping[str, Any], name: str) -> Decimal | None:
        """A number that may have decimals, its digits kept."""
        value = row.get(name)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool):
                number = Decimal(value)
                if number.is_finite():
                    return number
        except InvalidOperation:
            pass
        self.at(name).say(f"is {self.shown(value)}, which is no number; it was passed over")
        return None

    def size(self, row: Mapping[str, Any], name: str) -> int | None:
        """A number of pixels, perhaps written as a text."""
        number = self.decimal(row, name)
        return None if number is None or not 0 <= number < 1_000_000 else int(number)

    def sections(self, row: Mapping[str, Any], known: Collection[str]) -> Sections:
        """The objects that the specification does not know: the site's own sections. Other new fields are ignored."""
        found: dict[str, Raw] = {}
        for name, value in row.items():
            if name not in known and isinstance(value, dict) and is_section_name(name):
                found[name] = Raw(value)
        return Raw(found)
