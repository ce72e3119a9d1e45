"""The trigger that waits for an attestation to stand at an output."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from airflow_provider_sluicegate.config import unmasked_settings
from airflow_provider_sluicegate.failures import Failed, FailedNow, carried_out
from airflow_provider_sluicegate.places import reaching


class AttestationTrigger(BaseTrigger):
    """Fires when another attestation than the one that was seen stands at the output.

    It judges nothing: no key is needed, and of the output nothing else is read, so that the
    triggerer stays quick and trusted with little. The task verifies when it goes on.

    Failure mode: what cannot be asked now is asked again; for the rest it fires, and the task
    fails. How long it waits is the task's to say. The event loop is never blocked: asking runs in
    a thread.

    Args:
        output: Where.
        seen: Digest of the attestation that did not do; empty if there was none.
        poke_interval: Seconds between two looks.
        until: When the task's patience ends, for the task; handed back with the event.
        sluicegate_conn_id: Of the task.
    """

    def __init__(
        self,
        *,
        output: str,
        seen: str = "",
        poke_interval: float = 60.0,
        until: str = "",
        sluicegate_conn_id: str | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.output = output
        self.seen = seen
        self.poke_interval = poke_interval
        self.until = until
        self.sluicegate_conn_id = sluicegate_conn_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Tell Airflow how to build it anew."""
        return (
            "airflow_provider_sluicegate.triggers.attestation.AttestationTrigger",
            {
                "output": self.output,
                "seen": self.seen,
                "poke_interval": self.poke_interval,
                "until": self.until,
                "sluicegate_conn_id": self.sluicegate_conn_id,
            },
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look until there is something to say."""
        look = sync_to_async(lambda: carried_out(self._look), thread_sensitive=False)
        while True:
            try:
                found = await look()
            except FailedNow as error:
                self.log.warning("%s", error)
                found = self.seen
            except Failed as error:
                yield _event(failed=str(error), until=self.until)
                return
            if found and found != self.seen:
                yield _event(attestation=found, until=self.until)
                return
            await asyncio.sleep(self.poke_interval)

    def _look(self) -> str:
        from sluicegate.evidence.presence import attestation_digest  # noqa: PLC0415 - a heavy one

        settings = reaching(unmasked_settings(self.sluicegate_conn_id), self.output)
        return attestation_digest(self.output, source_url=settings.source_url)


def _event(**told: str) -> TriggerEvent:
    return TriggerEvent(told)  # type: ignore[no-untyped-call]
