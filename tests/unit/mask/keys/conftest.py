"""An installation's keys in a folder: root, store and ledger."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.mask.keys.transit_server import TOKEN, Transit, serving

from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.mask import Keyring, PurposeKeys, open_store
from sluicegate.model.sensitive import Sensitive

ROOT = Sensitive(bytes(range(32)))


@dataclass(kw_only=True)
class Place:
    """One or several hosts that share a ledger and, unless told otherwise, a key store."""

    folder: Path
    root: Sensitive[bytes] = ROOT
    now: datetime = datetime(2026, 5, 1, tzinfo=UTC)
    opened: list[Ledger] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.folder / "keys"

    def ledger(self) -> Ledger:
        signer = Ed25519Signer(Keyring(self.root).derive("signing").reveal())
        mine = Ed25519Signer(Keyring(ROOT).derive("signing").reveal())
        ledger = open_ledger(
            str(self.folder / "ledger.db"),
            signer,
            trusted={mine.key_id: mine.public_key},
            clock=lambda: self.now,
        )
        self.opened.append(ledger)
        return ledger

    def close(self) -> None:
        """Let go of the ledger, so that its file is whole by itself."""
        for ledger in self.opened:
            ledger.close()

    def host(self, store: str = "keys") -> PurposeKeys:
        return PurposeKeys(Keyring(self.root), open_store(str(self.folder / store)), self.ledger())

    def entries(self) -> list[Path]:
        """Files of keys, without the marks."""
        return sorted(p for p in self.store.iterdir() if p.suffix != ".mark")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(folder=tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """Stand in for AWS on this machine; real boto3 clients talk to it over HTTP."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Point boto3 at the server."""
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_server)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return moto_server


@pytest.fixture
def transit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Transit]:
    """Point hvac at a transit engine."""
    with serving(Transit()) as engine:
        monkeypatch.setenv("VAULT_ADDR", engine.url)
        monkeypatch.setenv("VAULT_TOKEN", TOKEN)
        monkeypatch.setenv("HOME", str(tmp_path))
        yield engine
