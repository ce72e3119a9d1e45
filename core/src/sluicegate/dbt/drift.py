"""Compares what a dbt project says of its columns with a policy. Names and classes, no value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sluicegate.dbt.proposal import entry_of, mask_text
from sluicegate.errors import UnknownNameError
from sluicegate.model.data import PUBLIC, DataClass, RelationName

if TYPE_CHECKING:
    from sluicegate.dbt.tracing import Trace, Traced
    from sluicegate.policy import Policy

Level = Literal["error", "warn"]
What = Literal[
    "exposed", "untagged", "class_differs", "mask_differs", "not_in_policy", "not_in_dbt", "fault",
    "unseen",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtDrift:
    """One difference."""

    level: Level
    """``error``: something private may leave as it is. ``warn``: one of the two is out of date."""
    what: What
    relation: str
    column: str = ""
    dbt: str = ""
    policy: str = ""
    remedy: str = ""


def compare(trace: Trace, policy: Policy, *, source: str) -> tuple[DbtDrift, ...]:
    """Compare a project with the policy of the database that it builds.

    Args:
        trace: The columns of the project.
        policy: The policy.
        source: Name of the database in it.

    Raises:
        UnknownNameError: the policy has no such source.
    """
    if source not in policy.sources:
        raise UnknownNameError.of("source in the policy", source, policy.sources)
    tables = policy.sources[source].tables
    found = [d for c in trace.columns for d in _of_column(c, tables, policy)]
    found += _gone(trace, tables)
    found += [_unseen(line) for line in trace.unseen]
    return tuple(sorted(found, key=lambda d: (d.level, d.relation, d.column)))


def _of_column(
    column: Traced,
    tables: Mapping[RelationName, Mapping[str, DataClass]],
    policy: Policy,
) -> Iterator[DbtDrift]:
    said = column.documented.declared if column.documented else None
    if said is not None and said.fault:
        yield _drift(column, "warn", "fault", remedy=said.fault)
    listed = tables.get(column.relation.name)
    held = listed.get(column.name) if listed is not None else None
    if held == PUBLIC and column.data_class not in {None, PUBLIC}:
        remedy = f"classify it in the policy: {entry_of(column)}"
        yield _drift(column, "error", "exposed", held, remedy=remedy)
    elif _is_untold_copy(column) and held in {None, PUBLIC}:
        remedy = f"it carries {column.origin}: write its class into its `meta`, or mask it"
        yield _drift(column, "error", "untagged", held, remedy=remedy)
    elif held is not None and column.data_class not in {None, held}:
        yield _drift(column, "warn", "class_differs", held, remedy="let both say the same")
    elif held is None and column.data_class is not None and listed is not None:
        yield _drift(column, "warn", "not_in_policy", remedy=f"add {entry_of(column)}")
    if said is not None and said.mask is not None and held is not None and said.data_class == held:
        wanted, default = mask_text(said.mask), mask_text(policy.classes[held])
        if wanted != default:
            yield _drift(
                column, "warn", "mask_differs", default, dbt=wanted, remedy="let both say the same"
            )


def _is_untold_copy(column: Traced) -> bool:
    """Tell whether a model gives a sensitive column out and says nothing, or that it is public."""
    private = column.carries not in {None, PUBLIC}
    return column.copied and private and column.declared in {None, PUBLIC}


def _gone(
    trace: Trace, tables: Mapping[RelationName, Mapping[str, DataClass]]
) -> Iterator[DbtDrift]:
    """Tell columns of the policy that a relation of the project has not, where all are known."""
    seen: dict[RelationName, set[str]] = {}
    for column in trace.columns:
        seen.setdefault(column.relation.name, set()).add(column.name)
    partly = {line.partition(":")[0] for line in trace.unseen}
    models = {
        c.relation.name
        for c in trace.columns
        if c.relation.kind == "model" and c.relation.id not in partly
    }
    for relation in sorted(models & set(tables)):
        for name in sorted(set(tables[relation]) - seen[relation]):
            yield DbtDrift(
                level="warn",
                what="not_in_dbt",
                relation=str(relation),
                column=name,
                policy=tables[relation][name],
                remedy="remove it from the policy, or from the model's past",
            )


def _unseen(line: str) -> DbtDrift:
    id_, _, why = line.partition(": ")
    return DbtDrift(level="warn", what="unseen", relation=id_, remedy=why)


def _drift(
    column: Traced,
    level: Level,
    what: What,
    policy: str | None = None,
    *,
    dbt: str = "",
    remedy: str = "",
) -> DbtDrift:
    return DbtDrift(
        level=level,
        what=what,
        relation=str(column.relation.name),
        column=column.name,
        dbt=dbt or str(column.data_class or ""),
        policy=policy or "",
        remedy=remedy,
    )
