"""The operator that changes a database through the gate."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.connections import source_of
from airflow_provider_sluicegate.failures import Failed, carried_out
from airflow_provider_sluicegate.identity import run_identity
from airflow_provider_sluicegate.links import LedgerRecordLink
from airflow_provider_sluicegate.operators.statement import StatementOperator
from airflow_provider_sluicegate.waiting import deadline_of, wait_if_missing

if TYPE_CHECKING:
    from airflow.sdk import BaseNotifier, Context

    from sluicegate.model.statement import StatementOutcome, StatementRequest


class GuardedQueryOperator(StatementOperator):
    """Runs one INSERT, UPDATE, DELETE, MERGE or DDL that a rule with ``effect: execute`` grants.

    It runs in one transaction, and once over all tries of a run: a retry that finds it executed
    changes nothing. More rows than allowed are taken back. A refusal fails the task at once.

    Args:
        conn_id: Airflow connection, of a login that may write.
        sql: One statement, or the path of a ``.sql`` file; parameters as ``:name``.
        purpose: What for; the policy decides by it. Recorded as it is.
        parameters: Values bound to the statement, never spliced into it. Airflow shows and stores
            their names only.
        dry_run: Run it, tell how many rows it changes, and take it back.
        max_affected_rows: Fewer than the policy allows; never more.
        source: Name of the source in the policy that the connection must be. A check, not a choice.
        team: Team of the task, if neither Airflow nor a DAG tag ``team:<name>`` tells it.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.
        wait_for_approval: As for ``GuardedExtractOperator``, and the two that follow.
        approval_poll_seconds: How often the triggerer looks for the approval.
        approval_notifiers: Told when the task begins to wait.
    """

    template_fields: Sequence[str] = (
        "sql", "parameters", "purpose", "conn_id", "max_affected_rows", "sluicegate_conn_id",
    )  # fmt: skip
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql", "parameters": "json"}
    ui_color = "#d5e8f0"
    operator_extra_links = (LedgerRecordLink(),)

    def __init__(
        self,
        *,
        conn_id: str,
        sql: str,
        purpose: str,
        parameters: Mapping[str, Any] | None = None,
        dry_run: bool = False,
        max_affected_rows: int | str | None = None,
        source: str | None = None,
        team: str | None = None,
        sluicegate_conn_id: str | None = None,
        wait_for_approval: timedelta | None = None,
        approval_poll_seconds: float = 10.0,
        approval_notifiers: Sequence[BaseNotifier] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(sql=sql, parameters=parameters, **kwargs)
        self.conn_id = conn_id
        self.purpose = purpose
        # `dry_run` is a method of Airflow's operators
        self.taken_back = dry_run
        self.max_affected_rows = max_affected_rows
        self.source = source
        self.team = team
        self.sluicegate_conn_id = sluicegate_conn_id
        self.wait_for_approval = wait_for_approval
        self.approval_poll_seconds = approval_poll_seconds
        self.approval_notifiers = approval_notifiers
        self.evidence: dict[str, str] = {}

    def execute(self, context: Context) -> dict[str, Any]:
        """Run the statement; return the facts, which hold no value.

        Raises:
            Failed: refused, cannot be done, or whether it was committed cannot be told.
            FailedNow: cannot be done now.
            TaskDeferred: it waits for an approval.
        """
        outcome = carried_out(lambda: self._run(context))
        return self._concluded(outcome, context)

    def resume(
        self, context: Context, event: Any = None, deadline: str | None = None
    ) -> dict[str, Any]:
        """Go on after a wait: plan anew, and run it if exactly that plan was approved.

        Raises:
            Failed: rejected, or nobody approved it in time; and as ``execute``.
            TaskDeferred: what would run now is not what was approved; it waits on.
        """
        until = deadline_of(event, deadline, self.wait_for_approval)
        outcome = carried_out(lambda: self._run(context))
        return self._concluded(outcome, context, until)

    def _run(self, context: Context) -> StatementOutcome:
        from sluicegate import Gate, open_source  # noqa: PLC0415 - parsing a DAG must stay light

        settings = airflow_settings(self.sluicegate_conn_id)
        name, url = source_of(str(self.conn_id), self.source)
        identity = run_identity(context, environment=settings.environment, team=self.team)
        request = self._request(name)
        sources = {name: open_source(name, url)}
        with self._at_work(), Gate.open(settings, sources=sources) as gate:
            return gate.execute(request, identity)

    def _request(self, source: str) -> StatementRequest:
        from sluicegate.model.statement import StatementRequest  # noqa: PLC0415 - as above

        most = self.max_affected_rows
        return StatementRequest(
            source=source,
            sql=self._statement(),
            purpose=str(self.purpose),
            parameters=self._bound(),
            dry_run=self.taken_back,
            max_affected_rows=None if most is None else int(most),
        )

    def _concluded(
        self, outcome: StatementOutcome, context: Context, deadline: datetime | None = None
    ) -> dict[str, Any]:
        from sluicegate.gate.present_statement import (  # noqa: PLC0415 - as above
            statement_facts,
            statement_lines,
        )
        from sluicegate.model.statement import StatementStatus  # noqa: PLC0415 - as above

        self.evidence = {
            "status": outcome.status.value,
            "run_key": outcome.run_key,
            "record": str(outcome.outcome_sequence or ""),
        }
        wait_if_missing(
            self,
            outcome,
            context,
            wait=self.wait_for_approval,
            poll_seconds=self.approval_poll_seconds,
            deadline=deadline,
            notifiers=self.approval_notifiers,
            sluicegate_conn_id=self.sluicegate_conn_id,
        )
        refused = outcome.status is StatementStatus.REFUSED
        for line in statement_lines(outcome):
            self.log.log(logging.ERROR if refused else logging.INFO, "%s", line)
        if refused:
            reasons = "; ".join(map(str, outcome.reasons))
            raise Failed(f"sluicegate: refused: {reasons}")
        return statement_facts(outcome)
