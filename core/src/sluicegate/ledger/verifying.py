"""Walks a chain and names the first record that does not hold.

Each record's hash is computed anew and covers the record before with its signature, so the
signature of the last record of a key vouches for all before it and is the one that is verified: a
hundred thousand records a second instead of some thousands. A signature that was changed further
back breaks the link after it, and then the record that is to blame is looked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import LedgerError, LedgerUnavailable
from sluicegate.ledger.checkpoints import Checkpoints
from sluicegate.ledger.drops import Drops
from sluicegate.ledger.growing import GrowingTree
from sluicegate.ledger.kinds import CHECKPOINT, DROPPED
from sluicegate.ledger.plain_run import plain_run
from sluicegate.ledger.report import LedgerFault, LedgerReport
from sluicegate.ledger.row import (
    FORM,
    GENESIS,
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
_ALL: Final = 1 << 60
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
        self._link = GENESIS

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
            at = 0
            while at < len(page):
                at += self._plain(page, at)
                if at < len(page):
                    row = Row(*page[at])
                    code = self._check(row)
                    if code:
                        return self._signed() or self.fault(code)
                    self._accept(row)
                    at += 1
        return self._signed()

    def _plain(self, page: Sequence[tuple[Any, ...]], begin: int) -> int:
        """Accept as many records as are plain and hold; return how many."""
        last = self._last
        if last is None or last.digest is None or self._every:
            return 0
        known = bisect_right(self._expected, last.sequence)
        end = (self._expected[known] if known < len(self._expected) else _ALL) - last.sequence - 1
        leaves, link_after = plain_run(islice(page, begin, begin + end), last, self._link)
        if leaves:
            self._grow(leaves)
            self._last, self._link = Row(*page[begin + len(leaves) - 1]), link_after
        return len(leaves)

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
        if self._last and row.time < self._last.time and len(self._notes) < _NOTES:
            behind = (read_time(self._last.time) - read_time(row.time)).total_seconds()
            self._notes.append(f"record {row.sequence}: the clock went back by {behind:.3f} s")
        if row.dropped:
            self._drops.gone(row.sequence)
        elif row.kind == DROPPED:
            self._drops.told(row)
        self.tree.append(record_leaf(row.hash))
        self.checkpoints.at(self.tree)
        self._last, self._link = row, link(row, FORM)


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
