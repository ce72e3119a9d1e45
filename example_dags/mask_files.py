"""Files of a partner, masked before anybody reads them.

Use this where personal data arrives as files: exports of a service, deliveries of a partner. The
folder is a connection of type fs and a source of the policy like a database; every column must be
listed there, so a column that is new in tomorrow's delivery stops it. Texts are redacted, keys
become pseudonyms that join with those of the database if they are of its type: a CSV holds texts
until ``schema`` in the extra of the connection gives its types.

Not for deciding whether files may be used as they are: ``verify_foreign_output`` does that.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import DAG

from airflow_provider_sluicegate import MaskFilesOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))

with DAG("mask_files", schedule=None, tags=["team:quality"]) as dag:
    MaskFilesOperator.partial(
        task_id="mask", conn_id="partner_files", purpose="churn_training"
    ).expand_kwargs(
        [
            {"relation": name, "output": f"{LAKE}/partner/{{{{ run_id }}}}/{name}"}
            for name in ("contacts", "tickets")
        ]
    )
