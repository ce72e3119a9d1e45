"""Opens the ledger for reading: a command that only reads never makes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sluicegate.errors import ConfigurationError, SignatureInvalid
from sluicegate.evidence import ATTESTATION, read_envelope
from sluicegate.evidence.envelope import MAX_BYTES
from sluicegate.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    from sluicegate.model.events import Record
    from sluicegate.settings import Settings


@contextmanager
def reading(settings: Settings, trusted: Mapping[str, bytes]) -> Iterator[Ledger]:
    """Open the ledger of the settings without a signer: what is not there is not made.

    Raises:
        LedgerError: there is no ledger. An empty one would verify, and say nothing.
    """
    ledger = open_ledger(settings.ledger, None, trusted=trusted)
    try:
        yield ledger
    finally:
        ledger.close()


def find_record(ledger: Ledger, sequence: int) -> Record:
    """Return one record.

    Raises:
        ConfigurationError: the ledger has no such record.
    """
    for record in ledger.records():
        if record.sequence == sequence:
            return record
    raise ConfigurationError(f"the ledger has no record {sequence}")


def expected_records(paths: Iterable[Path], trusted: Mapping[str, bytes]) -> list[tuple[int, str]]:
    """Read from attestations which records the ledger must hold.

    Raises:
        ConfigurationError: a file is missing or unreadable.
        SignatureInvalid: an attestation is not signed by a trusted key, or names no record.
    """
    return [record for path in paths for record in _records_of(path, trusted)]


def _records_of(path: Path, trusted: Mapping[str, bytes]) -> list[tuple[int, str]]:
    file = path / ATTESTATION if path.is_dir() else path
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
    statement = read_envelope(data, trusted)
    try:
        places = statement["predicate"]["ledger"]
        return [(int(p["sequence"]), str(p["hash"])) for p in places.values()]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SignatureInvalid(f"{file} names no record of a ledger") from None
