"""The Merkle tree over a ledger's records, and proofs out of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from sluicegate.errors import ConfigurationError
from sluicegate.ledger.store import TABLE
from sluicegate.ledger.tiles import Tiles
from sluicegate.ledger.tree import consistency_path, inclusion_path, root

if TYPE_CHECKING:
    from sluicegate.ledger.reading import Reader

_ORIGIN: Final = "sluicegate/ledger/"


class LogTree:
    """Leaf *i* (from 0) is the hash of record *i* + 1, as 32 bytes.

    Reads through kept nodes, which it trusts no more than the caller can check: hold what it gives
    against a signed checkpoint. What it read it remembers, so use one for what is asked at a time;
    it tells of no records that came after it was made.

    Args:
        reader: Of the ledger.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._tiles = Tiles(self._fetch, kept=not reader.store.early)

    def size(self) -> int:
        """Return how many records there are now."""
        query = select(func.max(TABLE.c.sequence))
        return self._reader.read(lambda connection: connection.execute(query).scalar_one() or 0)

    def origin(self) -> str:
        """Name the ledger, by its first record: no two ledgers share one.

        Raises:
            ConfigurationError: there is no record yet.
        """
        first = self._reader.row(1)
        if first is None:
            raise ConfigurationError("the ledger has no record yet")
        return origin_of(first.hash)

    def root(self, size: int) -> bytes:
        """Return the root of the first ``size`` records."""
        return root(size, self._tiles.subtree)

    def inclusion(self, sequence: int, size: int) -> list[bytes]:
        """Return the path from a record to the root of the first ``size`` records.

        Raises:
            ConfigurationError: the tree of that size does not hold the record.
        """
        if not 1 <= sequence <= size:
            raise ConfigurationError(f"record {sequence} is not among the first {size:,} records")
        return inclusion_path(sequence - 1, size, self._tiles.subtree)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the first ``old`` records are a beginning of the first ``new``."""
        return consistency_path(old, new, self._tiles.subtree)

    def _fetch(self, sql: str) -> Sequence[Sequence[Any]]:
        return self._reader.read(partial(self._reader.store.raw_rows, sql=sql))


def origin_of(first_hash: str) -> str:
    """Name a ledger by the hash of its first record."""
    return _ORIGIN + first_hash.removeprefix("sha256:")
