"""Network addresses.

Source of the rule: RFC 791, RFC 4291, RFC 5952 (forms); RFC 1918, RFC 5737, RFC 3849 (ranges that
say less about a person); IEEE 802 (hardware addresses).
"""

from __future__ import annotations

import ipaddress
import socket

from sluicegate.detect.detector import Verdict

_ARC_LIMIT, _LIKE_OBJECT = 40, -0.1
"""Object identifiers begin with 1 or 2, then a number below 40 (ITU-T X.660)."""
_ZERO_HOST = bytes(3)
_NO_HOST = -0.3
"""Lift of ``120.0.0.0``: the first address of a network, or more often what a browser says."""
_SHARED = -0.15
"""Lift of private, loopback and documentation addresses."""


_SHARED_NETWORKS = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/29", "192.0.0.170/31", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
    )
)
"""What IANA's registry of special addresses names private, loopback or documentation."""
_SHARED_BY_FIRST = {
    first: tuple(
        (int(network.netmask), int(network.network_address))
        for network in _SHARED_NETWORKS
        if network.overlaps(ipaddress.IPv4Network((first << 24, 8)))
    )
    for first in range(256)
}
"""Mask and address of those networks, by the first number of an address."""
_SHARED_LONG = tuple(
    (int(network.netmask), int(network.network_address))
    for network in map(
        ipaddress.IPv6Network,
        ("::/127", "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10"),
    )
)
"""The same of version 6: mask and address of each."""
_MAPPED, _V4 = 0xFFFF, 0xFFFFFFFF
"""What stands before an address of version 4 that is written as one of version 6."""


def ipv4(value: bytes) -> Verdict | None:
    """Judge a dotted address, with a prefix length or without."""
    address = value.partition(b"/")[0]
    try:
        parts = socket.inet_pton(socket.AF_INET, address.decode("ascii"))
    except (OSError, UnicodeDecodeError):
        return Verdict(0.0, len(value))  # what another pattern took for one
    if parts[1:] == _ZERO_HOST and parts[0] not in {0, 10} and len(address) == len(value):
        return Verdict(_NO_HOST, len(value))
    most = max(parts)
    if most < 20 or parts[0] == 0:  # noqa: PLR2004
        # Small numbers throughout are a version more often than an address.
        return Verdict(-0.25 if most else -0.2, len(value))
    if parts[0] in {1, 2} and parts[1] < _ARC_LIMIT:
        return Verdict(_LIKE_OBJECT, len(value))
    shared = _SHARED_BY_FIRST[parts[0]]
    is_shared = bool(shared) and _holds(shared, int.from_bytes(parts))
    return Verdict(_SHARED if is_shared else 0.0, len(value))


def ipv6(value: bytes) -> Verdict | None:
    """Judge what looks like an address; the system's own reader decides whether it is one."""
    text = value.split(b"%")[0].split(b"/")[0].decode("ascii")
    try:
        number = int.from_bytes(socket.inet_pton(socket.AF_INET6, text))
    except OSError:
        return None
    groups = [group for group in text.split(":") if group]
    if not groups:
        return None
    mapped = number >> 32 == _MAPPED
    shared = _is_shared(number & _V4) if mapped else _holds(_SHARED_LONG, number)
    lift = _SHARED if shared else 0.0
    if sum(map(len, groups)) < 4 and number != 1:  # noqa: PLR2004  # and not ::1
        lift -= 0.3  # `a::b` is an address, and also how some languages name things
    return Verdict(lift, len(value))


def ipv6_unspecified(value: bytes) -> Verdict:
    """Judge two colons: with a length they are a route, alone they need words."""
    return Verdict(0.2 if b"/" in value else 0.0, len(value))


def mac(value: bytes) -> Verdict | None:
    """Judge a hardware address; all zeros and all ones belong to nobody."""
    digits = bytes(byte for byte in value.lower() if chr(byte).isalnum())
    return None if len(set(digits)) == 1 else Verdict(0.0, len(value))


def _is_shared(number: int) -> bool:
    """Tell whether an address of version 4 is private, loopback or for documentation."""
    return _holds(_SHARED_BY_FIRST[number >> 24], number)


def _holds(networks: tuple[tuple[int, int], ...], number: int) -> bool:
    return any(number & mask == network for mask, network in networks)
