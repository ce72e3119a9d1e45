"""How a task uses a login that another task of its run was lent."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from airflow.sdk.log import mask_secret

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.failures import Failed, carried_out

if TYPE_CHECKING:
    from sluicegate.model.sensitive import Sensitive

SEALED: Final = "sealed"
_VARIABLE: Final = "AIRFLOW_CONN_{}"


def lend(
    from_task: str, conn_id: str, *, sluicegate_conn_id: str | None = None
) -> Callable[[Any], None]:
    """Return a ``pre_execute`` that gives one task a connection with a lent login.

    ``SQLExecuteQueryOperator(conn_id="lent", pre_execute=lend("login", "lent"), …)``. The
    connection exists in that task's process, and nowhere else; it ends with it.

    Args:
        from_task: Id of the ``BrokerLoginOperator``, in the same run.
        conn_id: What the connection is called.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.
    """

    def pre_execute(context: Any) -> None:
        url = lent_url(context, from_task, sluicegate_conn_id=sluicegate_conn_id)
        os.environ[_VARIABLE.format(conn_id.upper())] = _connection(url.reveal())

    return pre_execute


def lent_url(
    context: Any, from_task: str, *, sluicegate_conn_id: str | None = None
) -> Sensitive[str]:
    """Open the login that a task of this run was lent: its URL, hidden in ``repr`` and logs.

    Args:
        context: Of the task that uses it.
        from_task: Id of the ``BrokerLoginOperator``.
        sluicegate_conn_id: As for ``lend``.

    Raises:
        Failed: there is none, it is of another run, or this process lacks the root key.
    """
    facts = context["ti"].xcom_pull(task_ids=from_task)
    sealed = facts.get(SEALED) if isinstance(facts, Mapping) else None
    if not isinstance(sealed, str):
        raise Failed(f"sluicegate: the task {from_task!r} was lent no login")
    url = carried_out(lambda: _opened(context, sealed, sluicegate_conn_id))
    parts = urlsplit(url.reveal())
    mask_secret(url.reveal())
    if parts.password:
        mask_secret(unquote(parts.password))
    return url


def binding_of(context: Any) -> dict[str, str]:
    """Name the run that a sealed login opens in."""
    ti = context["ti"]
    return {"orchestrator": "airflow", "pipeline": ti.dag_id, "run": ti.run_id}


def told_login(facts: Mapping[str, Any]) -> str:
    """Return the name of a login from what its operator returned.

    Raises:
        Failed: there is no name.
    """
    name = facts.get("login")
    if not isinstance(name, str) or not name:
        raise Failed("sluicegate: login must be what BrokerLoginOperator returned")
    return name


def _opened(context: Any, sealed: str, conn_id: str | None) -> Sensitive[str]:
    from sluicegate.gate.handover import unwrapped  # noqa: PLC0415 - parsing a DAG must stay light
    from sluicegate.gate.signed_ledger import installation_keys  # noqa: PLC0415 - as above

    keys = installation_keys(airflow_settings(conn_id))
    return unwrapped(keys, sealed, bound_to=binding_of(context))


def _connection(url: str) -> str:
    """Spell a URL as Airflow's connection in JSON; options of libpq go into the extra."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname
    port = options.pop("port", None) or parts.port
    return json.dumps(
        {
            "conn_type": "postgres",
            "host": host,
            "port": int(port) if port else None,
            "login": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "schema": unquote(parts.path.removeprefix("/")),
            "extra": options,
        }
    )
