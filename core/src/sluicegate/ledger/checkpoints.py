"""Checkpoints held against the tree that the records make."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sluicegate.errors import SignatureInvalid
from sluicegate.ledger.checkpoint import Checkpoint
from sluicegate.ledger.report import LedgerFault
from sluicegate.ledger.row import Row

if TYPE_CHECKING:
    from sluicegate.ledger.growing import GrowingTree


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What a checkpoint says, and where it stands."""

    root: bytes
    sequence: int
    """Of its record; 0 for a witness's."""


class Checkpoints:
    """Compares the tree at each size that a checkpoint speaks of.

    A witness's checkpoint that is by nobody we trust raises: it would say nothing, and whoever
    asked for it must know. One on record that does not hold is a fault of its record.

    Args:
        rows: Records of checkpoints, unchecked.
        witnessed: Checkpoints that somebody else kept.
        trusted: Key id → public key.

    Raises:
        SignatureInvalid: a witness's checkpoint is not signed by a trusted key.
    """

    def __init__(
        self, rows: Iterable[Row], witnessed: Sequence[Checkpoint], trusted: Mapping[str, bytes]
    ) -> None:
        self.held = 0
        self._claims: dict[int, list[_Claim]] = defaultdict(list)
        self._fault: LedgerFault | None = None
        self._right = 0
        for checkpoint in witnessed:
            checkpoint.require(trusted)
            self._claims[checkpoint.size].append(_Claim(root=checkpoint.root, sequence=0))
        for row in rows:
            self._on_record(row, trusted)
        self._sizes = sorted(self._claims)

    def sizes(self, after: int, last: int) -> list[int]:
        """Return the sizes that checkpoints speak of, above ``after`` and up to ``last``."""
        return self._sizes[bisect_right(self._sizes, after) : bisect_right(self._sizes, last)]

    def at(self, tree: GrowingTree) -> None:
        """Compare the tree as it is now with what checkpoints say of this size."""
        claims = self._claims.get(tree.size)
        if claims is None:
            return
        root = tree.root()
        for claim in claims:
            if claim.root == root:
                self.held += 1
            else:
                self._blame(_differs(claim, self._right + 1, tree.size))
        self._right = tree.size

    def fault(self, size: int) -> LedgerFault | None:
        """Return what is wrong first, after all ``size`` records were read."""
        beyond = sorted(s for s in self._claims if s > size)
        for claim in self._claims[beyond[0]] if beyond else ():
            if claim.sequence:
                self._blame(_bad(claim.sequence))
            else:
                message = f"it is missing: a witness saw {beyond[0]:,} records"
                self._blame(LedgerFault(sequence=size + 1, code="truncated", message=message))
        return self._fault

    def _on_record(self, row: Row, trusted: Mapping[str, bytes]) -> None:
        try:
            checkpoint = Checkpoint.read(json.loads(row.body)["note"])
            sound = checkpoint.holds(trusted) and checkpoint.size < row.sequence
        except (SignatureInvalid, KeyError, TypeError, ValueError):
            sound = False
        if sound:
            claim = _Claim(root=checkpoint.root, sequence=row.sequence)
            self._claims[checkpoint.size].append(claim)
        else:
            self._blame(_bad(row.sequence))

    def _blame(self, fault: LedgerFault) -> None:
        if self._fault is None or fault.sequence < self._fault.sequence:
            self._fault = fault


def _differs(claim: _Claim, first: int, last: int) -> LedgerFault:
    if claim.sequence:
        return _bad(claim.sequence)
    what = f"one of the records {first:,} to {last:,} is not what a witness saw"
    return LedgerFault(sequence=first, code="rewritten", message=what)


def _bad(sequence: int) -> LedgerFault:
    message = "the checkpoint that it holds is not of the records before it"
    return LedgerFault(sequence=sequence, code="checkpoint", message=message)
