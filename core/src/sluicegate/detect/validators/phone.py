"""Phone numbers: country codes and lengths, in one small table.

Source of the rule: ITU-T E.164 (form, at most 15 digits) and its list of assigned country codes;
NANPA (North American numbers). Lengths are those of the national plans, rounded outward.
"""

from __future__ import annotations

import re

from sluicegate.detect.detector import Verdict
from sluicegate.detect.validators.digits_of import digits_of

_MOST = 15
_DATE = re.compile(rb"[12][0-9]{3}([./-])[0-9]{2}\1[0-9]{2}|[0-9]{2}([./-])[0-9]{2}\2[12][0-9]{3}")

_LENGTHS: dict[str, tuple[int, int]] = {
    code: (low, high)
    for low, high, codes in (
        (10, 10, "1 7 30 58 90 91 98"),
        (9, 9, "27 31 33 34 40 41 48 56 61 93 94 351 375 380 420 421 966 970 992 994 995 996 998"),
        (8, 9, "32 36 47 66 354 355 381 385 855 886 962 963 971 972"),
        (8, 8, "45 65 356 357 370 371 373 382 383 386 387 389 852 853 965 968 973 974 975 976 993"),
        (7, 10, "20 44 46 60 63 64 81 84 92 95 353 359 376 378 880 977"),
        (10, 11, "52 54 55"),
        (8, 10, "51 53 57 856 964"),
        (7, 11, "39 62 82 86"),
        (5, 13, "43 49 352 358"),
        (7, 9, "372 377 423 961 967"),
        (7, 7, "960"),
    )
    for code in codes.split()
}
_OPEN_REGIONS = frozenset(
    ["21", "22", "23", "24", "25", "26", "29", "50", "59", "67", "68", "69", "80", "85", "87", "88"]
)
"""First two digits of the country codes that have three and of which any length is taken."""
_REGIONS = _OPEN_REGIONS | frozenset(["35", "37", "38", "42", "96", "97", "99"])
"""First two digits of all country codes that have three."""
_ANY_LENGTH = (5, 12)


def phone_international(value: bytes) -> Verdict | None:
    """Judge ``+`` or ``00`` with a country code; trailing groups that are too many go back."""
    trunk = value.replace(b"(0)", b"")
    for length in _lengths(value):
        digits = digits_of(value[:length] if trunk == value else trunk[: length - 3])
        if value[:1] != b"+":
            digits = digits[2:]
        if _assigned(digits):
            return Verdict(0.0 if value[:1] == b"+" else -0.1, length)
    return None


def phone_nanp(value: bytes) -> Verdict | None:
    """Judge ten digits of the North American plan; written without separators they need words."""
    digits = digits_of(value)[-10:]
    if len(set(digits)) == 1:
        return None
    lift = 0.0 if digits[3] in "23456789" else -0.1
    if digits[0] in "01":
        lift -= 0.1
    separators = len(value) - len(digits_of(value))
    return Verdict(lift - (0.3 if separators == 0 else 0.0), len(value))


def phone_national(value: bytes) -> Verdict | None:
    """Judge digits that only words make a phone number; dates and repeated digits are none."""
    digits = digits_of(value)
    if len(set(digits)) < 3 or _date(value):  # noqa: PLR2004
        return None
    return Verdict(0.0, len(value))


def _date(value: bytes) -> bool:
    return _DATE.match(value) is not None


def _lengths(value: bytes) -> list[int]:
    """Offer the whole value, then every shorter one that ends before a separator."""
    cuts = [
        place
        for place in range(len(value) - 1, 6, -1)
        if value[place] in b" .-/(" and chr(value[place - 1]).isdigit()
    ]
    return [len(value), *cuts]


def _assigned(digits: str) -> bool:
    """Tell whether ``digits`` begin with an assigned code and are as long as its plan says."""
    if digits[:1] in {"1", "7"}:
        code = digits[:1]
    elif digits[:2] in _REGIONS:
        code = digits[:3]
    elif digits[:2] in _LENGTHS:
        code = digits[:2]
    else:
        return False
    if code not in _LENGTHS and code[:2] not in _OPEN_REGIONS:
        return False
    low, high = _LENGTHS.get(code, _ANY_LENGTH)
    rest = len(digits) - len(code)
    return low <= rest <= high and len(digits) <= _MOST
