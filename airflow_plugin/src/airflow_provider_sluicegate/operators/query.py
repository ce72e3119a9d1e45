"""The operator that changes a database through the gate."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_sluicegate import metrics
from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.connections import source_of
from airflow_provider_sluicegate.failures import Failed, carried_out
from airflow_provider_sluicegate.identity import run_identity
from airflow_provider_sluicegate.links import LedgerRecordLink
from airflow_provider_sluicegate.operators.statement import StatementOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

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
    operator_extra_links = (LedgerRecordLink(),)

    def __init__(
        self,
        *,
        dry_run: bool = False,
        max_affected_rows: int | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        # `dry_run` is a method of Airflow's operators
        self.taken_back = dry_run
        self.max_affected_rows = max_affected_rows

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

    def _carry_out(self, context: Context, deadline: datetime | None = None) -> dict[str, Any]:
        from sluicegate.gate.present_statement import (  # noqa: PLC0415 - as above
            statement_facts,
            statement_lines,
        )
        from sluicegate.model.statement import StatementStatus  # noqa: PLC0415 - as above

        outcome = carried_out(lambda: self._run(context))
        self.evidence = {
            "status": outcome.status.value,
            "run_key": outcome.run_key,
            "record": str(outcome.outcome_sequence or ""),
        }
        self._wait_if_missing(outcome, context, deadline)
        metrics.tell_statement(outcome)
        refused = outcome.status is StatementStatus.REFUSED
        for line in statement_lines(outcome):
            self.log.log(logging.ERROR if refused else logging.INFO, "%s", line)
        if refused:
            reasons = "; ".join(map(str, outcome.reasons))
            raise Failed(f"sluicegate: refused: {reasons}")
        return statement_facts(outcome)
