"""What an attestation costs: the proof of its record, signing, and verifying without the files.

Run: ``python tests/bench/bench_attest.py [--files N] [--records N]``. Times are processor time of
this process, medians; hashing the files is not among them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sluicegate.evidence import read_envelope, sign_statement
from sluicegate.evidence.inclusion import check_inclusion, prove_release
from sluicegate.evidence.manifest import read_files
from sluicegate.evidence.verification import checked_manifest
from sluicegate.ledger import open_ledger
from sluicegate.model.events import Event
from sluicegate.model.outcome import OutputFile

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.unit.evidence.conftest import SIGNER, statement_about, verified_event

TRUSTED = {SIGNER.key_id: SIGNER.public_key}
T = TypeVar("T")


def timed(name: str, act: Callable[[], T], *, times: int = 30) -> tuple[float, T]:
    spent = []
    for _ in range(times):
        began = time.process_time()
        result = act()
        spent.append((time.process_time() - began) * 1e3)
    median = statistics.median(spent)
    print(f"{name:<34} {median:7.2f} ms")
    return median, result


def proofs(records: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(f"{folder}/ledger.db", SIGNER)
        filling = [Event(kind="x", subject=str(n), body={"n": n}) for n in range(records)]
        ledger.append_all(filling)
        print(f"a ledger of {records:,} records in SQLite")
        append, record = timed("one record", lambda: ledger.append(verified_event(())))
        prove, _ = timed("its proof", lambda: prove_release(ledger, record, SIGNER))
        print(f"a proof costs {prove / append:.2f} records")
        ledger.close()


def attestation(number: int) -> None:
    files = tuple(
        OutputFile(name=f"part-{n:05}.parquet", sha256=f"{n:064x}", bytes=n, rows=n)
        for n in range(number)
    )
    statement = statement_about(files)
    print(f"an attestation of {number:,} files")
    sign, envelope = timed("sign", lambda: sign_statement(statement, SIGNER))

    def verify() -> Any:
        read = read_envelope(envelope, TRUSTED)
        predicate = read["predicate"]
        manifest = checked_manifest(read, read_files(predicate))
        return check_inclusion(predicate, TRUSTED, manifest)

    check, _ = timed("verify", verify)
    print(f"{'together':<34} {sign + check:7.2f} ms, {len(envelope):,} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--records", type=int, default=20_000)
    asked = parser.parse_args()
    proofs(asked.records)
    attestation(asked.files)
