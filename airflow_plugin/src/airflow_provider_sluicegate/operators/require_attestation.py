"""The operator that lets a run go on only if an output is what a consumer demands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator

from airflow_provider_sluicegate.attesting import DemandsArgument, facts_of, judged
from airflow_provider_sluicegate.aws_connections import asking_as
from airflow_provider_sluicegate.failures import carried_out

if TYPE_CHECKING:
    from airflow.sdk import Context


class RequireAttestationOperator(BaseOperator):
    """Verifies a release before anything uses it: signature, every byte, and what is demanded.

    It fails closed and at once: an output without an attestation, with one that nobody we trust has
    signed, with a file changed, added or removed, or that does not meet a demand. What cannot be
    asked now (S3, a database) is retried as the task says. No policy and no ledger is needed, and
    of keys only the public ones.

    Args:
        output: Folder, ``s3://bucket/prefix/`` or ``table://connection/schema.table``.
        demands: What must be true of the release, by the names of ``sluicegate.Demands``
            (``not_older_than="24h"``, ``purposes=[…]``, ``min_approvals=1`` …), or the path of a
            YAML file of them.
        aws_conn_id: Connection of type aws to ask S3 with; if not given, what boto3 finds.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.

    Returns the facts of the release: its digest, time, producer, purpose, policy, rows.
    """

    template_fields: Sequence[str] = (
        "output_place", "demands", "aws_conn_id", "sluicegate_conn_id",
    )  # fmt: skip
    template_fields_renderers: ClassVar[dict[str, str]] = {"demands": "json"}
    ui_color = "#d5e8f0"

    def __init__(
        self,
        *,
        output: str,
        demands: DemandsArgument = None,
        aws_conn_id: str | None = None,
        sluicegate_conn_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        # `output` is Airflow's name for the reference to what a task returns
        self.output_place = output
        self.demands = demands
        self.aws_conn_id = aws_conn_id
        self.sluicegate_conn_id = sluicegate_conn_id

    def execute(self, context: Context) -> dict[str, Any]:  # noqa: ARG002 - Airflow passes it
        """Verify; return the facts of the release.

        Raises:
            Failed: it does not hold, or is not as demanded.
            FailedNow: it cannot be asked now.
        """
        facts = carried_out(self._required)
        self.log.info("as attested and demanded: %s", facts["output"])
        return facts

    def _required(self) -> dict[str, Any]:
        with asking_as(self.aws_conn_id):
            verification = judged(str(self.output_place), self.demands, self.sluicegate_conn_id)
            return facts_of(verification)
