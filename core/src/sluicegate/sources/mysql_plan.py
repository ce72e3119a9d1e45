"""What the planner of MySQL or MariaDB expects, out of ``EXPLAIN FORMAT=JSON``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sluicegate.model.data import Estimate

_APART = {
    "subqueries",
    "attached_subqueries",
    "select_list_subqueries",
    "having_subqueries",
    "order_by_subqueries",
    "group_by_subqueries",
    "optimized_away_subqueries",
    "update_value_subqueries",
    "materialized",
    "materialized_from_subquery",
}
"""What gives no rows to the block that holds it: its own table node counts them."""
_UNIONS = ("union_result", "recursive_union")


def estimate(text: str) -> Estimate:
    """Read a plan. Rows are the product over the joined tables, before grouping and LIMIT.

    So it is an upper bound of the planner's own guess. Cost is told by MySQL and by MariaDB from
    11 on. A plan of another shape gives ``None``.
    """
    try:
        block = json.loads(text).get("query_block", {})
    except ValueError:
        # MariaDB 10.11 does not escape the quotes of a string in a condition.
        return Estimate(rows=None, cost=None)
    cost = block.get("cost_info", {}).get("query_cost", block.get("cost"))
    return Estimate(rows=_rows(block), cost=None if cost is None else float(cost))


def _rows(block: dict[str, Any]) -> float | None:
    for union in _UNIONS:
        if union in block:
            parts = [_rows(q["query_block"]) for q in block[union]["query_specifications"]]
            return None if None in parts else sum(p for p in parts if p is not None)
    tables = list(_tables(block))
    if not tables:
        return 1.0
    result = 1.0
    for table in tables:
        rows = table.get("rows", table.get("rows_examined_per_scan"))
        if rows is None:
            return _without_rows(str(table.get("message", "")))
        result *= float(rows) * float(table.get("filtered", 100)) / 100
    return result


def _without_rows(message: str) -> float | None:
    """Return what the planner's remark in place of a table means."""
    if message.startswith(("Impossible", "no matching row", "Zero limit")):
        return 0.0
    return 1.0 if message.startswith(("No tables used", "Select tables optimized")) else None


def _tables(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for item in node:
            yield from _tables(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "table" and isinstance(value, dict):
                yield value
            elif key not in _APART:
                yield from _tables(value)
