"""What a check digit says: evidence for a number or against it, not proof."""

from __future__ import annotations

from sluicegate.detect.detector import Verdict

RIGHT, _WRONG = 0.25, -0.1


def checked(*, right: bool, value: bytes) -> Verdict:
    """Lift a number whose check digit is right, and lower a little one whose is wrong."""
    return Verdict(RIGHT if right else _WRONG, len(value))
