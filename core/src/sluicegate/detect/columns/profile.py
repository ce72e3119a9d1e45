"""The sampled values of a column, measured. Keeps shares and counts; lets go of the values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.detect.columns import births
from sluicegate.detect.columns.known import Known, folded, known
from sluicegate.detect.columns.shapes import SHAPES
from sluicegate.detect.numbers import number_texts
from sluicegate.detect.scanner import Scanner
from sluicegate.model.data import DataClass, TypeFamily

MOST_VALUES: Final = 1000
"""Distinct values that are scanned."""
_MOST_SHAPED: Final = 160
"""Distinct values whose shape is looked at; spread evenly over those that were sampled."""
_LONGEST: Final = 8192
"""Characters of a cell that are looked at."""
_MOST_CATEGORIES: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the sample of a column looks like."""

    family: TypeFamily
    rows: int = 0
    """Rows of the sample."""
    filled: int = 0
    """Rows that hold a value."""
    distinct: int = 0
    looked: int = 0
    """Distinct values that were scanned."""
    whole: Mapping[DataClass, float] = field(default_factory=dict)
    """Share of distinct values that are one finding from end to end, by class."""
    inside: Mapping[DataClass, float] = field(default_factory=dict)
    """Share of distinct values that hold a finding among other text, by class."""
    shapes: Mapping[str, float] = field(default_factory=dict)
    """Share of distinct values with a shape."""
    words: float = 0.0
    """Words of a value, on average."""
    characters: float = 0.0
    dotted: float = 0.0
    """Share of values with a dot."""
    one_length: bool = False
    given: float = 0.0
    """Share of values whose first or last word is a common given name."""
    family_name: float = 0.0
    genders: bool = False
    """Whether the values are the codes of genders and nothing else; so for the ones below."""
    marital: bool = False
    ethnicities: bool = False
    religions: bool = False
    nations: bool = False
    degrees: bool = False
    health: bool = False
    born: bool = False
    """Whether dates spread as birth dates do: over decades, none in the last months."""
    low: float | None = None
    high: float | None = None
    """Bounds of numbers."""
    fine: bool = False
    """Whether most numbers have four or more decimals."""
    cents: bool = False
    """Whether they are decimals with exactly two places."""
    text: bool = False
    """Whether the values came as text, whatever the source says of the type."""
    unreadable: bool = False
    """Whether the values are bytes that are no text."""

    @property
    def ratio(self) -> float:
        """Distinct values per filled row."""
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def categories(self) -> bool:
        """Whether few values stand for many rows."""
        return 0 < self.distinct <= _MOST_CATEGORIES and self.filled >= self.distinct * 5

    def shape(self, name: str) -> float:
        """Return the share of values of this shape."""
        return self.shapes.get(name, 0.0)


def measure(
    values: pa.Array, family: TypeFamily, *, scanner: Scanner, name: str, today: date
) -> Profile:
    """Measure one column's sample.

    Args:
        values: The sample; of any type that Arrow has.
        family: What the source says of the type; tells texts that hold a UUID or JSON apart.
        scanner: Finds what the catalogue knows.
        name: The column's name, whose words are context for the scanner.
        today: Before which births lie.
    """
    rows = len(values)
    texts = _texts(_flat(values))
    if isinstance(texts, Profile):
        return texts
    kept = texts.drop_null()
    if pa.types.is_string(kept.type):
        kept = pc.utf8_slice_codeunits(kept, 0, _LONGEST)
        kept = kept.filter(pc.not_equal(pc.utf8_trim_whitespace(kept), ""))
    unique = kept.unique()
    base: dict[str, Any] = {
        "family": family,
        "rows": rows,
        "filled": len(kept),
        "distinct": len(unique),
    }
    if not len(unique):
        return Profile(**base)
    picked = _as_numbers(_spread(unique, MOST_VALUES), family)
    base["looked"] = len(picked)
    if pa.types.is_temporal(picked.type):
        return Profile(**base, born=births.born(births.dates(picked), today))
    if pa.types.is_boolean(picked.type):
        return Profile(**base)
    if not pa.types.is_string(picked.type):
        return _numbers(picked, scanner, name, base)
    whole, inside = _scanned(picked, scanner, name)
    return _of_texts(_spread(picked, _MOST_SHAPED), today, base, whole=whole, inside=inside)


