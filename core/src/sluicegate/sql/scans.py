"""A scan of a base relation, and the masked sub-select that takes its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, Relation
from sluicegate.sql.context import Context, Treatment
from sluicegate.sql.names import catalogue_key, column, quoted
from sluicegate.sql.refusal import refuse
from sluicegate.sql.scope import Column, Source


@dataclass(slots=True, kw_only=True)
class Scan:
    """One place where a statement reads a base relation."""

    relation: Relation
    source: Source
    treatment: Callable[[str], Treatment]
    """Name that the scan offers → treatment of the column behind it."""
    catalogue_names: dict[str, str]
    """Name that the scan offers → name in the catalogue."""
    node: exp.Subquery
    sample: exp.TableSample | None
    conditions: list[exp.Expr]

    def finish(self) -> None:
        """Fill the sub-select with the columns that are read, each under its mask."""
        name = self.relation.name
        whole = [c.name for c in self.source.columns] if self.source.whole else []
        projections = [self._project(used) for used in whole or self.source.used]
        # A query that only counts reads no column, but a SELECT needs one.
        projections = projections or [exp.Alias(this=exp.Literal.number(1), alias=quoted("_one"))]
        table = exp.Table(this=quoted(name.name), db=quoted(name.schema), sample=self.sample)
        select = exp.Select(expressions=projections, from_=exp.From(this=table))
        if self.conditions:
            bracketed = [exp.Paren(this=c) for c in self.conditions]
            select.set("where", exp.Where(this=exp.and_(*bracketed, wrap=False, copy=False)))
        self.node.set("this", select)

    def _project(self, used: str) -> exp.Expr:
        known = used in self.catalogue_names
        treatment = self.treatment(used) if known else Treatment(label=None)
        raw = column(self.relation.name.name, self.catalogue_names.get(used, used))
        built = treatment.build(raw) if treatment.label else exp.Null()
        return exp.Alias(this=built, alias=quoted(used))


def scan(
    relation: Relation,
    context: Context,
    *,
    own_key: str,
    alias: str,
    names: list[tuple[str, str]],
    schema: str | None,
    sample: exp.TableSample | None,
) -> Scan:
    """Prepare the scan of ``relation``.

    Args:
        relation: As the catalogue tells it.
        context: The walk it belongs to.
        own_key: What the statement calls it.
        alias: What the generated statement calls it.
        names: Name and key of the first columns, from an alias list.
        schema: Key of the schema it may be qualified with; ``None`` if it has an alias.
        sample: Its TABLESAMPLE, which has to stay beside the table.
    """
    offered: dict[str, CatalogColumn] = {}
    columns: list[Column] = []

    @cache
    def treated(shown: str) -> Treatment:
        return context.treat(relation, offered[shown])

    for index, col in enumerate(relation.columns):
        shown, col_key = col.name, catalogue_key(col.name, context.dialect)
        if index < len(names):
            shown, col_key = names[index]
        offered[shown] = col
        columns.append(Column(name=shown, key=col_key, treat=treated))
    if len({c.key for c in columns}) != len(columns):
        # A name for two columns would take the label of one and the value of the other.
        raise refuse("G09", "an alias list that gives two columns one name", "use other names")
    return Scan(
        relation=relation,
        source=Source(key=own_key, alias=alias, columns=columns, schema=schema),
        treatment=treated,
        catalogue_names={shown: col.name for shown, col in offered.items()},
        node=exp.Subquery(alias=exp.TableAlias(this=quoted(alias))),
        sample=sample,
        conditions=context.filters(relation),
    )
