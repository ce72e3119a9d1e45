"""The guardrails: stable ids, what each refuses, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sluicegate.model.decision import Obligations
from sluicegate.model.findings import Reason
from sluicegate.sql.facts import Facts

Severity = Literal["error", "ask", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """One rule; the documentation's table is generated from these."""

    id: str
    severity: Severity
    title: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a guardrail says of one statement."""

    guardrail: str
    severity: Severity
    reason: Reason


def _rule(id_: str, severity: Severity, title: str, remedy: str) -> Guardrail:
    return Guardrail(id=id_, severity=severity, title=title, remedy=remedy)


GUARDRAILS: tuple[Guardrail, ...] = (
    _rule("G01", "error", "more than one statement", "send one SELECT"),
    _rule("G02", "error", "a write anywhere in the statement", "only read"),
    _rule("G03", "error", "a change of the database's objects", "only read"),
    _rule("G04", "error", "SELECT INTO or CREATE TABLE AS", "give the output to Sluicegate"),
    _rule("G05", "error", "COPY, UNLOAD, EXPORT, ATTACH", "let Sluicegate write the output"),
    _rule("G06", "error", "CALL, DO, EXECUTE, EXPLAIN, PREPARE", "write the query itself"),
    _rule("G07", "error", "a function that is not on the list", "compute it after the extract"),
    _rule("G08", "error", "a change of rights, roles, settings or transaction", "only read"),
    _rule("G09", "error", "a part that is not parsed, modelled or resolved", "see the reason"),
    _rule("G10", "error", "a relation outside the policy", "add it to the policy"),
    _rule("G11", "error", "a star over unclassified columns", "list columns or classify them"),
    _rule("G12", "error", "personal data or a secret as a literal", "bind it as :name"),
    _rule("G13", "error", "a masked column used where its mask cannot hold", "use it bare"),
    _rule("G14", "error", "FOR UPDATE or FOR SHARE", "remove the lock"),
    _rule("G15", "error", "a system catalogue or statistics", "read the tables themselves"),
    _rule("G17", "error", "a file, an address or a table function", "read the source's tables"),
    _rule("G30", "warn", "neither LIMIT nor WHERE", "filter by the partition or date"),
    _rule("G31", "warn", "SELECT *", "list the columns that are needed"),
    _rule("G32", "warn", "a cross join", "write JOIN … ON"),
)
"""Guardrails that can be decided from the statement and the catalogue, in order of id."""

_BY_ID = {g.id: g for g in GUARDRAILS}


def check(
    facts: Facts,
    *,
    scan_literal: Callable[[str], str | None] | None = None,
    obligations: Obligations | None = None,
) -> tuple[Verdict, ...]:
    """Return what the guardrails say of a statement, errors first.

    ``G01``–``G06``, ``G08`` and ``G14`` are raised by ``parse``: such a statement has no facts.

    Args:
        facts: From ``gather``.
        scan_literal: Text of a literal → the data class found in it, or ``None``. Without it
            ``G12`` is silent.
        obligations: The policy's answer, which ``G11`` needs.
    """
    found = [
        *(_verdict(p.code, p) for p in facts.problems),
        *_literals(facts, scan_literal),
        *_unclassified_stars(facts, obligations),
        *_warnings(facts),
    ]
    order = {"error": 0, "ask": 1, "warn": 2}
    return tuple(sorted(found, key=lambda v: order[v.severity]))


def _verdict(code: str, reason: Reason) -> Verdict:
    rule = _BY_ID.get(code)
    return Verdict(guardrail=code, severity=rule.severity if rule else "error", reason=reason)


def _of(code: str, place: str, detail: str = "") -> Verdict:
    rule = _BY_ID[code]
    message = f"{rule.title}: {detail}" if detail else rule.title
    return _verdict(code, Reason(code=code, message=message, hint=rule.remedy, place=place))


def _literals(facts: Facts, scan: Callable[[str], str | None] | None) -> Iterator[Verdict]:
    for literal in facts.literals if scan else ():
        assert scan is not None
        if data_class := scan(literal.text.reveal()):
            yield _of("G12", literal.place, data_class)


def _unclassified_stars(facts: Facts, obligations: Obligations | None) -> Iterator[Verdict]:
    if obligations is None:
        return
    for star in facts.stars:
        rules = ((ref, obligations.columns.get(ref)) for ref in star.columns)
        names = [str(ref) for ref, rule in rules if rule is None or _unclassified(rule)]
        if names:
            yield _of("G11", star.place, ", ".join(names[:5]))


def _unclassified(rule: object) -> bool:
    return getattr(rule, "data_class", None) is None and getattr(rule, "mask", None) is None


def _warnings(facts: Facts) -> Iterator[Verdict]:
    if facts.relations and not facts.has_limit and not facts.has_filter:
        yield _of("G30", "")
    for star in facts.stars:
        yield _of("G31", star.place, star.name)
    for join in facts.cross_joins:
        yield _of("G32", join.place)
