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

_CODE = 3
"""Digits of the longest country code."""
_MOST = 15
"""Digits of the longest number."""
_DATE = "(?:19|20)[0-9]{2}[-./][01][0-9][-./][0-3][0-9]"
"""Where one stands in a cell, the number may end before it."""

Mask = npt.NDArray[np.bool_]


def in_use(buffer: Bytes, starts: Ints, ends: Ints) -> Mask:
    """Tell which cells hold a number in use.

    Args:
        buffer: Where the cells lie.
        starts: First byte of each.
        ends: First byte after it. Each holds ``+`` and digits, perhaps in groups.
    """
    right = np.zeros(len(starts), dtype=np.bool_)
    cells = _cells(buffer, starts, ends)
    digits = pc.replace_substring_regex(cells, "[^0-9]+", "")
    dated = _matches(cells, _DATE)
    for code, chosen in _by_code(digits):
        national = pc.utf8_slice_codeunits(digits.take(pa.array(chosen)), len(code))
        right[chosen] = _in_plans(national, code)
    short = pc.less_equal(pc.utf8_length(digits), _MOST).to_numpy(zero_copy_only=False)
    right &= short & ~dated
    return right


def _by_code(digits: pa.Array) -> Iterator[tuple[str, Ints]]:
    """Yield each country code and the rows that begin with it."""
    first = pc.utf8_slice_codeunits(digits, 0, _CODE).dictionary_encode()
    codes = [code_of(text) for text in first.dictionary.to_pylist()]
    of_row = np.array(codes)[first.indices.to_numpy()]
    for code in sorted({*codes} - {""}):
        yield code, np.flatnonzero(of_row == code)


def _in_plans(numbers: pa.Array, code: str) -> Mask:
    """Tell which national numbers one of the code's plans has in use, and none reads otherwise."""
    sharing = plans(code)
    found = np.zeros(len(numbers), dtype=np.bool_)
    for plan in sharing:
        left = np.flatnonzero(~found)
        if len(left):
            rest = numbers.take(pa.array(left))
            found[left] = _valid(rest, plan, shared=code == "1")
    for trunk in {plan.trunk for plan in sharing} - {""}:
        found &= ~pc.starts_with(numbers, trunk).to_numpy(zero_copy_only=False)
    return found


def _valid(numbers: pa.Array, plan: Plan, *, shared: bool) -> Mask:
    lengths = pc.utf8_length(numbers).to_numpy(zero_copy_only=False)
    valid = np.isin(lengths, list(plan.lengths))
    for expression in plan.expressions(leading=shared):
        if not valid.any():
            break
        valid &= _matches(numbers, expression)
    return valid


def _matches(cells: pa.Array, expression: str) -> Mask:
    mask: Mask = pc.match_substring_regex(cells, expression).to_numpy(zero_copy_only=False)
    return mask


def _cells(buffer: Bytes, starts: Ints, ends: Ints) -> pa.Array:
    lengths = ends - starts
    bounds = np.zeros(len(starts) + 1, dtype=np.int64)
    np.cumsum(lengths, out=bounds[1:])
    index = np.repeat(starts - bounds[:-1], lengths) + np.arange(bounds[-1])
    data = pa.py_buffer(np.ascontiguousarray(buffer[index]))
    return pa.Array.from_buffers(pa.large_string(), len(starts), [None, pa.py_buffer(bounds), data])
