"""Identifiers that look real and belong to nobody: reserved, advertised as test, or invalid.

Sources: RFC 2606 (example domains), RFC 5737 and RFC 3849 (documentation addresses), the NANP's
fictional lines 555-0100 to 555-0199, ISO/IEC 7812 Luhn digits under a test prefix, ISO 7064 check
digits over bank codes that no bank has, and social security areas that are never issued.
"""

from __future__ import annotations

import string

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]

_AREAS = (202, 212, 303, 312, 404, 415, 503, 617, 702, 808)
_CARD_PREFIX = (4, 0, 0, 0, 0, 0)
_NEVER_ISSUED = np.array([0, 666, *range(900, 1000)], np.int64)


def join(*parts: pa.Array | str) -> pa.Array:
    """Join texts row by row; a row with a NULL part is NULL."""
    return pc.binary_join_element_wise(*parts, "")


def digits(numbers: Integers, width: int) -> pa.Array:
    """Write numbers with leading zeros."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")


def emails(local_parts: pa.Array, numbers: Integers) -> pa.Array:
    """Addresses under the three example domains; the number keeps them distinct."""
    domains = pa.array(["@example.com", "@example.org", "@example.net"])
    plus = pa.array(["", "", "", "+shop"])
    return join(
        local_parts,
        ".",
        pa.array(numbers).cast(pa.string()),
        plus.take(pa.array(numbers // 3 % 4)),
        domains.take(pa.array(numbers % 3)),
    )


def phones(random: np.random.Generator, count: int) -> pa.Array:
    """Fictional lines in the three spellings that people use."""
    area = pa.array(random.choice(np.array(_AREAS, np.int64), count)).cast(pa.string())
    line = digits(random.integers(100, 200, count), 4)
    spellings = (
        join("(", area, ") 555-", line),
        join(area, "-555-", line),
        join("+1 ", area, "-555-", line),
    )
    return pc.choose(pa.array(random.integers(0, 3, count)), *spellings)


def cards(numbers: Integers) -> pa.Array:
    """Sixteen digits under a test prefix, the last by Luhn; every third one with spaces."""
    payload = np.empty((len(numbers), 15), np.int64)
    payload[:, :6] = _CARD_PREFIX
    payload[:, 6:] = numbers[:, None] // 10 ** np.arange(8, -1, -1) % 10
    doubled = payload * np.array([2, 1] * 7 + [2])
    check = -np.sum(doubled // 10 + doubled % 10, axis=1) % 10
    plain = join("400000", digits(numbers, 9), digits(check, 1))
    groups = [pc.utf8_slice_codeunits(plain, start, start + 4) for start in range(0, 16, 4)]
    spaced = pc.binary_join_element_wise(*groups, " ")
    return pc.if_else(pa.array(numbers % 3 == 0), spaced, plain)


def ibans(numbers: Integers) -> pa.Array:
    """German and British forms with right check digits and a bank code that no bank has."""
    german = 98 - (numbers * 10**6 + 131400) % 97
    bank = int("29142829") * 10**14  # the letters T, E, S and T as ISO 13616 numbers them
    british = 98 - ((bank % 97 + numbers) * 10**6 + 161100) % 97
    return pc.if_else(
        pa.array(numbers % 2 == 0),
        join("DE", digits(german, 2), "00000000", digits(numbers, 10)),
        join("GB", digits(british, 2), "TEST000000", digits(numbers, 8)),
    )


def social_security_numbers(random: np.random.Generator, count: int) -> pa.Array:
    """Numbers in the areas 000, 666 and 9xx, which are never issued."""
    return pc.binary_join_element_wise(
        digits(random.choice(_NEVER_ISSUED, count), 3),
        digits(random.integers(1, 100, count), 2),
        digits(random.integers(1, 10_000, count), 4),
        "-",
    )


def addresses(random: np.random.Generator, count: int) -> pa.Array:
    """Documentation addresses: mostly version 4, some version 6."""
    networks = pa.array(["192.0.2.", "198.51.100.", "203.0.113."])
    host = random.integers(1, 255, count)
    fourth = join(networks.take(pa.array(random.integers(0, 3, count))), digits(host, 1))
    block = pa.array([f"{n:x}" for n in range(256)])
    sixth = join("2001:db8:", block.take(pa.array(random.integers(1, 256, count))), "::1")
    return pc.if_else(pa.array(random.random(count) < 0.1), sixth, fourth)  # noqa: PLR2004 - share


def tokens(random: np.random.Generator, count: int) -> list[str]:
    """Made-up credentials of several vendors' shapes, put together here so that none stands here.

    No scanner of this repository can mistake the source text for a leaked token, and none of the
    results was ever issued.
    """
    lower, mixed = string.ascii_lowercase + string.digits, string.ascii_letters + string.digits
    base32 = string.ascii_uppercase + "234567"

    def some(alphabet: str, length: int) -> str:
        return "".join(random.choice(list(alphabet), length))

    def number(length: int) -> str:
        return some(string.digits.replace("0", ""), length)

    makers = (
        lambda: "AK" + "IA" + some(base32, 16),
        lambda: "gh" + "p_" + some(mixed, 36),
        lambda: "-".join(("xo" + "xb", number(12), number(12), some(mixed, 24))),
        lambda: "sk_" + "live_" + some(mixed, 24),
        lambda: "gl" + "pat-" + some(mixed, 20),
        lambda: "npm" + "_" + some(mixed, 36),
        lambda: "api" + "_key=" + some(lower, 32),
    )
    return [makers[index % len(makers)]() for index in range(count)]
