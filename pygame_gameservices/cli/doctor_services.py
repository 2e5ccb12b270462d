"""What ``gameservices doctor`` says of Forge, itch.io, trading and EasyJam: what is configured, and who answers there.

Only a connection is made. A request would count towards a day's quota, or come at an hour when a site wants none.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from pygame_gameservices.cli.doctor_checks import FAILED, FINE, NOTE, Finding
from pygame_gameservices.core.config import Config
from pygame_gameservices.core.http.transport import proxies_for, tls_context
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.base import Service
from pygame_gameservices.services.easyjam.client import EasyJam
from pygame_gameservices.services.forge.client import Forge
from pygame_gameservices.services.itchio.client import Itchio
from pygame_gameservices.services.trading.client import Trading

TIMEOUT_S = 5.0


def others(settings: Config, offline: bool) -> Iterator[Finding]:
    """Examine the services besides Game Jolt.

    Args:
        settings: what is configured.
        offline: connect to nobody.
    """
    for name, make in _MAKERS.items():
        yield from _examine(name, make, settings, offline)


def _examine(name: str, make: Callable[[Config], Service], settings: Config, offline: bool) -> Iterator[Finding]:
    try:
        section = settings.section(name)
        if not any(key in section for key in _TELLING[name]):
            yield Finding(name, FINE, "nothing is configured")
            return
        service = make(settings)
    except UsageError as error:
        yield Finding(name, FAILED, str(error), f"correct it in [{name}]")
        return
    given = [key for key in _KEYS[name] if key in section]
    yield Finding(name, FINE, f"{' and '.join(given)} given, for {service.base_url}")
    missing = [key for key in _NEEDED.get(name, ()) if key not in section]
    if missing:
        yield Finding(f"{name} {missing[0]}", NOTE, "is not configured", f"add it to [{name}], or pass it in code")
    if not offline:
        yield _reach(name, service.base_url)


def _trading(settings: Config) -> Service:
    missing = {} if "token" in settings.section("trading") else {"token": "not configured"}
    return Trading.from_config(settings, **missing)


_MAKERS: dict[str, Callable[[Config], Service]] = {
    "itchio": Itchio.from_config,
    "forge": Forge.from_config,
    "easyjam": EasyJam.from_config,
    "trading": _trading,
}
_TELLING = {
    "itchio": ("api_key", "base_url", "relay"),
    "forge": ("api_key", "base_url", "relay"),
    "easyjam": ("base_url",),
    "trading": ("base_url",),  # without it, [trading] is for the sandbox alone
}
"""Keys of which one has to be there, or the service is not used."""
_KEYS = {
    "itchio": ("api_key", "base_url", "relay"),
    "forge": ("api_key", "base_url", "relay"),
    "easyjam": ("base_url", "tokens", "key"),
    "trading": ("base_url", "token"),
}
_NEEDED = {"easyjam": ("tokens",), "trading": ("token",)}


def _reach(name: str, url: str) -> Finding:
    """Connect, and greet over TLS where that is spoken; ask nothing."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    check = f"{name} address"
    if proxies_for(url):
        return Finding(check, NOTE, f"{host} was not tried: requests to it go through a proxy")
    try:
        with socket.create_connection((host, port), TIMEOUT_S) as connection:
            if parts.scheme == "https":
                tls_context().wrap_socket(connection, server_hostname=host).close()
    except ssl.SSLError as error:
        said = getattr(error, "verify_message", "") or error.reason or str(error)
        advice = "set this machine's clock; a proxy may also stand in between"
        return Finding(check, FAILED, f"{host} has no certificate to trust: {said}", advice)
    except OSError as error:
        said = error.strerror or str(error) or type(error).__name__
        return Finding(check, FAILED, f"{host}:{port} cannot be reached: {said}", "check the network and base_url")
    return Finding(check, FINE, f"{host} answers")
