"""The operator that reads a database through the gate."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import Asset, BaseOperator

from airflow_provider_sluicegate import metrics
from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.connections import source_of
from airflow_provider_sluicegate.failures import Failed, carried_out
from airflow_provider_sluicegate.identity import run_identity
from airflow_provider_sluicegate.links import AttestationLink, LedgerRecordLink, evidence_of
from airflow_provider_sluicegate.rendering import (
    Hidden,
    RenderedStatement,
    brought_by_others,
    hide,
    reveal,
)
from airflow_provider_sluicegate.stopping import StoppableSource, stopped_by_signals
from airflow_provider_sluicegate.waiting import deadline_of, wait_if_missing
from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk import BaseNotifier, Context

    from sluicegate.model.outcome import Outcome
    from sluicegate.model.request import ExtractRequest


class GuardedExtractOperator(BaseOperator):
    """Extracts rows, masked and verified, into a folder or a prefix on S3, with an attestation.

    A refusal or a leak fails the task at once, whatever ``retries`` says. Trouble that may pass
    (the database, the ledger or the output cannot be reached) is retried as the task says.

    Args:
        conn_id: Airflow connection of type postgres, mysql, mariadb, sqlite or duckdb.
        sql: One read-only statement, or the path of a ``.sql`` file; parameters as ``:name``.
        output: Folder, or ``s3://bucket/prefix/``, to release to. Recorded as it is: keep personal
            data out of it.
        purpose: What the data is for; the policy decides by it. Recorded as it is.
        output_options: How to write, by the names of ``sluicegate.OutputOptions``: ``format``,
            ``compression``, ``partition_by``, ``kms_key`` …; Parquet if not given.
        parameters: Values bound to the statement, never spliced into it. Airflow shows and stores
            their names only.
        source: Name of the source in the policy that the connection must be. A check, not a
            choice: the connection's extra ``sluicegate_source`` or its id gives the name.
        team: Team of the task, if neither Airflow nor a DAG tag ``team:<name>`` tells it.
        wait_for_approval: How long to wait, without a worker, for an approval that the policy asks
            for; afterwards, and by default at once, the task is refused.
        approval_poll_seconds: How often the triggerer looks for the approval.
        approval_notifiers: Told when the task begins to wait.
    """

    template_fields: Sequence[str] = (
        "sql", "parameters", "output_folder", "output_options", "purpose", "conn_id",
    )  # fmt: skip
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql", "parameters": "json"}
    ui_color = "#d5e8f0"
    operator_extra_links = (AttestationLink(), LedgerRecordLink())

    def __init__(
        self,
        *,
        conn_id: str,
        sql: str,
        output: str,
        purpose: str,
        output_options: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Any] | None = None,
        source: str | None = None,
        team: str | None = None,
        wait_for_approval: timedelta | None = None,
        approval_poll_seconds: float = 10.0,
        approval_notifiers: Sequence[BaseNotifier] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.sql: Any = sql
        # `output` is Airflow's name for the reference to what a task returns
        self.output_folder = output
        self.output_options = output_options
        self.purpose = purpose
        self.parameters = hide(parameters)
        self.source = source
        self.team = team
        self.wait_for_approval = wait_for_approval
        self.approval_poll_seconds = approval_poll_seconds
        self.approval_notifiers = approval_notifiers
        self.evidence: dict[str, str] = {}
        self._working = False

    def render_template(
        self,
        content: Any,
        context: Context,
        jinja_env: jinja2.Environment | None = None,
        seen_oids: set[int] | None = None,
    ) -> Any:
        """Render as Airflow does, so that neither fields nor errors show what was rendered."""
        render = partial(
            super().render_template, context=context, jinja_env=jinja_env, seen_oids=seen_oids
        )
        return carried_out(lambda: self._rendered(content, render))

    def execute(self, context: Context) -> dict[str, Any]:
        """Extract; return the facts of the release, which hold no value.

        Raises:
            Failed: refused, quarantined, or cannot be done.
            FailedNow: cannot be done now.
            TaskDeferred: it waits for an approval.
        """
        outcome = carried_out(lambda: self._extract(context))
        return self._concluded(outcome, context)

    def resume(
        self, context: Context, event: Any = None, deadline: str | None = None
    ) -> dict[str, Any]:
        """Go on after a wait: plan anew, and extract if exactly that plan was approved.

        Raises:
            Failed: rejected, or nobody approved it in time; and as ``execute``.
            TaskDeferred: what would run now is not what was approved; it waits on.
        """
        until = deadline_of(event, deadline, self.wait_for_approval)
        outcome = carried_out(lambda: self._extract(context))
        return self._concluded(outcome, context, until)

    def on_kill(self) -> None:
        """Break off: the query is cancelled, and what was staged is removed.

        Raises:
            SystemExit: in the middle of the work; Airflow retries as the task says.
        """
        if self._working:
            raise SystemExit(143)  # 128 + SIGTERM, as a shell tells it

    def _rendered(self, content: Any, render: Callable[[Any], Any]) -> Any:
        if isinstance(content, Hidden):
            return Hidden(render(content.reveal()))
        if content is self.parameters:
            return hide(render(content))
        if content is self.sql:
            return RenderedStatement(str(content), render(content))
        return render(content)

    def _extract(self, context: Context) -> Outcome:
        from sluicegate import Gate, open_source  # noqa: PLC0415 - parsing a DAG must stay light

        settings = airflow_settings()
        name, url = source_of(str(self.conn_id), self.source)
        identity = run_identity(context, environment=settings.environment, team=self.team)
        request = self._request(name)
        source = StoppableSource(open_source(name, url))
        self._working = True
        try:
            with (
                Gate.open(settings, sources={name: source}) as gate,
                stopped_by_signals(source.cancel),
            ):
                return gate.extract(request, identity)
        finally:
            self._working = False

    def _request(self, source: str) -> ExtractRequest:
        from sluicegate import ExtractRequest, OutputOptions  # noqa: PLC0415 - as above

        parameters = reveal(self.parameters) or {}
        if not isinstance(parameters, Mapping):
            raise ConfigurationError("parameters must be a mapping of names to values")
        sql = reveal(self.sql)
        if not isinstance(sql, str):
            raise ConfigurationError("sql must render to text")
        for name in brought_by_others(str(self.sql)):
            self.log.warning(
                "the text of the statement is built from %r: bind such values as parameters", name
            )
        return ExtractRequest(
            source=source,
            sql=sql,
            purpose=str(self.purpose),
            output=str(self.output_folder),
            output_options=OutputOptions.of(self.output_options or {}),
            parameters=parameters,
        )

    def _concluded(
        self, outcome: Outcome, context: Context, deadline: datetime | None = None
    ) -> dict[str, Any]:
        from sluicegate.gate.present import outcome_facts, outcome_lines  # noqa: PLC0415 - as above

        self.evidence = evidence_of(outcome)
        wait_if_missing(
            self,
            outcome,
            context,
            wait=self.wait_for_approval,
            poll_seconds=self.approval_poll_seconds,
            deadline=deadline,
            notifiers=self.approval_notifiers,
        )
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
