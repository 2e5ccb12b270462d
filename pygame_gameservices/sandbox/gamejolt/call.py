"""One HTTP request (or one sub-request of a batch) taken apart: which call, which parameters, what was signed."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pygame_gameservices.sandbox.bodies import form_fields
from pygame_gameservices.sandbox.gamejolt.signature import posted_text, split_signature

_FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class GameJoltCall:
    """What one request asks for, before anything of it is believed.

    Attributes:
        endpoint: path below the version, without outer slashes: ``scores/add``.
        params: parameters by name; a POST field wins over a query parameter.
        requests: the values of ``requests[]``, in order.
        signature: as sent, or None.
        signed_texts: the texts that the signature may sign, any of them.
    """

    endpoint: str
    params: dict[str, str]
    requests: list[str]
    signature: str | None
    signed_texts: tuple[str, ...]


def from_http(scope: MutableMapping[str, Any], endpoint: str, body: bytes) -> GameJoltCall:
    """Take an HTTP request apart.

    Args:
        scope: the ASGI scope. The URL is put together from what the client sent: scheme, Host header, raw path and
            query, since exactly that is what it signed.
        endpoint: the part of the path below the version.
        body: POST fields, url-encoded; a body of any other content type is ignored.
    """
    headers = dict(scope["headers"])
    query, signature = split_signature(scope["query_string"].decode("latin-1"))
    base = f"{scope['scheme']}://{headers.get(b'host', b'').decode('latin-1')}{scope['raw_path'].decode('latin-1')}"
    posted: list[tuple[str, str]] = []
    if body and headers.get(b"content-type", _FORM).partition(b";")[0].strip().lower() == _FORM:
        posted = form_fields(body)
    for key, value in posted:
        if key == "signature":
            signature = value
    posted = [pair for pair in posted if pair[0] != "signature"]
    text = f"{base}?{query}" if query else base
    # With nothing left in the query, clients differ on whether the question mark belongs to the URL.
    texts = (text,) if query else (base, base + "?")
    signed = posted_text(posted)
    params, requests = _sorted_out([*form_fields(query.encode("latin-1")), *posted])
    return GameJoltCall(endpoint.strip("/"), params, requests, signature, tuple(one + signed for one in texts))


def from_batch(request: str, base_url: str) -> GameJoltCall:
    """Take a sub-request apart.

    Args:
        request: decoded once, such as ``/data-store/?game_id=1&key=test&signature=...``. The documentation's example
            ends in a line break, which is ignored. A full URL below `base_url` is understood, too.
        base_url: ``http://host/gamejolt/api/game/v1_2``, without a slash at the end.

    The signature may be over the path and query alone, as all known clients sign, or over the full URL.
    """
    path = request.strip().removeprefix(base_url)
    parts = urlsplit(path)
    rest, signature = split_signature(parts.query)
    text = f"{parts.path}?{rest}" if rest else parts.path
    params, _ = _sorted_out(form_fields(rest.encode()))
    return GameJoltCall(parts.path.strip("/"), params, [], signature, (text, base_url + text))


def _sorted_out(fields: list[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    params: dict[str, str] = {}
    requests: list[str] = []
    for key, value in fields:
        if key == "requests" or key.startswith("requests["):
            requests.append(value)
        else:
            params[key] = value
    return params, requests
