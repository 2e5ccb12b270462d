"""One request taken apart: which dialect, which endpoint, with whose credential and which parameters."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from pygame_gameservices.sandbox.bodies import form_fields, read_body

_FORM = "application/x-www-form-urlencoded"
LEGACY = ("api", "1")


@dataclass(frozen=True, slots=True)
class Call:
    """What one request asks for, before anything of it is believed.

    Attributes:
        path: the parts of the path below the dialect's base, without the legacy one's word for the key.
        legacy: whether it came in at the old address.
        credential: the key or token; None when there is none.
        params: from the query and from a form; the form wins.
        root: where this server is, for addresses in answers.
    """

    path: tuple[str, ...]
    legacy: bool
    credential: str | None = field(repr=False)
    params: dict[str, str]
    root: str


async def from_http(request: Request) -> Call:
    """Take a request apart. Raises `BodyTooLarge` or `ClientGone`."""
    body = await read_body(request.receive)
    fields = form_fields(request.scope["query_string"])
    if body and request.headers.get("content-type", _FORM).partition(";")[0].strip().lower() == _FORM:
        fields += form_fields(body)
    parts = tuple(request.path_params["path"].split("/"))
    sent = _sent(request.headers.get("authorization", ""))
    root = f"{request.scope['scheme']}://{request.headers.get('host', '')}/itchio"
    if parts[:2] != LEGACY:
        return Call(parts, False, sent, dict(fields), root)
    segment = parts[2] if len(parts) > 2 else ""
    credential = sent if segment in ("key", "jwt") else None if segment in ("", "x") else segment
    return Call(parts[3:], True, credential, dict(fields), root)


def public_path(path: str) -> str:
    """A request's path without the key that the old address may hold."""
    parts = path.split("/")
    # '', 'itchio', 'api', '1', KEY, ...
    if parts[2:4] == list(LEGACY) and len(parts) > 4 and parts[4] not in ("key", "jwt", "x"):
        parts[4] = "[redacted]"
    return "/".join(parts)


def _sent(header: str) -> str | None:
    """The credential of a header: ``Bearer X`` as documented, or a bare ``X`` as itch.io's own tools send."""
    kind, _, rest = header.strip().partition(" ")
    if kind.lower() == "bearer":
        return rest.strip() or None
    return header.strip() or None
