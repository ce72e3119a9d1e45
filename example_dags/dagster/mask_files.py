"""Files of a partner, masked before anybody reads them.

Use this where personal data arrives as files: exports of a service, deliveries of a partner. The
folder is a source of the policy like a database; every column must be listed there, so that one
which is new in tomorrow's delivery and is asked for stops it. Texts are redacted, keys become
pseudonyms that join with those of the database if they are of its type: a CSV holds texts until
``schema`` in the URL of the source gives its types. Files that may be used as they are only need a
look (``verify_foreign_output``).
"""

import os
from pathlib import Path

import dagster as dg

from dagster_sluicegate import SluicegateResource, guarded_asset

LAKE = Path(os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake")))
INBOX = os.environ.get("PARTNER_INBOX", str(Path.home() / "partner-inbox"))


@guarded_asset(
    source="partner_files", purpose="churn_training", output=f"{LAKE}/partner/{{run}}/contacts"
)
def contacts() -> str:
    """Who wrote to the partner."""
    return "SELECT customer_id, email, plan FROM contacts WHERE plan <> 'internal'"


@guarded_asset(
    source="partner_files", purpose="churn_training", output=f"{LAKE}/partner/{{run}}/tickets"
)
def tickets() -> str:
    """What they wrote, redacted."""
    return "SELECT customer_id, body FROM tickets"


defs = dg.Definitions(
    assets=[contacts, tickets],
    resources={"sluicegate": SluicegateResource(sources={"partner_files": f"files:///{INBOX}"})},
)
