"""Walks a chain and names the first record that does not hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sluicegate.errors import LedgerError, LedgerUnavailable
from sluicegate.ledger.report import LedgerFault, LedgerReport
from sluicegate.ledger.row import GENESIS, Row, fault, read_time

_NOTES: Final = 20
_TEXTS: Final = {
    "malformed": "it is not written as records are",
    "hash": "its content is not what its hash says",
    "key": "it is signed with a key that is not trusted",
    "signature": "its signature is not by the key that it names",
    "missing": "it is missing",
    "extra": "there is more than one such record, or one outside of the chain",
    "previous": "it does not follow from the record before",
    "rewritten": "it is not the record that an attestation or earlier report names",
    "truncated": "it is missing: the end of the ledger was cut off",
    "storage": "the store cannot give it back: it is damaged",
}


def verify_rows(
    rows: Iterable[Row],
    trusted: Mapping[str, bytes],
    expect: Sequence[tuple[int, str]],
    *,
    count_to: Callable[[int], int],
    schema: Callable[[], str | None],
) -> LedgerReport:
    """Verify rows that come in the order of their sequence.

    Args:
        rows: All rows.
        trusted: Key id → raw public key.
        expect: Sequence and hash of records known from elsewhere.
        count_to: Counts the rows up to a sequence, however they are ordered.
        schema: Says what was changed about the table, if anything was.
    """
    walk = _Walk(trusted, expect)
    try:
        found = walk.all(rows, count_to)
        changed = None if found else schema()
    except LedgerUnavailable:
        raise
    except LedgerError:
        found, changed = walk.fault("storage"), None
    if changed:
        found = LedgerFault(
            sequence=walk.records + 1, code="schema", message=f"the table: {changed}"
        )
    return LedgerReport(records=walk.records, head=walk.head, fault=found, notes=tuple(walk.notes))


class _Walk:
    """One pass over a chain."""

    def __init__(self, trusted: Mapping[str, bytes], expect: Sequence[tuple[int, str]]) -> None:
        self._trusted = trusted
        self._expect: dict[int, set[str]] = defaultdict(set)
        for sequence, hashed in expect:
            self._expect[sequence].add(hashed)
        self.records = 0
        self.notes: list[str] = []
        self._previous = GENESIS
        self._time: datetime | None = None

    @property
    def head(self) -> tuple[int, str] | None:
        """The last record that holds."""
        return (self.records, self._previous) if self.records else None

    def fault(self, code: str, sequence: int | None = None) -> LedgerFault:
        """Blame a record, by default the next one."""
        at = self.records + 1 if sequence is None else sequence
        return LedgerFault(sequence=at, code=code, message=_TEXTS[code])

    def all(self, rows: Iterable[Row], count_to: Callable[[int], int]) -> LedgerFault | None:
        """Return what is wrong first, or ``None``."""
        for row in rows:
            code = self._check(row)
            if code:
                return self.fault(code)
            self._accept(row)
        if count_to(self.records) != self.records:
            return self.fault("extra", self.records)
        beyond = sorted(s for s in self._expect if not 1 <= s <= self.records)
        return self.fault("truncated", beyond[0]) if beyond else None

    def _check(self, row: Row) -> str | None:
        if type(row.sequence) is int and row.sequence > self.records + 1:
            return "missing"
        if row.sequence != self.records + 1:
            return "extra"
        code = fault(row, self._trusted)
        if code:
            return code
        if row.previous != self._previous:
            return "previous"
        expected = self._expect.get(row.sequence, set())
        return "rewritten" if expected - {row.hash} else None

    def _accept(self, row: Row) -> None:
        self.records, self._previous = row.sequence, row.hash
        time = read_time(row.time)
        if self._time and time < self._time and len(self.notes) < _NOTES:
            behind = (self._time - time).total_seconds()
            self.notes.append(f"record {row.sequence}: the clock went back by {behind:.3f} s")
        self._time = time