def _flat(values: pa.Array) -> pa.Array:
    """Unpack what wraps the values: extensions, dictionaries, lists."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.ExtensionArray):
        return _flat(values.storage)
    if pa.types.is_dictionary(values.type):
        return _flat(values.dictionary_decode())
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        return _flat(values.flatten())
    return values


def _texts(values: pa.Array) -> Any:
    """Return an array of ``string``, numbers, dates or booleans; or what cannot be read."""
    kind = values.type
    plain = (pa.types.is_string, pa.types.is_temporal, pa.types.is_boolean, pa.types.is_null)
    if any(check(kind) for check in plain):
        return values.cast(pa.string()) if pa.types.is_null(kind) else values
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return values
    if pa.types.is_struct(kind) or pa.types.is_map(kind):
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], pa.string())
    try:
        if pa.types.is_fixed_size_binary(kind):
            values = values.cast(pa.binary())
        return values.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return Profile(
            family=TypeFamily.BINARY, rows=len(values), filled=len(values), unreadable=True
        )


def _as_numbers(values: pa.Array, family: TypeFamily) -> pa.Array:
    """Read numbers that came as text; leave what is none."""
    if family not in _NUMBERS or not pa.types.is_string(values.type):
        return values
    try:
        return values.cast(pa.int64() if family is TypeFamily.INTEGER else pa.float64())
    except pa.ArrowInvalid:
        return values


_NUMBERS: Final = frozenset({TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.FLOAT})


def _spread(values: pa.Array, most: int) -> pa.Array:
    """Return at most ``most`` values, evenly spread, always the same."""
    if len(values) <= most:
        return values
    return values.take(pa.array(np.linspace(0, len(values) - 1, most).astype(np.int64)))


def _scanned(
    values: pa.Array, scanner: Scanner, name: str
) -> tuple[dict[DataClass, float], dict[DataClass, float]]:
    """Return the shares of values that are, and that hold, a finding of each class.

    A column that is dense with findings costs the most and is known after a few values; one that is
    not is scanned whole, since what matters there is rare.
    """
    values = pc.utf8_trim_whitespace(values)
    if len(values) > _MOST_SHAPED:
        whole, inside = _scan(_spread(values, _MOST_SHAPED), scanner, name)
        if max(whole.values(), default=0.0) >= _DENSE:
            return whole, inside
    return _scan(values, scanner, name)


_DENSE: Final = 0.6


def _scan(
    values: pa.Array, scanner: Scanner, name: str
) -> tuple[dict[DataClass, float], dict[DataClass, float]]:
    spans = scanner.spans(values, column=name)
    sizes = pc.binary_length(values).to_numpy(zero_copy_only=False)
    count = len(values)
    whole: dict[DataClass, set[int]] = {}
    inside: dict[DataClass, set[int]] = {}
    covers = (spans.end - spans.start) >= sizes[spans.row] - _SLACK
    for row, detector, full in zip(
        spans.row.tolist(), spans.detector.tolist(), covers.tolist(), strict=True
    ):
        into = whole if full else inside
        into.setdefault(scanner.detectors[detector].data_class, set()).add(row)
    return (
        {c: len(rows) / count for c, rows in whole.items()},
        {c: len(rows) / count for c, rows in inside.items()},
    )


_SLACK: Final = 2
"""Bytes that may stand around a finding that is the whole value: quotes, brackets."""


def _numbers(values: pa.Array, scanner: Scanner, name: str, base: dict[str, Any]) -> Profile:
    bounds = pc.min_max(values)
    low, high = (float(bounds[side].as_py()) for side in ("min", "max"))
    whole: dict[DataClass, float] = {}
    texts = number_texts(values)
    if texts is not None:
        whole, _ = _scanned(texts.fill_null(""), scanner, name)
    fine, kind = False, values.type
    cents = pa.types.is_decimal(kind) and kind.scale == 2  # noqa: PLR2004  # as most currencies
    if pa.types.is_floating(values.type):
        some = _spread(values, _MOST_SHAPED).to_numpy(zero_copy_only=False)
        with np.errstate(invalid="ignore"):
            fine = bool(np.mean(np.abs(some * 1000 - np.round(some * 1000)) > _FINER) > _MOST)
    elif pa.types.is_decimal(values.type):
        fine = values.type.scale >= 4  # noqa: PLR2004  # as above
    return Profile(**base, whole=whole, low=low, high=high, fine=fine, cents=cents)


_FINER: Final = 1e-6
_MOST: Final = 0.5


def _of_texts(
    values: pa.Array,
    today: date,
    base: dict[str, Any],
    *,
    whole: Mapping[DataClass, float],
    inside: Mapping[DataClass, float],
) -> Profile:
    texts: list[str] = [t.strip() for t in values.to_pylist()]
    shapes = {
        name: share for name, p in SHAPES.items() if (share := _share(texts, p.fullmatch)) > 0
    }
    shapes["name"] = _share(texts, _like_a_name)
    born = shapes.get("date", 0) > _NEARLY_ALL and births.born(births.parsed(texts), today)
    lists = known()
    splits = [t.replace(",", " ").split() for t in texts]
    ends = [_ends(words) for words in splits]
    return Profile(
        **base,
        whole=whole,
        inside=inside,
        text=True,
        shapes=shapes,
        words=sum(map(len, splits)) / len(texts),
        characters=sum(map(len, texts)) / len(texts),
        dotted=_share(texts, lambda text: "." in text),
        one_length=len(set(map(len, texts))) == 1,
        born=born,
        given=_share(ends, lambda pair: not lists.given.isdisjoint(pair)),
        family_name=_share(ends, lambda pair: not lists.family.isdisjoint(pair)),
        **_codes(texts, lists),
    )


_NEARLY_ALL: Final = 0.9
_MOST_WORDS: Final = 5


def _share(items: Sequence[Any], test: Callable[[Any], object]) -> float:
    return sum(1 for item in items if test(item)) / len(items)


def _like_a_name(text: str) -> bool:
    """Whether a text is two to five words that begin with capitals, small ones between them."""
    words = text.replace(",", " ").split() if len(text) <= _LONGEST_PERSON else []
    return (
        1 < len(words) <= _MOST_WORDS
        and words[0][0].isupper()
        and words[-1][0].isupper()
        and all(word.strip(".").replace("-", "").replace("'", "").isalpha() for word in words)
    )


_LONGEST_PERSON: Final = 80


def _ends(words: list[str]) -> tuple[str, ...]:
    """Return the first and last word of a text of few words, folded."""
    if not 0 < len(words) <= _MOST_WORDS:
        return ()
    return folded(words[0]).split("-")[0], folded(words[-1])


def _codes(texts: list[str], lists: Known) -> dict[str, Any]:
    """Tell whether all values are among the codes of one of the small lists."""
    if not 1 < len(texts) <= _MOST_CATEGORIES:
        return {}
    seen = {folded(t) for t in texts}
    both = len(seen - _OPEN) > 1
    return {
        "genders": both and seen <= lists.genders,
        "marital": both and len(seen & lists.marital) * 2 >= len(seen),
        "ethnicities": both and len(seen & lists.ethnicities) * 2 > len(seen),
        "nations": both and len(seen & lists.nations) * 2 >= len(seen),
        "degrees": both and len(seen & lists.degrees) * 2 >= len(seen),
        "health": both and len(seen & lists.health) * 2 >= len(seen),
        "religions": both and len(seen & lists.religions) * 2 >= len(seen),
    }


_OPEN: Final = frozenset({"other", "unknown", "none", "n/a", "u", "o", "x", "unspecified"})
