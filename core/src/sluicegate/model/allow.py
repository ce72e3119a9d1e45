"""What may leave although a detector fires on it, and what was let through by that.

A path says where an entry holds::

    data/*.csv#contact            column `contact` of these files, relative to the allow-list
    data/p.parquet#profile/tags/*   a value below it: field names, and `*` for positions of a list
    extract:shop_prod#ref         output column `ref` of extracts from the source `shop_prod`
    extract:shop_prod/public.orders#ref   the same, if it comes from this relation alone
    withheld:<32 hex>#contact     a file whose name is itself a finding, told by its fingerprint

In names of columns and fields ``~`` is written ``~0``, ``/`` is ``~1`` (RFC 6901) and ``#`` is
``~2``, so that the last ``#`` ends the file's part.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sluicegate.model.data import DataClass

EXTRACT: Final = "extract:"
WITHHELD: Final = "withheld:"
LONGEST_DAYS: Final = 366
"""An entry holds for a year at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowEntry:
    """One value that may leave, at one place. All of path, detector and fingerprint must match."""

    where: str
    """The path before its last ``#``."""
    place: str
    """The path after it."""
    detector: str
    fingerprint: str
    """Keyed digest of the value, 32 hex digits."""
    key_id: str
    owner: str
    reason: str
    expires: dt.date
    """The last day, in UTC, on which it holds."""
    added: dt.date | None = None
    line: int = 0
    """Where it stands in the file, from 1."""

    @property
    def path(self) -> str:
        """The path as it is written."""
        return f"{self.where}#{self.place}"

    @property
    def of_files(self) -> bool:
        """Whether it is about files, and not about extracts."""
        return not self.where.startswith(EXTRACT)

    def __str__(self) -> str:
        return f"the entry in line {self.line} ({self.path}, {self.detector}, of {self.owner})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """How many findings an entry let through. Holds no value."""

    path: str
    column: str
    data_class: DataClass
    detector: str
    fingerprint: str
    count: int
    owner: str
    expires: str
    """ISO date."""


def escape(name: str) -> str:
    """Write the name of a column or field as a step of a path."""
    return name.replace("~", "~0").replace("/", "~1").replace("#", "~2")
