"""Compares a source as it is now with what the policy says of it. Names and classes, no value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sluicegate.detect.columns import ColumnVerdict
from sluicegate.detect.columns.evidence import SAME
from sluicegate.detect.columns.verdict import DIRECT, QUASI
from sluicegate.gate.profiling import Scope, SourceProfile, TableProfile
from sluicegate.model.data import (
    FREE_TEXT,
    PUBLIC,
    SECRET,
    CatalogColumn,
    DataClass,
    RelationName,
    TypeFamily,
)
from sluicegate.model.masks import Keep, Redact, Suppress
from sluicegate.policy import Policy
from sluicegate.policy.builtin import BUILT_IN
from sluicegate.sources.inventory import Listed
from sluicegate.sql.pushdown import fits

Level = Literal["error", "warn"]
What = Literal[
    "new_table", "new_column", "gone_table", "gone_column", "type_changed", "class_differs",
]  # fmt: skip

_LEAST: Final = 0.02
"""Share of values of a ``public`` column that are personal from which on it is an error."""
_LIKELY: Final = 0.8
_NUMBERS: Final = frozenset({TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.FLOAT})
_ALIKE: Final = frozenset(
    map(
        DataClass,
        (
            "bank_account", "bank_routing", "driving_licence", "health_id", "medical_record",
            "national_id", "passport", "phone", "tax_id", "us_ssn", "identifier", "imei", "vin",
        ),
    )
)  # fmt: skip
"""Numbers that are told apart by their names more than by their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference."""

    level: Level
    """``error``: something private may leave as it is. ``warn``: the policy is out of date."""
    what: What
    relation: RelationName
    column: str = ""
    policy_class: str = ""
    found_class: str = ""
    score: float | None = None
    why: str = ""


def compare(policy: Policy, profile: SourceProfile, scope: Scope) -> tuple[Drift, ...]:
    """Return all differences, sorted by place.

    A policy holds no types, so that a type counts as changed where it no longer takes the mask of
    the column's class.

    Args:
        policy: The policy in force.
        profile: The source as it is.
        scope: What of the source was looked at; the rest of the policy is not compared.
    """
    entry = policy.sources.get(profile.source)
    known = entry.tables if entry else {}
    found = [d for table in profile.tables for d in _of_table(policy, known, table)]
    seen = {t.relation.name for t in profile.tables}
    schemas = {name.schema for name in seen}
    for name in known:
        inside = name.schema in schemas and scope.covers(Listed(name=name, kind="table"))
        if name not in profile.present and inside:
            why = "the policy lists it, the source does not show it"
            found.append(Drift(level="warn", what="gone_table", relation=name, why=why))
    return tuple(sorted(found, key=lambda d: (d.relation, d.column, d.what)))


def _of_table(
    policy: Policy,
    known: Mapping[RelationName, Mapping[str, DataClass]],
    table: TableProfile,
) -> Iterator[Drift]:
    relation = table.relation.name
    listed = known.get(relation)
    if listed is None:
        private = sum(_private(v.data_class) for v in table.verdicts)
        why = f"{len(table.verdicts)} columns, of which {private} look private"
        yield Drift(level="warn", what="new_table", relation=relation, why=why)
        return
    for column, verdict in zip(table.relation.columns, table.verdicts, strict=True):
        if column.name not in listed:
            yield _drift("warn", "new_column", relation, verdict)
        else:
            yield from _of_column(policy, relation, column, verdict, listed[column.name])
    present = {c.name for c in table.relation.columns}
    for name in listed:
        if name not in present:
            why = "the policy lists it, the source does not show it"
            yield Drift(
                level="warn",
                what="gone_column",
                relation=relation,
                column=name,
                policy_class=listed[name],
                why=why,
            )


def _of_column(
    policy: Policy,
    relation: RelationName,
    column: CatalogColumn,
    verdict: ColumnVerdict,
    said: DataClass,
) -> Iterator[Drift]:
    mask = policy.classes.get(said, BUILT_IN.get(said))
    if mask is not None and not fits(mask, column.family):
        why = f"type {column.family} does not take the mask of {said}: reading it is refused"
        yield _drift("warn", "type_changed", relation, verdict, said, why)
    if said == PUBLIC or isinstance(mask, Keep):
        yield from _of_public(relation, verdict, said)
    elif not isinstance(mask, (Suppress, Redact)):
        yield from _of_masked(relation, verdict, said)


def _of_public(relation: RelationName, verdict: ColumnVerdict, said: DataClass) -> Iterator[Drift]:
    """Judge a column that leaves as it is: by what was found in it, else by its class."""
    numeric = verdict.family in _NUMBERS
    worst = max(verdict.found, key=lambda f: (f[0] == SECRET, f[1], f[0]), default=None)
    if worst is not None and not numeric:
        data_class, share = worst
        level: Level = "error" if data_class == SECRET or share >= _LEAST else "warn"
        why = f"{share * 100:.1f} % of {verdict.sampled} sampled values hold {data_class}"
        yield _drift(level, "class_differs", relation, verdict, said, why, data_class)
    elif verdict.data_class != said and _private(verdict.data_class):
        strong = verdict.score >= _LIKELY and _by_values(verdict)
        yield _drift("error" if strong else "warn", "class_differs", relation, verdict, said)
    elif verdict.data_class == FREE_TEXT and verdict.score >= _LIKELY:
        yield _drift("warn", "class_differs", relation, verdict, said)


def _of_masked(relation: RelationName, verdict: ColumnVerdict, said: DataClass) -> Iterator[Drift]:
    """Judge a column that leaves masked: only what its values prove counts against it."""
    content = verdict.content
    if content is None or content == SAME.get(said, said):
        return
    if content in _ALIKE and (said in _ALIKE or said not in DIRECT | QUASI):
        return
    level: Level = "error" if content == SECRET else "warn"
    why = f"most of {verdict.sampled} sampled values are {content}"
    yield _drift(level, "class_differs", relation, verdict, said, why, content)


def _drift(
    level: Level,
    what: What,
    relation: RelationName,
    verdict: ColumnVerdict,
    said: DataClass | None = None,
    why: str = "",
    found: DataClass | None = None,
) -> Drift:
    reasons = "; ".join(r.text for r in verdict.reasons if r.weight > 0)
    return Drift(
        level=level,
        what=what,
        relation=relation,
        column=verdict.column,
        policy_class=said or "",
        found_class=found or verdict.data_class,
        score=verdict.score,
        why=why or reasons,
    )


def _private(data_class: DataClass) -> bool:
    return data_class in DIRECT or data_class in QUASI or data_class == SECRET


def _by_values(verdict: ColumnVerdict) -> bool:
    return any(r.kind in {"values", "key"} and r.weight > 0 for r in verdict.reasons)
