"""What the operators share that may wait for an approval without a worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from airflow_provider_sluicegate.waiting import Answer, deadline_of, wait_if_missing

if TYPE_CHECKING:
    from airflow.sdk import BaseNotifier, Context


class WaitingOperator(BaseOperator):
    """An operator whose work may need an approval.

    Args:
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.
        wait_for_approval: How long to wait, without a worker, for an approval that the policy asks
            for; afterwards, and by default at once, the task is refused.
        approval_poll_seconds: How often the triggerer looks for the approval.
        approval_notifiers: Told when the task begins to wait.
    """

    def __init__(
        self,
        *,
        sluicegate_conn_id: str | None = None,
        wait_for_approval: timedelta | None = None,
        approval_poll_seconds: float = 10.0,
        approval_notifiers: Sequence[BaseNotifier] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sluicegate_conn_id = sluicegate_conn_id
        self.wait_for_approval = wait_for_approval
        self.approval_poll_seconds = approval_poll_seconds
        self.approval_notifiers = approval_notifiers
        self.evidence: dict[str, str] = {}
        """What the last try left as evidence, for links and notifiers."""

    def execute(self, context: Context) -> dict[str, Any]:
        """Do the work; return the facts, which hold no value.

        Raises:
            Failed: refused, or cannot be done.
            FailedNow: cannot be done now.
            TaskDeferred: it waits for an approval.
        """
        return self._carry_out(context)

    def resume(
        self, context: Context, event: Any = None, deadline: str | None = None
    ) -> dict[str, Any]:
        """Go on after a wait: plan anew, and do the work if exactly that plan was approved.

        Raises:
            Failed: rejected, or nobody approved it in time; and as ``execute``.
            TaskDeferred: what would be done now is not what was approved; it waits on.
        """
        return self._carry_out(context, deadline_of(event, deadline, self.wait_for_approval))

    def _carry_out(self, context: Context, deadline: datetime | None = None) -> dict[str, Any]:
        """Do the work, or wait until ``deadline`` at most."""
        raise NotImplementedError

    def _wait_if_missing(self, answer: Answer, context: Context, deadline: datetime | None) -> None:
        """Defer the task if an approval is all that is missing and time is left; else return."""
        wait_if_missing(
            self,
            answer,
            context,
            wait=self.wait_for_approval,
            poll_seconds=self.approval_poll_seconds,
            deadline=deadline,
            notifiers=self.approval_notifiers,
            sluicegate_conn_id=self.sluicegate_conn_id,
        )
