"""The operator that turns files which others wrote into masked ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_sluicegate.operators.extract import GuardedExtractOperator

if TYPE_CHECKING:
    from sluicegate.sources.port import Source


class MaskFilesOperator(GuardedExtractOperator):
    """Reads files through the gate, whole, and releases them masked, with an attestation.

    Files are a source like a database: the connection names a folder (type fs) or a prefix on S3
    (type aws, extra ``sluicegate_prefix``), each file or sub-folder in it is a relation, and the
    policy says of each column how it may leave. Parquet, CSV, JSON lines and Arrow are read.

    Args:
        conn_id: Connection of the files. Any other source does, too: its table is masked whole.
        relation: Which of them: the stem of a file, or the name of a sub-folder. It may be left out
            where there is only one.
        columns: Those that are wanted; all, if none is named.
        kwargs: What ``GuardedExtractOperator`` takes, but ``sql`` and ``parameters``: ``output``,
            ``purpose``, ``output_options`` …
    """

    template_fields: Sequence[str] = (
        "relation", "columns", "output_folder", "output_options", "purpose", "conn_id",
        "sluicegate_conn_id",
    )  # fmt: skip
    template_ext: Sequence[str] = ()
    template_fields_renderers: ClassVar[dict[str, str]] = {"columns": "json"}

    def __init__(self, *, relation: str = "", columns: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(sql="", **kwargs)
        self.relation = relation
        self.columns = columns

    def _sql(self, source: Source) -> str:
        from sluicegate.gate.whole import whole_relation  # noqa: PLC0415 - parsing must stay light

        return whole_relation(source, str(self.relation), [str(name) for name in self.columns])
