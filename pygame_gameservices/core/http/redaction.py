"""The one place through which everything that comes from outside passes before a game, a log or a file sees it.

A service, a relay or a proxy may repeat a request in whatever it answers: in a message, a header, a page of HTML, the
reason beside the status. So secrets are taken out of an answer before it is decoded, and out of every error that is
made of it, which also loses the frames and the libraries' exceptions that hang on it: debuggers show what they hold.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import msgspec

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.core.turns.breath import Breath
from pygame_gameservices.errors import CallError

E = TypeVar("E", bound=CallError)

HIDDEN = "***"
LONGEST_TEXT = 2000
"""Characters of somebody else's text that an error holds at most."""
SHORTEST_IN_VALUES = 8
"""Characters. A shorter secret may by chance be a part of what a player stored, which must come back as it was."""
_LONGEST_LOOKED_AT = 64 << 10
_UNFIT = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""What steers a terminal or turns the order of what stands around it, and what no file takes."""


class Redactor:
    """Knows what a request must not give away, and takes it out of what came of it. One thread.

    Args:
        secrets: what must show nowhere.
        private: what must not show in errors and logs alone, since an answer may be about it, such as a maker's token.
    """

    def __init__(self, secrets: Sequence[Secret] = (), private: Sequence[Secret] = ()) -> None:
        self._secrets = secrets
        self._private = private

    @cached_property
    def _in_errors(self) -> tuple[str, ...]:
        return _sorted((*self._secrets, *self._private))

    @classmethod
    def of(cls, request: Request) -> Redactor:
        """The one for what comes of `request`."""
        return cls(request.secrets, request.private)

    def text(self, text: str) -> str:
        """Return somebody else's text fit for an error or a log: without secrets, clipped, with nothing that steers."""
        cut = len(text) > _LONGEST_LOOKED_AT
        text = self.whole(text[:_LONGEST_LOOKED_AT])
        if cut:  # right there may be the first half of a secret
            text = text[: -max(map(len, self._in_errors), default=0) or None]
        return clipped(fit_to_print(text))

    def whole(self, text: str) -> str:
        """Return `text` without secrets, else as it is."""
        for form in self._in_errors:
            if form in text:
                text = text.replace(form, HIDDEN)
        return text

    def response(self, response: Response) -> Response:
        """Return an answer without secrets in its body and headers. Worker thread; rests between its steps."""
        body, headers, breath = response.body, response.headers, Breath()
        head = "\n".join((*headers, *headers.values()))
        for form, encoded in _in_values(tuple(self._secrets)):
            if encoded in body:
                body = body.replace(encoded, HIDDEN.encode())
            if form in head:
                headers = {n.replace(form, HIDDEN): value.replace(form, HIDDEN) for n, value in headers.items()}
            breath.take()
        if body is response.body and headers is response.headers:
            return response
        return msgspec.structs.replace(response, body=body, headers=headers)

    def error(self, error: E) -> E:
        """Take secrets out of `error` and of what it was raised from, and let go of all else that hangs on it."""
        error.args = self._value(error.args)
        for name, value in vars(error).items():
            if name != "operation":
                setattr(error, name, self._value(value))
        cause = error.__cause__
        error.__cause__ = self.error(cause) if isinstance(cause, CallError) else None
        error.__context__ = error.__traceback__ = None
        return error

    def trace(self, error: BaseException) -> str:
        """Where `error` came from, as text for a log. A logger that gets the error itself may show local values."""
        lines = traceback.format_exception(error, chain=False)
        return self.whole("".join(lines)[-_LONGEST_LOOKED_AT:])

    def _value(self, value: Any) -> Any:
        """The same for whatever an error holds."""
        if isinstance(value, str):
            return self.text(value)
        if type(value) in (tuple, list):
            return type(value)(self._value(one) for one in value)
        if isinstance(value, Mapping):
            return {name: self._value(one) for name, one in value.items()}
        if isinstance(value, msgspec.Struct):
            return msgspec.structs.replace(value, **{f: self._value(getattr(value, f)) for f in _text_fields(value)})
        return value


def fit_to_print(text: str) -> str:
    """Spell out what would steer a terminal, forge a line of a log, or turn the text around it. Any thread."""
    return re.sub(_UNFIT, lambda found: found[0].encode("unicode_escape").decode(), text)


def clipped(text: str) -> str:
    """Return `text`, cut where an error would become too long."""
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."


def _text_fields(value: msgspec.Struct) -> list[str]:
    return [name for name in value.__struct_fields__ if isinstance(getattr(value, name), (str, tuple, list, dict))]


@lru_cache(maxsize=64)
def _in_values(secrets: tuple[Secret, ...]) -> tuple[tuple[str, bytes], ...]:
    """What stands for one of `secrets` and is no part of a value by chance, as text and as bytes; asked for by each
    answer."""
    forms = _sorted(one for one in secrets if len(one.reveal()) >= SHORTEST_IN_VALUES)
    return tuple((form, form.encode()) for form in forms)


def _sorted(secrets: Iterable[Secret]) -> tuple[str, ...]:
    """All that stands for one of `secrets`, the longest first: one may be a part of another."""
    from pygame_gameservices.core.http.secret_forms import forms_of  # nobody needs it before the first answer

    forms = {form for secret in secrets for form in forms_of(secret)}
    return tuple(sorted(forms, key=len, reverse=True))
