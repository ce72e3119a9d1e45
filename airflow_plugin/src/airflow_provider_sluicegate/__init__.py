"""Guarded extracts for Apache Airflow. Light to import: Airflow loads it in every process."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from airflow_provider_sluicegate.hooks.sluicegate import SluicegateHook
    from airflow_provider_sluicegate.identity import run_identity
    from airflow_provider_sluicegate.operators.extract import GuardedExtractOperator
    from airflow_provider_sluicegate.operators.mask_files import MaskFilesOperator
    from airflow_provider_sluicegate.operators.query import GuardedQueryOperator
    from airflow_provider_sluicegate.operators.require_attestation import (
        RequireAttestationOperator,
    )
    from airflow_provider_sluicegate.operators.transfer import GuardedTransferOperator
    from airflow_provider_sluicegate.operators.verify import VerifyOutputOperator
    from airflow_provider_sluicegate.provider import get_provider_info
    from airflow_provider_sluicegate.sensors.attestation import AttestationSensor

__version__ = "0.1.0"

__all__ = [
    "AttestationSensor",
    "GuardedExtractOperator",
    "GuardedQueryOperator",
    "GuardedTransferOperator",
    "MaskFilesOperator",
    "RequireAttestationOperator",
    "SluicegateHook",
    "VerifyOutputOperator",
    "__version__",
    "get_provider_info",
    "run_identity",
]

_HOMES: Final = {
    "AttestationSensor": "sensors.attestation",
    "GuardedExtractOperator": "operators.extract",
    "GuardedQueryOperator": "operators.query",
    "GuardedTransferOperator": "operators.transfer",
    "MaskFilesOperator": "operators.mask_files",
    "RequireAttestationOperator": "operators.require_attestation",
    "SluicegateHook": "hooks.sluicegate",
    "VerifyOutputOperator": "operators.verify",
    "get_provider_info": "provider",
    "run_identity": "identity",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'airflow_provider_sluicegate' has no attribute {name!r}")
    value = getattr(import_module(f"airflow_provider_sluicegate.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
