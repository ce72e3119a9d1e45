"""Dates that move with their subject, and numbers with noise that follows from it.

Both are drawn from the keyed digest of the subject, so that asking again gives the same and tells
no more. What one value of a subject gives away, it gives away for all: whoever knows one true date
(or a placeholder such as 9999-12-31 or 1900-01-01 that was shifted like one) knows the subject's
shift, and whoever knows one true number its factor. Neither makes data anonymous.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import ConfigurationError, MaskingError
from sluicegate.mask.limbs import Bytes
from sluicegate.mask.pseudonym import Pseudonymizer

if TYPE_CHECKING:
    from sluicegate.model.sensitive import Sensitive

MOST_DAYS: Final = 36_500
MOST_SCALE: Final = 10
_COARSEST: Final = 10**15
_UNITS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_DAY_SECONDS: Final = 86_400
_FACTOR_PLACES: Final = 9
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, in days from 1970-01-01


def shift_dates(digests: pa.Array, dates: pa.Array, key: Sensitive[bytes], days: int) -> pa.Array:
    """Move each date by a number of whole days that its subject has.

    The number is drawn evenly from ``-days`` to ``days`` without 0. All dates of a subject move by
    the same one under one key, so intervals between them hold to the last unit. A day is 24 hours:
    in a zone with summer time the time of day may differ by an hour, in UTC it stays.

    Args:
        digests: Inner digests of the subjects: 64 lower-case hex digits, or NULL.
        dates: As many dates or timestamps, of any unit, with or without a zone.
        key: 32 bytes, derived for the purpose.
        days: Most days either way, 1 to 36,500.

    Returns:
        An array of the dates' type. NULL where the date or its subject is NULL: without a subject
        there is no shift, and an unmoved date must not leave.

    Raises:
        MaskingError: a date would leave the years 1 to 9999 or the range of its type, the column
            holds no dates, or a subject is not a digest. Rows are named, never values.
        ConfigurationError: ``days`` is out of range.
    """
    if not 1 <= days <= MOST_DAYS:
        raise ConfigurationError(f"a shift is by at most 1 to {MOST_DAYS} days, not {days}")
    dates = dates.dictionary_decode() if pa.types.is_dictionary(dates.type) else dates
    day = _length_of_day(dates.type)
    shifts = Pseudonymizer(key).map(digests, lambda blocks: _days(blocks, days), _label("shift"))
    numbers = dates.cast(pa.int32() if pa.types.is_date32(dates.type) else pa.int64())
    try:
        moved = pc.add_checked(numbers.cast(pa.int64()), pc.multiply_checked(shifts, day))
    except pa.ArrowInvalid:
        raise MaskingError(f"a shifted date leaves the range of {dates.type}") from None
    outside = pc.or_(
        pc.less(moved, max(_FIRST_DAY * day, -(2**63))),
        pc.greater(moved, min((_LAST_DAY + 1) * day - 1, 2**63 - 1)),
    )
    if pc.any(outside, min_count=0).as_py():
        raise MaskingError(
            f"row {pc.index(outside, value=True).as_py()} of the batch: the shifted date leaves the"
            " years 1 to 9999",
            hint="make placeholders such as 9999-12-31 NULL in the query, or suppress the column",
        )
    return moved.cast(numbers.type).cast(dates.type)


def noise(
    digests: pa.Array,
    numbers: pa.Array,
    key: Sensitive[bytes],
    scale: float,
    round_to: float,
    *,
    column: str = "",
) -> pa.Array:
    """Multiply each number by a factor that its subject has, and round.

    The factor is normally distributed around 1: Box-Muller over 106 keyed bits, rounded to nine
    decimals, so that machines whose logarithms differ in the last bit agree all the same. It may
    be negative when the scale is large, it may be so near 1 that rounding gives the true number
    back, and 0 stays 0, NaN and infinity what they are. All numbers of a subject in a column have
    one factor, so their ratios hold.

    Args:
        digests: Inner digests of the subjects: 64 lower-case hex digits, or NULL.
        numbers: As many integers, floats or decimals.
        key: 32 bytes, derived for the purpose.
        scale: Standard deviation of the factor, above 0 and at most 10.
        round_to: The result is a multiple of this, in units of the column, half to even; above 0.
            A whole number for integers, and no finer than the scale of a decimal.
        column: Name of the column; others get other factors.

    Returns:
        An array of the numbers' type. NULL where the number or its subject is NULL.

    Raises:
        MaskingError: a result leaves the range of the type, the column holds no numbers or cannot
            hold multiples of ``round_to``, or a subject is not a digest.
        ConfigurationError: ``scale`` or ``round_to`` is out of range.
    """
    if not (0 < scale <= MOST_SCALE and 0 < round_to < _COARSEST):
        raise ConfigurationError("noise needs a scale above 0 up to 10, and to round to above 0")
    numbers = numbers.dictionary_decode() if pa.types.is_dictionary(numbers.type) else numbers
    kind = numbers.type
    label = _label(f"noise:{column}")
    factors = Pseudonymizer(key).map(digests, lambda blocks: _factors(blocks, scale), label)
    try:
        if pa.types.is_floating(kind):
            product = pc.multiply(numbers.cast(pa.float64()), factors.cast(pa.float64()))
            return pc.round_to_multiple(product, round_to).cast(kind)
        if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
            return _exact(numbers, factors, round_to)
    except pa.ArrowInvalid:
        raise MaskingError(
            f"a number with noise does not fit {kind}, or has over 46 digits"
        ) from None
    raise MaskingError(f"noise needs numbers, and the column is {kind}")


def _exact(numbers: pa.Array, factors: pa.Array, round_to: float) -> pa.Array:
    """Integers and decimals, without floats, which hold no more than 15 digits."""
    places = max(numbers.type.scale, 0) if pa.types.is_decimal(numbers.type) else 0
    step = Decimal(repr(round_to))
    if step % Decimal(1).scaleb(-places):
        raise MaskingError(
            f"a column of {numbers.type} cannot hold multiples of {step}",
            hint="round the noise to a multiple of the column's own unit",
        )
    wide = numbers.cast(pa.decimal256(46, places))
    product = pc.multiply(wide, factors.cast(pa.decimal256(20, _FACTOR_PLACES)))
    return pc.round_to_multiple(product, pa.scalar(step).cast(product.type)).cast(numbers.type)


def _length_of_day(kind: pa.DataType) -> int:
    if pa.types.is_date32(kind):
        return 1
    if pa.types.is_date64(kind):
        return _DAY_SECONDS * _UNITS["ms"]
    if pa.types.is_timestamp(kind):
        return _DAY_SECONDS * _UNITS[kind.unit]
    raise MaskingError(f"a date shift needs dates or timestamps, and the column is {kind}")


def _days(blocks: Bytes, most: int) -> pa.Array:
    """Draw from 2 · most numbers; of 2^64 none is favoured by more than 2^-47."""
    drawn = (_words(blocks)[0] % np.uint64(2 * most)).astype(np.int64) - most
    return pa.array(drawn + (drawn >= 0))


def _factors(blocks: Bytes, scale: float) -> pa.Array:
    """Draw from the normal distribution around 1, as ``decimal128(20, 9)``."""
    first, second = ((word >> np.uint64(11)).astype(np.float64) for word in _words(blocks))
    radius = np.sqrt(-2 * np.log((first + 1) * 2.0**-53))  # of (0, 1], so that it is finite
    normal = radius * np.cos(2 * np.pi * 2.0**-53 * second)
    units = np.rint((1 + scale * normal) * 10.0**_FACTOR_PLACES).astype("<i8")
    wide = np.stack([units, units >> 63], axis=1)  # a decimal is a little-endian number of 16 bytes
    buffers = [None, pa.py_buffer(np.ascontiguousarray(wide))]
    return pa.Array.from_buffers(pa.decimal128(20, _FACTOR_PLACES), len(units), buffers)


def _words(blocks: Bytes) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    words = np.ascontiguousarray(blocks).view(">u8").astype(np.uint64)
    return words[:, 0], words[:, 1]


def _label(use: str) -> bytes:
    return hashlib.sha256(f"sluicegate:1:{use}".encode()).digest()[:16]
