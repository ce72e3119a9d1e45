"""How long evidence over many records and the attestation of many files take.

Run: ``python tests/bench/bench_evidence.py``; ``bench_ledger.py`` prints the same.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.unit.evidence.conftest import Release, statement_about
from tests.unit.evidence.reporting_events import (
    BEGIN,
    KEYS,
    SIGNER,
    ended,
    identity,
    intent,
    work_of,
)

from sluicegate.evidence import sign_statement, verify_output
from sluicegate.evidence.reporting import (
    Dossier,
    Framework,
    Scope,
    assessment_results,
    report_page,
    select,
    write_bundle,
)
from sluicegate.ledger import open_ledger
from sluicegate.model.events import Event

T = TypeVar("T")


def _told(what: str, action: Callable[[], T]) -> T:
    began, processor = time.perf_counter(), time.process_time()
    found = action()
    took, processor = time.perf_counter() - began, time.process_time() - processor
    print(f"{what}: {took * 1000:,.0f} ms, of processor time {processor * 1000:,.0f} ms")
    return found


def evidence(url: str, count: int) -> None:
    """Select and prove records of a period, and write each document about them."""
    moments = (BEGIN + timedelta(minutes=5 * n) for n in itertools.count())
    events: list[Event] = []
    for number in range(count // 3 + 1):
        who, output = identity(f"p{number % 20}", "ann", f"r{number}"), f"out/{number % 50}"
        verified = Event(kind="extract.verified", subject=work_of(who), body={"output": output})
        events += [intent(who, output), verified, ended(who, "released")]
    with closing(open_ledger(url, SIGNER, trusted=KEYS, clock=lambda: next(moments))) as ledger:
        for begin in range(0, count, 500):
            ledger.append_all(events[begin : min(count, begin + 500)])
        ledger.checkpoint()
        scope = Scope()
        print(f"evidence over {count:,} records")
        entries, checkpoint = _told("  select and prove", lambda: select(ledger, scope))
    dossier = Dossier.of(Framework.load("soc2"), scope, entries, checkpoint)
    _told("  report", lambda: report_page(dossier))
    _told("  OSCAL", lambda: assessment_results(dossier))
    _told("  bundle of all, with proofs", lambda: write_bundle(dossier, KEYS))


def attest(_: str, count: int) -> None:
    """Sign and verify the attestation of a release of many files."""
    with tempfile.TemporaryDirectory() as folder:
        release = Release(Path(folder), SIGNER)
        for number in range(count):
            (release.folder / f"part-{number:05}.parquet").write_bytes(b"%d" % number)
        files = _told(f"hash {count:,} files", release.files)
        statement = statement_about(files)
        signed = _told("  sign", lambda: sign_statement(statement, SIGNER))
        release.attestation.parent.mkdir()
        release.attestation.write_bytes(signed)
        found = _told("  verify, the files too", lambda: verify_output(folder, release.trusted))
        assert found.ok, found.problems


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        evidence(f"{here}/ledger.db", 10_000)
    attest("", 1000)
