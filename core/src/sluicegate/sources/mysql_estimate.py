"""What the planner of MySQL or MariaDB tells in ``EXPLAIN FORMAT=JSON``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sluicegate.model.data import Estimate


def estimate_of(document: Mapping[str, Any]) -> Estimate:
    """Return rows and cost as far as the document tells them; MariaDB before 11 tells no cost."""
    block = document.get("query_block", {})
    cost = block.get("cost_info", {}).get("query_cost", block.get("cost"))
    return Estimate(rows=_rows(block), cost=None if cost is None else float(cost))


def _rows(node: Any) -> float | None:
    """Multiply what each table of a join gives; add what the parts of a union give."""
    if not isinstance(node, Mapping):
        return None
    if "table" in node and isinstance(node["table"], Mapping):
        table = node["table"]
        rows = table.get("rows_produced_per_join", table.get("rows"))
        filtered = float(table.get("filtered", 100)) / 100
        return None if rows is None else float(rows) * filtered
    if "nested_loop" in node:
        product = 1.0
        for each in node["nested_loop"]:
            found = _rows(each)
            product *= 1.0 if found is None else found
        return product
    if "query_specifications" in node:
        parts = [_rows(part.get("query_block")) for part in node["query_specifications"]]
        return sum(part for part in parts if part is not None)
    below = [_rows(child) for child in node.values() if isinstance(child, Mapping)]
    return next((rows for rows in below if rows is not None), None)
