"""From bytes to `WireResponse`. JSON is what we ask for; it is decoded strictly typed, in one pass, on the worker."""

from __future__ import annotations

import msgspec

from pygame_gameservices.core.endpoint import Response
from pygame_gameservices.errors import ProtocolError
from pygame_gameservices.services.base import excerpt, status_error
from pygame_gameservices.services.gamejolt.wire import WireEnvelope, WireResponse

_decoder = msgspec.json.Decoder(WireEnvelope)


def read(response: Response) -> WireResponse:
    """Decode an answer. The body comes first: Game Jolt explains itself there whatever the HTTP status. Worker thread.

    Raises:
        RateLimited, ServiceUnavailable, Forbidden: the body is no answer, but the status says why.
        ProtocolError: it makes no sense at all.
    """
    try:
        return _decoder.decode(response.body).response
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        error = status_error(response)
        if error is None:
            error = ProtocolError("Game Jolt's JSON", excerpt(response), status=response.status)
        raise error from None
