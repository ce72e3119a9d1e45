"""Names in sight: sources, their columns, and the scope that a query opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlglot import exp

from sluicegate.model.findings import Reason
from sluicegate.sql.labels import Label

UNKNOWN = Label()
"""Stands in for what was refused already, so that more faults can be found in one pass."""


class Treated(Protocol):
    """What the policy makes of a column."""

    @property
    def label(self) -> Label | None:
        """What it carries; ``None``: it must not be read, and ``fault`` says why."""

    @property
    def fault(self) -> Reason | None:
        """Why it must not be read."""


@dataclass(slots=True, kw_only=True)
class Known:
    """A column of a query or function: its label is known at once."""

    label: Label | None
    fault: Reason | None = None


class Column:
    """A column that a source offers.

    Args:
        name: As written into the generated statement.
        key: What two spellings of its name have in common.
        label: What it carries, if that is known.
        treat: Asked by name for what it carries otherwise, once the column is read: of a wide table
            most never are.
    """

    __slots__ = ("_treat", "_treated", "key", "name")

    def __init__(
        self,
        *,
        name: str,
        key: str,
        label: Label | None = None,
        treat: Callable[[str], Treated] | None = None,
    ) -> None:
        self.name = name
        self.key = key
        self._treat = treat
        self._treated: Treated | None = None if treat else Known(label=label)

    @property
    def label(self) -> Label | None:
        """What it carries; ``None``: it must not be read, and ``fault`` says why."""
        return self._told().label

    @property
    def fault(self) -> Reason | None:
        """Why it must not be read."""
        return self._told().fault

    def _told(self) -> Treated:
        if self._treated is None:
            assert self._treat is not None
            self._treated = self._treat(self.name)
        return self._treated


@dataclass(slots=True, kw_only=True)
class Source:
    """Something in FROM."""

    key: str
    """What qualified names call it."""
    alias: str
    """Its name in the generated statement, unique over the whole statement."""
    columns: list[Column]
    schema: str | None = None
    """Key of the schema by which it may be called too, if it has no alias."""
    used: dict[str, None] = field(default_factory=dict)
    """Names of the columns that the statement reads, in order."""
    unknown: bool = False
    """It could not be resolved; a fault was noted."""
    whole: bool = False
    """Its whole row is read, so every column has to be there, in order."""
    scalar: bool = False
    """A function of one column: its own name means that column."""

    def find(self, key: str) -> Column | None:
        """Find a column by key; a key that two columns share names neither."""
        found = [c for c in self.columns if c.key == key]
        return found[0] if len(found) == 1 else None


@dataclass(slots=True, kw_only=True)
class Visible:
    """A column as unqualified names and ``*`` see it; several parts were merged by USING."""

    name: str
    key: str
    parts: tuple[tuple[Source, Column], ...]


@dataclass(slots=True, kw_only=True)
class Group:
    """What a FROM clause offers so far."""

    sources: list[Source] = field(default_factory=list)
    visible: list[Visible] = field(default_factory=list)

    @classmethod
    def of(cls, source: Source) -> Group:
        """Return the group of one source."""
        visible = [Visible(name=c.name, key=c.key, parts=((source, c),)) for c in source.columns]
        return cls(sources=[source], visible=visible)

    def named(self, key: str) -> list[Visible]:
        """Find columns by key; more than one is ambiguous."""
        return [v for v in self.visible if v.key == key]


@dataclass(slots=True, kw_only=True)
class Output:
    """One column of a query's result."""

    name: str
    key: str
    label: Label


@dataclass(slots=True, kw_only=True)
class Cte:
    """A named query of a WITH clause."""

    name: str
    """Its name in the generated statement, unique over the whole statement."""
    outputs: list[Output]


@dataclass(slots=True, kw_only=True)
class Scope:
    """Where a query looks names up: its own sources, then the query around it."""

    parent: Scope | None
    ctes: Mapping[str, Cte]
    group: Group = field(default_factory=Group)
    aliases: dict[str, tuple[exp.Expr, Label]] = field(default_factory=dict)
    """Output aliases that expressions of this query may use (not in PostgreSQL)."""


@dataclass(slots=True, kw_only=True)
class Bound:
    """A query whose every name is resolved, and what it returns."""

    node: exp.Query
    outputs: list[Output]
