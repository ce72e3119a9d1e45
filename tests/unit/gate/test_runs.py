"""Runs and their seals, over a real ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sluicegate import RunIdentity
from sluicegate.gate.runs import RunLog, RunName, TaskState
from sluicegate.gate.seals import SEALED, check_seal, run_records, seal_run
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.model.canonical import digest
from sluicegate.model.events import Event

RUN = RunName(orchestrator="airflow", pipeline="shop", run="manual__1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(str(tmp_path / "l.db"), Ed25519Signer(bytes(range(32))))) as opened:
        yield opened


def identity(task: str, try_number: int = 1, run: str = RUN.run) -> RunIdentity:
    return RunIdentity(
        orchestrator="airflow", pipeline="shop", task=task, run=run, try_number=try_number
    )


def a_run(ledger: Ledger) -> RunLog:
    runs = RunLog(ledger)
    runs.started(RUN, trigger="manual", triggered_by="carl")
    for task, state in (("a", TaskState.SUCCEEDED), ("b", TaskState.FAILED)):
        runs.task(identity(task), TaskState.STARTED, guarded=True)
        runs.task(identity(task), state, guarded=True)
    # what an extract of task a writes, and one of another run in between
    for work in (identity("a"), identity("a", run="manual__2")):
        ledger.append(
            Event(kind="extract.outcome", subject=digest(work.work_key), body={"rows": 1})
        )
    runs.ended(RUN, "failed")
    return runs


def test_a_seal_covers_the_run_the_tasks_and_their_extracts_and_no_other_run(
    ledger: Ledger,
) -> None:
    a_run(ledger)
    kinds = [record.kind for record in run_records(ledger, RUN)]
    assert kinds == [
        "run.started", "task.started", "task.succeeded", "task.started", "task.failed",
        "extract.outcome", "run.ended",
    ]  # fmt: skip
    seal = seal_run(ledger, RUN)
    assert seal is not None
    assert (seal.kind, seal.body["records"], seal.body["open"]) == (SEALED, 7, 0)
    report = check_seal(ledger, RUN)
    assert report.ok
    assert (report.fault, report.late) == ("", ())
    assert seal_run(ledger, RUN) is None, "what is sealed needs no second seal"


def test_what_is_told_twice_is_written_once(ledger: Ledger) -> None:
    a_run(ledger)
    before = len(list(ledger.records()))
    runs = RunLog(ledger)
    runs.started(RUN, trigger="manual")  # a second scheduler
    runs.task(identity("a"), TaskState.STARTED, guarded=True)  # a resumed task
    assert len(list(ledger.records())) == before
    runs.task(identity("a", 2), TaskState.STARTED, guarded=True)
    assert len(list(ledger.records())) == before + 1


def test_a_record_that_is_added_after_the_seal_shows(ledger: Ledger) -> None:
    a_run(ledger)
    seal_run(ledger, RUN)
    assert check_seal(ledger, RUN).ok
    work = digest(identity("b").work_key)
    late = ledger.append(Event(kind="extract.outcome", subject=work, body={"rows": 9}))
    report = check_seal(ledger, RUN)
    assert not report.ok
    assert report.late == (late.sequence,)


class _Without:
    """A ledger out of which somebody took one record, and who hides the hole."""

    def __init__(self, inner: Ledger, sequence: int) -> None:
        self._inner, self._sequence = inner, sequence

    def append(self, event: Event, *, once: str | None = None) -> object:
        return self._inner.append(event, once=once)

    def records(self, *, kind: str | None = None, subject: str | None = None) -> Iterator[object]:
        found = self._inner.records(kind=kind, subject=subject)
        return (record for record in found if record.sequence != self._sequence)


@pytest.mark.parametrize("gone", range(7))
def test_a_record_that_was_taken_out_shows(ledger: Ledger, gone: int) -> None:
    a_run(ledger)
    seal_run(ledger, RUN)
    sequence = run_records(ledger, RUN)[gone].sequence
    report = check_seal(_Without(ledger, sequence), RUN)  # type: ignore[arg-type] # an attacker's
    assert not report.ok
    assert "not those that it covers" in report.fault


def test_a_run_that_was_begun_again_is_open_until_it_is_sealed_again(ledger: Ledger) -> None:
    runs = a_run(ledger)
    seal_run(ledger, RUN)
    runs.started(RUN, attempt=1)
    runs.task(identity("b", 2), TaskState.STARTED, guarded=True)
    assert check_seal(ledger, RUN).seal is None
    runs.task(identity("b", 2), TaskState.SUCCEEDED, guarded=True)
    runs.ended(RUN, "success", attempt=1)
    seal_run(ledger, RUN)
    assert check_seal(ledger, RUN).ok


def test_an_open_try_is_counted(ledger: Ledger) -> None:
    runs = RunLog(ledger)
    runs.task(identity("a"), TaskState.STARTED, guarded=True)
    seal = seal_run(ledger, RUN)
    assert seal is not None
    assert seal.body["open"] == 1


def test_no_text_of_an_error_gets_in(ledger: Ledger) -> None:
    planted = "jane.roe@example.com"
    RunLog(ledger).task(
        identity("a"),
        TaskState.FAILED,
        guarded=False,
        error=f"Error{planted}",
        codes=[planted, "SG-BLIND"],
    )
    [record] = ledger.records()
    assert planted not in json.dumps(dict(record.body))
    assert (record.body["error"], record.body["codes"]) == ("", ["SG-BLIND"])


def test_nothing_is_sealed_where_nothing_was_recorded(ledger: Ledger) -> None:
    assert seal_run(ledger, RUN) is None
    assert not check_seal(ledger, RUN).ok
