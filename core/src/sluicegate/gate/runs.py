"""What an orchestrator says of its runs and tasks, as events of the ledger.

A run is about all of its tasks, also those that went past the gate, so that an auditor sees what
ran beside an extract. Bodies hold names, states and codes: no parameter, no configuration of a run,
no text of an exception.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sluicegate.model.canonical import digest
from sluicegate.model.events import AlreadyRecorded, Event

if TYPE_CHECKING:
    from sluicegate.model.events import EventLog
    from sluicegate.model.identity import RunIdentity

STARTED: Final = "run.started"
ENDED: Final = "run.ended"
TASK: Final = "task."
_TYPE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
_MOST_CODES: Final = 10


class TaskState(StrEnum):
    """What became of one try of a task."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """Also one that will be tried again."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunName:
    """One run of a pipeline, over the tries of its tasks."""

    orchestrator: str
    pipeline: str
    run: str

    @classmethod
    def of(cls, identity: RunIdentity) -> RunName:
        """Name the run that an identity belongs to."""
        return cls(orchestrator=identity.orchestrator, pipeline=identity.pipeline, run=identity.run)

    @property
    def subject(self) -> str:
        """What the ledger files the run's own records under."""
        return digest(["run", self.orchestrator, self.pipeline, self.run])

    @property
    def body(self) -> dict[str, str]:
        """For the body of an event."""
        return {"orchestrator": self.orchestrator, "pipeline": self.pipeline, "run": self.run}


class RunLog:
    """Writes what became of runs and tasks. What was written once is not written twice.

    Failure mode: the ledger's errors pass through; it blocks as long as the ledger does. Nothing
    that leaves data waits for these records: an extract has its own.

    Args:
        log: The ledger.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def started(
        self, run: RunName, *, attempt: int = 0, trigger: str = "", triggered_by: str | None = None
    ) -> None:
        """Record that a run began.

        Args:
            run: Which one.
            attempt: How often it was begun before; several schedulers may tell the same.
            trigger: ``manual``, ``scheduled`` …
            triggered_by: Who began it, if the orchestrator knows.
        """
        body = {"attempt": attempt, "trigger": trigger, "triggered_by": triggered_by}
        self._append(STARTED, run, body, f"{attempt}")

    def ended(self, run: RunName, state: str, *, attempt: int = 0) -> None:
        """Record how a run ended: ``success`` or ``failed``."""
        self._append(ENDED, run, {"attempt": attempt, "state": state}, f"{attempt}/{state}")

    def task(
        self,
        identity: RunIdentity,
        state: TaskState,
        *,
        guarded: bool,
        error: str = "",
        codes: Sequence[str] = (),
    ) -> None:
        """Record what became of one try of a task.

        Args:
            identity: The try.
            state: What became of it.
            guarded: Whether it goes through the gate.
            error: Name of the type of the error that ended it.
            codes: Our own codes in that error; others are left out.
        """
        work = digest(identity.work_key)
        body = {
            "task": identity.task,
            "map_index": identity.map_index,
            "partition": identity.partition,
            "try_number": identity.try_number,
            "work": work,
            "guarded": guarded,
            "error": error if _TYPE.fullmatch(error) else "",
            "codes": [c for c in dict.fromkeys(codes) if _CODE.fullmatch(c)][:_MOST_CODES],
        }
        once = f"{work}/{identity.try_number}"
        self._append(f"{TASK}{state.value}", RunName.of(identity), body, once)

    def _append(self, kind: str, run: RunName, body: dict[str, Any], once: str) -> None:
        event = Event(kind=kind, subject=run.subject, body={**run.body, **body})
        with suppress(AlreadyRecorded):
            self._log.append(event, once=f"{kind}/{run.subject}/{once}")
