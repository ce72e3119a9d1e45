"""What a task reads from the asset events of others: exactly the release that an event tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from airflow_provider_sluicegate.attesting import facts_of, judged
from airflow_provider_sluicegate.failures import Failed, carried_out

if TYPE_CHECKING:
    from airflow.sdk import Asset

EXTRA: Final = "sluicegate"
"""Where guarded operators put their facts into the extra of an event."""


def release_of(
    context: Any,
    asset: Asset,
    *,
    demands: Mapping[str, Any] | None = None,
    sluicegate_conn_id: str | None = None,
) -> dict[str, Any]:
    """Return the facts of the release that the newest event of an inlet tells of, verified.

    An event is no proof: whoever may write to Airflow's API may send one. It only says which
    dataset is meant; signature, files and demands say whether it is there and may be used. That
    which stands there must be the very dataset, by digest, so a release that was replaced after
    the event fails too.

    Args:
        context: Of a task with ``inlets=[asset]``.
        asset: The asset.
        demands: What must be true of the release besides; as for ``RequireAttestationOperator``.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.

    Raises:
        Failed: there is no event, or none of a release; or what stands there is not as attested or
            demanded.
        FailedNow: it cannot be asked now.
    """
    told = _told(context, asset)
    wanted = {**(demands or {}), "datasets": [told["manifest"]]}
    verification = carried_out(lambda: judged(told["output"], wanted, sluicegate_conn_id))
    return facts_of(verification)


def _told(context: Any, asset: Asset) -> Mapping[str, str]:
    try:
        extra = context["inlet_events"][asset][-1].extra
    except (KeyError, IndexError):
        extra = None
    facts = extra.get(EXTRA) if isinstance(extra, Mapping) else None
    if isinstance(facts, Mapping):
        found = {name: facts.get(name) for name in ("output", "manifest")}
        if all(isinstance(value, str) and value for value in found.values()):
            return {name: str(value) for name, value in found.items()}
    raise Failed(
        f"sluicegate: no event of the asset {asset.name!r} tells of a release"
        " (is it an inlet of this task, and an outlet of a guarded one?)"
    )
