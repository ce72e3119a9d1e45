"""Finds out, before any row is asked for, what of a result has to be measured, and whether it can.

Columns are told by where their values come from: what the statement calls them does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sluicegate.model.canonical import canonical_bytes, digest, plain
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Suppress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.model.decision import Obligations
    from sluicegate.model.plan import Counts, OutputColumn, RowShape
    from sluicegate.model.risk import ColumnSet, RiskTerms

_NAME_SUBJECT: Final = "name the `subject` of the risk in the policy, so that people are counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """The columns of a result by their part in its disclosure risk."""

    quasi_identifiers: tuple[str, ...]
    sensitive: tuple[str, ...]
    subject: tuple[str, ...]
    """One for each subject of the terms; of an aggregate empty."""
    counts: tuple[str, ...] = ()
    """Of an aggregate, the columns that count its rows or people."""
    classes: tuple[str, ...] = ()
    """Columns whose values make a class: quasi-identifiers, or what names a group. In an order that
    does not hang on the statement, and each only once."""
    layout: str = ""
    """Digest of where these columns come from and how they are masked."""


def measuring(
    columns: Sequence[OutputColumn], obligations: Obligations, shape: RowShape
) -> Measuring | tuple[Reason, ...]:
    """Tell the columns to measure, or why the risk of such a result cannot be measured.

    Args:
        columns: Of the result.
        obligations: With the terms of the risk.
        shape: What a row of the result stands for.
    """
    assert obligations.risk is not None
    return _Finding(columns, obligations, obligations.risk, shape).found()


class _Finding:
    def __init__(
        self,
        columns: Sequence[OutputColumn],
        obligations: Obligations,
        terms: RiskTerms,
        shape: RowShape,
    ) -> None:
        self._columns = columns
        self._rules = obligations.columns
        self._terms = terms
        self._shape = shape

    def found(self) -> Measuring | tuple[Reason, ...]:
        reasons = tuple(self._faults())
        if reasons:
            return reasons
        counts = self._subject_columns("distinct") or self._counted("rows")
        grouped = self._shape.grouped
        keys = [c for c in self._columns if not c.aggregated and c not in counts]
        quasi = list(self._members(self._terms.quasi_identifiers))
        classes = {_place(c): c.name for c in (keys if grouped else quasi)}
        return Measuring(
            quasi_identifiers=self._names(self._terms.quasi_identifiers),
            sensitive=self._names(self._terms.sensitive),
            subject=() if grouped else tuple(c.name for c in self._subject_columns("")),
            counts=tuple(c.name for c in counts) if grouped else (),
            classes=tuple(classes[place] for place in sorted(classes)),
            layout=digest([grouped, *sorted(classes)]),
        )

    def _faults(self) -> Iterator[Reason]:
        terms, shape = self._terms, self._shape
        if shape.nested:
            yield _shape("an aggregate stands below the outermost query", "aggregate once only")
        if terms.subjects:
            yield from self._subject_faults()
        elif shape.repeats:
            yield _shape("a row of a table may come more than once", _NAME_SUBJECT)
        elif shape.grouped and not self._counted("rows"):
            hint = "select count(*), so that small groups can be seen"
            yield Reason(code="RISK-COUNT", message="an aggregate without its count", hint=hint)
        if shape.grouped and shape.selective:
            hint = "aggregate columns as they are, without FILTER, CASE or arithmetic"
            yield _shape("an aggregate may be of some rows of its group only", hint)
        if shape.repeats and (terms.t is not None or terms.entropy_l is not None):
            hint = "select from one table, without joins and set operations"
            yield _shape("`t` and `entropy_l` are shares of rows, and these may repeat", hint)
        if shape.grouped and self._names(terms.sensitive):
            hint = "leave the sensitive columns out, or extract rows"
            yield _shape("`l`, `entropy_l` and `t` are of rows, and this is an aggregate", hint)

    def _subject_faults(self) -> Iterator[Reason]:
        wanted: Counts = "distinct" if self._shape.grouped else ""
        found = self._subject_columns(wanted)
        if len(found) < len(self._terms.subjects):
            what = "its COUNT(DISTINCT …)" if wanted else "the column itself"
            yield Reason(
                code="RISK-SUBJECT",
                message="the result does not say whom its rows are about",
                hint=f"select {what} that the policy names as `subject`",
            )
            return
        if self._shape.moves:
            hint = "leave out window functions, but for row_number, rank, count, sum and avg"
            yield _shape("a window function may move people to other rows", hint)
        homes = {ref.relation for c in found for ref in c.origins}
        homes |= {
            r.relation for c in self._members(self._terms.quasi_identifiers) for r in c.origins
        }
        if len(homes) > 1 or not homes <= self._shape.once:
            message = "quasi-identifiers and subject may be of different people"
            yield _shape(message, "select both from one table that the statement reads once")

    def _subject_columns(self, counted: Counts) -> tuple[OutputColumn, ...]:
        """Return for each subject the column that shows it, as far as there is one."""
        counts = self._shape.counts or ("",) * len(self._columns)
        found = (
            next(
                (
                    column
                    for column, count in zip(self._columns, counts, strict=True)
                    if count == counted and self._shows(column, subject, bare=not counted)
                ),
                None,
            )
            for subject in self._terms.subjects
        )
        return tuple(column for column in found if column is not None)

    def _shows(self, column: OutputColumn, subject: ColumnSet, *, bare: bool) -> bool:
        if len(column.origins) != 1 or (bare and (not column.bare or column.aggregated)):
            return False
        if any(isinstance(mask, Suppress) for mask in column.masks.values()):
            return False
        return self._member(column, subject)

    def _counted(self, kind: Counts) -> tuple[OutputColumn, ...]:
        pairs = zip(self._columns, self._shape.counts, strict=False)
        return tuple(column for column, count in pairs if count == kind)

    def _members(self, wanted: ColumnSet) -> Iterator[OutputColumn]:
        return (c for c in self._columns if self._member(c, wanted))

    def _member(self, column: OutputColumn, wanted: ColumnSet) -> bool:
        return any(wanted.holds(ref, self._rules[ref].data_class) for ref in column.origins)

    def _names(self, wanted: ColumnSet) -> tuple[str, ...]:
        return tuple(c.name for c in self._members(wanted))


def _place(column: OutputColumn) -> str:
    """Tell a column by its origins and masks; a computed one by its name as well."""
    masks = {str(ref): [m.method, plain(m)] for ref, m in sorted(column.masks.items())}
    origins = [str(ref) for ref in column.origins]
    return canonical_bytes([origins, masks, "" if column.bare else column.name]).decode()


def _shape(message: str, hint: str) -> Reason:
    return Reason(
        code="RISK-SHAPE",
        message=f"the disclosure risk cannot be measured: {message}",
        hint=hint,
    )
