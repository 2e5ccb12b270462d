"""The two editions of the API: ``modern`` (api.itch.io) and ``legacy`` (itch.io/api/1), which differ in addresses.

The key travels in a header in both. The legacy edition also takes it as a part of the address, where it would end up
in logs; this client never does that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pygame_gameservices.core.storage.credentials import Secret

_JWT = re.compile(r"[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]+={0,2}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One edition of the API.

    Attributes:
        name: as given to `Itchio`.
        base_url: where it is unless another address is given.
        paths: the path of each call below the base; ``{game_id}`` and other numbers are filled in.
        keyed: whether the address starts with a word for the kind of credential.
        rate_per_s: how many requests a second it is sent in the long run.
        burst: how many it is sent at once after a quiet time.
    """

    name: str
    base_url: str
    paths: Mapping[str, str]
    keyed: bool
    rate_per_s: float
    burst: int

    def in_path(self, call: str, argument: str) -> bool:
        """Whether an argument of `call` stands in its path, not in its query."""
        return f"{{{argument}}}" in self.paths[call]

    def path(self, call: str, arguments: Mapping[str, str], credential: Secret | None) -> str:
        """The path of `call`, which is one of ``paths``."""
        path = self.paths[call].format_map(arguments)
        if not self.keyed:
            return path
        if credential is None:
            return f"/x{path}"
        return f"/jwt{path}" if is_jwt(credential) else f"/key{path}"


MODERN = Dialect(
    "modern",
    "https://api.itch.io",
    {
        "credentials_info": "/credentials/info",
        "profile": "/profile",
        "games": "/profile/games",
        "download_key": "/games/{game_id}/download_keys",
        "owns": "/games/{game_id}/download_keys",
        "purchases": "/games/{game_id}/purchases",
        "latest_build": "/wharf/latest",
        "owned_keys": "/profile/owned-keys",
        "owned_keys_page": "/profile/owned-keys",
        "collections": "/profile/collections",
        "collection": "/collections/{collection_id}",
        "collection_games": "/collections/{collection_id}/collection-games",
        "uploads": "/games/{game_id}/uploads",
        "upload": "/uploads/{upload_id}",
        "builds": "/uploads/{upload_id}/builds",
        "build": "/builds/{build_id}",
        "claimed_rewards": "/games/{game_id}/claimed-rewards",
        "ownership": "/games/{game_id}/ownership",
    },
    keyed=False,
    rate_per_s=5.0,  # itch.io's own client keeps to 8 a second and 15 at once; a game has no reason to come near that
    burst=10,
)
LEGACY = Dialect(
    "legacy",
    "https://itch.io/api/1",
    {
        "credentials_info": "/credentials/info",
        "profile": "/me",
        "games": "/my-games",
        "download_key": "/game/{game_id}/download_keys",
        "owns": "/game/{game_id}/download_keys",
        "purchases": "/game/{game_id}/purchases",
        "latest_build": "/wharf/latest",
    },
    keyed=True,
    rate_per_s=1.0,  # this host refuses the fifth or sixth quick request, and does not say when to come back
    burst=4,
)
DIALECTS = {dialect.name: dialect for dialect in (MODERN, LEGACY)}


def is_jwt(credential: Secret) -> bool:
    """Whether a credential looks like a short-lived token (JWT) rather than a key. Its claims are not to be trusted."""
    return _JWT.fullmatch(credential.reveal()) is not None
