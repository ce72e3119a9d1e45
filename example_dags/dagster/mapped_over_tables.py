"""One guarded extract for each table of a list, side by side.

Use this where many tables are taken in the same way and the list changes. Each mapped step has a
run identity of its own, so one that is refused does not stop the others, and each retries by
itself. Mapping keys are names of tables: they are shown everywhere, so they must never be made of
rows.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from dagster_sluicegate import SluicegateResource, leakproof

LAKE = Path(os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake")))
TABLES = {
    "customers": "SELECT id, email, plan, notes FROM customers",
    "orders": "SELECT id, customer_id, amount, status, shipping_note FROM orders",
}


@dg.op(out=dg.DynamicOut(str))
def tables() -> Iterator[dg.DynamicOutput[str]]:
    """The names of the tables."""
    for name in TABLES:
        yield dg.DynamicOutput(name, mapping_key=name)


@dg.op
@leakproof
def extract(context: dg.OpExecutionContext, sluicegate: SluicegateResource, table: str) -> str:
    """Extract one table."""
    output = str(LAKE / "tables" / context.run.run_id / table)
    sluicegate.extract(
        context, source="shop_prod", sql=TABLES[table], output=output, purpose="churn_training"
    )
    return output


@dg.job
def mapped_over_tables() -> None:
    """Extract all tables."""
    tables().map(extract)


defs = dg.Definitions(
    jobs=[mapped_over_tables],
    resources={"sluicegate": SluicegateResource(sources={"shop_prod": "env:SHOP_PROD_URL"})},
)
