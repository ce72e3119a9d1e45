"""Finds the sink that an output asks for."""

from __future__ import annotations

from sluicegate.errors import ConfigurationError
from sluicegate.model.decision import StoreTerms
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks.local import LocalSink
from sluicegate.sinks.location import scheme_of
from sluicegate.sinks.port import Sink
from sluicegate.sinks.table import SourceUrl, TableSink
from sluicegate.sinks.table_location import table_location


def open_sink(
    output: str,
    options: OutputOptions | None = None,
    terms: StoreTerms | None = None,
    source_url: SourceUrl | None = None,
) -> Sink:
    """Build the sink for ``output``; nothing is touched yet.

    Args:
        output: A plain path, ``file:///…``, ``s3://bucket/prefix/`` or
            ``table://source/schema.table``.
        options: Format and layout.
        terms: What the policy bears of the store.
        source_url: Name of a source → its URL; tables need it.

    Raises:
        ConfigurationError: the output is empty or no place to write to, or an option does not go
            with it.
        UnknownNameError: nothing writes to its scheme.
        MissingDependencyError: S3 needs ``sluicegate[aws]``.
    """
    chosen = options or OutputOptions()
    scheme = scheme_of(output)
    if scheme == "table":
        return _open_table(output, chosen, source_url)
    if chosen.if_exists != "fail":
        raise ConfigurationError("if_exists is for tables; files are never replaced")
    if scheme == "s3":
        from sluicegate.sinks.s3 import S3Sink  # noqa: PLC0415 - an optional library

        return S3Sink.open(output, chosen, terms or StoreTerms())
    if chosen.kms_key:
        raise ConfigurationError("kms_key is for outputs on S3")
    return LocalSink(chosen)


def _open_table(output: str, options: OutputOptions, source_url: SourceUrl | None) -> TableSink:
    table_location(output)  # a mistake is told before anything runs
    if source_url is None:
        raise ConfigurationError("a table needs settings that name its source")
    return TableSink(options, source_url)
