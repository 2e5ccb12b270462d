"""How a save lies in the data store: one manifest, and pieces that only it names.

A save of its own id is written piece by piece beside the one before, and then the manifest is set, which is one key and
so happens wholly or not at all. Whoever reads follows the manifest: never a mixture of two saves.
"""

from __future__ import annotations

import os
import zlib
from time import time
from typing import Any

import msgspec

from pygame_gameservices.core.storage.checksum import sha256
from pygame_gameservices.errors import ProtocolError
from pygame_gameservices.services.gamejolt.value_types import ValueKind, from_bytes, kind_of, to_bytes

PIECE = 1 << 20
"""Characters of a piece at most."""
INLINE = 32 << 10
"""Characters up to which a save lies in its manifest and has no pieces."""
LARGEST = 256 << 20
"""Bytes of a save at most, before compression."""
VERSION = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one save.

    Attributes:
        version: of this format.
        id: unlike that of any other save; begins with the time in hexadecimal seconds.
        parent: the id of the save that this one replaced; empty when there was none.
        generation: how many saves led to this one.
        kind: the type of the value.
        size: its bytes, before compression.
        sha256: of those bytes.
        packed: characters of all pieces together.
        pieces: how many there are; 0 when `inline` holds it all.
        inline: a small save itself.
        saved_at: Unix seconds, by the clock of the machine that saved.
    """

    version: int = VERSION
    id: str
    parent: str = ""
    generation: int = 1
    kind: ValueKind
    size: int
    sha256: str
    packed: int
    pieces: int
    inline: str = ""
    saved_at: float = 0.0


class Packed(msgspec.Struct, frozen=True):
    """A save ready to be written: the manifest, and the text of its pieces in one."""

    manifest: Manifest
    text: str

    def piece(self, number: int) -> str:
        """The text of a piece, counted from 0."""
        return self.text[number * PIECE : (number + 1) * PIECE]


def new_id() -> str:
    """Return an id for a new save."""
    return f"{int(time()):x}-{os.urandom(6).hex()}"


def age_of(save_id: str) -> float | None:
    """Seconds since a save of that id was begun; None when it is no such id."""
    try:
        return time() - int(save_id.partition("-")[0], 16)
    except ValueError:
        return None


def pack(value: Any, parent: Manifest | None) -> Packed:
    """Encode, compress and describe `value`. Background thread: takes some 50 ms a megabyte.

    The text is base64 in the alphabet that needs no escaping in an address, which would triple what travels.

    Raises:
        UsageError: it is of a type that cannot be kept.
    """
    from base64 import urlsafe_b64encode  # as `b64decode` below: not for who only makes a manager

    content = to_bytes(value)
    text = urlsafe_b64encode(zlib.compress(content, 6)).rstrip(b"=").decode()
    small = len(text) <= INLINE
    manifest = Manifest(
        id=new_id(),
        parent="" if parent is None else parent.id,
        generation=1 if parent is None else parent.generation + 1,
        kind=kind_of(value),
        size=len(content),
        sha256=sha256(content),
        packed=len(text),
        pieces=0 if small else -(-len(text) // PIECE),
        inline=text if small else "",
        saved_at=time(),
    )
    return Packed(manifest, text)


def unpack(manifest: Manifest, text: str) -> Any:
    """Make the value again of which `pack` made `text`. Background thread.

    Raises:
        ProtocolError: it is not complete, not what was saved, or larger than it says.
    """
    from base64 import b64decode

    if len(text) != manifest.packed or manifest.size > LARGEST:
        raise ProtocolError(f"a save of {manifest.packed:,} characters", f"{len(text):,} characters")
    try:
        squeezed = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        content = zlib.decompressobj().decompress(squeezed, manifest.size + 1)
    except (ValueError, zlib.error):
        raise ProtocolError("a compressed save") from None
    if len(content) != manifest.size or sha256(content) != manifest.sha256:
        raise ProtocolError("a save that matches its checksum")
    return from_bytes(manifest.kind, content)


def encode_manifest(manifest: Manifest) -> str:
    """The text of a manifest's key."""
    return msgspec.json.encode(manifest).decode()


def decode_manifest(text: str) -> Manifest:
    """Read the text of a manifest's key.

    Raises:
        ProtocolError: it is none, or one of a later version of this package.
    """
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise ProtocolError("the manifest of a save", text) from None
    if manifest.version != VERSION:
        raise ProtocolError(f"a save of version {VERSION} and not {manifest.version}, for which to update the game,")
    return manifest
