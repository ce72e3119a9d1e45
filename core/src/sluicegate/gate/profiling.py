"""Looks at a whole source: its catalogue, and a sample of each relation, classified.

The samples live while their relation is classified and are let go; what stays holds names, types,
classes, scores and shares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from sluicegate.detect.columns import ColumnFacts, ColumnVerdict, Contribution, classify
from sluicegate.errors import ConfigurationError
from sluicegate.gate.sampling import take_sample
from sluicegate.model.data import PUBLIC, ColumnRef, DataClass, Relation, RelationName
from sluicegate.policy.names import is_system
from sluicegate.sources.inventory import Inventory, Listed, inventory

if TYPE_CHECKING:
    from sluicegate.detect import Scanner
    from sluicegate.sources.port import Source

Progress = Callable[[RelationName, int, int], None]
"""Told of each relation before it is sampled: its name, its number, and how many there are."""
_AT_ONCE: Final = 100
"""Relations that are looked up with one query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProfile:
    """A relation and what was made of its columns."""

    relation: Relation
    verdicts: tuple[ColumnVerdict, ...]
    """In the order of its columns."""
    rows: int
    """Rows that were sampled."""
    how: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProfile:
    """A source as it is now."""

    source: str
    dialect: str
    tables: tuple[TableProfile, ...]
    present: frozenset[RelationName]
    """All relations that the login sees, asked for or not."""
    unread: tuple[RelationName, ...] = ()
    """Listed by the catalogue, but not to be found under their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What of a source to look at."""

    schema: str | None = None
    """Exact name; default: the one that a name without schema means, or all but the system's."""
    tables: str = "*"
    """Pattern of names, with ``*`` and ``?``."""
    rows: int = 1000
    """Most rows of a sample."""

    def covers(self, listed: Listed) -> bool:
        """Tell whether a relation is to be looked at."""
        right = listed.home if self.schema is None else listed.name.schema == self.schema
        return right and fnmatchcase(listed.name.name, self.tables) and not is_system(listed.name)


def profile_source(
    source: Source,
    scanner: Scanner,
    scope: Scope,
    *,
    progress: Progress | None = None,
    check_size: Callable[[int], None] | None = None,
) -> SourceProfile:
    """Read the catalogue, sample every relation in ``scope`` and classify its columns.

    Args:
        source: A source; in scoped role mode its account itself reads.
        scanner: Finds what the catalogue of detectors knows.
        scope: What to look at.
        progress: Told of each relation.
        check_size: Told the number of columns before anything is sampled; may refuse.

    Raises:
        ConfigurationError: no relation is in scope.
        SourceUnavailable: the source cannot answer now.
        SourceError: it refused.
    """
    if getattr(source, "scoped_role", False):
        source = replace(source, scoped_role=False)  # type: ignore[type-var]  # a dataclass
    held, listed, relations = _look(source, scope)
    if not listed:
        raise ConfigurationError(
            f"source {source.name!r} shows no table or view of that name",
            hint="check --schema and --tables, and what the login may read",
        )
    if check_size:
        check_size(sum(len(r.columns) for r in relations if r))
    tables = []
    for number, (one, relation) in enumerate(zip(listed, relations, strict=True), 1):
        if relation is None:
            continue
        if progress:
            progress(relation.name, number, len(listed))
        tables.append(_profile(source, scanner, relation, one, held, scope.rows))
    found = [t.relation.name for t in tables]
    return SourceProfile(
        source=source.name,
        dialect=source.dialect,
        tables=tuple(_linked(tables, held.links)),
        present=frozenset(one.name for one in held.relations),
        unread=tuple(one.name for one in listed if one.name not in found),
    )


def _look(source: Source, scope: Scope) -> tuple[Inventory, list[Listed], list[Relation | None]]:
    with source.connect() as session:
        held = inventory(session, source.dialect)
        listed = [one for one in held.relations if scope.covers(one)]
        relations: list[Relation | None] = []
        for start in range(0, len(listed), _AT_ONCE):
            part = listed[start : start + _AT_ONCE]
            relations += session.relations([(o.name.schema, o.name.name, True) for o in part])
    return held, listed, relations


def _profile(
    source: Source,
    scanner: Scanner,
    relation: Relation,
    listed: Listed,
    held: Inventory,
    rows: int,
) -> TableProfile:
    key = held.keys.get(relation.name, relation.key)
    sample = take_sample(source, relation, listed, key=key, rows=rows)
    facts = [
        ColumnFacts(name=c.name, family=c.family, key=tuple(key) == (c.name,))
        for c in relation.columns
    ]
    verdicts = classify(sample.table, scanner=scanner, relation=relation.name.name, facts=facts)
    return TableProfile(
        relation=relation,
        verdicts=verdicts,
        rows=sample.table.num_rows,
        how=sample.how,
        note=sample.note,
    )


def _linked(
    tables: Sequence[TableProfile], links: Mapping[ColumnRef, ColumnRef]
) -> list[TableProfile]:
    """Give each foreign key the class of what it refers to: only so do their pseudonyms join."""
    classes = {
        ColumnRef(relation=t.relation.name, column=v.column): v for t in tables for v in t.verdicts
    }
    return [
        replace(t, verdicts=tuple(_follow(t, v, links, classes) for v in t.verdicts))
        for t in tables
    ]


def _follow(
    table: TableProfile,
    verdict: ColumnVerdict,
    links: Mapping[ColumnRef, ColumnRef],
    classes: Mapping[ColumnRef, ColumnVerdict],
) -> ColumnVerdict:
    here = ColumnRef(relation=table.relation.name, column=verdict.column)
    place, seen = here, {here}
    while (further := links.get(place)) in classes and further not in seen:
        assert further is not None
        place = further
        seen.add(place)
    target = classes[place]
    if place == here or target.data_class == PUBLIC:
        return verdict
    same = (r for r in verdict.reasons if r.data_class == target.data_class)
    return replace(
        verdict,
        data_class=target.data_class,
        score=max(target.score, verdict.score),
        reasons=(_because(place, target.data_class), *same),
        evidence=True,
    )


def _because(place: ColumnRef, data_class: DataClass) -> Contribution:
    return Contribution(
        kind="key", data_class=data_class, weight=9.0, text=f"foreign key to {place}"
    )
