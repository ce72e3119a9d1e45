"""Traces columns through models: which of them carry what another relation calls sensitive.

Only compiled SQL is read, and nothing is run. What it does not tell (a star over a relation whose
columns nobody documents, SQL that the guard does not parse) is named, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from sluicegate.dbt.guessing import guess
from sluicegate.dbt.manifest import DbtColumn, DbtRelation, Manifest, may_stand
from sluicegate.dbt.selecting import Columns, Selected, selected
from sluicegate.errors import ConfigurationError
from sluicegate.model.data import PUBLIC, DataClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A column and what is known of it."""

    relation: DbtRelation
    name: str
    documented: DbtColumn | None = None
    declared: DataClass | None = None
    """What the project says, or what the name says where a tag only says that it is personal."""
    carries: DataClass | None = None
    """Class of the first sensitive column whose values reach it; ``public`` if all are."""
    origin: str = ""
    """That column, as ``schema.table.column``."""
    copied: bool = False
    """Whether that column's values can be read from it, as they are or in part."""

    @property
    def data_class(self) -> DataClass | None:
        """What the project says, else what reaches it."""
        return self.declared or self.carries

    @property
    def guessed(self) -> bool:
        """Whether a person should look at the class."""
        personal = self.documented is not None and self.documented.declared.personal
        return personal or (self.declared is None and self.carries is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All columns of a project, as far as they are known."""

    columns: tuple[Traced, ...]
    unseen: tuple[str, ...] = ()
    """Models of which not every column is known, and why."""


def trace(manifest: Manifest) -> Trace:
    """Trace every column of a project, sources first.

    Raises:
        ConfigurationError: models depend on each other in a circle, which dbt itself refuses.
    """
    known: dict[str, dict[str, Traced]] = {}
    unseen: list[str] = []
    for relation in _in_order(manifest):
        columns = {c.name: _of_document(relation, c) for c in relation.columns.values()}
        known[relation.id] = columns
        if relation.kind == "model":
            found = selected(relation, manifest.dialect, _parents(relation, manifest, known))
            unseen += [f"{relation.id}: {found.unseen}"] if found.unseen else []
            for one in found.columns:
                _add(columns, relation, one, known)
    rows = [column for columns in known.values() for column in columns.values()]
    return Trace(
        columns=tuple(sorted(rows, key=lambda c: (c.relation.name, c.relation.id))),
        unseen=tuple(unseen),
    )


def _in_order(manifest: Manifest) -> list[DbtRelation]:
    by_id = {relation.id: relation for relation in manifest.relations}
    sorter = TopologicalSorter({r.id: [p for p in r.parents if p in by_id] for r in by_id.values()})
    try:
        return [by_id[id_] for id_ in sorter.static_order()]
    except CycleError:
        pass
    raise ConfigurationError("the models of the manifest depend on each other in a circle")


def _of_document(relation: DbtRelation, column: DbtColumn) -> Traced:
    said = column.declared
    known = said.data_class or (guess(relation.name.name, column.name) if said.personal else None)
    return Traced(relation=relation, name=column.name, documented=column, declared=known)


def _parents(
    relation: DbtRelation, manifest: Manifest, known: Mapping[str, Mapping[str, Traced]]
) -> Columns:
    parents = (r for r in manifest.relations if r.id in relation.parents)
    return {
        (r.database, r.name.schema, r.name.name): (r.id, tuple(known.get(r.id, ())))
        for r in parents
    }


def _add(
    columns: dict[str, Traced],
    relation: DbtRelation,
    one: Selected,
    known: Mapping[str, Mapping[str, Traced]],
) -> None:
    """Add what a model selects; documents spell a column in another case now and then."""
    spelled = {name.casefold(): name for name in columns}
    name = spelled.get(one.name.casefold(), one.name)
    if not may_stand(name):
        return
    column = columns.get(name) or Traced(relation=relation, name=name)
    columns[name] = column
    found = [(known[o.relation].get(o.column), o.copied) for o in one.origins]
    sources = [(source, copied) for source, copied in found if source is not None]
    private = [pair for pair in sources if pair[0].data_class not in {None, PUBLIC}]
    public = len(sources) == len(found) and all(s.data_class == PUBLIC for s, _ in sources)
    # copies before what is computed: they say more of what the column is
    chosen = sorted(private, key=lambda pair: not pair[1]) or (sources if public else [])
    for source, copied in chosen[:1]:
        columns[name] = replace(
            column,
            carries=source.data_class,
            origin=f"{source.relation.name}.{source.name}",
            copied=copied,
        )
