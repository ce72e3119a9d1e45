from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(bytes(range(32)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path, signer: Ed25519Signer) -> Iterator[Ledger]:
    with closing(open_ledger(str(path), signer)) as opened:
        yield opened


@pytest.fixture
def raw(path: Path, ledger: Ledger) -> Iterator[sqlite3.Connection]:
    """A connection past our code, as an attacker with the file has one."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection
