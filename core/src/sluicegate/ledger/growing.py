"""The tree as it grows while all records are read: its root at any size on the way, and its nodes.

256 hashes at a time are folded, as ``tiles`` keeps them, so what is built here is what is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sluicegate.ledger.tiles import WIDTH
from sluicegate.ledger.tree import fold, root

_BITS: Final = WIDTH.bit_length() - 1


class GrowingTree:
    """Takes leaves in their order; keeps fewer than 256 hashes of each level."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.size = 0
        self.nodes: list[list[bytes]] = []
        """The complete tiles' hashes, by level from the lowest on."""

    def append(self, leaf: bytes) -> None:
        """Add a leaf's hash."""
        self._levels[0].append(leaf)
        self.size += 1
        if len(self._levels[0]) == WIDTH:
            self._carry()

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaves' hashes."""
        done = 0
        while done < len(leaves):
            some = leaves[done : done + WIDTH - len(self._levels[0])]
            self._levels[0] += some
            done += len(some)
            if len(self._levels[0]) == WIDTH:
                self._carry()
        self.size += len(leaves)

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        return root(self.size, self._subtree)

    def _carry(self) -> None:
        for level, hashes in enumerate(self._levels):
            if len(hashes) < WIDTH:
                return
            folded = fold(hashes)
            hashes.clear()
            if level + 1 == len(self._levels):
                self._levels.append([])
                self.nodes.append([])
            self._levels[level + 1].append(folded)
            self.nodes[level].append(folded)

    def _subtree(self, level: int, position: int) -> bytes:
        """Give one of the maximal subtrees: each lies within what is kept of its level."""
        stored, rest = divmod(level, _BITS)
        begin = (position << rest) & (WIDTH - 1)
        return fold(self._levels[stored][begin : begin + (1 << rest)])
