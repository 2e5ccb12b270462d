"""Addresses of services: what cannot be one is refused at once, for each service, and the text says what to pass."""

from __future__ import annotations

import base64
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest

from pygame_gameservices import EasyJam, Forge, GameJolt, Itchio, Trading, UsageError
from pygame_gameservices.core.http.addresses import is_public

FORGE_KEY = base64.b64encode(b"maker:game:7:secretsecret").decode()
SERVICES: dict[str, Callable[[Any], Any]] = {
    "gamejolt": lambda url: GameJolt(1, "key", base_url=url),
    "itchio": lambda url: Itchio("key", base_url=url),
    "easyjam": EasyJam,
    "forge": lambda url: Forge(FORGE_KEY, base_url=url),
    "trading": lambda url: Trading("token", url),
}
WRONG = [
    "https://a.example/\r\nX-Injected: 1",
    "https://a.example\n",
    "https://a.ex\tample",
    " https://a.example",
    "https://a.example ",
    "https://a example",
    "https://a.example/a path",
    "https://a.example/\x00",
    "https://a.example/\x85",
    "https://a.example/\u202e",
    "https://bücher.example",
    "https://a.example/ä",
    "https://a.example\\@evil.example",
    'https://a.example/"',
    "a.example",
    "//a.example",
    "ftp://a.example",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://",
    "https:///path",
    "https://:443",
    "https://a.example:0",
    "https://a.example:99999",
    "https://a.example:port",
    "https://[::1",
    "https://ada:pl4nted@a.example",
    "https://:pl4nted@a.example",
    "https://ada@a.example",
    "https://@a.example",
    "https://ada:pl4nted@a.example:port",
    "https://a.example?token=pl4nted",
    "https://a.example?",
    "https://a.example#",
    "http://a.example",
    "http://127.0.0.1.a.example",
    b"https://a.example",
    7,
    True,
    ["https://a.example"],
]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("url", WRONG, ids=repr)
def test_what_is_no_usable_address_is_refused_and_the_text_says_what_to_pass(service: str, url: Any) -> None:
    with pytest.raises(UsageError) as caught:
        SERVICES[service](url)
    said = str(caught.value)
    assert "base_url" in said
    assert "pass" in said or "use https" in said
    assert "pl4nted" not in said or "?" in str(url)
    assert said.isprintable()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "url",
    [
        "https://a.example",
        "https://a.example/",
        "https://xn--bcher-kva.example:8443/a%20path/v1",
        "http://127.0.0.1:8000",
        "http://localhost:8000/x",
        "http://[::1]:8000",
    ],
)
def test_what_is_one_is_taken(service: str, url: str) -> None:
    assert SERVICES[service](url).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "240.0.0.1",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "2001:db8::1",
    ],
)
def test_addresses_of_machines_networks_groups_and_nobody_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_others_are(address: str) -> None:
    assert is_public(ip_address(address))
