"""GROUP BY of a primary key, which the masked sub-select in place of the table does not have."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.model.data import TypeFamily
from sluicegate.sql.names import column
from sluicegate.sql.scans import Scan

_NO_EQUALITY = (TypeFamily.JSON, TypeFamily.OTHER)
"""Families with types that cannot be grouped by."""


def extend_group(node: exp.Select, scans: list[Scan]) -> None:
    """Group by the columns that depend on a primary key, where the key is grouped by.

    They have one value for each key, so the groups stay the same. Not for ROLLUP and the like,
    where a column and its key may be in different sets.
    """
    clause = node.args.get("group")
    if not isinstance(clause, exp.Group) or {k for k, v in clause.args.items() if v} != {
        "expressions"
    }:
        return
    grouped = {_written(node, item) for item in clause.expressions}
    for scan in scans:
        if _has_key(scan, grouped):
            wanted = (column(scan.source.alias, name) for name in _groupable(scan))
            more = [item for item in wanted if item not in grouped]
            clause.set("expressions", [*clause.expressions, *more])


def _written(node: exp.Select, item: exp.Expr) -> exp.Expr:
    """Return what a position stands for."""
    if isinstance(item, exp.Literal):
        item = node.expressions[int(item.name) - 1]
    return item.unalias()


def _has_key(scan: Scan, grouped: set[exp.Expr]) -> bool:
    names = {own: shown for shown, own in scan.catalogue_names.items()}
    keys = [names.get(name) for name in scan.relation.key]
    return bool(keys) and all(
        name is not None
        and scan.treatment(name).one_to_one
        and column(scan.source.alias, name) in grouped
        for name in keys
    )


def _groupable(scan: Scan) -> list[str]:
    families = {c.name: c.family for c in scan.relation.columns}
    return [
        name
        for name in scan.source.used
        if families.get(scan.catalogue_names[name]) not in _NO_EQUALITY
    ]
