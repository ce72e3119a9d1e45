"""Guarded extracts for Apache Airflow. Light to import: Airflow loads it in every process."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from airflow_provider_sluicegate.hooks.sluicegate import SluicegateHook
    from airflow_provider_sluicegate.identity import run_identity
    from airflow_provider_sluicegate.lending import lend, lent_url
    from airflow_provider_sluicegate.notifications.sluicegate import SluicegateNotifier
    from airflow_provider_sluicegate.operators.broker import (
        BrokerLoginOperator,
        RevokeLoginOperator,
    )
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
    "BrokerLoginOperator",
    "GuardedExtractOperator",
    "GuardedQueryOperator",
    "GuardedTransferOperator",
    "MaskFilesOperator",
    "RequireAttestationOperator",
    "RevokeLoginOperator",
    "SluicegateHook",
    "SluicegateNotifier",
    "VerifyOutputOperator",
    "__version__",
    "get_provider_info",
    "lend",
    "lent_url",
    "run_identity",
]

_HOMES: Final = {
    "AttestationSensor": "sensors.attestation",
    "BrokerLoginOperator": "operators.broker",
    "GuardedExtractOperator": "operators.extract",
    "GuardedQueryOperator": "operators.query",
    "GuardedTransferOperator": "operators.transfer",
    "MaskFilesOperator": "operators.mask_files",
    "RequireAttestationOperator": "operators.require_attestation",
    "RevokeLoginOperator": "operators.broker",
    "SluicegateHook": "hooks.sluicegate",
    "SluicegateNotifier": "notifications.sluicegate",
    "VerifyOutputOperator": "operators.verify",
    "get_provider_info": "provider",
    "lend": "lending",
    "lent_url": "lending",
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
