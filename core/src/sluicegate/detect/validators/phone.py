"""Phone numbers: international, North American, national in its region's grouping, or by words.

A number that its plan assigns counts for more than one that only has the right length, and one
written in groups as its region writes them for more than digits alone.

Source of the rule: ITU-T E.164 and E.123 (forms); NANPA (North American numbers); the national
plans as ``phone_plans`` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sluicegate.detect.detector import Verdict
from sluicegate.detect.validators.digits_of import digits_of
from sluicegate.detect.validators.phone_plans import (
    Fit,
    Layout,
    Match,
    Plan,
    code_of,
    homes,
    layouts,
    leading_pattern,
    plan,
    plans_near,
)

_MOST = 15
_DATE = re.compile(
    rb"[12][0-9]{3}([ ./-])[01]?[0-9]\1[0-3]?[0-9](?![0-9])"
    rb"|[0-3]?[0-9]([ ./-])[0-3]?[0-9]\2[12][0-9]{3}(?![0-9])"
    rb"|(?:19|20)[0-9]{2}[-/](?:19|20)[0-9]{2}(?![0-9])"
    rb"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9](?![0-9])"
)
_DAY = re.compile(rb"(?<![0-9])(?:19|20)[0-9]{2}([-./])[01][0-9]\1[0-3][0-9](?![0-9])")
_YEAR = re.compile(rb"(?<![0-9])(?:19|20)[0-9]{2}[-/.]|[-/.](?:19|20)[0-9]{2}(?![0-9])")
"""As in the number of an invoice or a case, ``45-2023-0017``."""
_DECIMAL = re.compile(rb"(?:\+[0-9]{1,3}|[0-9]+)\.[0-9]+")
"""A number of a measurement, or a telephone as registries write it (RFC 5733)."""
_FRACTION = re.compile(rb"[0-9]{1,2}\.[0-9]+")
_RUNS = re.compile(rb"[0-9]+")
_VALID, _POSSIBLE, _GROUPED, _ASSIGNED = 0.1, 0.0, -0.2, -0.3
"""Lifts of a number that is in use, that could be, and of which only the country exists (in groups,
or not)."""
_FEWEST = 6
"""Bytes before the first cut."""
_LONG = 10
"""Digits with which a national number is seldom anything else."""
_NANP_LAYOUT = (3, 3, 4)
"""Has a detector of its own, which knows better."""
_POSTAL_LAYOUTS = frozenset({(5, 3), (5, 4)})
"""With a dash these are postal codes of Brazil and the United States."""
_MOST_GROUPS = 5
_FEWEST_KINDS = 3
"""Different digits that a number has at least."""


def phone_international(value: bytes) -> Verdict | None:
    """Judge ``+`` or ``00`` with a country code; trailing groups that are too many go back."""
    if (day := _DAY.search(value)) is not None:
        value = value[: day.start()].rstrip()  # an offset, or a number, before a date
        if len(value) < _FEWEST + 2:
            return None
    plus = value[:1] == b"+"
    lift, length = _standing(digits_of(value.replace(b"(0)", b""))[0 if plus else 2 :]), len(value)
    if lift is None or lift < _POSSIBLE:
        for cut in _cuts(value):
            shorter = digits_of(value[:cut].replace(b"(0)", b""))[0 if plus else 2 :]
            found = _standing(shorter)
            if found is not None and (lift is None or found > lift):
                lift, length = found, cut
                if found >= _POSSIBLE:
                    break
    if lift is None or (lift != _VALID and _DECIMAL.fullmatch(value)):
        return None
    if lift == _ASSIGNED and _is_grouped(value):
        lift, length = _GROUPED, len(value)
    return Verdict(lift if plus else lift - (0.1 if lift == _VALID else 0.3), length)


def _is_grouped(value: bytes) -> bool:
    """Tell whether a number whose length is not of its plan is written like a number all the same.

    Plans change; so has that of Mexico, whose old form is still in many tables.
    """
    runs = _RUNS.findall(value)
    return len(runs) > 2 and sum(map(len, runs)) >= _LONG  # noqa: PLR2004


def phone_nanp(value: bytes) -> Verdict | None:
    """Judge ten digits of the North American plan, in groups."""
    digits = digits_of(value)
    number = digits[-10:]
    if len(set(number)) == 1:
        return None
    lift = 0.0 if number[3] in "23456789" else -0.1
    if number[0] in "01":
        lift -= 0.1
    if not value.translate(None, b"0123456789 ") and not _assigned(number, "1"):
        lift -= 0.25  # columns of a table of numbers
    return Verdict(lift, len(value))


def phone_national(value: bytes) -> Verdict | None:
    """Judge digits that only words make a phone number; dates and repeated digits are none."""
    digits = digits_of(value)
    if len(set(digits)) < _FEWEST_KINDS or _DATE.match(value) or _FRACTION.fullmatch(value):
        return None
    return Verdict(0.0, len(value))


def phone_known(value: bytes) -> Verdict | None:
    """Judge digits beside a weak word: only those that some plan has assigned."""
    digits = digits_of(value)
    if len(set(digits)) < _FEWEST_KINDS or _DATE.match(value) or _DECIMAL.fullmatch(value):
        return None
    known = _assigned(digits, "1") or _at_home(digits)
    return Verdict(0.0, len(value)) if known else None


def phone_formatted(value: bytes) -> Verdict | None:
    """Judge a national number without words: by its plan, and by how the plan groups it."""
    runs = _RUNS.findall(value)
    sizes = tuple(map(len, runs))
    trunk = runs[0][:1] == b"0"
    if not trunk and _is_hopeless(sizes, value):
        return None
    digits = b"".join(runs).decode("ascii")
    if not trunk and _fit(digits, sizes) is None:
        return None
    if digits[:2] == "00" or len(set(digits)) < _FEWEST_KINDS:
        return None
    if b"  " in value or _DATE.match(value) or _misplaced_bracket(value):
        return None
    lift = _mobile(digits) if len(runs) == 1 else _written(digits, sizes, value)
    return None if lift is None else Verdict(lift, len(value))


def _is_hopeless(sizes: Layout, value: bytes) -> bool:
    """Tell whether digits without a trunk prefix are too few, or such as nobody writes in groups.

    Status codes, sizes and addresses of machines are, and logs have some in every line.
    """
    if sum(sizes) < _LONG or (len(sizes) <= 2 and value[:1] != b"("):  # noqa: PLR2004
        return True
    return sizes not in layouts()


def _misplaced_bracket(value: bytes) -> bool:
    """Tell whether a bracket opens behind more than a trunk prefix, or never closes.

    As the year of a paper does, ``33 (1979) 1361``.
    """
    place = value.find(b"(")
    if place <= 0:
        return False
    return value[:place].strip() not in {b"0", b"8"} or b")" not in value


def _mobile(digits: str) -> float | None:
    """Judge digits whatever their groups: a mobile number behind a zero, or nothing."""
    if digits[0] != "0" or not _LONG <= len(digits) <= _LONG + 2 or _is_book(digits):
        return None
    number = digits[1:]
    for home in homes():
        if home.trunk == "0" and len(number) in home.lengths and home.mobile(number):
            return 0.0
    return None


def _written(digits: str, sizes: Layout, value: bytes) -> float | None:
    """Judge digits in groups."""
    bracket, trunk = value[:1] == b"(", digits[0] == "0"
    if _is_other(sizes, value) or (sizes == _NANP_LAYOUT and not trunk):
        return None
    if _fit(digits, sizes) is not None:
        if trunk:
            return 0.15 if bracket else 0.1
        return 0.1 if bracket else 0.0
    if not trunk or 1 in sizes[1:] or len(sizes) > _MOST_GROUPS:
        return None
    if len(sizes) > 3 and sizes in layouts():  # noqa: PLR2004
        return 0.0  # four groups as some region writes them are no accident, whatever the number
    # A version may look like this, but its first part is not so long.
    return None if b"." in value and sizes[0] < 3 else _mobile(digits)  # noqa: PLR2004


def _is_other(sizes: Layout, value: bytes) -> bool:
    """Tell whether groups are those of a postal code, of a decimal, or of a number with a year."""
    if sizes in _POSTAL_LAYOUTS:
        return b"-" in value
    if len(sizes) == 2 and b"." in value:  # noqa: PLR2004
        return True
    area = value[:1] == b"0" and sizes[0] > 2  # noqa: PLR2004
    return not area and _YEAR.search(value) is not None


def _fit(digits: str, sizes: Layout) -> Fit | None:
    """Return the first region that writes numbers in such groups and has assigned this one."""
    for fit, trunk, leads, home in _ways(sizes):
        if not digits.startswith(trunk):
            continue
        number = digits[len(trunk) :]
        if leads(number) and home.valid(number):
            return fit
    return None


@cache
def _ways(sizes: Layout) -> tuple[tuple[Fit, str, Match, Plan], ...]:
    """Return who writes numbers in such groups, the trunk prefix in them, and what tells them."""
    return tuple(
        (
            fit,
            plan(fit.region).trunk if fit.trunk else "",
            leading_pattern(fit.leading),
            plan(fit.region),
        )
        for fit in layouts().get(sizes, ())
    )


def _at_home(digits: str) -> bool:
    """Tell whether some region's plan leaves room for a number, with trunk prefix or without."""
    for home in homes():
        trunk = home.trunk
        if trunk and digits.startswith(trunk) and home.possible(digits[len(trunk) :]):
            return True
        if home.possible(digits):
            return True
    return False


def _assigned(number: str, code: str) -> bool:
    return any(one.valid(number) for one in plans_near(code, number[:3]))


def _standing(digits: str) -> float | None:
    """Return the lift of digits with a country code; ``None`` if they cannot be a number."""
    code = code_of(digits)
    if not code or len(digits) > _MOST:
        return None
    rest = digits[len(code) :]
    lift = _ASSIGNED
    for one in plans_near(code, rest[:3]):
        if len(rest) in one.lengths:
            if one.valid(rest):
                return _VALID
            lift = _POSSIBLE
        elif one.trunk and rest.startswith(one.trunk) and one.valid(rest[len(one.trunk) :]):
            return _POSSIBLE
    return lift


def _is_book(digits: str) -> bool:
    """Tell whether ten digits end in the check digit of an ISBN."""
    return len(digits) == _LONG and not sum(int(d) * (10 - i) for i, d in enumerate(digits)) % 11


def _cuts(value: bytes) -> Iterator[int]:
    """Yield every shorter length that ends before a separator, the longest first."""
    for place in range(len(value) - 1, _FEWEST, -1):
        if value[place] in b" .-/(" and 48 <= value[place - 1] <= 57:  # noqa: PLR2004
            yield place
