"""The hook of connections of type ``sluicegate``: the gate, as a connection configures it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.failures import Failed, FailedNow, carried_out
from airflow_provider_sluicegate.sluicegate_connections import CONN_TYPE

if TYPE_CHECKING:
    from sluicegate import Gate
    from sluicegate.model.health import Check
    from sluicegate.settings import Settings


class SluicegateHook(BaseHook):
    """Opens the gate for code of your own.

    The connection holds where things are, never a key: paths of settings, policy and allow-list,
    the name of the deployment, a reference to the root key, and, as its password, the ledger's URL.
    What it leaves empty is taken from the section ``[sluicegate]``, and so on.

    Args:
        sluicegate_conn_id: The connection; ``None`` for the section alone.
    """

    conn_name_attr = "sluicegate_conn_id"
    default_conn_name = "sluicegate_default"
    conn_type = CONN_TYPE
    hook_name = "Sluicegate"

    def __init__(self, sluicegate_conn_id: str | None = default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sluicegate_conn_id = sluicegate_conn_id

    def get_settings(self) -> Settings:
        """Load the settings.

        Raises:
            Failed: the connection, the settings file or an option is missing or wrong.
        """
        return carried_out(lambda: airflow_settings(self.sluicegate_conn_id))

    def get_conn(self) -> Gate:
        """Open the gate; close it, or use it as a context manager.

        Raises:
            Failed: a part of it is missing or wrong.
            FailedNow: the ledger or the key cannot be reached now.
        """
        from sluicegate import Gate  # noqa: PLC0415 - parsing a DAG must stay light

        settings = self.get_settings()
        return carried_out(lambda: Gate.open(settings))

    def test_connection(self) -> tuple[bool, str]:
        """Examine the installation, as ``sluicegate doctor`` does; nothing is changed or recorded.

        It looks from where Airflow runs it, which may not be a worker. Returns whether all is well,
        and what is not.
        """
        from sluicegate.gate.doctor import examine  # noqa: PLC0415 - parsing a DAG must stay light
        from sluicegate.model.health import Health  # noqa: PLC0415 - as above

        try:
            checks = carried_out(lambda: list(examine(airflow_settings(self.sluicegate_conn_id))))
        except (Failed, FailedNow) as error:
            return False, str(error)
        wrong = [check for check in checks if check.health is not Health.FINE]
        told = [_line(check) for check in wrong or checks]
        return not wrong, "; ".join(told)


def _line(check: Check) -> str:
    return f"{check.area}: {check.message}" + (f" ({check.hint})" if check.hint else "")
