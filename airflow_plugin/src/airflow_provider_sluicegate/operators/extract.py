"""The operator that reads a database through the gate."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

from airflow_provider_sluicegate import metrics
from airflow_provider_sluicegate.aws_connections import asking_as
from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.connections import source_of
from airflow_provider_sluicegate.failures import Failed, carried_out
from airflow_provider_sluicegate.identity import run_identity
from airflow_provider_sluicegate.lineage import TellsLineage, Told
from airflow_provider_sluicegate.links import AttestationLink, LedgerRecordLink, evidence_of
from airflow_provider_sluicegate.operators.statement import StatementOperator
from airflow_provider_sluicegate.places import reaching
from airflow_provider_sluicegate.stopping import StoppableSource, stopped_by_signals

if TYPE_CHECKING:
    from airflow.sdk import Context

    from sluicegate.model.outcome import Outcome
    from sluicegate.model.request import ExtractRequest
    from sluicegate.sources.port import Source


class GuardedExtractOperator(TellsLineage, StatementOperator):
    """Extracts rows, masked and verified, into a folder or a prefix on S3, with an attestation.

    A refusal or a leak fails the task at once, whatever ``retries`` says. Trouble that may pass
    (the database, the ledger or the output cannot be reached) is retried as the task says.

    Args:
        conn_id: Airflow connection of type postgres, mysql, mariadb, sqlite or duckdb.
        sql: One read-only statement, or the path of a ``.sql`` file; parameters as ``:name``.
        output: Folder, ``s3://bucket/prefix/`` or ``table://connection/schema.table``, to release
            to. Recorded as it is: keep personal data out of it.
        purpose: What the data is for; the policy decides by it. Recorded as it is.
        output_options: How to write, by the names of ``sluicegate.OutputOptions``: ``format``,
            ``compression``, ``partition_by``, ``kms_key`` …; Parquet if not given.
        parameters: Values bound to the statement, never spliced into it. Airflow shows and stores
            their names only.
        quality: Checks that the result must pass besides those of the policy: ``gx:suite.json``,
            ``pandera:module:Schema``.
        source: Name of the source in the policy that the connection must be. A check, not a
            choice: the connection's extra ``sluicegate_source`` or its id gives the name.
        team: Team of the task, if neither Airflow nor a DAG tag ``team:<name>`` tells it.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.
        wait_for_approval: How long to wait, without a worker, for an approval that the policy asks
            for; afterwards, and by default at once, the task is refused.
        approval_poll_seconds: How often the triggerer looks for the approval.
        approval_notifiers: Told when the task begins to wait.
    """

    template_fields: Sequence[str] = (
        "sql", "parameters", "output_folder", "output_options", "purpose", "conn_id",
        "sluicegate_conn_id",
    )  # fmt: skip
    operator_extra_links = (AttestationLink(), LedgerRecordLink())

    def __init__(
        self,
        *,
        output: str,
        output_options: Mapping[str, Any] | None = None,
        quality: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        # `output` is Airflow's name for the reference to what a task returns
        self.output_folder = output
        self.output_options = output_options
        self.quality = quality

    def _extract(self, context: Context) -> Outcome:
        from sluicegate import Gate, open_source  # noqa: PLC0415 - parsing a DAG must stay light

        output = self._output()
        settings = reaching(airflow_settings(self.sluicegate_conn_id), output)
        name, url = source_of(str(self.conn_id), self.source)
        identity = run_identity(context, environment=settings.environment, team=self.team)
        with asking_as(*self._logins()):
            source = StoppableSource(open_source(name, url))
            request = self._request(source, output)
            with (
                self._at_work(),
                Gate.open(settings, sources={name: source}) as gate,
                stopped_by_signals(source.cancel),
            ):
                outcome = gate.extract(request, identity)
        self.told = Told(settings=settings, identity=identity, outcome=outcome)
        return outcome

    def _output(self) -> str:
        return str(self.output_folder)

    def _logins(self) -> tuple[str, ...]:
        """Name the connections that say who asks."""
        return (str(self.conn_id),)

    def _sql(self, source: Source) -> str:  # noqa: ARG002 - others write it for the source
        return self._statement()

    def _request(self, source: Source, output: str) -> ExtractRequest:
        from sluicegate import ExtractRequest, OutputOptions  # noqa: PLC0415 - as above

        return ExtractRequest(
            source=source.name,
            sql=self._sql(source),
            purpose=str(self.purpose),
            output=output,
            output_options=OutputOptions.of(self.output_options or {}),
            quality=tuple(self.quality),
            parameters=self._bound(),
        )

    def _carry_out(self, context: Context, deadline: datetime | None = None) -> dict[str, Any]:
        from sluicegate.gate.present import outcome_facts, outcome_lines  # noqa: PLC0415 - as above

        outcome = carried_out(lambda: self._extract(context))
        self.evidence = evidence_of(outcome)
        self._wait_if_missing(outcome, context, deadline)
        metrics.tell_outcome(outcome)
        level = logging.INFO if outcome.released else logging.ERROR
        for line in outcome_lines(outcome):
            self.log.log(level, "%s", line)
        if not outcome.released:
            reasons = "; ".join(map(str, outcome.reasons))
            raise Failed(f"sluicegate: {outcome.status.value}: {reasons}")
        facts = outcome_facts(outcome)
        for outlet in self.outlets:
            if isinstance(outlet, Asset):
                context["outlet_events"][outlet].extra = {"sluicegate": facts}
        return facts
