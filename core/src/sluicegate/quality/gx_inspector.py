"""Judges a result by suites of Great Expectations.

Expectations that hold or not for each row alone are judged batch by batch, and their counts are
added up; ``mostly`` is about the sum. All others need the whole result: the columns that they name
wait on disk, and are read back for one expectation after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import QualityError
from sluicegate.model.quality import QualityFailure
from sluicegate.quality import gx_expectations  # noqa: F401 - registers ours
from sluicegate.quality.frames import to_pandas
from sluicegate.quality.gx_library import TOOL, ExpectationConfiguration, gx, judge
from sluicegate.quality.port import TOO_LARGE

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.quality.port import Whole

_ROW_WISE: Final = frozenset(
    {
        "expect_column_pair_values_a_to_be_greater_than_b",
        "expect_column_pair_values_to_be_equal",
        "expect_column_pair_values_to_be_in_set",
        "expect_column_value_lengths_to_be_between",
        "expect_column_value_lengths_to_equal",
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_dateutil_parseable",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_be_json_parseable",
        "expect_column_values_to_be_null",
        "expect_column_values_to_hold_no_sensitive_data",
        "expect_column_values_to_match_json_schema",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_match_regex_list",
        "expect_column_values_to_match_strftime_format",
        "expect_column_values_to_not_be_in_set",
        "expect_column_values_to_not_be_null",
        "expect_column_values_to_not_match_regex",
        "expect_column_values_to_not_match_regex_list",
        "expect_multicolumn_sum_to_equal",
        "expect_multicolumn_values_to_be_equal",
        "expect_select_column_values_to_be_unique_within_record",
    }
)
"""Of which the library's answer about two batches follows from those about each."""
_COUNTING: Final = frozenset(
    {"expect_table_row_count_to_be_between", "expect_table_row_count_to_equal"}
)
_NAMING: Final = frozenset(
    {
        "expect_column_to_exist",
        "expect_table_column_count_to_be_between",
        "expect_table_column_count_to_equal",
        "expect_table_columns_to_match_ordered_list",
        "expect_table_columns_to_match_set",
    }
)
_NUMBER: Final = "sluicegate_number"


@dataclass(slots=True)
class _Sums:
    judged: int = 0
    missing: int = 0
    unexpected: int = 0
    broken: str = ""


