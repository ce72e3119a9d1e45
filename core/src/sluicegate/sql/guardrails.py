"""What the guardrails say of a statement, from its facts, the policy's answer and its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from sluicegate.model.data import DataClass
from sluicegate.model.decision import ColumnRule, Obligations
from sluicegate.model.findings import Reason
from sluicegate.model.guardrails import Severity, Verdict, guardrail, judge
from sluicegate.model.masks import Partial, Pseudonymize
from sluicegate.model.plan import OutputColumn
from sluicegate.sql.facts import Facts

_CARD = DataClass("card")

Tuned = Mapping[str, Severity]


def check(
    facts: Facts,
    *,
    scan_literal: Callable[[str], str | None] | None = None,
    tuned: Tuned = MappingProxyType({}),
) -> tuple[Verdict, ...]:
    """Return what the guardrails say of a statement by itself, errors first.

    ``G01``–``G06``, ``G08`` and ``G14`` are raised by ``parse``: such a statement has no facts.

    Args:
        facts: From ``gather``.
        scan_literal: Text of a literal → the data class found in it, or ``None``. Without it
            ``G12`` is silent.
        tuned: Severities that the policy gives.
    """
    found = [
        *(_of_problem(p) for p in facts.problems),
        *_literals(facts, scan_literal, tuned),
        *_shape(facts, tuned),
    ]
    return in_order(found)


def check_obligations(
    facts: Facts, obligations: Obligations, *, tuned: Tuned = MappingProxyType({})
) -> tuple[Verdict, ...]:
    """Return what the guardrails say of the policy's answer to a statement.

    Args:
        facts: From ``gather``.
        obligations: Of the policy.
        tuned: Severities that the policy gives.
    """
    return in_order(list(_unclassified_stars(facts, obligations, tuned)))


def check_columns(columns: Sequence[OutputColumn]) -> tuple[Verdict, ...]:
    """Return what the guardrails say of the columns that would leave together."""
    cards = [c for c in columns if _CARD in c.data_classes]
    masks = {mask for c in cards for mask in c.masks.values()}
    hashed = any(isinstance(m, Pseudonymize) for m in masks)
    part = any(isinstance(m, Partial) and (m.keep_first + m.keep_last or m.keep) for m in masks)
    names = ", ".join(c.name for c in cards)
    return (judge("G19", names),) if hashed and part else ()


def in_order(found: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Sort by severity and leave out what the policy ignores."""
    order = {"error": 0, "ask": 1, "warn": 2}
    heard = [v for v in found if v.severity in order]
    return tuple(sorted(heard, key=lambda v: order[v.severity]))


def _of_problem(reason: Reason) -> Verdict:
    rule = guardrail(reason.code)
    severity: Severity = rule.severity if rule else "error"
    return Verdict(guardrail=reason.code, severity=severity, reason=reason)


def _literals(
    facts: Facts, scan: Callable[[str], str | None] | None, tuned: Tuned
) -> Iterator[Verdict]:
    if scan is None:
        return
    for literal in facts.literals:
        if data_class := scan(literal.text.reveal()):
            yield judge("G12", data_class, literal.place, tuned=tuned)


def _unclassified_stars(facts: Facts, obligations: Obligations, tuned: Tuned) -> Iterator[Verdict]:
    for star in facts.stars:
        rules = ((ref, obligations.columns.get(ref)) for ref in star.columns)
        names = [str(ref) for ref, rule in rules if rule is None or _unclassified(rule)]
        if names:
            yield judge("G11", ", ".join(names[:5]), star.place, tuned=tuned)


def _unclassified(rule: ColumnRule) -> bool:
    return rule.data_class is None and rule.mask is None


def _shape(facts: Facts, tuned: Tuned) -> Iterator[Verdict]:
    if facts.relations and not facts.has_limit and not facts.has_filter:
        yield judge("G30", tuned=tuned)
    for star in facts.stars:
        yield judge("G31", star.name, star.place, tuned=tuned)
    for join in facts.cross_joins:
        yield judge("G32", "", join.place, tuned=tuned)
    if facts.relations and facts.unordered_sample:
        yield judge("G36", "", facts.unordered_sample, tuned=tuned)
