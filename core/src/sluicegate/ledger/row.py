"""A record as it is stored: what its hash covers, and how a bad one is told from a good one.

Form 2, which is written now: the hash covers a *digest* of the body under a random salt, so that a
body may be dropped when its retention ends while the record stays verifiable, and nobody can guess
the body from what is left. ``previous`` covers the record before together with its signature, so a
signature over the last record vouches for every byte before it. Form 1, of earlier versions, has
the body itself in the hash and only the hash of the record before in ``previous``; it is read and
verified, no longer written.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sluicegate.ledger.signing import Signer, verify
from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.events import Record

GENESIS: Final = "sha256:" + hashlib.sha256(b"").hexdigest()
"""What the first record names as the one before: the hash of nothing."""
FORM: Final = 2
_DOMAINS: Final = {n: b"sluicegate ledger record v%d\n" % n for n in (1, 2)}
"""Begins every signed text, so that no other text signed with the same key passes as a record."""
_SALT_BYTES: Final = 16
_SALT: Final = re.compile(r"[0-9a-f]{32}")
_NO_SALT: Final = "0" * 32
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_quoted: Final[Callable[[str], str]] = json.JSONEncoder(ensure_ascii=False).encode
"""Writes text as RFC 8785 does: the same seven short escapes, and no others but for controls."""


class Row(NamedTuple):
    """The columns of the table, in their order; a tuple, since millions are read to verify."""

    sequence: int
    time: str
    kind: str
    subject: str
    body: str
    """Canonical JSON, exactly as it was hashed; empty after its retention ended."""
    previous: str
    hash: str
    key_id: str
    signature: str
    once: str | None = None
    salt: str | None = None
    """32 hex digits, drawn for this body; dropped with it."""
    digest: str | None = None
    """Of salt and body; ``None`` in form 1."""

    @property
    def form(self) -> int:
        """The version of the format that it is written in."""
        return 1 if self.digest is None else FORM

    @property
    def dropped(self) -> bool:
        """Whether its body was dropped."""
        return self.digest is not None and not self.body

    def record(self) -> Record:
        """Return the record that the rest of the code sees."""
        return Record(
            sequence=self.sequence,
            time=read_time(self.time),
            kind=self.kind,
            subject=self.subject,
            body={} if self.dropped else json.loads(self.body),
            previous=self.previous,
            hash=self.hash,
            key_id=self.key_id,
            signature=self.signature,
            dropped=self.dropped,
        )


_TYPES: Final = frozenset(
    (int, *(str,) * 8, once, *rest)
    for once in (str, type(None))
    for rest in ((type(None), type(None)), (str, str), (type(None), str))
)
"""Types of a row's columns."""


def seal(
    *,
    sequence: int,
    time: datetime,
    kind: str,
    subject: str,
    body: str,
    previous: Row | None,
    once: str | None,
    signer: Signer,
) -> Row:
    """Hash and sign the next row of the chain. ``body`` is canonical JSON already."""
    salt = secrets.token_hex(_SALT_BYTES)
    row = Row(
        sequence=sequence,
        time=write_time(time),
        kind=kind,
        subject=subject,
        body=body,
        previous=link(previous, FORM),
        hash="",
        key_id=signer.key_id,
        signature="",
        once=once,
        salt=salt,
        digest=body_digest(salt, body),
    )
    hashed = hash_of(row)
    signature = base64.b64encode(signer.sign(_DOMAINS[FORM] + hashed.encode())).decode()
    return row._replace(hash=hashed, signature=signature)


def link(previous: Row | None, form: int) -> str:
    """Return what a record of this form names as the one before."""
    if previous is None:
        return GENESIS
    if form == 1:
        return previous.hash
    return _sha256(f"{previous.hash}\n{previous.signature}".encode(errors="surrogatepass"))


def body_digest(salt: str, body: str) -> str:
    """Return the digest of a body under its salt."""
    return _sha256(bytes.fromhex(salt) + body.encode())


def fault(row: Row, trusted: Mapping[str, bytes]) -> str | None:
    """Say what is wrong with a row taken by itself, or ``None``.

    Returns:
        ``malformed``, ``hash``, ``key`` (signed by nobody we trust) or ``signature``.
    """
    return content_fault(row) or signature_fault(row, trusted)


def content_fault(row: Row) -> str | None:
    """Say whether the hash is of these columns: ``malformed``, ``hash`` or ``None``."""
    if not well_formed(row):
        return "malformed"
    try:
        if row.digest and row.body and body_digest(row.salt or "", row.body) != row.digest:
            return "hash"
        return None if hash_of(row) == row.hash else "hash"
    except UnicodeEncodeError:  # bytes that were no UTF-8
        return "malformed"


def signature_fault(row: Row, trusted: Mapping[str, bytes]) -> str | None:
    """Say whether the signature is by a trusted key: ``key``, ``signature`` or ``None``."""
    if row.key_id not in trusted:
        return "key"
    signed = _DOMAINS[row.form] + row.hash.encode()
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


def hash_of(row: Row) -> str:
    """Hash the canonical JSON (RFC 8785) of all but the hash itself and the signature.

    ``once`` is in it only where it was given. It is put together by hand, names in their order,
    since a million records are verified by it. The body of form 1 is canonical JSON already.
    """
    once = "" if row.once is None else f'"once":{_quoted(row.once)},'
    if row.digest is None:
        begin, end = f'{{"body":{row.body},', "}"
    else:
        begin, end = f'{{"digest":"{row.digest}",', f',"v":{FORM}}}'
    whole = (
        f'{begin}"key_id":{_quoted(row.key_id)},"kind":{_quoted(row.kind)},{once}'
        f'"previous":{_quoted(row.previous)},"sequence":{row.sequence},'
        f'"subject":{_quoted(row.subject)},"time":{_quoted(row.time)}{end}'
    )
    return _sha256(whole.encode())


def well_formed(row: Row) -> bool:
    """Check types, and that what a hash covers has one form only, or a change would hide.

    Of form 2 this is cheap: digest and names are quoted, and the body is hashed byte by byte. Of
    form 1 the body stands in the hashed text as it is, so it must be canonical JSON.
    """
    # the database may hold other types than the class promises
    if tuple(map(type, row)) not in _TYPES or not _TIME.fullmatch(row.time):
        return False
    if row.digest is None:
        return row.salt is None and _well_formed_1(row)
    if not _DIGEST.fullmatch(row.digest):
        return False
    return (row.salt is None) is not bool(row.body) and bool(_SALT.fullmatch(row.salt or _NO_SALT))


def well_signed(row: Row) -> bool:
    """Tell whether the signature is written in its only form."""
    return base64.b64encode(_bytes(row.signature)).decode() == row.signature


def _well_formed_1(row: Row) -> bool:
    try:
        read_time(row.time)
        canonical_bytes([row.kind, row.subject, row.key_id, row.previous, row.once])
        canonical = canonical_bytes(json.loads(row.body)) == row.body.encode()
    except (ValueError, RecursionError):
        return False
    return canonical and well_signed(row)


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _bytes(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""
