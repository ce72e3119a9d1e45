"""The nodes of the tree that are kept: one of 256 leaves, one of 65,536, and so on.

Each is written by whoever appends the last record below it, in the same transaction, so the tree
grows with the records and nothing has to be built when somebody asks. A proof among millions reads
a few hundred hashes. Kept nodes are not trusted: a proof is checked against a signed checkpoint
before it is given out, and ``verify`` builds the tree from the records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select

from sluicegate.errors import ChainBroken
from sluicegate.ledger.store import NAME, NODES, NODES_NAME, TABLE
from sluicegate.ledger.tree import leaf_hash, levels, node_hash

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BITS: Final = 8
WIDTH: Final = 1 << _BITS
"""Children of a kept node."""
_REMEMBERED: Final = 256
"""Tiles that are kept in memory, each some 40 kB."""


class Tiles:
    """Gives subtrees of the records' tree, each tile of 256 hashes read and folded once.

    Asked for many records in their order, it reads every tile on the way one time.

    Args:
        fetch: Runs a query and returns its rows.
        kept: Whether there is a table of nodes; a ledger of the first version has none.
    """

    def __init__(
        self, fetch: Callable[[str], Sequence[Sequence[Any]]], *, kept: bool = True
    ) -> None:
        self._fetch = fetch
        self._kept = kept
        self._read: dict[tuple[int, int], list[list[bytes]]] = {}
        self._made: dict[tuple[int, int], bytes] = {}

    @classmethod
    def of(cls, connection: Connection) -> Tiles:
        """Read through one connection."""
        return cls(lambda sql: connection.exec_driver_sql(sql).all())

    def subtree(self, level: int, position: int) -> bytes:
        """Return the hash of a complete subtree: a ``tree.Subtree``.

        Raises:
            ChainBroken: a record or a kept node that should be there is missing or malformed.
        """
        stored, rest = divmod(level, _BITS)
        if not self._kept and stored:
            return self._made_of_leaves(level, position)
        first = position << rest
        return self._folded(stored, first >> _BITS, rest, (first & (WIDTH - 1)) >> rest)

    def extend(self, connection: Connection) -> None:
        """Write every node whose records are all there and that is not kept yet."""
        last = connection.execute(select(func.max(TABLE.c.sequence))).scalar_one() or 0
        level = 1
        while last >> (_BITS * level):
            query = select(func.max(NODES.c.position)).where(NODES.c.level == level)
            found = connection.execute(query).scalar_one()
            have = 0 if found is None else found + 1
            want = last >> (_BITS * level)
            rows = [
                {"level": level, "position": p, "hash": self._folded(level - 1, p, _BITS, 0).hex()}
                for p in range(have, want)
            ]
            if rows:
                connection.execute(insert(NODES), rows)
            level += 1

    def _folded(self, stored: int, number: int, rest: int, at: int) -> bytes:
        """Return one of the hashes that a tile's hashes make, ``rest`` levels above them."""
        hashes = self._tile(stored, number)[rest]
        if at >= len(hashes):
            first = (number << _BITS) + (at << rest)
            raise ChainBroken(
                f"the ledger lacks hashes of its tree at level {stored} from {first} on",
                hint="run `sluicegate ledger verify`",
            )
        return hashes[at]

    def _made_of_leaves(self, level: int, position: int) -> bytes:
        """Make a node that is not kept, once."""
        found = self._made.get((level, position))
        if found is None:
            found = node_hash(*(self.subtree(level - 1, 2 * position + side) for side in (0, 1)))
            self._made[level, position] = found
        return found

    def _tile(self, level: int, number: int) -> list[list[bytes]]:
        """Return the hashes of a tile, and what they make: lists from its own level up."""
        found = self._read.pop((level, number), None)
        if found is None:
            found = levels(
                self._leaves(number) if level == 0 else self._nodes(level, number), _BITS
            )
            if len(self._read) >= _REMEMBERED:
                del self._read[next(iter(self._read))]  # whose last use is longest ago
        self._read[level, number] = found
        return found

    def _leaves(self, number: int) -> list[bytes]:
        first = number * WIDTH + 1
        sql = (
            f"SELECT sequence, hash FROM {NAME} WHERE sequence"  # noqa: S608 - a name and numbers
            f" BETWEEN {first} AND {first + WIDTH - 1} ORDER BY sequence"
        )
        return [leaf_hash(b) for b in _bytes(self._fetch(sql), first)]

    def _nodes(self, level: int, number: int) -> list[bytes]:
        first = number * WIDTH
        sql = (
            f"SELECT position, hash FROM {NODES_NAME} WHERE level = {level} AND position"  # noqa: S608
            f" BETWEEN {first} AND {first + WIDTH - 1} ORDER BY position"
        )
        return _bytes(self._fetch(sql), first)


def record_leaf(hashed: str) -> bytes:
    """Return the leaf of a record's hash as it is written: ``sha256:<hex>``."""
    return leaf_hash(bytes.fromhex(hashed[7:]))


def _bytes(rows: Sequence[Sequence[Any]], first: int) -> list[bytes]:
    """Read hashes that must stand one after the other; what follows a gap is left out."""
    found = []
    for expected, (at, hashed) in enumerate(rows, first):
        if at != expected:
            break
        try:
            found.append(bytes.fromhex(hashed.removeprefix("sha256:")))
        except (AttributeError, ValueError):
            break
    return found
