"""Numbers of registers whose check digits the library python-stdnum knows.

A detector names the module below ``stdnum`` that judges its number:

* ``stdnum:de.idnr`` lifts the score if the number is right and lowers it a little if not, since
  logs and forms hold mistyped numbers too, and words beside one may still make it one;
* ``valid:bitcoin`` drops what is wrong, for forms that mean nothing without their check digits.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType

from sluicegate.detect.detector import Validator, Verdict
from sluicegate.detect.validators.checked import RIGHT, checked
from sluicegate.errors import DetectionError

LIFTS, GATES = "stdnum:", "valid:"
MOST_LIFTS = {LIFTS: RIGHT, GATES: 0.0}
"""The highest lift that they give."""
_SEPARATORS = frozenset(b" .-/+")


def registered(name: str) -> Validator:
    """Return the validator that a detector names ``stdnum:<module>`` or ``valid:<module>``.

    Raises:
        DetectionError: the library has no such module.
    """
    module, gates = _module(name.partition(":")[2]), name.startswith(GATES)

    def judge(value: bytes) -> Verdict | None:
        if len(set(value) - _SEPARATORS) < 2:  # noqa: PLR2004  # one digit over and over
            return None
        right = _is_right(module, value.decode("ascii", "replace"))
        if gates:
            return Verdict(0.0, len(value)) if right else None
        return checked(right=right, value=value)

    return judge


def _is_right(module: ModuleType, text: str) -> bool:
    try:
        return bool(module.is_valid(text))
    except Exception:  # noqa: BLE001  # the library trips over some numbers (a county it lacks)
        return False


@cache
def _module(path: str) -> ModuleType:
    try:
        return import_module(f"stdnum.{path}")
    except ImportError:
        raise DetectionError(f"python-stdnum has no module {path!r}") from None
