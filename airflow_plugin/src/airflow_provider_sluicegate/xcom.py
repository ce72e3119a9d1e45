"""The XCom backend that keeps personal data and secrets out of what tasks hand on.

``[core] xcom_backend = airflow_provider_sluicegate.xcom.GuardedXCom``. It is a subclass of the
backend that ``[sluicegate] xcom_inner`` names, so that whatever that one does besides stays as it
is. Imported in every Airflow process: the detectors are opened when a value is about to be kept.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any, Final, cast

from airflow.configuration import conf
from airflow.sdk.bases.xcom import BaseXCom

from sluicegate.errors import ConfigurationError

_SELF: Final = "airflow_provider_sluicegate.xcom.GuardedXCom"


def _inner() -> type[BaseXCom]:
    """Find the backend that does the work.

    Raises:
        ConfigurationError: what the option names is no XCom backend.
    """
    path = conf.get("sluicegate", "xcom_inner", fallback=None)
    if not path:
        return BaseXCom
    module, _, name = path.rpartition(".")
    found = None if path == _SELF else getattr(import_module(module or "builtins"), name, None)
    if not (isinstance(found, type) and issubclass(found, BaseXCom)):
        raise ConfigurationError(f"[sluicegate] xcom_inner = {path} names no XCom backend to wrap")
    return found


_Inner: Any = _inner()


class GuardedXCom(_Inner):  # type: ignore[misc]  # which class it is, the deployment says
    """Looks through each value before the inner backend has it, and through what is to be stored.

    What is found fails the task without a retry, or is masked; ``[sluicegate] xcom`` says which.
    Failure mode: closed. Without settings, detectors or a mode nothing is stored.
    """

    @staticmethod
    def serialize_value(value: Any, **of: Any) -> Any:
        """Serialize a value that holds nothing to be kept from others.

        Raises:
            Failed: something was found, or cannot be looked into; it is not retried.
        """
        return _check().guarded(value, of, partial(_Inner.serialize_value, **of))

    @classmethod
    def _set_xcom_in_db(cls, key: str, value: Any, **of: Any) -> None:
        """Store what goes past every backend: Airflow's links of operators."""
        super()._set_xcom_in_db(key=key, value=_check().stored(value, key), **of)


def _check() -> Any:
    from airflow_provider_sluicegate import xcom_check  # noqa: PLC0415 - needs the settings

    return cast("Any", xcom_check)
