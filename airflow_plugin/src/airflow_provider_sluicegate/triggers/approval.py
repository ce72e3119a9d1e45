"""The trigger that wakes a task when people have answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_sluicegate.config import unmasked_settings
from sluicegate.errors import ConfigurationError, SluicegateError

_SHORTEST: Final = 0.05
_OPEN: Final = frozenset({"unknown", "pending"})
_BLIND: Final = "blind"
_OVER: Final = "over"


class ApprovalTrigger(BaseTrigger):
    """Looks into the ledger until an approval is answered or time is over.

    It decides nothing: whatever it says, the gate asks the ledger again, with the trusted keys, and
    takes consent only for the plan that it then makes. So a triggerer needs to know where the
    ledger is, and needs no key.

    Failure mode: a ledger that cannot be read for a while is asked again; when time is over, or the
    triggerer has no ledger at all, the task is woken, and refused. It reads in a thread, so other
    triggers go on meanwhile.

    Args:
        digest: What people were asked to approve.
        deadline: When to give up, ISO 8601 with a zone.
        poll_seconds: How often to look.
        pause: Whether to let that time pass before the first look, too.
        sluicegate_conn_id: Connection of type sluicegate that tells of the ledger.
    """

    def __init__(
        self,
        digest: str,
        deadline: str,
        poll_seconds: float = 10.0,
        *,
        pause: bool = False,
        sluicegate_conn_id: str | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Airflow's has no types
        self.digest = digest
        self.deadline = deadline
        self.poll_seconds = poll_seconds
        self.pause = pause
        self.sluicegate_conn_id = sluicegate_conn_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Tell Airflow how to make it again; digests and times only."""
        kwargs = {
            "digest": self.digest,
            "deadline": self.deadline,
            "poll_seconds": self.poll_seconds,
            "pause": self.pause,
            "sluicegate_conn_id": self.sluicegate_conn_id,
        }
        return f"{type(self).__module__}.{type(self).__name__}", kwargs

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event: ``status``, ``code``, and what the task needs to go on."""
        deadline = datetime.fromisoformat(self.deadline)
        told = ""
        if self.pause:
            await self._sleep(deadline)
        while True:
            try:
                status = await asyncio.to_thread(self._look)
            except ConfigurationError as error:
                yield self._event(_BLIND, error.code)
                return
            except SluicegateError as error:
                status = "unknown"
                if told != error.code:
                    told = error.code
                    self.log.warning("sluicegate: the ledger cannot be read now: %s", told)
            if status not in _OPEN:
                yield self._event(status)
                return
            if datetime.now(UTC) >= deadline:
                yield self._event(_OVER)
                return
            await self._sleep(deadline)

    def _look(self) -> str:
        from sluicegate.approvals import Approvals  # noqa: PLC0415 - loads SQLAlchemy
        from sluicegate.ledger import open_ledger  # noqa: PLC0415 - as above

        settings = unmasked_settings(self.sluicegate_conn_id)
        ledger = open_ledger(settings.ledger, None, timeout_seconds=5.0)
        with closing(ledger):
            return Approvals(ledger).state(self.digest).status.value

    async def _sleep(self, deadline: datetime) -> None:
        left = (deadline - datetime.now(UTC)).total_seconds()
        await asyncio.sleep(max(_SHORTEST, min(self.poll_seconds, left)))

    def _event(self, status: str, code: str = "") -> TriggerEvent:
        told = {"status": status, "code": code, "digest": self.digest, "deadline": self.deadline}
        return TriggerEvent(told)  # type: ignore[no-untyped-call] # as above
