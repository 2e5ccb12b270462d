"""What an address on the network says of itself: whether it is this machine, and whether it is everybody's."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from pygame_gameservices.errors import Forbidden

_NAT64 = IPv6Network("64:ff9b::/96")
"""Addresses that stand for one of the old kind, in their last four bytes."""


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or an address as it stands in an URL, is this machine. Nothing is looked up."""
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = literal(host)
    return address is not None and _inner(address).is_loopback


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that `host` is written as; None where it is a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether `address` is one that everybody reaches: not this machine's, this network's, a group's, or nobody's."""
    inner = _inner(address)
    return inner.is_global and not (
        inner.is_private
        or inner.is_loopback
        or inner.is_link_local
        or inner.is_multicast
        or inner.is_reserved
        or inner.is_unspecified
    )


def check_public(host: str, addresses: Iterable[str]) -> None:
    """Make sure that `host` is at public addresses alone. Those that are looked at are those that are connected to: a
    name may stand for another address a moment later.

    Raises:
        Forbidden: one of them is of this machine, this network, a group of machines, or nobody.
    """
    for text in addresses:
        address = literal(text)
        if address is None or not is_public(address):
            raise Forbidden(f"{host} is at {text}, which is no public address; nothing was asked of it")


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The old address that a new one stands for, if it does."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        for inner in (address.ipv4_mapped, address.sixtofour, address.teredo and address.teredo[1]):
            if inner:
                return inner
    return address
