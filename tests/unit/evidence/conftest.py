from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sluicegate.detect.measured import measured_detection
from sluicegate.evidence import ATTESTATION, build_statement, manifest_digest, sign_statement
from sluicegate.evidence.detection import Detection
from sluicegate.evidence.inclusion import VERIFIED, prove_release
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.model.canonical import digest
from sluicegate.model.data import PUBLIC, ColumnRef, DataClass, RelationName
from sluicegate.model.decision import Decision, Effect
from sluicegate.model.events import Event, Record
from sluicegate.model.findings import FindingCount, RedactionCount, ScanSummary
from sluicegate.model.identity import RunIdentity, Trust
from sluicegate.model.masks import Keep, Partial, Pseudonymize, Redact
from sluicegate.model.outcome import OutputFile
from sluicegate.model.plan import Carries, OutputColumn, Plan, Statement

CUSTOMERS = RelationName(schema="public", name="customers")
EMAIL = DataClass("email")


def ref(column: str) -> ColumnRef:
    return ColumnRef(relation=CUSTOMERS, column=column)


def make_plan() -> Plan:
    return Plan(
        source="shop_prod",
        source_schema=digest("schema"),
        dialect="postgres",
        purpose="churn",
        output="out",
        statement=Statement(sql="SELECT 'canary-literal'", parameters=("since",)),
        shape="SELECT id, email, notes FROM customers WHERE created_at >= :since AND plan = ?",
        columns=(
            OutputColumn(
                name="id",
                carries=Carries.FINISHED,
                origins=(ref("id"),),
                masks={ref("id"): Keep()},
                data_classes=(PUBLIC,),
            ),
            OutputColumn(
                name="email",
                carries=Carries.DIGEST,
                origins=(ref("email"),),
                masks={ref("email"): Pseudonymize()},
                data_classes=(EMAIL,),
            ),
            OutputColumn(
                name="notes",
                carries=Carries.RAW_TEXT,
                origins=(ref("notes"), ref("phone")),
                masks={ref("notes"): Redact(), ref("phone"): Partial()},
                data_classes=(DataClass("free_text"),),
                bare=False,
            ),
        ),
        relations=(CUSTOMERS,),
        decision=Decision(
            effect=Effect.PERMIT, policy_digest=digest("policy"), rules=("permit-churn",)
        ),
        parameters_digest="hmac:" + "0" * 32,
    )


RELEASED = datetime(2026, 3, 1, tzinfo=UTC)
"""When what these tests are about was released."""
SIGNER = Ed25519Signer(bytes(range(32)))


def verified_event(files: tuple[OutputFile, ...], **changes: Any) -> Event:
    """What the gate puts on record before it publishes these files."""
    body = {"plan": make_plan().digest, "manifest": manifest_digest(files)} | changes
    return Event(kind=VERIFIED, subject=digest("run"), body=body)


@contextmanager
def temporary_ledger() -> Iterator[Ledger]:
    """A ledger of four records, the last of them an intent."""
    with TemporaryDirectory() as folder:
        url = str(Path(folder) / "ledger.db")
        ledger = open_ledger(url, SIGNER, clock=lambda: RELEASED)
        ledger.append_all([Event(kind="extract.intent", subject=str(n), body={}) for n in range(4)])
        try:
            yield ledger
        finally:
            ledger.close()


@cache
def on_record(files: tuple[OutputFile, ...]) -> tuple[Record, Record, str]:
    """The records of an intent and of a release, and the proof of the latter as JSON."""
    with temporary_ledger() as ledger:
        intent = ledger.head()
        assert intent is not None
        verified = ledger.append(verified_event(files))
        return intent, verified, json.dumps(prove_release(ledger, verified, SIGNER))


def statement_about(files: tuple[OutputFile, ...], **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "plan": make_plan(),
        "identity": RunIdentity(
            orchestrator="airflow",
            pipeline="daily",
            task="customers",
            run="manual__1",
            triggered_by="alice",
            trust=Trust.AUTHENTICATED,
            versions={"pyarrow": "26.0"},
        ),
        "run_key": digest("run"),
        "files": files,
        "schema": {"id": "int64", "email": "string", "notes": "large_string"},
        "key_ids": {"email": "pseudonym-0123"},
        "scan": ScanSummary(
            rows=7,
            bytes=700,
            detectors="1/40/sha256:0",
            counts=(FindingCount(column="email", data_class=EMAIL, detector="email", count=0),),
        ),
        "risk": None,
        "quality": (),
        "redactions": (RedactionCount(column="notes", data_class=EMAIL, count=3),),
        "canaries": {"planted": 12, "seen_masked": 12},
        "blind_spots": ("column photo: binary is not scanned",),
        "approvals": (f"3 {digest('consent')}",),
        "detection": Detection(
            catalogue=digest("catalogue"),
            recognizers=("names/1",),
            scorecard=measured_detection(),
        ),
    }
    if "verified" not in changes:
        intent, verified, proof = on_record(files)
        given |= {"intent": intent, "verified": verified, "inclusion": json.loads(proof)}
    return build_statement(**{**given, **changes})


@dataclass
class Release:
    """An output as the gate releases it, and a way to attest whatever stands there."""

    folder: Path
    signer: Ed25519Signer

    @property
    def trusted(self) -> dict[str, bytes]:
        return {self.signer.key_id: self.signer.public_key}

    @property
    def attestation(self) -> Path:
        return self.folder / ATTESTATION

    def files(self) -> tuple[OutputFile, ...]:
        found = sorted(p for p in self.folder.rglob("*.parquet"))
        return tuple(self.file(p.relative_to(self.folder).as_posix()) for p in found)

    def file(self, name: str) -> OutputFile:
        content = (self.folder / name).read_bytes()
        return OutputFile(
            name=name, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content), rows=1
        )

    def attest(
        self,
        files: tuple[OutputFile, ...] | None = None,
        change: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> None:
        """Attest files; ``change`` is what a signer does to the predicate that should not."""
        statement = statement_about(self.files() if files is None else files)
        change(statement["predicate"])
        self.attestation.parent.mkdir(exist_ok=True)
        self.attestation.write_bytes(sign_statement(statement, self.signer))


@pytest.fixture
def signer() -> Ed25519Signer:
    return SIGNER


@pytest.fixture
def release(tmp_path: Path, signer: Ed25519Signer) -> Release:
    folder = tmp_path / "out"
    (folder / "day=1").mkdir(parents=True)
    for name in ("part-00000.parquet", "part-00001.parquet", "day=1/part-00000.parquet"):
        (folder / name).write_bytes(f"content of {name}".encode())
    made = Release(folder, signer)
    made.attest()
    return made


@pytest.fixture
def make_statement() -> Callable[..., dict[str, Any]]:
    return statement_about


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with temporary_ledger() as opened:
        yield opened


@pytest.fixture(name="verified_event")
def _verified_event() -> Callable[..., Event]:
    return verified_event
