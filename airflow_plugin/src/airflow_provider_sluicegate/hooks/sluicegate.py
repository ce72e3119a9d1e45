"""The hook of connections of type ``sluicegate``: the gate, as a connection configures it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import BaseHook, get_current_context

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.connections import source_of
from airflow_provider_sluicegate.failures import Failed, FailedNow, carried_out
from airflow_provider_sluicegate.identity import run_identity
from airflow_provider_sluicegate.provider import get_provider_info
from airflow_provider_sluicegate.sluicegate_connections import CONN_TYPE

if TYPE_CHECKING:
    from airflow.sdk import Context
    from sqlalchemy.engine import Engine

    from sluicegate import Gate
    from sluicegate.gate.dbapi import Connection
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

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """Describe the connection's form to Airflow 3.1; newer ones read what the provider says."""
        said = _form()["ui-field-behaviour"]
        return {name.replace("-", "_"): behaviour for name, behaviour in said.items()}

    @classmethod
    def get_connection_form_widgets(cls) -> dict[str, Any]:
        """Give the fields of that form, which Airflow 3.1 has stand-ins for in its API server."""
        from wtforms import StringField  # type: ignore[import-untyped]  # noqa: PLC0415 - 3.1 alone needs it

        fields = _form()["conn-fields"].items()
        return {
            name: StringField(field["label"], description=field["description"])
            for name, field in fields
        }

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

    def get_guarded_conn(
        self,
        conn_id: str,
        *,
        purpose: str,
        context: Context | None = None,
        autocommit: bool = False,
    ) -> Connection:
        """Connect to a database through the gate, as PEP 249 describes connections.

        Every SELECT is masked, verified and on record, and asks for the policy's leave under the
        identity of the running task; whatever else is refused, or granted by an own rule.

        Args:
            conn_id: Connection of the source, of any type that ``GuardedExtractOperator`` reads,
                but for aws.
            purpose: What the data is for.
            context: Of the task; the running one's if not given.
            autocommit: Whether statements may change something, each committed by itself.

        Raises:
            Failed: it cannot be opened, or no task is running.
            FailedNow: it cannot be opened now.
        """
        gate, options = self._guarded(conn_id, context)
        try:
            return _connection(gate, purpose=purpose, autocommit=autocommit, **options)
        except BaseException:
            gate.close()
            raise

    def get_guarded_engine(
        self,
        conn_id: str,
        *,
        purpose: str,
        context: Context | None = None,
        autocommit: bool = False,
    ) -> Engine:
        """Give SQLAlchemy, and so pandas, an engine whose connections are guarded ones.

        ``dispose`` closes the gate behind it. Arguments and errors are those of
        ``get_guarded_conn``.
        """
        from sqlalchemy import event  # noqa: PLC0415 - parsing a DAG must stay light

        from sluicegate.gate.dbapi import guarded_engine  # noqa: PLC0415 - as above

        gate, options = self._guarded(conn_id, context)
        engine: Engine = guarded_engine(gate, purpose=purpose, autocommit=autocommit, **options)
        event.listen(engine, "engine_disposed", lambda _: gate.close())
        return engine

    def _guarded(self, conn_id: str, context: Context | None) -> tuple[Gate, dict[str, Any]]:
        return carried_out(lambda: self._opened(conn_id, context))

    def _opened(self, conn_id: str, context: Context | None) -> tuple[Gate, dict[str, Any]]:
        from sluicegate import Gate, open_source  # noqa: PLC0415 - parsing a DAG must stay light

        settings = airflow_settings(self.sluicegate_conn_id)
        name, url = source_of(conn_id, None)
        identity = run_identity(context or get_current_context(), environment=settings.environment)
        gate = Gate.open(settings, sources={name: open_source(name, url)})
        return gate, {"source": name, "identity": identity}

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


def _connection(gate: Gate, **options: Any) -> Connection:
    """Build a connection that closes its gate with itself."""
    from sluicegate.gate.dbapi import Connection  # noqa: PLC0415 - parsing a DAG must stay light

    class OwnConnection(Connection):
        """A connection with a gate of its own."""

        def close(self) -> None:
            """Close both; safe to call twice."""
            super().close()
            gate.close()

    return OwnConnection(gate, **options)


def _form() -> dict[str, Any]:
    (form,) = get_provider_info()["connection-types"]
    return cast("dict[str, Any]", form)


def _line(check: Check) -> str:
    return f"{check.area}: {check.message}" + (f" ({check.hint})" if check.hint else "")
