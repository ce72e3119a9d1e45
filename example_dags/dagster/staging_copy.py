"""A copy of production for tests, with fakes that fit together.

Use this where a test system needs data that looks real. Names and addresses are fakes drawn from a
keyed digest: the same person has the same fake in every table and every run, so joins and repeated
copies agree, and nobody can be found by them. The table is replaced in one transaction, with its
attestation beside it in the database. The policy's rule for the purpose ``staging`` decides what is
faked; this file cannot.
"""

import dagster as dg

from dagster_sluicegate import SluicegateResource, guarded_asset


@guarded_asset(
    source="shop_prod",
    purpose="staging",
    output="table://staging/public.customers",
    output_options={"if_exists": "replace"},
)
def staging_customers() -> str:
    """Customers as they might be."""
    return "SELECT id, email, full_name, plan, region FROM customers"


@guarded_asset(
    source="shop_prod",
    purpose="staging",
    output="table://staging/public.orders",
    output_options={"if_exists": "replace"},
    deps=[staging_customers],
)
def staging_orders() -> str:
    """Their orders; ``customer_id`` joins with ``id`` of the copied customers."""
    return "SELECT id, customer_id, amount, status FROM orders"


defs = dg.Definitions(
    assets=[staging_customers, staging_orders],
    resources={
        "sluicegate": SluicegateResource(
            sources={"shop_prod": "env:SHOP_PROD_URL", "staging": "env:SHOP_STAGING_URL"}
        )
    },
)
