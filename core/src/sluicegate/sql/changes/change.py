"""What one statement changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlglot import exp

from sluicegate.sql.parse import LiteralText


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An expression whose value goes into a column of the target."""

    column: str | None
    """Name as the source stores it; ``None``: the one at ``position``."""
    position: int
    """In the list of columns, from 0."""
    expression: exp.Expr = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One statement that writes. Its tree may hold literals, so it is not shown by ``repr``."""

    dialect: str
    kind: str
    """``insert``, ``update``, ``delete``, ``merge``, ``truncate``, ``create_table``,
    ``create_index``, ``alter_table`` or ``drop_table``."""
    tree: exp.Expr = field(repr=False)
    targets: tuple[exp.Table, ...] = field(repr=False)
    """Tables that it changes, as written; more than one only for ``truncate``, ``drop_table``."""
    columns: tuple[str, ...] = ()
    """Columns of an INSERT as the source stores them; empty: all of the table, in order."""
    width: int = 0
    """Most values of a row of VALUES."""
    assignments: tuple[Assignment, ...] = field(repr=False, default=())
    query: exp.Query | None = field(repr=False, default=None)
    """What fills the table: the SELECT of an INSERT or of CREATE TABLE AS."""
    reads: exp.Select | None = field(repr=False, default=None)
    """A SELECT that reads all that the statement reads besides ``query``; its first columns are
    the assignments, in their order."""
    whole: bool = False
    """It changes every row, as far as its text tells."""
    renames: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Old → new name of each column that is renamed."""
    literals: tuple[LiteralText, ...] = field(repr=False, default=())
    shape: str = ""
    """The statement with every literal as ``?``: safe to record."""

    @property
    def ddl(self) -> bool:
        """Whether it changes objects and not rows; some databases commit such a statement."""
        return self.kind not in {"insert", "update", "delete", "merge"}
