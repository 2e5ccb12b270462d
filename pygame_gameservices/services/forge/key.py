"""Looking into an API key: base64 of ``partner:game:game-id:secret``, the secret 12 characters long."""

from __future__ import annotations

import binascii
from base64 import b64decode

from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import secret
from pygame_gameservices.services.forge.models import KeyParts

SECRET_LENGTH = 12


def key_parts(key: str | Secret) -> KeyParts:
    """Return what a key says about itself, without its secret. Any thread.

    Raises:
        UsageError: it is no Forge key. The text never shows any of it.
    """
    key = concealed(key)
    key = secret("api_key", key)
    try:
        *parts, last = map(Secret, b64decode(key.reveal(), validate=True).decode().split(":"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise UsageError("api_key is not base64; pass the key as Forge gave it to you") from None
    if len(parts) != 3 or not all((*parts, last)):
        raise UsageError(f"api_key has {len(parts) + 1} parts; Forge's keys hold partner:game:game-id:secret")
    if len(last.reveal()) != SECRET_LENGTH:
        raise UsageError(f"api_key ends in a secret of {len(last.reveal())} characters; Forge's have {SECRET_LENGTH}")
    return KeyParts(*(part.reveal() for part in parts))


def key_secret(key: Secret) -> Secret:
    """The secret inside of a key that `key_parts` accepts."""
    return Secret(b64decode(key.reveal()).decode().rpartition(":")[2])
