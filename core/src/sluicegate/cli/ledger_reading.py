"""Opens the ledger for reading: a command that only reads never makes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sluicegate.errors import ConfigurationError, SignatureInvalid
from sluicegate.evidence import read_envelope
from sluicegate.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    from sluicegate.model.events import Record
    from sluicegate.settings import Settings

_ATTESTATION: Final = Path("_SLUICEGATE") / "attestation.json"
_MOST_BYTES: Final = 64 << 20


@contextmanager
def reading(settings: Settings) -> Iterator[Ledger]:
    """Open the ledger of the settings without a signer.

    Raises:
        ConfigurationError: its file does not exist. An empty chain would verify, and say nothing.
    """
    if "://" not in settings.ledger and not Path(settings.ledger).is_file():
        raise ConfigurationError(
            f"there is no ledger at {settings.ledger}",
            hint="set ledger in sluicegate.toml, or run an extract first",
        )
    ledger = open_ledger(settings.ledger, None)
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
    return [_record_of(path, trusted) for path in paths]


def _record_of(path: Path, trusted: Mapping[str, bytes]) -> tuple[int, str]:
    file = path / _ATTESTATION if path.is_dir() else path
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
    statement = read_envelope(data, trusted)
    try:
        record = statement["predicate"]["ledger"]
        return int(record["sequence"]), str(record["hash"])
    except (KeyError, TypeError, ValueError):
        raise SignatureInvalid(f"{file} names no record of a ledger") from None
