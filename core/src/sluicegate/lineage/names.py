"""Names of datasets, so that events of one dataset meet in a lineage store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.model.plan import Plan


def input_namespace(plan: Plan) -> str:
    """Name the source: its dialect and the name it has in the settings, never its address."""
    return f"{plan.dialect}://{plan.source}"


def output_name(output: str) -> tuple[str, str]:
    """Split an output into namespace and name: scheme and bucket, or ``file`` and absolute path."""
    scheme, found, rest = output.partition("://")
    if not found:
        return "file", str(Path(output).absolute())
    if scheme == "file":
        return "file", rest.rstrip("/") or "/"
    bucket, _, key = rest.partition("/")
    scheme = {"s3a": "s3"}.get(scheme.lower(), scheme.lower())
    return f"{scheme}://{bucket}", key.strip("/") or "/"
