from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sluicegate.evidence import ATTESTATION, build_statement, sign_statement
from sluicegate.ledger import Ed25519Signer
from sluicegate.model.canonical import digest
from sluicegate.model.data import PUBLIC, ColumnRef, DataClass, RelationName
from sluicegate.model.decision import Decision, Effect
from sluicegate.model.events import Record
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


def record(sequence: int) -> Record:
    return Record(
        sequence=sequence,
        time=datetime(2026, 3, 1, tzinfo=UTC),
        kind="extract.intent",
        subject="s",
        body={},
        previous=digest("previous"),
        hash=digest(f"record {sequence}"),
        key_id="k",
        signature="",
    )


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
        "intent": record(4),
        "verified": record(5),
    }
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

    def attest(self, files: tuple[OutputFile, ...] | None = None) -> None:
        statement = statement_about(self.files() if files is None else files)
        self.attestation.parent.mkdir(exist_ok=True)
        self.attestation.write_bytes(sign_statement(statement, self.signer))


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(bytes(range(32)))


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
