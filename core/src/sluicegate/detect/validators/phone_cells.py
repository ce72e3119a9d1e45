"""Which of many cells hold a telephone number that is in use, by RE2 over Arrow.

The plans are those of ``phone_plans``, so what is told here is what ``phone_international`` says of
one number; it may tell fewer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.detect.detector import Bytes, Ints
from sluicegate.detect.validators.phone_plans import Plan, code_of, plans

_MOST = 15
"""Digits of the longest number."""
_DATE = "(?:19|20)[0-9]{2}[-./][01][0-9][-./][0-3][0-9]"
"""Where one stands in a cell, the number may end before it."""
_BETWEEN = 3
"""Bytes from one sign of a date to the next."""
_IS_SIGN = np.zeros(256, dtype=np.bool_)
_IS_SIGN[[*b"-./"]] = True
_ZERO, _NINE = np.uint8(ord("0")), np.uint8(ord("9"))

Mask = npt.NDArray[np.bool_]


def in_use(buffer: Bytes, starts: Ints, ends: Ints) -> Mask:
    """Tell which cells hold a number in use.

    Args:
        buffer: Where the cells lie.
        starts: First byte of each.
        ends: First byte after it. Each holds ``+`` and digits, perhaps in groups.
    """
    data, bounds = _laid(buffer, starts, ends)
    is_digit = (data >= _ZERO) & (data <= _NINE)
    before = np.append(0, np.cumsum(is_digit))
    digits, places = data[is_digit], before[bounds]
    numbers, lengths = _array(digits, places), np.diff(places)
    right = np.zeros(len(starts), dtype=np.bool_)
    for code, chosen in _by_code(digits, places[:-1][lengths > 0], np.flatnonzero(lengths > 0)):
        own = numbers if len(chosen) == len(numbers) else numbers.take(pa.array(chosen))
        right[chosen] = _in_plans(own, lengths[chosen], code)
    right &= lengths <= _MOST
    return right & ~_dated(data, bounds)


def _by_code(digits: Bytes, firsts: Ints, rows: Ints) -> Iterator[tuple[str, Ints]]:
    """Yield each country code and the rows that begin with it."""
    values = (digits - _ZERO).astype(np.int64)
    places = (np.minimum(firsts + place, len(values) - 1) for place in range(3))
    hundreds, tens, ones = (values[at] for at in places)
    leads, lead_of = np.unique(hundreds * 100 + tens * 10 + ones, return_inverse=True)
    codes = [code_of(f"{lead:03}") for lead in leads.tolist()]
    for code in sorted({*codes} - {""}):
        of_code = np.array([one == code for one in codes])
        yield code, rows[of_code[lead_of]]


def _in_plans(numbers: pa.Array, lengths: Ints, code: str) -> Mask:
    """Tell which numbers one of the code's plans has in use, and none reads otherwise."""
    sharing = plans(code)
    found = np.zeros(len(numbers), dtype=np.bool_)
    for plan in sharing:
        left = np.flatnonzero(~found)
        if len(left):
            rest = numbers if len(left) == len(numbers) else numbers.take(pa.array(left))
            found[left] = _valid(rest, lengths[left] - len(code), plan, code)
    for trunk in {plan.trunk for plan in sharing} - {""}:
        found &= ~pc.starts_with(numbers, code + trunk).to_numpy(zero_copy_only=False)
    return found


def _valid(numbers: pa.Array, national: Ints, plan: Plan, code: str) -> Mask:
    valid: Mask = np.isin(national, list(plan.lengths))
    # Only North America's plans share a code and tell themselves apart by first digits.
    for expression in plan.expressions(code, leading=code == "1"):
        if not valid.any():
            break
        valid &= _matches(numbers, expression)
    return valid


def _dated(data: Bytes, bounds: Ints) -> Mask:
    """Tell which cells may hold a date, at which a number would end."""
    dated = np.zeros(len(bounds) - 1, dtype=np.bool_)
    signs = _IS_SIGN.take(data)
    at = np.flatnonzero(signs[:-_BETWEEN] & signs[_BETWEEN:])
    if len(at):
        rows = np.unique(np.searchsorted(bounds, at, side="right") - 1)
        dated[rows] = _matches(_array(data, bounds).take(pa.array(rows)), _DATE)
    return dated


def _matches(cells: pa.Array, expression: str) -> Mask:
    mask: Mask = pc.match_substring_regex(cells, expression).to_numpy(zero_copy_only=False)
    return mask


def _laid(buffer: Bytes, starts: Ints, ends: Ints) -> tuple[Bytes, Ints]:
    """Return the bytes of cells without what lies between them, and where each begins and ends."""
    lengths = ends - starts
    bounds = np.append(0, np.cumsum(lengths))
    if (starts[1:] == ends[:-1]).all():
        return buffer[starts[0] : ends[-1]] if len(starts) else buffer[:0], bounds
    return buffer[np.repeat(starts - bounds[:-1], lengths) + np.arange(bounds[-1])], bounds


def _array(data: Bytes, bounds: Ints) -> pa.Array:
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(np.ascontiguousarray(data))]
    return pa.Array.from_buffers(pa.large_string(), len(bounds) - 1, buffers)
