"""International bank account numbers: country, length, structure, check digits.

Source of the rule: ISO 13616-1 and the SWIFT IBAN registry (lengths, and by python-stdnum the
structures); ISO 7064 (mod 97-10).
"""

from __future__ import annotations

import re
import string
from functools import cache

from stdnum import numdb

from sluicegate.detect.detector import Verdict

IBAN_LENGTHS = {
    country: length
    for length, countries in (
        (15, "NO"),
        (16, "BE"),
        (18, "DK FI FK FO GL NL SD"),
        (19, "MK SI"),
        (20, "AT BA EE KZ LT LU MN XK"),
        (21, "CH HR LI LV"),
        (22, "BG BH CR DE GB GE IE ME RS VA"),
        (23, "AE GI IL IQ OM SO TL"),
        (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
        (25, "LY PT ST"),
        (26, "IS TR"),
        (27, "BI DJ FR GR IT MC MR SM"),
        (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
        (29, "BR EG PS QA UA"),
        (30, "JO KW MU YE"),
        (31, "MT SC"),
        (32, "LC"),
        (33, "RU"),
    )
    for country in countries.split()
}

_NUMBERS = {
    ord(letter): str(int(letter, 36)).encode() for letter in string.digits + string.ascii_letters
}
"""What each character counts as: letters from 10, in either case."""


def iban(value: bytes) -> Verdict | None:
    """Judge letters and digits in groups; what exceeds the country's length is given back."""
    country = value[:2].decode("ascii").upper()
    wanted = IBAN_LENGTHS.get(country)
    if wanted is None:
        return None
    compact = value.translate(None, b" -")
    if len(compact) < wanted:
        return None
    length = len(value) if len(compact) == wanted else _place_of(value, wanted)
    compact = compact[:wanted]
    if not compact[4:].isdigit() and not _structure(country, wanted).fullmatch(compact, 4):
        return None  # made-up numbers may lack letters; digests have them where no account does
    valid = _remainder(compact) == 1
    glued = length < len(value) and chr(value[length]).isalnum()
    if not valid and glued:
        return None
    if (glued or not valid) and not value[:2].isupper():
        return None  # hex digits of a digest look like this once in some thousand
    return Verdict(0.6 if valid else 0.0, length)


@cache
def _structure(country: str, length: int) -> re.Pattern[bytes]:
    """Return what stands behind the check digits: most countries have digits only."""
    number = country + "0" * (length - len(country))
    structure = numdb.get("iban").info(number)[0][1]["bban"]
    kinds = {"n": "[0-9]", "a": "[A-Za-z]", "c": "[0-9A-Za-z]"}
    parts = re.findall(r"(\d+)!([nac])", structure)
    return re.compile("".join(f"{kinds[kind]}{{{count}}}" for count, kind in parts).encode())


def _place_of(value: bytes, count: int) -> int:
    """Return where the first ``count`` letters and digits end, of which there are enough."""
    length = count
    while (more := count - len(value[:length].translate(None, b" -"))) > 0:
        length += more
    return length


def _remainder(compact: bytes) -> int:
    moved = compact[4:] + compact[:4]
    if not moved.isdigit():
        moved = b"".join(map(_NUMBERS.__getitem__, moved))
    return int(moved) % 97
