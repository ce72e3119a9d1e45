"""The operator that carries rows from a database to a table or to S3, through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflow_provider_sluicegate.operators.extract import GuardedExtractOperator
from sluicegate.errors import ConfigurationError


class GuardedTransferOperator(GuardedExtractOperator):
    """Carries rows, masked and verified, from one connection to another, with an attestation.

    Rows are streamed: what is in memory is bounded by some batches, never by the table. A table
    appears in one transaction, a prefix on S3 with its attestation; a leak leaves nothing behind.

    Args:
        conn_id: Connection that is read, as for ``GuardedExtractOperator``.
        destination_conn_id: Connection that is written to: type postgres or duckdb for a table,
            aws for S3.
        destination: ``schema.table``, or ``s3://bucket/prefix/``.
        kwargs: What ``GuardedExtractOperator`` takes, but ``output``: ``sql``, ``parameters``,
            ``purpose``, ``output_options={"if_exists": "replace"}`` …
    """

    template_fields: Sequence[str] = (
        "sql", "parameters", "destination", "destination_conn_id", "output_options", "purpose",
        "conn_id", "sluicegate_conn_id",
    )  # fmt: skip

    def __init__(self, *, destination_conn_id: str, destination: str, **kwargs: Any) -> None:
        super().__init__(output="", **kwargs)
        self.destination_conn_id = destination_conn_id
        self.destination = destination

    def _output(self) -> str:
        """Tell the place as the gate names it; what stands there is the connection's to say.

        Raises:
            ConfigurationError: it is neither a table nor a prefix on S3.
        """
        destination = str(self.destination)
        if "://" not in destination:
            return f"table://{self.destination_conn_id}/{destination}"
        if not destination.lower().startswith(("s3://", "s3a://")):
            raise ConfigurationError(
                "the destination is neither a table nor a prefix on S3",
                hint="schema.table, or s3://bucket/prefix/",
            )
        return destination

    def _logins(self) -> tuple[str, ...]:
        return (*super()._logins(), str(self.destination_conn_id))
