"""A record as it is stored: what its hash covers, and how a bad one is told from a good one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Final

from sluicegate.ledger.signing import Signer, verify
from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.events import Record

GENESIS: Final = "sha256:" + hashlib.sha256(b"").hexdigest()
"""What the first record names as the one before: the hash of nothing."""
_DOMAIN: Final = b"sluicegate ledger record v1\n"
"""Begins every signed text, so that no other text signed with the same key passes as a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The columns of the table. The body is its canonical JSON text, exactly as it was hashed."""

    sequence: int
    time: str
    kind: str
    subject: str
    body: str
    previous: str
    hash: str
    key_id: str
    signature: str
    once: str | None = None

    def record(self) -> Record:
        """Return the record that the rest of the code sees."""
        return Record(
            sequence=self.sequence,
            time=read_time(self.time),
            kind=self.kind,
            subject=self.subject,
            body=json.loads(self.body),
            previous=self.previous,
            hash=self.hash,
            key_id=self.key_id,
            signature=self.signature,
        )


_COLUMNS: Final = frozenset(f.name for f in fields(Row))


def seal(
    *,
    sequence: int,
    time: datetime,
    kind: str,
    subject: str,
    body: str,
    previous: str,
    once: str | None,
    signer: Signer,
) -> Row:
    """Hash and sign the next row of the chain. ``body`` is canonical JSON already."""
    row = Row(
        sequence=sequence,
        time=write_time(time),
        kind=kind,
        subject=subject,
        body=body,
        previous=previous,
        hash="",
        key_id=signer.key_id,
        signature="",
        once=once,
    )
    hashed = _hash(row)
    signature = base64.b64encode(signer.sign(_DOMAIN + hashed.encode())).decode()
    return replace(row, hash=hashed, signature=signature)


def fault(row: Row, trusted: Mapping[str, bytes]) -> str | None:
    """Say what is wrong with a row taken by itself, or ``None``.

    Returns:
        ``malformed``, ``hash``, ``key`` (signed by nobody we trust) or ``signature``.
    """
    if not _well_formed(row):
        return "malformed"
    if _hash(row) != row.hash:
        return "hash"
    if row.key_id not in trusted:
        return "key"
    signed = _DOMAIN + row.hash.encode()
    return None if verify(trusted, row.key_id, _bytes(row.signature), signed) else "signature"


def write_time(time: datetime) -> str:
    """Write a time in UTC with microseconds; there is one text for each instant."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_time(text: str) -> datetime:
    """Read what ``write_time`` wrote.

    Raises:
        ValueError: it is written otherwise.
    """
    time = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    if write_time(time) != text:
        raise ValueError("another way to write a time")
    return time


def _hash(row: Row) -> str:
    """Hash the canonical JSON of all but the hash itself and the signature.

    ``once`` is in it only where it was given. The body is canonical JSON already and ``body`` the
    first of the names, so its text is put in as it stands rather than written a second time.
    """
    covered = {
        "sequence": row.sequence,
        "time": row.time,
        "kind": row.kind,
        "subject": row.subject,
        "previous": row.previous,
        "key_id": row.key_id,
    }
    rest = canonical_bytes(covered if row.once is None else {**covered, "once": row.once})
    whole = b'{"body":' + row.body.encode() + b"," + rest.removeprefix(b"{")
    return "sha256:" + hashlib.sha256(whole).hexdigest()


def _well_formed(row: Row) -> bool:
    """Check types and that body and signature are in their only form, or a change would hide."""
    once, names = row.once, _COLUMNS - {"sequence", "once"}
    # the database may hold other types than the class promises
    if type(row.sequence) is not int or not (once is None or type(once) is str):
        return False
    if not all(type(getattr(row, name)) is str for name in names):
        return False
    try:
        read_time(row.time)
        canonical_bytes([row.kind, row.subject, row.key_id, row.previous, once])
        canonical = canonical_bytes(json.loads(row.body)) == row.body.encode()
    except (ValueError, RecursionError):
        return False
    return canonical and base64.b64encode(_bytes(row.signature)).decode() == row.signature


def _bytes(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""
