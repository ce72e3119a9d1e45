"""The fast way through a page of records: it only ever says that all of them hold.

Columns are checked one after the other, so that most of the work is done inside of C functions. If
anything is odd, nothing is said, and ``verifying`` looks at each record of the page closely. So
records of form 1, a lie and a wrong type cost the same: a slow page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, Final

from sluicegate.ledger.row import FORM, GENESIS, Row, link, signature_fault, well_signed

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_SALT_DIGITS: Final = 32
_TEXTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 11)
"""Columns that hold text in every record of form 2: all but ``sequence``, ``once``, ``salt``."""
_MAYBE_TEXTS: Final = (9, 10)
_TEXT_OR_NONE: Final = frozenset({str, type(None)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the rest of a verification needs to know of records that hold."""

    leaves: Sequence[bytes]
    """Of the tree, one for each record."""
    times: Sequence[str]
    dropped: Sequence[int]
    """Places in the page of the records whose body is gone."""
    kinds: Sequence[str]


def held(
    page: Sequence[tuple[Any, ...]], last: Row | None, trusted: Mapping[str, bytes]
) -> Held | None:
    """Check a page of records; ``None`` if there is one that is odd in any way.

    Every hash, link and form is checked, and of each run of one key the last signature, but for
    that of the page's last record, which the record after it may vouch for.

    Args:
        page: Rows as the store gives them, at least one.
        last: The record before them, which holds; ``None`` before the first.
        trusted: Key id → raw public key.
    """
    try:
        return _held(page, last, trusted)
    except (AttributeError, TypeError, ValueError):  # types and bytes that no record of ours has
        return None


def _held(
    page: Sequence[tuple[Any, ...]], last: Row | None, trusted: Mapping[str, bytes]
) -> Held | None:
    columns = list(zip(*page, strict=True))
    if len(columns) != len(Row._fields) or not _well_typed(columns):
        return None
    (
        sequences, times, kinds, subjects, bodies, previous,
        hashes, keys, signatures, names, salts, digests,
    ) = columns  # fmt: skip
    first = last.sequence + 1 if last else 1
    begin = link(last, FORM) if last else GENESIS
    dropped = [at for at, body in enumerate(bodies) if not body]
    if (
        sequences != tuple(range(first, first + len(page)))
        or not all(map(_TIME.fullmatch, times))
        or not _bodies_hold(bodies, salts, digests, dropped)
        or previous != (begin, *_links(hashes[:-1], signatures[:-1]))
        or not _vouched(page, keys, last, trusted)
    ):
        return None
    quoted = {kind: encode_basestring(kind) for kind in set(kinds)}
    signers = {key: encode_basestring(key) for key in set(keys)}
    found = [
        hashlib.sha256(
            f'{{"digest":"{digest}","key_id":{signers[key]},"kind":{quoted[kind]},'
            f'{"" if once is None else _once(once)}"previous":"{before}","sequence":{sequence},'
            f'"subject":{encode_basestring(subject)},"time":"{time}","v":2}}'.encode()
        )
        for sequence, time, kind, subject, before, key, once, digest in zip(
            sequences, times, kinds, subjects, previous, keys, names, digests, strict=True
        )
    ]
    if hashes != _named(found):
        return None
    leaves = [hashlib.sha256(b"\x00" + one.digest()).digest() for one in found]
    return Held(leaves=leaves, times=times, dropped=dropped, kinds=kinds)


def _well_typed(columns: Sequence[Sequence[Any]]) -> bool:
    """Check that the store gives the types that records have: SQLite may hold any in a column."""
    return (
        set(map(type, columns[0])) == {int}
        and all(set(map(type, columns[at])) == {str} for at in _TEXTS)
        and all(set(map(type, columns[at])) <= _TEXT_OR_NONE for at in _MAYBE_TEXTS)
    )


def _bodies_hold(
    bodies: Sequence[str], salts: Sequence[str | None], digests: Sequence[str], gone: Sequence[int]
) -> bool:
    """Compare digests with the bodies that are there; those that are gone have no salt either."""
    if gone:
        if any(salts[at] is not None or not _DIGEST.fullmatch(digests[at]) for at in gone):
            return False
        there = [(b, s, d) for b, s, d in zip(bodies, salts, digests, strict=True) if b]
        if not there:
            return True
        bodies, salts, digests = zip(*there, strict=True)
    texts = [salt or "" for salt in salts]
    together = "".join(texts)
    # one way to write each: lower case, no blanks
    if set(map(len, texts)) != {_SALT_DIGITS} or bytes.fromhex(together).hex() != together:
        return False
    made = map(bytes.__add__, map(bytes.fromhex, texts), map(str.encode, bodies))
    return _named(map(hashlib.sha256, made)) == tuple(digests)


def _links(hashes: Sequence[str], signatures: Sequence[str]) -> tuple[str, ...]:
    """Return what the records after these name as the one before: ``row.link`` of each."""
    pairs = zip(hashes, signatures, strict=True)
    return _named(hashlib.sha256(f"{hashed}\n{signed}".encode()) for hashed, signed in pairs)


def _vouched(
    page: Sequence[tuple[Any, ...]],
    keys: Sequence[str],
    last: Row | None,
    trusted: Mapping[str, bytes],
) -> bool:
    """Verify the last signature of each key where another key goes on."""
    if not trusted.keys() >= set(keys):
        return False
    before = [*([last.key_id] if last else keys[:1]), *keys[:-1]]
    turns = [
        at for at, (one, next_one) in enumerate(zip(before, keys, strict=True)) if one != next_one
    ]
    ends = [Row(*page[at - 1]) if at else last for at in turns]
    return all(
        row is not None and signature_fault(row, trusted) is None and well_signed(row)
        for row in ends
    )


def _once(name: str) -> str:
    return f'"once":{encode_basestring(name)},'


def _named(found: Iterable[Any]) -> tuple[str, ...]:
    """Write hashes as records do."""
    return tuple(["sha256:" + one.hexdigest() for one in found])
