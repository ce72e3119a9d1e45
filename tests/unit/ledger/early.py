"""A ledger as the first version wrote it, for tests of what reads and brings it forward."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from sluicegate.ledger import Ed25519Signer
from sluicegate.ledger.row import GENESIS
from sluicegate.ledger.sqlite_schema import EARLY
from sluicegate.model.canonical import canonical_bytes


def write_early(path: Path, signer: Ed25519Signer, number: int) -> None:
    """Write records of form 1, as that version's own code did."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA application_id = 1397507889")
        for sql in EARLY.values():
            raw.execute(sql)
        raw.execute("BEGIN")
        previous = GENESIS
        for n in range(1, number + 1):
            covered = {
                "body": {"n": n}, "key_id": signer.key_id, "kind": "k", "previous": previous,
                "sequence": n, "subject": f"s{n}", "time": f"2026-01-01T00:00:00.{n:06d}Z",
            }  # fmt: skip
            previous_now = previous
            previous = "sha256:" + hashlib.sha256(canonical_bytes(covered)).hexdigest()
            signature = signer.sign(b"sluicegate ledger record v1\n" + previous.encode())
            raw.execute(
                "INSERT INTO sluicegate_ledger VALUES (?, ?, 'k', ?, ?, ?, ?, ?, ?, NULL)",
                (
                    n, covered["time"], covered["subject"], f'{{"n":{n}}}', previous_now, previous,
                    signer.key_id, base64.b64encode(signature).decode(),
                ),
            )  # fmt: skip
        raw.execute("COMMIT")
