"""Numbering plans of the world, read from the metadata of the library ``phonenumbers``.

The library judges one number in some 50 microseconds; a column has millions. So its metadata is
turned once, and only for the regions that come up, into compiled patterns and a table of layouts.
The library itself stays the reference that a test compares with.

Source of the rule: Google's libphonenumber (``phonenumbers``), after ITU-T E.164 and the national
plans.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple

REGIONS = (
    *("GB", "DE", "FR", "ES", "IT", "NL", "BE", "CH", "AT", "PT", "IE", "PL", "CZ", "SK", "HU"),
    *("RO", "BG", "GR", "SE", "NO", "DK", "FI", "IN", "BR", "MX", "AR", "CL", "CO", "PE", "JP"),
    *("KR", "CN", "TW", "HK", "SG", "MY", "TH", "ID", "PH", "VN", "AU", "NZ", "ZA", "NG", "KE"),
    *("EG", "IL", "TR", "SA", "AE", "PK", "BD", "RU", "UA", "LT", "HR", "RS", "SI"),
)
"""Where a number without a country code may be at home, but for North America, whose form is known
well enough to have a detector of its own. By how often such numbers are met."""

_KINDS = (
    "mobile",
    "fixed_line",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
_NO_REGION = "001"
"""How the library calls codes that belong to no region, such as 800."""
_GROUP = re.compile(r"\(\\d(?:\{(\d+)(?:,(\d+))?\})?\)|\(([^()]*)\)")
_IN_ORDER = re.compile(r"\\1(?:[ ./-]*\\[2-9])*")
Match = Callable[[str], object]
"""Tells by anything but ``None`` that a number matches."""
Layout = tuple[int, ...]
"""How many digits each group of a written number has."""


class Fit(NamedTuple):
    """One region's way to write a number."""

    region: str
    trunk: bool
    leading: str
    """Pattern of the first digits of the numbers that are written so."""


class Plan:
    """What numbers of one region look like, without country code and trunk prefix.

    Patterns are compiled when they are first asked for: some are long, and most are never needed.
    """

    def __init__(self, data: Any) -> None:
        self._data = data
        self.trunk: str = data.national_prefix or ""
        """Dialled before a national number, and often written; empty where there is none."""
        self.lengths = frozenset[int](data.general_desc.possible_length)

    def begins(self, first: str) -> bool:
        """Tell whether numbers may begin so; a region that shares its code may say how."""
        leading = self._data.leading_digits
        return not leading or re.match(leading, first) is not None

    @cached_property
    def possible(self) -> Match:
        """Matches a whole number that the plan leaves room for."""
        return re.compile(rf"(?:{self._data.general_desc.national_number_pattern})\Z").match

    @cached_property
    def valid(self) -> Match:
        """Matches a whole number that is in use."""
        general = self._data.general_desc.national_number_pattern
        return re.compile(rf"(?=(?:{general})\Z)(?:{self._assigned})\Z").match

    @property
    def _assigned(self) -> str:
        kinds = [getattr(self._data, kind) for kind in _KINDS]
        patterns = [k.national_number_pattern for k in kinds if k and k.national_number_pattern]
        return "|".join(patterns)

    def expressions(self, code: str, *, leading: bool) -> Iterator[str]:
        """Yield what all match a whole number in use, for an engine without lookahead (RE2).

        Args:
            code: Country code, which the numbers begin with.
            leading: Whether what follows must begin with the digits of the region.
        """
        yield f"^{code}(?:{self._data.general_desc.national_number_pattern})$"
        yield f"^{code}(?:{self._assigned})$"
        if leading and self._data.leading_digits:
            yield f"^{code}(?:{self._data.leading_digits})"

    @cached_property
    def mobile(self) -> Match:
        """Matches a whole number of a mobile telephone."""
        kind = self._data.mobile
        pattern = (kind and kind.national_number_pattern) or r"\Z\d"
        return re.compile(rf"(?:{pattern})\Z").match

    def layouts(self) -> Iterator[tuple[Layout, bool, str]]:
        """Yield layout, whether a trunk prefix is in it, and the pattern of its first digits."""
        for form in self._data.number_format:
            leading = form.leading_digits_pattern[-1] if form.leading_digits_pattern else ""
            for layout in _groups(form.pattern) if _IN_ORDER.fullmatch(form.format) else ():
                yield layout, False, leading
                if self.trunk:
                    size = len(self.trunk)
                    yield (size + layout[0], *layout[1:]), True, leading
                    yield (size, *layout), True, leading


@cache
def plan(region: str, code: int = 0) -> Plan:
    """Return the plan of a region, or of a code that belongs to no region."""
    from phonenumbers.phonemetadata import PhoneMetadata  # noqa: PLC0415  # 30 ms, if needed

    if region == _NO_REGION:
        return Plan(PhoneMetadata.metadata_for_nongeo_region(code))
    return Plan(PhoneMetadata.metadata_for_region(region))


@cache
def regions_by_code() -> Mapping[str, tuple[str, ...]]:
    """Return the regions of every assigned country code."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # noqa: PLC0415

    return {str(code): regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}


@cache
def plans(code: str) -> tuple[Plan, ...]:
    """Return the plans that share a country code, the main one first; none if it is unassigned."""
    return tuple(plan(region, int(code)) for region in regions_by_code().get(code, ()))


@cache
def plans_near(code: str, first: str) -> tuple[Plan, ...]:
    """Return the plans that share a country code and may begin with three digits ``first``.

    Twenty-five countries share the code 1; their area codes tell them apart.
    """
    shared = plans(code)
    return tuple(one for one in shared if one.begins(first)) if code == "1" else shared


def code_of(digits: str) -> str:
    """Return the country code that ``digits`` begin with; empty if none is assigned."""
    known = regions_by_code()
    if digits[:1] in known:
        return digits[:1]
    if digits[:2] in known:
        return digits[:2]
    return digits[:3] if digits[:3] in known else ""


@cache
def homes() -> tuple[Plan, ...]:
    """Return the plans of ``REGIONS``."""
    return tuple(map(plan, REGIONS))


@cache
def layouts() -> Mapping[Layout, tuple[Fit, ...]]:
    """Return, per layout, the regions that write numbers so."""
    found: defaultdict[Layout, dict[Fit, None]] = defaultdict(dict)
    for region in REGIONS:
        for layout, trunk, leading in plan(region).layouts():
            found[layout][Fit(region, trunk=trunk, leading=leading)] = None
    return {layout: tuple(fits) for layout, fits in found.items()}


def _groups(pattern: str) -> Iterator[Layout]:
    r"""Spell out the sizes of groups such as ``(\d{3})(\d{3,8})``; none if one is not so plain."""
    sizes = []
    for low, high, other in _GROUP.findall(pattern):
        if other:
            return
        sizes.append(range(int(low or 1), int(high or low or 1) + 1))
    yield from itertools.product(*sizes)


@cache
def leading_pattern(text: str) -> Match:
    """Compile a pattern of first digits, once it is needed."""
    return re.compile(text).match
