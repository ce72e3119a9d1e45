"""Floors moments to the year, month, week … of a zone, over whole arrays.

Arrow looks the zone up twice for each value, raises where a day begins twice or not at midnight,
and begins some weeks an hour off. Here it is asked once for each day of two centuries; a day on
which the clock stands still needs one addition. What is near a change of the clock, or outside of
these centuries, is looked up by itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]

_DAY: Final = 86_400
_PER_DAY: Final = {"s": _DAY, "ms": _DAY * 10**3, "us": _DAY * 10**6, "ns": _DAY * 10**9}
_FIRST: Final = -25_567
"""1 January 1900, in days since 1970."""
_DAYS: Final = 73_414
"""Days until 1 January 2101."""
_LOOKS: Final = 4
"""Moments of a day at which the zone is looked up. No zone changes its clock back within hours."""


_ENOUGH: Final = 4_096
"""Moments from which on it pays to know the days of a zone, which takes 10 ms once."""


class _Clock(NamedTuple):
    """A zone by days of UTC, the first being ``_FIRST``."""

    offsets: Ints
    """Seconds that the zone is ahead of UTC as the day begins."""
    steady: npt.NDArray[np.bool_]
    """Whether that holds for the day."""
    calm: npt.NDArray[np.bool_]
    """Whether it holds for the day before and the day after, too."""


def floor_in_zone(moments: pa.Array, unit: str) -> pa.Array:
    """Round each moment down in the zone of its type.

    A unit whose midnight comes twice begins with the first; one whose midnight the clock leaves out
    begins right behind the gap.

    Args:
        moments: Timestamps of a zone.
        unit: ``year``, ``quarter``, ``month``, ``week`` (from Monday) or ``day``.
    """
    if len(moments) < _ENOUGH:
        return _looked_up(moments, unit)
    return _by_days(moments, unit)


def _by_days(moments: pa.Array, unit: str) -> pa.Array:
    kind, scale = moments.type, _PER_DAY[moments.type.unit] // _DAY
    clock = _clock(kind.tz)
    known = moments.fill_null(0) if moments.null_count else moments
    values: Ints = known.cast(pa.int64()).to_numpy(zero_copy_only=False)
    days = values // (_DAY * scale) - _FIRST
    inside = (days > 0) & (days < _DAYS)
    if not inside.all():
        days = np.where(inside, days, 0)
    local = pa.array(values + clock.offsets[days] * scale).view(pa.timestamp(kind.unit))
    floors = _floor(local, unit).view(pa.int64()).to_numpy()
    first_days = np.clip(floors // (_DAY * scale) - _FIRST, 0, _DAYS - 1)
    results = floors - clock.offsets[first_days] * scale
    exact = inside & clock.steady[days] & clock.calm[first_days]
    if not exact.all():
        rest = np.flatnonzero(~exact)
        found = _looked_up(known.take(pa.array(rest)), unit)
        results[rest] = found.cast(pa.int64()).to_numpy()
    missing = moments.is_null().to_numpy(zero_copy_only=False) if moments.null_count else None
    return pa.array(results, pa.int64(), mask=missing).view(kind)


def _looked_up(moments: pa.Array, unit: str) -> pa.Array:
    floors = _floor(pc.local_timestamp(moments), unit)
    zone = moments.type.tz
    return pc.assume_timezone(floors, zone, ambiguous="earliest", nonexistent="latest")


def _floor(moments: pa.Array, unit: str) -> pa.Array:
    return pc.floor_temporal(moments, unit=unit, week_starts_monday=True)


@lru_cache(maxsize=64)
def _clock(zone: str) -> _Clock:
    looks = np.arange(_DAYS * _LOOKS + 1) * (_DAY // _LOOKS) + _FIRST * _DAY
    moments = pa.array(looks).view(pa.timestamp("s", zone))
    ahead: Ints = pc.local_timestamp(moments).view(pa.int64()).to_numpy() - looks
    offsets = ahead[:-1:_LOOKS]
    quarters = ahead[:-1].reshape(_DAYS, _LOOKS)
    steady = (quarters == offsets[:, None]).all(axis=1) & (ahead[_LOOKS::_LOOKS] == offsets)
    calm = steady.copy()
    calm[1:] &= steady[:-1]
    calm[:-1] &= steady[1:]
    calm[[0, -1]] = False
    return _Clock(offsets, steady, calm)
