"""Check digits that python-stdnum does not know, and names of accounts that are nobody's.

Sources of the rules: 49 CFR 565.15 (vehicles), 45 CFR 162.406 and ISO 7812 (providers: Luhn behind
the prefix 80840), DEA (prescribers), ICA (NRIC and FIN).
"""

from __future__ import annotations

from stdnum import luhn

from sluicegate.detect.detector import Verdict
from sluicegate.detect.validators.checked import checked

_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_NRIC_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
_NRIC_LETTERS = {"ST": "JZIHGFEDCBA", "FG": "XWUTRQPNMLK"}

_NOBODY = frozenset(
    b"""
    root admin administrator airflow dagster ubuntu debian centos ec2-user runner vagrant
    circleci jenkins node app appuser user username docker git jovyan postgres mysql www-data
    nobody default public shared all guest test demo example share sharer home hashtag intent
    search explore about login watch channel company help privacy legal settings account pages
    groups events p reel linuxbrew builder build deploy service svc work workspace
    """.split()
)


def luhn_npi(value: bytes) -> Verdict:
    """Judge a National Provider Identifier."""
    return checked(right=luhn.is_valid("80840" + value.decode("ascii")), value=value)


def dea(value: bytes) -> Verdict:
    """Judge a DEA registration: odd digits plus twice the even ones end in the last digit."""
    digits = [byte - 48 for byte in value[-7:]]
    total = digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])
    return checked(right=total % 10 == digits[6], value=value)


def vin(value: bytes) -> Verdict | None:
    """Judge a vehicle identification number by the check digit that North America requires."""
    text = value.decode("ascii")
    if text.isdigit():
        return None
    numbers = [_VIN_VALUES.get(c) or int(c) for c in text]
    total = sum(n * w for n, w in zip(numbers, _VIN_WEIGHTS, strict=True)) % 11
    return checked(right=text[8] == ("X" if total == 10 else str(total)), value=value)  # noqa: PLR2004


def us_mbi(value: bytes) -> Verdict:
    """Judge a Medicare Beneficiary Identifier: it has no check digit, but its own dashes."""
    return Verdict(0.2 if value.count(b"-") == 2 else 0.0, len(value))  # noqa: PLR2004


def sg_nric(value: bytes) -> Verdict:
    """Judge an NRIC or FIN; those of the series M have another table and stay as they are."""
    text = value.decode("ascii")
    letters = next((row for series, row in _NRIC_LETTERS.items() if text[0] in series), None)
    if letters is None:
        return Verdict(0.0, len(value))
    total = sum(int(c) * w for c, w in zip(text[1:8], _NRIC_WEIGHTS, strict=True))
    total += 4 if text[0] in "TG" else 0
    return checked(right=letters[total % 11] == text[8], value=value)


def account_name(value: bytes) -> Verdict | None:
    """Drop the names of services, of installers and of pages that are no profile."""
    name = value.lower()
    return None if name in _NOBODY or name.startswith(b"_") else Verdict(0.0, len(value))
