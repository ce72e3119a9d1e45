from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sluicegate.approvals import ApprovalRequest, Approvals, approval_digest
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.model.canonical import digest
from sluicegate.model.decision import ApprovalTerms
from sluicegate.model.identity import RunIdentity, Trust


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def identity_of(**changes: Any) -> RunIdentity:
    given: dict[str, Any] = {
        "orchestrator": "airflow",
        "pipeline": "daily",
        "task": "customers",
        "run": "manual__1",
        "triggered_by": "alice",
        "trust": Trust.AUTHENTICATED,
        "owner": "owen",
        "code_digest": digest("code"),
    }
    return RunIdentity(**{**given, **changes})


@dataclass
class Desk:
    """Approvals on a real ledger, and the request that most tests begin with."""

    ledger: Ledger
    clock: Clock
    approvals: Approvals = field(init=False)
    digest: str = ""

    def __post_init__(self) -> None:
        self.approvals = Approvals(self.ledger, self.clock)
        self.digest = self.digest or digest_of()

    def ask(
        self,
        *,
        required: int = 1,
        approvers: tuple[str, ...] = (),
        expires_seconds: int = 3600,
        **identity: Any,
    ) -> ApprovalRequest:
        terms = ApprovalTerms(
            required=required, approvers=approvers, expires_seconds=expires_seconds
        )
        return self.approvals.request(
            digest=self.digest,
            terms=terms,
            identity=identity_of(**identity),
            summary={"source": "shop"},
        )

    def kinds(self) -> list[str]:
        return [r.kind.removeprefix("approval.") for r in self.ledger.records()]


def digest_of(window: str = "", **identity: Any) -> str:
    return approval_digest(digest("plan"), digest("policy"), identity_of(**identity), window)


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(bytes(range(32)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def desk(path: Path, signer: Ed25519Signer) -> Iterator[Desk]:
    with closing(open_ledger(str(path), signer)) as ledger:
        yield Desk(ledger, Clock())


@pytest.fixture
def make_identity() -> Any:
    return identity_of


@pytest.fixture
def make_digest() -> Any:
    return digest_of
