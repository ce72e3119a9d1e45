"""Floors in a zone are Arrow's, whatever the zone does to its clock."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.mask import transform
from sluicegate.mask.transforms import holds
from sluicegate.mask.zones import _by_days, _looked_up
from sluicegate.model.masks import GeneralizeDate

UNITS = ["year", "quarter", "month", "week", "day"]
ODD = [
    "Africa/Cairo",  # changed at midnight
    "Africa/Casablanca",  # stops summer time for Ramadan
    "Africa/Monrovia",  # 44.5 minutes behind, with seconds
    "America/Havana",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "Antarctica/Troll",  # two hours of summer time
    "Asia/Kathmandu",
    "Asia/Manila",  # a day twice, another one never
    "Australia/Lord_Howe",  # half an hour of summer time
    "Europe/Berlin",
    "Pacific/Apia",  # left out a day
    "+05:30",
]
HALF_HOURS = np.arange(-2_300_000_000, 4_200_000_000, 47 * 1_800)
"""Every moment of a day is met, from 1897 to 2103."""


def agree(moments: pa.Array, unit: str) -> bool:
    """See that each is the first moment of its unit, and what Arrow gives, which misses some."""
    found = _by_days(moments, unit)
    assert found.type == moments.type
    local = pc.floor_temporal(pc.local_timestamp(moments), unit=unit, week_starts_monday=True)
    first, last = (
        pc.assume_timezone(local, moments.type.tz, ambiguous=which, nonexistent=which)
        for which in ("earliest", "latest")
    )
    if unit != "week":
        plain = pc.invert(pc.fill_null(pc.not_equal(first, last), fill_value=False))
        arrows = pc.floor_temporal(moments.filter(plain), unit=unit)
        assert found.filter(plain).equals(arrows)
    assert pc.all(pc.less_equal(found, moments), min_count=0).as_py()
    before = pc.subtract(found, pa.scalar(1, pa.duration(moments.type.unit)))
    units = [
        pc.floor_temporal(pc.local_timestamp(t), unit=unit, week_starts_monday=True)
        for t in (moments, found, before)
    ]
    assert units[0].equals(units[1])
    assert not pc.any(pc.equal(units[0], units[2]), min_count=0).as_py()
    return bool(_by_days(found, unit).equals(found) and _looked_up(moments, unit).equals(found))


@pytest.mark.parametrize("zone", ODD)
def test_two_centuries_of_a_zone(zone: str) -> None:
    moments = pa.array(HALF_HOURS).view(pa.timestamp("s", zone))
    for unit in UNITS:
        assert agree(moments, unit)


@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Havana", "Pacific/Apia", "Asia/Beirut"])
def test_every_minute_around_a_change_of_the_clock(zone: str) -> None:
    hours = np.arange(0, 2_000_000_000, 3_600)
    ahead = pc.local_timestamp(pa.array(hours).view(pa.timestamp("s", zone))).view(pa.int64())
    changes = hours[1:][np.diff(ahead.to_numpy() - hours) != 0]
    assert len(changes)
    near = (changes[-12:, None] + np.arange(-1_600, 1_600)[None, :] * 60).ravel()
    moments = pa.array(near).view(pa.timestamp("s", zone))
    for unit in UNITS:
        assert agree(moments, unit)


@given(
    st.sampled_from(sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})),
    st.sampled_from(["s", "ms", "us", "ns"]),
    st.sampled_from(UNITS),
    st.lists(st.none() | st.integers(-9_000_000_000, 9_000_000_000), max_size=40),
)
def test_any_zone_unit_and_moment(
    zone: str, resolution: str, unit: str, seconds: list[int | None]
) -> None:
    kind = pa.timestamp("s", zone)
    moments = pa.array(seconds, pa.int64()).cast(kind).cast(pa.timestamp(resolution, zone))
    assert agree(moments, unit)
    assert agree(moments[1:], unit)


@pytest.mark.parametrize("times", [1, 5_000])
def test_a_day_without_a_midnight_begins_behind_the_gap(times: int) -> None:
    """The clock of Cairo went from 0:00 to 1:00 on 28 April 2023."""
    kind = pa.timestamp("us", "Africa/Cairo")
    # in UTC, since importing pandera has Arrow ignore the zones of Python's moments
    noon = dt.datetime(2023, 4, 28, 9, tzinfo=dt.UTC)
    one = dt.datetime(2023, 4, 27, 22, tzinfo=dt.UTC)
    moments = pa.array([noon, None] * times, kind)
    masked = transform(GeneralizeDate(unit="day"), moments)
    assert masked.equals(pa.array([one, None] * times, kind))
    assert holds(GeneralizeDate(unit="day"), masked)
