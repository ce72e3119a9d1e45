"""Threads share commits, and nobody gets another's end."""

from __future__ import annotations

import multiprocessing
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger_kills import survive
from sluicegate.errors import LedgerError, LedgerUnavailable
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.ledger.committing import Committer, Job
from sluicegate.ledger.row import seal
from sluicegate.model.events import AlreadyRecorded, Event

SIGNER = Ed25519Signer(bytes(range(32)))
FORK = multiprocessing.get_context("fork")


def together(*actions: Any) -> None:
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_threads_share_commits(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    committer = ledger._committer
    assert committer is not None
    write = committer._write

    def counted(jobs: Any) -> None:
        sizes.append(len(jobs))
        write(jobs)

    monkeypatch.setattr(committer, "_write", counted)
    together(
        *[lambda: [ledger.append(Event(kind="k", subject="s", body={})) for _ in range(10)]] * 16
    )
    assert sum(sizes) == 160
    assert len(sizes) < 80
    assert ledger.verify({SIGNER.key_id: SIGNER.public_key}).records == 160


def test_of_those_who_want_a_name_in_one_commit_one_gets_it(ledger: Ledger) -> None:
    ends: list[object] = []

    def want() -> None:
        try:
            ends.append(ledger.append(Event(kind="k", subject="s", body={}), once="name").sequence)
        except AlreadyRecorded as error:
            ends.append(error)

    together(*[want] * 12)
    assert sum(isinstance(end, int) for end in ends) == 1
    assert len({id(end) for end in ends}) == 12, "no error is shared between threads"
    assert [r.sequence for r in ledger.records()] == [1]


def test_a_batch_is_all_or_nothing(ledger: Ledger) -> None:
    good = Event(kind="k", subject="s", body={})
    with pytest.raises(LedgerError):
        ledger.append_all([good, Event(kind="k", subject="s", body={"x": b"y"})])
    assert ledger.head() is None
    assert [r.sequence for r in ledger.append_all([good, good])] == [1, 2]
    assert ledger.append_all([]) == []


def row() -> Any:
    return seal(
        sequence=1,
        time=datetime.now(UTC),
        kind="k",
        subject="s",
        body="{}",
        previous=None,
        once=None,
        signer=SIGNER,
    )


def test_an_error_is_the_end_of_its_batch_and_the_next_goes_on() -> None:
    calls: list[int] = []

    def write(jobs: Any) -> None:
        calls.append(len(jobs))
        if len(calls) == 1:
            raise LedgerUnavailable("first")
        for job in jobs:
            job.row = row()

    committer = Committer(write, 5)
    with pytest.raises(LedgerUnavailable, match="first"):
        committer.commit(Job(kind="k", subject="s", body="{}"))
    assert committer.commit(Job(kind="k", subject="s", body="{}")).sequence == 1


def test_an_interrupted_leader_leaves_the_lead(path: Path) -> None:
    first = threading.Event()

    def write(jobs: Any) -> None:
        if not first.is_set():
            first.set()
            raise KeyboardInterrupt
        for job in jobs:
            job.row = row()

    committer = Committer(write, 5)
    with pytest.raises(KeyboardInterrupt):
        committer.commit(Job(kind="k", subject="s", body="{}"))
    assert committer.commit(Job(kind="k", subject="s", body="{}")).sequence == 1


def test_who_waits_too_long_gives_up_and_is_not_written_later() -> None:
    busy, release, written = threading.Event(), threading.Event(), list[str]()

    def write(jobs: Any) -> None:
        busy.set()
        release.wait(20)
        for job in jobs:
            written.append(job.subject)
            job.row = row()

    committer = Committer(write, 0.2)
    leader = threading.Thread(
        target=lambda: committer.commit(Job(kind="k", subject="a", body="{}"))
    )
    leader.start()
    busy.wait(5)
    began = time.monotonic()
    with pytest.raises(LedgerUnavailable, match="busy"):
        committer.commit(Job(kind="k", subject="b", body="{}"))
    assert time.monotonic() - began < 5
    release.set()
    leader.join()
    assert committer.commit(Job(kind="k", subject="c", body="{}"))
    assert written == ["a", "c"]


def test_a_fork_while_another_thread_writes_does_not_wait_for_it(path: Path) -> None:
    ledger = open_ledger(str(path), SIGNER)
    stop = threading.Event()

    def append() -> None:
        while not stop.is_set():
            ledger.append(Event(kind="k", subject="parent", body={}))

    thread = threading.Thread(target=append)
    thread.start()
    try:
        children = []
        for _ in range(5):
            child = FORK.Process(
                target=lambda: ledger.append(Event(kind="k", subject="child", body={}))
            )
            child.start()
            children.append(child)
        for child in children:
            child.join(30)
    finally:
        stop.set()
        thread.join()
    assert [child.exitcode for child in children] == [0] * 5
    with closing(ledger):
        assert len(list(ledger.records(subject="child"))) == 5
        assert ledger.verify({SIGNER.key_id: SIGNER.public_key}).ok


@pytest.mark.slow
def test_eight_processes_that_are_killed_lose_and_double_nothing(
    path: Path, tmp_path: Path
) -> None:
    found = survive(str(path), each=200, kills=12, folder=tmp_path)
    assert found["kills"] == 12
    assert (found["lost"], found["doubled"], found["missing"]) == (0, 0, 0)
    assert found["records"] == 1600
