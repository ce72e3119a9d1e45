"""What happened, in words that hold no value: for hooks and sensors that tell other people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import dagster as dg

_CODE: Final = "sluicegate/code"


@dataclass(frozen=True, kw_only=True)
class SafeEvent:
    """One step's end. ``str()`` gives it as one text to send."""

    job: str
    run: str
    step: str
    succeeded: bool
    code: str = ""
    """Of Sluicegate, such as ``SG-VALUE``; empty for anybody else's exception."""
    kind: str = ""
    """Class of the exception."""
    told: str = ""
    """Sluicegate's own description; of others none, since it may quote data."""

    def __str__(self) -> str:
        if self.succeeded:
            return f"{self.job}: {self.step} of run {self.run} succeeded"
        why = self.told or f"a {self.kind or 'failure'} whose text is withheld"
        return f"{self.job}: {self.step} of run {self.run} failed: {why}"


def of_failed_step(run: dg.DagsterRun, event: dg.DagsterEvent) -> SafeEvent:
    """Tell of the failure of a step as it stands in the event log.

    Only what our own failures say is told: they are known by their class, which Dagster stores.
    """
    data: Any = event.event_specific_data
    error = data.error
    kind = error.cls_name or "" if error is not None else ""
    own = kind == "GuardedFailure" and data.user_failure_data is not None
    metadata = data.user_failure_data.metadata if own else {}
    return SafeEvent(
        job=run.job_name,
        run=run.run_id,
        step=event.step_key or "the run",
        succeeded=False,
        code=_text(metadata, _CODE),
        kind=_text(metadata, "sluicegate/exception") or ("" if own else kind),
        told=(data.user_failure_data.description or "") if own else "",
    )


def _text(metadata: Mapping[str, Any], name: str) -> str:
    value = metadata.get(name)
    return str(value.value) if value is not None else ""
