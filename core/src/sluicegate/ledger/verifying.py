"""Walks a chain and names the first record that does not hold.

Each record's hash is computed anew and covers the record before with its signature, so the
signature of the last record of a key vouches for all before it and is the one that is verified: a
hundred thousand records a second instead of some thousands. A signature that was changed further
back breaks the link after it, and then the record that is to blame is looked for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from operator import gt
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import LedgerError, LedgerUnavailable
from sluicegate.ledger.bulk import Held, held
from sluicegate.ledger.checkpoints import Checkpoints
from sluicegate.ledger.drops import Drops
from sluicegate.ledger.growing import GrowingTree
from sluicegate.ledger.kinds import CHECKPOINT, DROPPED
from sluicegate.ledger.report import LedgerFault, LedgerReport
from sluicegate.ledger.row import (
    Row,
    content_fault,
    link,
    read_time,
    signature_fault,
    well_signed,
)
from sluicegate.ledger.tiles import WIDTH, record_leaf

if TYPE_CHECKING:
    from sluicegate.ledger.checkpoint import Checkpoint
    from sluicegate.ledger.reading import Reader

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
    "dropped": "its body is gone, and no record says that it was dropped",
}


def verify_rows(
    reader: Reader,
    trusted: Mapping[str, bytes],
    expect: Sequence[tuple[int, str]],
    *,
    witnessed: Sequence[Checkpoint] = (),
    every_signature: bool = False,
) -> LedgerReport:
    """Verify all rows of a store.

    Args:
        reader: Of the store.
        trusted: Key id → raw public key.
        expect: Sequence and hash of records known from elsewhere.
        witnessed: Checkpoints that somebody else kept.
        every_signature: Verify each record's signature, needed or not.
    """
    walk = _Walk(trusted, expect, every_signature=every_signature)
    try:
        # The database checks its own pages and indexes meanwhile, in another thread.
        with ThreadPoolExecutor(1, "ledger schema") as other:
            schema = other.submit(reader.changed_schema)
            checkpoints = Checkpoints(reader.rows(kind=CHECKPOINT), witnessed, trusted)
            walk.checkpoints = checkpoints
            found = (
                walk.all(reader)
                or walk.beyond(reader.count_to)
                or checkpoints.fault(walk.tree.size)
                or _tree_fault(walk.tree, reader)
            )
        changed = None if found else schema.result()
    except LedgerUnavailable:
        raise
    except LedgerError:
        found, changed = walk.fault("storage"), None
    if changed:
        found = LedgerFault(
            sequence=walk.records + 1, code="schema", message=f"the table: {changed}"
        )
    return walk.report(found)


class _Walk:
    """One pass over a chain."""

    def __init__(
        self,
        trusted: Mapping[str, bytes],
        expect: Sequence[tuple[int, str]],
        *,
        every_signature: bool,
    ) -> None:
        self._trusted = trusted
        self._expect: dict[int, set[str]] = defaultdict(set)
        for sequence, hashed in expect:
            self._expect[sequence].add(hashed)
        self._expected = sorted(self._expect)
        self._every = every_signature
        self.checkpoints = Checkpoints((), (), trusted)
        self.tree = GrowingTree()
        self._drops = Drops()
        self._notes: list[str] = []
        self._last: Row | None = None

    @property
    def records(self) -> int:
        """Records that hold so far."""
        return self.tree.size

    def report(self, found: LedgerFault | None) -> LedgerReport:
        """Say how it ended."""
        last = self._last
        bad = bool(found and last and found.sequence <= last.sequence)
        head = (last.sequence, last.hash) if last and not bad else None
        return LedgerReport(
            records=found.sequence - 1 if found and bad else self.records,
            head=head,
            fault=found,
            notes=tuple(self._notes),
            root="" if bad else self.tree.root().hex(),
            checkpoints=self.checkpoints.held,
            dropped=self._drops.number,
        )

    def fault(self, code: str, sequence: int | None = None) -> LedgerFault:
        """Blame a record, by default the next one."""
        at = self.records + 1 if sequence is None else sequence
        return LedgerFault(sequence=at, code=code, message=_TEXTS[code])

    def all(self, reader: Reader) -> LedgerFault | None:
        """Return what is wrong first about the records that are there, or ``None``."""
        for page in reader.pages():
            if self._at_once(page):
                continue
            for values in page:
                row = Row(*values)
                code = self._check(row)
                if code:
                    return self._signed() or self.fault(code)
                self._accept(row)
        return self._signed()

    def _at_once(self, page: Sequence[tuple[Any, ...]]) -> bool:
        """Accept a page if all of its records hold and are as expected; else nothing."""
        found = None if self._every else held(page, self._last, self._trusted)
        if found is None or not self._all_known(page):
            return False
        self._note(page, found)
        self._grow(found.leaves)
        self._last = Row(*page[-1])
        return True

    def _all_known(self, page: Sequence[tuple[Any, ...]]) -> bool:
        """Compare a page that holds with what is known of its records from elsewhere."""
        first, last = self.records + 1, self.records + len(page)
        told = self._expected[
            bisect_left(self._expected, first) : bisect_right(self._expected, last)
        ]
        return all(self._expect[at] == {Row(*page[at - first]).hash} for at in told)

    def _note(self, page: Sequence[tuple[Any, ...]], found: Held) -> None:
        """Note clocks that went back, and bodies that are gone or said to be."""
        before = [self._last.time if self._last else "", *found.times[:-1]]
        if any(map(gt, before, found.times)):
            for at, (earlier, time) in enumerate(zip(before, found.times, strict=True), 1):
                self._clock(self.records + at, earlier, time)
        for at in found.dropped:
            self._drops.gone(self.records + 1 + at)
        if DROPPED in found.kinds:
            for row in (Row(*values) for values in page):
                if row.kind == DROPPED and not row.dropped:
                    self._drops.told(row)

    def _grow(self, leaves: Sequence[bytes]) -> None:
        """Add leaves, and stop where a checkpoint speaks of that size."""
        done = 0
        for size in self.checkpoints.sizes(self.tree.size, self.tree.size + len(leaves)):
            upto = size - self.tree.size + done
            self.tree.extend(leaves[done:upto])
            self.checkpoints.at(self.tree)
            done = upto
        self.tree.extend(leaves[done:])

    def beyond(self, count_to: Callable[[int], int]) -> LedgerFault | None:
        """Return what the records as a whole tell: strangers among them, an end cut off."""
        if count_to(self.records) != self.records:
            return self.fault("extra", self.records)
        gone = self._drops.unexplained()
        if gone is not None:
            return self.fault("dropped", gone)
        beyond = sorted(s for s in self._expect if not 1 <= s <= self.records)
        return self.fault("truncated", beyond[0]) if beyond else None

    def _signed(self) -> LedgerFault | None:
        """Verify the last signature; if it is bad, the record does not hold either."""
        last = self._last
        code = self._signature(last) if last else None
        return self.fault(code, last.sequence) if last and code else None

    def _check(self, row: Row) -> str | None:
        if type(row.sequence) is int and row.sequence > self.records + 1:
            return "missing"
        if row.sequence != self.records + 1:
            return "extra"
        code = content_fault(row) or (None if row.key_id in self._trusted else "key")
        if code:
            return code
        if row.previous != link(self._last, row.form):
            return "previous"
        return self._vouched(row) or self._known(row)

    def _known(self, row: Row) -> str | None:
        """Compare it with what is known from elsewhere."""
        expected = self._expect.get(row.sequence)
        return "rewritten" if expected and expected - {row.hash} else None

    def _vouched(self, row: Row) -> str | None:
        """Verify signatures that no later one of the same key vouches for."""
        last = self._last
        if last and last.key_id != row.key_id and self._signature(last):
            return "previous"
        return self._signature(row) if self._every or row.digest is None else None

    def _signature(self, row: Row) -> str | None:
        return signature_fault(row, self._trusted) or (None if well_signed(row) else "signature")

    def _accept(self, row: Row) -> None:
        self._clock(row.sequence, self._last.time if self._last else "", row.time)
        if row.dropped:
            self._drops.gone(row.sequence)
        elif row.kind == DROPPED:
            self._drops.told(row)
        self.tree.append(record_leaf(row.hash))
        self.checkpoints.at(self.tree)
        self._last = row

    def _clock(self, sequence: int, before: str, time: str) -> None:
        if time < before and len(self._notes) < _NOTES:
            behind = (read_time(before) - read_time(time)).total_seconds()
            self._notes.append(f"record {sequence}: the clock went back by {behind:.3f} s")


def _tree_fault(tree: GrowingTree, reader: Reader) -> LedgerFault | None:
    """Compare the kept nodes with those that the records make."""
    for level in () if reader.store.early else range(1, len(tree.nodes) + 2):
        made = tree.nodes[level - 1] if level <= len(tree.nodes) else []
        told = [(position, one.hex()) for position, one in enumerate(made)]
        kept = reader.nodes(level)
        if kept == told:
            continue
        right = takewhile(lambda pair: pair[0] == pair[1], zip(kept, told, strict=False))
        return LedgerFault(
            sequence=len(list(right)) * WIDTH**level + 1,
            code="tree",
            message="a kept node of the tree over it is not what the records make",
        )
    return None
