"""What the binder needs to know and what it writes down while it walks a statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, ColumnRef, Relation
from sluicegate.model.findings import Reason
from sluicegate.model.plan import Influence
from sluicegate.sql.labels import Label
from sluicegate.sql.names import fold
from sluicegate.sql.refusal import place_of

Lookup = Callable[[str | None, str, bool], Relation | None]
"""Schema as written or ``None``, name as written, whether in quotes → the relation, or ``None``."""

_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What happens to one column of a scan."""

    label: Label | None
    """``None``: it must not be read."""
    fault: Reason | None = None
    """Why it must not be read."""
    build: Callable[[exp.Column], exp.Expr] = lambda column: column
    one_to_one: bool = False
    """Whether different values stay different."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Something that stands in the statement: a function, a star, a parameter."""

    name: str
    place: str = ""
    columns: tuple[ColumnRef, ...] = ()
    """For a star: the columns of base relations that it stands for."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the walk met; the source of the facts."""

    relations: dict[tuple[str, str], Relation] = field(default_factory=dict)
    columns: dict[ColumnRef, None] = field(default_factory=dict)
    functions: list[Used] = field(default_factory=list)
    stars: list[Used] = field(default_factory=list)
    parameters: list[Used] = field(default_factory=list)
    cross_joins: list[Used] = field(default_factory=list)
    influences: dict[Influence, dict[ColumnRef, None]] = field(default_factory=dict)
    """Columns that decide which rows come or in which order, by what they do."""
    unresolved: list[Used] = field(default_factory=list)
    """Relations that the lookup does not know, in an open walk."""
    unsorted: list[Used] = field(default_factory=list)
    """Keys that ORDER BY lost, since a digest has no order."""


@dataclass(slots=True, kw_only=True)
class Context:
    """The state of one walk. Not shared between statements."""

    dialect: str
    lookup: Lookup
    treat: Callable[[Relation, CatalogColumn], Treatment]
    filters: Callable[[Relation], list[exp.Expr]]
    """Conditions that every scan of a relation must meet, over its raw columns."""
    closed: bool = True
    """Whether a name that the lookup does not know is a fault. Only lint, which has no catalogue
    and runs nothing, walks open; the rewrite never does."""
    seen: Seen = field(default_factory=Seen)
    problems: list[Reason] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    @property
    def guessing(self) -> bool:
        """Whether names are missing that nobody can know here, so that nothing follows from it."""
        return not self.closed and bool(self.seen.unresolved)

    def problem(self, code: str, message: str, hint: str, node: exp.Expr | None) -> None:
        """Note a fault and go on, so that one pass tells all of them."""
        if len(self.problems) < _MOST_PROBLEMS:  # finding the place walks the tree
            self.note(Reason(code=code, message=message, hint=hint, place=place_of(node)))

    def note(self, reason: Reason) -> None:
        """Note a fault that is already put into words."""
        if reason not in self.problems and len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(reason)

    def influence(self, kind: Influence, label: Label) -> None:
        """Note that a value decides which rows come, or in which order."""
        refs = self.seen.influences.setdefault(kind, {})
        refs.update(dict.fromkeys(sorted(label.origins)))

    def unique(self, name: str) -> str:
        """Return ``name``, or a variant of it that no other source or CTE of the statement has.

        Unique names make shadowing impossible: what the binder resolved, the source resolves too.
        """
        # Some engines fold or even drop letters beyond ASCII, so two such aliases might be one.
        name = name if name.isascii() else "_source"
        # Room for the number, or PostgreSQL would cut it off at 63 bytes.
        stem = name[:48]
        candidate, number = name, 2
        while fold(candidate) in self.taken:
            candidate, number = f"{stem}_{number}", number + 1
        self.taken.add(fold(candidate))
        return candidate
