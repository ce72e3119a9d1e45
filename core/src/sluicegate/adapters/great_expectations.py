"""Our expectations for suites of Great Expectations; importing this registers them.

The other way, a suite as a gate, is a policy's or a request's ``quality: ["gx:suite.json"]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from sluicegate.evidence import verify_output
from sluicegate.gate.trust import read_public_keys
from sluicegate.quality.gx_expectations import (
    ExpectColumnValuesToHoldNoSensitiveData,
    ExpectKAnonymity,
)
from sluicegate.quality.gx_library import BatchExpectation

__all__ = [
    "ExpectColumnValuesToHoldNoSensitiveData",
    "ExpectKAnonymity",
    "ExpectTableToBeAttested",
]


class ExpectTableToBeAttested(BatchExpectation):
    """Expect that a batch is what an attested release holds, and that the release is unchanged.

    The release is verified offline, every file of it. The batch is compared by its number of rows
    and its columns; that each value is the same is not compared, so read the batch from that place.

    Args:
        path: The release: a local folder.
        public_keys: File of ``key-id base64`` lines: whose attestations are trusted.
        purpose: Purpose that it must have been released for; any, if not given.
    """

    path: str
    public_keys: str
    purpose: str | None = None

    metric_dependencies: ClassVar[tuple[str, ...]] = (
        "table.row_count", "table.columns",
    )  # fmt: skip
    success_keys: ClassVar[tuple[str, ...]] = ("path", "public_keys", "purpose")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the library's
        execution_engine: Any = None,  # noqa: ARG002 - signature
    ) -> dict[str, Any]:
        facts = _facts(
            self.path,
            self.public_keys,
            purpose=self.purpose or "",
            rows=int(metrics["table.row_count"]),
            columns=list(map(str, metrics["table.columns"])),
        )
        problems = facts["problems"]
        observed = ", ".join(problems) if problems else "attested"
        return {"success": not problems, "result": {"observed_value": observed, "details": facts}}


def _facts(
    path: str, public_keys: str, *, purpose: str, rows: int, columns: Sequence[str]
) -> dict[str, Any]:
    """Verify a release and compare a table with it; ``problems`` are codes."""
    verification = verify_output(path, read_public_keys(Path(public_keys)))
    predicate = verification.predicate
    problems = [problem.code for problem in verification.problems]
    if not predicate:
        return {"problems": problems}
    plan = predicate["plan"]
    if sum(file["rows"] for file in predicate["files"]) != rows:
        problems.append("other-rows")
    if {column["name"] for column in predicate["columns"]} != set(columns):
        problems.append("other-columns")
    if purpose and plan["purpose"] != purpose:
        problems.append("other-purpose")
    return {
        "problems": list(dict.fromkeys(problems)),
        "run_key": predicate["run_key"],
        "plan": plan["digest"],
        "policy": predicate["policy"]["digest"],
        "purpose": plan["purpose"],
    }
