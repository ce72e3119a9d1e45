"""Files that a partner delivers are looked at before anything reads them.

Use this where files come from outside, or from a pipeline without a guard. The checks run on an
asset that Dagster does not make itself, by a schedule or by hand. ``imported`` depends on it; run
both in one job, and it starts only if no detector fired. The files stay where they are: keep them
away from readers until then.
"""

import os
from pathlib import Path

import dagster as dg

from dagster_sluicegate import SluicegateResource, build_leak_check, build_risk_check

INBOX = Path(os.environ.get("PARTNER_INBOX", str(Path.home() / "partner-inbox")))


@dg.asset
def delivery() -> dg.MaterializeResult:  # type: ignore[type-arg]
    """What lies in the inbox; its checks are what matters."""
    return dg.MaterializeResult(metadata={"files": sum(1 for _ in INBOX.rglob("*.csv"))})


@dg.asset(deps=[delivery])
def imported() -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Whatever is done with files that were found clean."""
    return dg.MaterializeResult(metadata={"imported": True})


defs = dg.Definitions(
    assets=[delivery, imported],
    asset_checks=[
        build_leak_check(delivery, str(INBOX)),
        build_risk_check(delivery, path=str(INBOX), quasi_identifiers=["plan", "region"], k=2),
    ],
    resources={"sluicegate": SluicegateResource()},
)
