"""The short-lived tokens that the itch app gets for a game: JSON Web Tokens, signed with HS256."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from pygame_gameservices.sandbox.itchio import messages

_SECRET = b"the secret of every sandbox, which protects nothing"


class BadToken(Exception):
    """The token is not to be believed; the text is what itch.io says about it."""


def mint(user_id: int, expires: float) -> str:
    """Make a token for a user that ends at `expires` (Unix seconds)."""
    head = _packed({"alg": "HS256", "typ": "JWT"})
    body = _packed({"user_id": user_id, "exp": int(expires), "scope": "profile:me"})
    return f"{head}.{body}.{_sign(f'{head}.{body}')}"


def looks_like_one(text: str) -> bool:
    """Whether a credential is a token of this kind rather than a key."""
    return text.count(".") == 2


def open_token(text: str, now: float) -> tuple[int, float]:
    """Return whose token it is and when it ends.

    Raises:
        BadToken: it is malformed, signed by somebody else, or has ended.
    """
    head, body, signature = text.split(".")
    header, claims = _unpacked(head), _unpacked(body)
    if header.get("alg") != "HS256":
        raise BadToken(messages.NOT_HS256)
    if not hmac.compare_digest(signature.encode(), _sign(f"{head}.{body}").encode()) or claims["exp"] <= now:
        raise BadToken(messages.INVALID_KEY)
    return claims["user_id"], claims["exp"]


def _packed(values: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _unpacked(part: str) -> dict[str, Any]:
    try:
        values = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise BadToken(messages.INVALID_BASE64) from None
    if not isinstance(values, dict):
        raise BadToken(messages.INVALID_BASE64)
    return values


def _sign(text: str) -> str:
    return urlsafe_b64encode(hmac.new(_SECRET, text.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
