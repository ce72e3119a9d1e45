"""What an approval is bound to (promise P6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.model.canonical import digest

if TYPE_CHECKING:
    from sluicegate.model.identity import RunIdentity


def approval_digest(
    plan_digest: str, policy_digest: str, identity: RunIdentity, window: str
) -> str:
    """Return the digest that people approve: any change of what it covers asks again.

    Bound of the identity: the piece of work as it is written down (orchestrator, pipeline, task,
    map index, partition, environment), its code (``code_digest``; where that is not known, the
    code version), and the people in it (who triggered it, how sure we are of that, owner, team),
    so that nobody runs on the approval that another one asked for.

    Not bound: the run id, since the next run of the CLI or a re-execution in Dagster has another
    and would have to ask for ever; ``Approvals.consume`` ties the approval to the first run that
    uses it. Nor host, library versions, try number and trigger, which differ between the tries of
    one run; nor the database login, since secret stores hand out another one for each connection.

    Args:
        plan_digest: ``Plan.digest``; it covers the rewritten SQL, masks, parameters and output.
        policy_digest: Digest of the policy that decided.
        identity: Who asks.
        window: The span of data or time that is asked for, as the caller writes it; may be empty.
    """
    return digest(
        {
            "version": 1,
            "plan": plan_digest,
            "policy": policy_digest,
            "window": window,
            "orchestrator": identity.orchestrator,
            "pipeline": identity.pipeline,
            "task": identity.task,
            "map_index": identity.map_index,
            "partition": identity.partition,
            "environment": identity.environment,
            "owner": identity.owner,
            "team": identity.team,
            "triggered_by": identity.triggered_by,
            "trust": identity.trust,
            "code": identity.code_digest or f"version:{identity.code_version}",
        }
    )