class GxInspector:
    """Suites of Great Expectations, as one check.

    Args:
        suites: As their files hold them, or one suite of the library.
        check: How the check is named, for errors.

    Raises:
        QualityError: an expectation is not known, or there is none.
    """

    tool = TOOL

    def __init__(self, suites: Any, check: str) -> None:
        self._expectations = [e for suite in _opened(suites, check) for e in suite.expectations]
        if not self._expectations:
            raise QualityError(f"{check}: a suite without expectations")
        for number, expectation in enumerate(self._expectations):
            # results come in an order of their own; the number tells which one they are of
            expectation.meta = {**(expectation.meta or {}), _NUMBER: number}
        kinds = [_kind(e) for e in self._expectations]
        self._by_row = [n for n, kind in enumerate(kinds) if kind in _ROW_WISE]
        self._sums = {n: _Sums() for n in self._by_row}
        self.evaluated = len(kinds)
        self.over_whole = len(kinds) - len(self._by_row)

    def kept(self, names: Sequence[str]) -> frozenset[str]:
        """Name the columns that are needed again at the end."""
        needed = [self._columns(n, names) for n in self._rest()]
        return frozenset(name for columns in needed for name in columns)

    def see(self, batch: pa.RecordBatch) -> None:
        """Judge what can be told row by row."""
        if not self._by_row:
            return
        names = batch.schema.names
        needed = {c for n in self._by_row for c in self._columns(n, names)}
        frame = to_pandas(batch.select([name for name in names if name in needed]))
        for number, result in self._judged(frame, self._by_row):
            _add(self._sums[number], result)

    def conclude(self, whole: Whole | None) -> Sequence[QualityFailure]:
        """Judge the rest."""
        found = [self._of_rows(n) for n in self._by_row]
        if whole is not None:
            found += [self._of_whole(n, whole) for n in self._rest()]
        return [failure for failure in found if failure is not None]

    def _rest(self) -> list[int]:
        return [n for n in range(self.evaluated) if n not in self._sums]

    def _of_rows(self, number: int) -> QualityFailure | None:
        sums, kwargs = self._sums[number], self._kwargs(number)
        present = sums.judged - sums.missing
        if not sums.broken and _enough(present, sums.unexpected, kwargs.get("mostly", 1.0)):
            return None
        if sums.broken:
            return self._failure(number, broken=sums.broken)
        return self._failure(number, unexpected=sums.unexpected, rows=present)

    def _of_whole(self, number: int, whole: Whole) -> QualityFailure | None:
        table = self._table(number, whole)
        if table is None:
            return self._failure(number, broken=TOO_LARGE)
        ((_, result),) = self._judged(to_pandas(table), [number])
        if isinstance(result, str):
            return self._failure(number, broken=result)
        if broken := _broken(result):
            return self._failure(number, broken=broken)
        if result.success is True:
            return None
        counts = result.result or {}
        rows, unexpected = counts.get("element_count"), counts.get("unexpected_count")
        told = {"unexpected": int(unexpected), "rows": int(rows)} if rows and unexpected else {}
        return self._failure(number, **told)

    def _table(self, number: int, whole: Whole) -> pa.Table | None:
        kind = _kind(self._expectations[number])
        if kind in _NAMING:
            return whole.schema.empty_table()
        return whole.table([] if kind in _COUNTING else self._columns(number, whole.schema.names))

    def _judged(self, frame: Any, numbers: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yield the result of each expectation, or the type of the error that all met."""
        wanted = [self._expectations[n] for n in numbers]
        try:
            results = judge(frame, wanted)
            by_number = {r.expectation_config.meta[_NUMBER]: r for r in results}
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote the rows
            kind = type(error).__name__
            yield from ((n, kind) for n in numbers)
            return
        for number in numbers:
            yield number, by_number.get(number, "no result")

    def _kwargs(self, number: int) -> Mapping[str, Any]:
        kwargs: Mapping[str, Any] = self._expectations[number].configuration.kwargs
        return kwargs

    def _columns(self, number: int, names: Sequence[str]) -> list[str]:
        """Columns of the result that an expectation looks at; all, where it does not say."""
        kwargs, kind = self._kwargs(number), _kind(self._expectations[number])
        if kind in _COUNTING | _NAMING:
            return []
        named = _named(kwargs)
        whole = not named or kwargs.get("row_condition")
        return [name for name in names if whole or name in named]

    def _failure(self, number: int, **told: Any) -> QualityFailure:
        expectation = self._expectations[number]
        severity = getattr(getattr(expectation, "severity", None), "value", "critical")
        return QualityFailure(
            name=_kind(expectation),
            columns=tuple(_named(self._kwargs(number))),
            severity="error" if severity == "critical" else "warn",
            **told,
        )


def _opened(suites: Any, check: str) -> list[Any]:
    if isinstance(suites, gx.ExpectationSuite):
        return [gx.ExpectationSuite(name=suites.name, expectations=_copies(suites))]
    if not isinstance(suites, list):
        raise QualityError(f"{check}: not an ExpectationSuite", hint="name one, or a file")
    return [_suite(suite, check) for suite in suites]


def _copies(suite: Any) -> list[Any]:
    return [e.copy(deep=True, update={"id": None}) for e in suite.expectations]


def _suite(document: Mapping[str, Any], check: str) -> Any:
    """Build a suite from its file, an expectation at a time, so that the wrong one is named."""
    made = gx.ExpectationSuite(name=str(document.get("name") or check))
    for number, one in enumerate(document["expectations"], 1):
        try:
            plain = {key: value for key, value in one.items() if key not in {"id", "notes"}}
            made.add_expectation_configuration(ExpectationConfiguration(**plain))
        except Exception:  # noqa: BLE001 - of any type; told below, without its text
            known = False
        else:
            known = True
        if known:
            continue
        hint = "one of your own: name the module that defines it, as gx:module:SUITE"
        raise QualityError(f"{check}: expectation {number} is not known or wrong", hint=hint)
    return made


def _kind(expectation: Any) -> str:
    kind: str = expectation.expectation_type
    return kind


def _named(kwargs: Mapping[str, Any]) -> list[str]:
    found = [kwargs.get(key) for key in ("column", "column_A", "column_B")]
    for key in ("column_list", "quasi_identifiers", "sensitive", "subject"):
        value = kwargs.get(key) or ()
        found += [value] if isinstance(value, str) else list(value)
    return list(dict.fromkeys(name for name in found if isinstance(name, str)))


def _add(sums: _Sums, result: Any) -> None:
    broken = result if isinstance(result, str) else _broken(result)
    counts = {} if broken else result.result
    judged, unexpected = counts.get("element_count"), counts.get("unexpected_count")
    if broken or judged is None or unexpected is None:
        sums.broken = sums.broken or broken or "no counts"
        return
    sums.judged += int(judged)
    sums.missing += int(counts.get("missing_count") or 0)
    sums.unexpected += int(unexpected)


def _broken(result: Any) -> str:
    """Tell whether an expectation raised; the texts of its errors may quote the rows."""
    info = result.exception_info or {}
    told = [info] if "raised_exception" in info else list(info.values())
    return "an error" if any(_raised(one) for one in told) else ""


def _raised(info: Any) -> bool:
    return bool(not isinstance(info, Mapping) or info.get("raised_exception", True))


def _enough(present: int, unexpected: int, mostly: Any) -> bool:
    return present == 0 or (present - unexpected) / present >= float(mostly)
