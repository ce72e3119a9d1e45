"""The fast way through a long run of plain records: it only ever says that one holds.

A plain record is of form 2, has its body and no ``once`` name, and is signed with the key of the
one before. Where the run ends, whatever the reason, ``verifying`` looks at the record closely.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Any, Final

from sluicegate.ledger.kinds import DROPPED
from sluicegate.ledger.row import Row

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_PREFIX: Final = "sha256:"


def plain_run(rows: Iterable[tuple[Any, ...]], last: Row, link: str) -> tuple[list[bytes], str]:
    """Follow the chain from ``last`` on as long as records are plain and hold.

    Args:
        rows: The next rows.
        last: The record before them, which holds.
        link: What a record that follows ``last`` names as the one before.

    Returns:
        The leaves of the records that hold, and the link after the last of them.
    """
    sha256, fromhex, is_time = hashlib.sha256, bytes.fromhex, _TIME.fullmatch
    expected, before, key_id = last.sequence, last.time, last.key_id
    key = encode_basestring(key_id)
    kinds: dict[str, str] = {}
    leaves: list[bytes] = []
    try:
        for (
            sequence, time, kind, subject, body, previous,
            hashed, signer, signature, once, salt, digest,
        ) in rows:  # fmt: skip
            expected += 1
            if (
                sequence != expected
                or type(sequence) is not int
                or previous != link
                or signer != key_id
                or once is not None
                or salt is None
                or not body
                or kind == DROPPED
                or time < before
                or len(salt) != 32  # noqa: PLR2004 - hex of 16 bytes
                or not is_time(time)
            ):
                break
            inner = f"{_PREFIX}{sha256(fromhex(salt) + body.encode()).hexdigest()}"
            if inner != digest:
                break
            quoted = kinds.get(kind) or kinds.setdefault(kind, encode_basestring(kind))
            whole = (
                f'{{"digest":"{digest}","key_id":{key},"kind":{quoted},"previous":"{previous}",'
                f'"sequence":{expected},"subject":{encode_basestring(subject)},"time":"{time}",'
                '"v":2}'
            )
            found = sha256(whole.encode())
            if f"{_PREFIX}{found.hexdigest()}" != hashed:
                break
            signed = sha256(f"{hashed}\n{signature}".encode())
            link = f"{_PREFIX}{signed.hexdigest()}"
            leaves.append(sha256(b"\x00" + found.digest()).digest())
            before = time
    except (AttributeError, TypeError, ValueError):  # types and bytes that no record of ours has
        pass
    return leaves, link
