"""From an operation to a request with tokens in it and back, in GET or POST, with no token in any log or error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

import msgspec

from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import ProtocolError, UsageError
from pygame_gameservices.services.arguments import secret
from pygame_gameservices.services.base import Service
from pygame_gameservices.services.easyjam.errors import error_for
from pygame_gameservices.services.easyjam.reader import read_document, speaks_of
from pygame_gameservices.services.http_status import excerpt, status_error

_LONGEST_ERROR = 500
SHORTEST_SECRET = 6
"""Characters. A shorter token is no secret, and may well be a part of a word."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a site calls its parameters. The defaults are the draft's.

    Attributes:
        token: of a single token.
        tokens: of each of several tokens.
        offset: where to go on.
        key: the API key.
    """

    token: str = "token"
    tokens: str = "token[]"
    offset: str = "offset"
    key: str = "key"


class Gateway(Service):
    """How requests to one site are built and answered.

    Args:
        base_url: the address to ask, its last slash kept: some sites tell both apart.
        key: an API key, or None.
        method: ``"GET"``, ``"POST"``, or None for what suits the key.
        parameters: what the site calls its parameters.
        name: as it appears in events and errors.
        allow_http: accept plain http to another machine.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: Secret | None,
        method: str | None,
        parameters: Parameters,
        name: str,
        allow_http: bool,
    ) -> None:
        super().__init__(name, base_url, allow_http=allow_http)
        if method not in (None, "GET", "POST"):
            raise UsageError(f"method is {method!r}; pass 'GET', 'POST' or None")
        if not isinstance(parameters, Parameters):
            raise UsageError(f"parameters is {parameters!r}; pass Parameters(token=..., offset=...)")
        self._key = None if key is None else secret("key", key)
        self._post = method == "POST" or (method is None and key is not None)
        self._parameters = parameters
        self._address = self.base_url + "/" * base_url.endswith("/")

    def request(self, operations: Sequence[Operation]) -> Request:
        """Build the request for a page. Worker thread."""
        (operation,) = operations
        tokens = _tokens_of(operation)
        names = self._parameters
        fields = [(names.token if len(tokens) == 1 else names.tokens, token) for token in tokens]
        fields += [(names.offset, value) for value in operation.arguments.values()]
        if self._key is not None:
            fields.append((names.key, self._key.reveal()))
        encoded = urlencode(fields, safe="[]", quote_via=quote_plus)
        return Request(
            method="POST" if self._post else "GET",
            url=self._address if self._post else f"{self._address}?{encoded}",
            headers={"Accept": "application/json"}
            | ({"Content-Type": "application/x-www-form-urlencoded"} if self._post else {}),
            body=encoded.encode() if self._post else None,
            secrets=() if self._key is None else (self._key,),
            private=_hidden(tokens),
            timeout_s=operation.timeout_s,
            max_bytes=operation.max_bytes,
        )

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Read a page, its body before its status: sites may say no with HTTP 200 and yes with 400. Worker thread."""
        try:
            document = read_document(response.body)
        except ProtocolError:
            senseless = ProtocolError("an EasyJam document", excerpt(response), status=response.status)
            return [Answer(None, status_error(response) or senseless)]
        if document.error is not None:
            return [Answer(None, error_for(document.error[:_LONGEST_ERROR], response))]
        by_status = status_error(response)
        tokens = _tokens_of(operations[0])
        if by_status is not None and not speaks_of(tokens, response.body):
            return [Answer(None, by_status)]
        redactor = Redactor(private=_hidden(tokens))  # a maker's error is a value: kept on disk, and logged
        results = {
            token: result
            if result.error is None
            else msgspec.structs.replace(result, error=redactor.text(result.error)[:_LONGEST_ERROR])
            for token, result in document.results.items()
        }
        return [Answer(msgspec.structs.replace(document, results=results))]


def _hidden(tokens: Sequence[str]) -> tuple[Secret, ...]:
    """Those of `tokens` that no error may repeat."""
    return tuple(Secret(token) for token in tokens if len(token) >= SHORTEST_SECRET)


def _tokens_of(operation: Operation) -> list[str]:
    """The tokens that a page is asked for."""
    assert operation.credential is not None
    return operation.credential.reveal().split(" ")
