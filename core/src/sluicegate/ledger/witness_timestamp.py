"""A time stamp authority (RFC 3161) as witness: it signs that a checkpoint was there at a time.

The authority keeps nothing: the note and its token are kept in a folder of ours. Whoever can write
there can take tokens away, but can make none: not even the holder of the ledger's key can later
have another history stamped with a time that is past. Give the folder to somebody, or name another
witness beside.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sluicegate.errors import LedgerUnavailable, SignatureInvalid
from sluicegate.flushing import sync_folder
from sluicegate.ledger.checkpoint import NOTE_BYTES
from sluicegate.ledger.notes import read_notes
from sluicegate.ledger.timestamps import TOKEN_BYTES, Authority
from sluicegate.model.sensitive import Sensitive

if TYPE_CHECKING:
    from sluicegate.ledger.checkpoint import Checkpoint

NOTE_FILE: Final = "checkpoint.note"
STAMP_FILE: Final = "stamp.tsr"
_SECONDS: Final = 20.0
_UNFINISHED: Final = ".unfinished-"


class TimestampWitness:
    """Keeps a folder for each checkpoint, with its note and the authority's answer about it.

    Args:
        url: Of the authority.
        keep: Folder of the tokens; made if it is not there.
        ca: PEM file of the root certificates that count.
        seconds: Longest that the authority may take.
    """

    def __init__(self, url: str, *, keep: Path, ca: Path, seconds: float = _SECONDS) -> None:
        self._url = Sensitive(url)
        self._keep = keep
        self._authority = Authority(ca)
        self._seconds = seconds
        parsed = urlsplit(url)
        # the query may hold a token, so it names nothing
        self._name = f"{parsed.scheme}://{parsed.netloc}{parsed.path}"

    @property
    def place(self) -> str:
        """The authority and the folder."""
        return f"{self._name} in {self._keep}"

    def keep(self, checkpoint: Checkpoint) -> None:
        """Have the note stamped, and keep both; one that is kept already is enough.

        Raises:
            SignatureInvalid: the authority's token does not hold; nothing is kept.
        """
        note = checkpoint.note.encode()
        unique = hashlib.sha256(note).hexdigest()[:16]
        ledger = self._keep / checkpoint.origin.rpartition("/")[2][:16]
        folder = ledger / f"{checkpoint.size:016d}-{unique}"
        if folder.exists():
            return
        place = f"the time stamp authority {self._name}"
        try:
            self._keep.mkdir(exist_ok=True)
            ledger.mkdir(exist_ok=True)
            token = self._authority.stamp(
                self._url.reveal(), note, place=place, seconds=self._seconds
            )
            _write(folder, note, token)
        except OSError as error:
            raise self._unavailable(error) from None

    def kept(self) -> list[Checkpoint]:
        """Verify every token, and return the checkpoints with the times at which they were seen.

        Raises:
            LedgerUnavailable: the folder is not there, or cannot be read.
            SignatureInvalid: a token or note is missing, or does not hold.
        """
        if not self._keep.is_dir():
            raise LedgerUnavailable(f"the witness {self.place} is not there")
        try:
            return [self._read(folder) for folder in self._folders()]
        except OSError as error:
            raise self._unavailable(error) from None

    def _folders(self) -> Iterator[Path]:
        for ledger in sorted(self._keep.iterdir()):
            for folder in sorted(ledger.iterdir()):
                if not folder.name.startswith(_UNFINISHED):
                    yield folder

    def _read(self, folder: Path) -> Checkpoint:
        try:
            note = _start_of(folder / NOTE_FILE, NOTE_BYTES)
            token = _start_of(folder / STAMP_FILE, TOKEN_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            raise SignatureInvalid(
                f"{folder} is no checkpoint with its time stamp",
                hint="compare the folder with a copy",
            ) from None
        found = read_notes(note.decode("utf-8", "replace"), str(folder))
        if len(found) != 1:
            raise SignatureInvalid(f"{folder} holds {len(found)} checkpoints, not one")
        return replace(found[0], seen=self._authority.verify(token, note, place=str(folder)))

    def _unavailable(self, error: OSError) -> LedgerUnavailable:
        return LedgerUnavailable(f"the witness {self.place} cannot be used: {error.strerror}")


def _write(folder: Path, note: bytes, token: bytes) -> None:
    """Write both files durably, then name their folder: there is never half of it."""
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder.parent))
    try:
        for name, data in ((NOTE_FILE, note), (STAMP_FILE, token)):
            with (unfinished / name).open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        unfinished.chmod(0o755)
        sync_folder(unfinished)
        try:
            unfinished.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
            return  # somebody else kept it at the same moment
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _start_of(file: Path, size: int) -> bytes:
    """Read at most one byte more than ``size``: what is longer is noticed."""
    with file.open("rb") as opened:
        return opened.read(size + 1)
