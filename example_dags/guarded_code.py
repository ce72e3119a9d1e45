"""Python code whose arguments, results and errors are looked through.

Use this where a task computes with data that no gate has masked: a file, the answer of a web
service. What it takes and returns is looked at before Airflow keeps it, and a finding fails the
task at once; an exception is told without its text, which might quote a row.

Not a sandbox: what the code writes elsewhere by itself, to a file or to its own log, is not seen.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from airflow.sdk import DAG, task

TICKETS = Path(os.environ.get("SHOP_TICKETS", str(Path.home() / "tickets.txt")))


@task.guarded
def topics() -> dict[str, int]:
    """How many tickets there are of each topic: what stands before the colon."""
    lines = TICKETS.read_text("utf-8").splitlines()
    return dict(Counter(line.partition(":")[0] for line in lines))


@task.guarded
def largest(counts: dict[str, int]) -> str:
    """The topic of most tickets."""
    return max(counts, key=lambda topic: counts[topic])


with DAG("guarded_code", schedule=None, tags=["team:quality"]) as dag:
    largest(topics())  # type: ignore[arg-type] # what another task returns
