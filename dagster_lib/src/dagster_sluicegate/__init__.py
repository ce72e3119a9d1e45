"""Guarded extracts in Dagster: checked, masked, scanned and recorded by Sluicegate."""

from dagster_shared.libraries import DagsterLibraryRegistry

from dagster_sluicegate.checks import build_attestation_check, build_leak_check
from dagster_sluicegate.components import GuardedExtractComponent, VerifyComponent
from dagster_sluicegate.guarded_asset import Statement, guarded_asset
from dagster_sluicegate.hooks import (
    guarded_failure_hook,
    guarded_run_failure_sensor,
    guarded_success_hook,
)
from dagster_sluicegate.identity import run_identity
from dagster_sluicegate.io_manager import GuardedIOManager
from dagster_sluicegate.leakproof import leakproof
from dagster_sluicegate.pipes import GuardedPipesMessageReader
from dagster_sluicegate.policy_check import build_policy_check
from dagster_sluicegate.resource import SluicegateResource
from dagster_sluicegate.risk_check import build_risk_check
from dagster_sluicegate.version import __version__

__all__ = [
    "GuardedExtractComponent",
    "GuardedIOManager",
    "GuardedPipesMessageReader",
    "SluicegateResource",
    "Statement",
    "VerifyComponent",
    "__version__",
    "build_attestation_check",
    "build_leak_check",
    "build_policy_check",
    "build_risk_check",
    "guarded_asset",
    "guarded_failure_hook",
    "guarded_run_failure_sensor",
    "guarded_success_hook",
    "leakproof",
    "run_identity",
]

DagsterLibraryRegistry.register("dagster-sluicegate", __version__, is_dagster_package=False)
