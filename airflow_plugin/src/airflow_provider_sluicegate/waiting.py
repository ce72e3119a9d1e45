"""How a task waits for an approval without a worker, and goes on or is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from airflow_provider_sluicegate import metrics
from airflow_provider_sluicegate.failures import Failed

if TYPE_CHECKING:
    from airflow.sdk import BaseNotifier, BaseOperator

    from sluicegate.model.findings import Reason

MISSING: Final = "APPROVAL-MISSING"
APPROVAL: Final = "sluicegate_approval"
"""Where notifiers find in the context what is to be approved."""
_METHOD: Final = "resume"
_BLIND: Final = "blind"
"""What the trigger says where it has no ledger."""


class Answer(Protocol):
    """What the gate said to an extract, a statement or a login."""

    @property
    def approval(self) -> str:
        """Digest to approve, when an approval is what is missing."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it was refused."""


def wait_if_missing(
    operator: BaseOperator,
    answer: Answer,
    context: Any,
    *,
    wait: timedelta | None,
    poll_seconds: float,
    deadline: datetime | None = None,
    notifiers: Sequence[BaseNotifier] = (),
    sluicegate_conn_id: str | None = None,
) -> None:
    """Defer the task if an approval is all that is missing and time is left; else return.

    The deferral holds the digest to approve and a time. When the task goes on, it makes the plan
    anew: what was approved counts for exactly that plan, and a changed one asks again within the
    same time.

    Args:
        operator: Has a method ``resume(context, event=None, deadline=None)``.
        answer: What the gate said.
        context: Of the task.
        wait: How long to wait at most; ``None`` not to wait.
        poll_seconds: How often the trigger looks.
        deadline: When a wait that has begun already is over.
        notifiers: Told once, when the wait begins.
        sluicegate_conn_id: Connection that tells of the ledger, if not the section.

    Raises:
        TaskDeferred: the task waits.
    """
    if not wait or not answer.approval or [r.code for r in answer.reasons] != [MISSING]:
        return
    now = datetime.now(UTC)
    until = deadline or now + wait
    if now >= until:
        return
    # loads parts of Airflow that parsing a DAG need not load
    from airflow_provider_sluicegate.triggers.approval import ApprovalTrigger  # noqa: PLC0415

    if deadline is None:
        metrics.approval_waited()
        _notify(operator, notifiers, context, answer, until)
    operator.log.info(
        "sluicegate waits until %s for the approval of %s", until.isoformat(), answer.approval
    )
    text = until.isoformat()
    trigger = ApprovalTrigger(
        answer.approval,
        text,
        poll_seconds,
        pause=deadline is not None,
        sluicegate_conn_id=sluicegate_conn_id,
    )
    operator.defer(trigger=trigger, method_name=_METHOD, kwargs={"deadline": text})


def deadline_of(event: Any, deadline: str | None, wait: timedelta | None) -> datetime:
    """Tell when a wait is over, from what was kept; never later than a whole wait from now.

    Raises:
        Failed: nothing that tells it was kept, or the triggerer knows no ledger. A refusal.
    """
    told: Mapping[str, Any] = event if isinstance(event, Mapping) else {}
    if told.get("status") == _BLIND:
        raise Failed(
            f"sluicegate: the triggerer cannot look for the approval: {told.get('code')}"
            " (set [sluicegate] ledger for it, too)"
        )
    now = datetime.now(UTC)
    try:
        until = datetime.fromisoformat(str(deadline or told.get("deadline")))
        return min(until.astimezone(UTC), now + (wait or timedelta()))
    except ValueError:
        raise Failed("sluicegate: refused: it is not known since when this task waits") from None


def _notify(
    operator: BaseOperator,
    notifiers: Sequence[BaseNotifier],
    context: Any,
    answer: Answer,
    until: datetime,
) -> None:
    facts = {
        "digest": answer.approval,
        "until": until.isoformat(timespec="minutes"),
        "reason": str(answer.reasons[0]),
    }
    for notifier in notifiers:
        try:
            notifier({**context, APPROVAL: facts})
        except Exception as error:  # noqa: BLE001 - the task waits all the same
            kind = type(error).__name__
            operator.log.warning("sluicegate: nobody was told of the approval: %s", kind)
