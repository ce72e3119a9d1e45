"""Network addresses.

Source of the rule: RFC 791, RFC 4291, RFC 5952 (forms); RFC 1918, RFC 5737, RFC 3849 (ranges that
say less about a person); IEEE 802 (hardware addresses).
"""

from __future__ import annotations

import ipaddress

from sluicegate.detect.detector import Verdict

_ARC_LIMIT, _LIKE_OBJECT = 40, -0.1
"""Object identifiers begin with 1 or 2, then a number below 40 (ITU-T X.660)."""
_NO_HOST = -0.3
"""Lift of ``120.0.0.0``: the first address of a network, or more often what a browser says."""
_SHARED = -0.15
"""Lift of private, loopback and documentation addresses."""


_PARTLY_SHARED = frozenset({0, 10, 127, 169, 172, 192, 198, 203})
_RESERVED = 224
"""First numbers of the ranges in which some addresses are private: for all others the answer is
known without asking the library."""


def ipv4(value: bytes) -> Verdict | None:
    """Judge a dotted address, with a prefix length or without."""
    address = value.split(b"/")[0]
    parts = [int(part) for part in address.split(b".")]
    if parts[1:] == [0, 0, 0] and parts[0] not in {0, 10} and b"/" not in value:
        return Verdict(_NO_HOST, len(value))
    if max(parts) < 20 or parts[0] == 0:  # noqa: PLR2004
        # Small numbers throughout are a version more often than an address.
        return Verdict(-0.25 if max(parts) else -0.2, len(value))
    if parts[0] in {1, 2} and parts[1] < _ARC_LIMIT:
        return Verdict(_LIKE_OBJECT, len(value))
    if parts[0] < _RESERVED and parts[0] not in _PARTLY_SHARED:
        return Verdict(0.0, len(value))
    return Verdict(_shared(ipaddress.ip_address(bytes(parts))), len(value))


def ipv6(value: bytes) -> Verdict | None:
    """Judge what looks like an address; the standard library decides whether it is one."""
    text = value.split(b"%")[0].split(b"/")[0].decode("ascii")
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    groups = [group for group in text.split(":") if group]
    if not groups:
        return None
    lift = _shared(address)
    if sum(map(len, groups)) < 4 and not address.is_loopback:  # noqa: PLR2004
        lift -= 0.3  # `a::b` is an address, and also how some languages name things
    return Verdict(lift, len(value))


def ipv6_unspecified(value: bytes) -> Verdict:
    """Judge two colons: with a length they are a route, alone they need words."""
    return Verdict(0.2 if b"/" in value else 0.0, len(value))


def mac(value: bytes) -> Verdict | None:
    """Judge a hardware address; all zeros and all ones belong to nobody."""
    digits = bytes(byte for byte in value.lower() if chr(byte).isalnum())
    return None if len(set(digits)) == 1 else Verdict(0.0, len(value))


def _shared(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> float:
    return _SHARED if address.is_private or address.is_loopback else 0.0
