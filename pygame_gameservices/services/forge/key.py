"""Looking into an API key: base64 of ``partner:game:game-id:secret``, the secret 12 characters long."""

from __future__ import annotations

import binascii
from base64 import b64decode

from pygame_gameservices.core.credentials import Secret
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.base import text
from pygame_gameservices.services.forge.models import KeyParts

SECRET_LENGTH = 12


def key_parts(key: str | Secret) -> KeyParts:
    """Return what a key says about itself, without its secret. Any thread.

    Raises:
        UsageError: it is no Forge key. The text never shows any of it.
    """
    plain = key.reveal() if isinstance(key, Secret) else text("api_key", key)
    try:
        parts = b64decode(plain.strip(), validate=True).decode().split(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise UsageError("api_key is not base64; pass the key as Forge gave it to you") from None
    if len(parts) != 4 or not all(parts):
        raise UsageError(f"api_key has {len(parts)} parts; Forge's keys hold partner:game:game-id:secret")
    if len(parts[3]) != SECRET_LENGTH:
        raise UsageError(f"api_key ends in a secret of {len(parts[3])} characters; Forge's have {SECRET_LENGTH}")
    return KeyParts(parts[0], parts[1], parts[2])


def key_secret(key: Secret) -> Secret:
    """The secret inside of a key that `key_parts` accepts."""
    return Secret(b64decode(key.reveal()).decode().rpartition(":")[2])
