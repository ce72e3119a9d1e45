"""A policy from what a dbt project says of its columns: traced through models, compared.

dbt itself is not imported: its ``manifest.json`` is read. Tracing a model needs compiled SQL, so
the manifest of ``dbt compile`` or ``build``.
"""

from sluicegate.dbt.declared import Declared
from sluicegate.dbt.drift import DbtDrift, compare
from sluicegate.dbt.manifest import DbtColumn, DbtRelation, Manifest, read_manifest
from sluicegate.dbt.proposal import propose
from sluicegate.dbt.tracing import Trace, Traced, trace

__all__ = [
    "DbtColumn",
    "DbtDrift",
    "DbtRelation",
    "Declared",
    "Manifest",
    "Trace",
    "Traced",
    "compare",
    "propose",
    "read_manifest",
    "trace",
]
