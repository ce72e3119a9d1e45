"""What Python code makes of data is looked through before it is stored.

Use this where assets compute in Python with data that no gate has masked: features, samples for a
report, answers of a web service. Every value goes through the guarded I/O manager. A finding fails
the step, and nothing is stored; the second manager stores text with ``{EMAIL}`` and the like in it
instead, for logs and tickets where the text is what matters.
"""

import os
from pathlib import Path

import dagster as dg
import pandas as pd

from dagster_sluicegate import GuardedIOManager, SluicegateResource, leakproof

LAKE = Path(os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake")))
TICKETS = Path(os.environ.get("SHOP_TICKETS", str(Path.home() / "tickets.txt")))


@dg.asset(io_manager_key="redacting")
@leakproof
def tickets() -> list[str]:
    """Tickets, redacted when they are stored."""
    return TICKETS.read_text("utf-8").splitlines()


@dg.asset
@leakproof
def ticket_lengths(tickets: list[str]) -> pd.DataFrame:
    """A frame of numbers; were there a name or an address in it, the step would fail."""
    return pd.DataFrame({"length": [len(ticket) for ticket in tickets]})


guard = SluicegateResource()
files = dg.FilesystemIOManager(base_dir=str(LAKE / "values"))
defs = dg.Definitions(
    assets=[tickets, ticket_lengths],
    resources={
        "io_manager": GuardedIOManager(inner=files, sluicegate=guard),
        "redacting": GuardedIOManager(inner=files, sluicegate=guard, on_finding="redact"),
    },
)
