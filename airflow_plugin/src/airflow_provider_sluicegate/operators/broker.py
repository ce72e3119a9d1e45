"""Setup and teardown of short-lived logins that see masked views only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.connections import source_of
from airflow_provider_sluicegate.failures import Failed, carried_out
from airflow_provider_sluicegate.identity import run_identity
from airflow_provider_sluicegate.lending import SEALED, binding_of, told_login
from airflow_provider_sluicegate.operators.waiting import WaitingOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from sluicegate import Gate, RunIdentity
    from sluicegate.model.login import BrokeredLogin


class BrokerLoginOperator(WaitingOperator):
    """Makes a login that lives for minutes and reads masked views, and nothing else.

    The policy grants it by a rule with ``effect: login``. What other tasks get of it is encrypted
    under the installation's key and opens in this DAG run only: see ``lend``. Make it the setup of
    the tasks that use it, and ``RevokeLoginOperator`` the teardown. A login that nobody revokes
    expires by itself.

    Args:
        conn_id: Connection of type postgres, of an account that may make logins.
        purpose: What the data is for; the policy decides by it.
        relations: Tables, ``schema.table`` each; all that rules grant, if none is given.
        minutes: How long the login lives.
        wait_for_approval: How long to wait, without a worker, for an approval that a rule asks for.
        approval_poll_seconds: How often the triggerer looks for the approval.
        approval_notifiers: Told when the task begins to wait.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.

    Returns where the login is from, its name, when it expires, what it reads; and it, sealed.
    """

    template_fields: Sequence[str] = ("conn_id", "purpose", "relations", "sluicegate_conn_id")
    ui_color = "#d5e8f0"

    def __init__(
        self,
        *,
        conn_id: str,
        purpose: str,
        relations: Sequence[str] = (),
        minutes: int = 60,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.purpose = purpose
        self.relations = relations
        self.minutes = minutes

    def _carry_out(self, context: Context, deadline: datetime | None = None) -> dict[str, Any]:
        login, facts = carried_out(lambda: self._broker(context))
        self._wait_if_missing(login, context, deadline)
        if login.refused:
            raise Failed(f"sluicegate: refused: {'; '.join(map(str, login.reasons))}")
        for spot in login.blind_spots:
            self.log.warning("blind spot: %s", spot)
        self.log.info("sluicegate lent the login %s until %s", login.name, facts["expires"])
        return facts

    def _broker(self, context: Context) -> tuple[BrokeredLogin, dict[str, Any]]:
        from sluicegate.gate.handover import wrapped  # noqa: PLC0415 - as above
        from sluicegate.gate.signed_ledger import installation_keys  # noqa: PLC0415 - as above
        from sluicegate.model.login import LoginRequest  # noqa: PLC0415 - as above

        keys = installation_keys(airflow_settings(self.sluicegate_conn_id))
        gate, source, identity = _opened(self, context)
        with gate:
            request = LoginRequest(
                source=source,
                purpose=str(self.purpose),
                relations=tuple(self.relations),
                minutes=self.minutes,
            )
            login = gate.broker(request, identity)
        return login, {
            "source": login.source,
            "login": login.name,
            "expires": login.expires.isoformat() if login.expires else "",
            "views": list(login.views),
            "left_out": list(login.left_out),
            SEALED: wrapped(keys, login.url, bound_to=binding_of(context)),
        }


class RevokeLoginOperator(BaseOperator):
    """Ends a login that ``BrokerLoginOperator`` made: its sessions are closed, and it is dropped.

    As a teardown it runs whatever became of the tasks between. A login that is gone already, or
    that was never made, is no failure.

    Args:
        conn_id: As for ``BrokerLoginOperator``.
        login: What that operator returned: its ``.output``.
        sluicegate_conn_id: As for ``BrokerLoginOperator``.
    """

    template_fields: Sequence[str] = ("conn_id", "login", "sluicegate_conn_id")
    ui_color = "#d5e8f0"

    def __init__(
        self, *, conn_id: str, login: Any, sluicegate_conn_id: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.login = login
        self.sluicegate_conn_id = sluicegate_conn_id

    def execute(self, context: Context) -> bool:
        """End the login; tell whether it was there.

        Raises:
            Failed: it cannot be done; the login expires by itself.
            FailedNow: it cannot be done now.
        """
        found = carried_out(lambda: self._revoke(context))
        self.log.info("sluicegate: the login %s", "was revoked" if found else "was not there")
        return found

    def _revoke(self, context: Context) -> bool:
        from sluicegate.model.login import BrokeredLogin  # noqa: PLC0415 - as above

        if not isinstance(self.login, Mapping):
            return False  # the setup failed, so there is none
        gate, source, identity = _opened(self, context)
        with gate:
            login = BrokeredLogin(source=source, name=told_login(self.login))
            return bool(gate.revoke(login, identity))


def _opened(
    operator: BrokerLoginOperator | RevokeLoginOperator, context: Context
) -> tuple[Gate, str, RunIdentity]:
    """Open the gate over the connection that lends; return it, the source's name and who asks."""
    from sluicegate import Gate, open_source  # noqa: PLC0415 - parsing a DAG must stay light

    settings = airflow_settings(operator.sluicegate_conn_id)
    name, url = source_of(str(operator.conn_id), None)
    identity = run_identity(context, environment=settings.environment)
    return Gate.open(settings, sources={name: open_source(name, url)}), name, identity
