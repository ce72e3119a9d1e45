"""US social security numbers and individual taxpayer numbers.

Source of the rule: SSA, randomization of 2011 (areas 000, 666 and 900–999, group 00 and serial
0000 are not issued); IRS Publication 1915 (groups of taxpayer numbers).
"""

from __future__ import annotations

from sluicegate.detect.detector import Verdict
from sluicegate.detect.validators.digits_of import digits_of

_TAXPAYER_GROUPS = frozenset([*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)])
_NOT_ISSUED = -0.3
_UNGROUPED = -0.3
_KNOWN_SAMPLES = frozenset({"078051120", "219099999", "457555462"})
"""Printed in advertisements, so issued to nobody."""


def us_ssn(value: bytes) -> Verdict | None:
    """Judge nine digits. A number that was never issued needs words; one digit alone is none."""
    digits = digits_of(value)
    if len(set(digits)) == 1:
        return None
    area, group, serial = int(digits[:3]), int(digits[3:5]), int(digits[5:])
    issued = 0 < area < 900 and area != 666 and group and serial  # noqa: PLR2004
    taxpayer = area >= 900 and group in _TAXPAYER_GROUPS and serial  # noqa: PLR2004
    lift = 0.0 if (issued or taxpayer) and digits not in _KNOWN_SAMPLES else _NOT_ISSUED
    if len(value) == len(digits):
        lift = min(lift - 0.1, _UNGROUPED)
    elif b"-" not in value:
        lift -= 0.15 if b"." in value else 0.05  # unusual, and so are columns of a table
    return Verdict(lift, len(value))
