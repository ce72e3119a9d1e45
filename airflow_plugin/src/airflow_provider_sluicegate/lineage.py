"""What a guarded extract tells Airflow's own OpenLineage provider, which calls these methods.

The provider sends the events: under Airflow's own names of run and job, through its transport. Here
it is told what was read and released, how columns came about, and how each gate ended. What runs is
not planned before the database was asked, so there is nothing to tell when a task starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage

    from sluicegate.lineage import EventType
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import Outcome
    from sluicegate.settings import Settings

_RUN_FACETS: Final = ("sluicegate_extract", "test")
_JOB_FACETS: Final = ("sql",)
"""All others are Airflow's to tell: type, owner, error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the last try of a task came to."""

    settings: Settings
    identity: RunIdentity
    outcome: Outcome


class TellsLineage:
    """An operator that tells lineage of an extract.

    Failure mode: open, and as the provider does it: what cannot be told is left out of the event.
    """

    told: Told | None = None
    """Set by the work; nothing if it broke off."""

    def get_openlineage_facets_on_complete(
        self,
        task_instance: Any,  # noqa: ARG002 - the provider's signature
    ) -> OperatorLineage[Any, Any] | None:
        """Tell of a release: inputs, output with its columns and tags, gates."""
        return self._lineage("COMPLETE")

    def get_openlineage_facets_on_failure(
        self,
        task_instance: Any,  # noqa: ARG002 - as above
    ) -> OperatorLineage[Any, Any] | None:
        """Tell of what was not released: inputs, and the gates that failed. There is no output."""
        return self._lineage("FAIL")

    def _lineage(self, kind: EventType) -> OperatorLineage[Any, Any] | None:
        from airflow.providers.openlineage.extractors import (  # noqa: PLC0415 - it may not be there
            OperatorLineage,
        )

        from sluicegate.gate.lineage import event_of  # noqa: PLC0415 - parsing must stay light
        from sluicegate.lineage import client_event  # noqa: PLC0415 - as above

        told = self.told
        if told is None:
            return None
        event = event_of(told.settings, kind, told.outcome.plan, told.identity, told.outcome)
        if event is None:
            return None
        made = client_event(event)
        return OperatorLineage(
            inputs=made.inputs or [],
            outputs=made.outputs or [],
            run_facets=_some(made.run.facets, _RUN_FACETS),
            job_facets=_some(made.job.facets, _JOB_FACETS),
        )


def _some(facets: dict[str, Any] | None, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: facet for name, facet in (facets or {}).items() if name in names}
