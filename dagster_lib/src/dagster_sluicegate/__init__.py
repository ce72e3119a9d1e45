"""Guarded extracts in Dagster: checked, masked, scanned and recorded by Sluicegate."""

from dagster_shared.libraries import DagsterLibraryRegistry

from dagster_sluicegate.checks import build_attestation_check, build_leak_check
from dagster_sluicegate.identity import run_identity
from dagster_sluicegate.resource import SluicegateResource
from dagster_sluicegate.version import __version__

__all__ = [
    "SluicegateResource",
    "__version__",
    "build_attestation_check",
    "build_leak_check",
    "run_identity",
]

DagsterLibraryRegistry.register("dagster-sluicegate", __version__, is_dagster_package=False)
