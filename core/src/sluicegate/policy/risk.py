"""Resolves the risk and budgets of rules, and combines those of several to the strictest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import get_args

from sluicegate.model.data import DataClass
from sluicegate.model.risk import Budget, ColumnSet, Differencing, RiskTerms
from sluicegate.policy.document_risk import BudgetEntry, RiskEntry, parse_column


def terms_of(entry: RiskEntry) -> RiskTerms:
    """Resolve the risk of one rule."""
    return RiskTerms(
        quasi_identifiers=RiskTerms().quasi_identifiers
        if entry.quasi_identifiers is None
        else _columns(entry.quasi_identifiers),
        sensitive=_columns(entry.sensitive or ()),
        subjects=(_columns(entry.subject),) if entry.subject else (),
        k=entry.k,
        l=entry.l,
        entropy_l=entry.entropy_l,
        t=entry.t,
        unique=entry.unique,
        cells=entry.k if entry.cells is None else entry.cells,
        on_failure=entry.on_failure,
        differencing=entry.differencing,
    )


def budget_of(entry: BudgetEntry) -> Budget:
    """Resolve the budget of one rule."""
    return Budget(seconds=entry.per, rows=entry.rows, cells=entry.cells)


def strictest(terms: Sequence[RiskTerms]) -> RiskTerms | None:
    """Combine terms to some that meet each of them; their order does not matter.

    Columns that one rule calls quasi-identifying, sensitive or a subject are so for all, and rows
    are left out only if every rule that takes part would leave them out.
    """
    if not terms:
        return None
    return RiskTerms(
        quasi_identifiers=reduce(or_, (t.quasi_identifiers for t in terms)),
        sensitive=reduce(or_, (t.sensitive for t in terms)),
        subjects=_distinct(subject for t in terms for subject in t.subjects),
        k=max((t.k for t in terms if t.k is not None), default=None),
        l=max((t.l for t in terms if t.l is not None), default=None),
        entropy_l=max((t.entropy_l for t in terms if t.entropy_l is not None), default=None),
        t=min((t.t for t in terms if t.t is not None), default=None),
        unique=min((t.unique for t in terms if t.unique is not None), default=None),
        cells=max((t.cells for t in terms if t.cells is not None), default=None),
        on_failure="refuse" if any(t.on_failure == "refuse" for t in terms) else "suppress_rows",
        differencing=next(
            (d for d in get_args(Differencing) if any(t.differencing == d for t in terms)), None
        ),
    )


def _distinct(subjects: Iterable[ColumnSet]) -> tuple[ColumnSet, ...]:
    return tuple(sorted(set(subjects), key=lambda s: (sorted(s.classes), sorted(s.columns))))


def _columns(texts: Iterable[str]) -> ColumnSet:
    refs = {text: parse_column(text) for text in texts}
    return ColumnSet(
        classes=frozenset(DataClass(text) for text, ref in refs.items() if ref is None),
        columns=frozenset(ref for ref in refs.values() if ref is not None),
    )
