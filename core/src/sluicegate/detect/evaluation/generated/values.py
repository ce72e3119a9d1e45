"""Values of the core classes, secrets apart, in the forms in which people and programs write them.

Sources: RFC 2606 and RFC 6761 (names of examples), RFC 5737 and RFC 3849 (addresses), the ranges
that NANPA, Ofcom, ARCEP, ACMA and the Bundesnetzagentur keep for fiction, ISO/IEC 7812 (cards), ISO
13616 (IBAN), SSA (form of social security numbers), RFC 3986 (URLs), IEEE 802 (MAC addresses).
"""

from __future__ import annotations

import ipaddress
import string
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final

from sluicegate.detect.evaluation.generated.drawing import (
    HEX,
    LOWER,
    WORDS,
    digits,
    letters,
    person,
    several,
)

_DOMAINS: Final = ("example.com", "example.org", "example.net", "mail.example", "corp.test")
_IBANS: Final = several(
    "DE18n GB4a14n FR10n11c2n ES20n IT1a10n12c NL4a10n BE12n AT16n CH5n12c PL24n SE20n NO11n DK14n"
    " FI14n PT21n IE4a14n CZ20n GR7n16c HU24n RO4a16c LU3n13c SA2n18c AE19n LT16n QA4a21c HR17n"
)
_NETWORKS: Final = several(
    "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16"
    " 2001:db8::/32 fd00::/8"
)
_ALPHABETS: Final = {
    "n": string.digits,
    "a": string.ascii_uppercase,
    "c": string.ascii_uppercase + string.digits,
}
_CARDS: Final = (("4", 16), ("5[1-5]", 16), ("3[47]", 15), ("6011", 16), ("65", 16), ("36", 14))


def email(rng: Random) -> str:
    """Draw an address below a domain of examples."""
    first, last = person(rng)
    local = rng.choice(
        (
            f"{first}.{last}",
            f"{first[0]}{last}",
            f"{first}_{last}{rng.randrange(100)}",
            f"{first}+{rng.choice(WORDS)}",
            f"{first}-{last}",
            rng.choice(("billing", "no-reply", "support", "hr")),
        )
    )
    domain = rng.choice(_DOMAINS)
    domain = f"{rng.choice(WORDS)}.{domain}" if rng.random() < 0.3 else domain  # noqa: PLR2004
    return f"{local}@{domain}".upper() if rng.random() < 0.05 else f"{local}@{domain}"  # noqa: PLR2004


def phone(rng: Random) -> str:
    """Draw a number from a range that is kept for fiction."""
    area, line = rng.choice(("202", "212", "303", "415", "617", "713")), rng.randrange(100, 200)
    return rng.choice(
        (
            f"({area}) 555-0{line}",
            f"{area}-555-0{line}",
            f"{area}.555.0{line}",
            f"+1 {area} 555 0{line}",
            f"+1{area}5550{line}",
            f"1-{area}-555-0{line}",
            f"+44 20 7946 0{digits(rng, 3)}",
            f"020 7946 0{digits(rng, 3)}",
            f"07700 900{digits(rng, 3)}",
            f"+44 7700 900{digits(rng, 3)}",
            f"+49 30 23125 {digits(rng, 3)}",
            f"030 23125 {digits(rng, 3)}",
            f"+33 1 99 00 {digits(rng, 2)} {digits(rng, 2)}",
            f"01 99 00 {digits(rng, 2)} {digits(rng, 2)}",
            f"+61 491 570 {digits(rng, 3)}",
            f"(02) 5550 {digits(rng, 4)}",
        )
    )


def card(rng: Random) -> str:
    """Draw a number with a right check digit, plain or in groups."""
    prefix, length = rng.choice(_CARDS)
    start = prefix.split("[", 1)[0] + (rng.choice("12345") if "1-5" in prefix else "")
    start += rng.choice("47") if "[47]" in prefix else ""
    body = start + letters(rng, string.digits, length - 1 - len(start))
    number = body + _luhn_digit(body)
    sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[length]
    return rng.choice(("", " ", " ", "-")).join(_groups(number, sizes))


def iban(rng: Random) -> str:
    """Draw a number with right check digits, in groups of four or without spaces."""
    form = rng.choice(_IBANS)
    country, rest, body = form[:2], form[2:], ""
    while rest:
        size = "".join(c for c in rest[:2] if c.isdigit())
        body += letters(rng, _ALPHABETS[rest[len(size)]], int(size))
        rest = rest[len(size) + 1 :]
    check = 98 - int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
    number = f"{country}{check:02}{body}"
    if rng.random() < 0.5:  # noqa: PLR2004
        return number
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def ssn(rng: Random) -> str:
    """Draw a number of the form that is issued, in its usual groups."""
    area = rng.choice([n for n in range(1, 900) if n != 666])  # noqa: PLR2004  # never issued
    sign = rng.choice("---- ")
    return f"{area:03}{sign}{rng.randrange(1, 100):02}{sign}{rng.randrange(1, 10_000):04}"


def ip(rng: Random) -> str:
    """Draw an address of the ranges for documentation or private use, of either version."""
    net = ipaddress.ip_network(rng.choice(_NETWORKS))
    host = rng.randrange(1, min(net.num_addresses - 1, 1 << 64))
    address = net[host]
    return address.exploded if rng.random() < 0.2 else str(address)  # noqa: PLR2004


def mac(rng: Random) -> str:
    """Draw an address that is administered locally."""
    number = rng.choice(HEX) + rng.choice("26ae") + letters(rng, HEX, 10)
    pairs = [number[i : i + 2] for i in range(0, 12, 2)]
    written = rng.choice(
        (":".join(pairs), "-".join(pairs), f"{number[:4]}.{number[4:8]}.{number[8:]}")
    )
    return written.upper() if rng.random() < 0.5 else written  # noqa: PLR2004


def url(rng: Random) -> str:
    """Draw an address of a page below a domain of examples."""
    host = rng.choice(("www", "docs", "api", "shop", rng.choice(WORDS))) + "."
    host += rng.choice(_DOMAINS)
    path = "/".join(rng.choice(WORDS) for _ in range(rng.randrange(3)))
    query = rng.choice(("", f"?page={rng.randrange(90)}", f"?q={rng.choice(WORDS)}&sort=asc"))
    port = rng.choice(("", "", "", ":8080"))
    mark = rng.choice(("", "", f"#{rng.choice(WORDS)}"))
    return f"{rng.choice(('https', 'https', 'http'))}://{host}{port}/{path}{query}{mark}"


def host_name(rng: Random) -> str:
    """Draw the name of a machine, which is no finding."""
    return f"{rng.choice(WORDS)}-{letters(rng, LOWER, 4)}"


def _luhn_digit(body: str) -> str:
    doubled = [int(c) * 2 for c in body[::-2]]
    plain = [int(c) for c in body[-2::-2]]
    total = sum(n - 9 if n > 9 else n for n in doubled) + sum(plain)  # noqa: PLR2004
    return str(-total % 10)


def _groups(number: str, sizes: tuple[int, ...]) -> list[str]:
    parts, place = [], 0
    for size in sizes:
        parts.append(number[place : place + size])
        place += size
    return parts


VALUES: Final[Mapping[str, Callable[[Random], str]]] = MappingProxyType(
    {
        "EMAIL": email,
        "PHONE": phone,
        "CREDIT_CARD": card,
        "IBAN": iban,
        "SSN": ssn,
        "IP": ip,
        "MAC": mac,
        "URL": url,
    }
)
"""A function for each label."""
