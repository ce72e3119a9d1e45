"""Our checks for pandera: ``Check.no_sensitive_data``, ``k_anonymous``, ``looks_masked``.

Each answers with one ``True`` or ``False`` about all that it saw. pandera then has no failing rows
to quote, neither in an error nor in its report. They work on pandas, polars and PySpark frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import MissingDependencyError
from sluicegate.quality.anonymous import Anonymity, measure
from sluicegate.quality.rows import BATCH_ROWS, pandas_batches, spark_batches
from sluicegate.quality.sensitive import SensitiveCount

try:
    from pandera.api.checks import Check
    from pandera.api.extensions import register_check_method
except ImportError:
    raise MissingDependencyError.of("pandera", "pandera") from None

BY_VALUE: Final = frozenset({"no_sensitive_data", "looks_masked"})
"""Checks of ours of which the answer about two batches follows from those about each."""


def no_sensitive_data(obj: Any, *, allowed: Sequence[str] = ()) -> bool:
    """Tell whether no value of a column holds personal data or a secret.

    Args:
        obj: What pandera hands to a check of a column.
        allowed: Data classes that may be there.

    Raises:
        DetectionError: a value cannot be scanned.
    """
    names = _columns_of(obj)
    counts = [SensitiveCount(allowed=frozenset(allowed)) for _ in names]
    for arrays in _batches(obj, names):
        for count, array, name in zip(counts, arrays, names, strict=True):
            count.add(array, name)
    return not any(count.unexpected or count.unread for count in counts)


def k_anonymous(
    obj: Any,
    *,
    quasi_identifiers: Sequence[str],
    k: int,
    sensitive: Sequence[str] = (),
    l: int | None = None,  # noqa: E741 - the measure's name
    t: float | None = None,
    subject: str = "",
) -> bool:
    """Tell whether each combination of quasi-identifiers stands for several rows or people.

    Args:
        obj: What pandera hands to a check of a frame.
        quasi_identifiers: Columns that somebody may know of a person from elsewhere.
        k: Least size of a class.
        sensitive: Columns that nobody should learn of a person; may be empty.
        l: Least number of distinct sensitive values of a class, or ``None``.
        t: Largest distance of a class's sensitive values from those of all, or ``None``.
        subject: Column that names the person; empty: rows are counted.

    Raises:
        ConfigurationError: it cannot be measured.
        CombinationsExceeded: there are more classes than can be counted.
    """
    wanted = Anonymity(
        quasi_identifiers=tuple(quasi_identifiers),
        k=k,
        sensitive=tuple(sensitive),
        l=l,
        t=t,
        subject=subject,
    )
    names = list(wanted.columns)
    batches = (pa.record_batch(arrays, names=names) for arrays in _batches(obj, names))
    return bool(measure(wanted, batches)["holds"])


def looks_masked(obj: Any, *, pattern: str) -> bool:
    """Tell whether every text of a column is NULL or matches a mask's form from end to end.

    Args:
        obj: What pandera hands to a check of a column.
        pattern: RE2; empty: there may be nothing but NULL.
    """
    form = f"^(?:{pattern})$"
    for arrays in _batches(obj, _columns_of(obj)):
        for known in (array.drop_null().cast(pa.large_string()) for array in arrays):
            if len(known) and not pattern:
                return False
            if not pc.all(pc.match_substring_regex(known, form), min_count=0).as_py():
                return False
    return True


def is_ours(function: Any) -> bool:
    """Tell whether what a check calls is one of ours that look at each value alone."""
    named: Any = getattr(function, "func", function)
    return named is no_sensitive_data or named is looks_masked


def _columns_of(obj: Any) -> list[str]:
    """Name what to look at. On PySpark pandera does not say which column, so every one counts."""
    if hasattr(obj, "toLocalIterator"):
        return list(obj.columns)
    name = getattr(obj, "key", None) or getattr(obj, "column_name", None)
    return [str(name if name is not None else getattr(obj, "name", None) or "value")]


def _batches(obj: Any, names: Sequence[str]) -> Iterator[list[pa.Array]]:
    """Read columns of what pandera hands over: a series, a frame, or a holder of a lazy one."""
    if hasattr(obj, "lazyframe"):
        frame = obj.lazyframe.select(list(names)).collect()
        for part in frame.iter_slices(BATCH_ROWS):
            yield [part[name].to_arrow() for name in names]
    elif hasattr(obj, "dataframe") or hasattr(obj, "toLocalIterator"):
        yield from spark_batches(None, getattr(obj, "dataframe", obj), names)
    else:
        frame = obj if hasattr(obj, "columns") else obj.to_frame(name=names[0])
        yield from pandas_batches(None, frame, names)


def register() -> None:
    """Make the checks known to pandera, once a process."""
    for function, statistics in (
        (no_sensitive_data, ["allowed"]),
        (k_anonymous, ["quasi_identifiers", "k", "sensitive", "l", "t", "subject"]),
        (looks_masked, ["pattern"]),
    ):
        if function.__name__ not in Check.REGISTERED_CUSTOM_CHECKS:
            register_check_method(statistics=statistics)(function)


register()
