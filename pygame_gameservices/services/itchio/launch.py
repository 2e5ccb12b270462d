"""What the itch app hands to a game it starts, and the same by hand, to try a game without the app."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Self

import msgspec

from pygame_gameservices.core.page.bridge import in_a_page
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.dates import parse_date

APP = "ITCHIO_APP"
API_KEY = "ITCHIO_API_KEY"
EXPIRES_AT = "ITCHIO_API_KEY_EXPIRES_AT"
OFFLINE = "ITCHIO_OFFLINE_MODE"
SANDBOX = "ITCHIO_SANDBOX"
VARIABLES = (APP, API_KEY, EXPIRES_AT, OFFLINE, SANDBOX)
"""The environment variables the app sets; nothing else of the environment is looked at."""


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """How this game was started (itch.io page "app manifest").

    Attributes:
        by_app: whether the itch app started it. Apps of before 2026 do not always say so.
        api_key: the player's short-lived token (JWT); None unless the manifest asks for ``scope = "profile:me"``.
        expires_at: when the token ends; aware, UTC. It cannot be renewed while the game runs.
        offline: the manifest asks for a token, but the app had no network.
        sandboxed: the game runs in the app's sandbox: only its own folders can be written.
    """

    by_app: bool = False
    api_key: Secret | None = None
    expires_at: datetime | None = None
    offline: bool = False
    sandboxed: bool = False

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read the environment; in a browser (pygbag), what the app put into the page. Any thread."""
        told = {**environ, **_from_page()}
        key = told.get(API_KEY, "").strip()
        return cls(
            by_app=any(told.get(name) for name in (APP, API_KEY, OFFLINE, SANDBOX)),
            api_key=Secret(key) if key else None,
            expires_at=parse_date(told.get(EXPIRES_AT, "")),
            offline=told.get(OFFLINE, "") == "1",
            sandboxed=told.get(SANDBOX, "") == "1",
        )


def fake_launch(
    api_key: str | Secret | None = None,
    *,
    expires_at: datetime | None = None,
    offline: bool = False,
    sandboxed: bool = False,
) -> dict[str, str]:
    """Make the environment variables that the itch app would set, for `Itchio.launched` or a child process.

    ::

        with Sandbox.start() as sandbox:
            variables = fake_launch(sandbox.itchio_launch_key("ada"))
            itch = services.add(Itchio.launched(variables, base_url=sandbox.itchio_url))

    Args:
        api_key: the player's token; a sandbox makes one. None as when the manifest asks for no scope.
        expires_at: when it ends; aware.
        offline: as when the app has no network; there is no key then.
        sandboxed: as when the app runs the game in its sandbox.

    Raises:
        UsageError: offline and a key at once, or a moment without a zone.
    """
    api_key = None if api_key is None else concealed(api_key)
    if offline and api_key is not None:
        raise UsageError("the itch app passes no key in offline mode; pass either api_key or offline=True")
    if expires_at is not None and not (isinstance(expires_at, datetime) and expires_at.tzinfo):
        raise UsageError(f"expires_at is {expires_at!r}; pass an aware datetime, such as datetime.now(UTC) + ...")
    variables = {APP: "1"}
    if api_key is not None:
        variables[API_KEY] = api_key.reveal()
    if expires_at is not None:
        variables[EXPIRES_AT] = expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if offline:
        variables[OFFLINE] = "1"
    if sandboxed:
        variables[SANDBOX] = "1"
    return variables


def _from_page() -> dict[str, str]:
    """What the app injects into an HTML5 game as ``window.Itch.env``; nothing outside a browser."""
    if not in_a_page():
        return {}
    page: Any = import_module("js")
    env = getattr(getattr(page, "Itch", None), "env", None)
    told = {name: getattr(env, name, None) for name in VARIABLES}
    return {name: str(value) for name, value in told.items() if value is not None}
